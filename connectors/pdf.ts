/**
 * PDF by PDFium, compiled to WebAssembly: what is printed with its place, the embedded e-invoice, page images.
 *
 * The wrapper offers text without boxes, so most calls go to PDFium's own functions (`_FPDF…`, the public C interface of
 * fpdf_text.h, fpdf_attachment.h and fpdfview.h), which the wrapper exports but does not promise: its version is pinned.
 * PDFium runs no scripts here and opens neither files nor connections. All calls are synchronous and a hostile file can
 * make them slow: this file is for a process that may be killed (see reader.ts).
 *
 * A handle is an address in WebAssembly memory; whoever gets one frees it in the same function.
 */

import { PDFiumLibrary } from '@hyzyla/pdfium'
import { ErrataError } from '../errors.ts'
import type { Word } from '../processors/words.ts'
import { looksLikeCode, saysCode, type Bounds } from './codes.ts'
import { linesOf, type Glyph } from './glyphs.ts'
import { saysWords } from './letters.ts'
import { invoiceRoots, mostXmlBytes, xmlRoot, xmlText } from './sniff.ts'
import { versionOf } from './versions.ts'

export interface PdfLimits {
  readonly maxPages: number
  readonly maxPixels: number
}

export interface PdfPage {
  readonly width: number // points, as the page is shown
  readonly height: number
  readonly words: readonly Word[] // page and line counted from 1 and 0 within the document and the page
  /** False: what the text layer says is not what the page shows, so it has to be looked at. */
  readonly textUsable: boolean
  /** Whether painting the page to look for a QR code is worth the time. */
  readonly mayHoldCode: boolean
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
  /** Page number from 1. DOCUMENT_CORRUPT. */
  readonly page: (number: number) => PdfPage
  /** Paints a page so that its longer side is at most `maxSide` pixels, and at most `dpi`. DOCUMENT_TOO_MANY_PIXELS. */
  readonly paint: (number: number, how: { readonly dpi: number; readonly maxSide?: number; readonly maxWidth?: number; readonly gray: boolean }) => Pixels
  readonly close: () => void
}

/** What PDFium's wrapper exports without saying so in its types: every function takes and gives numbers. */
type Native = { readonly [name: `_FPDF${string}`]: (...values: number[]) => number } & {
  readonly HEAPU8: Uint8Array
  readonly wasmExports: { readonly malloc: (bytes: number) => number; readonly free: (address: number) => void }
}

export const pdfEngine = `pdfium-${versionOf('@hyzyla/pdfium')}`

const invoiceNames = ['factur-x.xml', 'zugferd-invoice.xml', 'xrechnung.xml'] // in order of preference, any case
const maxAttachments = 100
const maxGlyphs = 200_000 // of a page; a dense page of print has 10,000
const maxObjects = 20_000 // looked at on a page when its kind is judged
const errorPassword = 4 // FPDF_ERR_PASSWORD
const errorSecurity = 5 // FPDF_ERR_SECURITY: an encryption that PDFium doesn't know
const gray = 1 // FPDFBitmap_Gray
const bgra = 4 // FPDFBitmap_BGRA
const paintAnnotations = 0x01 // FPDF_ANNOT
const paintGray = 0x08 // FPDF_GRAYSCALE
const paintRgba = 0x10 // FPDF_REVERSE_BYTE_ORDER

let library: Promise<Native> | null = null
const load = (): Promise<Native> =>
  (library ??= PDFiumLibrary.init().then((loaded) => (loaded as unknown as { module: Native }).module))

