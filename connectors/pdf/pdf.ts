/**
 * PDF by PDFium, compiled to WebAssembly: words with boxes, the embedded e-invoice, page images.
 *
 * The wrapper offers text without boxes, so most calls go to PDFium itself; see native.ts. PDFium
 * runs no scripts here and opens neither files nor connections. All calls are synchronous and a
 * hostile file can make them slow: this file runs in a process that may be killed (see reader.ts).
 */

import { ErrataError } from '../../errors.ts'
import type { Word } from '../../processors/document/words.ts'
import { codePlaces } from './code-places.ts'
import type { Extent } from './glyph.ts'
import { linesOf } from './glyph-lines.ts'
import { saysWords } from './text-layer-quality.ts'
import { embeddedInvoice } from './attachments.ts'
import { countObjects, drawnOn, pictureShare } from './drawings.ts'
import { call, holdPage, loadPdfium, scratch, type Native } from './native.ts'
import { toShown } from './page-frame.ts'
import { readGlyphs } from './text.ts'
import { packageVersion } from '../package-versions.ts'

export interface PdfLimits {
  readonly maxPages: number
  readonly maxPixels: number
  readonly maxObjects: number // objects drawn on all pages together
}

export interface PdfPage {
  readonly width: number // points, as displayed
  readonly height: number
  // page from 1 within the document, line from 0 within the page
  readonly words: readonly Word[]
  /** False: the text layer differs from the displayed page, so the page needs OCR. */
  readonly textUsable: boolean
  /** Where a QR code may be. */
  readonly codePlaces: readonly Extent[]
}

export interface Pixels {
  readonly data: Buffer // rows of RGBA, or of one gray byte
  readonly width: number
  readonly height: number
  readonly channels: 1 | 4
}

export interface Pdf {
  readonly pageCount: number
  /** Text of the embedded e-invoice; null where there is none. */
  readonly xml: () => string | null
  /** Page number from 1. DOCUMENT_CORRUPT, DOCUMENT_TOO_COMPLEX. */
  readonly page: (number: number) => PdfPage
  /** In points, as displayed; doesn't read the content. */
  readonly widthOf: (number: number) => number
  /**
   * Renders a page, or a box of it, so that its longer side is at most `maxSide` pixels, and at most
   * `dpi`. DOCUMENT_TOO_MANY_PIXELS, DOCUMENT_TOO_COMPLEX.
   */
  readonly paint: (
    number: number,
    how: {
      readonly dpi: number
      readonly maxSide?: number
      readonly maxWidth?: number
      readonly gray: boolean
      /** As displayed, in points; the whole page otherwise. */
      readonly box?: Extent
    },
  ) => Pixels
  readonly close: () => void
}

export const pdfEngine = `pdfium-${packageVersion('@hyzyla/pdfium')}`

const errorPassword = 4 // FPDF_ERR_PASSWORD
const errorSecurity = 5 // FPDF_ERR_SECURITY: an encryption that PDFium doesn't support
const gray = 1 // FPDFBitmap_Gray
const bgra = 4 // FPDFBitmap_BGRA
const paintAnnotations = 0x01 // FPDF_ANNOT
const paintGray = 0x08 // FPDF_GRAYSCALE
const paintRgba = 0x10 // FPDF_REVERSE_BYTE_ORDER

/** Opens a PDF. DOCUMENT_ENCRYPTED, DOCUMENT_CORRUPT, DOCUMENT_EMPTY, DOCUMENT_TOO_MANY_PAGES. */
export async function openPdf(bytes: Uint8Array, limits: PdfLimits): Promise<Pdf> {
  const native = await loadPdfium()
  const { malloc, free } = native.wasmExports
  const memory = malloc(bytes.length)
  if (memory === 0)
    throw new ErrataError('DOCUMENT_TOO_LARGE', 'no memory for the PDF', { bytes: bytes.length })
  native.HEAPU8.set(bytes, memory)
  const document = call(native, 'FPDF_LoadMemDocument', memory, bytes.length, 0)
  if (document === 0) {
    const reason = call(native, 'FPDF_GetLastError')
    free(memory)
    if (reason === errorPassword || reason === errorSecurity)
      throw new ErrataError('DOCUMENT_ENCRYPTED', 'the PDF needs a password', { reason })
    throw new ErrataError('DOCUMENT_CORRUPT', 'PDFium refuses the PDF', { reason })
  }
  const held = holdPage(native, document)
  const close = (): void => {
    held.close()
    call(native, 'FPDF_CloseDocument', document)
    free(memory)
  }
  const pageCount = call(native, 'FPDF_GetPageCount', document)
  if (pageCount === 0 || pageCount > limits.maxPages) {
    close()
    if (pageCount === 0) throw new ErrataError('DOCUMENT_EMPTY', 'the PDF has no pages')
    throw new ErrataError('DOCUMENT_TOO_MANY_PAGES', 'the PDF has too many pages', {
      pages: pageCount,
      limit: limits.maxPages,
    })
  }
  const drawn = new Map<number, number>() // objects of each counted page
  const withBearable = <T>(number: number, use: (page: number) => T): T =>
    held.use(number, (page) => {
      if (!drawn.has(number)) drawn.set(number, countObjects(native, page, limits.maxObjects + 1))
      const objects = [...drawn.values()].reduce((sum, count) => sum + count, 0)
      if (objects > limits.maxObjects)
        throw new ErrataError('DOCUMENT_TOO_COMPLEX', 'too much is drawn on the pages', {
          page: number,
          limit: limits.maxObjects,
        })
      return use(page)
    })
  return {
    pageCount,
    close,
    xml: () => embeddedInvoice(native, document),
    page: (number) => withBearable(number, (page) => readPage(native, page, number)),
    widthOf: (number) => widthOf(native, document, number),
    paint: (number, how) =>
      withBearable(number, (page) => paintPage(native, page, how, limits.maxPixels)),
  }
}

