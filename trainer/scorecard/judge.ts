/**
 * Judges each value for `errata evaluate`: stricter than the trainer's own evaluation, and by rules
 * that apply to any program's output.
 *
 * INVOICES. Values are compared: dates as ISO days, amounts as decimals, codes without spaces and
 * punctuation, other texts in one case with punctuation stripped at their ends (`value`), or by
 * letters and digits alone (`lenient`). RECEIPTS (truth of SROIE). The printed text is compared
 * with the official key: without white space (`nows`), without case as well (`nows_ci`), and by
 * letters and digits against the run of the transcript nearest to the key (`aligned`), which
 * ignores the annotators' spelling and judges the choice of words only.
 *
 * Only printed true values count. A value for a field that is absent by the truth is wrong; a value
 * for a field of unknown truth is left out of every figure and counted as unjudged.
 */

import { compare, decimal, normaliseMoney, type Decimal } from '../../processors/values/money.ts'
import { plainOf } from '../../processors/values/identifiers.ts'
import { textOf, tokensOf } from '../../processors/document/tokens.ts'
import type { Print } from '../../processors/document/words.ts'
import type { FieldType, Profile } from '../../schemas/profiles.ts'
import { officialNames, type TruthFile } from '../dataset.ts'
import type { Outcome } from '../f1.ts'
import { lettersAndDigits, nearestRun } from '../labels.ts'

export type TruthKind = 'receipt' | 'invoice'
export type Mode = 'nows' | 'nows_ci' | 'aligned' | 'value' | 'lenient'
/** The first mode identifies the kind. */
export const modesOf: Readonly<Record<TruthKind, readonly Mode[]>> = {
  receipt: ['nows', 'nows_ci', 'aligned'],
  invoice: ['value', 'lenient'],
}

/** The reading of a field, as in a line of `errata extract`. */
export interface Given {
  readonly value: string | null
  readonly raw: string | null
  readonly confidence: number | null
}

export interface JudgedField {
  readonly field: string
  readonly confidence: number | null // null where no value was given
  readonly outcomes: Readonly<Partial<Record<Mode, Outcome>>>
}

export interface JudgedFields {
  readonly fields: readonly JudgedField[]
  readonly unjudged: number
}

const farthest = 0.3 // of the key's length: largest edit distance of a matching run

export const kindOf = (truth: TruthFile): TruthKind =>
  truth.source === 'sroie' ? 'receipt' : 'invoice'

/** `print`: the words that the truth refers to, in which the run nearest to a key is searched. */
export function judgeFields(
  truth: TruthFile,
  print: Print | null,
  profile: Profile,
  given: Readonly<Record<string, Given>>,
): JudgedFields {
  return kindOf(truth) === 'receipt'
    ? judgeReceipt(truth, print, given)
    : judgeInvoice(truth, profile, given)
}

function judgeReceipt(
  truth: TruthFile,
  print: Print | null,
  given: Readonly<Record<string, Given>>,
): JudgedFields {
  const fields = Object.entries(officialNames).flatMap(([field, official]): JudgedField[] => {
    const key = truth.raw?.[official] ?? ''
    if (key === '') return []
    const { value, raw, confidence } = given[field] ?? nothing
    const text = raw === null || raw === '' ? value : raw
    if (text === null || text === '') return [judged(field, null, modesOf.receipt, () => 'missing')]
    const total = field === 'grand_total' && bareTotal(text) === bareTotal(key)
    const right: Partial<Record<Mode, boolean>> = {
      nows: total || withoutSpace(text) === withoutSpace(key),
      nows_ci: total || folded(withoutSpace(text)) === folded(withoutSpace(key)),
      aligned:
        total ||
        lettersAndDigits(text) ===
          (field.startsWith('seller_') ? nearest(key, print) : lettersAndDigits(key)),
    }
    return [
      judged(field, confidence, modesOf.receipt, (mode) =>
        right[mode] === true ? 'right' : 'wrong',
      ),
    ]
  })
  return { fields, unjudged: 0 }
}

function judgeInvoice(
  truth: TruthFile,
  profile: Profile,
  given: Readonly<Record<string, Given>>,
): JudgedFields {
  const names = [
    ...new Set([
      ...profile.fields.map(({ name }) => name),
      ...Object.keys(truth.fields),
      ...(truth.absent ?? []),
    ]),
  ]
  const outcomes = names.map((field) => judgeValue(truth, profile, field, given[field] ?? nothing))
  return {
    fields: outcomes.filter((one) => one !== null && one !== unknown),
    unjudged: outcomes.filter((one) => one === unknown).length,
  }
}

