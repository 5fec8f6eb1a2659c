/**
 * Features: what the model sees of each token, as numbers between 0 and 2^20. Defined here only:
 * the trainer learns weights for these numbers and the extractor looks up the same numbers.
 *
 * A feature is a template with one or two attributes ("the word to the left is X and the token
 * looks like an amount"), hashed to 20 bits (Weinberger et al. 2009, "Feature hashing for large
 * scale multitask learning"). Attributes are interned to integers once for each document, so no
 * string is built for a feature.
 *
 * Language-neutral where possible: shapes, places, ranks, sums and repetitions generalise to unseen
 * vendors and languages; words are learned from the data. Deterministic: the same tokens give the
 * same numbers in the same order.
 *
 * Templates 1 to 19, of the token's own text, are in token-features.ts; those of amounts, dates and
 * parties, 120 to 189, in feature-values.ts; those of labels, 190 to 208, in label-features.ts.
 *
 * `featureVersion` identifies this table. Change it whenever a template, an attribute or
 * tokenization changes: a model trained under another version is rejected, since its numbers mean
 * something else.
 */

import { chronologyOf, type Moment } from './chronology.ts'
import { repeatedTextOf, type RepeatedText } from '../document/repeated-text.ts'
import { amountFeatures } from './amount-features.ts'
import {
  add,
  addAll,
  another,
  bag,
  beginFeatures,
  featureCount,
  repeat,
  taken,
} from './feature-list.ts'
import { inSection, labelled } from './label-features.ts'
import { dates, edge, inTime, money, parties } from './feature-values.ts'
import { partySectionsOf, type PartySections } from './party-sections.ts'
import { layoutOf, type Layout } from '../document/layout.ts'
import {
  coarsest,
  documentFeaturesOf,
  featuresAs,
  type TokenFeatures,
  type DocumentFeatures,
} from '../document/token-features.ts'
import type { TokenKind } from '../document/shapes.ts'
import type { PageText, Token, Tokens } from '../document/tokens.ts'

// looked up once: called for every feature of every token
const { min, floor, round, max } = Math

export const featureVersion = 'tokens-3/features-6'

/**
 * Features of n tokens in compressed rows: those of token i are ids[starts[i]] to ids[starts[i + 1]
 * - 1].
 */
export interface FeatureRows {
  readonly starts: Int32Array
  readonly ids: Int32Array
}

export function kindsOf(text: Tokens): readonly TokenKind[] {
  return documentFeaturesOf(text).kinds
}

export function featuresOf(text: Tokens, kinds: readonly TokenKind[]): FeatureRows {
  const { tokens } = text
  const tokenFeatures = documentFeaturesOf(text)
  const layout = layoutOf(text, kinds, tokenFeatures)
  const amounts = amountFeatures(text, kinds)
  const hasSheet = text.pages.some((page) => page.sheet)
  const sheets = hasSheet ? onSheetsOf(text, kinds, tokenFeatures) : null
  const starts = new Int32Array(tokens.length + 1)
  // of the current line: where the features of each coarse kind begin, from 1, else 0
  const known = new Int32Array(coarsest + 1)
  const ends = new Int32Array(coarsest + 1)
  beginFeatures()
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token
    const page = text.pages[layout.page[i] as number] as PageText
    const coarse = tokenFeatures.coarse[i] as number
    another()
    addAll(featuresAs(tokenFeatures.all[i] as TokenFeatures, tokenFeatures.kind[i] as number))
    neighbours(i, tokenFeatures, tokens.length)
    place(i, token, page, text, layout, tokenFeatures)
    if (i > 0 && token.line !== (tokens[i - 1] as Token).line) known.fill(0)
    if (known[coarse] !== 0) repeat((known[coarse] as number) - 1, ends[coarse] as number)
    else {
      known[coarse] = featureCount() + 1
      ofLine(token.line, coarse, text, layout, tokenFeatures)
      ends[coarse] = featureCount()
    }
    surroundings(i, token, layout, tokenFeatures)
    if (sheets !== null && page.sheet) ofSheet(i, token, text, layout, tokenFeatures, sheets)
    const amount = amounts.get(i)
    if (amount !== undefined) money(i, text, layout, tokenFeatures, amount)
    const date = layout.dates.get(i)
    if (date !== undefined) dates(date)
    starts[i + 1] = featureCount()
  }
  return { starts, ids: taken() }
}

