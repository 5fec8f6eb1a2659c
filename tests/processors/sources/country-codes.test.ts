/** Codes of bills of single countries: what they say, and what voids them. */

import fc from 'fast-check'
import { readPaymentCode } from '../../../processors/sources/payment-codes.ts'

const said = (text: string): Readonly<Record<string, string>> | undefined =>
  readPaymentCode(text)?.values

describe('the Portuguese document code', () => {
  const code = (change: Readonly<Record<string, string | null>> = {}): string =>
    Object.entries({
      A: '500100144',
      B: '502011378',
      C: 'PT',
      D: 'FT',
      E: 'N',
      F: '20260305',
      G: 'FT A/35',
      H: 'CSDF7T5H-35',
      I1: 'PT',
      I2: '10.00',
      I7: '100.00',
      I8: '23.00',
      N: '23.00',
      O: '133.00',
      Q: 'YhGV',
      R: '9999',
      ...change,
    })
      .flatMap(([name, value]) => (value === null ? [] : [`${name}:${value}`]))
      .join('*')

  test('says number, date, both parties and the totals', () => {
    expect(readPaymentCode(code())).toEqual({
      kind: 'atcud',
      values: {
        document_type: 'invoice',
        invoice_number: 'FT A/35',
        issue_date: '2026-03-05',
        seller_vat_id: 'PT500100144',
        buyer_vat_id: 'PT502011378',
        currency: 'EUR',
        net_total: '110.00',
        tax_total: '23.00',
        grand_total: '133.00',
      },
    })
  })

  test('of a credit note says its amounts below zero', () => {
    expect(said(code({ D: 'NC' }))).toMatchObject({
      document_type: 'credit_note',
      net_total: '-110.00',
      tax_total: '-23.00',
      grand_total: '-133.00',
    })
  })

  test('says no buyer where none is named, and no net total that its parts are not', () => {
    expect(said(code({ B: '999999990' }))).not.toHaveProperty('buyer_vat_id')
    expect(said(code({ B: 'X12345678', C: 'ES' }))).not.toHaveProperty('buyer_vat_id')
    expect(said(code({ M: '1.00', O: '134.00' }))).not.toHaveProperty('net_total')
    expect(said(code({ M: '1.00', O: '134.00' }))).toMatchObject({ grand_total: '134.00' })
  })

  test.each<[string, Readonly<Record<string, string | null>>]>([
    ['a wrong check digit of the seller', { A: '500100145' }],
    ['the type of a quote', { D: 'OR' }],
    ['the type of a waybill', { D: 'GT' }],
    ['the status of an annulled invoice', { E: 'A' }],
    ['no number', { G: null }],
    ['a date of words', { F: '2026-03-05' }],
    ['no total', { O: null }],
    ['an amount with a comma', { O: '133,00' }],
    ['an amount below zero', { O: '-133.00' }],
    ['a letter that nobody knows', { Z: '1' }],
    ['a long remark', { S: 'x'.repeat(1000) }],
  ])('with %s is void', (_, change) => expect(readPaymentCode(code(change))).toBeNull())

  test('with a letter twice is void', () => {
    expect(readPaymentCode(`${code()}*O:1.00`)).toBeNull()
  })
})

