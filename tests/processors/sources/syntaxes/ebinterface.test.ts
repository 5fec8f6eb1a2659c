/** ebInterface of Austria. */

import { failedChecks, reading } from './reading.ts'

const taxes = {
  '4p3': {
    ofLine: '<VATRate>20</VATRate>',
    all: '<VAT><VATItem><TaxedAmount>100.00</TaxedAmount><VATRate>20</VATRate><Amount>20.00</Amount></VATItem><VATItem><TaxedAmount>10.00</TaxedAmount><VATRate>10</VATRate><Amount>1.00</Amount></VATItem></VAT>',
  },
  '6p1': {
    ofLine: '<TaxItem><TaxableAmount>100.00</TaxableAmount><TaxPercent>20</TaxPercent></TaxItem>',
    all: '<TaxItem><TaxableAmount>100.00</TaxableAmount><TaxPercent>20</TaxPercent><TaxAmount>20.00</TaxAmount></TaxItem><TaxItem><TaxableAmount>10.00</TaxableAmount><TaxPercent>10</TaxPercent><TaxAmount>1.00</TaxAmount></TaxItem>',
  },
}

const rechnung = (
  version: keyof typeof taxes,
  type = 'Invoice',
  more = '',
): string => `<?xml version="1.0"?><eb:Invoice xmlns:eb="http://www.ebinterface.at/schema/${version}/" eb:DocumentType="${type}" eb:InvoiceCurrency="EUR">
  <eb:InvoiceNumber>R-7</eb:InvoiceNumber><eb:InvoiceDate>2026-03-05</eb:InvoiceDate>
  <eb:CancelledOriginalDocument><eb:InvoiceNumber>R-3</eb:InvoiceNumber></eb:CancelledOriginalDocument>
  <eb:Biller><eb:VATIdentificationNumber>ATU13585627</eb:VATIdentificationNumber><eb:Address><eb:Name>Schrauben Willi</eb:Name><eb:Street>Lassallestraße 5</eb:Street><eb:Town>Wien</eb:Town><eb:ZIP>1020</eb:ZIP></eb:Address></eb:Biller>
  <eb:InvoiceRecipient><eb:VATIdentificationNumber>00000000</eb:VATIdentificationNumber><eb:OrderReference><eb:OrderID>B-1</eb:OrderID></eb:OrderReference><eb:Address><eb:Name>Verein</eb:Name></eb:Address></eb:InvoiceRecipient>
  <eb:Details><eb:ItemList><eb:ListLineItem><eb:Description>Schrauben</eb:Description><eb:Quantity eb:Unit="C62">200</eb:Quantity><eb:UnitPrice eb:BaseQuantity="100">50.00</eb:UnitPrice>${taxes[version].ofLine}<eb:LineItemAmount>100.00</eb:LineItemAmount></eb:ListLineItem></eb:ItemList>
  <eb:ItemList><eb:ListLineItem><eb:Description>Handbuch</eb:Description><eb:Quantity>1</eb:Quantity><eb:UnitPrice>10.00</eb:UnitPrice><eb:LineItemAmount>10.00</eb:LineItemAmount></eb:ListLineItem></eb:ItemList></eb:Details>${more}
  <eb:Tax>${taxes[version].all}</eb:Tax><eb:TotalGrossAmount>131.00</eb:TotalGrossAmount><eb:PayableAmount>131.00</eb:PayableAmount>
  <eb:PaymentMethod><eb:UniversalBankTransaction><eb:BeneficiaryAccount><eb:IBAN>AT611904300234573201</eb:IBAN></eb:BeneficiaryAccount></eb:UniversalBankTransaction></eb:PaymentMethod>
  <eb:PaymentConditions><eb:DueDate>2026-04-05</eb:DueDate></eb:PaymentConditions></eb:Invoice>`

test.each(['4p3', '6p1'] as const)('an invoice of %s is read', (version) => {
  expect(reading(rechnung(version))).toEqual({
    syntax: 'ebinterface',
    fields: {
      document_type: 'invoice',
      invoice_number: 'R-7',
      preceding_invoice: 'R-3',
      issue_date: '2026-03-05',
      due_date: '2026-04-05',
      seller_name: 'Schrauben Willi',
      seller_address: 'Lassallestraße 5, 1020 Wien',
      seller_vat_id: 'ATU13585627',
      buyer_name: 'Verein',
      purchase_order: 'B-1',
      currency: 'EUR',
      net_total: '110.00',
      tax_total: '21.00',
      grand_total: '131.00',
      due_payable: '131.00',
      iban: 'AT611904300234573201',
    },
    lines: [
      {
        description: 'Schrauben',
        quantity: '200',
        unit_price: '0.5',
        line_total: '100.00',
        tax_rate: '20',
      },
      { description: 'Handbuch', quantity: '1', unit_price: '10.00', line_total: '10.00' },
    ],
    adjusted: { lines: false, total: '0.00' },
    typeDoubt: null,
  })
})

test('a credit memo is below zero', () => {
  expect(reading(rechnung('6p1', 'CreditMemo'))).toMatchObject({
    fields: { document_type: 'credit_note', grand_total: '-131.00', net_total: '-110.00' },
    lines: [{ quantity: '-200', line_total: '-100.00' }, {}],
  })
})

test('reductions of the whole leave open what the lines add up to', () => {
  const more = '<ReductionAndSurchargeDetails><Reduction/></ReductionAndSurchargeDetails>'
  expect(reading(rechnung('6p1', 'FinalSettlement', more))).toMatchObject({
    fields: { document_type: 'invoice' },
    adjusted: { total: null },
  })
})

test('an unknown type is a doubt', () => {
  expect(reading(rechnung('4p3', 'Offer'))).toMatchObject({ typeDoubt: 'type_code' })
})

test.each(['Invoice', 'CreditMemo'])('sums of %s hold', (type) => {
  for (const version of ['4p3', '6p1'] as const)
    expect(failedChecks(rechnung(version, type))).toEqual([])
})
