/**
 * E-invoices: from XML to the fields and lines of a profile. The cheapest true source there is,
 * where it is there.
 *
 * Read are the Cross Industry Invoice (Factur-X, ZUGFeRD 2, XRechnung), its forerunner of ZUGFeRD
 * 1, and UBL's Invoice and CreditNote (XRechnung, Peppol BIS), as EN 16931 binds them. Prefixes
 * don't matter; the root's namespace and local names do. A field's originId is its path in the XML.
 *
 * The XML is an attachment by a stranger. So: no document type declaration and no entities but the
 * five of XML and character references, bounds on size and depth, and never an exception; what
 * can't be read is null with a reason. Amounts are taken as they stand: a credit note of EN 16931
 * has positive ones.
 */

import { XMLParser, XMLValidator } from 'fast-xml-parser'
import type { Field, LineItem } from '../../schemas/types.ts'
import { decimal, minus, print, type Decimal } from '../values/money.ts'
import { normaliseDate } from '../values/dates.ts'
import { normaliseIban, normaliseText, normaliseVatId } from '../values/identifiers.ts'

export type XmlReason =
  | 'xml_too_large'
  | 'xml_has_doctype'
  | 'xml_malformed'
  | 'xml_not_an_invoice'
  | 'xml_other_namespace'
  | 'xml_without_number'

