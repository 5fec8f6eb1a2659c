/**
 * QR codes on a page image, by zxing-cpp compiled to WebAssembly (zxing-wasm).
 *
 * The library would download its WebAssembly from a CDN; here it is loaded from the installed
 * package. Only QR codes are searched for: payment codes are QR codes, and each further kind costs
 * time on each page. The result is the code's text, unvalidated; see
 * processors/sources/payment-codes.ts.
 *
 * Searching costs more than reading a page's text, so a page with text is searched only where a code
 * may be: see pdf/code-places.ts.
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

export const mostCodes = 8 // of a page
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
