/**
 * Checks: conditions that the values of an invoice must meet. A check can veto a value; it never
 * invents or corrects one.
 *
 * Amounts are exact decimals (money.ts). Invoices may lawfully round each line's tax or each rate's
 * sum, so a sum of n roundings may be off by n half cents; see `tolerance`. A check does not apply
 * where its fields are missing or the profile doesn't name it: route.ts handles missing values.
 *
 * Details name the fields that differ, never their values.
 */

import type { Profile } from '../../schemas/profiles.ts'
import type { Check, Field, LineItem, Outcome } from '../../schemas/types.ts'
import { daysBetween } from '../values/dates.ts'
import { digitsOf, isCurrency, normaliseCurrency } from '../values/currencies.ts'
import { directionOf, isDocumentType } from '../values/document-types.ts'
import { isIban, isVatId } from '../values/identifiers.ts'
import {
  compare,
  decimal,
  minus,
  near,
  negate,
  plus,
  round,
  sum,
  times,
  type Decimal,
} from '../values/money.ts'

type Values = ReadonlyMap<string, Field>
interface Verdict {
  readonly outcome: Outcome
  readonly fields: readonly string[]
  readonly detail: string | null
}

const nothing: Decimal = { units: 0n, scale: 2 }
const cent: Decimal = { units: 1n, scale: 2 }
const halfCent: Decimal = { units: 5n, scale: 3 }
const twoCents: Decimal = { units: 2n, scale: 2 }
// totals that are paid in cash end on five cents
const cashRounding: Decimal = { units: 5n, scale: 2 }
const cashRounded: ReadonlySet<string> = new Set(['CHF', 'MYR', 'SGD', 'AUD', 'NZD', 'CAD'])
const maxFutureDays = 5 // invoices may be slightly postdated, and clocks and time zones differ
const maxAgeDays = 15 * 366
const maxDueDays = 3 * 366 // a payment date years later is a misread year

const checks: Readonly<
  Record<string, (values: Values, rows: readonly Values[], now: number, beside: Decimal) => Verdict>
> = {
  sign: signFits,
  totals_add_up: totalsAddUp,
  lines_add_up: linesAddUp,
  line_arithmetic: lineArithmetic,
  iban: (values) => judge(values, ['iban'], isIban, 'check_digits'),
  vat_id: (values) => judge(values, ['seller_vat_id', 'buyer_vat_id'], isVatId, 'check_digits'),
  date_order: dateOrder,
  currency: currencyAgrees,
}

/** What a profile may name. */
export const checkNames: readonly string[] = Object.keys(checks)

/**
 * The outcome of each check that the profile names; `now` in milliseconds since 1970, `beside`:
 * document-level charges and allowances, where known. An unknown name does not apply.
 */
export function runChecks(
  profile: Profile,
  fields: readonly Field[],
  lineItems: readonly LineItem[],
  now: number,
  beside = nothing,
): Check[] {
  const values = byName(fields)
  const rows = lineItems.map((item) => byName(item.cells))
  return profile.checks.map((name) => ({
    name,
    ...(checks[name]?.(values, rows, now, beside) ?? {
      outcome: 'not_applicable',
      fields: [],
      detail: 'unknown_check',
    }),
  }))
}

/** Amounts go the way of the document's type; see document-types.ts. */
function signFits(values: Values): Verdict {
  const fields = ['document_type', 'grand_total']
  const grand = amount(values, 'grand_total')
  if (grand === null) return doesNotApply(fields)
  const type = values.get('document_type')?.value ?? null
  const direction = type !== null && isDocumentType(type) ? directionOf[type] : null
  if (direction === null) return grand.units < 0n ? failed(fields, 'no_type') : passed(fields)
  const others = ['net_total', 'due_payable'].flatMap((name) => amount(values, name) ?? [])
  if (direction === -1 && [grand, ...others].some(({ units }) => units > 0n))
    return failed(fields, 'credit_above_zero')
  return direction === 1 && grand.units < 0n ? failed(fields, 'invoice_below_zero') : passed(fields)
}

