/**
 * A drawing surface that records every word. Text, rules and filled boxes are kept as a list;
 * pdf.ts turns the list into a PDF. Words and their boxes are available without it, so training on
 * thousands of samples needs no PDF.
 *
 * Positions are points from the page's upper left corner. Widths come from the metrics of PDF's
 * fourteen standard fonts (Adobe, Core 14 AFM), without kerning, as the PDF is drawn.
 */

import { StandardFontEmbedder, StandardFonts } from 'pdf-lib'

export type Family = 'Helvetica' | 'Times' | 'Courier'
export interface Face {
  readonly family: Family
  readonly bold: boolean
  readonly size: number // points
}
export type Color = readonly [red: number, green: number, blue: number] // 0 to 1

/** The field of a piece of text. Pieces with the same occurrence are one value. */
export interface Mark {
  readonly field: string
  readonly occurrence: number
}
export interface Piece {
  readonly text: string
  readonly marks?: readonly Mark[]
}
export interface DrawnWord {
  readonly text: string
  readonly page: number
  readonly box: readonly [x0: number, y0: number, x1: number, y1: number] // points
  readonly marks: readonly Mark[]
}
export type Drawing =
  | {
      readonly kind: 'text'
      readonly page: number
      readonly x: number
      readonly baseline: number
      readonly text: string
      readonly face: Face
      readonly color: Color
    }
  | {
      readonly kind: 'box'
      readonly page: number
      readonly x: number
      readonly y: number
      readonly width: number
      readonly height: number
      readonly fill: Color | null
      readonly stroke: Color | null
      readonly round: boolean
    }
  | {
      readonly kind: 'rule'
      readonly page: number
      readonly x0: number
      readonly y0: number
      readonly x1: number
      readonly y1: number
      readonly thickness: number
      readonly color: Color
    }

export interface TextOptions {
  readonly align?: 'left' | 'right' | 'center' // alignment at x; left by default
  readonly color?: Color
}

export interface Canvas {
  readonly width: number
  readonly height: number
  readonly drawings: readonly Drawing[]
  readonly words: readonly DrawnWord[]
  readonly pageCount: () => number
  readonly turnTo: (page: number) => void
  /** A line of text whose upper edge is y; returns its width. */
  readonly text: (
    x: number,
    y: number,
    pieces: string | readonly Piece[],
    face: Face,
    options?: TextOptions,
  ) => number
  readonly box: (
    x: number,
    y: number,
    width: number,
    height: number,
    look: { fill?: Color; stroke?: Color; round?: boolean },
  ) => void
  readonly rule: (
    x0: number,
    y0: number,
    x1: number,
    y1: number,
    thickness?: number,
    color?: Color,
  ) => void
  readonly occurrence: () => number
}

export const black: Color = [0, 0, 0]
const ascent = 0.76 // of the size, from the upper edge to the baseline
const descent = 0.21

export function canvasOf(width: number, height: number): Canvas {
  const drawings: Drawing[] = []
  const words: DrawnWord[] = []
  let page = 1
  let pages = 1
  let occurrences = 0
  return {
    width,
    height,
    drawings,
    words,
    pageCount: () => pages,
    turnTo: (number) => {
      page = number
      pages = Math.max(pages, number)
    },
    occurrence: () => ++occurrences,
    box: (x, y, w, h, look) =>
      void drawings.push({
        kind: 'box',
        page,
        x,
        y,
        width: w,
        height: h,
        fill: look.fill ?? null,
        stroke: look.stroke ?? null,
        round: look.round ?? false,
      }),
    rule: (x0, y0, x1, y1, thickness = 0.6, color = black) =>
      void drawings.push({ kind: 'rule', page, x0, y0, x1, y1, thickness, color }),
    text: (x, y, given, face, options = {}) => {
      const pieces = (typeof given === 'string' ? [{ text: given }] : given).map(
        (piece): Piece => ({ ...piece, text: printable(piece.text) }),
      )
      const total = pieces.reduce((sum, piece) => sum + textWidth(piece.text, face), 0)
      const start = leftEdge(x, total, options.align)
      const text = pieces.map((piece) => piece.text).join('')
      if (text.trim() === '') return total
      drawings.push({
        kind: 'text',
        page,
        x: start,
        baseline: y + ascent * face.size,
        text,
        face,
        color: options.color ?? black,
      })
      place(pieces, start, y, face, page, words)
      return total
    },
  }
}

function leftEdge(x: number, width: number, align: TextOptions['align'] = 'left'): number {
  switch (align) {
    case 'left':
      return x
    case 'center':
      return x - width / 2
    case 'right':
      return x - width
    default:
      return align satisfies never
  }
}

export function textWidth(text: string, face: Face): number {
  const widths = widthsOf(face)
  let total = 0
  for (const sign of text) total += widths.get(sign) ?? measure(sign, face, widths)
  return total * face.size
}

/** Lines of at most `most` points; a wider word gets its own line. */
export function wrap(text: string, face: Face, most: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && textWidth(longer, face) > most) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}

export function fontOf(face: Face): StandardFonts {
  switch (face.family) {
    case 'Helvetica':
      return face.bold ? StandardFonts.HelveticaBold : StandardFonts.Helvetica
    case 'Times':
      return face.bold ? StandardFonts.TimesRomanBold : StandardFonts.TimesRoman
    case 'Courier':
      return face.bold ? StandardFonts.CourierBold : StandardFonts.Courier
    default:
      return face.family satisfies never
  }
}

function place(
  pieces: readonly Piece[],
  start: number,
  y: number,
  face: Face,
  page: number,
  words: DrawnWord[],
): void {
  const widths = widthsOf(face)
  let x = start
  let text = ''
  let from = start
  let marks: Mark[] = []
  const flush = (): void => {
    if (text !== '')
      words.push({ text, page, box: [from, y, x, y + (ascent + descent) * face.size], marks })
    text = ''
    marks = []
  }
  for (const piece of pieces) {
    for (const sign of piece.text) {
      const blank = sign === ' ' || sign === '\u00a0'
      if (blank) flush()
      const width = (widths.get(sign) ?? measure(sign, face, widths)) * face.size
      if (!blank) {
        if (text === '') from = x
        text += sign
        for (const mark of piece.marks ?? []) if (!marks.includes(mark)) marks.push(mark)
      }
      x += width
    }
  }
  flush()
}

const metrics: Readonly<
  Record<Family, readonly [regular: Map<string, number>, bold: Map<string, number>]>
> = {
  Helvetica: [new Map(), new Map()],
  Times: [new Map(), new Map()],
  Courier: [new Map(), new Map()],
}

function widthsOf(face: Face): Map<string, number> {
  return metrics[face.family][face.bold ? 1 : 0]
}

function measure(sign: string, face: Face, widths: Map<string, number>): number {
  const width = StandardFontEmbedder.for(fontOf(face) as never).widthOfTextAtSize(sign, 1)
  widths.set(sign, width)
  return width
}

// The standard fonts support WinAnsi (CP 1252) only
function printable(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[^\x20-\x7e\u00a0-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/gu, '?')
}
