/**
 * The second look at a name or address: a log-linear model over the ten best spans that the tagger offers (after Collins
 * 2000, "Discriminative reranking for natural language parsing"). The tagger sees a token and its neighbours; only here is
 * a span seen whole: does it end like such a value ends, does it fill its lines, do the lines before and after look as
 * though they belonged to it, is there a better one inside?
 *
 * What "ends like" means is learned as a lexicon: words that end (or fill) values of several vendors, so that a name is
 * never recognised merely because it was seen. Everything else is language-neutral.
 */

import type { Lexicon, Reranker } from './model.ts'
import { hashText, mix } from './hashing.ts'
import { oncePer, oncePerText } from './once.ts'
import { kinds as allKinds, plainLetters, type Kind } from './shapes.ts'
import type { Span } from './tagger.ts'
import type { Token, Tokens } from './tokens.ts'

export const spansToRerank = 10
export const rerankBits = 16
const headLines = 10

/** What the spans of one document need: the words' places in the lexicons, computed once for a field. */
export interface RerankView {
  readonly text: Tokens
  readonly kinds: readonly Kind[]
  readonly words: Int32Array // lexicon hash of each token, 0 for punctuation
  readonly ends: Uint8Array // 1 where the word ends values of this field
  readonly own: Uint8Array // 1 where it fills values of this field
  readonly other: Uint8Array // 1 where it fills values of another field
  readonly firstLines: ReadonlySet<number> // of blocks
  readonly lastLines: ReadonlySet<number>
  readonly sheets: ReadonlySet<number> // pages on which text stands in columns
  readonly anyEnd: boolean // some word of the first lines ends such values
}

/** The word of a token as lexicons keep it: no accents, case or hanging punctuation, digits as 0. */
export const lexiconWord = oncePerText((text: string): number => {
  const bare = plainLetters(text).replace(/\d/g, '0').replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
  return bare === '' ? 0 : hashText(bare)
})

export function wordsFor(text: Tokens): Int32Array {
  return Int32Array.from(text.tokens, (token) => lexiconWord(token.text))
}

export function rerankView(text: Tokens, kinds: readonly Kind[], words: Int32Array, lexicons: ReadonlyMap<string, LexiconSets>, field: string): RerankView {
  const own = lexicons.get(field)
  const others = [...lexicons].filter(([name]) => name !== field).map(([, sets]) => sets)
  const ends = new Uint8Array(words.length)
  const inside = new Uint8Array(words.length)
  const other = new Uint8Array(words.length)
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number
    if (word === 0) continue
    if (own?.ends.has(word) === true) ends[i] = 1
    if (own?.inside.has(word) === true || kinds[i] === 'postcode') inside[i] = 1
    for (const sets of others) if (sets.inside.has(word)) other[i] = 1
  }
  return {
    text, kinds, words, ends,
    ...edgesOf(text),
    anyEnd: text.lines.slice(0, headLines).some((line) => line.some((i) => ends[i] === 1)),
    own: inside,
    other,
  }
}

const edgesOf = oncePer((text: Tokens) => ({
  firstLines: new Set(text.blocks.map((block) => block[0] as number)),
  lastLines: new Set(text.blocks.map((block) => block.at(-1) as number)),
  sheets: new Set(text.pages.filter(({ sheet }) => sheet).map(({ number }) => number)),
}))

/** What the tokens of a document have in print, 1 for each that has it: spans of all fields ask. */
const marksOf = oncePer(({ tokens }: Tokens) => ({
  figures: Uint8Array.from(tokens, ({ text }) => (/\d/.test(text) ? 1 : 0)),
  colons: Uint8Array.from(tokens, ({ text }) => (text.endsWith(':') ? 1 : 0)),
  lettered: Uint8Array.from(tokens, ({ text }) => (/\p{L}{2}/u.test(text) ? 1 : 0)),
}))