describe('a SPAYD', () => {
  const parts = {
    ACC: 'CZ6508000000192000145399+GIBACZPX',
    AM: '480.5',
    CC: 'CZK',
    DT: '20260404',
    RN: 'DODAVATEL%20S.R.O.',
    MSG: 'FAKTURA 7',
    'X-VS': '1234567890',
  }
  const code = (change: Readonly<Record<string, string>> = {}): string =>
    `SPD*1.0*${Object.entries({ ...parts, ...change })
      .map(([key, value]) => `${key}:${value}`)
      .join('*')}*`

  test('says account, amount, day and payee', () => {
    expect(readPaymentCode(code())).toEqual({
      kind: 'spd',
      values: {
        iban: 'CZ6508000000192000145399',
        currency: 'CZK',
        due_payable: '480.50',
        grand_total: '480.50',
        due_date: '2026-04-04',
        seller_name: 'DODAVATEL S.R.O.',
      },
    })
  })

  test('may say an account alone', () => {
    expect(said('SPD*1.0*ACC:CZ6508000000192000145399')).toEqual({
      iban: 'CZ6508000000192000145399',
    })
  })

  test.each<[string, string]>([
    ['a wrong account', code({ ACC: 'CZ6608000000192000145399' })],
    ['a comma', code({ AM: '480,50' })],
    ['a currency of words', code({ CC: 'Kč' })],
    ['a day of words', code({ DT: '2026-04-04' })],
    ['half a percent sign', code({ RN: 'A%2' })],
    ['no version', 'SPD*ACC:CZ6508000000192000145399'],
    ['a key twice', `${code()}AM:1.00`],
    ['a thousand characters', code({ MSG: 'x'.repeat(1000) })],
  ])('with %s is void', (_, text) => expect(readPaymentCode(text)).toBeNull())
})

describe('a Slovenian UPN QR', () => {
  const lines = (change: Readonly<Record<number, string>> = {}): string[] =>
    [
      'UPNQR',
      '',
      '',
      '',
      '',
      'Janez Novak',
      'Dunajska 1',
      '1000 Ljubljana',
      '00000012345',
      '',
      '',
      'GDSV',
      'Račun 7',
      '04.04.2026',
      'SI56263300012039086',
      'SI0012345',
      'Vijaki d.o.o.',
      'Tržaška 2',
      '1000 Ljubljana',
    ].map((line, at) => change[at] ?? line)
  const code = (change: Readonly<Record<number, string>> = {}, more = 0, end = '\n'): string => {
    const all = lines(change)
    const count = all.reduce((sum, line) => sum + line.length, all.length) + more
    return [...all, String(count).padStart(3, '0'), '          '].join(end)
  }

  test.each(['\n', '\r\n'])(
    'says account, amount, day and payee, whatever ends its lines',
    (end) => {
      expect(readPaymentCode(code({}, 0, end))).toEqual({
        kind: 'upn',
        values: {
          iban: 'SI56263300012039086',
          currency: 'EUR',
          due_payable: '123.45',
          grand_total: '123.45',
          due_date: '2026-04-04',
          seller_name: 'Vijaki d.o.o.',
          seller_address: 'Tržaška 2, 1000 Ljubljana',
        },
      })
    },
  )

  test.each<[string, string]>([
    ['another count', code({}, 1)],
    ['a wrong account', code({ 14: 'SI56263300012039087' })],
    ['an amount with a comma', code({ 8: '00000123,45' })],
    ['another form of the day', code({ 13: '2026-04-04' })],
    ['a lost line', code().replace('Dunajska 1\n', '')],
  ])('with %s is void', (_, text) => expect(readPaymentCode(text)).toBeNull())
})

