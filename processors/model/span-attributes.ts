/**
 * Attributes of a whole span, for re-ranking: whether it ends like such a value, fills its lines,
 * and what is before, after and inside it. Two numbers make one feature.
 */

import { spanEdge } from '../document/span-edges.ts'
import type { Token } from '../document/tokens.ts'
import { between, postcode, type RunningCounts, type RerankView } from './lexicons.ts'
import type { Span } from './tagger.ts'

/** The candidate spans of one field, and the best spans of the other fields. */
export interface Rivals {
  readonly spans: readonly Span[]
  readonly endings: readonly boolean[] // for each span, whether it ends with a known ending
  readonly neighbours: readonly Span[]
}

/** Where a span is. Lines of a block have consecutive numbers. */
interface Bounds {
  readonly start: Token
  readonly stop: Token
  readonly firstLine: readonly number[]
  readonly lastLine: readonly number[]
  readonly above: number // line before it in the block, -1 if none
  readonly below: number
  readonly lineAbove: readonly number[] // `noLine` if none
  readonly lineBelow: readonly number[]
}

const noLine: readonly number[] = []

/** Pairs of numbers, one for each template; their order numbers the templates. */
export function attributesOfSpan(k: number, rivals: Rivals, view: RerankView): number[] {
  const { text, tokenFeatures, signs, own, other } = view
  const { kind, lexicon: words } = tokenFeatures
  const span = rivals.spans[k] as Span
  const { first, last } = span
  const bounds = boundsOf(span, view)
  const { start, stop, firstLine, lastLine, lineAbove, lineBelow } = bounds
  const height = stop.line - start.line
  const { ending, ended, endedInside, endAbove, endBelow } = endsOf(k, bounds, rivals, view)
  const anyEnd = bit(view.anyEnd)
  const pattern = endPattern(start.line, height, view)
  const fillsStart = bit(firstLine[0] === first)
  const fillsEnd = bit(lastLine.at(-1) === last - 1)
  const after = kindBeside(last, stop, view)
  const size = last - first
  const ownFirst = countIn(own, firstLine)
  const ownByLine = ownCounts(start.line, stop.line, view)
  const odds = Math.round(logOf(span) / 2)
  const content = few(between(view.content, first, last), 3)
  const ill = illFormed(span, view)
  const post = postcodeIn(span, view)

  const found = [few(k, 4), 0]
  found.push(ended, 0)
  found.push(endedInside, 0)
  found.push(ended, bit(rivals.endings.some((end, n) => end && n !== k)))
  found.push(few(height, 6), 0)
  found.push(few(height, 6), ended * 2 + endedInside)
  found.push(fillsStart, 0)
  found.push(fillsEnd, after)
  found.push(few(start.row, 8), 0)
  found.push(fewBeside(other, lineBelow), 0)
  found.push(endBelow, ended)
  found.push(endAbove, ended)
  found.push(fewBeside(other, lineAbove), 0)
  found.push(few(size, 9), 0)
  found.push(few(size >> 2, 12), 0)
  found.push(bit(between(signs.figures, first, last) > 0), 0)
  found.push(few(between(own, first, last), 4), 0)
  found.push(few(between(other, first, last), 4), 0)
  found.push(has(start, spanEdge.opens), has(stop, spanEdge.closes))
  found.push(stop.textFeatures.ends, 0)
  found.push(kindBeside(first - 1, start, view), 0)
  found.push(after, 0)
  found.push(words[ending] as number, 0)
  found.push(words[first] as number, 0)
  found.push(bit(post >= 0), bit(size - post < 9))
  found.push(wordAt(words, lineBelow[0]), 0)
  found.push(pattern, 0)
  found.push(pattern, endAbove * 3 + endBelow)
  found.push(pattern, 9 + anyEnd)
  found.push(odds, 0)
  found.push(odds, 1 + ended)
  found.push(1 - ended, anyEnd)
  found.push(bit(start.row === 0), 0)
  found.push(wordAt(words, lineAbove[0]), 1)
  found.push(fillsStart, fillsEnd)
  found.push(fewBeside(own, lineBelow), bit(height > 0))
  found.push(fewBeside(own, lineAbove), 0)
  found.push(few(ownByLine.most, 3), few(ownByLine.least, 4))
  found.push(has(text.tokens[lineAbove.at(-1) ?? -1], spanEdge.unfinished), 0)
  found.push(bit(hasBetterInside(k, rivals, view)), ended)
  found.push(heightRatio(start, lineBelow, view), 0)
  found.push(bit(overlapsAny(span, rivals.neighbours)), 0)
  found.push(linesSince(span, start, rivals.neighbours, view), 0)
  found.push(few(ownFirst, 5), ownFirst === 0 ? firstLine.length : 0)
  found.push(few(countIn(own, lastLine), 5), 0)
  found.push(words[first] as number, 2 - fillsStart)
  found.push(wordAt(words, last), 3)
  found.push(content, ended)
  found.push(content, few(height, 3) * 2 + ended)
  found.push(ill, 0)
  found.push(ill, ended)
  found.push(start.textFeatures.begins, 0)
  found.push(start.textFeatures.ends, 1)
  found.push((kind[first] as number) - 1, 1)
  found.push(bit(isEnd(first, view)), ended)
  found.push(few(between(signs.web, first, last), 1), few(between(signs.numbers, first, last), 2))
  found.push(few(between(signs.colon, first, last), 2), 0)
  return found
}