/** What sheets tell beyond receipts. */
interface OnSheets {
  readonly chronology: ReadonlyMap<number, Moment>
  readonly echoes: RepeatedText
  readonly sections: PartySections
}

function onSheetsOf(text: Tokens, kinds: readonly TokenKind[], of: DocumentFeatures): OnSheets {
  return {
    chronology: chronologyOf(text, kinds),
    echoes: repeatedTextOf(text, of.letters),
    sections: partySectionsOf(text),
  }
}

function ofSheet(
  i: number,
  token: Token,
  text: Tokens,
  layout: Layout,
  of: DocumentFeatures,
  { chronology, echoes, sections }: OnSheets,
): void {
  onSheet(i, token, text, layout, of)
  labelled(i, token, text, layout, of)
  inSection(i, token.line, of, sections)
  parties(i, text, layout, of, echoes)
  const moment = chronology.get(i)
  if (moment !== undefined) inTime(i, layout, moment)
}

/** Templates 20 to 39: the tokens before and after in reading order. */
function neighbours(i: number, of: DocumentFeatures, n: number): void {
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

/** Templates 40 to 69: where the token is on its page and in its line. */
function place(
  i: number,
  token: Token,
  page: PageText,
  text: Tokens,
  layout: Layout,
  of: DocumentFeatures,
): void {
  const { box } = token
  const firstRow = page.rows[0]
  const rows = page.rows[1] - firstRow
  const row = token.row - firstRow
  const line = text.lines[token.line] as readonly number[]
  const first = line[0] as number
  const at = i - first
  const left = page.box[0]
  const width = max(1, page.box[2] - left)
  const height = max(1, page.box[3] - page.box[1])
  const x0 = (page.rightToLeft ? page.box[2] - box[2] : box[0] - left) / width
  const x1 = (page.rightToLeft ? page.box[2] - box[0] : box[2] - left) / width
  const y0 = box[1] - page.box[1]
  const kind = of.kind[i] as number
  const coarse = of.coarse[i] as number
  const start = text.tokens[first] as Token
  const end = text.tokens[line[line.length - 1] as number] as Token
  const sheet = page.sheet ? 64 : 0 // positions on a sheet and on a receipt mean different things
  add(40, min(row, 25), sheet)
  add(41, min(rows - 1 - row, 20), sheet)
  add(42, floor((10 * row) / rows), sheet)
  add(43, floor(8 * x0), sheet)
  add(44, floor(8 * x1), sheet)
  add(45, floor((12 * y0) / height), sheet)
  add(46, min(at, 5), min(line.length, 6))
  add(47, min(line.length, 8), 0)
  add(48, round((4 * (box[3] - box[1])) / page.letter), 0)
  const middle = (start.box[0] + end.box[2]) / 2
  add(49, round((10 * (page.rightToLeft ? page.box[2] - middle : middle - left)) / width), sheet)
  add(50, min(row, 12) + sheet, min(at, 3))
  add(51, min(row, 15) + sheet, kind)
  add(52, at === 0 ? 1 : 0, row > 0 ? 1 : 0)
  add(53, at === line.length - 1 ? 1 : 0, 0)
  add(54, at === 0 ? (of.word[i] as number) : 0, 0)
  add(
    55,
    min(3, layout.page[i] as number),
    min(2, text.pages.length - 1 - (layout.page[i] as number)),
  )
  add(56, layout.column[i] as number, layout.columns[token.row] as number)
  add(57, floor(4 * x0) * 16 + floor((8 * y0) / height), kind + sheet)
  add(58, layout.repeats[i] as number, coarse)
  add(59, layout.inWeb[i] as number, coarse)
  add(
    60,
    min(6, layout.lineInBlock[token.line] as number),
    min(6, layout.blockLength[token.line] as number),
  )
}

/**
 * Templates 70 to 82: the words and kinds of a line and of its neighbours, to all its tokens of a
 * coarse kind.
 */
function ofLine(
  line: number,
  coarse: number,
  text: Tokens,
  layout: Layout,
  of: DocumentFeatures,
): void {
  const above = layout.lineAbove[line] as number
  const below = layout.lineBelow[line] as number
  const indexes = text.lines[line] as readonly number[]
  add(70, layout.lineKinds[line] as number, 0)
  add(71, above < 0 ? edge : (layout.lineKinds[above] as number), 0)
  add(72, below < 0 ? edge : (layout.lineKinds[below] as number), 0)
  add(73, firstWord(text, above, of), 0)
  add(74, lastWord(text, above, of), 0)
  add(75, firstWord(text, below, of), 0)
  add(76, lastWord(text, below, of), 0)
  add(77, of.word[indexes[0] as number] as number, 0)
  add(78, of.word[indexes[indexes.length - 1] as number] as number, 0)
  bagOfLine(79, line, coarse, layout)
  if (above >= 0) bagOfLine(80, above, coarse, layout)
  if (below >= 0) bagOfLine(81, below, coarse, layout)
  add(82, layout.lineText[line] as number, coarse)
}

/** Templates 83 to 92: what is left of a token and above it. */
function surroundings(i: number, token: Token, layout: Layout, of: DocumentFeatures): void {
  const coarse = of.coarse[i] as number
  const kind = of.kind[i] as number
  const up = layout.above[i] as number
  const down = layout.below[i] as number
  add(83, up < 0 ? edge : (of.word[up] as number), 0)
  add(84, up < 0 ? edge : (of.kind[up] as number), kind)
  add(85, down < 0 ? edge : (of.word[down] as number), 0)
  add(86, down < 0 ? edge : (of.kind[down] as number), kind)

  // The label: up to three words to the left in the row, nearest first, whatever their column
  const labels = layout.labelled[i] as number
  for (let k = 0; k < labels; k++) add(87 + k, layout.label[3 * i + k] as number, coarse)
  if (labels > 0 || coarse > 2) return
  add(90, coarse, 0)
  const above = layout.lineAbove[token.line] as number
  if (above < 0) return
  bagOfLine(91, above, coarse, layout)
  const higher = layout.lineAbove[above] as number
  if (higher >= 0) bagOfLine(92, higher, coarse, layout)
}

/**
 * Templates 93 to 119, on sheets: a label may also be above its value, and a table's heading above
 * its column.
 */
function onSheet(
  i: number,
  token: Token,
  text: Tokens,
  layout: Layout,
  of: DocumentFeatures,
): void {
  const { line, row } = token
  const coarse = of.coarse[i] as number
  const up = layout.above[i] as number
  if (up >= 0) bagOfLine(93, (text.tokens[up] as Token).line, coarse, layout)
  const heading = layout.heading(i)
  if (heading >= 0) add(94, of.word[heading] as number, coarse)
  add(95, layout.gapLeft[i] as number, coarse)
  add(96, layout.rowText(row), coarse)
  bag(97, layout.rowWords(row), coarse)
  bag(98, layout.blockKinds(line), coarse)
  const start = layout.blockStart[line] as number
  if (start !== line) bagOfLine(99, start, coarse, layout)
  add(100, layout.again[i] as number, coarse)
  bag(101, layout.section(row), coarse)
  const above = layout.lineAbove[line] as number
  const higher = above < 0 ? -1 : (layout.lineAbove[above] as number)
  if (higher >= 0) bagOfLine(102, higher, coarse, layout)
}

function bagOfLine(template: number, line: number, coarse: number, layout: Layout): void {
  bag(template, layout.lineWords[line] as readonly number[], coarse)
}

function firstWord(text: Tokens, line: number, of: DocumentFeatures): number {
  return line < 0 ? edge : (of.word[(text.lines[line] as readonly number[])[0] as number] as number)
}

function lastWord(text: Tokens, line: number, of: DocumentFeatures): number {
  if (line < 0) return edge
  const indexes = text.lines[line] as readonly number[]
  return of.word[indexes[indexes.length - 1] as number] as number
}
