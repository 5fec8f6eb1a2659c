/**
 * Paths (xml-nodes.ts) of a profile's fields and cells in each syntax of EN 16931.
 */

import { typeOfCode } from '../values/document-types.ts'
import { normaliseIban, normaliseText, normaliseVatId } from '../values/identifiers.ts'
import { xmlAmount, xmlCode, xmlDay, type EinvoiceSyntax } from './einvoice-syntax.ts'

const agreement =
  'SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction/ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement'
const settlement =
  'SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction/ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement'
const summation = `${settlement}/SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation`
const lineAgreement = 'SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement'
const lineSettlement = 'SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement'

/** Cross Industry Invoice, and its predecessor in ZUGFeRD 1. */
export const cii: EinvoiceSyntax = {
  name: 'cii',
  typeCode: 'ExchangedDocument|HeaderExchangedDocument/TypeCode',
  currency: `${settlement}/InvoiceCurrencyCode`,
  lines:
    'SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction/IncludedSupplyChainTradeLineItem',
  basis: `${lineAgreement}/NetPriceProductTradePrice/BasisQuantity`,
  lineStatus: 'AssociatedDocumentLineDocument/LineStatusReasonCode',
  lineAdjustment: `${lineSettlement}/SpecifiedTradeAllowanceCharge`,
  adjustment: [`${settlement}/SpecifiedTradeAllowanceCharge|SpecifiedLogisticsServiceCharge`],
  charges: `${summation}/ChargeTotalAmount`,
  allowances: `${summation}/AllowanceTotalAmount`,
  fields: (currency) => ({
    document_type: [
      { path: 'ExchangedDocument|HeaderExchangedDocument/TypeCode', normalise: typeOfCode },
    ],
    invoice_number: [
      { path: 'ExchangedDocument|HeaderExchangedDocument/ID', normalise: normaliseText },
    ],
    preceding_invoice: [
      {
        path: `${settlement}/InvoiceReferencedDocument/IssuerAssignedID|ID`,
        normalise: normaliseText,
      },
    ],
    issue_date: [
      {
        path: 'ExchangedDocument|HeaderExchangedDocument/IssueDateTime/DateTimeString',
        normalise: xmlDay,
      },
    ],
    due_date: [
      {
        path: `${settlement}/SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString`,
        normalise: xmlDay,
      },
    ],
    seller_name: [{ path: `${agreement}/SellerTradeParty/Name`, normalise: normaliseText }],
    seller_address: [
      { path: `${agreement}/SellerTradeParty/PostalTradeAddress`, normalise: normaliseText },
    ],
    seller_vat_id: [
      {
        path: `${agreement}/SellerTradeParty/SpecifiedTaxRegistration/ID[schemeID=VA]`,
        normalise: normaliseVatId,
      },
    ],
    buyer_name: [{ path: `${agreement}/BuyerTradeParty/Name`, normalise: normaliseText }],
    buyer_vat_id: [
      {
        path: `${agreement}/BuyerTradeParty/SpecifiedTaxRegistration/ID[schemeID=VA]`,
        normalise: normaliseVatId,
      },
    ],
    purchase_order: [
      {
        path: `${agreement}/BuyerOrderReferencedDocument/IssuerAssignedID|ID`,
        normalise: normaliseText,
      },
    ],
    currency: [{ path: `${settlement}/InvoiceCurrencyCode`, normalise: xmlCode }],
    net_total: [{ path: `${summation}/TaxBasisTotalAmount`, normalise: xmlAmount }],
    tax_total: [
      ...(currency === null
        ? []
        : [{ path: `${summation}/TaxTotalAmount[currencyID=${currency}]`, normalise: xmlAmount }]),
      { path: `${summation}/TaxTotalAmount`, normalise: xmlAmount },
    ],
    grand_total: [{ path: `${summation}/GrandTotalAmount`, normalise: xmlAmount }],
    due_payable: [{ path: `${summation}/DuePayableAmount`, normalise: xmlAmount }],
    iban: [
      {
        path: `${settlement}/SpecifiedTradeSettlementPaymentMeans/PayeePartyCreditorFinancialAccount/IBANID`,
        normalise: normaliseIban,
      },
    ],
  }),
  cells: {
    description: [
      { path: 'SpecifiedTradeProduct/Name', normalise: normaliseText },
      { path: 'SpecifiedTradeProduct/Description', normalise: normaliseText },
    ],
    quantity: [
      {
        path: 'SpecifiedLineTradeDelivery|SpecifiedSupplyChainTradeDelivery/BilledQuantity',
        normalise: xmlAmount,
      },
    ],
    unit_price: [
      { path: `${lineAgreement}/NetPriceProductTradePrice/ChargeAmount`, normalise: xmlAmount },
    ],
    line_total: [
      {
        path: `${lineSettlement}/SpecifiedTradeSettlementLineMonetarySummation|SpecifiedTradeSettlementMonetarySummation/LineTotalAmount`,
        normalise: xmlAmount,
      },
    ],
    tax_rate: [
      {
        path: `${lineSettlement}/ApplicableTradeTax/RateApplicablePercent|ApplicablePercent`,
        normalise: xmlAmount,
      },
    ],
  },
}

