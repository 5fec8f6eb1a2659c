/**
 * A sample as a Cross Industry Invoice (UN/CEFACT CII D16B, profile EN 16931), as Factur-X embeds it.
 */

import { print, sum, type Decimal } from '../../processors/money.ts'
import type { Company } from './companies.ts'
import type { SampleInvoice } from './invoice.ts'

export function ciiOf(issuer: Company, invoice: SampleInvoice): string {
  const money = (value: Decimal): string => print(value)
  const date = (iso: string): string => `<udt:DateTimeString format="102">${iso.replace(/-/g, '')}</udt:DateTimeString>`
  const party = (company: Company): string => `<ram:Name>${escaped(company.legalName)}</ram:Name><ram:PostalTradeAddress><ram:PostcodeCode>${escaped(postcodeOf(company))}</ram:PostcodeCode>` +
    `<ram:LineOne>${escaped(company.address[0] ?? '')}</ram:LineOne><ram:CityName>${escaped((company.address.at(-1) ?? '').replace(postcodeOf(company), '').trim())}</ram:CityName><ram:CountryID>${company.country.code}</ram:CountryID></ram:PostalTradeAddress>` +
    (company.vatId === null ? '' : `<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">${company.vatId}</ram:ID></ram:SpecifiedTaxRegistration>`)
  const category = (rate: string): string => `<ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>${invoice.exempt ? 'E' : 'S'}</ram:CategoryCode><ram:RateApplicablePercent>${rate}</ram:RateApplicablePercent>`
  const lines = invoice.lines.map((line, index) => `<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>${index + 1}</ram:LineID></ram:AssociatedDocumentLineDocument>` +
    `<ram:SpecifiedTradeProduct><ram:SellerAssignedID>${escaped(line.sku)}</ram:SellerAssignedID><ram:Name>${escaped(line.description)}</ram:Name>${line.note === null ? '' : `<ram:Description>${escaped(line.note)}</ram:Description>`}</ram:SpecifiedTradeProduct>` +
    `<ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>${money(line.price)}</ram:ChargeAmount></ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>` +
    `<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="C62">${money(line.quantity)}</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>` +
    `<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax>${category(line.rate)}</ram:ApplicableTradeTax><ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>${money(line.total)}</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>`)
  const taxes = invoice.rates.map((one) => `<ram:ApplicableTradeTax><ram:CalculatedAmount>${money(one.tax)}</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode><ram:BasisAmount>${money(one.base)}</ram:BasisAmount><ram:CategoryCode>${invoice.exempt ? 'E' : 'S'}</ram:CategoryCode><ram:RateApplicablePercent>${one.rate}</ram:RateApplicablePercent></ram:ApplicableTradeTax>`)
  const order = invoice.purchaseOrder === null ? '' : `<ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>${escaped(invoice.purchaseOrder)}</ram:IssuerAssignedID></ram:BuyerOrderReferencedDocument>`
  const account = issuer.iban === null ? '' : `<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>58</ram:TypeCode><ram:PayeePartyCreditorFinancialAccount><ram:IBANID>${issuer.iban}</ram:IBANID></ram:PayeePartyCreditorFinancialAccount></ram:SpecifiedTradeSettlementPaymentMeans>`
  return '<?xml version="1.0" encoding="UTF-8"?>\n<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100" xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">' +
    '<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>urn:cen.eu:en16931:2017</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>' +
    `<rsm:ExchangedDocument><ram:ID>${escaped(invoice.number)}</ram:ID><ram:TypeCode>${invoice.credit ? 381 : 380}</ram:TypeCode><ram:IssueDateTime>${date(invoice.issueDate)}</ram:IssueDateTime></rsm:ExchangedDocument>` +
    `<rsm:SupplyChainTradeTransaction>${lines.join('')}<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty>${party(issuer)}</ram:SellerTradeParty><ram:BuyerTradeParty>${party(invoice.buyer)}</ram:BuyerTradeParty>${order}</ram:ApplicableHeaderTradeAgreement>` +
    `<ram:ApplicableHeaderTradeDelivery/><ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>${issuer.country.currency}</ram:InvoiceCurrencyCode>${account}${taxes.join('')}` +
    `<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>${date(invoice.dueDate)}</ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms><ram:SpecifiedTradeSettlementHeaderMonetarySummation>` +
    `<ram:LineTotalAmount>${money(sum(invoice.lines.map((line) => line.total)))}</ram:LineTotalAmount><ram:TaxBasisTotalAmount>${money(invoice.net)}</ram:TaxBasisTotalAmount><ram:TaxTotalAmount currencyID="${issuer.country.currency}">${money(invoice.tax)}</ram:TaxTotalAmount>` +
    `<ram:GrandTotalAmount>${money(invoice.grand)}</ram:GrandTotalAmount>${invoice.paid === null ? '' : `<ram:TotalPrepaidAmount>${money(invoice.paid)}</ram:TotalPrepaidAmount>`}<ram:DuePayableAmount>${money(invoice.due)}</ram:DuePayableAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>\n`
}

function postcodeOf(company: Company): string {
  return /^\d{4,5}(?: [A-Z]{2})?/.exec(company.address.at(-1) ?? '')?.[0] ?? ''
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}