export interface LexiconSets {
  readonly ends: ReadonlySet<number>
  readonly inside: ReadonlySet<number>
}

export function lexiconSets(lexicon: Lexicon): LexiconSets {
  return { ends: new Set(lexicon.ends), inside: new Set(lexicon.inside) }
}

/** Probabilities of the spans among themselves. */
export function rerank(spans: readonly Span[], features: readonly (readonly number[])[], weights: ReadonlyMap<number, number>, reranker: Pick<Reranker, 'score'>): number[] {
  const scores = spans.map((span, k) => (features[k] as readonly number[]).reduce((sum, feature) => sum + (weights.get(feature) ?? 0), reranker.score * logOf(span)))
  const most = Math.max(...scores)
  const exponentials = scores.map((score) => Math.exp(score - most))
  const total = exponentials.reduce((sum, value) => sum + value, 0)
  return exponentials.map((value) => value / total)
}

export const logOf = (span: Span): number => Math.max(-10, Math.log(span.probability))

/** Features of each span in the company of the others; `neighbours` are the best spans of the other fields. */
export function spanFeatures(spans: readonly Span[], view: RerankView, neighbours: readonly Span[]): number[][] {
  const endings = spans.map((span) => view.ends[lastWord(span, view)] === 1)
  return spans.map((_, k) => featuresOfSpan(k, spans, endings, view, neighbours))
}

