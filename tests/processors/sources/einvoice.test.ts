import fc from 'fast-check'
import { runChecks } from '../../../processors/routing/checks.ts'
import {
  inspectEinvoice,
  readEinvoice,
  type Einvoice,
} from '../../../processors/sources/einvoice.ts'
import { minus, plus, print } from '../../../processors/values/money.ts'
import { loadProfiles, profileOf } from '../../../schemas/profiles.ts'
import type { Field } from '../../../schemas/types.ts'
import { drawSample } from '../../../trainer/samples/sample.ts'
import { statementOf } from '../../../trainer/samples/statement.ts'
import { ublOf } from '../../../trainer/samples/ubl.ts'
import { ciiOf, ciiProfiles, type CiiProfile } from '../../../trainer/samples/xml.ts'

const values = (fields: readonly Field[]): Record<string, string | null> =>
  Object.fromEntries(fields.map((field) => [field.name, field.value]))

const zugferd1 = `<?xml version="1.0"?><rsm:CrossIndustryDocument xmlns:rsm="urn:ferd:CrossIndustryDocument:invoice:1p0" xmlns:ram="urn:b" xmlns:udt="urn:c">
  <rsm:HeaderExchangedDocument><ram:ID>R-7</ram:ID><ram:IssueDateTime><udt:DateTimeString format="102">20180305</udt:DateTimeString></ram:IssueDateTime></rsm:HeaderExchangedDocument>
  <rsm:SpecifiedSupplyChainTradeTransaction><ram:ApplicableSupplyChainTradeAgreement><ram:SellerTradeParty><ram:Name>M&#252;ller &amp; S&#xF6;hne</ram:Name>
  <ram:SpecifiedTaxRegistration><ram:ID schemeID="FC">201/113/40209</ram:ID></ram:SpecifiedTaxRegistration><ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">DE136695976</ram:ID></ram:SpecifiedTaxRegistration></ram:SellerTradeParty></ram:ApplicableSupplyChainTradeAgreement>
  <ram:ApplicableSupplyChainTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode><ram:SpecifiedTradeSettlementMonetarySummation><ram:TaxBasisTotalAmount currencyID="EUR">10.00</ram:TaxBasisTotalAmount>
  <ram:TaxTotalAmount currencyID="EUR">1.90</ram:TaxTotalAmount><ram:GrandTotalAmount currencyID="EUR">11.90</ram:GrandTotalAmount></ram:SpecifiedTradeSettlementMonetarySummation></ram:ApplicableSupplyChainTradeSettlement>
  <ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:IncludedNote><ram:Content>a note, no goods</ram:Content></ram:IncludedNote></ram:AssociatedDocumentLineDocument></ram:IncludedSupplyChainTradeLineItem>
  <ram:IncludedSupplyChainTradeLineItem><ram:SpecifiedSupplyChainTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>500.00</ram:ChargeAmount><ram:BasisQuantity>100</ram:BasisQuantity></ram:NetPriceProductTradePrice></ram:SpecifiedSupplyChainTradeAgreement>
  <ram:SpecifiedSupplyChainTradeDelivery><ram:BilledQuantity>2.0000</ram:BilledQuantity></ram:SpecifiedSupplyChainTradeDelivery><ram:SpecifiedSupplyChainTradeSettlement><ram:ApplicableTradeTax><ram:ApplicablePercent>19.00</ram:ApplicablePercent></ram:ApplicableTradeTax>
  <ram:SpecifiedTradeSettlementMonetarySummation><ram:LineTotalAmount>10.00</ram:LineTotalAmount></ram:SpecifiedTradeSettlementMonetarySummation></ram:SpecifiedSupplyChainTradeSettlement><ram:SpecifiedTradeProduct><ram:Name>Nails</ram:Name></ram:SpecifiedTradeProduct></ram:IncludedSupplyChainTradeLineItem>
  </rsm:SpecifiedSupplyChainTradeTransaction></rsm:CrossIndustryDocument>`