/** Opens a PDF. DOCUMENT_ENCRYPTED, DOCUMENT_CORRUPT, DOCUMENT_EMPTY, DOCUMENT_TOO_MANY_PAGES. */
export async function openPdf(bytes: Uint8Array, limits: PdfLimits): Promise<Pdf> {
  const native = await load()
  const { malloc, free } = native.wasmExports
  const memory = malloc(bytes.length)
  if (memory === 0) throw new ErrataError('DOCUMENT_TOO_LARGE', 'no memory for the PDF', { bytes: bytes.length })
  native.HEAPU8.set(bytes, memory)
  const document = call(native, '_FPDF_LoadMemDocument', memory, bytes.length, 0)
  if (document === 0) {
    const reason = call(native, '_FPDF_GetLastError')
    free(memory)
    if (reason === errorPassword || reason === errorSecurity) throw new ErrataError('DOCUMENT_ENCRYPTED', 'the PDF needs a password', { reason })
    throw new ErrataError('DOCUMENT_CORRUPT', 'PDFium refuses the PDF', { reason })
  }
  const close = (): void => {
    call(native, '_FPDF_CloseDocument', document)
    free(memory)
  }
  const pageCount = call(native, '_FPDF_GetPageCount', document)
  if (pageCount === 0 || pageCount > limits.maxPages) {
    close()
    if (pageCount === 0) throw new ErrataError('DOCUMENT_EMPTY', 'the PDF has no pages')
    throw new ErrataError('DOCUMENT_TOO_MANY_PAGES', 'the PDF has too many pages', { pages: pageCount, limit: limits.maxPages })
  }
  return {
    pageCount,
    close,
    xml: () => embeddedInvoice(native, document),
    page: (number) => withPage(native, document, number, (page) => readPage(native, page, number)),
    paint: (number, how) => withPage(native, document, number, (page) => paintPage(native, page, how, limits.maxPixels)),
  }
}

type NativeCall = (...values: number[]) => number

function call(native: Native, name: `_FPDF${string}`, ...values: number[]): number {
  return functionOf(native, name)(...values)
}

function functionOf(native: Native, name: `_FPDF${string}`): NativeCall {
  const called = native[name]
  if (called === undefined) throw new ErrataError('BUG', 'PDFium lacks a function: another version of its wrapper is installed', { name })
  return called
}

/** Runs with `bytes` of WebAssembly memory that are freed afterwards. */
function scratch<T>(native: Native, bytes: number, use: (address: number) => T): T {
  const address = native.wasmExports.malloc(bytes)
  if (address === 0) throw new ErrataError('DOCUMENT_TOO_LARGE', 'the PDF needs more memory than there is', { bytes })
  try {
    return use(address)
  } finally {
    native.wasmExports.free(address)
  }
}

/** Form fields are painted into the page first, so that what was filled in counts as printed. */
function withPage<T>(native: Native, document: number, number: number, use: (page: number) => T): T {
  const open = (): number => {
    const page = call(native, '_FPDF_LoadPage', document, number - 1)
    if (page === 0) throw new ErrataError('DOCUMENT_CORRUPT', 'PDFium refuses a page', { page: number })
    return page
  }
  let page = open()
  const flattened = call(native, '_FPDFPage_GetAnnotCount', page) > 0 && call(native, '_FPDFPage_Flatten', page, 0) === 1
  if (flattened) {
    call(native, '_FPDF_ClosePage', page)
    page = open()
  }
  try {
    return use(page)
  } finally {
    call(native, '_FPDF_ClosePage', page)
  }
}

function readPage(native: Native, page: number, number: number): PdfPage {
  const width = call(native, '_FPDF_GetPageWidthF', page)
  const height = call(native, '_FPDF_GetPageHeightF', page)
  if (!(width > 0 && height > 0)) throw new ErrataError('DOCUMENT_CORRUPT', 'a page without extent', { page: number })
  const { glyphs, broken } = readGlyphs(native, page, width, height)
  const words = linesOf(glyphs, { width, height }).map((word) => ({ ...word, page: number }))
  const textUsable = isUsable(words, glyphs.length, broken, pictureShare(native, page))
  return { width, height, words, textUsable, mayHoldCode: saysCode(words.map((word) => word.text)) || looksLikeCode(drawnOn(native, page)) }
}

