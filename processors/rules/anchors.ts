/**
 * Anchors: places on a document that rules refer to, beside a label, at a position, or wherever a
 * text is printed.
 *
 * A label is the words left of a value on its row, or above it; it is found again by its letters
 * and digits alone, so capitals, colons and spacing don't matter and user input is never run as a
 * pattern. The text at the place must look like a value of the field's type; otherwise the anchor
 * finds nothing.
 */

import type { FieldType } from '../../schemas/profiles.ts'
import type { Token } from '../document/tokens.ts'
import {
  overlaps,
  plainTexts,
  range,
  unionOfBoxes,
  valueAt,
  type PrintedDocument,
  type PrintedSpan,
} from './spans.ts'

// -last: at the last occurrence of the label
export type Relation = 'right' | 'right-last' | 'below' | 'below-last'

const labelWords = 3 // tokens of the longest label
// token heights: text farther left of a label belongs to the column beside it …
const columnGap = 2
// … once the label has this many letters; fewer may be a currency, far from the label proper
const labelLetters = 4
const slack = 12 // thousandths of the page that a value may be away from its place
const farOff = 10_000 // thousandths of the page: largest possible distance

export interface Label {
  readonly text: string
  readonly relation: Relation
}

/** Labels by which a value at this place may be found, the nearest and longest first. */
export function labelsOf(sheet: PrintedDocument, span: PrintedSpan): Label[] {
  const plain = plainTexts(sheet.read)
  const first = sheet.read.tokens[span.tokens[0] as number] as Token
  const row = sheet.read.rows[first.row] as readonly number[]
  const left = withinColumn(sheet, row.slice(0, row.indexOf(span.tokens[0] as number)))
  const above = (sheet.read.rows[first.row - 1] ?? []).filter((i) =>
    overlaps(sheet.read.tokens[i] as Token, span.box),
  )
  const phrases = (tokens: readonly number[], relation: Relation): Label[] =>
    range(1, labelWords + 1)
      .reverse()
      .filter((count) => count <= tokens.length)
      .map((count) =>
        tokens
          .slice(-count)
          .map((i) => plain[i] as string)
          .join(''),
      )
      .filter((text) => /\p{L}{2}/u.test(text))
      .map((text) => ({ text, relation }))
  return [
    ...phrases(left, 'right'),
    ...phrases(left, 'right-last'),
    ...phrases(above, 'below'),
    ...phrases(above, 'below-last'),
  ]
}

/** The last of these tokens, without those of the column to their left. */
function withinColumn(sheet: PrintedDocument, tokens: readonly number[]): readonly number[] {
  const plain = plainTexts(sheet.read)
  for (let i = tokens.length - 1; i > 0; i--) {
    const [before, after] = [
      sheet.read.tokens[tokens[i - 1] as number] as Token,
      sheet.read.tokens[tokens[i] as number] as Token,
    ]
    const letters =
      tokens
        .slice(i)
        .map((token) => plain[token] as string)
        .join('')
        .match(/\p{L}/gu)?.length ?? 0
    if (
      letters >= labelLetters &&
      after.box[0] - before.box[2] > columnGap * (after.box[3] - after.box[1])
    )
      return tokens.slice(i)
  }
  return tokens
}

/** The value beside a label, or null. */
export function atLabel(
  sheet: PrintedDocument,
  label: string,
  relation: Relation,
  type: FieldType,
): PrintedSpan | null {
  const spans: PrintedSpan[] = []
  for (const row of sheet.read.rows) {
    for (let start = 0; start < row.length; start++) {
      const end = endOfLabel(sheet, row, start, label)
      if (end === null) continue
      const span = relation.startsWith('right')
        ? valueAt(sheet.read, row.slice(end), type, sheet.context)
        : valueBelow(sheet, row.slice(start, end), type)
      if (span !== null) spans.push(span)
    }
  }
  return (relation.endsWith('-last') ? spans.at(-1) : spans[0]) ?? null
}

export function positionOf(
  sheet: PrintedDocument,
  span: PrintedSpan,
): { page: number; box: number[] } {
  const [width, height] = sizeOf(sheet, span.page)
  const [x0, y0, x1, y1] = span.box
  return {
    page: span.page,
    box: [(1000 * x0) / width, (1000 * y0) / height, (1000 * x1) / width, (1000 * y1) / height].map(
      within,
    ),
  }
}

/** A whole number within range, even if a page without size or a distant box gives none. */
function within(edge: number): number {
  return Math.round(Math.min(farOff, Math.max(-farOff, edge))) || 0
}

/** The value whose words are within a place (thousandths of the page), or null. */
export function inPlace(
  sheet: PrintedDocument,
  page: number,
  place: readonly number[],
  type: FieldType,
): PrintedSpan | null {
  const [width, height] = sizeOf(sheet, page)
  const [x0, y0, x1, y1] = place
  if (x0 === undefined || y0 === undefined || x1 === undefined || y1 === undefined) return null
  const inside = range(0, sheet.read.tokens.length).filter((i) => {
    const token = sheet.read.tokens[i] as Token
    const x = (500 * (token.box[0] + token.box[2])) / width
    const y = (500 * (token.box[1] + token.box[3])) / height
    return (
      token.page === page &&
      x >= x0 - slack &&
      x <= x1 + slack &&
      y >= y0 - slack &&
      y <= y1 + slack
    )
  })
  return valueAt(sheet.read, inside, type, sheet.context)
}

/** Width and height of a page in tenths of its unit. */
function sizeOf(sheet: PrintedDocument, number: number): readonly [number, number] {
  const page = sheet.pages.find((candidate) => candidate.number === number)
  return [10 * (page?.width ?? 1), 10 * (page?.height ?? 1)]
}

function endOfLabel(
  sheet: PrintedDocument,
  row: readonly number[],
  start: number,
  label: string,
): number | null {
  const plain = plainTexts(sheet.read)
  let joined = ''
  for (let end = start; end < row.length && end - start < labelWords + 2; end++) {
    joined += plain[row[end] as number] as string
    if (joined === label) return end + 1
    if (!label.startsWith(joined)) return null
  }
  return null
}

function valueBelow(
  sheet: PrintedDocument,
  label: readonly number[],
  type: FieldType,
): PrintedSpan | null {
  const box = unionOfBoxes(label.map((i) => (sheet.read.tokens[i] as Token).box))
  const first = sheet.read.tokens[label[0] as number] as Token
  const below = sheet.read.rows[first.row + 1] ?? []
  const start = below.findIndex(
    (i) =>
      overlaps(sheet.read.tokens[i] as Token, box) &&
      (sheet.read.tokens[i] as Token).page === first.page,
  )
  return start < 0 ? null : valueAt(sheet.read, below.slice(start), type, sheet.context)
}
