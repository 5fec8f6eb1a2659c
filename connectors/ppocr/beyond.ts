/**
 * Looks for ink right beyond the ends of a piece: the detector ends a piece where a stamp begins,
 * and what is left of an amount reads like a whole one.
 */

import type { SlantedBox } from './boxes.ts'
import { isTouched } from './ink.ts'
import type { Picture, Recognised } from './recognise.ts'

// share of a word's height: the strip beside it that should be empty, and the gap before it
const [strip, gap] = [0.45, 0.08]
const [stripColumns, stripRows] = [16, 12]
const printedRows = 0.6 // of a piece's height, where letters are

/**
 * Whether there is ink right beyond an end of a piece that no other piece explains: where it holds
 * an amount, a stamp may hide a part of it. `share`: where its print ends.
 */
export function hasInkBeyond(
  image: Picture,
  { place: { inImage: box }, levels }: Recognised,
  { share, way }: { readonly share: number; readonly way: number },
  found: readonly SlantedBox[],
): boolean {
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)]
  const at = (beyond: number, across: number): [number, number] => {
    const along = (share - 0.5) * box.width + way * beyond * box.height
    return [box.x + along * cos - across * sin, box.y + along * sin + across * cos]
  }
  const [x, y] = at(gap + strip / 2, 0)
  if (found.some((other) => isWithin(other, x, y) && !isWithin(other, box.x, box.y))) return false
  const columns = Array.from({ length: stripColumns }, (_, column) =>
    Array.from({ length: stripRows }, (__, row) =>
      levelAt(
        image,
        ...at(
          gap + (strip * (column + 0.5)) / stripColumns,
          ((row + 0.5) / stripRows - 0.5) * printedRows * box.height,
        ),
      ),
    ),
  )
  return isTouched(columns, levels)
}

/** The nearest pixel's level as the recogniser would see it; beyond the edge the border's. */
function levelAt({ data, width, height, channels }: Picture, x: number, y: number): number {
  const column = Math.min(width - 1, Math.max(0, Math.floor(x)))
  const row = Math.min(height - 1, Math.max(0, Math.floor(y)))
  return (data[(row * width + column) * channels] as number) / 127.5 - 1
}

function isWithin({ angle, ...box }: SlantedBox, x: number, y: number): boolean {
  const [dx, dy] = [x - box.x, y - box.y]
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return (
    Math.abs(dx * cos + dy * sin) <= box.width / 2 &&
    Math.abs(dy * cos - dx * sin) <= box.height / 2
  )
}
