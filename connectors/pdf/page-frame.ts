/** Where something on a page is displayed, whatever the page's rotation and crop box. */

import type { Extent } from './glyph.ts'
import { call, scratch, type Native } from './native.ts'

/** From the sides of a box in page coordinates to the box as displayed. */
export type Show = (left: number, top: number, right: number, bottom: number) => Extent

/**
 * The affine map from page coordinates to displayed ones, with rotation and crop box, from three
 * points.
 */
export function toShown(native: Native, page: number, width: number, height: number): Show {
  const steps = 100 // device units for a point: the call rounds to integers
  const point = (x: number, y: number): readonly [number, number] =>
    scratch(native, 8, (at) => {
      call(
        native,
        'FPDF_PageToDevice',
        page,
        0,
        0,
        Math.round(width * steps),
        Math.round(height * steps),
        0,
        x,
        y,
        at,
        at + 4,
      )
      const view = new DataView(native.HEAPU8.buffer, at, 8)
      return [view.getInt32(0, true) / steps, view.getInt32(4, true) / steps]
    })
  const span = 1000
  const [ox, oy] = point(0, 0)
  const [ax, ay] = point(span, 0)
  const [bx, by] = point(0, span)
  return (left, top, right, bottom) => {
    const x0 = ox + ((ax - ox) * left + (bx - ox) * top) / span
    const y0 = oy + ((ay - oy) * left + (by - oy) * top) / span
    const x1 = ox + ((ax - ox) * right + (bx - ox) * bottom) / span
    const y1 = oy + ((ay - oy) * right + (by - oy) * bottom) / span
    return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)]
  }
}