describe('the signed code of an Indian invoice', () => {
  const token = (data: unknown): string =>
    [{ alg: 'RS256' }, { iss: 'NIC', data: JSON.stringify(data) }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .concat('c2lnbmF0dXJl')
      .join('.')
  const data = {
    SellerGstin: '27AAPFU0939F1ZV',
    BuyerGstin: '27AAACR5055K1Z7',
    DocNo: 'IN/7',
    DocTyp: 'INV',
    DocDt: '05/03/2026',
    TotInvVal: 1180.5,
    ItemCnt: 1,
    Irn: 'a5c1'.repeat(16),
  }

  test('says number, date, both parties and the total, whoever signed it', () => {
    expect(readPaymentCode(token(data))).toEqual({
      kind: 'irn',
      values: {
        document_type: 'invoice',
        invoice_number: 'IN/7',
        issue_date: '2026-03-05',
        seller_vat_id: '27AAPFU0939F1ZV',
        buyer_vat_id: '27AAACR5055K1Z7',
        currency: 'INR',
        grand_total: '1180.50',
      },
    })
  })

  test('of a credit note is below zero, and of an export says no rupees', () => {
    expect(said(token({ ...data, DocTyp: 'CRN' }))).toMatchObject({ grand_total: '-1180.50' })
    const exported = said(token({ ...data, BuyerGstin: 'URP' }))
    expect(exported).toMatchObject({ invoice_number: 'IN/7' })
    expect(exported).not.toHaveProperty('grand_total')
    expect(exported).not.toHaveProperty('currency')
  })

  test.each<[string, string]>([
    ['a wrong check digit of the seller', token({ ...data, SellerGstin: '27AAPFU0939F1ZW' })],
    ['no registration', token({ ...data, Irn: '' })],
    ['an unknown type', token({ ...data, DocTyp: 'XXX' })],
    ['a date of another form', token({ ...data, DocDt: '2026-03-05' })],
    ['no total', token({ ...data, TotInvVal: null })],
    ['data that are no object', token('IN/7')],
    ['a body that is no JSON', 'eyJhbGciOiJSUzI1NiJ9.eA.eA'],
    ['two parts', token(data).split('.').slice(0, 2).join('.')],
  ])('with %s is void', (_, text) => expect(readPaymentCode(text)).toBeNull())
})

describe('the code of ZATCA', () => {
  const code = (values: readonly string[], more: readonly number[] = []): string =>
    Buffer.concat([
      ...values.map((value, at) => {
        const bytes = Buffer.from(value)
        return Buffer.concat([Buffer.from([at + 1, bytes.length]), bytes])
      }),
      Buffer.from(more),
    ]).toString('base64')
  const values = ['متجر', '310122393500003', '2026-03-05T14:30:00Z', '115.00', '15.00']
  const changed = (at: number, value: string): string => code(values.with(at, value))

  test('says seller, day and totals, in both phases', () => {
    const read = {
      kind: 'zatca',
      values: {
        seller_name: 'متجر',
        seller_vat_id: '310122393500003',
        issue_date: '2026-03-05',
        currency: 'SAR',
        grand_total: '115.00',
        tax_total: '15.00',
        net_total: '100.00',
      },
    }
    expect(readPaymentCode(code(values))).toEqual(read)
    expect(readPaymentCode(code(values, [6, 2, 1, 2]))).toEqual(read)
  })

  test.each<[string, string]>([
    ['a VAT number of another form', changed(1, '110122393500003')],
    ['no time', changed(2, 'yesterday')],
    ['an amount with a comma', changed(3, '115,00')],
    ['a tag left out', code(values.slice(0, 4))],
    ['a value cut off', code(values).slice(0, 60)],
    ['letters that are no UTF-8', Buffer.from('0102fffe', 'hex').toString('base64')],
    ['other letters than base64', `${code(values)}!`],
  ])('with %s is void', (_, text) => expect(readPaymentCode(text)).toBeNull())
})

test('whatever follows the beginning of a code, it is read or void', () => {
  const beginning = fc.constantFrom(
    'SPD*1.0*ACC:',
    'UPNQR\n',
    'A:500100144*',
    'eyJhbGciOiJSUzI1NiJ9.',
    'AQ',
  )
  fc.assert(
    fc.property(beginning, fc.string({ maxLength: 300 }), (start, rest) => {
      const values = said(start + rest) ?? {}
      expect(Object.values(values).every((value) => value !== '')).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['A:5*', 1000],
  ['SPD*', 1000],
  ['UPNQR\n', 700],
  ['eyJ.', 1000],
  ['AQ==', 1000],
  ['%', 4300],
])('a hostile length of %p is void at once', (part, count) => {
  const began = performance.now()
  expect(readPaymentCode(part.repeat(count))).toBeNull()
  expect(performance.now() - began).toBeLessThan(500)
})
