/** OIOUBL of Denmark. */

import { failedChecks, reading } from './reading.ts'

const faktura = (root: string, line: string, quantity: string, binding = 'OIOUBL-2.02'): string =>
  `<?xml version="1.0"?><${root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:${root}-2" xmlns:cbc="urn:b" xmlns:cac="urn:a">
  <cbc:CustomizationID schemeID="x">${binding}</cbc:CustomizationID><cbc:ID>A-7</cbc:ID><cbc:IssueDate>2026-03-05</cbc:IssueDate>${root === 'Invoice' ? '<cbc:InvoiceTypeCode listID="urn:oioubl:codelist:invoicetypecode-1.1">380</cbc:InvoiceTypeCode>' : ''}<cbc:DocumentCurrencyCode>DKK</cbc:DocumentCurrencyCode>
  <cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>Vin ApS</cbc:Name></cac:PartyName><cac:PartyTaxScheme><cbc:CompanyID schemeID="DK:SE">DK13585628</cbc:CompanyID><cac:TaxScheme><cbc:ID schemeID="urn:oioubl:id:taxschemeid-1.1">63</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme></cac:Party></cac:AccountingSupplierParty>
  <cac:PaymentMeans><cbc:PaymentDueDate>2026-04-05</cbc:PaymentDueDate><cbc:PaymentChannelCode>IBAN</cbc:PaymentChannelCode><cac:PayeeFinancialAccount><cbc:ID>DK5000400440116243</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
  <cac:TaxTotal><cbc:TaxAmount currencyID="DKK">180.00</cbc:TaxAmount></cac:TaxTotal>
  <cac:LegalMonetaryTotal><cbc:LineExtensionAmount>720.00</cbc:LineExtensionAmount><cbc:TaxExclusiveAmount>180.00</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount>900.00</cbc:TaxInclusiveAmount><cbc:PayableAmount>900.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
  <cac:${line}><cbc:${quantity} unitCode="CS">1.00</cbc:${quantity}><cbc:LineExtensionAmount>720.00</cbc:LineExtensionAmount><cac:TaxTotal><cac:TaxSubtotal><cac:TaxCategory><cbc:Percent>25</cbc:Percent></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal><cac:Item><cbc:Name>Husets vin</cbc:Name></cac:Item><cac:Price><cbc:PriceAmount>120.00</cbc:PriceAmount><cbc:BaseQuantity>2</cbc:BaseQuantity><cbc:OrderableUnitFactorRate>12</cbc:OrderableUnitFactorRate></cac:Price></cac:${line}></${root}>`

test('an invoice is read: tax is tax, and the price is that of a case', () => {
  expect(reading(faktura('Invoice', 'InvoiceLine', 'InvoicedQuantity'))).toEqual({
    syntax: 'oioubl',
    fields: {
      document_type: 'invoice',
      invoice_number: 'A-7',
      issue_date: '2026-03-05',
      due_date: '2026-04-05',
      seller_name: 'Vin ApS',
      seller_vat_id: 'DK13585628',
      currency: 'DKK',
      net_total: '720.00',
      tax_total: '180.00',
      grand_total: '900.00',
      due_payable: '900.00',
      iban: 'DK5000400440116243',
    },
    lines: [
      {
        description: 'Husets vin',
        quantity: '1.00',
        unit_price: '720',
        line_total: '720.00',
        tax_rate: '25',
      },
    ],
    adjusted: { lines: false, total: '0.00' },
    typeDoubt: null,
  })
})

test('a credit note is below zero', () => {
  expect(reading(faktura('CreditNote', 'CreditNoteLine', 'CreditedQuantity'))).toMatchObject({
    syntax: 'oioubl',
    fields: { document_type: 'credit_note', net_total: '-720.00', tax_total: '-180.00' },
    lines: [{ quantity: '-1.00', unit_price: '720' }],
  })
})

test('the same names by another binding are those of UBL', () => {
  const peppol = faktura('Invoice', 'InvoiceLine', 'InvoicedQuantity', 'urn:cen.eu:en16931:2017')
  expect(reading(peppol)).toMatchObject({ syntax: 'ubl', fields: { net_total: '180.00' } })
})

test('its sums hold, and those of its credit note', () => {
  expect(failedChecks(faktura('Invoice', 'InvoiceLine', 'InvoicedQuantity'))).toEqual([])
  expect(failedChecks(faktura('CreditNote', 'CreditNoteLine', 'CreditedQuantity'))).toEqual([])
})
