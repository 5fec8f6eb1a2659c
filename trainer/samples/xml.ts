/**
 * A sample as a Cross Industry Invoice (UN/CEFACT CII D16B), as Factur-X embeds it, in any of its
 * profiles. MINIMUM and BASIC WL have no lines; only EXTENDED groups them, here under one line that
 * holds only their total.
 */

import { print, type Decimal } from '../../processors/values/money.ts'
import type { Company } from './companies.ts'
import type { SampleInvoice } from './invoice.ts'
import { statementOf, type Adjustment, type StatedLine, type Statement } from './statement.ts'

export const ciiProfiles = {
  minimum: 'urn:factur-x.eu:1p0:minimum',
  basicwl: 'urn:factur-x.eu:1p0:basicwl',
  basic: 'urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic',
  en16931: 'urn:cen.eu:en16931:2017',
  extended: 'urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended',
  xrechnung: 'urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0',
} as const
export type CiiProfile = keyof typeof ciiProfiles

export function ciiOf(
  issuer: Company,
  invoice: SampleInvoice,
  profile: CiiProfile = 'en16931',
): string {
  const statement = statementOf(invoice)
  const { lines, adjustments, lineSum } = statement
  const currency = issuer.country.currency
  const minimum = profile === 'minimum'
  const withLines = !minimum && profile !== 'basicwl'
  const date = (iso: string): string =>
    `<udt:DateTimeString format="102">${iso.replace(/-/g, '')}</udt:DateTimeString>`
  const category = (rate: string): string =>
    `<ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>${invoice.exempt ? 'E' : 'S'}</ram:CategoryCode><ram:RateApplicablePercent>${rate}</ram:RateApplicablePercent>`
  const taxes = invoice.rates
    .map(
      (one) =>
        `<ram:ApplicableTradeTax><ram:CalculatedAmount>${print(one.tax)}</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode><ram:BasisAmount>${print(one.base)}</ram:BasisAmount><ram:CategoryCode>${invoice.exempt ? 'E' : 'S'}</ram:CategoryCode><ram:RateApplicablePercent>${one.rate}</ram:RateApplicablePercent></ram:ApplicableTradeTax>`,
    )
    .join('')
  const adjustment = ({ charge, amount, rate, reason }: Adjustment): string =>
    `<ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator><udt:Indicator>${charge}</udt:Indicator></ram:ChargeIndicator><ram:ActualAmount>${print(amount)}</ram:ActualAmount>${element('ram:Reason', reason)}<ram:CategoryTradeTax>${category(rate)}</ram:CategoryTradeTax></ram:SpecifiedTradeAllowanceCharge>`
  const group = profile === 'extended' && lines.length > 1
  const goods = withLines
    ? `${group ? grouping(lineSum) : ''}${lines.map((line, index) => stated(line, index + 1, group, category(line.line.rate))).join('')}`
    : ''
  const order =
    invoice.purchaseOrder === null
      ? ''
      : `<ram:BuyerOrderReferencedDocument>${element('ram:IssuerAssignedID', invoice.purchaseOrder)}</ram:BuyerOrderReferencedDocument>`
  const account =
    issuer.iban === null || minimum
      ? ''
      : `<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>58</ram:TypeCode><ram:PayeePartyCreditorFinancialAccount><ram:IBANID>${issuer.iban}</ram:IBANID></ram:PayeePartyCreditorFinancialAccount></ram:SpecifiedTradeSettlementPaymentMeans>`
  const terms = minimum
    ? ''
    : `<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>${date(invoice.dueDate)}</ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>`
  const sums = summation(invoice, statement, currency, minimum)
  const xml =
    '<?xml version="1.0" encoding="UTF-8"?>\n<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100" xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">' +
    `<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>${ciiProfiles[profile]}</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>` +
    `<rsm:ExchangedDocument>${element('ram:ID', invoice.number)}<ram:TypeCode>${invoice.credit ? 381 : 380}</ram:TypeCode><ram:IssueDateTime>${date(invoice.issueDate)}</ram:IssueDateTime></rsm:ExchangedDocument>` +
    `<rsm:SupplyChainTradeTransaction>${goods}<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty>${party(issuer, true)}</ram:SellerTradeParty><ram:BuyerTradeParty>${party(invoice.buyer, !minimum)}</ram:BuyerTradeParty>${order}</ram:ApplicableHeaderTradeAgreement>` +
    `<ram:ApplicableHeaderTradeDelivery/><ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>${currency}</ram:InvoiceCurrencyCode>${account}${minimum ? '' : taxes}${minimum ? '' : adjustments.map(adjustment).join('')}${terms}${sums}</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>\n`
  // What is credited has no sign: the type says which way it goes
  return invoice.credit ? xml.replace(/>-(?=\d)/g, '>') : xml
}