/** Glyphs in text order with boxes as the page is shown: origin top left, points. `broken` counts those without a meaning. */
function readGlyphs(native: Native, page: number, width: number, height: number): { glyphs: Glyph[]; broken: number } {
  const show = toShown(native, page, width, height)
  const turns = call(native, '_FPDFPage_GetRotation', page)
  const text = call(native, '_FPDFText_LoadPage', page)
  if (text === 0) return { glyphs: [], broken: 0 }
  // A page has thousands of glyphs, and each is asked for six things
  const [codeOf, isHyphen, hasMapError, boxOf, looseBoxOf, angleOf] = textCalls.map((name) => functionOf(native, name)) as [NativeCall, NativeCall, NativeCall, NativeCall, NativeCall, NativeCall]
  const glyphs: Glyph[] = []
  let broken = 0
  try {
    const count = Math.min(call(native, '_FPDFText_CountChars', text), maxGlyphs)
    scratch(native, 48, (at) => {
      let view = new DataView(native.HEAPU8.buffer, at, 48)
      for (let i = 0; i < count; i++) {
        const code = codeOf(text, i)
        const hyphen = isHyphen(text, i) === 1
        const meaningless = !hyphen && (isMeaningless(code) || hasMapError(text, i) === 1)
        if (meaningless) broken++
        boxOf(text, i, at, at + 8, at + 16, at + 24)
        looseBoxOf(text, i, at + 32)
        const angle = Math.max(0, angleOf(text, i)) // radians with the clock; -1 for made-up blanks
        if (view.buffer !== native.HEAPU8.buffer) view = new DataView(native.HEAPU8.buffer, at, 48) // the memory has grown
        glyphs.push({
          text: hyphen ? '-' : code > 0x10ffff || meaningless && code < 32 ? '\ufffd' : String.fromCodePoint(code),
          tight: show(view.getFloat64(0, true), view.getFloat64(24, true), view.getFloat64(8, true), view.getFloat64(16, true)),
          loose: show(view.getFloat32(32, true), view.getFloat32(36, true), view.getFloat32(40, true), view.getFloat32(44, true)),
          quarter: (turns + Math.round(angle / (Math.PI / 2))) % 4,
        })
      }
    })
  } finally {
    call(native, '_FPDFText_ClosePage', text)
  }
  return { glyphs, broken }
}

const textCalls = ['_FPDFText_GetUnicode', '_FPDFText_IsHyphen', '_FPDFText_HasUnicodeMapError', '_FPDFText_GetCharBox', '_FPDFText_GetLooseCharBox', '_FPDFText_GetCharAngle'] as const

/** Replacement character, private use, or a control character that is no white space: a font without a way back to text. */
function isMeaningless(code: number): boolean {
  return code === 0xfffd || code === 0 || (code < 32 && ![9, 10, 13].includes(code)) || (code >= 0xe000 && code <= 0xf8ff) || code > 0xf0000
}

