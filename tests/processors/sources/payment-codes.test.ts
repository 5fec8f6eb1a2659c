import fc from 'fast-check'
import { fieldsOfCodes, readPaymentCode } from '../../../processors/sources/payment-codes.ts'

const bill = (change: Readonly<Record<number, string>> = {}): string[] =>
  [
    'SPC',
    '0200',
    '1',
    'CH4431999123000889012',
    'S',
    'Max Muster & Söhne',
    'Musterstrasse',
    '123',
    '8000',
    'Seldwyla',
    'CH',
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    '1949.75',
    'CHF',
    'S',
    'Simon Muster',
    'Musterstrasse',
    '1',
    '8000',
    'Seldwyla',
    'CH',
    'QRR',
    '210000000003139471430009017',
    'Bestellung vom 15.10.2020',
    'EPD',
  ].map((line, i) => change[i] ?? line)
const plainBill = { 3: 'CH5800791123000889012', 27: 'NON', 28: '' }
const giro = (change: Readonly<Record<number, string>> = {}): string[] =>
  [
    'BCD',
    '002',
    '1',
    'SCT',
    'BFSWDE33BER',
    'Wikimedia Fördergesellschaft',
    'DE33100205000001194700',
    'EUR123.45',
    '',
    '',
    'Rechnung 4711',
  ].map((line, i) => change[i] ?? line)

const whole = {
  iban: 'CH4431999123000889012',
  currency: 'CHF',
  due_payable: '1949.75',
  grand_total: '1949.75',
  seller_name: 'Max Muster & Söhne',
  seller_address: 'Musterstrasse 123, 8000 Seldwyla',
}

describe('a Swiss QR-bill', () => {
  test('says account, amount, currency and creditor, whatever ends its lines', () => {
    for (const end of ['\n', '\r\n', '\r'])
      expect(readPaymentCode(bill().join(end))).toEqual({ kind: 'spc', values: whole })
    expect(readPaymentCode(`${bill().join('\n')}\n`)?.values).toEqual(whole)
  })

  test.each<[string, Readonly<Record<number, string>>, object]>([
    ['without a reference', plainBill, { iban: 'CH5800791123000889012' }],
    [
      'with a creditor reference',
      { ...plainBill, 27: 'SCOR', 28: 'RF18539007547034' },
      { iban: 'CH5800791123000889012' },
    ],
    [
      'of Liechtenstein in euros',
      { ...plainBill, 3: 'LI21088100002324013AA', 19: 'EUR' },
      { iban: 'LI21088100002324013AA', currency: 'EUR' },
    ],
    [
      'with an address in two lines',
      { 4: 'K', 6: 'Musterstrasse 123', 7: '8000 Seldwyla', 8: '', 9: '' },
      { seller_address: 'Musterstrasse 123, 8000 Seldwyla' },
    ],
    ['with a leading zero', { 18: '0049.70' }, { due_payable: '49.70', grand_total: '49.70' }],
  ])('%s is read', (_, change, values) => {
    expect(readPaymentCode(bill(change).join('\n'))?.values).toMatchObject(values)
  })

  test.each([
    ['', 'left open'],
    ['0.00', 'not for payment'],
  ])('with the amount %p (%s) says nothing of a sum', (amount) => {
    const values = readPaymentCode(bill({ 18: amount }).join('\n'))?.values
    expect(values).toMatchObject({ iban: whole.iban, currency: 'CHF' })
    expect(values).not.toHaveProperty('due_payable')
    expect(values).not.toHaveProperty('grand_total')
  })

  test('with billing information of Swico says number, date and UID', () => {
    const lines = [
      ...bill(),
      String.raw`//S1/10/RG\/10201409/11/190512/20/1400.000-53/30/106017086/31/180508/32/7.7/40/2:10;0:30`,
    ]
    expect(readPaymentCode(lines.join('\n'))?.values).toEqual({
      ...whole,
      invoice_number: 'RG/10201409',
      issue_date: '2019-05-12',
      seller_vat_id: 'CHE106017086',
    })
    expect(readPaymentCode([...bill(), '//S1/10//11/190512'].join('\n'))?.values).toEqual({
      ...whole,
      issue_date: '2019-05-12',
    })
    expect(readPaymentCode([...bill(), '//S1/11/191399/30/106017087'].join('\n'))?.values).toEqual(
      whole,
    )
  })

  test.each<[string, Readonly<Record<number, string>>]>([
    ['another version', { 1: '0100' }],
    ['another coding', { 2: '2' }],
    ['an IBAN with wrong check digits', { 3: 'CH4531999123000889012' }],
    ['an IBAN of a third country', { ...plainBill, 3: 'DE33100205000001194700' }],
    ['an unknown address type', { 4: 'X' }],
    ['no creditor', { 5: '' }],
    ['a creditor over the limit', { 5: 'x'.repeat(71) }],
    ['an amount with a comma', { 18: '1949,75' }],
    ['an amount without cents', { 18: '1949' }],
    ['an amount below zero', { 18: '-5.00' }],
    ['an amount over the limit', { 18: '1000000000.00' }],
    ['a third currency', { 19: 'USD' }],
    ['a reference with a wrong check digit', { 28: '210000000003139471430009016' }],
    [
      'a creditor reference with wrong check digits',
      { ...plainBill, 27: 'SCOR', 28: 'RF19539007547034' },
    ],
    ['a QR-IBAN without its reference', { 27: 'NON', 28: '' }],
    ['a QR reference for another IBAN', { 3: plainBill[3] }],
    ['an unknown reference type', { 27: 'ABC' }],
    ['no end', { 30: '' }],
  ])('with %s is void', (_, change) => {
    expect(readPaymentCode(bill(change).join('\n'))).toBeNull()
  })

  test('with a line lost or too many is void', () => {
    for (let i = 0; i < 31; i++)
      expect(
        readPaymentCode(
          bill()
            .filter((_line, at) => at !== i)
            .join('\n'),
        ),
      ).toBeNull()
    expect(readPaymentCode([...bill(), 'a', 'b', 'c', 'd'].join('\n'))).toBeNull()
  })
})

