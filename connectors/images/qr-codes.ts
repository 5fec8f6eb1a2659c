/**
 * QR codes on a page image, by zxing-cpp compiled to WebAssembly (zxing-wasm).
 *
 * The library would download its WebAssembly from a CDN; here it is loaded from the installed
 * package. Only QR codes are searched for: payment codes are QR codes, and each further kind costs
 * time on each page. The result is the code's text, unvalidated; see
 * processors/sources/payment-codes.ts.
 *
 * Searching costs more than reading a page's text, so a page with text is searched only where it
 * draws something that may be a code, or mentions one.
 *
 * A page image is untrusted: this file runs in a process that may be killed (see reader.ts). If the
 * library fails on an image, the document counts as having no codes.
 */

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'

/** Gray pixels, row by row, one byte each. */
export interface GrayImage {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

/**
 * A drawing: a picture (no segments) or a path. `sized`: width and height are points of the page.
 */
export interface Bounds {
  readonly width: number
  readonly height: number
  readonly sized: boolean
  readonly segments: number | null
}

const mostCodes = 8 // of a page
const longestCode = 4300 // characters: a QR code holds no more than 4,296

let library: Promise<unknown> | null = null
const load = (): Promise<unknown> =>
  (library ??= (async () => {
    const wasm = await readFile(
      createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'),
    )
    const wasmBinary = wasm.buffer.slice(
      wasm.byteOffset,
      wasm.byteOffset + wasm.byteLength,
    ) as ArrayBuffer
    await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true })
  })())

/** Distinct texts of the QR codes on an image, in no guaranteed order. */
export async function readCodes({ data, width, height }: GrayImage): Promise<string[]> {
  await load()
  const pixels = new Uint32Array(width * height)
  for (let i = 0; i < pixels.length; i++) pixels[i] = 0xff000000 | ((data[i] ?? 255) * 0x010101)
  const image = {
    data: new Uint8ClampedArray(pixels.buffer),
    width,
    height,
    colorSpace: 'srgb' as const,
  }
  try {
    const found = await readBarcodes(image as ImageData, {
      formats: ['QRCode'],
      tryHarder: true,
      tryInvert: false,
      maxNumberOfSymbols: mostCodes,
      textMode: 'Plain',
    })
    return [
      ...new Set(
        found
          .filter((code) => code.isValid && code.text !== '' && code.text.length <= longestCode)
          .map((code) => code.text),
      ),
    ]
  } catch {
    return []
  }
}

/**
 * Whether a page draws what may be a QR code: a square picture, a square path of many parts, or
 * many little boxes.
 */
export function looksLikeCode(drawn: readonly Bounds[]): boolean {
  const least = 28 // points: codes smaller than 10 mm are not printed
  const most = 250 // points
  const parts = 150 // segments: the smallest payment code has more than 40 dark runs
  const boxes = 80
  let little = 0
  for (const { width, height, sized, segments } of drawn) {
    const square =
      Math.abs(width - height) < 0.12 * Math.max(width, height) &&
      (!sized || (width >= least && width <= most))
    if (square && (segments === null || segments >= parts)) return true
    if (
      segments !== null &&
      segments <= 6 &&
      (!sized || (Math.min(width, height) >= 0.6 && Math.max(width, height) <= 40)) &&
      ++little >= boxes
    )
      return true
  }
  return false
}

const words =
  /^(?:zahlteil|girocode|giro-code|qr-code|qr|epc-qr|scan|scannen|scanner|scannez|einscannen|bezahlcode|qr-rechnung|empfangsschein|récépissé|ricevuta)[:.,!]?$/iu

/** Whether a page mentions a code. */
export function saysCode(texts: readonly string[]): boolean {
  return texts.some((text) => text.length <= 20 && words.test(text))
}