function featuresOfSpan(k: number, spans: readonly Span[], endings: readonly boolean[], view: RerankView, neighbours: readonly Span[]): number[] {
  const { text, kinds, words, ends } = view
  const { tokens, lines } = text
  const span = spans[k] as Span
  const [start, stop] = [tokens[span.first] as Token, tokens[span.last - 1] as Token]
  const firstLine = lines[start.line] as readonly number[]
  const lastLine = lines[stop.line] as readonly number[]
  const ending = lastWord(span, view)
  const isEnded = endings[k] as boolean
  const height = stop.line - start.line // lines of a block follow one another in number
  const endedInside = between(ends, { first: span.first, last: ending }) > 0
  const fillsStart = firstLine[0] === span.first
  const fillsEnd = lastLine.at(-1) === span.last - 1
  const above = view.firstLines.has(start.line) ? -1 : start.line - 1
  const below = view.lastLines.has(stop.line) ? -1 : stop.line + 1
  const after = kinds[span.last] !== undefined && tokens[span.last]?.line === stop.line ? allKinds.indexOf(kinds[span.last] as Kind) + 1 : 0
  const before = span.first > 0 && tokens[span.first - 1]?.line === start.line ? allKinds.indexOf(kinds[span.first - 1] as Kind) + 1 : 0
  let pattern = 1
  for (let n = 0; n < Math.min(height + 1, 4); n++) pattern = pattern * 3 + hasEnd(start.line + n, view)
  const anyEnd = view.anyEnd ? 1 : 0
  const size = span.last - span.first
  const own = between(view.own, span)
  const other = between(view.other, span)
  const marks = marksOf(text)
  const ill = illFormed(span, tokens)
  const ownOfLine = lines.slice(start.line, stop.line + 1).map((line) => countIn(view.own, line))
  const odds = Math.round(logOf(span) / 2)
  let post = -1
  for (let i = span.first; i < span.last && post < 0; i++) if (kinds[i] === 'postcode') post = i - span.first
  const ended = isEnded ? 1 : 0
  const better = spans.some((inner, n) => n !== k && endings[n] === true && inner.first >= span.first && inner.last <= span.last && (tokens[inner.first] as Token).line > start.line)
  const lineAfter = below < 0 ? [] : (lines[below] as readonly number[])
  const lineBefore = above < 0 ? [] : (lines[above] as readonly number[])
  const overlap = neighbours.some((near) => near.last > span.first && near.first < span.last) ? 1 : 0
  const nearest = neighbours.filter((near) => near.last <= span.first).at(-1)
  const gap = nearest === undefined ? 9 : few(start.line - (tokens[nearest.last - 1] as Token).line, 4)

  const countKind = (kind: Kind): number => {
    let count = 0
    for (let i = span.first; i < span.last; i++) if (kinds[i] === kind) count++
    return count
  }
  const content = few(contentWords(span, view), 3)

  const found: (readonly [a: number, b: number])[] = [
    [few(k, 4), 0], [ended, 0], [endedInside ? 1 : 0, 0], [ended, endings.some((end, n) => end && n !== k) ? 1 : 0],
    [few(height, 6), 0], [few(height, 6), ended * 2 + (endedInside ? 1 : 0)], [fillsStart ? 1 : 0, 0], [fillsEnd ? 1 : 0, after],
    [few(start.row, 8), 0], [few(below < 0 ? 9 : countIn(view.other, lines[below]), 3), 0], [hasEnd(below, view), ended], [hasEnd(above, view), ended],
    [few(above < 0 ? 9 : countIn(view.other, lines[above]), 3), 0], [few(size, 9), 0], [few(size >> 2, 12), 0],
    [between(marks.figures, span) > 0 ? 1 : 0, 0], [few(own, 4), 0], [few(other, 4), 0],
    [start.text.startsWith('(') ? 1 : 0, stop.text.endsWith(')') ? 1 : 0], [endClass(stop.text), 0], [before, 0], [after, 0],
    [words[ending] as number, 0], [words[span.first] as number, 0], [post >= 0 ? 1 : 0, size - post < 9 ? 1 : 0],
    [words[lineAfter[0] ?? -1] ?? 0, 0], [pattern, 0], [pattern, hasEnd(above, view) * 3 + hasEnd(below, view)], [pattern, 9 + anyEnd],
    [odds, 0], [odds, 1 + ended], [isEnded ? 0 : 1, anyEnd], [start.row === 0 ? 1 : 0, 0], [words[lineBefore[0] ?? -1] ?? 0, 1],
    [fillsStart ? 1 : 0, fillsEnd ? 1 : 0], [few(below < 0 ? 9 : countIn(view.own, lines[below]), 3), height > 0 ? 1 : 0],
    [few(above < 0 ? 9 : countIn(view.own, lines[above]), 3), 0], [few(Math.max(...ownOfLine), 3), few(Math.min(...ownOfLine), 4)],
    [/[&-]$|^and$/i.test(tokens[lineBefore.at(-1) ?? -1]?.text ?? '') ? 1 : 0, 0], [better ? 1 : 0, ended],
    [Math.round((3 * (start.box[3] - start.box[1])) / Math.max(1, heightOf(tokens, lineAfter))), 0],
    [overlap, 0], [gap, 0], [few(ownOfLine[0] as number, 5), ownOfLine[0] === 0 ? firstLine.length : 0], [few(ownOfLine.at(-1) as number, 5), 0],
    [words[span.first] as number, fillsStart ? 1 : 2], [words[span.last] ?? 0, 3],
    [content, ended], [content, few(height, 3) * 2 + ended], [ill, 0], [ill, ended],
    [startClass(start.text), 0], [endClass(start.text), 1], [allKinds.indexOf(kinds[span.first] as Kind), 1], [ends[span.first] as number, ended],
    [few(countKind('web'), 1), few(countKind('phone') + countKind('registration'), 2)], [few(between(marks.colons, span), 2), 0],
    ...(view.sheets.has(start.page) ? [] : aroundSpan(span, lineBefore, lineAfter, ended, view)),
  ]
  return found.map(([a, b], template) => mix(300 + template, a, b) >>> (32 - rerankBits))
}

/**
 * What begins the lines around a span and how far they are: a registration number ends a name, a telephone number an
 * address, and a wider gap than within the value ends both. On receipts alone, where a line is a row.
 */
