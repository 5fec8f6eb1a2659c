/**
 * A sample as UBL 2.1, as XRechnung and Peppol BIS Billing 3 use it: an Invoice, or a CreditNote,
 * which has positive amounts.
 */

import { negate, print, type Decimal } from '../../processors/values/money.ts'
import type { Company } from './companies.ts'
import type { SampleInvoice } from './invoice.ts'
import { statementOf } from './statement.ts'
import { element, postcodeOf, townOf } from './xml.ts'

export function ublOf(issuer: Company, invoice: SampleInvoice): string {
  const { lines, adjustments, lineSum, allowances, charges } = statementOf(invoice)
  const { currency } = issuer.country
  const root = invoice.credit ? 'CreditNote' : 'Invoice'
  const value = (amount: Decimal): string => print(invoice.credit ? negate(amount) : amount)
  const money = (name: string, amount: Decimal): string =>
    `<cbc:${name} currencyID="${currency}">${value(amount)}</cbc:${name}>`
  const tax = (name: string, rate: string): string =>
    `<cac:${name}><cbc:ID>${invoice.exempt ? 'E' : 'S'}</cbc:ID><cbc:Percent>${rate}</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:${name}>`
  const party = (company: Company): string =>
    `<cac:Party><cac:PartyName>${element('cbc:Name', company.name)}</cac:PartyName><cac:PostalAddress>${element('cbc:StreetName', company.address[0] ?? '')}${element('cbc:CityName', townOf(company))}${element('cbc:PostalZone', postcodeOf(company))}` +
    `<cac:Country>${element('cbc:IdentificationCode', company.country.code)}</cac:Country></cac:PostalAddress>${company.vatId === null ? '' : `<cac:PartyTaxScheme>${element('cbc:CompanyID', company.vatId)}<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>`}` +
    `<cac:PartyLegalEntity>${element('cbc:RegistrationName', company.legalName)}</cac:PartyLegalEntity></cac:Party>`
  const allowance = (
    charge: boolean,
    amount: Decimal,
    reason: string,
    rate: string | null,
  ): string =>
    `<cac:AllowanceCharge><cbc:ChargeIndicator>${charge}</cbc:ChargeIndicator>${element('cbc:AllowanceChargeReason', reason)}${money('Amount', amount)}${rate === null ? '' : tax('TaxCategory', rate)}</cac:AllowanceCharge>`
  const quantity = invoice.credit ? 'CreditedQuantity' : 'InvoicedQuantity'
  const goods = lines.map(
    ({ line, price, total, allowance: less }, index) =>
      `<cac:${root}Line><cbc:ID>${index + 1}</cbc:ID><cbc:${quantity} unitCode="C62">${value(line.quantity)}</cbc:${quantity}>${money('LineExtensionAmount', total)}${less === null ? '' : allowance(false, less, 'Discount', null)}` +
      `<cac:Item>${line.note === null ? '' : element('cbc:Description', line.note)}${element('cbc:Name', line.description)}${tax('ClassifiedTaxCategory', line.rate)}</cac:Item><cac:Price><cbc:PriceAmount currencyID="${currency}">${print(price)}</cbc:PriceAmount></cac:Price></cac:${root}Line>`,
  )
  const subtotals = invoice.rates
    .map(
      (one) =>
        `<cac:TaxSubtotal>${money('TaxableAmount', one.base)}${money('TaxAmount', one.tax)}${tax('TaxCategory', one.rate)}</cac:TaxSubtotal>`,
    )
    .join('')
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:${root}-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">` +
    '<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID><cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>' +
    `${element('cbc:ID', invoice.number)}<cbc:IssueDate>${invoice.issueDate}</cbc:IssueDate>${invoice.credit ? '' : `<cbc:DueDate>${invoice.dueDate}</cbc:DueDate>`}<cbc:${root}TypeCode>${invoice.credit ? 381 : 380}</cbc:${root}TypeCode><cbc:DocumentCurrencyCode>${currency}</cbc:DocumentCurrencyCode>` +
    `${invoice.purchaseOrder === null ? '' : `<cac:OrderReference>${element('cbc:ID', invoice.purchaseOrder)}</cac:OrderReference>`}<cac:AdditionalDocumentReference><cbc:ID>timesheet</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject mimeCode="text/csv" filename="t.csv">aWQ7MQ==</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>` +
    `<cac:AccountingSupplierParty>${party(issuer)}</cac:AccountingSupplierParty><cac:AccountingCustomerParty>${party(invoice.buyer)}</cac:AccountingCustomerParty>` +
    `<cac:PaymentMeans><cbc:PaymentMeansCode>58</cbc:PaymentMeansCode>${invoice.credit ? `<cbc:PaymentDueDate>${invoice.dueDate}</cbc:PaymentDueDate>` : ''}${issuer.iban === null ? '' : `<cac:PayeeFinancialAccount>${element('cbc:ID', issuer.iban)}</cac:PayeeFinancialAccount>`}</cac:PaymentMeans>` +
    `${adjustments.map((one) => allowance(one.charge, one.amount, one.reason, one.rate)).join('')}<cac:TaxTotal>${money('TaxAmount', invoice.tax)}${subtotals}</cac:TaxTotal>` +
    `<cac:LegalMonetaryTotal>${money('LineExtensionAmount', lineSum)}${money('TaxExclusiveAmount', invoice.net)}${money('TaxInclusiveAmount', invoice.grand)}${money('AllowanceTotalAmount', allowances)}${money('ChargeTotalAmount', charges)}` +
    `${invoice.paid === null ? '' : money('PrepaidAmount', invoice.paid)}${money('PayableAmount', invoice.due)}</cac:LegalMonetaryTotal>${goods.join('')}</${root}>\n`
  )
}
