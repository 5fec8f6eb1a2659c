/**
 * Drawings on a page besides text, to tell what kind of page it is: a scan, text as outlines, a
 * code.
 */

import type { Bounds } from '../images/qr-codes.ts'
import { call, scratch, type Native } from './native.ts'

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

/**
 * Pictures and paths of a page. For those inside forms the proportions are right, but not the size.
 */
export function drawnOn(native: Native, page: number): Bounds[] {
  const drawn: Bounds[] = []
  const visit = (form: number | null, depth: number): void => {
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
      if (type === 5) visit(object, depth + 1)
      if (type !== 2 && type !== 3) continue
      scratch(native, 16, (at) => {
        if (call(native, 'FPDFPageObj_GetBounds', object, at, at + 4, at + 8, at + 12) !== 1) return
        const view = new DataView(native.HEAPU8.buffer, at, 16)
        const width = Math.abs(view.getFloat32(8, true) - view.getFloat32(0, true))
        const height = Math.abs(view.getFloat32(12, true) - view.getFloat32(4, true))
        drawn.push({
          width,
          height,
          sized: form === null,
          segments: type === 3 ? null : call(native, 'FPDFPath_CountSegments', object),
        })
      })
    }
  }
  visit(null, 0)
  return drawn
}
