/**
 * Shared by all parts of a page: the sheet, the issuer's words, amounts, lines of text, the logo.
 *
 * A part draws into its space and returns its lower edge, so layouts can stack parts without
 * overlap. An issuer's conventions come from `design`; nothing here is random.
 */

import type { Decimal } from '../../processors/values/money.ts'
import {
  textWidth,
  wrap,
  type Canvas,
  type Color,
  type Face,
  type Mark,
  type Piece,
} from './canvas.ts'
import type { Company } from './companies.ts'
import type { Formats } from './formats.ts'
import type { SampleInvoice } from './invoice.ts'
import type { Design } from './random.ts'
import { wording } from './wording.ts'
import type { Thing } from './wording/things.ts'

export interface SampleSheet {
  readonly canvas: Canvas
  readonly invoice: SampleInvoice
  readonly issuer: Company
  readonly design: Design
  readonly formats: Formats
  readonly body: Face
  readonly strong: Face
  readonly small: Face
  readonly accent: Color
  readonly left: number // margins, points from the left edge
  readonly right: number
  readonly top: number
  readonly said: Map<string, string> // memoized results of `say`
}

export interface Fact {
  readonly thing: Thing
  readonly value: readonly Piece[]
  readonly named?: string // its label, if it differs from the thing's
}

export const lead = 1.32 // line height divided by type size

/** The issuer's word for a thing. `rate` fills {p}; without it the brackets are removed. */
export function say(sheet: SampleSheet, thing: Thing, rate?: string): string {
  const key = `${thing} ${rate ?? ''}`
  const known = sheet.said.get(key)
  if (known !== undefined) return known
  const option = sheet.design.pick(thing, wording[sheet.issuer.language][thing].split('|'))
  const written = rate === undefined ? '' : sheet.formats.percent(rate).replace(/\s?%$/, '')
  const text = option
    .replace(/[(@]?\s?\{p\}\s?%?\)?/, (match) =>
      rate === undefined ? '' : match.replace('{p}', written),
    )
    .replace(/\s+/g, ' ')
    .trim()
  sheet.said.set(key, text)
  return text
}

/** Label before a value: with a colon if the issuer writes one. */
export function label(sheet: SampleSheet, thing: Thing): string {
  return withColon(sheet, say(sheet, thing))
}

function withColon(sheet: SampleSheet, text: string): string {
  const colon = sheet.design.pick('colon', [
    ':',
    ':',
    '',
    sheet.issuer.language === 'fr' ? ' :' : ':',
    ' :',
  ])
  return `${text.replace(/[:：]$/, '')}${colon}`
}

/** The label of a fact; `bare`: without a colon, above a value. */
export function factName(sheet: SampleSheet, fact: Fact, bare = false): string {
  const text = fact.named ?? say(sheet, fact.thing)
  return bare ? text : withColon(sheet, text)
}

export function mark(sheet: SampleSheet, field: string): Mark {
  return { field, occurrence: sheet.canvas.occurrence() }
}

/** An amount with its currency in the issuer's format; `plain` omits the currency. */
export function amount(
  sheet: SampleSheet,
  value: Decimal,
  fields: readonly string[],
  plain = false,
  places = 2,
): Piece[] {
  const { before, amount: digits, after } = sheet.formats.money(value, places)
  const marks = fields.map((field) => mark(sheet, field))
  if (plain)
    return [{ text: value.units < 0n && !/[-(]/.test(digits) ? `-${digits}` : digits, marks }]
  const currency = mark(sheet, 'currency')
  const part = (text: string): Piece[] => {
    const isSigned = text.startsWith('-') && !text.includes(' ')
    return text === '' ? [] : [{ text, marks: isSigned ? [currency, ...marks] : [currency] }]
  }
  return [...part(before), { text: digits, marks }, ...part(after)]
}

export function lineHeight(face: Face): number {
  return face.size * lead
}

/** Lines of text or pieces, one below the other; returns their lower edge. */
export function lines(
  sheet: SampleSheet,
  x: number,
  y: number,
  rows: readonly (string | readonly Piece[])[],
  face: Face,
  options: { align?: 'left' | 'right' | 'center'; color?: Color } = {},
): number {
  for (const row of rows) {
    sheet.canvas.text(x, y, row, face, options)
    y += lineHeight(face)
  }
  return y
}

export function paragraph(
  sheet: SampleSheet,
  x: number,
  y: number,
  width: number,
  text: string,
  face: Face,
): number {
  return lines(sheet, x, y, wrap(text, face, width), face)
}

/** The title; credit notes have a different one. */
export function title(sheet: SampleSheet): string {
  return say(sheet, sheet.invoice.credit ? 'creditTitle' : 'title')
}

/** A shape in place of a logo: it contains no words. */
export function logo(sheet: SampleSheet, x: number, y: number, size: number): void {
  const { canvas, design, accent } = sheet
  const pale: Color = [(accent[0] + 1) / 2, (accent[1] + 1) / 2, (accent[2] + 1) / 2]
  const shape = design.pick('logo', ['square', 'bars', 'dots', 'cross', 'steps'])
  if (shape === 'square') {
    canvas.box(x, y, size, size, { fill: accent, round: true })
    canvas.box(x + size * 0.3, y + size * 0.3, size * 0.4, size * 0.4, { fill: [1, 1, 1] })
  } else if (shape === 'bars')
    for (let i = 0; i < 4; i++)
      canvas.box(
        x + (i * size) / 4,
        y + (size * (3 - i)) / 5,
        size / 5,
        size - (size * (3 - i)) / 5,
        { fill: i % 2 === 0 ? accent : pale },
      )
  else if (shape === 'dots')
    for (let i = 0; i < 9; i++)
      canvas.box(x + ((i % 3) * size) / 3, y + (Math.floor(i / 3) * size) / 3, size / 4, size / 4, {
        fill: i % 2 === 0 ? accent : pale,
        round: true,
      })
  else if (shape === 'cross') {
    canvas.box(x + size * 0.35, y, size * 0.3, size, { fill: accent })
    canvas.box(x, y + size * 0.35, size, size * 0.3, { fill: pale })
  } else
    for (let i = 0; i < 5; i++)
      canvas.box(x + (i * size) / 5, y + (i * size) / 6, size - (i * size) / 5, size / 7, {
        fill: i % 2 === 0 ? accent : pale,
      })
}

export function wrapPieces(pieces: readonly Piece[], face: Face, width: number): Piece[][] {
  if (textWidth(pieces.map((piece) => piece.text).join(''), face) <= width) return [[...pieces]]
  const rows: Piece[][] = [[]]
  let used = 0
  for (const piece of pieces) {
    for (const part of piece.text.split(/(?<= )/)) {
      const size = textWidth(part.trimEnd(), face)
      if (used > 0 && used + size > width) {
        rows.push([])
        used = 0
      }
      ;(rows.at(-1) as Piece[]).push({ ...piece, text: part })
      used += textWidth(part, face)
    }
  }
  return rows
}

/** A smaller type size if the text would be too wide. */
export function fitFace(text: string, face: Face, width: number): Face {
  const total = textWidth(text, face)
  return total <= width ? face : { ...face, size: Math.max(3.5, (face.size * width) / total) }
}
