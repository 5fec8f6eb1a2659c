/**
 * Codes in plain words: why a document is under review, where a value comes from. Unknown codes are
 * shown as they are.
 */

import type { Check, Origin, Reason, RereadCause } from '../../schemas/types.ts'
import type { Entry } from '../review/session.ts'

const checks: Readonly<Record<string, string>> = {
  totals_add_up: 'Net and tax don’t add up to the total',
  lines_add_up: 'The line items don’t add up to the totals',
  line_arithmetic: 'In a line item, quantity × price isn’t its total',
  sign: 'The sign of the amounts doesn’t fit what the document is',
  iban: 'The check digits of the IBAN are wrong',
  vat_id: 'The check digits of the VAT id are wrong',
  date_order: 'The dates are in an impossible order',
  currency: 'The currency doesn’t fit the document',
}

const reasons: Readonly<Record<string, string>> = {
  low_confidence: 'The reader isn’t sure',
  missing: 'Required, but not found',
  vendor_asks: 'Earlier corrections for this vendor disagree: please look',
  refuted: 'A person called this value wrong before',
  conflict: 'Two sources say different things',
  no_evidence: 'Too few answers so far to trust this field',
  sample: 'Drawn at random to check the quality of accepted documents',
  duplicate: 'An invoice like this one has come before',
  xml_unreadable: 'The XML can’t be read as an e-invoice',
  xml_disagrees: 'The page says something else than the embedded e-invoice',
  code_disagrees: 'The page says something else than its payment code',
  second_look: 'A second person looks at amounts, and where they go',
  drift: 'This vendor’s documents have changed, so more certainty is needed',
  vendor_name: 'This identifier came with another name so far: is it the same vendor?',
  document_type_unclear: 'What the document is can’t be told: an invoice or a credit note',
  malformed: 'Its check digits, length or format are wrong',
  account_changed: 'Not an account that people confirmed for this vendor',
  account_first: 'This vendor is known, and had no account so far',
  rule_unknown: 'A rule of a later version applies here, which this reader can’t apply',
  rule_silent: 'What was learned for this vendor doesn’t fit this document',
  unread: 'Too much of the print could not be read: perhaps a script that the OCR engine lacks',
}

const drifts: Readonly<Record<string, string>> = {
  layout: 'This vendor’s documents look different from before',
  confidence: 'The reader has become less sure about this vendor’s documents',
  blockers: 'This vendor’s documents have more problems than before',
  calibration:
    'Values of this vendor were wrong more often than expected: a person checks them for now',
}

const xml: Readonly<Record<string, string>> = {
  xml_too_large: 'it is too large',
  xml_has_doctype: 'it has a document type declaration, which e-invoices don’t',
  xml_malformed: 'it is not well-formed XML',
  xml_not_an_invoice: 'it is no e-invoice of a known kind',
  xml_other_namespace: 'its namespace belongs to no e-invoice standard',
  xml_without_number: 'it has no invoice number',
  edifact_malformed: 'its segments break off, or are others than it counts',
  xml_several_invoices: 'it holds several invoices: send each as a file of its own',
}

const typeDoubts: Readonly<Record<string, string>> = {
  title: 'its title has two meanings, or its titles disagree',
  title_disagrees: 'the page’s title says the opposite of the e-invoice',
  type_code: 'the e-invoice has a type that no invoice has',
  root_disagrees: 'the e-invoice is a credit note with the type of an invoice',
}

const absences: Readonly<Record<string, string>> = {
  ruled_out: 'people said that this vendor has none',
  no_words: 'no words were found on the pages',
  no_model: 'no model has been trained yet',
  unlikely: 'nothing on the pages is likely enough',
  nothing_alike: 'nothing on the pages looks like it',
  usual: 'nearly every document has it',
}

