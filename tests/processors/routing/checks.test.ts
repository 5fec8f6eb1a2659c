import fc from 'fast-check'
import { runChecks } from '../../../processors/routing/checks.ts'
import { decimal, near, plus, print, round, times } from '../../../processors/values/money.ts'
import { loadProfiles, profileOf } from '../../../schemas/profiles.ts'
import type { Field } from '../../../schemas/types.ts'

const invoice = profileOf(loadProfiles(), 'invoice')
const now = Date.parse('2026-06-01T00:00:00Z')

function fieldsOf(
  values: Record<string, string | null>,
  raws: Record<string, string> = {},
): Field[] {
  return Object.entries(values).map(([name, value]) => ({
    name,
    value,
    raw: raws[name] ?? value,
    confidence: 1,
    page: 1,
    box: [],
    words: [],
    origin: 'model',
    originId: null,
  }))
}

function outcome(
  name: string,
  values: Record<string, string | null>,
  rows: Record<string, string>[] = [],
  raws: Record<string, string> = {},
): string | undefined {
  return runChecks(
    invoice,
    fieldsOf(values, raws),
    rows.map((row) => ({ cells: fieldsOf(row) })),
    now,
  ).find((check) => check.name === name)?.outcome
}

describe('each check passes, fails, or does not apply', () => {
  const row = (
    quantity: string,
    unit_price: string,
    line_total: string,
    tax_rate?: string,
  ): Record<string, string> => ({
    quantity,
    unit_price,
    line_total,
    ...(tax_rate === undefined ? {} : { tax_rate }),
  })
  const tenRows = Array.from({ length: 10 }, () => row('1', '10.00', '10.00'))
  test.each([
    ['sign', { document_type: 'credit_note', grand_total: '-5.00' }, [], 'passed'],
    ['sign', { document_type: 'credit_note', grand_total: '5.00' }, [], 'failed'],
    [
      'sign',
      { document_type: 'credit_note', grand_total: '-5.00', due_payable: '5.00' },
      [],
      'failed',
    ],
    ['sign', { document_type: 'invoice', grand_total: '-5.00' }, [], 'failed'],
    ['sign', { document_type: 'corrected_invoice', grand_total: '-5.00' }, [], 'passed'],
    ['sign', { grand_total: '-5.00' }, [], 'failed'],
    ['sign', { grand_total: '5.00' }, [], 'passed'],
    ['sign', { document_type: 'invoice' }, [], 'not_applicable'],
    [
      'totals_add_up',
      { net_total: '100.00', tax_total: '19.00', grand_total: '119.00' },
      [],
      'passed',
    ],
    [
      'totals_add_up',
      { net_total: '100.00', tax_total: '19.01', grand_total: '119.00' },
      [],
      'passed',
    ],
    [
      'totals_add_up',
      { net_total: '100.00', tax_total: '19.03', grand_total: '119.00' },
      [],
      'failed',
    ],
    [
      'totals_add_up',
      { net_total: '100.00', tax_total: '8.13', grand_total: '108.15', currency: 'CHF' },
      [],
      'passed',
    ],
    [
      'totals_add_up',
      { net_total: '-100', tax_total: '-19.0', grand_total: '-119.00' },
      [],
      'passed',
    ],
    [
      'totals_add_up',
      { net_total: '100.00', tax_total: null, grand_total: '119.00' },
      [],
      'not_applicable',
    ],
    [
      'totals_add_up',
      { net_total: '20.00', tax_total: '3.80', grand_total: '23.80' },
      [row('1', '10.00', '10.00', '19'), row('1', '10.00', '10.00', '19')],
      'passed',
    ],
    [
      'totals_add_up',
      { net_total: '20.00', tax_total: '1.40', grand_total: '21.40' },
      [row('1', '10.00', '10.00', '19'), row('1', '10.00', '10.00', '19')],
      'failed',
    ],
    [
      'lines_add_up',
      { net_total: '30.00', grand_total: '35.70' },
      [row('1', '10.00', '10.00'), row('2', '10.00', '20.00')],
      'passed',
    ],
    [
      'lines_add_up',
      { net_total: '30.00', grand_total: '35.70' },
      [row('1', '35.70', '35.70')],
      'passed',
    ],
    [
      'lines_add_up',
      { net_total: '30.00', grand_total: '35.70' },
      [row('1', '31.00', '31.00')],
      'failed',
    ],
    ['lines_add_up', { net_total: '30.00' }, [], 'not_applicable'],
    // half a cent for each of ten lines
    ['lines_add_up', { net_total: '100.05' }, tenRows, 'passed'],
    ['lines_add_up', { net_total: '100.06' }, tenRows, 'failed'],
    ['lines_add_up', { net_total: '50.02' }, tenRows.slice(0, 5), 'passed'],
    ['lines_add_up', { net_total: '50.03' }, tenRows.slice(0, 5), 'failed'],
    ['line_arithmetic', {}, [row('3', '9.99', '29.97')], 'passed'],
    ['line_arithmetic', {}, [row('1000', '0.013', '12.85')], 'passed'],
    ['line_arithmetic', {}, [row('3', '9.99', '39.97')], 'failed'],
    ['line_arithmetic', {}, [row('2', '10.00', '23.80', '19')], 'passed'],
    ['line_arithmetic', {}, [row('1', '0.01', '0.09')], 'failed'],
    ['line_arithmetic', {}, [{ line_total: '5.00' }], 'not_applicable'],
    ['iban', { iban: 'DE88200800000970375700' }, [], 'passed'],
    ['iban', { iban: 'DE89200800000970375700' }, [], 'failed'],
    ['iban', {}, [], 'not_applicable'],
    ['vat_id', { seller_vat_id: 'DE136695976' }, [], 'passed'],
    ['vat_id', { seller_vat_id: 'DE136695976', buyer_vat_id: 'DE136695977' }, [], 'failed'],
    ['vat_id', { seller_vat_id: '123456789' }, [], 'not_applicable'],
    ['date_order', { issue_date: '2026-05-01', due_date: '2026-05-31' }, [], 'passed'],
    ['date_order', { issue_date: '2026-05-01', due_date: '2026-04-30' }, [], 'failed'],
    ['date_order', { issue_date: '2026-06-04' }, [], 'passed'],
    ['date_order', { issue_date: '2026-07-01' }, [], 'failed'],
    ['date_order', { issue_date: '2009-01-01' }, [], 'failed'],
    ['date_order', { due_date: '2026-01-01' }, [], 'not_applicable'],
    ['currency', { currency: 'EUR' }, [], 'passed'],
    ['currency', { currency: 'XXX' }, [], 'failed'],
    ['currency', {}, [], 'not_applicable'],
  ] as [string, Record<string, string | null>, Record<string, string>[], string][])(
    '%s of %j with lines %j: %s',
    (name, values, rows, expected) => expect(outcome(name, values, rows)).toBe(expected),
  )

  test('another currency beside the total vetoes, a dollar sign does not veto a dollar', () => {
    expect(
      outcome('currency', { currency: 'EUR', grand_total: '5.00' }, [], { grand_total: '£5.00' }),
    ).toBe('failed')
    expect(
      outcome('currency', { currency: 'AUD', grand_total: '5.00' }, [], { grand_total: '$5.00' }),
    ).toBe('passed')
  })
})