function aroundSpan(span: Span, lineBefore: readonly number[], lineAfter: readonly number[], ended: number, { text, kinds }: RerankView): (readonly [a: number, b: number])[] {
  const { tokens, lines } = text
  const [start, stop] = [tokens[span.first] as Token, tokens[span.last - 1] as Token]
  const step = (above: number | undefined, below: number | undefined): number => {
    const [one, other] = [tokens[above ?? -1], tokens[below ?? -1]]
    return one === undefined || other === undefined ? noStep : Math.max(-2, few(Math.round((2 * (other.box[1] - one.box[1])) / Math.max(1, start.box[3] - start.box[1])), 8))
  }
  const kindOf = (token: number | undefined): number => (token === undefined ? 0 : allKinds.indexOf(kinds[token] as Kind) + 1)
  const stepAbove = step(lineBefore.at(-1), span.first)
  const stepInside = stop.line === start.line ? 0 : 16 + step(span.first, lines[start.line + 1]?.[0])
  return [
    [stepAbove, 0], [step(span.last - 1, lineAfter[0]), 1], [stepAbove, stepInside],
    [kindOf(lineAfter[0]), 0], [kindOf(lineBefore[0]), 1], [kindOf(lineAfter[0]), ended], [kindOf(lineAfter.at(-1)), kindOf(lineAfter[0])],
  ]
}

const noStep = 9 // half heights; the longest that is told apart is 8

const few = (number: number, most: number): number => Math.min(most, number)

function between(marks: Uint8Array, { first, last }: Pick<Span, 'first' | 'last'>): number {
  let sum = 0
  for (let i = first; i < last; i++) sum += marks[i] as number
  return sum
}

function countIn(marks: Uint8Array, line: readonly number[] | undefined): number {
  let sum = 0
  if (line !== undefined) for (const i of line) sum += marks[i] as number
  return sum
}

/** 1 where a word of the line ends such values, 2 where there is no line. */
function hasEnd(line: number, view: RerankView): number {
  return line < 0 ? 2 : few(countIn(view.ends, view.text.lines[line]), 1)
}

function lastWord(span: Span, view: RerankView): number {
  let at = span.last - 1
  while (at > span.first && view.words[at] === 0) at--
  return at
}

/** Words of letters that are not mere endings: "SDN BHD" alone names nobody. */
function contentWords(span: Span, view: RerankView): number {
  const marks = marksOf(view.text)
  let count = 0
  for (let i = span.first; i < span.last; i++) if (view.words[i] !== 0 && view.ends[i] !== 1 && marks.lettered[i] === 1) count++
  return count
}

/** Bits: 1 a bracket stays open, 2 one is closed that was not opened, 4 the end wants to go on, 8 the start does. */
function illFormed(span: Span, tokens: readonly Token[]): number {
  let depth = 0
  let lowest = 0
  for (let i = span.first; i < span.last; i++) {
    for (const letter of (tokens[i] as Token).text) {
      if (letter === '(') depth++
      else if (letter === ')') lowest = Math.min(lowest, --depth)
    }
  }
  const [first, last] = [(tokens[span.first] as Token).text, (tokens[span.last - 1] as Token).text]
  return (depth > lowest ? 1 : 0) + (lowest < 0 ? 2 : 0) + (/[&+\-:(/]$|^(and|und|et|e|y|en|of)$/i.test(last) ? 4 : 0) + (/^[&+\-),.:;/]|^(and|und|et|y)$/i.test(first) ? 8 : 0)
}

const heightOf = (tokens: readonly Token[], line: readonly number[]): number => (line.length === 0 ? 1 : (tokens[line[0] as number] as Token).box[3] - (tokens[line[0] as number] as Token).box[1])

const startClass = (text: string): number => letterClass(text[0] as string)
const endClass = (text: string): number => letterClass(text.at(-1) as string)
const letterClass = (letter: string): number => (/\p{L}/u.test(letter) ? 1 : /\d/.test(letter) ? 2 : letter.charCodeAt(0))
