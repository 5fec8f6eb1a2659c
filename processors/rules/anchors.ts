/**
 * Places on a document: beside a label, at a position, or wherever a text is printed. What rules
 * point with.
 *
 * A label is the words left of a value on its row, or above it; it is found again by its letters
 * and digits alone, so capitals, colons and spacing don't matter and nothing that a person wrote is
 * ever a pattern. What stands at the place must look like a value of the field's type, else there
 * is nothing at that place.
 */

import type { FieldType } from '../../schemas/profiles.ts'
import type { Field, Page } from '../../schemas/types.ts'
import { least, most } from '../shared/extent.ts'
import { isIban, isVatId, plainOf } from '../values/identifiers.ts'
import { documentContext, normaliseValue, type Context } from '../values/normalise.ts'
import { oncePer } from '../shared/memoize.ts'
import { tokensOf, type Token, type Tokens } from '../document/tokens.ts'
import type { Box, Print } from '../document/words.ts'

// -last: at the last occurrence of the label
export type Relation = 'right' | 'right-last' | 'below' | 'below-last'

export interface Span {
  readonly tokens: readonly number[] // indexes, in reading order
  readonly value: string
  readonly raw: string
  readonly words: readonly number[]
  readonly page: number
  readonly box: Box
}

export interface Sheet {
  readonly read: Tokens
  readonly context: Context
  readonly pages: readonly Page[]
}

const longest = 60 // tokens of the longest text that is looked for
const labelWords = 3 // tokens of the longest label
// heights of a token: what stands farther left of a label belongs to the column beside it …
const columnGap = 2
// … once the label has so many letters; less may be a currency, far from what names it
const labelLetters = 4
const slack = 12 // thousandths of the page that a value may stand away from its place
const farOff = 10_000 // thousandths of the page: no place is farther away

export function sheetOf(print: Print): Sheet {
  return { read: tokensOf(print), context: documentContext(print), pages: print.pages }
}

/** Letters and digits of each token; only XML, codes and rules ask for them. */
const plainTexts = oncePer(({ tokens }: Tokens): readonly string[] =>
  tokens.map((token) => plainOf(token.text)),
)

/** Where a text is printed, compared by letters and digits; null where it isn't. */
export function findText({ read }: Sheet, text: string | null): Span | null {
  const wanted = plainOf(text ?? '')
  if (wanted === '') return null
  const plain = plainTexts(read)
  for (let start = 0; start < plain.length; start++) {
    if (plain[start] === '') continue // a bracket before the text is not its beginning: its word may be another's
    let joined = ''
    for (let end = start; end < plain.length && end - start < longest; end++) {
      joined += plain[end]
      if (joined === wanted) return spanFrom(read, range(start, end + 1), text as string)
      if (!wanted.startsWith(joined)) break
    }
  }
  return null
}

/** The value that these tokens print; null where they print none of this type. */
export function spanAt(
  { read, context }: Sheet,
  tokens: readonly number[],
  type: FieldType,
): Span | null {
  const value = normaliseValue(type, textOf(read, tokens), context)
  return value === null || value === '' ? null : spanFrom(read, tokens, value)
}

/** Where a field's value is printed: by its words, else by its text, else by its value. */
export function spanOf(sheet: Sheet, field: Field, type: FieldType): Span | null {
  const { read } = sheet
  const words = new Set(field.words)
  const members = range(0, read.tokens.length).filter((i) =>
    words.has((read.tokens[i] as Token).word),
  )
  const wanted = plainOf(field.raw ?? field.value ?? '')
  const plain = plainTexts(read)
  for (let start = 0; start < members.length; start++) {
    if (plain[members[start] as number] === '') continue
    let joined = ''
    for (let end = start; end < members.length; end++) {
      joined += plain[members[end] as number]
      if (joined === wanted) return spanFrom(read, members.slice(start, end + 1), field.value ?? '')
    }
  }
  return findText(sheet, field.raw) ?? byValue(sheet, field, type)
}

function byValue({ read, context }: Sheet, field: Field, type: FieldType): Span | null {
  if (field.value === null || type === 'text') return null
  for (const row of read.rows) {
    for (let start = 0; start < row.length; start++) {
      const found = valueAt(read, row.slice(start), type, context)
      if (found?.value === field.value && found.tokens[0] === row[start]) return found
    }
  }
  return null
}

export interface Label {
  readonly text: string
  readonly relation: Relation
}