/** The affine map from the page's own coordinates to those shown, with rotation and crop box, by asking for three points. */
function toShown(native: Native, page: number, width: number, height: number): (left: number, top: number, right: number, bottom: number) => readonly [number, number, number, number] {
  const steps = 100 // device units for a point: the call rounds to whole ones
  const point = (x: number, y: number): readonly [number, number] =>
    scratch(native, 8, (at) => {
      call(native, '_FPDF_PageToDevice', page, 0, 0, Math.round(width * steps), Math.round(height * steps), 0, x, y, at, at + 4)
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

/** Share of the page that pictures cover (0 to 1), and how many drawn shapes there are: letters may be outlines. */
function pictureShare(native: Native, page: number): { readonly share: number; readonly shapes: number } {
  const area = call(native, '_FPDF_GetPageWidthF', page) * call(native, '_FPDF_GetPageHeightF', page)
  let covered = 0
  let shapes = 0
  let looked = 0
  const hasPicture = (form: number, depth: number): boolean => {
    const count = depth > 3 ? 0 : call(native, '_FPDFFormObj_CountObjects', form)
    for (let i = 0; i < count && looked++ < maxObjects; i++) {
      const inner = call(native, '_FPDFFormObj_GetObject', form, i)
      const type = call(native, '_FPDFPageObj_GetType', inner)
      if (type === 2) shapes++
      if (type === 3 || (type === 5 && hasPicture(inner, depth + 1))) return true
    }
    return false
  }
  const count = call(native, '_FPDFPage_CountObjects', page)
  scratch(native, 16, (at) => {
    for (let i = 0; i < count && looked++ < maxObjects; i++) {
      const object = call(native, '_FPDFPage_GetObject', page, i)
      const type = call(native, '_FPDFPageObj_GetType', object) // 1 text, 2 path, 3 image, 4 shading, 5 form
      if (type === 2) shapes++
      if (type !== 3 && !(type === 5 && hasPicture(object, 1))) continue
      if (call(native, '_FPDFPageObj_GetBounds', object, at, at + 4, at + 8, at + 12) !== 1) continue
      const view = new DataView(native.HEAPU8.buffer, at, 16)
      covered += Math.abs((view.getFloat32(8, true) - view.getFloat32(0, true)) * (view.getFloat32(12, true) - view.getFloat32(4, true)))
    }
  })
  return { share: Math.min(1, covered / area), shapes }
}

/** Pictures and paths of a page. Of those inside forms the proportions hold, not the size. */
function drawnOn(native: Native, page: number): Bounds[] {
  const drawn: Bounds[] = []
  const visit = (form: number | null, depth: number): void => {
    const count = depth > 3 ? 0 : form === null ? call(native, '_FPDFPage_CountObjects', page) : call(native, '_FPDFFormObj_CountObjects', form)
    for (let i = 0; i < count && drawn.length < maxObjects; i++) {
      const object = form === null ? call(native, '_FPDFPage_GetObject', page, i) : call(native, '_FPDFFormObj_GetObject', form, i)
      const type = call(native, '_FPDFPageObj_GetType', object)
      if (type === 5) visit(object, depth + 1)
      if (type !== 2 && type !== 3) continue
      scratch(native, 16, (at) => {
        if (call(native, '_FPDFPageObj_GetBounds', object, at, at + 4, at + 8, at + 12) !== 1) return
        const view = new DataView(native.HEAPU8.buffer, at, 16)
        const width = Math.abs(view.getFloat32(8, true) - view.getFloat32(0, true))
        const height = Math.abs(view.getFloat32(12, true) - view.getFloat32(4, true))
        drawn.push({ width, height, sized: form === null, segments: type === 3 ? null : call(native, '_FPDFPath_CountSegments', object) })
      })
    }
  }
  visit(null, 0)
  return drawn
}

/**
 * Whether the text layer can stand for the page. An empty page without pictures is usable: there is nothing to read. A
 * scanner's stamp or a mailer's footer over a picture of the page isn't, while an OCR layer behind a scan is, if it says
 * words; so is one whose letters are not those that are shown.
 */
function isUsable(words: readonly Word[], glyphs: number, broken: number, pictures: { readonly share: number; readonly shapes: number }): boolean {
  const hardlyAny = 25 // words
  const outlines = 150 // shapes: no table without text has so many lines
  const mostBroken = 0.08 // of the glyphs: figures alone may be, and they are what counts
  const wholePage = 0.8
  if (broken > mostBroken * glyphs) return false
  if (words.length >= hardlyAny) return saysWords(words.map((word) => word.text), pictures.share >= wholePage)
  return pictures.share < (words.length === 0 ? 0.02 : 0.4) && pictures.shapes < outlines
}

function paintPage(native: Native, page: number, how: Parameters<Pdf['paint']>[1], maxPixels: number): Pixels {
  const points = { width: call(native, '_FPDF_GetPageWidthF', page), height: call(native, '_FPDF_GetPageHeightF', page) }
  const scale = Math.min(how.dpi / 72, (how.maxSide ?? Infinity) / Math.max(points.width, points.height), (how.maxWidth ?? Infinity) / points.width)
  const width = Math.max(1, Math.round(points.width * scale))
  const height = Math.max(1, Math.round(points.height * scale))
  if (!(width * height <= maxPixels)) throw new ErrataError('DOCUMENT_TOO_MANY_PIXELS', 'a page has too many pixels', { width, height, limit: maxPixels })
  const channels = how.gray ? 1 : 4
  const stride = width * channels
  return scratch(native, stride * height, (memory) => {
    const bitmap = call(native, '_FPDFBitmap_CreateEx', width, height, how.gray ? gray : bgra, memory, stride)
    if (bitmap === 0) throw new ErrataError('DOCUMENT_TOO_LARGE', 'no memory for the page image', { width, height })
    try {
      native.HEAPU8.fill(255, memory, memory + stride * height) // white paper
      call(native, '_FPDF_RenderPageBitmap', bitmap, page, 0, 0, width, height, 0, paintAnnotations | (how.gray ? paintGray : paintRgba))
      return { data: Buffer.from(native.HEAPU8.slice(memory, memory + stride * height).buffer), width, height, channels }
    } finally {
      call(native, '_FPDFBitmap_Destroy', bitmap)
    }
  })
}

/**
 * The invoice among the embedded files: by its standard name, else by its root element (Factur-X 1.0, section 6). What bears
 * the name of an invoice and isn't one, or has no end, is empty text or what it is: so that somebody is told.
 */
function embeddedInvoice(native: Native, document: number): string | null {
  const count = Math.min(call(native, '_FPDFDoc_GetAttachmentCount', document), maxAttachments)
  const found: { readonly name: string; readonly text: string; readonly isInvoice: boolean }[] = []
  for (let i = 0; i < count; i++) {
    const attachment = call(native, '_FPDFDoc_GetAttachment', document, i)
    if (attachment === 0) continue
    const name = attachmentName(native, attachment).toLowerCase()
    if (!name.endsWith('.xml')) continue
    const bytes = attachmentBytes(native, attachment)
    const whole = bytes === null ? '' : xmlText(bytes)
    const text = Buffer.byteLength(whole) > mostXmlBytes ? '' : whole
    const isInvoice = invoiceRoots.includes(xmlRoot(text) ?? '')
    if (isInvoice || invoiceNames.includes(name)) found.push({ name, text, isInvoice })
  }
  const rank = (name: string): number => (invoiceNames.indexOf(name) + invoiceNames.length + 1) % (invoiceNames.length + 1)
  return found.sort((a, b) => Number(b.isInvoice) - Number(a.isInvoice) || rank(a.name) - rank(b.name))[0]?.text ?? null
}

function attachmentName(native: Native, attachment: number): string {
  const length = call(native, '_FPDFAttachment_GetName', attachment, 0, 0) // bytes of UTF-16, with its closing zero
  if (length < 2 || length > 2048) return ''
  return scratch(native, length, (at) => {
    call(native, '_FPDFAttachment_GetName', attachment, at, length)
    return Buffer.from(native.HEAPU8.slice(at, at + length - 2)).toString('utf16le')
  })
}

function attachmentBytes(native: Native, attachment: number): Buffer | null {
  return scratch(native, 4, (size) => {
    if (call(native, '_FPDFAttachment_GetFile', attachment, 0, 0, size) !== 1) return null
    const length = new DataView(native.HEAPU8.buffer, size, 4).getUint32(0, true)
    if (length === 0 || length > 2 * mostXmlBytes) return null
    return scratch(native, length, (at) =>
      call(native, '_FPDFAttachment_GetFile', attachment, at, length, size) === 1 ? Buffer.from(native.HEAPU8.slice(at, at + length)) : null)
  })
}
