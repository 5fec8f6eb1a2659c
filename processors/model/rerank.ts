/**
 * The second look at a name or address: a log-linear model over the few best spans that the tagger
 * offers (after Collins 2000, "Discriminative reranking for natural language parsing"). The tagger
 * sees a token and its neighbours; only here is a span seen whole: does it end like such a value
 * ends, does it fill its lines, do the lines before and after look as though they belonged to it,
 * is there a better one inside?
 *
 * What "ends like" means is learned as a lexicon: words that end (or fill) values of several
 * vendors, so that a name is never recognised merely because it was seen. Everything else is
 * language-neutral.
 */

import { mix } from '../shared/hashing.ts'
import { between, postcode, type Counts, type RerankView } from './lexicons.ts'
import { seam } from '../document/span-edges.ts'
import type { Span } from './tagger.ts'
import type { Token } from '../document/tokens.ts'
import type { Reranker } from './manifest.ts'

export const spansToRerank = 10
export const rerankBits = 16

/** Probabilities of the spans among themselves. `weights`: of each feature. */
export function rerank(
  spans: readonly Span[],
  features: readonly (readonly number[])[],
  weights: Float64Array,
  reranker: Pick<Reranker, 'score'>,
): number[] {
  const scores = spans.map((span, k) => {
    let sum = reranker.score * logOf(span)
    const own = features[k] as readonly number[]
    for (let n = 0; n < own.length; n++) sum += weights[own[n] as number] as number
    return sum
  })
  const most = Math.max(...scores)
  const exponentials = scores.map((score) => Math.exp(score - most))
  const total = exponentials.reduce((sum, value) => sum + value, 0)
  return exponentials.map((value) => value / total)
}

/** Sparse weights as `rerank` wants them: 512 KiB. */
export function weightsOf(
  sparse: Iterable<readonly [feature: number, weight: number]>,
): Float64Array {
  const weights = new Float64Array(1 << rerankBits)
  for (const [feature, weight] of sparse) weights[feature] = weight
  return weights
}

export const logOf = (span: Span): number => Math.max(-10, Math.log(span.probability))

/**
 * Features of each span in the company of the others; `neighbours` are the best spans of the other
 * fields.
 */
export function spanFeatures(
  spans: readonly Span[],
  view: RerankView,
  neighbours: readonly Span[],
): number[][] {
  const endings = spans.map((span) => isEnd(lastWord(span, view), view))
  return spans.map((span, k) => {
    const own = attributesOfSpan(k, spans, endings, view, neighbours)
    const around = view.sheets.has((view.text.tokens[span.first] as Token).page)
      ? none
      : attributesAround(span, endings[k] as boolean, view)
    const found = new Array<number>((own.length + around.length) >> 1)
    hashInto(found, 0, own)
    hashInto(found, own.length >> 1, around)
    return found
  })
}

const none: readonly number[] = []

/** Two attributes of a template become one feature. */
function hashInto(found: number[], template: number, attributes: readonly number[]): void {
  for (let n = 0; n < attributes.length; n += 2) {
    const at = template + (n >> 1)
    found[at] =
      mix(300 + at, attributes[n] as number, attributes[n + 1] as number) >>> (32 - rerankBits)
  }
}

