/** The strip of paper that a receipt is printed on, line by line from the top. */

import { black, canvasOf, textWidth, type Canvas, type Face, type Piece } from './canvas.ts'
import type { Design } from './random.ts'

export interface Strip {
  readonly canvas: Canvas
  readonly face: Face
  readonly strong: Face
  readonly step: number // from line to line, points
  readonly room: number // between the margins
  /** Top of the next line. */
  readonly y: () => number
  readonly skip: (height: number) => void
  readonly put: (pieces: readonly Piece[], face: Face, align: 'left' | 'center') => void
  /** A label at the left, made smaller if it is too wide, and a value at the right. */
  readonly pair: (label: string, value: readonly Piece[], face?: Face) => void
  /** A line of dashes, or a drawn one. */
  readonly rule: () => void
  readonly marked: (text: string, field: string, occurrence?: number) => Piece
}

const margin = 10 // points

export function stripOf(width: number, height: number, face: Face, design: Design): Strip {
  const canvas = canvasOf(width, height)
  const right = width - margin
  const room = width - 2 * margin
  const step = face.size * design.between('leading', 1.22, 1.5)
  let y = 14
  const skip = (by: number): void => {
    y += by
  }
  const put: Strip['put'] = (pieces, type, align) => {
    canvas.text(align === 'center' ? width / 2 : margin, y, pieces, type, { align })
    skip((type.size / face.size) * step)
  }
  const dashes = design
    .pick('dash', ['-', '-', '=', '*'])
    .repeat(Math.floor(room / (face.size * 0.6)))
  return {
    canvas,
    face,
    strong: { ...face, bold: true },
    step,
    room,
    y: () => y,
    skip,
    put,
    pair: (label, value, type = face) => {
      const used = canvas.text(right, y, value, type, { align: 'right' })
      const wide = textWidth(label, type)
      const left = right - margin - used - 4
      const fitted = wide <= left ? type : { ...type, size: (type.size * left) / wide }
      canvas.text(margin, y, label, fitted)
      skip((type.size / face.size) * step)
    },
    rule: () => {
      if (design.chance('dashes', 0.6)) {
        put([{ text: dashes }], face, 'left')
        return
      }
      canvas.rule(margin, y + step / 3, right, y + step / 3, 0.5, black)
      skip(step * 0.7)
    },
    marked: (text, field, occurrence = canvas.occurrence()) => ({
      text,
      marks: [{ field, occurrence }],
    }),
  }
}