function boundsOf(span: Span, { text: { tokens, lines }, edges }: RerankView): Bounds {
  const start = tokens[span.first] as Token
  const stop = tokens[span.last - 1] as Token
  const above = ((edges[start.line] as number) & 1) !== 0 ? -1 : start.line - 1
  const below = ((edges[stop.line] as number) & 2) !== 0 ? -1 : stop.line + 1
  return {
    start,
    stop,
    firstLine: lines[start.line] as readonly number[],
    lastLine: lines[stop.line] as readonly number[],
    above,
    below,
    lineAbove: above < 0 ? noLine : (lines[above] as readonly number[]),
    lineBelow: below < 0 ? noLine : (lines[below] as readonly number[]),
  }
}

interface Ends {
  readonly ending: number // its last word: token index
  readonly ended: number // 1 where the word ends such values
  readonly endedInside: number // 1 where a word before it is such an ending
  readonly endAbove: number // of the lines above and below, as in `hasEnd`
  readonly endBelow: number
}

function endsOf(k: number, { above, below }: Bounds, rivals: Rivals, view: RerankView): Ends {
  const span = rivals.spans[k] as Span
  const ending = lastWord(span, view)
  return {
    ending,
    ended: bit(rivals.endings[k] === true),
    endedInside: bit(between(view.ends, span.first, ending) > 0),
    endAbove: hasEnd(above, view),
    endBelow: hasEnd(below, view),
  }
}

/** Which of the first four lines have an ending: base-3 digits after a leading 1. */
function endPattern(firstLine: number, height: number, view: RerankView): number {
  let pattern = 1
  for (let n = 0; n < Math.min(height + 1, 4); n++)
    pattern = pattern * 3 + hasEnd(firstLine + n, view)
  return pattern
}

/** The largest and smallest number of words of such values in a line of the span. */
function ownCounts(
  firstLine: number,
  lastLine: number,
  view: RerankView,
): { readonly most: number; readonly least: number } {
  let most = 0
  let least = Infinity
  for (let line = firstLine; line <= lastLine; line++) {
    const own = countIn(view.own, view.text.lines[line])
    most = Math.max(most, own)
    least = Math.min(least, own)
  }
  return { most, least }
}

/** The kind of a token in the line of `beside`, else 0. */
function kindBeside(at: number, beside: Token, { text, tokenFeatures }: RerankView): number {
  return text.tokens[at]?.line === beside.line ? (tokenFeatures.kind[at] as number) : 0
}

/** On sheets: whether the span ends or begins with a legal form, or stops before one. */
export function legalForms({ first, last }: Span, view: RerankView): number[] {
  const { tokens } = view.text
  const [start, stop] = [tokens[first] as Token, tokens[last - 1] as Token]
  const next = nextLegalForm(stop.line, last, view)
  return [stop.textFeatures.legalForm, 1 + 2 * next, start.textFeatures.legalForm, 2]
}

/** 1 where the text goes on with a legal form: in its line, or at the start of the line below. */
function nextLegalForm(line: number, at: number, { text: { tokens }, edges }: RerankView): number {
  const next = tokens[at]
  if (next === undefined || next.textFeatures.legalForm === 0) return 0
  const isBelow = next.line === line + 1 && ((edges[line] as number) & 2) === 0
  return next.line === line || isBelow ? 1 : 0
}

