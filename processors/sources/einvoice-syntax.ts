/**
 * What a syntax of e-invoices consists of: where its values stand, and how dates, amounts and codes
 * are written in XML.
 */

import { normaliseDate } from '../values/dates.ts'
import type { DocumentType } from '../values/document-types.ts'
import type { XmlNode, XmlPlace } from './xml-nodes.ts'

export type SyntaxName =
  | 'cii'
  | 'zugferd1'
  | 'ubl'
  | 'oioubl'
  | 'fatturapa'
  | 'facturae'
  | 'ksef'
  | 'ebinterface'
  | 'edifact'

/** Paths; those of lines start at the line, the others at the root. */
export interface EinvoiceSyntax {
  readonly name: SyntaxName
  /** The invoices, in a syntax whose files may hold several. */
  readonly invoices?: string
  readonly currency: string
  readonly typeCode: string
  /** Where codes of the type are not those of EN 16931. */
  readonly typeOf?: (code: string, root: XmlNode) => DocumentType | null
  readonly lines: string
  readonly basis: string // quantity to which a line's price refers
  readonly factor?: string // of the price's units in one of the quantity's
  readonly lineStatus?: string
  readonly lineAdjustment: string
  readonly adjustment: readonly string[]
  readonly charges?: string
  readonly allowances?: string
  readonly fields: (currency: string | null) => Readonly<Record<string, readonly XmlPlace[]>>
  readonly cells: Readonly<Record<string, readonly XmlPlace[]>>
}

export function xmlDay(text: string): string | null {
  return normaliseDate(/^\d{4}-\d{2}-\d{2}/.exec(text)?.[0] ?? text, 'ymd')
}

export function xmlAmount(text: string): string | null {
  const match = /^([-+]?)(\d{1,18})?(?:\.(\d{0,12}))?$/.exec(text)
  if (match === null || (match[2] === undefined && (match[3] ?? '') === '')) return null
  const whole = (match[2] ?? '0').replace(/^0+(?=\d)/, '')
  const value = `${whole}${(match[3] ?? '') === '' ? '' : `.${match[3]}`}`
  return match[1] === '-' && /[1-9]/.test(value) ? `-${value}` : value
}

export function xmlCode(text: string): string | null {
  return /^[A-Za-z]{3}$/.test(text) ? text.toUpperCase() : null
}
