/**
 * The syntaxes of e-invoices by root element and namespace. Other programs' invoices have the same
 * names for other things, so the namespace decides; without any, the root's name alone must do
 * where it is an e-invoice's own.
 */

import { cii, ubl, zugferd1 } from './einvoice-paths.ts'
import type { EinvoiceSyntax } from './einvoice-syntax.ts'
import { fatturapa } from './syntaxes/fatturapa.ts'
import type { XmlRoot } from './xml-root.ts'

interface Known {
  readonly roots: readonly string[]
  readonly namespace: RegExp
  readonly isOwnName: boolean // no other program calls its root so
  readonly syntax: EinvoiceSyntax
}

const known: readonly Known[] = [
  {
    roots: ['CrossIndustryInvoice'],
    namespace: /^urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:\d+$/,
    isOwnName: true,
    syntax: cii,
  },
  {
    roots: ['CrossIndustryDocument'],
    namespace: /^urn:ferd:CrossIndustryDocument:invoice:\w+$/,
    isOwnName: true,
    syntax: zugferd1,
  },
  {
    roots: ['Invoice', 'CreditNote'],
    namespace: /^urn:oasis:names:specification:ubl:schema:xsd:(?:Invoice|CreditNote)-2$/,
    isOwnName: true,
    syntax: ubl,
  },
  {
    roots: ['FatturaElettronica'],
    namespace:
      /^http:\/\/(?:ivaservizi\.agenziaentrate\.gov\.it\/docs\/xsd\/fatture|www\.fatturapa\.gov\.it\/sdi\/fatturapa)\/v1\.[012](?:\.\d)?$/,
    isOwnName: true,
    syntax: fatturapa,
  },
]

/** Local names of the root elements of e-invoices. */
export const invoiceRoots: readonly string[] = [...new Set(known.flatMap(({ roots }) => roots))]

/** Null for a root of another namespace, or none that is known. */
export function syntaxOf({ name, namespace }: XmlRoot): EinvoiceSyntax | null {
  const fitting = known.find(
    (one) =>
      one.roots.includes(name) &&
      (namespace === null ? one.isOwnName : one.namespace.test(namespace)),
  )
  return fitting?.syntax ?? null
}