const ubl = (
  root: string,
  line: string,
  quantity: string,
): string => `<${root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:${root}-2" xmlns:cbc="urn:y" xmlns:cac="urn:z"><cbc:ID>INV-9</cbc:ID><cbc:IssueDate>2024-02-29</cbc:IssueDate><cbc:DueDate>2024-03-30</cbc:DueDate>
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode><cac:OrderReference><cbc:ID>PO-1</cbc:ID></cac:OrderReference>
  <cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>Trade name</cbc:Name></cac:PartyName><cac:PostalAddress><cbc:StreetName>Main St 1</cbc:StreetName><cbc:CityName>Dublin</cbc:CityName><cbc:PostalZone>D02</cbc:PostalZone></cac:PostalAddress>
  <cac:PartyTaxScheme><cbc:CompanyID>123</cbc:CompanyID><cac:TaxScheme><cbc:ID>TAX</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme><cac:PartyTaxScheme><cbc:CompanyID>IE6388047V</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
  <cac:PartyLegalEntity><cbc:RegistrationName>Legal Ltd</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
  <cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>DE88200800000970375700</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
  <cac:TaxTotal><cbc:TaxAmount currencyID="USD">5.00</cbc:TaxAmount></cac:TaxTotal><cac:TaxTotal><cbc:TaxAmount currencyID="EUR">4.60</cbc:TaxAmount></cac:TaxTotal>
  <cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="EUR">20.00</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount currencyID="EUR">24.60</cbc:TaxInclusiveAmount><cbc:PayableAmount currencyID="EUR">14.60</cbc:PayableAmount></cac:LegalMonetaryTotal>
  <cac:${line}><cbc:${quantity} unitCode="C62">2</cbc:${quantity}><cbc:LineExtensionAmount>20.00</cbc:LineExtensionAmount><cac:Item><cbc:Name>Widget</cbc:Name><cac:ClassifiedTaxCategory><cbc:Percent>23</cbc:Percent></cac:ClassifiedTaxCategory></cac:Item><cac:Price><cbc:PriceAmount>10.00</cbc:PriceAmount></cac:Price></cac:${line}></${root}>`

const profile = profileOf(loadProfiles(), 'invoice')
const made = Array.from({ length: 120 }, (_, index) => drawSample(11, index)).map(
  ({ invoice, issuer, truth }) => {
    if (invoice === null) throw new Error('not an invoice')
    const { seller_address: _, ...expected } = Object.fromEntries(
      Object.entries(truth.fields).filter(([, value]) => value !== null),
    )
    return { invoice, issuer, id: truth.id, expected }
  },
)
const failed = (invoice: Einvoice | null): string[] => {
  if (invoice === null) return ['unread']
  const excused = invoice.adjusted.lines ? ['line_arithmetic'] : []
  expect(invoice.adjusted.total).not.toBeNull()
  return runChecks(
    profile,
    invoice.fields,
    invoice.lineItems,
    Date.parse('2026-06-10'),
    invoice.adjusted.total ?? undefined,
  )
    .filter(({ name, outcome }) => outcome === 'failed' && !excused.includes(name))
    .map(({ name, detail }) => `${name} ${detail}`)
}
const lineTotals = (invoice: Einvoice | null): (string | null | undefined)[] =>
  invoice?.lineItems.map(({ cells }) => values(cells).line_total) ?? []

test.each(Object.keys(ciiProfiles) as CiiProfile[])(
  'every field and line of a generated Cross Industry Invoice of profile %s comes back, and its sums hold',
  (name) => {
    for (const { invoice, issuer, id, expected } of made) {
      const read = readEinvoice(ciiOf(issuer, invoice, name))
      const { iban: _iban, due_date: _due, buyer_vat_id: _vat, ...least } = expected
      expect([id, values(read?.fields ?? [])]).toMatchObject([
        id,
        name === 'minimum' ? least : expected,
      ])
      expect(lineTotals(read)).toEqual(
        name === 'minimum' || name === 'basicwl'
          ? []
          : statementOf(invoice).lines.map(({ total }) => print(total)),
      )
      expect([id, failed(read)]).toEqual([id, []])
    }
  },
)

