/**
 * Facturae 3.2 of Spain. A series and a number make up the number of an invoice. The stated total has
 * withheld taxes taken off, which the buyer pays to the authority: the total here is net and tax, and
 * what is due is without them. A corrective invoice states its amounts with their sign.
 */

import type { DocumentType } from '../../values/document-types.ts'
import { normaliseIban, normaliseText, normaliseVatId } from '../../values/identifiers.ts'
import { xmlAmount, xmlCode, xmlDay, type EinvoiceSyntax } from '../einvoice-syntax.ts'
import { nodesAt, type XmlNode, type XmlPlace } from '../xml-nodes.ts'

const invoice = 'Invoices/Invoice'
const header = `${invoice}/InvoiceHeader`
const issue = `${invoice}/InvoiceIssueData`
const totals = `${invoice}/InvoiceTotals`
const installment = `${invoice}/PaymentDetails/Installment`

/** By the class, original or copy: OO, CO; OR, CR corrective; OC, CC of several deliveries. */
function typeOf(code: string, root: XmlNode): DocumentType | null {
  if (!/^[OC][OCR]$/.test(code)) return null
  if (code.endsWith('R')) return 'corrected_invoice'
  const isSelfBilled = nodesAt(root, `${header}/InvoiceDocumentType`).some(
    ({ node }) => node === 'AF',
  )
  return isSelfBilled ? 'self_billed_invoice' : 'invoice'
}

/** A Spanish id is mostly written without its prefix. */
const vatId = (text: string): string | null =>
  normaliseVatId(/^[A-Z0-9]\d{7}[A-Z0-9]$/i.test(text) ? `ES${text}` : text)

const vatIdOf = (party: string): readonly XmlPlace[] => [
  { path: `Parties/${party}/TaxIdentification/TaxIdentificationNumber`, normalise: vatId },
]

const nameOf = (party: string): readonly XmlPlace[] => [
  { path: `Parties/${party}/LegalEntity/CorporateName`, normalise: normaliseText },
  {
    path: `Parties/${party}/Individual`,
    parts: [['Name', 'FirstSurname', 'SecondSurname']],
    normalise: normaliseText,
  },
]

const number = (path: string): readonly XmlPlace[] => [
  {
    path,
    parts: [['InvoiceSeriesCode', 'InvoiceNumber']],
    glue: '',
    normalise: normaliseText,
  },
]

export const facturae: EinvoiceSyntax = {
  name: 'facturae',
  invoices: invoice,
  typeCode: `${header}/InvoiceClass`,
  typeOf,
  currency: `${issue}/InvoiceCurrencyCode`,
  lines: `${invoice}/Items/InvoiceLine`,
  basis: 'none',
  lineAdjustment: 'DiscountsAndRebates|Charges',
  adjustment: [`${totals}/GeneralDiscounts|GeneralSurcharges`],
  charges: `${totals}/TotalGeneralSurcharges`,
  allowances: `${totals}/TotalGeneralDiscounts`,
  fields: () => ({
    invoice_number: number(header),
    preceding_invoice: number(`${header}/Corrective`),
    issue_date: [{ path: `${issue}/IssueDate`, normalise: xmlDay }],
    due_date: [{ path: `${installment}/InstallmentDueDate`, normalise: xmlDay }],
    seller_name: nameOf('SellerParty'),
    seller_address: [
      {
        path: 'Parties/SellerParty/LegalEntity|Individual/AddressInSpain|OverseasAddress',
        parts: [['Address'], ['PostCode', 'PostCodeAndTown', 'Town']],
        normalise: normaliseText,
      },
    ],
    seller_vat_id: vatIdOf('SellerParty'),
    buyer_name: nameOf('BuyerParty'),
    buyer_vat_id: vatIdOf('BuyerParty'),
    purchase_order: [
      {
        path: `${invoice}/Items/InvoiceLine/ReceiverTransactionReference`,
        normalise: normaliseText,
      },
    ],
    currency: [{ path: `${issue}/InvoiceCurrencyCode`, normalise: xmlCode }],
    net_total: [{ path: `${totals}/TotalGrossAmountBeforeTaxes`, normalise: xmlAmount }],
    tax_total: [{ path: `${totals}/TotalTaxOutputs`, normalise: xmlAmount }],
    grand_total: [
      {
        path: `${totals}/TotalGrossAmountBeforeTaxes|TotalTaxOutputs`,
        isSum: true,
        normalise: xmlAmount,
      },
    ],
    due_payable: [
      { path: `${totals}/TotalExecutableAmount`, normalise: xmlAmount },
      { path: `${totals}/TotalOutstandingAmount`, normalise: xmlAmount },
    ],
    iban: [{ path: `${installment}/AccountToBeCredited/IBAN`, normalise: normaliseIban }],
  }),
  cells: {
    description: [{ path: 'ItemDescription', normalise: normaliseText }],
    quantity: [{ path: 'Quantity', normalise: xmlAmount }],
    unit_price: [{ path: 'UnitPriceWithoutTax', normalise: xmlAmount }],
    line_total: [{ path: 'GrossAmount', normalise: xmlAmount }],
    tax_rate: [{ path: 'TaxesOutputs/Tax/TaxRate', normalise: xmlAmount }],
  },
}
