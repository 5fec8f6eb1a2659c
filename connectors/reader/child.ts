/**
 * The process that decodes a sender's bytes. PDFium and libvips run only here: it has no access to
 * broker, blob store or secrets, and its parent kills it when it takes too long or too much memory.
 * A crash of a decoder ends only this process.
 *
 * It holds one document at a time: `open`, then `page`, `image`, `lean` or `render` by number,
 * until the next `open`. Requests are answered in order. Run by reader.ts, with an advanced IPC
 * channel, so that bytes travel as bytes.
 */

import { codeOf, ErrataError, type ErrorCode } from '../../errors.ts'
import type { Word } from '../../processors/document/words.ts'
import { mostCodes, readCodes } from '../images/qr-codes.ts'
import {
  confineImages,
  encodeForOcr,
  encodeForPeople,
  grayPixels,
  pagesOf,
  prepareForOcr,
  renderImage,
  smallGray,
  type ImagePage,
  type Prepared,
  type ImageWanted,
} from '../images/images.ts'
import { skewOf } from '../images/skew.ts'
import { openPdf, type Pdf, type PdfPage } from '../pdf/pdf.ts'
import { edifactText } from '../files/edifact-text.ts'
import { contentOf } from '../files/signed-data.ts'
import { mostXmlBytes, mediaTypeOf, xmlText, type MediaType } from '../files/media-type.ts'

export interface Limits {
  readonly maxPages: number
  readonly maxPixels: number
  readonly maxObjects: number
}

export type ReaderRequest =
  | { readonly kind: 'open'; readonly bytes: Uint8Array; readonly limits: Limits }
  | { readonly kind: 'page'; readonly number: number; readonly colour: boolean }
  | { readonly kind: 'image'; readonly number: number; readonly turn: number } // for OCR, as a Prepared
  | { readonly kind: 'lean'; readonly number: number }
  | {
      readonly kind: 'render'
      readonly number: number
      readonly maxWidth: number
      readonly turn: number
    }

export interface Opened {
  readonly mediaType: MediaType
  readonly pageCount: number // 0 for an e-invoice without pages
  readonly xml: string | null
}

/** A page with its words, or with the image for OCR. */
export interface ReadPage {
  readonly width: number
  readonly height: number
  readonly unit: 'pt' | 'px'
  readonly words: readonly Word[] | null
  readonly image: Prepared | null
  readonly codes: readonly string[] // texts of QR codes
}

/** `ready` is sent once, without a request. */
export type ReaderAnswer =
  | { readonly ready: true }
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false
      readonly code: ErrorCode
      readonly message: string
      readonly facts: ErrataError['facts']
    }

interface Holding {
  readonly mediaType: MediaType
  readonly bytes: Uint8Array
  readonly limits: Limits
  readonly pdf: Pdf | null
  readonly images: readonly ImagePage[]
}

const ocrDpi = 300 // resolution of the engine's training data
const codeDpi = 200 // three pixels for each module of the densest Swiss QR code
const smallestSide = 330 // pixels: a place that would be smaller is painted finer
const finestDpi = 400
const ocrSide = 3000 // pixels, see images.ts

let holding: Holding | null = null

async function answer(ask: ReaderRequest): Promise<unknown> {
  switch (ask.kind) {
    case 'open':
      return open(ask.bytes, ask.limits)
    case 'page':
      return readPage(held(), ask.number, ask.colour)
    case 'image':
      return imageOf(held(), ask.number, { colour: false, turn: ask.turn })
    case 'lean':
      return skewOf(await smallGray(await imageOf(held(), ask.number, { colour: false, turn: 0 })))
    case 'render':
      return render(held(), ask.number, ask.maxWidth, ask.turn)
  }
}

function held(): Holding {
  if (holding === null) throw new ErrataError('BUG', 'no document is open')
  return holding
}

