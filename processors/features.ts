/**
 * Features: what the model may see of each token, as numbers between 0 and 2^20. The ONE place; the trainer learns weights
 * for these numbers and the extractor looks the same numbers up.
 *
 * A feature is a template with one or two attributes ("the word to the left is X while I look like an amount"), hashed to
 * 20 bits (Weinberger et al. 2009, "Feature hashing for large scale multitask learning"). Attributes are interned to
 * integers once for each document, so no string is built for a feature: that is what makes this fast.
 *
 * Language-neutral where possible: shapes, places, ranks, sums and repetitions carry over to vendors and languages that
 * nobody has seen; words are learned from the data. Deterministic: the same tokens give the same numbers in the same order.
 *
 * Templates 1 to 19, of a text by itself, are in looks.ts; those of amounts, dates and parties, 120 to 189, in feature-values.ts.
 *
 * `featureVersion` names this table. Change it whenever a template, an attribute or the tokenising changes: a model
 * trained under another version is refused, never run on numbers that mean something else.
 */

import { chronologyOf, type Moment } from './chronology.ts'
import { echoesOf } from './echoes.ts'
import { amountEvidence } from './evidence.ts'
import { add, addAll, bag, begin, count, repeat, taken } from './feature-list.ts'
import { dates, edge, inTime, money, parties } from './feature-values.ts'
import { layoutOf, type Layout } from './layout.ts'
import { coarsest, looksOf, type Look, type Looks } from './looks.ts'
import type { Kind } from './shapes.ts'
import type { PageText, Token, Tokens } from './tokens.ts'

const { min, floor, round, max } = Math // looked up once: these are called for every feature of every token

export const featureVersion = 'tokens-1/features-3'

/** Features of n tokens in compressed rows: those of token i are ids[starts[i]] to ids[starts[i + 1] - 1]. */
export interface FeatureRows {
  readonly starts: Int32Array
  readonly ids: Int32Array
  /** Which of them come again with other tokens, for whoever adds up something for each of them. */
  readonly again?: Again
}

/**
 * The first features of token i are its text's own, looks[i].features. Of its line it has those from lineStarts[i] to
 * lineEnds[i] (exclusive): tokens of one group, which stand on one line, have the same there.
 */
export interface Again {
  readonly looks: readonly Look[]
  readonly lineStarts: Int32Array
  readonly lineEnds: Int32Array
  readonly groups: Int32Array // the first token of each token's group
}

export function kindsOf(text: Tokens): readonly Kind[] {
  return looksOf(text).kinds
}

export function featuresOf(text: Tokens, kinds: readonly Kind[]): FeatureRows {
  const { tokens } = text
  const looks = looksOf(text)
  const layout = layoutOf(text, kinds, looks)
  const amounts = amountEvidence(text, kinds)
  const hasSheet = text.pages.some((page) => page.sheet)
  const chronology = hasSheet ? chronologyOf(text, kinds) : new Map<number, Moment>()
  const echoes = hasSheet ? echoesOf(text, looks.letters) : null
  const starts = new Int32Array(tokens.length + 1)
  const again = { looks: looks.all, lineStarts: new Int32Array(tokens.length), lineEnds: new Int32Array(tokens.length), groups: new Int32Array(tokens.length) }
  const known = new Int32Array(coarsest + 1).fill(-1) // of the line at hand: the first token of each coarse kind
  begin()
  for (let i = 0; i < tokens.length; i++) {
    const isSheet = layout.isSheet((tokens[i] as Token).page)
    addAll((looks.all[i] as Look).features)
    neighbours(i, looks, tokens.length)
    place(i, text, layout, looks)
    if (i > 0 && (tokens[i] as Token).line !== (tokens[i - 1] as Token).line) known.fill(-1)
    const first = known[looks.coarse[i] as number] as number
    again.lineStarts[i] = count
    if (first >= 0) repeat(again.lineStarts[first] as number, again.lineEnds[first] as number)
    else {
      known[looks.coarse[i] as number] = i
      ofLine((tokens[i] as Token).line, looks.coarse[i] as number, text, layout, looks)
    }
    again.groups[i] = first < 0 ? i : first
    again.lineEnds[i] = count
    surroundings(i, text, layout, looks)
    if (amounts.hundredths[i] !== null) money(i, text, layout, looks, amounts)
    if (echoes !== null && isSheet) parties(i, text, layout, looks, echoes)
    if (kinds[i] === 'date') dates(i, layout)
    const moment = isSheet ? chronology.get(i) : undefined
    if (moment !== undefined) inTime(i, layout, moment)
    starts[i + 1] = count
  }
  return { starts, ids: taken(), again }
}

