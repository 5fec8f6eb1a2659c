/** Facturae of Spain. */

import { failedChecks, reading } from './reading.ts'

interface Change {
  readonly kind?: string
  readonly document?: string
  readonly sign?: string
  readonly invoices?: number
}

function facturae({ kind = 'OO', document = 'FC', sign = '', invoices = 1 }: Change = {}): string {
  const corrective = kind.endsWith('R')
    ? '<Corrective><InvoiceNumber>41</InvoiceNumber><InvoiceSeriesCode>A-</InvoiceSeriesCode></Corrective>'
    : ''
  const invoice = `<Invoice>
    <InvoiceHeader><InvoiceNumber>42</InvoiceNumber><InvoiceSeriesCode>A-</InvoiceSeriesCode><InvoiceDocumentType>${document}</InvoiceDocumentType><InvoiceClass>${kind}</InvoiceClass>${corrective}</InvoiceHeader>
    <InvoiceIssueData><IssueDate>2026-03-05</IssueDate><InvoiceCurrencyCode>EUR</InvoiceCurrencyCode></InvoiceIssueData>
    <TaxesOutputs><Tax><TaxRate>21.00</TaxRate></Tax></TaxesOutputs>
    <InvoiceTotals><TotalGrossAmount>${sign}100.00</TotalGrossAmount><GeneralDiscounts><Discount/></GeneralDiscounts><TotalGeneralDiscounts>${sign}10.00</TotalGeneralDiscounts><TotalGrossAmountBeforeTaxes>${sign}90.00</TotalGrossAmountBeforeTaxes><TotalTaxOutputs>${sign}18.90</TotalTaxOutputs><TotalTaxesWithheld>${sign}13.50</TotalTaxesWithheld><InvoiceTotal>${sign}95.40</InvoiceTotal><TotalOutstandingAmount>${sign}95.40</TotalOutstandingAmount><TotalExecutableAmount>${sign}95.40</TotalExecutableAmount></InvoiceTotals>
    <Items><InvoiceLine><ReceiverTransactionReference>P-9</ReceiverTransactionReference><ItemDescription>Asesoría</ItemDescription><Quantity>${sign}2.0</Quantity><UnitPriceWithoutTax>50.00</UnitPriceWithoutTax><TotalCost>${sign}100.00</TotalCost><GrossAmount>${sign}100.00</GrossAmount><TaxesWithheld><Tax><TaxRate>15.00</TaxRate></Tax></TaxesWithheld><TaxesOutputs><Tax><TaxRate>21.00</TaxRate></Tax></TaxesOutputs></InvoiceLine></Items>
    <PaymentDetails><Installment><InstallmentDueDate>2026-04-05</InstallmentDueDate><AccountToBeCredited><IBAN>ES9121000418450200051332</IBAN></AccountToBeCredited></Installment></PaymentDetails>
  </Invoice>`
  return `<?xml version="1.0"?><fe:Facturae xmlns:fe="http://www.facturae.gob.es/formato/Versiones/Facturaev3_2_2.xml">
  <Parties>
    <SellerParty><TaxIdentification><TaxIdentificationNumber>B58378431</TaxIdentificationNumber></TaxIdentification><LegalEntity><CorporateName>Asesores SL</CorporateName><AddressInSpain><Address>Calle Mayor 1</Address><PostCode>28013</PostCode><Town>Madrid</Town></AddressInSpain></LegalEntity></SellerParty>
    <BuyerParty><TaxIdentification><TaxIdentificationNumber>ESA28015865</TaxIdentificationNumber></TaxIdentification><Individual><Name>Ana</Name><FirstSurname>Ruiz</FirstSurname><SecondSurname>Gil</SecondSurname></Individual></BuyerParty>
  </Parties>
  <Invoices>${invoice.repeat(invoices)}</Invoices></fe:Facturae>`
}

test('an invoice is read: its total has no tax withheld, what is due has', () => {
  expect(reading(facturae())).toEqual({
    syntax: 'facturae',
    fields: {
      document_type: 'invoice',
      invoice_number: 'A-42',
      issue_date: '2026-03-05',
      due_date: '2026-04-05',
      seller_name: 'Asesores SL',
      seller_address: 'Calle Mayor 1, 28013 Madrid',
      seller_vat_id: 'ESB58378431',
      buyer_name: 'Ana Ruiz Gil',
      buyer_vat_id: 'ESA28015865',
      purchase_order: 'P-9',
      currency: 'EUR',
      net_total: '90.00',
      tax_total: '18.90',
      grand_total: '108.90',
      due_payable: '95.40',
      iban: 'ES9121000418450200051332',
    },
    lines: [
      {
        description: 'Asesoría',
        quantity: '2.0',
        unit_price: '50.00',
        line_total: '100.00',
        tax_rate: '21.00',
      },
    ],
    adjusted: { lines: false, total: '-10.00' },
    typeDoubt: null,
  })
})

test('a corrective invoice has the sign that it states, and names what it corrects', () => {
  expect(reading(facturae({ kind: 'OR', sign: '-' }))).toMatchObject({
    fields: {
      document_type: 'corrected_invoice',
      preceding_invoice: 'A-41',
      grand_total: '-108.90',
    },
    lines: [{ quantity: '-2.0', line_total: '-100.00' }],
  })
  expect(reading(facturae({ kind: 'OR' }))).toMatchObject({ fields: { grand_total: '108.90' } })
})

test.each([
  ['a copy', { kind: 'CO' }, 'invoice'],
  ['one of several deliveries', { kind: 'OC' }, 'invoice'],
  ['one that the buyer writes', { document: 'AF' }, 'self_billed_invoice'],
])('%s is told', (_, change, type) => {
  expect(reading(facturae(change))).toMatchObject({ fields: { document_type: type } })
})

test('an unknown class is a doubt, and a file of several invoices is refused', () => {
  expect(reading(facturae({ kind: 'XX' }))).toMatchObject({ typeDoubt: 'type_code' })
  expect(reading(facturae({ invoices: 2 }))).toBe('xml_several_invoices')
})

test('its sums hold, and those of its correction', () => {
  for (const change of [{}, { kind: 'OR', sign: '-' }])
    expect(failedChecks(facturae(change))).toEqual([])
})