const unknown = 'a value is given and truth does not know the field'

/**
 * Null where there is nothing to judge: no predicted value, and no true one known to be printed.
 */
function judgeValue(
  truth: TruthFile,
  profile: Profile,
  field: string,
  { value, raw, confidence }: Given,
): JudgedField | typeof unknown | null {
  const text = (value === null || value === '' ? raw : value) ?? ''
  const wanted = truth.fields[field]
  if (wanted === null || truth.absent?.includes(field) === true)
    return text === '' ? null : judged(field, confidence, modesOf.invoice, () => 'extra')
  if (wanted === undefined || !isPrinted(truth, field)) return text === '' ? null : unknown
  if (text === '') return judged(field, null, modesOf.invoice, () => 'missing')
  const type = profile.fields.find(({ name }) => name === field)?.type ?? 'text'
  const right = rightModes(type, text, wanted)
  return judged(field, confidence, modesOf.invoice, (mode) =>
    right[mode] === true ? 'right' : 'wrong',
  )
}

function rightModes(
  type: FieldType,
  text: string,
  wanted: string,
): Readonly<Partial<Record<Mode, boolean>>> {
  const strict = isSame(type, text, wanted)
  return {
    value: strict,
    lenient: strict || (isText(type) && plainOf(text) === plainOf(wanted)),
  }
}

/** Generated documents list their occurrences; for others every true value counts as printed. */
function isPrinted({ printed, spans }: TruthFile, field: string): boolean {
  return printed === undefined
    ? spans === undefined || spans[field] !== undefined
    : printed[field] === true
}

const nothing: Given = { value: null, raw: null, confidence: null }

function judged(
  field: string,
  confidence: number | null,
  modes: readonly Mode[],
  outcome: (mode: Mode) => Outcome,
): JudgedField {
  return {
    field,
    confidence,
    outcomes: Object.fromEntries(modes.map((mode) => [mode, outcome(mode)])),
  }
}

const isText = (type: FieldType): boolean => type === 'text' || type === 'id'

function isSame(type: FieldType, given: string, wanted: string): boolean {
  switch (type) {
    case 'date':
      return given.trim().slice(0, 10) === wanted.trim().slice(0, 10)
    case 'money':
      return isSameAmount(given, wanted)
    case 'iban':
    case 'vat':
      return plainOf(given) === plainOf(wanted)
    case 'currency':
    case 'document_type':
    case 'text':
    case 'id':
      return comparable(given) === comparable(wanted)
    default:
      return type satisfies never
  }
}

/** The amount in a text; null where there is none. */
export function amountOf(text: string | null | undefined): Decimal | null {
  if (text === null || text === undefined) return null
  return decimal(text.trim().replace(/^\+/, '')) ?? decimal(normaliseMoney(text, null))
}

export function isSameAmount(given: string, wanted: string): boolean {
  const [a, b] = [amountOf(given), amountOf(wanted)]
  return a === null || b === null ? given === wanted : compare(a, b) === 0
}

/** One case, single spaces, no punctuation at the ends. */
function comparable(text: string): string {
  return folded(text.normalize('NFKC').replace(/\s+/gu, ' ').trim()).replace(
    /^[\p{P}\p{S} ]+|[\p{P}\p{S} ]+$/gu,
    '',
  )
}

// via uppercase, so that ß becomes ss
const folded = (text: string): string => text.toUpperCase().toLowerCase()

const withoutSpace = (text: string): string => text.replace(/\s+/gu, '')

/** A total without currency and thousands separators. */
function bareTotal(text: string): string {
  return text
    .replace(/^\s*(?:RM|\$|MYR)\s*/i, '')
    .replace(/[, ](?=\d{3})/g, '')
    .trim()
}

/**
 * Letters and digits of the run of tokens nearest to a key, or of the key itself if none is near
 * enough.
 */
function nearest(key: string, print: Print | null): string {
  const tokens = print === null ? [] : tokensOf(print).tokens
  const run = nearestRun(
    tokens,
    tokens.map((token) => lettersAndDigits(token.text)),
    key,
    farthest,
  )
  return lettersAndDigits(run === null ? key : textOf(tokens, run[0], run[1]))
}