describe('a GiroCode', () => {
  test('says account, amount and creditor', () => {
    expect(readPaymentCode(giro().join('\n'))).toEqual({
      kind: 'bcd',
      values: {
        iban: 'DE33100205000001194700',
        currency: 'EUR',
        due_payable: '123.45',
        grand_total: '123.45',
        seller_name: 'Wikimedia Fördergesellschaft',
      },
    })
  })

  test.each<[string, Readonly<Record<number, string>>, object]>([
    ['whole euros', { 7: 'EUR12' }, { due_payable: '12.00' }],
    ['ten cents', { 7: 'EUR12.5' }, { due_payable: '12.50' }],
    ['an IBAN in groups', { 6: 'DE33 1002 0500 0001 1947 00' }, { iban: 'DE33100205000001194700' }],
    ['no BIC in version 2', { 4: '' }, { iban: 'DE33100205000001194700' }],
    ['a creditor reference', { 9: 'RF18539007547034', 10: '' }, { due_payable: '123.45' }],
  ])('with %s is read', (_, change, values) => {
    expect(readPaymentCode(giro(change).join('\r\n'))?.values).toMatchObject(values)
  })

  test('may end after the account', () => {
    expect(readPaymentCode(giro().slice(0, 7).join('\n'))?.values).toEqual({
      iban: 'DE33100205000001194700',
      currency: 'EUR',
      seller_name: 'Wikimedia Fördergesellschaft',
    })
  })

  test.each<[string, Readonly<Record<number, string>>]>([
    ['another version', { 1: '003' }],
    ['an unknown character set', { 2: '9' }],
    ['another service', { 3: 'SDD' }],
    ['a broken BIC', { 4: 'BFSW' }],
    ['no BIC in version 1', { 1: '001', 4: '' }],
    ['no creditor', { 5: '' }],
    ['an IBAN with wrong check digits', { 6: 'DE34100205000001194700' }],
    ['a third currency', { 7: 'CHF12.00' }],
    ['an amount with a comma', { 7: 'EUR12,00' }],
    ['an amount over the limit', { 7: 'EUR1000000000' }],
    ['a long purpose', { 8: 'CHARITY' }],
    ['both kinds of reference', { 9: 'RF18539007547034' }],
    ['a wrong creditor reference', { 9: 'RF19539007547034', 10: '' }],
  ])('with %s is void', (_, change) => {
    expect(readPaymentCode(giro(change).join('\n'))).toBeNull()
  })
})

describe('codes of a document', () => {
  const code = (lines: readonly string[], page = 1) => ({
    kind: 'qr',
    text: lines.join('\n'),
    page,
  })

  test('become fields with the page they stand on; other codes say nothing', () => {
    const fields = fieldsOfCodes([
      { kind: 'qr', text: 'https://example.org', page: 1 },
      code(giro(), 2),
    ])
    expect(
      fields.map(({ name, value, page, origin, originId, confidence }) => ({
        name,
        value,
        page,
        origin,
        originId,
        confidence,
      })),
    ).toContainEqual({
      name: 'iban',
      value: 'DE33100205000001194700',
      page: 2,
      origin: 'code',
      originId: 'bcd',
      confidence: 1,
    })
  })

  test('say nothing where they contradict one another, as those of instalments do', () => {
    const fields = fieldsOfCodes([
      code(bill()),
      code(bill({ 18: '974.90' }), 2),
      code(bill({ 18: '1949.75' }), 3),
    ])
    expect(fields.map((field) => field.name).sort()).toEqual([
      'currency',
      'iban',
      'seller_address',
      'seller_name',
    ])
  })
})

test('any text at all is read or refused, and what is read is normal', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom(...bill(), ...giro(), '', '//S1/10/', '\\/', '\\'),
  )
  const mutated = fc
    .tuple(fc.constantFrom(bill(), giro()), fc.array(fc.tuple(fc.nat(40), line), { maxLength: 4 }))
    .map(([lines, changes]) => {
      const copy = [...lines]
      for (const [at, text] of changes) copy[at] = text
      return Array.from(copy, (text) => text ?? '').join('\n')
    })
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(line).map((lines) => lines.join('\n')),
        mutated,
      ),
      (text) => {
        const values = readPaymentCode(text)?.values ?? { iban: 'CH4431999123000889012' }
        expect(values.iban).toMatch(/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/)
        if (values.grand_total !== undefined) expect(values.grand_total).toMatch(/^\d{1,9}\.\d{2}$/)
      },
    ),
    { numRuns: 2000 },
  )
})

test.each([
  ['SPC\n', 1_000_000],
  ['BCD\r', 1_000_000],
  ['\n', 4_000_000],
  ['//S1/', 500_000],
])('a hostile length of %p is refused', (part, count) => {
  expect(readPaymentCode(part.repeat(count))).toBeNull()
})