const rereads: Readonly<Record<RereadCause, string>> = {
  first_model: 'Read again, with the first model, while it waited.',
  model: 'Read again, with a new model, while it waited.',
  rules: 'Read again, by what answers about this vendor have taught, while it waited.',
}

export function explainReread(cause: RereadCause): string {
  return rereads[cause]
}

export function explainReason({ code, detail }: Reason): string {
  const said = reasons[code] ?? plain(code)
  if (code === 'check_failed')
    return checks[detail ?? ''] ?? `A check failed: ${plain(detail ?? '')}`
  return detail === null ? said : (withDetail[code]?.(said, detail) ?? said)
}

/** Code of a reason → its text with a detail. */
const withDetail: Readonly<Record<string, (said: string, detail: string) => string>> = {
  missing: (said, detail) =>
    `${detail === 'usual' ? 'Not found' : said}: ${absences[detail] ?? plain(detail)}`,
  xml_unreadable: (said, detail) => `${said}: ${xml[detail] ?? plain(detail)}`,
  document_type_unclear: (said, detail) => `${said}: ${typeDoubts[detail] ?? plain(detail)}`,
  unread: (said, detail) => `${said} (${detail})`,
  low_confidence: (said, detail) => {
    const shares = sharesOf(detail)
    return shares === null ? said : `${shares.is} sure; ${shares.needed} is needed here`
  },
  drift: (said, detail) => {
    const shares = sharesOf(detail)
    return shares === null
      ? (drifts[detail] ?? said)
      : `${said}: ${shares.is} sure; ${shares.needed} is needed for now`
  },
}

/** The confidence and the threshold of a detail such as `0.71 < 0.93`; null for any other. */
function sharesOf(detail: string): { readonly is: string; readonly needed: string } | null {
  const found = /^([\d.]+) < ([\d.]+)$/.exec(detail)
  if (found === null) return null
  return { is: wholePercent(Number(found[1])), needed: wholePercent(Number(found[2])) }
}

/** The reasons of a field, or that it is missing or unsure. */
export function explainEntry(entry: Entry): string {
  if (entry.reasons.length > 0) return entry.reasons.map(explainReason).join('. ')
  if (entry.value === null)
    return entry.required ? explainReason({ code: 'missing', field: entry.name, detail: null }) : ''
  return `${wholePercent(entry.confidence)} sure`
}

/** Short, for the list: the distinct kinds of reasons. */
export function summariseReasons(list: readonly Reason[]): string {
  const short: Readonly<Record<string, string>> = {
    low_confidence: 'unsure',
    missing: 'missing',
    check_failed: 'check failed',
    vendor_asks: 'vendor',
    no_evidence: 'no evidence yet',
    sample: 'sample',
    duplicate: 'duplicate',
    conflict: 'conflict',
    refuted: 'refuted',
    xml_unreadable: 'XML broken',
    xml_disagrees: 'XML disagrees',
    code_disagrees: 'code disagrees',
    document_type_unclear: 'type unclear',
    malformed: 'malformed',
    unread: 'not read',
    account_changed: 'account changed',
    account_first: 'first account',
    rule_unknown: 'unknown rule',
    rule_silent: 'rule doesn’t fit',
    drift: 'vendor has changed',
    vendor_name: 'another name',
  }
  const counts = new Map<string, number>()
  for (const { code } of list) counts.set(code, (counts.get(code) ?? 0) + 1)
  return [...counts]
    .map(([code, count]) =>
      count > 1 ? `${count} ${short[code] ?? plain(code)}` : (short[code] ?? plain(code)),
    )
    .join(', ')
}

/**
 * A failed check with its detail: which line, which id, which date. `label` returns a field's
 * label.
 */