function widthOf(native: Native, document: number, number: number): number {
  return scratch(native, 8, (at) => {
    if (call(native, 'FPDF_GetPageSizeByIndexF', document, number - 1, at) === 0)
      throw new ErrataError('DOCUMENT_CORRUPT', 'PDFium refuses a page', { page: number })
    return new DataView(native.HEAPU8.buffer, at, 8).getFloat32(0, true)
  })
}

function readPage(native: Native, page: number, number: number): PdfPage {
  const width = call(native, 'FPDF_GetPageWidthF', page)
  const height = call(native, 'FPDF_GetPageHeightF', page)
  if (!(width > 0 && height > 0))
    throw new ErrataError('DOCUMENT_CORRUPT', 'a page without extent', { page: number })
  const { glyphs, broken } = readGlyphs(native, page, width, height)
  const words = linesOf(glyphs, { width, height }).map((word) => ({ ...word, page: number }))
  const textUsable = isUsable(words, glyphs.length, broken, pictureShare(native, page))
  return {
    width,
    height,
    words,
    textUsable,
    codePlaces: textUsable
      ? codePlaces(drawnOn(native, page, toShown(native, page, width, height)), words, {
          width,
          height,
        })
      : [],
  }
}

/**
 * Whether the text layer can replace OCR of the page. The text layer of an empty page without
 * pictures is usable: there is nothing to read. A scanner's stamp or a mailer's footer over a
 * picture of the page is not usable, nor is a layer whose letters differ from the displayed ones.
 * An OCR layer behind a scan is usable if it consists of words.
 */
function isUsable(
  words: readonly Word[],
  glyphs: number,
  broken: number,
  pictures: { readonly share: number; readonly shapes: number },
): boolean {
  const hardlyAny = 25 // words
  const outlines = 150 // shapes: tables without text have fewer lines
  const mostBroken = 0.08 // of the glyphs: it may be only the digits, and they matter most
  const wholePage = 0.8
  if (broken > mostBroken * glyphs) return false
  if (words.length >= hardlyAny)
    return saysWords(
      words.map((word) => word.text),
      pictures.share >= wholePage,
    )
  return pictures.share < (words.length === 0 ? 0.02 : 0.4) && pictures.shapes < outlines
}

function paintPage(
  native: Native,
  page: number,
  how: Parameters<Pdf['paint']>[1],
  maxPixels: number,
): Pixels {
  const points = {
    width: call(native, 'FPDF_GetPageWidthF', page),
    height: call(native, 'FPDF_GetPageHeightF', page),
  }
  const [left, top, right, bottom] = how.box ?? [0, 0, points.width, points.height]
  const scale = Math.min(
    how.dpi / 72,
    (how.maxSide ?? Infinity) / Math.max(right - left, bottom - top),
    (how.maxWidth ?? Infinity) / (right - left),
  )
  const width = Math.max(1, Math.round((right - left) * scale))
  const height = Math.max(1, Math.round((bottom - top) * scale))
  if (!(width * height <= maxPixels))
    throw new ErrataError('DOCUMENT_TOO_MANY_PIXELS', 'a page has too many pixels', {
      width,
      height,
      limit: maxPixels,
    })
  const channels = how.gray ? 1 : 4
  const stride = width * channels
  return scratch(native, stride * height, (memory) => {
    const bitmap = call(
      native,
      'FPDFBitmap_CreateEx',
      width,
      height,
      how.gray ? gray : bgra,
      memory,
      stride,
    )
    if (bitmap === 0)
      throw new ErrataError('DOCUMENT_TOO_LARGE', 'no memory for the page image', { width, height })
    try {
      native.HEAPU8.fill(255, memory, memory + stride * height) // white
      call(
        native,
        'FPDF_RenderPageBitmap',
        bitmap,
        page,
        -Math.round(left * scale),
        -Math.round(top * scale),
        Math.max(1, Math.round(points.width * scale)),
        Math.max(1, Math.round(points.height * scale)),
        0,
        paintAnnotations | (how.gray ? paintGray : paintRgba),
      )
      return {
        data: Buffer.from(native.HEAPU8.slice(memory, memory + stride * height).buffer),
        width,
        height,
        channels,
      }
    } finally {
      call(native, 'FPDFBitmap_Destroy', bitmap)
    }
  })
}
