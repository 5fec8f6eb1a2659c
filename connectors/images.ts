/**
 * Images by sharp (libvips): what they are, made ready for OCR, and re-encoded for the review page.
 *
 * The header alone is read first, and an image over the limits is refused before a pixel is decoded: a 100 KB PNG may
 * unfold to gigabytes. Only the decoders for the types that we accept may run, whatever the bytes pretend to be. What
 * leaves here is always encoded anew, so that neither the OCR engine nor a browser meets a sender's bytes.
 *
 * Grey and a size cap are all the preparation that paid for its time when measured on receipts; a fixed threshold
 * destroys what the engine needs.
 */

import sharp, { type Sharp } from 'sharp'
import { ErrataError } from '../errors.ts'

export interface ImageLimits {
  readonly maxPages: number
  readonly maxPixels: number
}

export interface ImagePage {
  readonly width: number // pixels, upright
  readonly height: number
}

/** A grey PNG and how many of its pixels make one of the page's units. */
export interface Prepared {
  readonly png: Buffer
  readonly width: number
  readonly height: number
  readonly scale: number
}

const longestForOcr = 3000 // pixels: halving above costs no accuracy and a quarter of the time
const compression = 2 // of PNG: it travels between two processes of one machine

/** Prepares the whole process, which reads documents and does nothing else: no other decoder runs, no memory is kept. */
export function confineImages(): void {
  sharp.cache(false) // no two documents are the same
  sharp.concurrency(1) // documents are read in parallel, not parts of one
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadTiff', 'VipsForeignLoadWebp'] })
}

/** The pages of an image file, upright. DOCUMENT_TOO_MANY_PAGES, DOCUMENT_TOO_MANY_PIXELS, DOCUMENT_CORRUPT. */
export async function pagesOf(bytes: Uint8Array, limits: ImageLimits): Promise<ImagePage[]> {
  const first = await describe(bytes, 0)
  // The frames of an animation are not pages.
  const count = first.format === 'tiff' ? (first.pages ?? 1) : 1
  if (count > limits.maxPages) throw new ErrataError('DOCUMENT_TOO_MANY_PAGES', 'the image has too many pages', { pages: count, limit: limits.maxPages })
  const pages: ImagePage[] = []
  for (let i = 0; i < count; i++) {
    const { width, height, orientation } = i === 0 ? first : await describe(bytes, i)
    if (!(width * height <= limits.maxPixels)) throw new ErrataError('DOCUMENT_TOO_MANY_PIXELS', 'a page has too many pixels', { width, height, limit: limits.maxPixels })
    pages.push((orientation ?? 1) >= 5 ? { width: height, height: width } : { width, height }) // EXIF 5 to 8 lie on their side
  }
  return pages
}

/** A page of an image file as grey PNG for OCR. Page number from 1. DOCUMENT_CORRUPT. */
export async function prepareForOcr(bytes: Uint8Array, number: number, page: ImagePage, limits: ImageLimits): Promise<Prepared> {
  const halve = Math.max(page.width, page.height) > longestForOcr
  const scale = halve ? Math.min(0.5, longestForOcr / Math.max(page.width, page.height)) : 1
  const upright = open(bytes, number, limits).autoOrient().flatten({ background: '#fff' })
  const sized = halve ? upright.resize({ width: Math.max(1, Math.round(page.width * scale)) }) : upright
  const { data, info } = await decoded(sized.toColourspace('b-w').png({ compressionLevel: compression }).toBuffer({ resolveWithObject: true }))
  return { png: data, width: info.width, height: info.height, scale: info.width / page.width }
}

/** A page of an image file for people: WebP, at most `maxWidth` pixels wide, without the sender's metadata. */
export async function renderImage(bytes: Uint8Array, number: number, maxWidth: number, limits: ImageLimits): Promise<Buffer> {
  return decoded(forPeople(open(bytes, number, limits).autoOrient().flatten({ background: '#fff' }), maxWidth))
}

/** Painted pixels as grey PNG for OCR; `scale` is what the painter used. */
export async function encodeForOcr(pixels: { readonly data: Buffer; readonly width: number; readonly height: number; readonly channels: 1 | 4 }, scale: number): Promise<Prepared> {
  const raw = { width: pixels.width, height: pixels.height, channels: pixels.channels }
  const png = await sharp(pixels.data, { raw }).toColourspace('b-w').png({ compressionLevel: compression }).toBuffer()
  return { png, width: pixels.width, height: pixels.height, scale }
}

/** Gray pixels of what was prepared for OCR. */
export async function grayPixels({ png }: Pick<Prepared, 'png'>): Promise<{ readonly data: Buffer; readonly width: number; readonly height: number }> {
  const { data, info } = await sharp(png).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

/** Painted pixels for people. */
export async function encodeForPeople(pixels: { readonly data: Buffer; readonly width: number; readonly height: number; readonly channels: 1 | 4 }): Promise<Buffer> {
  const raw = { width: pixels.width, height: pixels.height, channels: pixels.channels }
  return forPeople(sharp(pixels.data, { raw }).flatten({ background: '#fff' }), pixels.width)
}

const tallestWebp = 16_383 // pixels; the format ends there

const forPeople = (image: Sharp, maxWidth: number): Promise<Buffer> =>
  image.resize({ width: maxWidth, height: tallestWebp, fit: 'inside', withoutEnlargement: true }).webp({ quality: 85, effort: 2 }).toBuffer()

function open(bytes: Uint8Array, number: number, limits: ImageLimits): Sharp {
  // A photo with a scratched end is still a photo, one that stops in the middle isn't.
  return sharp(bytes, { page: number - 1, limitInputPixels: limits.maxPixels, failOn: 'error' })
}

async function describe(bytes: Uint8Array, index: number): Promise<{ format: string; width: number; height: number; pages: number | undefined; orientation: number | undefined }> {
  const found = await decoded(sharp(bytes, { page: index, limitInputPixels: false }).metadata())
  if (!found.width || !found.height) throw new ErrataError('DOCUMENT_CORRUPT', 'an image without extent')
  return { format: found.format ?? '', width: found.width, height: found.height, pages: found.pages, orientation: found.orientation }
}

/** What the decoder says may quote the document, so only the fact that it refused goes on. */
async function decoded<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Error && /pixel limit/i.test(error.message)) throw new ErrataError('DOCUMENT_TOO_MANY_PIXELS', 'an image has too many pixels')
    throw new ErrataError('DOCUMENT_CORRUPT', 'the decoder refuses the image')
  }
}
