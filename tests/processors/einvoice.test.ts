import fc from 'fast-check'
import { inspectEinvoice, readEinvoice } from '../../processors/einvoice.ts'
import type { Field } from '../../schemas/types.ts'
import { drawSample } from '../../trainer/samples/sample.ts'
import { ciiOf } from '../../trainer/samples/xml.ts'
import { print } from '../../processors/money.ts'

const values = (fields: readonly Field[]): Record<string, string | null> => Object.fromEntries(fields.map((field) => [field.name, field.value]))

const zugferd1 = `<?xml version="1.0"?><rsm:CrossIndustryDocument xmlns:rsm="urn:a" xmlns:ram="urn:b" xmlns:udt="urn:c">
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

const ubl = (root: string, line: string, quantity: string): string => `<${root} xmlns="urn:x" xmlns:cbc="urn:y" xmlns:cac="urn:z"><cbc:ID>INV-9</cbc:ID><cbc:IssueDate>2024-02-29</cbc:IssueDate><cbc:DueDate>2024-03-30</cbc:DueDate>
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode><cac:OrderReference><cbc:ID>PO-1</cbc:ID></cac:OrderReference>
  <cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>Trade name</cbc:Name></cac:PartyName><cac:PostalAddress><cbc:StreetName>Main St 1</cbc:StreetName><cbc:CityName>Dublin</cbc:CityName><cbc:PostalZone>D02</cbc:PostalZone></cac:PostalAddress>
  <cac:PartyTaxScheme><cbc:CompanyID>123</cbc:CompanyID><cac:TaxScheme><cbc:ID>TAX</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme><cac:PartyTaxScheme><cbc:CompanyID>IE6388047V</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
  <cac:PartyLegalEntity><cbc:RegistrationName>Legal Ltd</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
  <cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>DE88200800000970375700</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
  <cac:TaxTotal><cbc:TaxAmount currencyID="USD">5.00</cbc:TaxAmount></cac:TaxTotal><cac:TaxTotal><cbc:TaxAmount currencyID="EUR">4.60</cbc:TaxAmount></cac:TaxTotal>
  <cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="EUR">20.00</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount currencyID="EUR">24.60</cbc:TaxInclusiveAmount><cbc:PayableAmount currencyID="EUR">14.60</cbc:PayableAmount></cac:LegalMonetaryTotal>
  <cac:${line}><cbc:${quantity} unitCode="C62">2</cbc:${quantity}><cbc:LineExtensionAmount>20.00</cbc:LineExtensionAmount><cac:Item><cbc:Name>Widget</cbc:Name><cac:ClassifiedTaxCategory><cbc:Percent>23</cbc:Percent></cac:ClassifiedTaxCategory></cac:Item><cac:Price><cbc:PriceAmount>10.00</cbc:PriceAmount></cac:Price></cac:${line}></${root}>`

test('every field and line of a generated Cross Industry Invoice comes back', () => {
  for (let index = 0; index < 40; index++) {
    const { invoice, issuer, truth } = drawSample(11, index)
    if (invoice === null) throw new Error('not an invoice')
    const read = readEinvoice(ciiOf(issuer, invoice))
    const { seller_address: _, ...expected } = Object.fromEntries(Object.entries(truth.fields).filter(([, value]) => value !== null))
    expect(values(read?.fields ?? [])).toMatchObject(expected)
    expect(read?.lineItems.map(({ cells }) => values(cells).line_total)).toEqual(invoice.lines.map((line) => print(line.total)))
  }
})

test('ZUGFeRD 1 is read, with references to characters and prices for a hundred units', () => {
  const read = readEinvoice(zugferd1)
  expect(read?.syntax).toBe('zugferd1')
  expect(values(read?.fields ?? [])).toEqual({ invoice_number: 'R-7', issue_date: '2018-03-05', seller_name: 'Müller & Söhne', seller_vat_id: 'DE136695976', currency: 'EUR', net_total: '10.00', tax_total: '1.90', grand_total: '11.90' })
  expect(read?.lineItems.map(({ cells }) => values(cells))).toEqual([{ description: 'Nails', quantity: '2.0000', unit_price: '5', line_total: '10.00', tax_rate: '19.00' }])
})

test.each([['Invoice', 'InvoiceLine', 'InvoicedQuantity'], ['CreditNote', 'CreditNoteLine', 'CreditedQuantity']] as const)('UBL %s is read, with the VAT id among other registrations and the tax in its own currency', (root, line, quantity) => {
  const read = readEinvoice(ubl(root, line, quantity))
  expect(values(read?.fields ?? [])).toEqual({
    invoice_number: 'INV-9', issue_date: '2024-02-29', due_date: '2024-03-30', seller_name: 'Legal Ltd', seller_address: 'Main St 1, D02 Dublin', seller_vat_id: 'IE6388047V', purchase_order: 'PO-1', currency: 'EUR',
    net_total: '20.00', tax_total: '4.60', grand_total: '24.60', due_payable: '14.60', iban: 'DE88200800000970375700',
  })
  expect(read?.fields.find((field) => field.name === 'tax_total')?.originId).toBe(`/${root}/TaxTotal[2]/TaxAmount`)
  expect(values(read?.lineItems[0]?.cells ?? [])).toEqual({ description: 'Widget', quantity: '2', unit_price: '10.00', line_total: '20.00', tax_rate: '23' })
})

describe('hostile and foreign XML is refused with a reason', () => {
  const bomb = `<!DOCTYPE a [<!ENTITY a "ha">${Array.from({ length: 20 }, (_, i) => `<!ENTITY a${i} "&a${i - 1};&a${i - 1};&a${i - 1};">`).join('')}]><Invoice><ID>&a19;</ID></Invoice>`
  test.each([
    ['billion laughs', bomb, 'xml_has_doctype'], ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Invoice><ID>&x;</ID></Invoice>', 'xml_has_doctype'],
    ['ten megabytes', `<Invoice><ID>${'x'.repeat(10 * 1024 * 1024)}</ID></Invoice>`, 'xml_too_large'], ['deep nesting', `<Invoice>${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}</Invoice>`, 'xml_malformed'],
    ['a torn tag', '<Invoice><ID>1</Invoice>', 'xml_malformed'], ['no XML', 'hello', 'xml_malformed'], ['nothing', '', 'xml_malformed'], ['another document', '<Order><ID>1</ID></Order>', 'xml_not_an_invoice'],
    ['an invoice without a number', '<Invoice><IssueDate>2024-01-01</IssueDate></Invoice>', 'xml_without_number'],
    ['names of prototypes', '<__proto__><constructor>1</constructor></__proto__>', 'xml_malformed'], ['the name of a method', '<toString><ID>1</ID></toString>', 'xml_not_an_invoice'],
  ])('%s', (_name, xml, reason) => expect(inspectEinvoice(xml)).toEqual({ invoice: null, reason }))

  test('an entity that nobody declared stays as it stands', () =>
    expect(readEinvoice('<Invoice><ID>a&unknown;b</ID></Invoice>')?.fields[0]?.value).toBe('a&unknown;b'))

  test('it never throws, whatever the text', () => {
    const piece = fc.constantFrom('<Invoice>', '</Invoice>', '<ID>', '</ID>', '<', '>', '&', '&#0;', '&#xFFFFFFF;', '<![CDATA[', ']]>', '<?x ?>', '<!--', '-->', ' a="1"', 'text', '__proto__', '\u0000', 'ä')
    fc.assert(fc.property(fc.oneof(fc.string(), fc.array(piece, { maxLength: 30 }).map((parts) => parts.join(''))), (xml) => {
      const read = inspectEinvoice(xml)
      expect((read.invoice === null) !== (read.reason === null)).toBe(true)
    }), { numRuns: 1500 })
  })
})