test('the net totals of lines, charges and allowances make up the net total to the cent, in shops as well', () => {
  for (const { invoice, id } of made) {
    const { lineSum, charges, allowances } = statementOf(invoice)
    expect([id, print(minus(plus(lineSum, charges), allowances))]).toEqual([id, print(invoice.net)])
  }
  expect(made.filter(({ invoice }) => invoice.gross).length).toBeGreaterThan(5)
  expect(
    made.filter(({ invoice }) => invoice.discount !== null || invoice.shipping !== null).length,
  ).toBeGreaterThan(10)
  expect(made.filter(({ invoice }) => invoice.rates.length > 1).length).toBeGreaterThan(5)
})

test('every field and line of a generated UBL invoice comes back; what a credit note states without sign is below zero, and the attachment says nothing', () => {
  for (const { invoice, issuer, id, expected } of made) {
    const read = readEinvoice(ublOf(issuer, invoice))
    const document_type = invoice.credit ? 'credit_note' : 'invoice'
    expect([id, values(read?.fields ?? [])]).toMatchObject([id, { ...expected, document_type }])
    expect(lineTotals(read)).toEqual(statementOf(invoice).lines.map(({ total }) => print(total)))
    expect([id, failed(read)]).toEqual([id, []])
  }
  expect(made.filter(({ invoice }) => invoice.credit).length).toBeGreaterThan(5)
})

test('a line that heads others or explains them is no line of goods', () => {
  const { invoice, issuer } = made.find(
    (one) => one.invoice.lines.length > 2,
  ) as (typeof made)[number]
  const grouped = ciiOf(issuer, invoice, 'extended')
  expect(grouped).toContain('GROUP')
  expect(readEinvoice(grouped)?.lineItems).toHaveLength(invoice.lines.length)
  expect(readEinvoice(grouped.replace('>DETAIL<', '>INFORMATION<'))?.lineItems).toHaveLength(
    invoice.lines.length - 1,
  )
})

test('what is charged and allowed beside the lines is held against their sum', () => {
  const withAllowance = (net: string): Einvoice | null =>
    readEinvoice(
      ubl('Invoice', 'InvoiceLine', 'InvoicedQuantity')
        .replace(
          /20\.00<\/cbc:TaxExclusiveAmount>/,
          `${net}</cbc:TaxExclusiveAmount><cbc:AllowanceTotalAmount>3.00</cbc:AllowanceTotalAmount><cbc:ChargeTotalAmount>1.00</cbc:ChargeTotalAmount>`,
        )
        .replace('24.60', '22.60'),
    )
  expect(failed(withAllowance('18.00'))).toEqual([])
  expect(failed(withAllowance('20.00'))).toContain('lines_add_up sum_of_lines')
})

test('a total with tax that is left out is what has to be paid, unless something was paid before', () => {
  const without = ubl('Invoice', 'InvoiceLine', 'InvoicedQuantity').replace(
    /<cbc:TaxInclusiveAmount.*?<\/cbc:TaxInclusiveAmount>/,
    '',
  )
  expect(values(readEinvoice(without)?.fields ?? [])).toMatchObject({
    grand_total: '14.60',
    due_payable: '14.60',
  })
  expect(
    values(
      readEinvoice(
        without.replace(
          '<cbc:PayableAmount',
          '<cbc:PrepaidAmount>10.00</cbc:PrepaidAmount><cbc:PayableAmount',
        ),
      )?.fields ?? [],
    ),
  ).not.toHaveProperty('grand_total')
})

test('what is paid before and what rounding adds leave the amount due as it is stated', () => {
  const xml = ubl('Invoice', 'InvoiceLine', 'InvoicedQuantity').replace(
    '<cbc:PayableAmount',
    '<cbc:PrepaidAmount currencyID="EUR">10.01</cbc:PrepaidAmount><cbc:PayableRoundingAmount currencyID="EUR">0.01</cbc:PayableRoundingAmount><cbc:PayableAmount',
  )
  expect(values(readEinvoice(xml)?.fields ?? [])).toMatchObject({
    grand_total: '24.60',
    due_payable: '14.60',
  })
})