/** Two numbers for each template. */
function attributesOfSpan(
  k: number,
  spans: readonly Span[],
  endings: readonly boolean[],
  view: RerankView,
  neighbours: readonly Span[],
): number[] {
  const { text, looks, ends, signs } = view
  const { tokens, lines } = text
  const { kind, lexicon: words } = looks
  const span = spans[k] as Span
  const start = tokens[span.first] as Token
  const stop = tokens[span.last - 1] as Token
  const firstLine = lines[start.line] as readonly number[]
  const lastLine = lines[stop.line] as readonly number[]
  const ending = lastWord(span, view)
  const isEnded = endings[k] as boolean
  const height = stop.line - start.line // lines of a block follow one another in number
  const endedInside = between(ends, span.first, ending) > 0 ? 1 : 0
  const fillsStart = firstLine[0] === span.first ? 1 : 0
  const fillsEnd = lastLine.at(-1) === span.last - 1 ? 1 : 0
  const above = ((view.edges[start.line] as number) & 1) !== 0 ? -1 : start.line - 1
  const below = ((view.edges[stop.line] as number) & 2) !== 0 ? -1 : stop.line + 1
  const after = tokens[span.last]?.line === stop.line ? (kind[span.last] as number) : 0
  const before = tokens[span.first - 1]?.line === start.line ? (kind[span.first - 1] as number) : 0
  let pattern = 1
  for (let n = 0; n < Math.min(height + 1, 4); n++)
    pattern = pattern * 3 + hasEnd(start.line + n, view)
  const endAbove = hasEnd(above, view)
  const endBelow = hasEnd(below, view)
  const anyEnd = view.anyEnd ? 1 : 0
  const size = span.last - span.first
  const ill = illFormed(span, view)
  let most = 0 // words of such values in a line of the span
  let least = Infinity
  for (let line = start.line; line <= stop.line; line++) {
    const own = countIn(view.own, lines[line])
    most = Math.max(most, own)
    least = Math.min(least, own)
  }
  const ownFirst = countIn(view.own, firstLine)
  const ownLast = countIn(view.own, lastLine)
  const odds = Math.round(logOf(span) / 2)
  let post = -1
  for (let i = span.first; i < span.last && post < 0; i++)
    if (kind[i] === postcode) post = i - span.first
  const ended = isEnded ? 1 : 0
  const better = spans.some(
    (inner, n) =>
      n !== k &&
      endings[n] === true &&
      inner.first >= span.first &&
      inner.last <= span.last &&
      (tokens[inner.first] as Token).line > start.line,
  )
  const lineAfter = below < 0 ? [] : (lines[below] as readonly number[])
  const lineBefore = above < 0 ? [] : (lines[above] as readonly number[])
  const overlap = neighbours.some((near) => near.last > span.first && near.first < span.last)
    ? 1
    : 0
  const nearest = neighbours.findLast((near) => near.last <= span.first)
  const gap =
    nearest === undefined ? 9 : few(start.line - (tokens[nearest.last - 1] as Token).line, 4)
  const content = few(between(view.content, span.first, span.last), 3)
  const wordAfter = words[lineAfter[0] ?? -1] ?? 0
  const wordBefore = words[lineBefore[0] ?? -1] ?? 0

  return [
    few(k, 4),
    0,
    ended,
    0,
    endedInside,
    0,
    ended,
    endings.some((end, n) => end && n !== k) ? 1 : 0,
    few(height, 6),
    0,
    few(height, 6),
    ended * 2 + endedInside,
    fillsStart,
    0,
    fillsEnd,
    after,
    few(start.row, 8),
    0,
    few(below < 0 ? 9 : countIn(view.other, lineAfter), 3),
    0,
    endBelow,
    ended,
    endAbove,
    ended,
    few(above < 0 ? 9 : countIn(view.other, lineBefore), 3),
    0,
    few(size, 9),
    0,
    few(size >> 2, 12),
    0,
    between(signs.figures, span.first, span.last) > 0 ? 1 : 0,
    0,
    few(between(view.own, span.first, span.last), 4),
    0,
    few(between(view.other, span.first, span.last), 4),
    0,
    has(start, seam.opens),
    has(stop, seam.closes),
    stop.look.ends,
    0,
    before,
    0,
    after,
    0,
    words[ending] as number,
    0,
    words[span.first] as number,
    0,
    post >= 0 ? 1 : 0,
    size - post < 9 ? 1 : 0,
    wordAfter,
    0,
    pattern,
    0,
    pattern,
    endAbove * 3 + endBelow,
    pattern,
    9 + anyEnd,
    odds,
    0,
    odds,
    1 + ended,
    isEnded ? 0 : 1,
    anyEnd,
    start.row === 0 ? 1 : 0,
    0,
    wordBefore,
    1,
    fillsStart,
    fillsEnd,
    few(below < 0 ? 9 : countIn(view.own, lineAfter), 3),
    height > 0 ? 1 : 0,
    few(above < 0 ? 9 : countIn(view.own, lineBefore), 3),
    0,
    few(most, 3),
    few(least, 4),
    has(tokens[lineBefore.at(-1) ?? -1], seam.unfinished),
    0,
    better ? 1 : 0,
    ended,
    Math.round((3 * (start.box[3] - start.box[1])) / Math.max(1, heightOf(tokens, lineAfter))),
    0,
    overlap,
    0,
    gap,
    0,
    few(ownFirst, 5),
    ownFirst === 0 ? firstLine.length : 0,
    few(ownLast, 5),
    0,
    words[span.first] as number,
    fillsStart ? 1 : 2,
    words[span.last] ?? 0,
    3,
    content,
    ended,
    content,
    few(height, 3) * 2 + ended,
    ill,
    0,
    ill,
    ended,
    start.look.begins,
    0,
    start.look.ends,
    1,
    (kind[span.first] as number) - 1,
    1,
    isEnd(span.first, view) ? 1 : 0,
    ended,
    few(between(signs.web, span.first, span.last), 1),
    few(between(signs.numbers, span.first, span.last), 2),
    few(between(signs.colon, span.first, span.last), 2),
    0,
  ]
}