export interface Einvoice {
  readonly fields: readonly Field[]
  readonly lineItems: readonly LineItem[]
  readonly syntax: 'cii' | 'zugferd1' | 'ubl'
  /**
   * What stands between quantity × price and a line's total: whether there are allowances or
   * charges; and between the lines' totals and the net total: charges less allowances, null where
   * there are some whose sum is not stated.
   */
  readonly adjusted: { readonly lines: boolean; readonly total: Decimal | null }
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
const maxValue = 4000 // characters of one value
const longestEscaped = 10 * maxValue // as it stands in the XML: &#1114111; is one character

type Normalise = (text: string) => string | null
/**
 * Where values stand: segments by local name, alternatives separated by |, `[name=value]` for an
 * attribute or a child, `[name=]` for one that is missing.
 */
interface Place {
  readonly path: string
  readonly normalise: Normalise
}
interface Found {
  readonly node: unknown
  readonly path: string
}

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
  // strictly nothing may stand before the declaration, but programs write empty lines
  const xml = text.trimStart()
  if (
    xml.length > maxLength ||
    (xml.match(/=\s*["']/g)?.length ?? 0) > maxAttributes ||
    (xml.match(/</g)?.length ?? 0) > maxTags
  )
    return { invoice: null, reason: 'xml_too_large' }
  if (/<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)/i.test(xml))
    return { invoice: null, reason: 'xml_has_doctype' }
  let tree: unknown
  try {
    if (XMLValidator.validate(xml) !== true) return { invoice: null, reason: 'xml_malformed' }
    tree = parser.parse(xml)
  } catch {
    return { invoice: null, reason: 'xml_malformed' }
  }
  const roots = typeof tree === 'object' && tree !== null ? Object.entries(tree) : []
  const root = roots.find(([name]) => Object.hasOwn(syntaxes, name))
  if (root === undefined) return { invoice: null, reason: 'xml_not_an_invoice' }
  const [name, node] = root
  if (!isKnown(namespaceOf(xml, name))) return { invoice: null, reason: 'xml_other_namespace' }
  const syntax = syntaxes[name as keyof typeof syntaxes]
  const start: Found = { node, path: `/${name}` }
  const currency = firstValue(start, { path: syntax.currency, normalise: code })?.value ?? null
  const fields = Object.entries(syntax.fields(currency)).flatMap(([field, places]) =>
    fieldOf(field, start, places),
  )
  if (!fields.some((field) => field.name === 'invoice_number'))
    return { invoice: null, reason: 'xml_without_number' }
  const lines = all(start, syntax.lines)
    .filter(
      (line) =>
        !notSummed.has(
          firstValue(line, { path: syntax.lineStatus, normalise: normaliseText })?.value ?? '',
        ),
    )
    .slice(0, maxLines)
  const adjusted = {
    lines: lines.some((line) => all(line, syntax.lineAdjustment).length > 0),
    total: adjustmentOf(start, syntax),
  }
  const lineItems = lines.flatMap((line) => {
    const cells = Object.entries(syntax.cells).flatMap(([cell, places]) =>
      fieldOf(cell, line, places),
    )
    // Lines without a sum are notes and headings
    return cells.some((cell) => cell.name === 'line_total')
      ? [{ cells: perUnit(cells, line, syntax.basis) }]
      : []
  })
  return { invoice: { fields, lineItems, syntax: syntax.name, adjusted }, reason: null }
}

// Lines of Factur-X EXTENDED that head others or explain them: no total counts them
const notSummed: ReadonlySet<string> = new Set(['GROUP', 'INFORMATION'])

const nothing: Decimal = { units: 0n, scale: 2 }

function adjustmentOf(
  start: Found,
  {
    charges,
    allowances,
    adjustment,
  }: { readonly charges: string; readonly allowances: string; readonly adjustment: string },
): Decimal | null {
  const [added, taken] = [charges, allowances].map((path) =>
    decimal(firstValue(start, { path, normalise: amount })?.value),
  )
  if (added == null && taken == null) return all(start, adjustment).length > 0 ? null : nothing
  return minus(added ?? nothing, taken ?? nothing)
}

const agreement =
  'SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction/ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement'
const settlement =
  'SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction/ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement'
const summation = `${settlement}/SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation`
const lineAgreement = 'SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement'
const lineSettlement = 'SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement'

const cii = {
  currency: `${settlement}/InvoiceCurrencyCode`,
  lines:
    'SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction/IncludedSupplyChainTradeLineItem',
  basis: `${lineAgreement}/NetPriceProductTradePrice/BasisQuantity`,
  lineStatus: 'AssociatedDocumentLineDocument/LineStatusReasonCode',
  lineAdjustment: `${lineSettlement}/SpecifiedTradeAllowanceCharge`,
  adjustment: `${settlement}/SpecifiedTradeAllowanceCharge|SpecifiedLogisticsServiceCharge`,
  charges: `${summation}/ChargeTotalAmount`,
  allowances: `${summation}/AllowanceTotalAmount`,
  fields: (currency: string | null): Record<string, Place[]> => ({
    invoice_number: [
      { path: 'ExchangedDocument|HeaderExchangedDocument/ID', normalise: normaliseText },
    ],
    issue_date: [
      {
        path: 'ExchangedDocument|HeaderExchangedDocument/IssueDateTime/DateTimeString',
        normalise: day,
      },
    ],
    due_date: [
      {
        path: `${settlement}/SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString`,
        normalise: day,
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
    currency: [{ path: `${settlement}/InvoiceCurrencyCode`, normalise: code }],
    net_total: [{ path: `${summation}/TaxBasisTotalAmount`, normalise: amount }],
    tax_total: [
      ...(currency === null
        ? []
        : [{ path: `${summation}/TaxTotalAmount[currencyID=${currency}]`, normalise: amount }]),
      { path: `${summation}/TaxTotalAmount`, normalise: amount },
    ],
    grand_total: [{ path: `${summation}/GrandTotalAmount`, normalise: amount }],
    due_payable: [{ path: `${summation}/DuePayableAmount`, normalise: amount }],
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
        normalise: amount,
      },
    ],
    unit_price: [
      { path: `${lineAgreement}/NetPriceProductTradePrice/ChargeAmount`, normalise: amount },
    ],
    line_total: [
      {
        path: `${lineSettlement}/SpecifiedTradeSettlementLineMonetarySummation|SpecifiedTradeSettlementMonetarySummation/LineTotalAmount`,
        normalise: amount,
      },
    ],
    tax_rate: [
      {
        path: `${lineSettlement}/ApplicableTradeTax/RateApplicablePercent|ApplicablePercent`,
        normalise: amount,
      },
    ],
  } as Record<string, Place[]>,
}

const supplier = 'AccountingSupplierParty/Party'
const customer = 'AccountingCustomerParty/Party'

const ubl = {
  currency: 'DocumentCurrencyCode',
  lines: 'InvoiceLine|CreditNoteLine',
  basis: 'Price/BaseQuantity',
  lineStatus: 'none',
  lineAdjustment: 'AllowanceCharge',
  adjustment: 'AllowanceCharge',
  charges: 'LegalMonetaryTotal/ChargeTotalAmount',
  allowances: 'LegalMonetaryTotal/AllowanceTotalAmount',
  fields: (currency: string | null): Record<string, Place[]> => ({
    invoice_number: [{ path: 'ID', normalise: normaliseText }],
    issue_date: [{ path: 'IssueDate', normalise: day }],
    due_date: [
      { path: 'DueDate', normalise: day },
      { path: 'PaymentMeans/PaymentDueDate', normalise: day },
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
    currency: [{ path: 'DocumentCurrencyCode', normalise: code }],
    net_total: [{ path: 'LegalMonetaryTotal/TaxExclusiveAmount', normalise: amount }],
    tax_total: [
      ...(currency === null
        ? []
        : [{ path: `TaxTotal/TaxAmount[currencyID=${currency}]`, normalise: amount }]),
      { path: 'TaxTotal/TaxAmount', normalise: amount },
    ],
    // Before EN 16931 the total with tax could be left out where it is what has to be paid
    grand_total: [
      { path: 'LegalMonetaryTotal/TaxInclusiveAmount', normalise: amount },
      { path: 'LegalMonetaryTotal[PrepaidAmount=]/PayableAmount', normalise: amount },
    ],
    due_payable: [{ path: 'LegalMonetaryTotal/PayableAmount', normalise: amount }],
    iban: [{ path: 'PaymentMeans/PayeeFinancialAccount/ID', normalise: normaliseIban }],
  }),
  cells: {
    description: [
      { path: 'Item/Name', normalise: normaliseText },
      { path: 'Item/Description', normalise: normaliseText },
    ],
    quantity: [{ path: 'InvoicedQuantity|CreditedQuantity', normalise: amount }],
    unit_price: [{ path: 'Price/PriceAmount', normalise: amount }],
    line_total: [{ path: 'LineExtensionAmount', normalise: amount }],
    tax_rate: [{ path: 'Item/ClassifiedTaxCategory/Percent', normalise: amount }],
  } as Record<string, Place[]>,
}

const syntaxes = {
  CrossIndustryInvoice: { ...cii, name: 'cii' },
  CrossIndustryDocument: { ...cii, name: 'zugferd1' },
  Invoice: { ...ubl, name: 'ubl' },
  CreditNote: { ...ubl, name: 'ubl' },
} as const

/** The namespace of the root element; null where it has none. */
function namespaceOf(xml: string, root: string): string | null {
  const tag = new RegExp(`<(?:([\\w.-]+):)?${root}(?=[\\s/>])([^>]*)>`).exec(xml)
  const declared =
    tag?.[1] === undefined
      ? /\sxmlns\s*=\s*["']([^"']*)["']/
      : new RegExp(`\\sxmlns:${tag[1].replace(/[.]/g, '\\.')}\\s*=\\s*["']([^"']*)["']`)
  const found = declared.exec(tag?.[2] ?? '')?.[1] ?? ''
  return found === '' ? null : found
}

const namespaces =
  /^urn:(?:oasis:names:specification:ubl:schema:xsd:(?:Invoice|CreditNote)-2|un:unece:uncefact:data:standard:CrossIndustryInvoice:\d+|ferd:CrossIndustryDocument:invoice:\w+)$/

/**
 * Other programs' invoices have the same names for other things. Without any namespace the names
 * alone must do.
 */
function isKnown(namespace: string | null): boolean {
  return namespace === null || namespaces.test(namespace)
}

function fieldOf(name: string, start: Found, places: readonly Place[]): Field[] {
  for (const place of places) {
    const found = firstValue(start, place)
    if (found !== null)
      return [
        {
          name,
          value: found.value,
          raw: null,
          confidence: 1,
          page: null,
          box: [],
          words: [],
          origin: 'xml',
          originId: found.path,
        },
      ]
  }
  return []
}

function firstValue(start: Found, place: Place): { value: string; path: string } | null {
  for (const found of all(start, place.path)) {
    const text = textOf(found.node)
    const value = text === null || text.length > maxValue ? null : place.normalise(text)
    if (value !== null) return { value, path: found.path }
  }
  return null
}

function all(start: Found, path: string): Found[] {
  let here: Found[] = [start]
  for (const segment of splitPath(path)) {
    const [, names = '', key, wanted] = /^([^[]+)(?:\[(.+)=(.*)\])?$/.exec(segment) ?? []
    const next: Found[] = []
    for (const { node, path: at } of here) {
      if (typeof node !== 'object' || node === null) continue
      for (const name of names.split('|')) {
        if (!Object.hasOwn(node, name)) continue
        const child = (node as Record<string, unknown>)[name]
        const several = Array.isArray(child) ? child : [child]
        several.forEach((one, index) => {
          if (key === undefined || (conditionOf(one, key) ?? '') === wanted)
            next.push({
              node: one,
              path: `${at}/${name}${several.length > 1 ? `[${index + 1}]` : ''}`,
            })
        })
      }
    }
    here = next
  }
  return here
}

/** Segments of a path; a slash inside brackets belongs to the condition. */
function splitPath(path: string): string[] {
  return path.split(/\/(?![^[]*\])/)
}

function conditionOf(node: unknown, key: string): string | null {
  if (typeof node !== 'object' || node === null) return null
  const attribute = (node as Record<string, unknown>)[`@${key}`]
  if (typeof attribute === 'string') return attribute
  const child = all({ node, path: '' }, key)[0]
  return child === undefined ? null : textOf(child.node)
}

const addressParts = ['LineOne', 'LineTwo', 'LineThree', 'AdditionalStreetName']

function textOf(node: unknown): string | null {
  if (typeof node === 'string') return unescaped(node)
  if (typeof node !== 'object' || node === null) return null
  const record = node as Record<string, unknown>
  if (typeof record['#text'] === 'string') return unescaped(record['#text'])
  const part = (name: string): string[] =>
    typeof record[name] === 'string' && record[name] !== '' ? [unescaped(record[name])] : []
  const town = [...part('PostcodeCode'), ...part('PostalZone'), ...part('CityName')].join(' ')
  const street = [...part('StreetName'), ...part('BuildingNumber')].join(' ')
  const free = all({ node, path: '' }, 'AddressLine/Line').flatMap(
    (line) => textOf(line.node) ?? [],
  )
  const lines = [street, ...addressParts.flatMap(part), ...free, town].filter((line) => line !== '')
  return lines.length === 0 ? null : lines.join(', ')
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescaped(text: string): string {
  if (text.length > longestEscaped || !text.includes('&')) return text
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi,
    (whole, tens: string | undefined, hex: string | undefined, name: string | undefined) => {
      if (name !== undefined) return named[name.toLowerCase()] ?? whole
      const point = tens === undefined ? Number.parseInt(hex ?? '', 16) : Number(tens)
      return point > 0x1f && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)
        ? String.fromCodePoint(point)
        : ' '
    },
  )
}

function day(text: string): string | null {
  return normaliseDate(/^\d{4}-\d{2}-\d{2}/.exec(text)?.[0] ?? text, 'ymd')
}

function amount(text: string): string | null {
  const match = /^([-+]?)(\d{1,18})?(?:\.(\d{0,12}))?$/.exec(text)
  if (match === null || (match[2] === undefined && (match[3] ?? '') === '')) return null
  const whole = (match[2] ?? '0').replace(/^0+(?=\d)/, '')
  const value = `${whole}${(match[3] ?? '') === '' ? '' : `.${match[3]}`}`
  return match[1] === '-' && /[1-9]/.test(value) ? `-${value}` : value
}

function code(text: string): string | null {
  return /^[A-Za-z]{3}$/.test(text) ? text.toUpperCase() : null
}

/** Prices may be stated for 100 or 1000 units: the price of one is what quantity × price needs. */
function perUnit(cells: readonly Field[], line: Found, basisPath: string): Field[] {
  const basis = decimal(firstValue(line, { path: basisPath, normalise: amount })?.value)
  if (basis === null || basis.units <= 0n || basis.units === 10n ** BigInt(basis.scale))
    return [...cells]
  return cells.map((cell) => {
    const price = cell.name === 'unit_price' ? decimal(cell.value) : null
    return price === null ? cell : { ...cell, value: print(divided(price, basis)) }
  })
}

function divided(a: Decimal, b: Decimal): Decimal {
  const scale = a.scale + 6
  const units = (a.units * 10n ** BigInt(6 + b.scale)) / b.units
  const text = print({ units, scale })
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
  return decimal(text) ?? a
}