/** Labels that a value at this place might be found by, the nearest and longest first. */
export function labelsOf(sheet: Sheet, span: Span): Label[] {
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

/** The last of these tokens, without those of the column beside them. */
function withinColumn(sheet: Sheet, tokens: readonly number[]): readonly number[] {
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
  sheet: Sheet,
  label: string,
  relation: Relation,
  type: FieldType,
): Span | null {
  const spans: Span[] = []
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

export function placeOf(sheet: Sheet, span: Span): { page: number; box: number[] } {
  const [width, height] = sizeOf(sheet, span.page)
  const [x0, y0, x1, y1] = span.box
  return {
    page: span.page,
    box: [(1000 * x0) / width, (1000 * y0) / height, (1000 * x1) / width, (1000 * y1) / height].map(
      within,
    ),
  }
}

/** A whole number near the page, also where a page without size or a box far off it gives none. */
function within(edge: number): number {
  return Math.round(Math.min(farOff, Math.max(-farOff, edge))) || 0
}

/** The value whose words stand within a place (thousandths of the page), or null. */
export function inPlace(
  sheet: Sheet,
  page: number,
  place: readonly number[],
  type: FieldType,
): Span | null {
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
function sizeOf(sheet: Sheet, number: number): readonly [number, number] {
  const page = sheet.pages.find((candidate) => candidate.number === number)
  return [10 * (page?.width ?? 1), 10 * (page?.height ?? 1)]
}

function endOfLabel(
  sheet: Sheet,
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

function valueBelow(sheet: Sheet, label: readonly number[], type: FieldType): Span | null {
  const box = union(label.map((i) => (sheet.read.tokens[i] as Token).box))
  const first = sheet.read.tokens[label[0] as number] as Token
  const below = sheet.read.rows[first.row + 1] ?? []
  const start = below.findIndex(
    (i) =>
      overlaps(sheet.read.tokens[i] as Token, box) &&
      (sheet.read.tokens[i] as Token).page === first.page,
  )
  return start < 0 ? null : valueAt(sheet.read, below.slice(start), type, sheet.context)
}

/** The value that these tokens begin with, a colon or a currency before it apart. */
function valueAt(
  read: Tokens,
  tokens: readonly number[],
  type: FieldType,
  context: Context,
): Span | null {
  const skip = tokens.findIndex((i) => plainOf((read.tokens[i] as Token).text) !== '')
  if (skip < 0) return null
  for (const start of [skip, skip + 1]) {
    const counts =
      type === 'money' || type === 'iban' || type === 'vat' ? range(1, 9).reverse() : range(1, 7)
    for (const count of type === 'text' ? [runLength(read, tokens, start)] : counts) {
      const chosen = tokens.slice(start, start + count)
      if (chosen.length < count || count === 0) continue
      const raw = textOf(read, chosen)
      const value = looksLike(type, raw) ? normaliseValue(type, raw, context) : null
      if (value !== null) return spanFrom(read, chosen, value)
    }
    if (type === 'text' || type === 'id') break
  }
  return null
}

const amount = /^[-(]?\s*(?:\d{1,3}(?:[ .,'’]\d{3})+|\d+)(?:[.,]\d{1,4})?\s*[-)]?$/u

function looksLike(type: FieldType, raw: string): boolean {
  switch (type) {
    case 'money':
      return amount.test(raw.replace(/\p{Sc}|\b(?:RM|[A-Z]{3})\b|(?<=\d)[A-Z*]$/gu, '').trim())
    case 'iban':
      return isIban(raw.replace(/\s/g, '').toUpperCase())
    case 'vat':
      return isVatId(raw.replace(/[^0-9A-Za-z]/g, '').toUpperCase()) === true
    case 'id':
      return /\d/.test(raw)
    case 'date':
    case 'currency':
    case 'text':
      return true
    default:
      return type satisfies never
  }
}

/** How many tokens from here stand in the same run of text. */
function runLength(read: Tokens, tokens: readonly number[], start: number): number {
  const line = read.tokens[tokens[start] ?? -1]?.line
  const end = tokens.findIndex((i, at) => at >= start && read.tokens[i]?.line !== line)
  return (end < 0 ? tokens.length : end) - start
}

function spanFrom(read: Tokens, indexes: readonly number[], value: string): Span {
  const tokens = indexes.map((i) => read.tokens[i] as Token)
  const page = (tokens[0] as Token).page
  return {
    tokens: indexes,
    value,
    raw: textOf(read, indexes),
    words: [...new Set(tokens.map((token) => token.word))],
    page,
    box: union(tokens.filter((token) => token.page === page).map((token) => token.box)),
  }
}

function textOf(read: Tokens, indexes: readonly number[]): string {
  return indexes
    .map(
      (i, at) =>
        `${at > 0 && (read.tokens[i] as Token).spaced ? ' ' : ''}${(read.tokens[i] as Token).text}`,
    )
    .join('')
}

function union(boxes: readonly Box[]): Box {
  return [
    least(boxes.map((box) => box[0])),
    least(boxes.map((box) => box[1])),
    most(boxes.map((box) => box[2])),
    most(boxes.map((box) => box[3])),
  ]
}

function overlaps(token: Token, box: Box): boolean {
  return Math.min(token.box[2], box[2]) > Math.max(token.box[0], box[0])
}

function range(start: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i)
}