test('ZUGFeRD 1 is read, with references to characters and prices for a hundred units', () => {
  const read = readEinvoice(zugferd1)
  expect(read?.syntax).toBe('zugferd1')
  expect(values(read?.fields ?? [])).toEqual({
    invoice_number: 'R-7',
    issue_date: '2018-03-05',
    seller_name: 'Müller & Söhne',
    seller_vat_id: 'DE136695976',
    currency: 'EUR',
    net_total: '10.00',
    tax_total: '1.90',
    grand_total: '11.90',
  })
  expect(read?.lineItems.map(({ cells }) => values(cells))).toEqual([
    {
      description: 'Nails',
      quantity: '2.0000',
      unit_price: '5',
      line_total: '10.00',
      tax_rate: '19.00',
    },
  ])
})

test.each([
  ['Invoice', 'InvoiceLine', 'InvoicedQuantity'],
  ['CreditNote', 'CreditNoteLine', 'CreditedQuantity'],
] as const)(
  'UBL %s is read, with the VAT id among other registrations and the tax in its own currency',
  (root, line, quantity) => {
    const read = readEinvoice(ubl(root, line, quantity))
    const sign = root === 'CreditNote' ? '-' : ''
    expect(values(read?.fields ?? [])).toEqual({
      ...(root === 'CreditNote' ? { document_type: 'credit_note' } : {}),
      invoice_number: 'INV-9',
      issue_date: '2024-02-29',
      due_date: '2024-03-30',
      seller_name: 'Legal Ltd',
      seller_address: 'Main St 1, D02 Dublin',
      seller_vat_id: 'IE6388047V',
      purchase_order: 'PO-1',
      currency: 'EUR',
      net_total: `${sign}20.00`,
      tax_total: `${sign}4.60`,
      grand_total: `${sign}24.60`,
      due_payable: `${sign}14.60`,
      iban: 'DE88200800000970375700',
    })
    expect(read?.fields.find((field) => field.name === 'tax_total')?.originId).toBe(
      `/${root}/TaxTotal[2]/TaxAmount`,
    )
    expect(values(read?.lineItems[0]?.cells ?? [])).toEqual({
      description: 'Widget',
      quantity: `${sign}2`,
      unit_price: '10.00',
      line_total: `${sign}20.00`,
      tax_rate: '23',
    })
  },
)

describe('hostile and foreign XML is refused with a reason', () => {
  const bomb = `<!DOCTYPE a [<!ENTITY a "ha">${Array.from({ length: 20 }, (_, i) => `<!ENTITY a${i} "&a${i - 1};&a${i - 1};&a${i - 1};">`).join('')}]><Invoice><ID>&a19;</ID></Invoice>`
  test.each([
    ['billion laughs', bomb, 'xml_has_doctype'],
    [
      'an external entity',
      '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Invoice><ID>&x;</ID></Invoice>',
      'xml_has_doctype',
    ],
    [
      'ten megabytes',
      `<Invoice><ID>${'x'.repeat(10 * 1024 * 1024)}</ID></Invoice>`,
      'xml_too_large',
    ],
    ['a million attributes', `<Invoice ${'a="1" '.repeat(1_000_000)}/>`, 'xml_too_large'],
    [
      'deep nesting',
      `<Invoice>${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}</Invoice>`,
      'xml_malformed',
    ],
    ['a torn tag', '<Invoice><ID>1</Invoice>', 'xml_malformed'],
    ['no XML', 'hello', 'xml_malformed'],
    ['nothing', '', 'xml_malformed'],
    ['another document', '<Order><ID>1</ID></Order>', 'xml_not_an_invoice'],
    [
      'an invoice of another program',
      '<Invoice xmlns="http://example.org/erp"><ID>1</ID></Invoice>',
      'xml_other_namespace',
    ],
    [
      'a prefix of another program',
      '<a:Invoice xmlns:a="urn:other" xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><ID>1</ID></a:Invoice>',
      'xml_other_namespace',
    ],
    [
      'an invoice without a number',
      '<Invoice><IssueDate>2024-01-01</IssueDate></Invoice>',
      'xml_without_number',
    ],
    ['names of prototypes', '<__proto__><constructor>1</constructor></__proto__>', 'xml_malformed'],
    ['the name of a method', '<toString><ID>1</ID></toString>', 'xml_not_an_invoice'],
  ])('%s', (_name, xml, reason) => expect(inspectEinvoice(xml)).toEqual({ invoice: null, reason }))

  test('an entity that nobody declared stays as it stands', () =>
    expect(readEinvoice('<Invoice><ID>a&unknown;b</ID></Invoice>')?.fields[0]?.value).toBe(
      'a&unknown;b',
    ))

  test('it never throws, whatever the text', () => {
    const piece = fc.constantFrom(
      '<Invoice>',
      '</Invoice>',
      '<ID>',
      '</ID>',
      '<',
      '>',
      '&',
      '&#0;',
      '&#xFFFFFFF;',
      '<![CDATA[',
      ']]>',
      '<?x ?>',
      '<!--',
      '-->',
      ' a="1"',
      'text',
      '__proto__',
      '\u0000',
      'ä',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 30 }).map((parts) => parts.join('')),
        ),
        (xml) => {
          const read = inspectEinvoice(xml)
          expect((read.invoice === null) !== (read.reason === null)).toBe(true)
        },
      ),
      { numRuns: 1500 },
    )
  })
})

