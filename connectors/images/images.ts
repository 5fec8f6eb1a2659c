/**
 * Images by sharp (libvips): inspects them, prepares them for OCR, and re-encodes them for the
 * review page.
 *
 * Only the header is read first, and an image over the limits is rejected before a pixel is
 * decoded: a 100 KB PNG may expand to gigabytes. Only decoders of accepted types may run. Output is
 * always re-encoded, so that neither the OCR engine nor a browser gets a sender's bytes.
 *
 * Measured on receipts, only grey and a size limit were worth their time; a fixed threshold
 * destroys detail that the engine needs.
 */

import sharp, { type OutputInfo, type Sharp } from 'sharp'
import { ErrataError } from '../../errors.ts'

export interface ImageLimits {
  readonly maxPages: number
  readonly maxPixels: number
}

export interface ImagePage {
  readonly width: number // pixels, upright
  readonly height: number
}

/**
 * A PNG, grey unless colour was requested and found, and the number of its pixels in one unit of
 * the page.
 */
export interface Prepared {
  readonly png: Buffer
  readonly width: number
  readonly height: number
  readonly scale: number
}

/** Options of the image. `turn`: degrees clockwise, on a canvas that grows with it. */
export interface ImageWanted {
  readonly colour: boolean
  readonly turn: number
}

// pixels: halving larger images costs no accuracy and takes a quarter of the time
const longestForOcr = 3000
// PNG compression level: the image goes only to another process of this machine
const compression = 2

/**
 * Configures the whole process, which only reads documents: no other decoder may run, no memory is
 * cached.
 */
export function confineImages(): void {
  sharp.cache(false) // no two documents are the same, so caching is useless
  sharp.concurrency(1) // documents are read in parallel, not parts of one
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({
    operation: [
      'VipsForeignLoadPng',
      'VipsForeignLoadJpeg',
      'VipsForeignLoadTiff',
      'VipsForeignLoadWebp',
    ],
  })
}

/**
 * The pages of an image file, upright. DOCUMENT_TOO_MANY_PAGES, DOCUMENT_TOO_MANY_PIXELS,
 * DOCUMENT_CORRUPT.
 */
export async function pagesOf(bytes: Uint8Array, limits: ImageLimits): Promise<ImagePage[]> {
  const first = await describe(bytes, 0)
  // Frames of an animation are no pages
  const count = first.format === 'tiff' ? (first.pages ?? 1) : 1
  if (count > limits.maxPages)
    throw new ErrataError('DOCUMENT_TOO_MANY_PAGES', 'the image has too many pages', {
      pages: count,
      limit: limits.maxPages,
    })
  const pages: ImagePage[] = []
  for (let i = 0; i < count; i++) {
    const { width, height, orientation } = i === 0 ? first : await describe(bytes, i)
    if (!(width * height <= limits.maxPixels))
      throw new ErrataError('DOCUMENT_TOO_MANY_PIXELS', 'a page has too many pixels', {
        width,
        height,
        limit: limits.maxPixels,
      })
    // EXIF 5 to 8 are rotated by a quarter turn
    pages.push((orientation ?? 1) >= 5 ? { width: height, height: width } : { width, height })
  }
  return pages
}

/** A page of an image file as PNG for OCR. Page number from 1. DOCUMENT_CORRUPT. */
export async function prepareForOcr(
  bytes: Uint8Array,
  number: number,
  page: ImagePage,
  limits: ImageLimits,
  wanted: ImageWanted = plain,
): Promise<Prepared> {
  const halve = Math.max(page.width, page.height) > longestForOcr
  const scale = halve ? Math.min(0.5, longestForOcr / Math.max(page.width, page.height)) : 1
  const upright = open(bytes, number, limits).autoOrient().flatten({ background: '#fff' })
  const sized = halve
    ? upright.resize({ width: Math.max(1, Math.round(page.width * scale)) })
    : upright
  const { data, info } = await decoded(
    sized.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true }),
  )
  return encode(data, info, info.width / page.width, wanted)
}

/**
 * A page of an image file for display: WebP, rotated and then at most `maxWidth` pixels wide,
 * without the sender's metadata.
 */
export async function renderImage(
  bytes: Uint8Array,
  number: number,
  maxWidth: number,
  limits: ImageLimits,
  turn = 0,
): Promise<Buffer> {
  const upright = open(bytes, number, limits).autoOrient().flatten({ background: '#fff' })
  if (turn === 0) return decoded(forPeople(upright, maxWidth))
  const sized = upright.resize({
    width: mostForPeople,
    height: mostForPeople,
    fit: 'inside',
    withoutEnlargement: true,
  })
  const { data, info } = await decoded(
    sized.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true }),
  )
  return turnedForPeople(data, info, maxWidth, turn)
}

