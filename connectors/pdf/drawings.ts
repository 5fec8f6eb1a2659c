/**
 * Drawings on a page besides text: what kind of page it is (a scan, text as outlines), and where a
 * code may be.
 */

import type { Extent } from './glyph.ts'
import { call, scratch, type Native } from './native.ts'
import type { Show } from './page-frame.ts'

export interface Drawing {
  readonly extent: Extent // as displayed
  readonly segments: number | null // of a path; null: a picture
}

const maxObjects = 20_000 // drawings checked on a page when its kind is determined

/**
 * How many objects a page draws, those inside forms counted each time they are drawn; counting ends
 * at `most`.
 */
export function countObjects(native: Native, page: number, most: number): number {
  let objects = 0
  const visit = (count: number, objectAt: (index: number) => number): void => {
    for (let i = 0; i < count && objects < most; i++) {
      objects++
      const object = objectAt(i)
      if (call(native, 'FPDFPageObj_GetType', object) !== 5) continue
      visit(call(native, 'FPDFFormObj_CountObjects', object), (index) =>
        call(native, 'FPDFFormObj_GetObject', object, index),
      )
    }
  }
  visit(call(native, 'FPDFPage_CountObjects', page), (index) =>
    call(native, 'FPDFPage_GetObject', page, index),
  )
  return objects
}

/**
 * Share of the page that pictures cover (0 to 1), and the number of drawn shapes, since text may be
 * outlines.
 */
export function pictureShare(
  native: Native,
  page: number,
): { readonly share: number; readonly shapes: number } {
  const area = call(native, 'FPDF_GetPageWidthF', page) * call(native, 'FPDF_GetPageHeightF', page)
  let covered = 0
  let shapes = 0
  let looked = 0
  const hasPicture = (form: number, depth: number): boolean => {
    const count = depth > 3 ? 0 : call(native, 'FPDFFormObj_CountObjects', form)
    for (let i = 0; i < count && looked++ < maxObjects; i++) {
      const inner = call(native, 'FPDFFormObj_GetObject', form, i)
      const type = call(native, 'FPDFPageObj_GetType', inner)
      if (type === 2) shapes++
      if (type === 3 || (type === 5 && hasPicture(inner, depth + 1))) return true
    }
    return false
  }
  const count = call(native, 'FPDFPage_CountObjects', page)
  scratch(native, 16, (at) => {
    for (let i = 0; i < count && looked++ < maxObjects; i++) {
      const object = call(native, 'FPDFPage_GetObject', page, i)
      // 1 text, 2 path, 3 image, 4 shading, 5 form
      const type = call(native, 'FPDFPageObj_GetType', object)
      if (type === 2) shapes++
      if (type !== 3 && !(type === 5 && hasPicture(object, 1))) continue
      if (call(native, 'FPDFPageObj_GetBounds', object, at, at + 4, at + 8, at + 12) !== 1) continue
      const view = new DataView(native.HEAPU8.buffer, at, 16)
      covered += Math.abs(
        (view.getFloat32(8, true) - view.getFloat32(0, true)) *
          (view.getFloat32(12, true) - view.getFloat32(4, true)),
      )
    }
  })
  return { share: Math.min(1, covered / area), shapes }
}

/** Pictures and paths of a page where they are displayed, those inside forms as well. */
export function drawnOn(native: Native, page: number, show: Show): Drawing[] {
  const drawn: Drawing[] = []
  scratch(native, 24, (at) => {
    const visit = (form: number | null, outer: Matrix, depth: number): void => {
      if (depth > 3) return
      const count =
        form === null
          ? call(native, 'FPDFPage_CountObjects', page)
          : call(native, 'FPDFFormObj_CountObjects', form)
      for (let i = 0; i < count && drawn.length < maxObjects; i++) {
        const object =
          form === null
            ? call(native, 'FPDFPage_GetObject', page, i)
            : call(native, 'FPDFFormObj_GetObject', form, i)
        const type = call(native, 'FPDFPageObj_GetType', object)
        if (type === 5) visit(object, within(matrixOf(native, object, at), outer), depth + 1)
        if (type !== 2 && type !== 3) continue
        const bounds = boundsOf(native, object, at)
        if (bounds === null) continue
        const segments = type === 3 ? null : call(native, 'FPDFPath_CountSegments', object)
        drawn.push({ extent: shownBox(bounds, outer, show), segments })
      }
    }
    visit(null, [1, 0, 0, 1, 0, 0], 0)
  })
  return drawn
}

type Matrix = readonly [number, number, number, number, number, number] // as PDF writes them

function floats(native: Native, at: number, count: number): number[] {
  const view = new DataView(native.HEAPU8.buffer, at, 4 * count)
  return Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, true))
}

/** Left, bottom, right, top, in the coordinates of the page or of the form around it. */
function boundsOf(native: Native, object: number, at: number): Extent | null {
  return call(native, 'FPDFPageObj_GetBounds', object, at, at + 4, at + 8, at + 12) === 1
    ? (floats(native, at, 4) as unknown as Extent)
    : null
}

function matrixOf(native: Native, form: number, at: number): Matrix {
  return call(native, 'FPDFPageObj_GetMatrix', form, at) === 1
    ? (floats(native, at, 6) as unknown as Matrix)
    : [1, 0, 0, 1, 0, 0]
}

/** The matrix of a form inside a form: first the inner one's, then the outer one's. */
function within(inner: Matrix, outer: Matrix): Matrix {
  const [a, b, c, d, e, f] = inner
  const [A, B, C, D, E, F] = outer
  return [
    a * A + b * C,
    a * B + b * D,
    c * A + d * C,
    c * B + d * D,
    e * A + f * C + E,
    e * B + f * D + F,
  ]
}

/** The box around a box's displayed corners. */
function shownBox([left, bottom, right, top]: Extent, matrix: Matrix, show: Show): Extent {
  const [a, b, c, d, e, f] = matrix
  const corners = [left, right].flatMap((x) =>
    [bottom, top].map((y) => [a * x + c * y + e, b * x + d * y + f] as const),
  )
  const xs = corners.map(([x]) => x)
  const ys = corners.map(([, y]) => y)
  return show(Math.min(...xs), Math.max(...ys), Math.max(...xs), Math.min(...ys))
}