function totalsAddUp(values: Values, rows: readonly Values[]): Verdict {
  const fields = ['net_total', 'tax_total', 'grand_total']
  const [net, tax, grand] = fields.map((name) => amount(values, name))
  if (net == null || tax == null || grand == null) return doesNotApply(fields)
  if (!near(plus(net, tax), grand, tolerance(values, 0))) return failed(fields, 'net_plus_tax')
  const expected = expectedTaxes(rows, net, grand)
  if (expected !== null && !expected.some((one) => near(one, tax, tolerance(values, rows.length))))
    return failed(fields, 'tax_of_lines')
  return passed(fields)
}

/**
 * Tax by both rounding conventions; null unless all lines have a rate and their totals are net
 * amounts that add up to `net`.
 */
function expectedTaxes(rows: readonly Values[], net: Decimal, grand: Decimal): Decimal[] | null {
  if (rows.length === 0 || compare(net, grand) === 0) return null
  const taxes: Decimal[] = []
  const bases = new Map<string, Decimal>()
  const totals: Decimal[] = []
  for (const row of rows) {
    const total = amount(row, 'line_total')
    const rate = amount(row, 'tax_rate')
    if (total === null || rate === null) return null
    totals.push(total)
    taxes.push(round(percent(total, rate), 2))
    const key = `${rate.units * 10n ** BigInt(6 - Math.min(6, rate.scale))}`
    bases.set(key, plus(bases.get(key) ?? { units: 0n, scale: 2 }, total))
  }
  if (!near(sum(totals), net, twoCents)) return null
  const global = [...bases].map(([key, base]) =>
    round(percent(base, { units: BigInt(key), scale: 6 }), 2),
  )
  return [sum(taxes), sum(global)]
}

function linesAddUp(
  values: Values,
  rows: readonly Values[],
  _now: number,
  beside: Decimal,
): Verdict {
  const fields = ['line_total', 'net_total', 'grand_total']
  const totals = rows.map((row) => amount(row, 'line_total'))
  const wanted = [amount(values, 'net_total'), amount(values, 'grand_total')].filter(
    (value) => value !== null,
  )
  if (totals.length === 0 || totals.includes(null) || wanted.length === 0)
    return doesNotApply(fields)
  // Line totals are net on most invoices and gross on some: either sum will do
  const total = plus(sum(totals as Decimal[]), beside)
  return wanted.some((one) => near(total, one, tolerance(values, rows.length)))
    ? passed(fields)
    : failed(fields, 'sum_of_lines')
}

function lineArithmetic(_values: Values, rows: readonly Values[]): Verdict {
  const fields = ['quantity', 'unit_price', 'line_total']
  let applied = 0
  for (const [index, row] of rows.entries()) {
    const [quantity, price, total] = fields.map((name) => amount(row, name))
    if (quantity == null || price == null || total == null) continue
    applied++
    if (!isProduct(quantity, price, total, amount(row, 'tax_rate')))
      return failed(fields, `line ${index + 1}`)
  }
  return applied === 0 ? doesNotApply(fields) : passed(fields)
}

/**
 * Whether quantity × price is the total, with or without tax. A price is rounded to its last digit,
 * and that error grows with the quantity.
 */
export function isProduct(
  quantity: Decimal,
  price: Decimal,
  total: Decimal,
  rate: Decimal | null,
): boolean {
  const product = times(quantity, price)
  const bound = plus(
    cent,
    magnitude(times(quantity, { units: price.scale === 0 ? 0n : 5n, scale: price.scale + 1 })),
  )
  // A bound of a tenth of the total or more would accept anything
  const tenth = magnitude(times(total, { units: 1n, scale: 1 }))
  const borne = compare(bound, tenth) > 0 ? cent : bound
  if (near(product, total, borne)) return true
  return (
    rate !== null &&
    (near(plus(product, percent(product, rate)), total, borne) ||
      near(plus(total, percent(total, rate)), product, borne))
  )
}

