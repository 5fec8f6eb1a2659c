/**
 * What a page calls itself, and amounts in the one sign that document-types.ts states.
 *
 * A title stands in a line of its own in the upper part of the first page, alone or with a number:
 * "CREDIT NOTE", "Rechnung Nr. 4711". Invoices name other documents too ("credit for invoice 12"), so
 * a credit note's title counts before an invoice's of about the same size. A title of two meanings,
 * or two titles that disagree, are no reading: a person is asked. A German "Gutschrift" is a credit
 * note, or an invoice that the buyer writes (§ 14 (2) UStG): only amounts below zero tell.
 */

import type { Profile } from '../../schemas/profiles.ts'
import type { Field, LineItem, Reason } from '../../schemas/types.ts'
import { placeOf, textOf, type Token } from '../document/tokens.ts'
import type { Einvoice } from '../sources/einvoice.ts'
import { credited, isTotal, negated } from '../sources/credit.ts'
import { unsignedCode } from '../sources/payment-codes.ts'
import type { PrintedDocument } from '../rules/spans.ts'
import {
  directionOf,
  isDocumentType,
  titleAtStart,
  type DocumentType,
} from '../values/document-types.ts'

export const typeField = 'document_type'
export const titleOrigin = 'title' // originId of a type that the page's title says
const upper = 0.45 // of the first page's text, where titles stand
const clearlyTaller = 1.2
const mostBeside = 6 // words of number and date beside a title
const besideWords: ReadonlySet<string> = new Set(
  'n no nº nr num number numero número numéro nummer numer číslo č id vom of from dated du del van z dne'.split(
    ' ',
  ),
)

export interface PageTitle {
  /** Null where the page has no title, or its titles can't be told apart. */
  readonly field: Field | null
  readonly isUnclear: boolean
}

interface Found {
  readonly type: DocumentType | 'doubtful'
  readonly tokens: readonly Token[]
  readonly height: number
}

export function pageTitle(sheet: PrintedDocument, amounts: readonly Field[]): PageTitle {
  const found = titlesOf(sheet)
  const tallest = Math.max(0, ...found.map(({ height }) => height))
  const special = found.filter(({ type }) => type !== 'invoice')
  const types = new Set(special.map(({ type }) => type))
  const [first] = special.length > 0 ? special : found
  if (first === undefined) return { field: null, isUnclear: false }
  const isOvershadowed = special.length > 0 && tallest > clearlyTaller * first.height
  if (types.size > 1 || isOvershadowed) return { field: null, isUnclear: true }
  if (first.type !== 'doubtful') return { field: fieldOf(first, first.type), isUnclear: false }
  return amounts.some(({ name, value }) => isTotal(name) && isBelowZero(value))
    ? { field: fieldOf(first, 'credit_note'), isUnclear: false }
    : { field: null, isUnclear: true }
}

function titlesOf({ read }: PrintedDocument): Found[] {
  const [page] = read.pages
  if (page === undefined) return []
  const lowest = page.box[1] + upper * (page.box[3] - page.box[1])
  return read.lines.flatMap((line) => {
    const tokens = line.map((at) => read.tokens[at] as Token)
    const [first] = tokens
    if (first === undefined || first.page !== page.number || first.box[1] > lowest) return []
    const text = textOf(tokens, 0, tokens.length)
    const title = titleAtStart(text)
    if (title === null || !isNumber(text.slice(title.end))) return []
    return [{ type: title.type, tokens, height: first.box[3] - first.box[1] }]
  })
}

/** Whether nothing but a number and a date stands beside a title. */
function isNumber(text: string): boolean {
  const words = text.toLowerCase().split(/[\s:#№()]+/u)
  const said = words
    .map((word) => word.replace(/^[.,/°–-]+|[.,/°–-]+$/gu, ''))
    .filter((word) => word !== '')
  return said.length <= mostBeside && said.every((word) => /\d/.test(word) || besideWords.has(word))
}

function fieldOf({ tokens }: Found, type: DocumentType): Field {
  return {
    name: typeField,
    value: type,
    raw: textOf(tokens, 0, tokens.length),
    confidence: 1,
    ...placeOf(tokens, 0, tokens.length),
    origin: 'rule',
    originId: titleOrigin,
  }
}

export function typeOf(fields: readonly Field[]): DocumentType | null {
  const value = fields.find(({ name }) => name === typeField)?.value ?? null
  return value !== null && isDocumentType(value) ? value : null
}

/** Why a person has to say what the document is. */
export function typeDoubts(
  profile: Profile,
  title: PageTitle,
  fields: readonly Field[],
  einvoice: Pick<Einvoice, 'typeDoubt'> | null,
): Reason[] {
  if (!profile.fields.some(({ name }) => name === typeField)) return []
  const ask = (detail: string): Reason[] => [
    { code: 'document_type_unclear', field: typeField, detail },
  ]
  if (einvoice !== null && einvoice.typeDoubt !== null) return ask(einvoice.typeDoubt)
  const type = typeOf(fields)
  const printed = title.field === null ? null : typeOf([title.field])
  if (type === null) return title.isUnclear ? ask('title') : []
  if (printed === null || directionOf[type] * directionOf[printed] >= 0) return []
  return ask('title_disagrees')
}

export interface Amounts {
  readonly fields: readonly Field[]
  readonly lineItems: readonly LineItem[]
}

/**
 * The amounts of a credit note that prints them without sign, or some of them, below zero; those of
 * any other document as they are. What is due beside a total with a sign may go the other way.
 */
export function inOneSign({ fields, lineItems }: Amounts): Amounts {
  const type = typeOf(fields)
  if (type === null || directionOf[type] >= 0) return { fields, lineItems }
  const total = fields.find(({ name }) => name === 'grand_total')?.value ?? null
  const isSame = (value: string | null): boolean => value === total || `-${value}` === total
  const fits = ({ name, value, origin, originId }: Field): boolean =>
    isTotal(name) &&
    isAboveZero(value) &&
    (origin === 'model' || origin === 'rule' || originId === unsignedCode) &&
    (name !== 'due_payable' || isAboveZero(total) || isSame(value))
  const rows = lineItems.flatMap(({ cells }) => cells)
  const isRowSigned = rows.some(
    ({ name, value, origin }) => origin === 'xml' || (name === 'line_total' && isBelowZero(value)),
  )
  return {
    fields: fields.map((field) => (fits(field) ? negated(field) : field)),
    lineItems: isRowSigned
      ? lineItems
      : lineItems.map(({ cells }) => ({ cells: cells.map(credited) })),
  }
}

const isBelowZero = (value: string | null): boolean => value?.startsWith('-') === true
const isAboveZero = (value: string | null): boolean => value !== null && /^(?!-).*[1-9]/.test(value)
