/**
 * E-invoices: from XML to the fields and lines of a profile. The cheapest true source there is,
 * where it is there.
 *
 * Read are the Cross Industry Invoice (Factur-X, ZUGFeRD 2, XRechnung), its forerunner of ZUGFeRD
 * 1, and UBL's Invoice and CreditNote (XRechnung, Peppol BIS), as EN 16931 binds them, and the
 * syntaxes of countries in syntaxes/. Prefixes don't matter; the root's namespace and local names
 * do. A field's originId is its path in the XML. One document is one invoice: a file of several is
 * not read.
 *
 * The XML is an attachment by a stranger. So: no document type declaration and no entities but the
 * five of XML and character references, bounds on size and depth, and never an exception; what
 * can't be read is null with a reason. A credit note of EN 16931 states its amounts without sign; here
 * they are below zero, as everywhere (document-types.ts).
 */

import { XMLParser, XMLValidator } from 'fast-xml-parser'
import type { Field, LineItem } from '../../schemas/types.ts'
import { decimal, minus, type Decimal } from '../values/money.ts'
import { statedField } from '../shared/stated-field.ts'
import { normaliseText } from '../values/identifiers.ts'
import { directionOf, typeOfCode, type DocumentType } from '../values/document-types.ts'
import { credited, isTotal, negated } from './credit.ts'
import { readInvoic } from './edifact-invoice.ts'
import { isInterchange, messagesOf } from './edifact-segments.ts'
import { xmlAmount, xmlCode, type EinvoiceSyntax, type SyntaxName } from './einvoice-syntax.ts'
import { invoiceRoots, syntaxOf } from './einvoice-syntaxes.ts'
import { nodesAt, firstValue, type XmlNode, type XmlPlace } from './xml-nodes.ts'
import { pricePerUnit } from './unit-price.ts'
import { rootNamed } from './xml-root.ts'

export type XmlReason =
  | 'xml_too_large'
  | 'xml_has_doctype'
  | 'xml_malformed'
  | 'xml_not_an_invoice'
  | 'xml_other_namespace'
  | 'xml_without_number'
  | 'xml_several_invoices'
  | 'edifact_malformed'

export interface Einvoice {
  readonly fields: readonly Field[]
  readonly lineItems: readonly LineItem[]
  readonly syntax: SyntaxName
  /**
   * What stands between quantity × price and a line's total: whether there are allowances or
   * charges; and between the lines' totals and the net total: charges less allowances, null where
   * there are some whose sum is not stated.
   */
  readonly adjusted: { readonly lines: boolean; readonly total: Decimal | null }
  /** Why it can't be told what the document is: a code that nobody knows, or another than the root's. */
  readonly typeDoubt: 'type_code' | 'root_disagrees' | null
}

export type XmlReading =
  | { readonly invoice: Einvoice; readonly reason: null }
  | { readonly invoice: null; readonly reason: XmlReason }

const maxLength = 8 * 1024 * 1024 // UTF-16 units; the largest real ones have some hundred kilobytes
const maxDepth = 30 // EN 16931 needs 9
const maxAttributes = 200_000 // parsing one takes 10 µs; a line of goods has ten
// opened and closed; parsing one takes 4 µs, and ten thousand lines of goods have so many
const maxTags = 500_000
const maxLines = 10_000
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  htmlEntities: false,
  trimValues: true,
  maxNestedTags: maxDepth,
  ignoreDeclaration: true,
  ignorePiTags: true,
})

/** Fields and lines of an e-invoice; null for anything else. */
export function readEinvoice(xml: string): Einvoice | null {
  return inspectEinvoice(xml).invoice
}

/** As readEinvoice, with the reason where there is no invoice. */
export function inspectEinvoice(text: string): XmlReading {
  if (isInterchange(text)) return inspectInterchange(text)
  // strictly nothing may stand before the declaration, but programs write empty lines
  const xml = text.trimStart()
  const { tree, reason } = parsed(xml)
  if (reason !== null) return { invoice: null, reason }
  const roots = typeof tree === 'object' && tree !== null ? Object.entries(tree) : []
  for (const [name, node] of roots) {
    if (!invoiceRoots.includes(name)) continue
    const start = { node, path: `/${name}` }
    const syntax = syntaxOf(rootNamed(xml, name), start)
    if (syntax === null) return { invoice: null, reason: 'xml_other_namespace' }
    if (syntax.invoices !== undefined && nodesAt(start, syntax.invoices).length > 1)
      return { invoice: null, reason: 'xml_several_invoices' }
    const invoice = invoiceAt(start, syntax)
    return invoice === null
      ? { invoice: null, reason: 'xml_without_number' }
      : { invoice, reason: null }
  }
  return { invoice: null, reason: 'xml_not_an_invoice' }
}

function inspectInterchange(text: string): XmlReading {
  if (text.length > maxLength) return { invoice: null, reason: 'xml_too_large' }
  const messages = messagesOf(text)
  if (messages === null) return { invoice: null, reason: 'edifact_malformed' }
  const [message, another] = messages.filter(({ type }) => type === 'INVOIC')
  if (message === undefined) return { invoice: null, reason: 'xml_not_an_invoice' }
  if (another !== undefined) return { invoice: null, reason: 'xml_several_invoices' }
  const { code, ...read } = readInvoic(message)
  if (!read.fields.some(({ name }) => name === 'invoice_number'))
    return { invoice: null, reason: 'xml_without_number' }
  const type = code === null ? null : typeOfCode(code)
  const invoice = inOneSign(
    { ...read, syntax: 'edifact', typeDoubt: null },
    { type, code, isNote: false, path: '/INVOIC/BGM' },
  )
  return { invoice, reason: null }
}