/**
 * What begins the lines around a span and how far they are: a registration number ends a name, a
 * telephone number an address, and a wider gap than within the value ends both. On receipts alone,
 * where a line is a row.
 */
function attributesAround(
  span: Span,
  isEnded: boolean,
  { text, looks, edges }: RerankView,
): number[] {
  const { tokens, lines } = text
  const start = tokens[span.first] as Token
  const stop = tokens[span.last - 1] as Token
  const lineBefore =
    ((edges[start.line] as number) & 1) !== 0 ? none : (lines[start.line - 1] as readonly number[])
  const lineAfter =
    ((edges[stop.line] as number) & 2) !== 0 ? none : (lines[stop.line + 1] as readonly number[])
  const height = Math.max(1, start.box[3] - start.box[1])
  const stepAbove = step(tokens[lineBefore.at(-1) ?? -1], start, height)
  const stepInside =
    stop.line === start.line
      ? 0
      : 16 + step(start, tokens[lines[start.line + 1]?.[0] ?? -1], height)
  const kindAfter = looks.kind[lineAfter[0] ?? -1] ?? 0
  const kindBefore = looks.kind[lineBefore[0] ?? -1] ?? 0
  return [
    stepAbove,
    0,
    step(stop, tokens[lineAfter[0] ?? -1], height),
    1,
    stepAbove,
    stepInside,
    kindAfter,
    0,
    kindBefore,
    1,
    kindAfter,
    isEnded ? 1 : 0,
    looks.kind[lineAfter.at(-1) ?? -1] ?? 0,
    kindAfter,
  ]
}

const noStep = 9 // half heights; the longest that is told apart is 8

/** From the top of one token to that of another, in half heights of the span's first. */
function step(above: Token | undefined, below: Token | undefined, height: number): number {
  return above === undefined || below === undefined
    ? noStep
    : Math.max(-2, few(Math.round((2 * (below.box[1] - above.box[1])) / height), 8))
}

const few = (number: number, most: number): number => Math.min(most, number)

/** In a line. */
function countIn(counts: Counts, line: readonly number[] | undefined): number {
  return line === undefined || line.length === 0
    ? 0
    : between(counts, line[0] as number, (line[line.length - 1] as number) + 1)
}

/** 1 where a word of the line ends such values, 2 where there is no line. */
function hasEnd(line: number, view: RerankView): number {
  return line < 0 ? 2 : few(countIn(view.ends, view.text.lines[line]), 1)
}

const isEnd = (token: number, { ends }: RerankView): boolean =>
  between(ends, token, token + 1) === 1

function lastWord(span: Span, view: RerankView): number {
  let at = span.last - 1
  while (at > span.first && view.looks.lexicon[at] === 0) at--
  return at
}

/**
 * Bits: 1 a bracket stays open, 2 one is closed that was not opened, 4 the end wants to go on, 8
 * the start does.
 */
function illFormed(span: Span, { text: { tokens }, looks, signs }: RerankView): number {
  let depth = 0
  let lowest = 0
  if (between(signs.brackets, span.first, span.last) > 0)
    for (let i = span.first; i < span.last; i++) {
      if (looks.brackets[i] === 0) continue
      for (const letter of (tokens[i] as Token).text) {
        if (letter === '(') depth++
        else if (letter === ')') lowest = Math.min(lowest, --depth)
      }
    }
  return (
    (depth > lowest ? 1 : 0) +
    (lowest < 0 ? 2 : 0) +
    4 * has(tokens[span.last - 1], seam.wantsMore) +
    8 * has(tokens[span.first], seam.wantsBefore)
  )
}

const has = (token: Token | undefined, bit: number): number =>
  token !== undefined && (token.look.seams & bit) !== 0 ? 1 : 0

const heightOf = (tokens: readonly Token[], line: readonly number[]): number =>
  line.length === 0
    ? 1
    : (tokens[line[0] as number] as Token).box[3] - (tokens[line[0] as number] as Token).box[1]