export function explainCheck(
  { name, fields, detail }: Check,
  label: (field: string) => string,
): string {
  const said = checks[name] ?? plain(name)
  if (name === 'line_arithmetic')
    return detail === null
      ? said
      : `In ${detail.replace('line', 'line item')}, quantity × price isn’t its total`
  if (name === 'iban' || name === 'vat_id')
    return fields.length === 1 ? `${label(fields[0] as string)}: the check digits are wrong` : said
  if (name === 'sign' && detail !== null) return signs[detail] ?? said
  if (name === 'totals_add_up' && detail === 'tax_of_lines')
    return 'The tax isn’t what the rates of the line items make'
  return name === 'date_order' && detail !== null ? explainDates(detail) : said
}

const signs: Readonly<Record<string, string>> = {
  no_type: 'The total is below zero, and nothing says that this is a credit note',
  credit_above_zero: 'A credit note has amounts above zero',
  invoice_below_zero: 'An invoice has a total below zero',
}

function explainDates(detail: string): string {
  if (detail === 'due_before_issue') return 'The document is due before its date'
  if (detail === 'no_date') return 'A date can’t be understood'
  return `The ${detail.startsWith('due ') ? 'document' : 'date'} is ${detail}`
}

/** The key that a failed check links to: its line, or its first field. */
export function keyOfCheck(check: Check): string | null {
  const line = doubtfulLine([check])
  if (line !== null) return `#${line}.line_total`
  return check.fields[0] === 'line_total' ? '#0.line_total' : (check.fields[0] ?? null)
}

/** Index of the line item whose quantity, price and total disagree; null if none does. */
export function doubtfulLine(list: readonly Check[]): number | null {
  const detail = list.find(
    (check) => check.name === 'line_arithmetic' && check.outcome === 'failed',
  )?.detail
  const line = /^line (\d+)$/.exec(detail ?? '')?.[1]
  return line === undefined ? null : Number(line) - 1
}

const identities: Readonly<Record<string, string>> = {
  vat: 'VAT id',
  iban: 'account',
  registration: 'registration number',
  phone: 'telephone',
  domain: 'domain',
  sender: 'sender',
}

/** How the vendor was identified. */
export function explainIdentity({
  id,
  evidence,
}: {
  readonly id: string
  readonly evidence: string
}): string {
  if (evidence === 'none') return 'vendor not identified'
  const kind = identities[evidence]
  return kind === undefined
    ? 'identified by its first lines'
    : `identified by ${kind} ${id.slice(id.indexOf(':') + 1)}`
}

const origins: Readonly<Record<Origin, { readonly short: string; readonly long: string }>> = {
  xml: { short: 'XML', long: 'from the embedded e-invoice' },
  code: { short: 'QR', long: 'from a payment code on the page' },
  human: { short: 'you', long: 'entered by a person' },
  rule: { short: 'rule', long: 'from a rule that a correction taught' },
  model: { short: 'model', long: 'from the model' },
}

export function explainOrigin(entry: Entry): {
  readonly kind: Origin | 'none'
  readonly short: string
  readonly long: string
} {
  if (entry.origin === null) return { kind: 'none', short: '', long: 'nothing was found' }
  const { short, long } = origins[entry.origin]
  if (entry.originId === 'title')
    return { kind: 'rule', short: 'title', long: 'from the title of the page' }
  const id = entry.originId === null ? '' : ` (${entry.originId})`
  if (entry.origin === 'human')
    // a person who answered before
    return { kind: 'human', short: entry.state === 'edited' ? short : 'person', long }
  return {
    kind: entry.origin,
    short: `${short} ${wholePercent(entry.confidence)}`,
    long: `${long}${id}, ${wholePercent(entry.confidence)} sure`,
  }
}

export function wholePercent(share: number): string {
  const whole = Math.floor(share * 100 + 1e-9) // 99.6 % is not yet 100 %
  return `${whole} %`
}

export function age(since: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now - since) / 60_000))
  if (minutes < 1) return 'now'
  if (minutes < 60) return `${minutes} min`
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`
  return `${Math.floor(minutes / 1440)} d`
}

function plain(code: string): string {
  return code.replace(/_/g, ' ')
}
