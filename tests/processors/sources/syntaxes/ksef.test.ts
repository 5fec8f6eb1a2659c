/** FA(2) and FA(3) of Poland. */

import { failedChecks, reading } from './reading.ts'

interface Change {
  readonly namespace?: string
  readonly kind?: string
  readonly buyer?: string
  readonly selfBilled?: '1' | '2'
  readonly more?: string
  readonly totals?: string
}

const fa2 = 'http://crd.gov.pl/wzor/2023/06/29/12648/'
const fa3 = 'http://crd.gov.pl/wzor/2025/06/25/13775/'
const line = (number: number, price: string, net: string, rate: string, more = ''): string =>
  `<FaWiersz><NrWierszaFa>${number}</NrWierszaFa><P_7>Śruby</P_7><P_8A>szt</P_8A><P_8B>2</P_8B><P_9A>${price}</P_9A><P_11>${net}</P_11><P_12>${rate}</P_12>${more}</FaWiersz>`

const faktura = ({
  namespace = fa2,
  kind = 'VAT',
  buyer = '<NIP>5260250274</NIP>',
  selfBilled = '2',
  more = '',
  totals = '<P_13_1>100.00</P_13_1><P_14_1>23.00</P_14_1><P_13_3>20.00</P_13_3><P_14_3>1.00</P_14_3><P_13_7>5.00</P_13_7><P_15>149.00</P_15>',
}: Change = {}): string => `<?xml version="1.0"?><Faktura xmlns="${namespace}">
  <Podmiot1><DaneIdentyfikacyjne><NIP>5260001246</NIP><Nazwa>Śruby Sp. z o.o.</Nazwa></DaneIdentyfikacyjne><Adres><KodKraju>PL</KodKraju><AdresL1>ul. Długa 1</AdresL1><AdresL2>00-238 Warszawa</AdresL2></Adres></Podmiot1>
  <Podmiot2><DaneIdentyfikacyjne>${buyer}<Nazwa>Kupiec SA</Nazwa></DaneIdentyfikacyjne></Podmiot2>
  <Fa><KodWaluty>PLN</KodWaluty><P_1>2026-03-05</P_1><P_2>FV/7/2026</P_2>${totals}
    <Adnotacje><P_17>${selfBilled}</P_17></Adnotacje><RodzajFaktury>${kind}</RodzajFaktury>${more}
    ${line(1, '50.00', '100.00', '23')}${line(2, '10.00', '20.00', '5')}${line(3, '2.50', '5.00', 'zw')}
    <Platnosc><TerminPlatnosci><Termin>2026-04-04</Termin></TerminPlatnosci><RachunekBankowy><NrRB>61109010140000071219812874</NrRB></RachunekBankowy></Platnosc>
    <WarunkiTransakcji><Zamowienia><NrZamowienia>Z-3</NrZamowienia></Zamowienia></WarunkiTransakcji></Fa></Faktura>`

test.each([
  ['FA(2)', fa2],
  ['FA(3)', fa3],
])('an invoice of %s is read: totals over its rates, ids with their prefix', (_, namespace) => {
  expect(reading(faktura({ namespace }))).toEqual({
    syntax: 'ksef',
    fields: {
      document_type: 'invoice',
      invoice_number: 'FV/7/2026',
      issue_date: '2026-03-05',
      due_date: '2026-04-04',
      seller_name: 'Śruby Sp. z o.o.',
      seller_address: 'ul. Długa 1, 00-238 Warszawa',
      seller_vat_id: 'PL5260001246',
      buyer_name: 'Kupiec SA',
      buyer_vat_id: 'PL5260250274',
      purchase_order: 'Z-3',
      currency: 'PLN',
      net_total: '125.00',
      tax_total: '24.00',
      grand_total: '149.00',
      iban: 'PL61109010140000071219812874',
    },
    lines: [
      { unit_price: '50.00', line_total: '100.00', tax_rate: '23' },
      { unit_price: '10.00', line_total: '20.00', tax_rate: '5' },
      { unit_price: '2.50', line_total: '5.00' },
    ].map((cells) => ({ description: 'Śruby', quantity: '2', ...cells })),
    adjusted: { lines: false, total: '0.00' },
    typeDoubt: null,
  })
})

test('a correction has the sign that it states, and its lines before it are left out', () => {
  const corrected = faktura({
    kind: 'KOR',
    totals: '<P_13_1>-40.00</P_13_1><P_14_1>-9.20</P_14_1><P_15>-49.20</P_15>',
    more: `<DaneFaKorygowanej><NrFaKorygowanej>FV/5/2026</NrFaKorygowanej></DaneFaKorygowanej>${line(1, '70.00', '140.00', '23', '<StanPrzed>1</StanPrzed>')}`,
  })
  expect(reading(corrected)).toMatchObject({
    fields: {
      document_type: 'corrected_invoice',
      preceding_invoice: 'FV/5/2026',
      net_total: '-40.00',
      grand_total: '-49.20',
    },
    lines: [{ line_total: '100.00' }, { line_total: '20.00' }, { line_total: '5.00' }],
    adjusted: { total: null },
  })
})

test.each<[string, Change, object]>([
  ['a prepayment', { kind: 'ZAL' }, { document_type: 'prepayment_invoice' }],
  ['one that the buyer writes', { selfBilled: '1' }, { document_type: 'self_billed_invoice' }],
  [
    'a buyer in another country',
    { buyer: '<KodUE>DE</KodUE><NrVatUE>136695976</NrVatUE>' },
    { buyer_vat_id: 'DE136695976' },
  ],
  [
    'an amount left to pay',
    { more: '<Rozliczenie><DoZaplaty>49.00</DoZaplaty></Rozliczenie>' },
    { due_payable: '49.00', grand_total: '149.00' },
  ],
])('%s is told', (_, change, fields) => {
  expect(reading(faktura(change))).toMatchObject({ fields })
})

test('a settlement need not add up, and an unknown kind is a doubt', () => {
  expect(reading(faktura({ kind: 'ROZ' }))).toMatchObject({ adjusted: { total: null } })
  expect(reading(faktura({ kind: 'ABC' }))).toMatchObject({ typeDoubt: 'type_code' })
})

test('a Faktura of another program is refused', () => {
  expect(reading('<Faktura><P_2>1</P_2></Faktura>')).toBe('xml_other_namespace')
})

test('its sums hold, and those of a settlement and a correction', () => {
  expect(failedChecks(faktura())).toEqual([])
  expect(failedChecks(faktura({ kind: 'ROZ', totals: '<P_15>49.00</P_15>' }))).toEqual([])
  const totals = '<P_13_1>-40.00</P_13_1><P_14_1>-9.20</P_14_1><P_15>-49.20</P_15>'
  const before = line(1, '70.00', '140.00', '23', '<StanPrzed>1</StanPrzed>')
  expect(failedChecks(faktura({ kind: 'KOR', totals, more: before }))).toEqual([])
})
