/**
 * The syntaxes of e-invoices by root element and namespace. Other programs' invoices have the same
 * names for other things, so the namespace decides; without any, the root's name alone must do
 * where it is an e-invoice's own.
 */

import { cii, ubl, zugferd1 } from './einvoice-paths.ts'
import type { EinvoiceSyntax } from './einvoice-syntax.ts'
import { ebinterface } from './syntaxes/ebinterface.ts'
import { facturae } from './syntaxes/facturae.ts'
import { fatturapa } from './syntaxes/fatturapa.ts'
import { ksef } from './syntaxes/ksef.ts'
import { isOioubl, oioubl } from './syntaxes/oioubl.ts'
import type { XmlNode } from './xml-nodes.ts'
import type { XmlRoot } from './xml-root.ts'

interface Known {
  readonly roots: readonly string[]
  readonly namespace: RegExp
  readonly isOwnName: boolean // no other program calls its root so
  readonly syntax: EinvoiceSyntax
  /** Where the root does not tell. */
  readonly fits?: (root: XmlNode) => boolean
}

const ublNamespace = /^urn:oasis:names:specification:ubl:schema:xsd:(?:Invoice|CreditNote)-2$/

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
    namespace: ublNamespace,
    isOwnName: true,
    syntax: oioubl,
    fits: isOioubl,
  },
  { roots: ['Invoice', 'CreditNote'], namespace: ublNamespace, isOwnName: true, syntax: ubl },
  {
    roots: ['Invoice'],
    namespace: /^http:\/\/www\.ebinterface\.at\/schema\/[456]p\d\/$/,
    isOwnName: false,
    syntax: ebinterface,
  },
  {
    roots: ['Faktura'],
    namespace: /^http:\/\/crd\.gov\.pl\/wzor\/(?:2023\/06\/29\/12648|2025\/06\/25\/13775)\/$/,
    isOwnName: false,
    syntax: ksef,
  },
  {
    roots: ['Facturae'],
    namespace:
      /^http:\/\/www\.facturae\.(?:es\/Facturae\/\d{4}\/v3\.2(?:\.\d)?\/Facturae|gob\.es\/formato\/Versiones\/Facturaev3_2_\d\.xml)$/,
    isOwnName: true,
    syntax: facturae,
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
export function syntaxOf({ name, namespace }: XmlRoot, start: XmlNode): EinvoiceSyntax | null {
  const fitting = known.find(
    (one) =>
      one.roots.includes(name) &&
      (namespace === null ? one.isOwnName : one.namespace.test(namespace)) &&
      (one.fits?.(start) ?? true),
  )
  return fitting?.syntax ?? null
}