test('a value that is off by a random digit is vetoed', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 100n, max: 10n ** 9n }),
      fc.integer({ min: 0, max: 6 }),
      (units, digit) => {
        const net = { units, scale: 2 }
        const tax = round(times(net, { units: 19n, scale: 2 }), 2)
        const right = plus(net, tax)
        const wrong = { units: right.units + 3n * 10n ** BigInt(digit), scale: 2 }
        expect(
          outcome('totals_add_up', {
            net_total: print(net),
            tax_total: print(tax),
            grand_total: print(right),
          }),
        ).toBe('passed')
        expect(
          outcome('totals_add_up', {
            net_total: print(net),
            tax_total: print(tax),
            grand_total: print(wrong),
          }),
        ).toBe('failed')
      },
    ),
  )
})

test('checks never throw, and report on exactly the names of the profile', () => {
  const value = fc.oneof(
    fc.constant(null),
    fc.string(),
    fc.constantFrom('1.00', '-5', '2026-01-01', 'EUR', '99999999999999999999'),
  )
  const values = fc.dictionary(fc.constantFrom(...invoice.fields.map((field) => field.name)), value)
  const row = fc.dictionary(fc.constantFrom(...invoice.lineItems.map((field) => field.name)), value)
  fc.assert(
    fc.property(values, fc.array(row, { maxLength: 4 }), (fields, rows) => {
      const found = runChecks(
        invoice,
        fieldsOf(fields),
        rows.map((cells) => ({ cells: fieldsOf(cells) })),
        now,
      )
      expect(found.map((check) => check.name)).toEqual(invoice.checks)
    }),
  )
})

test('decimals print what they read', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
      fc.integer({ min: 0, max: 8 }),
      (units, scale) => {
        const value = { units, scale }
        const back = decimal(print(value))
        expect(back !== null && near(back, value, { units: 0n, scale: 0 })).toBe(true)
      },
    ),
  )
})