function parsed(
  xml: string,
):
  | { readonly tree: unknown; readonly reason: null }
  | { readonly tree: null; readonly reason: XmlReason } {
  if (
    xml.length > maxLength ||
    (xml.match(/=\s*["']/g)?.length ?? 0) > maxAttributes ||
    (xml.match(/</g)?.length ?? 0) > maxTags
  )
    return { tree: null, reason: 'xml_too_large' }
  if (/<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)/i.test(xml))
    return { tree: null, reason: 'xml_has_doctype' }
  try {
    return XMLValidator.validate(xml) === true
      ? { tree: parser.parse(xml) as unknown, reason: null }
      : { tree: null, reason: 'xml_malformed' }
  } catch {
    return { tree: null, reason: 'xml_malformed' }
  }
}

/** Null without an invoice number. */
function invoiceAt(start: XmlNode, syntax: EinvoiceSyntax): Einvoice | null {
  const currency = firstValue(start, { path: syntax.currency, normalise: xmlCode })?.value ?? null
  const fields = Object.entries(syntax.fields(currency)).flatMap(([field, places]) =>
    fieldOf(field, start, places),
  )
  if (!fields.some((field) => field.name === 'invoice_number')) return null
  const lines = nodesAt(start, syntax.lines)
    .filter((line) => isSummed(line, syntax))
    .slice(0, maxLines)
  const adjusted = {
    lines: lines.some((line) => nodesAt(line, syntax.lineAdjustment).length > 0),
    total: adjustmentOf(start, syntax),
  }
  const lineItems = lines.flatMap((line) => {
    const cells = Object.entries(syntax.cells).flatMap(([cell, places]) =>
      fieldOf(cell, line, places),
    )
    // Lines without a sum are notes and headings
    return cells.some((cell) => cell.name === 'line_total')
      ? [{ cells: perUnit(cells, line, syntax) }]
      : []
  })
  const code = firstValue(start, { path: syntax.typeCode, normalise: normaliseText })?.value ?? null
  const isNote = start.path === '/CreditNote'
  const ofCode = code === null ? null : (syntax.typeOf ?? typeOfCode)(code, start)
  return inOneSign(
    { fields, lineItems, syntax: syntax.name, adjusted, typeDoubt: null },
    { type: code === null && isNote ? 'credit_note' : ofCode, code, isNote, path: start.path },
  )
}

interface StatedType {
  readonly type: DocumentType | null
  readonly code: string | null
  readonly isNote: boolean // by the name of the root
  readonly path: string
}

/**
 * With what the document is, and the amounts of a credit note below zero. Of the syntaxes outside of
 * EN 16931 some programs state a sign: amounts below zero stay as they are.
 */
export function inOneSign(invoice: Einvoice, { type, code, isNote, path }: StatedType): Einvoice {
  const stated = invoice.fields.find(({ name }) => name === typeField)
  const fields = invoice.fields.filter((field) => field !== stated)
  if (type === null) return { ...invoice, fields, typeDoubt: code === null ? null : 'type_code' }
  const isCredit = directionOf[type] === -1
  if (isNote && !isCredit) return { ...invoice, fields, typeDoubt: 'root_disagrees' }
  const field = { ...statedField(typeField, type, 'xml', stated?.originId ?? path), raw: code }
  if (!isCredit || isSigned(invoice)) return { ...invoice, fields: [field, ...fields] }
  const { lines, total } = invoice.adjusted
  return {
    ...invoice,
    fields: [field, ...fields.map((one) => (isTotal(one.name) ? negated(one) : one))],
    lineItems: invoice.lineItems.map(({ cells }) => ({ cells: cells.map(credited) })),
    adjusted: { lines, total: total === null ? null : minus(nothing, total) },
  }
}

const european: ReadonlySet<SyntaxName> = new Set(['cii', 'zugferd1', 'ubl', 'oioubl'])

function isSigned({ syntax, fields }: Einvoice): boolean {
  const total = fields.find(({ name }) => name === 'grand_total')?.value ?? null
  return !european.has(syntax) && total !== null && total.startsWith('-')
}

const typeField = 'document_type'

function isSummed(line: XmlNode, { lineStatus }: EinvoiceSyntax): boolean {
  if (lineStatus === undefined) return true
  const status = firstValue(line, { path: lineStatus, normalise: normaliseText })
  return !notSummed.has(status?.value ?? '')
}

// Lines of Factur-X EXTENDED that head others or explain them: no total counts them
const notSummed: ReadonlySet<string> = new Set(['GROUP', 'INFORMATION'])

const nothing: Decimal = { units: 0n, scale: 2 }

function adjustmentOf(
  start: XmlNode,
  { charges, allowances, adjustment }: EinvoiceSyntax,
): Decimal | null {
  const [added, taken] = [charges, allowances].map((path) =>
    path === undefined ? null : decimal(firstValue(start, { path, normalise: xmlAmount })?.value),
  )
  if (added == null && taken == null)
    return adjustment.some((path) => nodesAt(start, path).length > 0) ? null : nothing
  return minus(added ?? nothing, taken ?? nothing)
}

function fieldOf(name: string, start: XmlNode, places: readonly XmlPlace[]): Field[] {
  for (const place of places) {
    const found = firstValue(start, place)
    if (found !== null) return [statedField(name, found.value, 'xml', found.path)]
  }
  return []
}

function perUnit(
  cells: readonly Field[],
  line: XmlNode,
  { basis, factor }: EinvoiceSyntax,
): Field[] {
  const at = (path: string | undefined): string | null =>
    path === undefined ? null : (firstValue(line, { path, normalise: xmlAmount })?.value ?? null)
  return cells.map((cell) =>
    cell.name === 'unit_price' && cell.value !== null
      ? { ...cell, value: pricePerUnit(cell.value, at(basis), at(factor)) }
      : cell,
  )
}