const supplier = 'AccountingSupplierParty/Party'
const customer = 'AccountingCustomerParty/Party'

/** UBL, Invoice and CreditNote. */
export const ubl: EinvoiceSyntax = {
  name: 'ubl',
  typeCode: 'InvoiceTypeCode|CreditNoteTypeCode',
  currency: 'DocumentCurrencyCode',
  lines: 'InvoiceLine|CreditNoteLine',
  basis: 'Price/BaseQuantity',
  lineAdjustment: 'AllowanceCharge',
  adjustment: ['AllowanceCharge'],
  charges: 'LegalMonetaryTotal/ChargeTotalAmount',
  allowances: 'LegalMonetaryTotal/AllowanceTotalAmount',
  fields: (currency) => ({
    document_type: [{ path: 'InvoiceTypeCode|CreditNoteTypeCode', normalise: typeOfCode }],
    invoice_number: [{ path: 'ID', normalise: normaliseText }],
    preceding_invoice: [
      { path: 'BillingReference/InvoiceDocumentReference/ID', normalise: normaliseText },
    ],
    issue_date: [{ path: 'IssueDate', normalise: xmlDay }],
    due_date: [
      { path: 'DueDate', normalise: xmlDay },
      { path: 'PaymentMeans/PaymentDueDate', normalise: xmlDay },
    ],
    seller_name: [
      { path: `${supplier}/PartyLegalEntity/RegistrationName`, normalise: normaliseText },
      { path: `${supplier}/PartyName/Name`, normalise: normaliseText },
    ],
    seller_address: [{ path: `${supplier}/PostalAddress`, normalise: normaliseText }],
    seller_vat_id: [
      { path: `${supplier}/PartyTaxScheme[TaxScheme/ID=VAT]/CompanyID`, normalise: normaliseVatId },
    ],
    buyer_name: [
      { path: `${customer}/PartyLegalEntity/RegistrationName`, normalise: normaliseText },
      { path: `${customer}/PartyName/Name`, normalise: normaliseText },
    ],
    buyer_vat_id: [
      { path: `${customer}/PartyTaxScheme[TaxScheme/ID=VAT]/CompanyID`, normalise: normaliseVatId },
    ],
    purchase_order: [{ path: 'OrderReference/ID', normalise: normaliseText }],
    currency: [{ path: 'DocumentCurrencyCode', normalise: xmlCode }],
    net_total: [{ path: 'LegalMonetaryTotal/TaxExclusiveAmount', normalise: xmlAmount }],
    tax_total: [
      ...(currency === null
        ? []
        : [{ path: `TaxTotal/TaxAmount[currencyID=${currency}]`, normalise: xmlAmount }]),
      { path: 'TaxTotal/TaxAmount', normalise: xmlAmount },
    ],
    // Before EN 16931 the total with tax could be omitted if it equals the amount due
    grand_total: [
      { path: 'LegalMonetaryTotal/TaxInclusiveAmount', normalise: xmlAmount },
      { path: 'LegalMonetaryTotal[PrepaidAmount=]/PayableAmount', normalise: xmlAmount },
    ],
    due_payable: [{ path: 'LegalMonetaryTotal/PayableAmount', normalise: xmlAmount }],
    iban: [{ path: 'PaymentMeans/PayeeFinancialAccount/ID', normalise: normaliseIban }],
  }),
  cells: {
    description: [
      { path: 'Item/Name', normalise: normaliseText },
      { path: 'Item/Description', normalise: normaliseText },
    ],
    quantity: [{ path: 'InvoicedQuantity|CreditedQuantity', normalise: xmlAmount }],
    unit_price: [{ path: 'Price/PriceAmount', normalise: xmlAmount }],
    line_total: [{ path: 'LineExtensionAmount', normalise: xmlAmount }],
    tax_rate: [{ path: 'Item/ClassifiedTaxCategory/Percent', normalise: xmlAmount }],
  },
}

/** The predecessor's names are alternatives in the paths. */
export const zugferd1: EinvoiceSyntax = { ...cii, name: 'zugferd1' }