/** How many tokens stand before the first post code of the span; -1 without one. */
function postcodeIn(span: Span, { tokenFeatures }: RerankView): number {
  for (let i = span.first; i < span.last; i++)
    if (tokenFeatures.kind[i] === postcode) return i - span.first
  return -1
}

/** Whether another span that ends like such a value is inside this one, in a later line. */
function hasBetterInside(k: number, { spans, endings }: Rivals, { text }: RerankView): boolean {
  const span = spans[k] as Span
  const { line } = text.tokens[span.first] as Token
  return spans.some(
    (inner, n) =>
      n !== k &&
      endings[n] === true &&
      inner.first >= span.first &&
      inner.last <= span.last &&
      (text.tokens[inner.first] as Token).line > line,
  )
}

const overlapsAny = (span: Span, neighbours: readonly Span[]): boolean =>
  neighbours.some((near) => near.last > span.first && near.first < span.last)

/** Lines between the last neighbour before the span and the span, at most 4; 9 without one. */
function linesSince(
  span: Span,
  start: Token,
  neighbours: readonly Span[],
  { text }: RerankView,
): number {
  const nearest = neighbours.findLast((near) => near.last <= span.first)
  return nearest === undefined
    ? 9
    : few(start.line - (text.tokens[nearest.last - 1] as Token).line, 4)
}

/** Ratio of the span's first token height to that of a line, in thirds. */
function heightRatio(start: Token, line: readonly number[], { text }: RerankView): number {
  return Math.round((3 * (start.box[3] - start.box[1])) / Math.max(1, heightOf(text.tokens, line)))
}

const bit = (condition: boolean): number => (condition ? 1 : 0)

const wordAt = (words: Int32Array, at: number | undefined): number => words[at ?? -1] ?? 0

export const logOf = (span: Span): number => Math.max(-10, Math.log(span.probability))

export const few = (number: number, most: number): number => Math.min(most, number)

/** Within a line. */
function countIn(counts: RunningCounts, line: readonly number[] | undefined): number {
  return line === undefined || line.length === 0
    ? 0
    : between(counts, line[0] as number, (line[line.length - 1] as number) + 1)
}

/** Within the line beside a span, at most 3; none at a block's edge. */
function fewBeside(counts: RunningCounts, line: readonly number[]): number {
  return few(line === noLine ? 9 : countIn(counts, line), 3)
}

/** 1 where a word of the line ends such values, 2 where there is no line. */
function hasEnd(line: number, view: RerankView): number {
  return line < 0 ? 2 : few(countIn(view.ends, view.text.lines[line]), 1)
}

export const isEnd = (token: number, { ends }: RerankView): boolean =>
  between(ends, token, token + 1) === 1

export function lastWord(span: Span, view: RerankView): number {
  let at = span.last - 1
  while (at > span.first && view.tokenFeatures.lexicon[at] === 0) at--
  return at
}

/**
 * Bits: 1 a bracket stays open, 2 a bracket is closed that was not opened, 4 the text continues
 * after the end, 8 it continues from before the start.
 */
function illFormed(span: Span, { text: { tokens }, tokenFeatures, signs }: RerankView): number {
  let depth = 0
  let lowest = 0
  if (between(signs.brackets, span.first, span.last) > 0)
    for (let i = span.first; i < span.last; i++) {
      if (tokenFeatures.brackets[i] === 0) continue
      for (const letter of (tokens[i] as Token).text) {
        if (letter === '(') depth++
        else if (letter === ')') lowest = Math.min(lowest, --depth)
      }
    }
  return (
    (depth > lowest ? 1 : 0) +
    (lowest < 0 ? 2 : 0) +
    4 * has(tokens[span.last - 1], spanEdge.wantsMore) +
    8 * has(tokens[span.first], spanEdge.wantsBefore)
  )
}

const has = (token: Token | undefined, bit: number): number =>
  token !== undefined && (token.textFeatures.edgeBits & bit) !== 0 ? 1 : 0

const heightOf = (tokens: readonly Token[], line: readonly number[]): number =>
  line.length === 0
    ? 1
    : (tokens[line[0] as number] as Token).box[3] - (tokens[line[0] as number] as Token).box[1]