async function open(sent: Uint8Array, limits: Limits): Promise<Opened> {
  holding?.pdf?.close()
  holding = null
  const bytes = contentOf(sent)
  const mediaType = mediaTypeOf(bytes)
  if (mediaType === 'application/xml' || mediaType === 'application/edifact') {
    const xml = mediaType === 'application/xml' ? xmlText(bytes) : edifactText(bytes)
    if (Buffer.byteLength(xml) > mostXmlBytes)
      throw new ErrataError('DOCUMENT_TOO_LARGE', 'the e-invoice is too long', {
        bytes: bytes.length,
        limit: mostXmlBytes,
      })
    return { mediaType, pageCount: 0, xml }
  }
  if (mediaType === 'application/pdf') {
    const pdf = await openPdf(bytes, limits)
    holding = { mediaType, bytes, limits, pdf, images: [] }
    return { mediaType, pageCount: pdf.pageCount, xml: pdf.xml() }
  }
  const images = await pagesOf(bytes, limits)
  holding = { mediaType, bytes, limits, pdf: null, images }
  return { mediaType, pageCount: images.length, xml: null }
}

async function readPage(holding: Holding, number: number, colour: boolean): Promise<ReadPage> {
  const { pdf, images } = holding
  if (pdf !== null) {
    const { width, height, words, textUsable, codePlaces } = pdf.page(number)
    if (textUsable) {
      const codes = await codesAt(pdf, number, codePlaces)
      return { width, height, unit: 'pt', words, image: null, codes }
    }
    const image = await imageOf(holding, number, { colour, turn: 0 })
    return {
      width,
      height,
      unit: 'pt',
      words: null,
      image,
      codes: await readCodes(await grayPixels(image)),
    }
  }
  const image = await imageOf(holding, number, { colour, turn: 0 })
  return {
    ...pageAt(images, number),
    unit: 'px',
    words: null,
    image,
    codes: await readCodes(await grayPixels(image)),
  }
}

/** Distinct texts of the codes at some places of a page. */
async function codesAt(
  pdf: Pdf,
  number: number,
  places: PdfPage['codePlaces'],
): Promise<readonly string[]> {
  const found = new Set<string>()
  for (const box of places) {
    const side = Math.max(box[2] - box[0], box[3] - box[1])
    const dpi = Math.min(finestDpi, Math.max(codeDpi, (smallestSide * 72) / side))
    const image = pdf.paint(number, { dpi, maxSide: ocrSide, gray: true, box })
    for (const text of await readCodes(image)) found.add(text)
  }
  return [...found].slice(0, mostCodes)
}

async function imageOf(
  { pdf, images, bytes, limits }: Holding,
  number: number,
  wanted: ImageWanted,
): Promise<Prepared> {
  if (pdf === null) return prepareForOcr(bytes, number, pageAt(images, number), limits, wanted)
  const pixels = pdf.paint(number, { dpi: ocrDpi, maxSide: ocrSide, gray: !wanted.colour })
  return encodeForOcr(pixels, pixels.width / pdf.widthOf(number), wanted)
}

async function render(
  { pdf, images, bytes, limits }: Holding,
  number: number,
  maxWidth: number,
  turn: number,
): Promise<Buffer> {
  if (pdf !== null) {
    if (number < 1 || number > pdf.pageCount) throw noPage(number)
    return encodeForPeople(pdf.paint(number, { dpi: ocrDpi, maxWidth, gray: false }), turn)
  }
  pageAt(images, number)
  return renderImage(bytes, number, maxWidth, limits, turn)
}

function pageAt(images: readonly ImagePage[], number: number): ImagePage {
  const page = images[number - 1]
  if (page === undefined) throw noPage(number)
  return page
}

const noPage = (number: number): ErrataError =>
  new ErrataError('DOCUMENT_EMPTY', 'the document has no such page', { page: number })

/**
 * Any other error comes from a decoder at work on these bytes: an abort of PDFium, exhausted
 * memory.
 */
function refusal(error: unknown): ReaderAnswer {
  if (error instanceof ErrataError)
    return { ok: false, code: error.code, message: error.message, facts: error.facts }
  const kind = error instanceof Error ? error.name : codeOf(error)
  return { ok: false, code: 'DOCUMENT_CORRUPT', message: 'the decoder failed', facts: { kind } }
}

confineImages()
let turn: Promise<void> = Promise.resolve()
process.on('message', (ask: ReaderRequest) => {
  turn = turn
    .then(() => answer(ask))
    .then((value): ReaderAnswer => ({ ok: true, value }), refusal)
    .then((reply) => {
      process.send?.(reply)
    })
})
// Ctrl-C reaches the whole process group; the parent decides when a reading ends
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)
process.on('disconnect', () => process.exit(0))
process.send?.({ ready: true })