/** Templates 20 to 39: the tokens before and after in reading order. */
function neighbours(i: number, of: Looks, n: number): void {
  const word = of.word[i] as number
  const kind = of.kind[i] as number
  const before = i > 0 ? (of.word[i - 1] as number) : edge
  const before2 = i > 1 ? (of.word[i - 2] as number) : edge
  const after = i < n - 1 ? (of.word[i + 1] as number) : edge
  const after2 = i < n - 2 ? (of.word[i + 2] as number) : edge
  const kindBefore = i > 0 ? (of.kind[i - 1] as number) : 0
  const kindAfter = i < n - 1 ? (of.kind[i + 1] as number) : 0
  add(20, before, 0)
  add(21, before2, 0)
  add(22, after, 0)
  add(23, after2, 0)
  add(24, kindBefore, kind)
  add(25, kind, kindAfter)
  add(26, before, word)
  add(27, word, after)
  add(28, kindBefore * 32 + kind, kindAfter * 32 + (i > 1 ? (of.kind[i - 2] as number) : 0))
}

/** Templates 40 to 69: where the token stands on its page and in its line. */
function place(i: number, text: Tokens, layout: Layout, of: Looks): void {
  const token = text.tokens[i] as Token
  const page = layout.pages.get(token.page) as PageText
  const firstRow = page.rows[0]
  const rows = page.rows[1] - firstRow
  const row = token.row - firstRow
  const line = text.lines[token.line] as readonly number[]
  const at = i - (line[0] as number)
  const width = max(1, page.box[2] - page.box[0])
  const x0 = (token.box[0] - page.box[0]) / width
  const x1 = (token.box[2] - page.box[0]) / width
  const kind = of.kind[i] as number
  const start = text.tokens[line[0] as number] as Token
  const end = text.tokens[line.at(-1) as number] as Token
  const sheet = page.sheet ? 64 : 0 // a sheet's places and a receipt's are different things
  add(40, min(row, 25), sheet)
  add(41, min(rows - 1 - row, 20), sheet)
  add(42, floor((10 * row) / rows), sheet)
  add(43, floor(8 * x0), sheet)
  add(44, floor(8 * x1), sheet)
  add(45, floor((12 * (token.box[1] - page.box[1])) / max(1, page.box[3] - page.box[1])), sheet)
  add(46, min(at, 5), min(line.length, 6))
  add(47, min(line.length, 8), 0)
  add(48, round((4 * (token.box[3] - token.box[1])) / page.letter), 0)
  add(49, round((10 * ((start.box[0] + end.box[2]) / 2 - page.box[0])) / width), sheet)
  add(50, min(row, 12) + sheet, min(at, 3))
  add(51, min(row, 15) + sheet, kind)
  add(52, at === 0 ? 1 : 0, row > 0 ? 1 : 0)
  add(53, at === line.length - 1 ? 1 : 0, 0)
  add(54, at === 0 ? (of.word[i] as number) : 0, 0)
  add(55, min(3, layout.pageFromStart(token.page)), min(2, layout.pageFromEnd(token.page)))
  add(56, layout.columnOf(i), layout.columnsOf(i))
  add(57, floor(4 * x0) * 16 + floor((8 * (token.box[1] - page.box[1])) / max(1, page.box[3] - page.box[1])), kind + sheet)
  add(58, layout.repeats(i), of.coarse[i] as number)
  add(59, layout.inAddressOfWeb(i), of.coarse[i] as number)
  add(60, min(6, layout.lineInBlock(token.line)), min(6, layout.blockLength(token.line)))
}

