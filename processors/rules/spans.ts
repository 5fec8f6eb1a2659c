/**
 * Finds where a text or a value is printed on a document. A text is found by its letters and digits
 * alone; a value must look like one of its type.
 */

import type { FieldType } from '../../schemas/profiles.ts'
import type { Field, Page } from '../../schemas/types.ts'
import { tokensOf, type Token, type Tokens } from '../document/tokens.ts'
import type { Box, Print } from '../document/words.ts'
import { least, most } from '../shared/extent.ts'
import { oncePer } from '../shared/memoize.ts'
import { isIban, isVatId, plainOf } from '../values/identifiers.ts'
import { documentContext } from '../document/context.ts'
import { normaliseValue, type DocumentContext } from '../values/normalise.ts'

export interface PrintedSpan {
  readonly tokens: readonly number[] // indexes, in reading order
  readonly value: string
  readonly raw: string
  readonly words: readonly number[]
  readonly page: number
  readonly box: Box
}

export interface PrintedDocument {
  readonly read: Tokens
  readonly context: DocumentContext
  readonly pages: readonly Page[]
}

const longest = 60 // tokens of the longest text that is searched for

export function printedDocument(print: Print): PrintedDocument {
  return { read: tokensOf(print), context: documentContext(print), pages: print.pages }
}

/** Letters and digits of each token; needed only by XML, codes and rules. */
export const plainTexts = oncePer(({ tokens }: Tokens): readonly string[] =>
  tokens.map((token) => plainOf(token.text)),
)

/** Where a text is printed, compared by letters and digits; null where it isn't. */
export function findText({ read }: PrintedDocument, text: string | null): PrintedSpan | null {
  const wanted = plainOf(text ?? '')
  if (wanted === '') return null
  const plain = plainTexts(read)
  for (let start = 0; start < plain.length; start++) {
    // a bracket before the text doesn't belong to it: its word may be part of something else
    if (plain[start] === '') continue
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
  { read, context }: PrintedDocument,
  tokens: readonly number[],
  type: FieldType,
): PrintedSpan | null {
  const value = normaliseValue(type, textOf(read, tokens), context)
  return value === null || value === '' ? null : spanFrom(read, tokens, value)
}

/** Where a field's value is printed: by its words, else by its text, else by its value. */
export function printedSpanOf(
  sheet: PrintedDocument,
  field: Field,
  type: FieldType,
): PrintedSpan | null {
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

function byValue(
  { read, context }: PrintedDocument,
  field: Field,
  type: FieldType,
): PrintedSpan | null {
  if (field.value === null || type === 'text') return null
  for (const row of read.rows) {
    for (let start = 0; start < row.length; start++) {
      const found = valueAt(read, row.slice(start), type, context)
      if (found?.value === field.value && found.tokens[0] === row[start]) return found
    }
  }
  return null
}

/** The value that these tokens begin with; a colon or a currency may precede it. */
export function valueAt(
  read: Tokens,
  tokens: readonly number[],
  type: FieldType,
  context: DocumentContext,
): PrintedSpan | null {
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
    case 'document_type':
    case 'text':
      return true
    default:
      return type satisfies never
  }
}

/** How many tokens from here are in the same run of text. */
function runLength(read: Tokens, tokens: readonly number[], start: number): number {
  const line = read.tokens[tokens[start] ?? -1]?.line
  const end = tokens.findIndex((i, at) => at >= start && read.tokens[i]?.line !== line)
  return (end < 0 ? tokens.length : end) - start
}

function spanFrom(read: Tokens, indexes: readonly number[], value: string): PrintedSpan {
  const tokens = indexes.map((i) => read.tokens[i] as Token)
  const page = (tokens[0] as Token).page
  return {
    tokens: indexes,
    value,
    raw: textOf(read, indexes),
    words: [...new Set(tokens.map((token) => token.word))],
    page,
    box: unionOfBoxes(tokens.filter((token) => token.page === page).map((token) => token.box)),
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

export function unionOfBoxes(boxes: readonly Box[]): Box {
  return [
    least(boxes.map((box) => box[0])),
    least(boxes.map((box) => box[1])),
    most(boxes.map((box) => box[2])),
    most(boxes.map((box) => box[3])),
  ]
}

export function overlaps(token: Token, box: Box): boolean {
  return Math.min(token.box[2], box[2]) > Math.max(token.box[0], box[0])
}

export function range(start: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i)
}