function dateOrder(values: Values, _rows: readonly Values[], now: number): Verdict {
  const fields = ['issue_date', 'due_date']
  const issue = values.get('issue_date')?.value ?? null
  const due = values.get('due_date')?.value ?? null
  if (issue === null) return doesNotApply(fields)
  const age = daysBetween(issue, new Date(now).toISOString().slice(0, 10))
  if (age === null) return failed(fields, 'no_date')
  if (age < -maxFutureDays) return failed(fields, `more than ${maxFutureDays} days ahead`)
  if (age > maxAgeDays) return failed(fields, `more than ${maxAgeDays} days old`)
  if (due === null) return passed(fields)
  const days = daysBetween(issue, due)
  if (days === null) return failed(fields, 'no_date')
  if (days < 0) return failed(fields, 'due_before_issue')
  return days > maxDueDays
    ? failed(fields, `due more than ${maxDueDays} days later`)
    : passed(fields)
}

function currencyAgrees(values: Values): Verdict {
  const fields = ['currency', 'grand_total']
  const currency = values.get('currency')?.value ?? null
  if (currency === null) return doesNotApply(fields)
  if (!isCurrency(currency)) return failed(fields, 'no_currency')
  for (const name of ['grand_total', 'due_payable', 'net_total']) {
    const raw = values.get(name)?.raw ?? null
    const printed = raw === null ? null : normaliseCurrency(raw, null)
    // A bare dollar sign may be any dollar currency
    if (
      printed !== null &&
      printed !== currency &&
      !(printed === 'USD' && /D$|^MXN$/.test(currency))
    )
      return failed(['currency', name], 'other_currency_printed')
  }
  return passed(fields)
}

function judge(
  values: Values,
  names: readonly string[],
  right: (value: string) => boolean | null,
  detail: string,
): Verdict {
  let outcome: Outcome = 'not_applicable'
  for (const name of names) {
    const value = values.get(name)?.value ?? null
    const answer = value === null ? null : right(value)
    if (answer === false) return failed([name], detail)
    if (answer === true) outcome = 'passed'
  }
  return { outcome, fields: names, detail: null }
}

/**
 * Two cents for the rounding of totals, five where cash is rounded, and half a cent for each line
 * that is rounded; a cent is the smallest unit of the currency.
 */
function tolerance(values: Values, lines: number): Decimal {
  const currency = values.get('currency')?.value ?? null
  const inUnits = (cents: Decimal): Decimal => {
    const scale = cents.scale - 2 + digitsOf(currency)
    return scale < 0
      ? { units: cents.units * 10n ** BigInt(-scale), scale: 0 }
      : { ...cents, scale }
  }
  const base = inUnits(cashRounded.has(currency ?? '') ? cashRounding : twoCents)
  const ofLines = times(inUnits(halfCent), { units: BigInt(lines), scale: 0 })
  return compare(ofLines, base) > 0 ? ofLines : base
}

function percent(value: Decimal, rate: Decimal): Decimal {
  const product = times(value, rate)
  return { units: product.units, scale: product.scale + 2 }
}

function magnitude(value: Decimal): Decimal {
  return value.units < 0n ? negate(value) : minus(value, { units: 0n, scale: 0 })
}

function amount(values: Values, name: string): Decimal | null {
  return decimal(values.get(name)?.value)
}

function byName(fields: readonly Field[]): Values {
  return new Map(fields.map((field) => [field.name, field]))
}

function passed(fields: readonly string[]): Verdict {
  return { outcome: 'passed', fields, detail: null }
}

function failed(fields: readonly string[], detail: string): Verdict {
  return { outcome: 'failed', fields, detail }
}

function doesNotApply(fields: readonly string[]): Verdict {
  return { outcome: 'not_applicable', fields, detail: null }
}
