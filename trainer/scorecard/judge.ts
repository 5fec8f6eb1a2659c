/**
 * Right or wrong, value by value, for `errata evaluate`: stricter than the trainer's own opinion of
 * a model, and by rules that anybody can apply to anybody's output.
 *
 * INVOICES. Values are compared: dates as ISO days, amounts as decimals, codes without spaces and
 * signs, other texts in one case with punctuation stripped at their ends (`value`), or by letters
 * and digits alone (`lenient`). RECEIPTS (truth of SROIE). What is printed is compared with the
 * official key: without white space (`nows`), without case as well (`nows_ci`), and by letters and
 * digits against the run of the transcript nearest to the key (`aligned`), which forgives the
 * annotators their spelling and leaves the choice of words.
 *
 * A truth counts where it is printed. What is given for a field that truth says is absent is wrong;
 * what is given for one that truth doesn't know is left out of every figure and counted as
 * unjudged.
 */

import { compare, decimal, normaliseMoney, type Decimal } from '../../processors/values/money.ts'
import { plainOf } from '../../processors/values/identifiers.ts'
import { textOf, tokensOf } from '../../processors/document/tokens.ts'
import type { Print } from '../../processors/document/words.ts'
import type { FieldType, Profile } from '../../schemas/profiles.ts'
import { officialNames, type TruthFile } from '../dataset.ts'
import type { Outcome } from '../gate.ts'
import { lettersAndDigits, nearestRun } from '../labels.ts'

export type TruthKind = 'receipt' | 'invoice'
export type Mode = 'nows' | 'nows_ci' | 'aligned' | 'value' | 'lenient'
/** The first one is what a kind is known by. */
export const modesOf: Readonly<Record<TruthKind, readonly Mode[]>> = {
  receipt: ['nows', 'nows_ci', 'aligned'],
  invoice: ['value', 'lenient'],
}

/** What was read for a field, as a line of `errata extract` says it. */
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

const farthest = 0.3 // of the key's length: a transcript's run further from it by edit distance is not it

export const kindOf = (truth: TruthFile): TruthKind =>
  truth.source === 'sroie' ? 'receipt' : 'invoice'

/** `print` is what truth was made from: the run nearest to a key is looked for in it. */
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

/** Null where there is nothing to judge: no value, and none that is known to be printed. */
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

/**
 * Generated documents say where each value stands; of those that say nothing everything is printed.
 */
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

/** The amount that a text states; null where it states none. */
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

// by way of capitals, so that ß is ss
const folded = (text: string): string => text.toUpperCase().toLowerCase()

const withoutSpace = (text: string): string => text.replace(/\s+/gu, '')

/** A total without its currency and its signs for thousands. */
function bareTotal(text: string): string {
  return text
    .replace(/^\s*(?:RM|\$|MYR)\s*/i, '')
    .replace(/[, ](?=\d{3})/g, '')
    .trim()
}

/**
 * Letters and digits of the run of tokens nearest to a key, or of the key itself where none is
 * near.
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