/** Rendered pixels as PNG for OCR; `scale` as used by the renderer. */
export async function encodeForOcr(
  pixels: Painted,
  scale: number,
  wanted: ImageWanted = plain,
): Promise<Prepared> {
  if (pixels.channels === 1) return encode(pixels.data, pixels, scale, wanted)
  const { data, info } = await sharp(pixels.data, { raw: sizeOf(pixels) })
    .flatten({ background: '#fff' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return encode(data, info, scale, wanted)
}

interface Painted {
  readonly data: Buffer // rows of RGBA, or of one gray byte
  readonly width: number
  readonly height: number
  readonly channels: 1 | 4
}

type Raw = Pick<OutputInfo, 'width' | 'height' | 'channels'>

const plain: ImageWanted = { colour: false, turn: 0 }
const sizeOf = ({ width, height, channels }: Raw): Raw => ({ width, height, channels })

async function encode(
  data: Buffer,
  size: Raw,
  scale: number,
  { colour, turn }: ImageWanted,
): Promise<Prepared> {
  const image =
    turn === 0 ? sharp(data, { raw: sizeOf(size) }) : await turnedImage(data, size, turn)
  const space = colour && size.channels >= 3 && isColoured(data, size) ? 'srgb' : 'b-w'
  const { data: png, info } = await image
    .toColourspace(space)
    .png({ compressionLevel: compression })
    .toBuffer({ resolveWithObject: true })
  return { png, width: info.width, height: info.height, scale }
}

/**
 * Whether some print may differ from its background by colour alone: a share of the pixels is far
 * from grey.
 */
function isColoured(data: Buffer, { channels, width, height }: Raw): boolean {
  const step = Math.max(1, Math.floor(Math.sqrt((width * height) / samples)))
  let [far, seen] = [0, 0]
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) {
      const at = (y * width + x) * channels
      const [red, green, blue] = [
        data[at] as number,
        data[at + 1] as number,
        data[at + 2] as number,
      ]
      if (Math.max(red, green, blue) - Math.min(red, green, blue) > chroma) far++
      seen++
    }
  }
  return far > leastColoured * seen
}

const samples = 200_000 // sampled pixels
const chroma = 40 // of 255, between the strongest and the weakest of red, green and blue
const leastColoured = 0.002

/** Rotates on a canvas that holds all of it: quarter turns move pixels, others interpolate them. */
async function turnedImage(data: Buffer, size: Raw, turn: number): Promise<Sharp> {
  const { data: pixels, info } = await sharp(data, { raw: sizeOf(size) })
    .rotate(turn, { background: '#fff' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return sharp(pixels, { raw: sizeOf(info) })
}

async function turnedForPeople(
  data: Buffer,
  size: Raw,
  maxWidth: number,
  turn: number,
): Promise<Buffer> {
  return forPeople(await turnedImage(data, size, turn), maxWidth)
}

/**
 * Gray pixels of a picture, its longer side at most this long: enough to detect the skew of its
 * lines.
 */
export async function smallGray({ png }: Pick<Prepared, 'png'>): Promise<{
  readonly data: Buffer
  readonly width: number
  readonly height: number
}> {
  const { data, info } = await sharp(png)
    .resize({
      width: longestForLean,
      height: longestForLean,
      fit: 'inside',
      withoutEnlargement: true,
    })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

const longestForLean = 900 // pixels

/** Gray pixels of an image prepared for OCR. */
export async function grayPixels({ png }: Pick<Prepared, 'png'>): Promise<{
  readonly data: Buffer
  readonly width: number
  readonly height: number
}> {
  const { data, info } = await sharp(png)
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

/** Rendered pixels for display. */
export async function encodeForPeople(pixels: Painted, turn = 0): Promise<Buffer> {
  if (turn !== 0) return turnedForPeople(pixels.data, pixels, pixels.width, turn)
  return forPeople(
    sharp(pixels.data, { raw: sizeOf(pixels) }).flatten({ background: '#fff' }),
    pixels.width,
  )
}

const mostForPeople = 6000 // pixels of a side, before rotation
const tallestWebp = 16_383 // pixels; the limit of the format

const forPeople = (image: Sharp, maxWidth: number): Promise<Buffer> =>
  image
    .resize({ width: maxWidth, height: tallestWebp, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 85, effort: 2 })
    .toBuffer()

function open(bytes: Uint8Array, number: number, limits: ImageLimits): Sharp {
  // A photo with a damaged end is still usable, one that is truncated in the middle isn't
  return sharp(bytes, { page: number - 1, limitInputPixels: limits.maxPixels, failOn: 'error' })
}

async function describe(
  bytes: Uint8Array,
  index: number,
): Promise<{
  format: string
  width: number
  height: number
  pages: number | undefined
  orientation: number | undefined
}> {
  const found = await decoded(sharp(bytes, { page: index, limitInputPixels: false }).metadata())
  if (!found.width || !found.height)
    throw new ErrataError('DOCUMENT_CORRUPT', 'an image without extent')
  return {
    format: found.format ?? '',
    width: found.width,
    height: found.height,
    pages: found.pages,
    orientation: found.orientation,
  }
}

/** The decoder's message may quote the document, so only the fact of its failure is passed on. */
async function decoded<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Error && /pixel limit/i.test(error.message))
      throw new ErrataError('DOCUMENT_TOO_MANY_PIXELS', 'an image has too many pixels')
    throw new ErrataError('DOCUMENT_CORRUPT', 'the decoder refuses the image')
  }
}
