/**
 * ebInterface 4.0 to 6.1 of Austria. Totals of net and tax are stated only for each rate, in 4.x
 * under other names. A credit memo states its amounts without sign.
 */

import type { DocumentType } from '../../values/document-types.ts'
import { normaliseIban, normaliseText, normaliseVatId } from '../../values/identifiers.ts'
import { xmlAmount, xmlCode, xmlDay, type EinvoiceSyntax } from '../einvoice-syntax.ts'
import type { XmlPlace } from '../xml-nodes.ts'

const types: Readonly<Record<string, DocumentType>> = {
  Invoice: 'invoice',
  InvoiceForPartialDelivery: 'invoice',
  FinalSettlement: 'invoice',
  InvoiceForAdvancePayment: 'prepayment_invoice',
  SelfBilling: 'self_billed_invoice',
  SubsequentDebit: 'debit_note',
  CreditMemo: 'credit_note',
  SubsequentCredit: 'credit_note',
}

const typeOf = (code: string): DocumentType | null =>
  Object.hasOwn(types, code) ? (types[code] ?? null) : null

const vatIdOf = (party: string): readonly XmlPlace[] => [
  { path: `${party}/VATIdentificationNumber`, normalise: realVatId },
]

/** A party without an id is given one of zeros. */
const realVatId = (text: string): string | null =>
  /[1-9]/.test(text) ? normaliseVatId(text) : null

const nameOf = (party: string): readonly XmlPlace[] => [
  { path: `${party}/Address/Name`, normalise: normaliseText },
]

const sums = (names: readonly [string, string]): readonly XmlPlace[] => [
  { path: `Tax/TaxItem/${names[0]}`, isSum: true, normalise: xmlAmount },
  { path: `Tax/VAT/VATItem|Item/${names[1]}`, isSum: true, normalise: xmlAmount },
]

export const ebinterface: EinvoiceSyntax = {
  name: 'ebinterface',
  typeCode: '@DocumentType',
  typeOf,
  currency: '@InvoiceCurrency',
  lines: 'Details/ItemList/ListLineItem',
  basis: 'UnitPrice/@BaseQuantity',
  lineAdjustment: 'ReductionAndSurchargeListLineItemDetails',
  adjustment: ['ReductionAndSurchargeDetails', 'Details/BelowTheLineItem'],
  fields: () => ({
    invoice_number: [{ path: 'InvoiceNumber', normalise: normaliseText }],
    preceding_invoice: [
      { path: 'CancelledOriginalDocument/InvoiceNumber', normalise: normaliseText },
      { path: 'RelatedDocument/InvoiceNumber', normalise: normaliseText },
    ],
    issue_date: [{ path: 'InvoiceDate', normalise: xmlDay }],
    due_date: [{ path: 'PaymentConditions/DueDate', normalise: xmlDay }],
    seller_name: nameOf('Biller'),
    seller_address: [
      { path: 'Biller/Address', parts: [['Street'], ['ZIP', 'Town']], normalise: normaliseText },
    ],
    seller_vat_id: vatIdOf('Biller'),
    buyer_name: nameOf('InvoiceRecipient'),
    buyer_vat_id: vatIdOf('InvoiceRecipient'),
    purchase_order: [{ path: 'InvoiceRecipient/OrderReference/OrderID', normalise: normaliseText }],
    currency: [{ path: '@InvoiceCurrency', normalise: xmlCode }],
    net_total: sums(['TaxableAmount', 'TaxedAmount']),
    tax_total: sums(['TaxAmount', 'Amount']),
    grand_total: [{ path: 'TotalGrossAmount', normalise: xmlAmount }],
    due_payable: [{ path: 'PayableAmount', normalise: xmlAmount }],
    iban: [
      {
        path: 'PaymentMethod/UniversalBankTransaction/BeneficiaryAccount/IBAN',
        normalise: normaliseIban,
      },
    ],
  }),
  cells: {
    description: [{ path: 'Description', normalise: normaliseText }],
    quantity: [{ path: 'Quantity', normalise: xmlAmount }],
    unit_price: [{ path: 'UnitPrice', normalise: xmlAmount }],
    line_total: [{ path: 'LineItemAmount', normalise: xmlAmount }],
    tax_rate: [
      { path: 'TaxItem/TaxPercent', normalise: xmlAmount },
      { path: 'VATRate', normalise: xmlAmount },
    ],
  },
}