function party(company: Company, full: boolean): string {
  const name = element('ram:Name', company.legalName)
  if (!full) return name
  const registration =
    company.vatId === null
      ? ''
      : `<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">${company.vatId}</ram:ID></ram:SpecifiedTaxRegistration>`
  return `${name}<ram:PostalTradeAddress>${element('ram:PostcodeCode', postcodeOf(company))}${element('ram:LineOne', company.address[0] ?? '')}${element('ram:CityName', townOf(company))}${element('ram:CountryID', company.country.code)}</ram:PostalTradeAddress>${registration}`
}

function summation(
  invoice: SampleInvoice,
  { lineSum, charges, allowances }: Statement,
  currency: string,
  minimum: boolean,
): string {
  const ofLines = minimum
    ? ''
    : `<ram:LineTotalAmount>${print(lineSum)}</ram:LineTotalAmount><ram:ChargeTotalAmount>${print(charges)}</ram:ChargeTotalAmount><ram:AllowanceTotalAmount>${print(allowances)}</ram:AllowanceTotalAmount>`
  const prepaid =
    invoice.paid === null || minimum
      ? ''
      : `<ram:TotalPrepaidAmount>${print(invoice.paid)}</ram:TotalPrepaidAmount>`
  return (
    `<ram:SpecifiedTradeSettlementHeaderMonetarySummation>${ofLines}` +
    `<ram:TaxBasisTotalAmount>${print(invoice.net)}</ram:TaxBasisTotalAmount><ram:TaxTotalAmount currencyID="${currency}">${print(invoice.tax)}</ram:TaxTotalAmount><ram:GrandTotalAmount>${print(invoice.grand)}</ram:GrandTotalAmount>` +
    `${prepaid}<ram:DuePayableAmount>${print(invoice.due)}</ram:DuePayableAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation>`
  )
}

function stated(
  { line, price, total, allowance }: StatedLine,
  number: number,
  grouped: boolean,
  category: string,
): string {
  return (
    `<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>${number}</ram:LineID>${grouped ? '<ram:ParentLineID>G</ram:ParentLineID><ram:LineStatusReasonCode>DETAIL</ram:LineStatusReasonCode>' : ''}</ram:AssociatedDocumentLineDocument>` +
    `<ram:SpecifiedTradeProduct>${element('ram:SellerAssignedID', line.sku)}${element('ram:Name', line.description)}${line.note === null ? '' : element('ram:Description', line.note)}</ram:SpecifiedTradeProduct>` +
    `<ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>${print(price)}</ram:ChargeAmount></ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>` +
    `<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="C62">${print(line.quantity)}</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>` +
    `<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax>${category}</ram:ApplicableTradeTax>${allowance === null ? '' : `<ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator><udt:Indicator>false</udt:Indicator></ram:ChargeIndicator><ram:ActualAmount>${print(allowance)}</ram:ActualAmount></ram:SpecifiedTradeAllowanceCharge>`}` +
    `<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>${print(total)}</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>`
  )
}

function grouping(total: Decimal): string {
  return (
    '<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>G</ram:LineID><ram:LineStatusReasonCode>GROUP</ram:LineStatusReasonCode></ram:AssociatedDocumentLineDocument><ram:SpecifiedTradeProduct><ram:Name>Group</ram:Name></ram:SpecifiedTradeProduct>' +
    `<ram:SpecifiedLineTradeSettlement><ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>${print(total)}</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>`
  )
}

export function postcodeOf(company: Company): string {
  return /^\d{4,5}(?: [A-Z]{2})?/.exec(company.address.at(-1) ?? '')?.[0] ?? ''
}

export function townOf(company: Company): string {
  return (company.address.at(-1) ?? '').replace(postcodeOf(company), '').trim()
}

export function element(name: string, text: string): string {
  return `<${name}>${text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')}</${name}>`
}
