/**
 * Whether XML and payment codes agree with the printed page.
 *
 * People pay what is printed, machines what is embedded: where the two differ there is an error or
 * fraud, and the document goes to review. Genuine documents may print the value in another form or
 * not at all, and the page may be misread. So the page contradicts a value only if another one was
 * read instead: with fair confidence if the value is printed nowhere in any form, with near
 * certainty if it is printed. Account numbers and the issue date are recognised by their form: if
 * the value isn't printed but others of its kind are, no reading is needed. Values that genuine
 * pages often leave out (a due date beside "30 days net", a tax of zero) take a reading of near
 * certainty.
 *
 * Guarantees nothing about names and addresses, which have too many legitimate forms.
 */

import type { FieldType } from '../../schemas/profiles.ts'
import type { Field } from '../../schemas/types.ts'
import { findDates } from '../values/dates.ts'
import { compare, decimal, type Decimal } from '../values/money.ts'
import { isIban, plainOf } from '../values/identifiers.ts'
import { findText, printedSpanOf, type PrintedDocument } from '../rules/spans.ts'

// confidence of another value if the embedded one is printed nowhere
const decent = 0.5
const firm = 0.95 // the same for values that pages may leave out
const sure = 0.99 // and if the embedded value is printed
const compared: ReadonlyMap<string, number> = new Map([
  ...['invoice_number', 'issue_date', 'seller_vat_id', 'grand_total', 'due_payable', 'iban'].map(
    (name) => [name, decent] as const,
  ),
  ...['due_date', 'buyer_vat_id', 'purchase_order', 'currency', 'net_total', 'tax_total'].map(
    (name) => [name, firm] as const,
  ),
])
// A page may print several correct values of these: accounts, and due dates with and without
// discount
const several: ReadonlySet<string> = new Set(['iban', 'due_date'])

/**
 * Whether the page contradicts a value of the XML. `printed`: what a rule or the model reads for
 * the field.
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
    // A reading of the same value settles it; without a reading, kinds recognised by their form are
    // checked
    const agrees = printed !== null && same(xml.value, printed.value, type)
    if (agrees || !printsItsKind(xml, type, sheet)) return false
  }
  return !isPrinted(xml, type, sheet)
}

/** Whether the page prints anything in the form of an account number or an issue date. */
function printsItsKind(xml: Field, type: FieldType, sheet: PrintedDocument): boolean {
  if (type === 'iban') return printsAnIban(sheet)
  return xml.name === 'issue_date' && printsADate(sheet)
}

/** Whether a reading of the page contradicts a value of a payment code. */
export function codeDisagrees(code: Field, type: FieldType, printed: Field | null): boolean {
  return type !== 'text' && isOther(code, type, printed)
}

/**
 * Whether a code's value is the field's. The creditor of a code may be a bank or a factor, so name
 * and address of the page take precedence if read with fair confidence. Its amount is the amount
 * due, so the page's total takes precedence if the page shows the code's amount as due beside
 * another total.
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
 * Equal regardless of form: amounts by absolute number (a credit note may print a sign), numbers
 * where one contains the other, VAT ids with and without their country.
 */
function same(a: string | null, b: string | null, type: FieldType): boolean {
  if (a === null || b === null) return a === b
  if (type === 'money') {
    const [x, y] = [decimal(a), decimal(b)]
    return x !== null && y !== null && compare(absolute(x), absolute(y)) === 0
  }
  const [x, y] = [plainOf(a), plainOf(b)]
  if (x === y) return true
  if (type === 'vat') return isPrefixed(x, y) || isPrefixed(y, x)
  return type === 'id' && Math.min(x.length, y.length) >= 3 && (x.includes(y) || y.includes(x))
}

/** A VAT id whose country's prefix the other one lacks, as pages mostly print it at home. */
const isPrefixed = (id: string, bare: string): boolean =>
  bare.length >= 8 && id.length === bare.length + 2 && id.endsWith(bare) && /^[a-z]{2}/.test(id)

function isPrinted(field: Field, type: FieldType, sheet: PrintedDocument): boolean {
  if (findText(sheet, field.value) !== null) return true
  const value = decimal(type === 'money' ? field.value : null)
  if (value === null) return printedSpanOf(sheet, field, type) !== null
  return formsOf(value).some(
    (form) => printedSpanOf(sheet, { ...field, value: form }, type) !== null,
  )
}

/**
 * Forms in which an amount is printed: with or without its sign, with two decimals, or with none
 * where they are zero.
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

/** Whether any sequence of words is an IBAN with correct check digits. */
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
