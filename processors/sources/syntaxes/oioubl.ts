/**
 * OIOUBL 2 of Denmark: UBL with another meaning in places. TaxExclusiveAmount is the sum of all
 * taxes, not the total without them; the scheme of VAT is called 63; a price may be that of one
 * bottle where cases are invoiced, by a factor.
 */

import { normaliseVatId } from '../../values/identifiers.ts'
import { ubl } from '../einvoice-paths.ts'
import { xmlAmount, type EinvoiceSyntax } from '../einvoice-syntax.ts'
import { nodesAt, type XmlNode, type XmlPlace } from '../xml-nodes.ts'

/** Whether a document in UBL is one by this binding. */
export const isOioubl = (root: XmlNode): boolean =>
  nodesAt(root, 'CustomizationID').some(({ node }) => /^\s*OIOUBL/i.test(textOf(node)))

const textOf = (node: unknown): string => {
  if (typeof node === 'string') return node
  const text = (node as { readonly '#text'?: unknown } | null)?.['#text']
  return typeof text === 'string' ? text : ''
}

const vatIdOf = (party: string): readonly XmlPlace[] =>
  ['63', 'VAT'].map((scheme) => ({
    path: `${party}/Party/PartyTaxScheme[TaxScheme/ID=${scheme}]/CompanyID`,
    normalise: normaliseVatId,
  }))

const total = 'LegalMonetaryTotal'

export const oioubl: EinvoiceSyntax = {
  ...ubl,
  name: 'oioubl',
  factor: 'Price/OrderableUnitFactorRate',
  fields: (currency) => ({
    ...ubl.fields(currency),
    seller_vat_id: vatIdOf('AccountingSupplierParty'),
    buyer_vat_id: vatIdOf('AccountingCustomerParty'),
    net_total: [
      {
        path: `${total}/TaxInclusiveAmount`,
        less: `${total}/TaxExclusiveAmount`,
        isSum: true,
        normalise: xmlAmount,
      },
    ],
    tax_total: [{ path: `${total}/TaxExclusiveAmount`, normalise: xmlAmount }],
  }),
  cells: {
    ...ubl.cells,
    tax_rate: [
      { path: 'TaxTotal/TaxSubtotal/TaxCategory/Percent', normalise: xmlAmount },
      ...(ubl.cells.tax_rate ?? []),
    ],
  },
}