/** Templates 70 to 82: the words and kinds of a line and of its neighbours, to all its tokens of a coarse kind. */
function ofLine(line: number, coarse: number, text: Tokens, layout: Layout, of: Looks): void {
  const above = layout.lineAbove(line)
  const below = layout.lineBelow(line)
  const indexes = text.lines[line] as readonly number[]
  add(70, layout.lineKinds(line), 0)
  add(71, above < 0 ? edge : layout.lineKinds(above), 0)
  add(72, below < 0 ? edge : layout.lineKinds(below), 0)
  add(73, wordOfLine(text, above, 0, of), 0)
  add(74, wordOfLine(text, above, -1, of), 0)
  add(75, wordOfLine(text, below, 0, of), 0)
  add(76, wordOfLine(text, below, -1, of), 0)
  add(77, of.word[indexes[0] as number] as number, 0)
  add(78, of.word[indexes.at(-1) as number] as number, 0)
  bag(79, layout.lineWords(line), coarse)
  if (above >= 0) bag(80, layout.lineWords(above), coarse)
  if (below >= 0) bag(81, layout.lineWords(below), coarse)
  add(82, layout.lineText(line), coarse)
}

/** Templates 83 to 119: what stands left of a token and above it. */
function surroundings(i: number, text: Tokens, layout: Layout, of: Looks): void {
  const token = text.tokens[i] as Token
  const line = token.line
  const above = layout.lineAbove(line)
  const coarse = of.coarse[i] as number
  const kind = of.kind[i] as number
  const up = layout.above(i)
  const down = layout.below(i)
  add(83, up < 0 ? edge : (of.word[up] as number), 0)
  add(84, up < 0 ? edge : (of.kind[up] as number), kind)
  add(85, down < 0 ? edge : (of.word[down] as number), 0)
  add(86, down < 0 ? edge : (of.kind[down] as number), kind)

  // The label: up to three words to the left in the row, nearest first, whatever column they stand in
  const label = layout.label(i)
  for (let k = 0; k < label.length; k++) add(87 + k, label[k] as number, coarse)
  if (label.length === 0 && coarse <= 2) {
    add(90, coarse, 0)
    if (above >= 0) bag(91, layout.lineWords(above), coarse)
    const higher = above < 0 ? -1 : layout.lineAbove(above)
    if (higher >= 0) bag(92, layout.lineWords(higher), coarse)
  }
  if (layout.isSheet(token.page)) {
    // A label may also stand above its value, and a table's heading above its column
    if (up >= 0) bag(93, layout.lineWords((text.tokens[up] as Token).line), coarse)
    const heading = layout.heading(i)
    if (heading >= 0) add(94, of.word[heading] as number, coarse)
    add(95, layout.gapLeft(i), coarse)
    add(96, layout.rowText(token.row), coarse)
    bag(97, layout.rowWords(token.row), coarse)
    bag(98, layout.blockKinds(line), coarse)
    const start = layout.blockStart(line)
    if (start !== line) bag(99, layout.lineWords(start), coarse)
    add(100, layout.firstRepeat(i), coarse)
    bag(101, layout.section(token.row), coarse)
    const higher = above < 0 ? -1 : layout.lineAbove(above)
    if (higher >= 0) bag(102, layout.lineWords(higher), coarse)
  }
}

function wordOfLine(text: Tokens, line: number, at: 0 | -1, of: Looks): number {
  return line < 0 ? edge : (of.word[(text.lines[line] as readonly number[]).at(at) as number] as number)
}