const billing = (root: string, code: string, extra = ''): Einvoice | null =>
  readEinvoice(
    ubl(root, `${root}Line`, root === 'Invoice' ? 'InvoicedQuantity' : 'CreditedQuantity').replace(
      '<cbc:DocumentCurrencyCode>',
      `${code === '' ? '' : `<cbc:${root}TypeCode>${code}</cbc:${root}TypeCode>`}${extra}<cbc:DocumentCurrencyCode>`,
    ),
  )

test.each([
  ['Invoice', '380', 'invoice', '24.60'],
  ['Invoice', '381', 'credit_note', '-24.60'],
  ['Invoice', '384', 'corrected_invoice', '24.60'],
  ['Invoice', '386', 'prepayment_invoice', '24.60'],
  ['Invoice', '389', 'self_billed_invoice', '24.60'],
  ['CreditNote', '381', 'credit_note', '-24.60'],
  ['CreditNote', '261', 'self_billed_credit_note', '-24.60'],
  ['CreditNote', '', 'credit_note', '-24.60'],
])('a UBL %s of type %j is a %s, and its total %s', (root, code, type, total) => {
  const read = billing(root, code)
  expect(values(read?.fields ?? [])).toMatchObject({ document_type: type, grand_total: total })
  expect(lineTotals(read)).toEqual([total.startsWith('-') ? '-20.00' : '20.00'])
  expect(read?.fields.find(({ name }) => name === 'document_type')?.raw ?? '').toBe(code)
  expect(failed(read)).toEqual([])
})

test.each([
  ['CreditNote', '380', 'root_disagrees'],
  ['Invoice', '325', 'type_code'], // a proforma: nothing is owed by it
  ['Invoice', '999', 'type_code'],
])('what a UBL %s of type %s is can’t be told', (root, code, doubt) => {
  const read = billing(root, code)
  expect(read?.typeDoubt).toBe(doubt)
  expect(values(read?.fields ?? [])).not.toHaveProperty('document_type')
})

test('the invoice that a document refers to is read, in UBL and in the Cross Industry Invoice', () => {
  const reference =
    '<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>INV-8</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference>'
  expect(values(billing('CreditNote', '381', reference)?.fields ?? [])).toMatchObject({
    preceding_invoice: 'INV-8',
  })
  const { invoice, issuer } = made[0] as (typeof made)[number]
  const cii = ciiOf(issuer, invoice, 'en16931').replace(
    '</ram:ApplicableHeaderTradeSettlement>',
    '<ram:InvoiceReferencedDocument><ram:IssuerAssignedID>R-1</ram:IssuerAssignedID></ram:InvoiceReferencedDocument></ram:ApplicableHeaderTradeSettlement>',
  )
  expect(values(readEinvoice(cii)?.fields ?? [])).toMatchObject({ preceding_invoice: 'R-1' })
})
