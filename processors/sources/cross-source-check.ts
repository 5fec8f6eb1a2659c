/**
 * Whether XML and payment codes say what the page says.
 *
 * People pay what is printed, machines what is embedded: where the two differ, there is an error or
 * fraud, and a person has to look. Honest documents print the same value in another form, or not
 * at all, or the page is read badly. So the page speaks against a value only where another one
 * stands in its stead: read with decent confidence while the value is printed nowhere in any form,
 * or read almost surely wherever the value is printed. An account and the date of issue are known
 * by their form: where the value isn't printed but others of the kind are, no reading is needed.
 * What honest pages often leave out (a due date beside "30 days net", a tax of nought) takes a
 * reading that is all but sure.
 *
 * Guarantees nothing about names and addresses, which have too many honest forms.
 */

import type { FieldType } from '../../schemas/profiles.ts'
import type { Field } from '../../schemas/types.ts'
import { findDates } from '../values/dates.ts'
import { compare, decimal, type Decimal } from '../values/money.ts'
import { isIban, plainOf } from '../values/identifiers.ts'
import { findText, printedSpanOf, type PrintedDocument } from '../rules/spans.ts'

// confidence with which another value must be read where the value itself is printed nowhere
const decent = 0.5
const firm = 0.95 // the same for what may honestly be left out
const sure = 0.99 // and where it is printed
const compared: ReadonlyMap<string, number> = new Map([
  ...['invoice_number', 'issue_date', 'seller_vat_id', 'grand_total', 'due_payable', 'iban'].map(
    (name) => [name, decent] as const,
  ),
  ...['due_date', 'buyer_vat_id', 'purchase_order', 'currency', 'net_total', 'tax_total'].map(
    (name) => [name, firm] as const,
  ),
])
// Of these a page may print several that all are right: accounts, and days until which less or all
// is paid
const several: ReadonlySet<string> = new Set(['iban', 'due_date'])

/**
 * Whether the page speaks against a value of the XML. `printed` is what rule or model reads for the
 * field.
 */
export function xmlDisagrees(
  xml: Field,
  type: FieldType,
  printed: Field | null,
  sheet: PrintedDocument,
): boolean {
  const least = compared.get(xml.name)
  if (least === undefined || xml.value === null || sheet.read.tokens.length === 0) return false
  const confidence = printed?.confidence ?? 0
  const another = isOther(xml, type, printed) && confidence >= least
  if (another && !several.has(xml.name) && confidence >= sure) return true
  if (!another) {
    // A reading that says the same settles it; one that says nothing leaves the kinds that are
    // known by their form
    const agrees = printed !== null && same(xml.value, printed.value, type)
    if (agrees || !printsItsKind(xml, type, sheet)) return false
  }
  return !isPrinted(xml, type, sheet)
}

/** Whether the page prints anything of the form of an account or of a date of issue. */
function printsItsKind(xml: Field, type: FieldType, sheet: PrintedDocument): boolean {
  if (type === 'iban') return printsAnIban(sheet)
  return xml.name === 'issue_date' && printsADate(sheet)
}

/** Whether a reading of the page speaks against a value of a code. */
export function codeDisagrees(code: Field, type: FieldType, printed: Field | null): boolean {
  return type !== 'text' && isOther(code, type, printed)
}

/**
 * Whether a code's value is the field's. The creditor of a code may be a bank or a factor: the
 * page's name and address stand where they are read with decent confidence. Its amount is the one
 * due: the page's total stands where the page shows that amount as the one due beside another
 * total.
 */
export function codeStands(
  code: Field,
  type: FieldType,
  printed: Field | null,
  predicted: readonly Field[],
): boolean {
  if (type === 'text') return printed === null || printed.confidence < decent
  if (code.name !== 'grand_total' || printed === null || same(code.value, printed.value, type))
    return true
  const due = predicted.find((field) => field.name === 'due_payable')
  return due === undefined || due.confidence < decent || !same(code.value, due.value, type)
}

function isOther(field: Field, type: FieldType, printed: Field | null): boolean {
  return (
    printed !== null &&
    printed.value !== null &&
    printed.confidence >= decent &&
    !same(field.value, printed.value, type)
  )
}

/**
 * Equal but for form: amounts by number without sign (a credit note may print one), numbers where
 * one holds the other.
 */
function same(a: string | null, b: string | null, type: FieldType): boolean {
  if (a === null || b === null) return a === b
  if (type === 'money') {
    const [x, y] = [decimal(a), decimal(b)]
    return x !== null && y !== null && compare(absolute(x), absolute(y)) === 0
  }
  const [x, y] = [plainOf(a), plainOf(b)]
  return (
    x === y ||
    (type === 'id' && Math.min(x.length, y.length) >= 3 && (x.includes(y) || y.includes(x)))
  )
}

function isPrinted(field: Field, type: FieldType, sheet: PrintedDocument): boolean {
  if (findText(sheet, field.value) !== null) return true
  const value = decimal(type === 'money' ? field.value : null)
  if (value === null) return printedSpanOf(sheet, field, type) !== null
  return formsOf(value).some(
    (form) => printedSpanOf(sheet, { ...field, value: form }, type) !== null,
  )
}

/**
 * Ways to print an amount: with its sign or without, with two decimals, or with none where they are
 * zero.
 */
function formsOf(value: Decimal): string[] {
  const digits = String(value.units < 0n ? -value.units : value.units).padStart(
    value.scale + 1,
    '0',
  )
  const whole = digits.slice(0, digits.length - value.scale)
  const fraction = digits.slice(digits.length - value.scale).replace(/0+$/, '')
  const lengths = [...new Set([fraction.length, Math.max(2, fraction.length), value.scale])]
  const forms = lengths.map((length) =>
    length === 0 ? whole : `${whole}.${fraction.padEnd(length, '0')}`,
  )
  return forms.flatMap((form) => [form, `-${form}`])
}

function absolute(value: Decimal): Decimal {
  return value.units < 0n ? { ...value, units: -value.units } : value
}

/** Whether any run of words is an IBAN with right check digits. */
function printsAnIban(sheet: PrintedDocument): boolean {
  const longest = 12 // tokens
  const { tokens } = sheet.read
  return tokens.some((token, start) => {
    if (!/^[A-Z]{2}\d{2}/.test(token.text)) return false
    let joined = ''
    for (
      let end = start;
      end < tokens.length && end - start < longest && joined.length < 34;
      end++
    ) {
      joined += (tokens[end]?.text ?? '').replace(/[^0-9A-Za-z]/g, '').toUpperCase()
      if (joined.length >= 15 && isIban(joined)) return true
    }
    return false
  })
}

function printsADate(sheet: PrintedDocument): boolean {
  return sheet.read.rows.some(
    (row) =>
      findDates(row.map((i) => sheet.read.tokens[i]?.text ?? '').join(' '), sheet.context.dateOrder)
        .length > 0,
  )
}
