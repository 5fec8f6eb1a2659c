/**
 * What every block of a printed document shares: its content, the issuer's choices of words and
 * type, and the marks that tell after printing where a value stands.
 *
 * A mark is a link around the value. Chromium writes a link into the PDF with its rectangle, on
 * whichever page the value ends up, so nothing has to be measured.
 */

import type { Decimal } from '../../../processors/values/money.ts'
import type { SampleRandom } from '../random.ts'
import type { Content } from './content.ts'
import type { PrintFormats } from './formats.ts'
import type { Label, Labels } from './labels.ts'
import { options, rightToLeft, type Locale } from './locale.ts'
import type { Look } from './look.ts'

export type Html = string

export interface VatStyle {
  readonly prefix: 'bare' | 'apart' | 'tight'
  readonly grouped: boolean
}

export interface PrintSheet {
  readonly content: Content
  readonly locale: Locale
  readonly random: SampleRandom
  readonly formats: PrintFormats
  readonly look: Look
  readonly second: Labels | null // labels in a second language behind the first
  readonly said: Map<Label, string>
  readonly vatStyle: { chosen?: VatStyle }
  readonly currencyInLines: boolean
  /** Marks in the order in which they were written: the field of each. */
  readonly marks: string[]
  readonly document: number // its place in the batch
}

export const scheme = 'https://mark.example'

export function escaped(text: string): Html {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

/** A value of one or more fields. */
export function mark(sheet: PrintSheet, fields: readonly string[], text: string): Html {
  return markedLines(sheet, fields, [text])[0] ?? ''
}

/** A value over several lines. */
export function markedLines(
  sheet: PrintSheet,
  fields: readonly string[],
  lines: readonly string[],
): Html[] {
  const number = sheet.marks.length
  sheet.marks.push(fields.join(' '))
  const url = `${scheme}/${sheet.document}/${number}`
  return lines.map((line) => `<a href="${url}">${escaped(line)}</a>`)
}

/** A label of the document: always the same word for the same thing. */
export function say(sheet: PrintSheet, label: Label): string {
  const known = sheet.said.get(label)
  if (known !== undefined) return known
  const { labels, place } = sheet.locale
  const own =
    label === 'vatId' && place.vatLabels !== undefined
      ? sheet.random.pick(options(place.vatLabels))
      : wordOf(sheet, labels, label)
  const other = sheet.second === null ? '' : wordOf(sheet, sheet.second, label)
  const text = other === '' || other === own ? own : `${own}${sheet.look.between}${other}`
  sheet.said.set(label, text)
  return text
}

function wordOf(sheet: PrintSheet, labels: Labels, label: Label): string {
  return sheet.random
    .pick(options(labels[label]))
    .replace(/\s*[(@]?\{p\} ?%\)?/g, '')
    .replace(/\{[a-z]\}/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** A label before its value, with the document's colon. */
export function named(sheet: PrintSheet, label: Label): Html {
  return `<span class=l>${escaped(withColon(sheet, say(sheet, label)))}</span>`
}

/** A label above its value or at the head of a column: without a colon. */
export function headed(sheet: PrintSheet, label: Label): Html {
  return `<span class=l>${escaped(say(sheet, label))}</span>`
}

export function withColon({ look }: PrintSheet, text: string): string {
  return `${text.replace(/[:：.]$/, (sign) => (sign === '.' ? '.' : ''))}${look.colon}`
}

/** An amount of fields, with the currency where the document prints it beside amounts. */
export function amount(
  sheet: PrintSheet,
  value: Decimal,
  fields: readonly string[],
  always = false,
): Html {
  const { formats, content } = sheet
  const text = formats.plain(value)
  const digits = fields.length === 0 ? escaped(text) : mark(sheet, fields, text)
  const currency = content.locale.place.currency
  if (formats.bare) return always ? `${digits} ${mark(sheet, ['currency'], currency)}` : digits
  const part = (sign: string): Html =>
    sign === '' ? '' : sign.replace(/[^\u00a0]+/, (shown) => mark(sheet, ['currency'], shown))
  return `<span class=n>${part(formats.before)}${digits}${part(formats.after)}</span>`
}

export function direction({ script }: Locale): 'rtl' | 'ltr' {
  return rightToLeft.has(script) ? 'rtl' : 'ltr'
}

export const block = (content: Html, style = '', kind = 'div'): Html =>
  `<${kind}${style === '' ? '' : ` style="${style}"`}>${content}</${kind}>`

export const linesOf = (lines: readonly Html[]): Html =>
  lines
    .filter((line) => line !== '')
    .map((line) => `<div>${line}</div>`)
    .join('')
