/** Documents made for tests: PDF by pdf-lib, images by sharp, and the hostile ones by hand. */

import { degrees, PDFDocument, StandardFonts } from 'pdf-lib'
import sharp from 'sharp'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer'
import { openPdf } from '../connectors/pdf/pdf.ts'

export interface Line {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly size?: number
  readonly angle?: number
} // points from the bottom left

export interface PdfOptions {
  readonly rotate?: number
  readonly width?: number
  readonly height?: number
  readonly attach?: Readonly<Record<string, string>>
  readonly pages?: number
}

/**
 * A PDF with the lines on each of its pages. With `rotate` the sheet lies on its side, and so does
 * what is drawn on it: it shows upright.
 */
export async function pdfOf(
  lines: readonly Line[],
  { rotate = 0, width = 595, height = 842, attach = {}, pages = 1 }: PdfOptions = {},
): Promise<Buffer> {
  const document = await PDFDocument.create()
  const font = await document.embedFont(StandardFonts.Helvetica)
  for (let i = 0; i < pages; i++) {
    const page = document.addPage(rotate % 180 === 0 ? [width, height] : [height, width])
    for (const { text, x, y, size = 12, angle = 0 } of lines) {
      const turned = {
        90: [height - y, x],
        180: [width - x, height - y],
        270: [y, width - x],
      } as Readonly<Record<number, [number, number]>>
      const [left, bottom] = turned[rotate] ?? [x, y]
      page.drawText(text, { x: left, y: bottom, size, font, rotate: degrees(rotate + angle) })
    }
    page.setRotation(degrees(rotate))
  }
  for (const [name, text] of Object.entries(attach))
    await document.attach(Buffer.from(text), name, { mimeType: 'text/xml' })
  return Buffer.from(await document.save())
}

/** A PDF whose pages are pictures. */
export async function scanOf(image: Buffer): Promise<Buffer> {
  const document = await PDFDocument.create()
  const picture = await document.embedPng(image)
  document.addPage([595, 842]).drawImage(picture, { x: 0, y: 0, width: 595, height: 842 })
  return Buffer.from(await document.save())
}

/** A PDF by hand: whatever stands between header and end. */
export function rawPdf(...objects: readonly string[]): Buffer {
  const body = objects.map((object, i) => `${i + 1} 0 obj\n${object}\nendobj\n`).join('')
  return Buffer.from(
    `%PDF-1.7\n${body}trailer\n<< /Root 1 0 R /Size ${objects.length + 1} >>\n%%EOF\n`,
  )
}

/**
 * A PDF that wants a password: its standard security handler's strings are made up, so none fits.
 */
export function encryptedPdf(): Buffer {
  const hex = (byte: string): string => `<${byte.repeat(32)}>`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>',
    `<< /Filter /Standard /V 1 /R 2 /O ${hex('4f')} /U ${hex('55')} /P -44 >>`,
  ]
  const body = objects.map((object, i) => `${i + 1} 0 obj\n${object}\nendobj\n`).join('')
  return Buffer.from(
    `%PDF-1.4\n${body}trailer\n<< /Root 1 0 R /Encrypt 4 0 R /ID [${hex('ab')} ${hex('ab')}] /Size 5 >>\n%%EOF\n`,
  )
}

/**
 * Printed lines as an image, the first words 80 pixels from the left. PDFium brings its own fonts,
 * so any machine paints the same.
 */
export async function imageOf(
  lines: readonly string[],
  { width = 1000, height = 1400, size = 36 } = {},
): Promise<Buffer> {
  const pdf = await openPdf(
    await pdfOf(
      lines.map((text, i) => ({ text, x: 80, y: height - 120 - i * size * 1.8, size })),
      { width, height },
    ),
    { maxPages: 1, maxPixels: 50_000_000, maxObjects: 1_000_000 },
  )
  const { data, channels } = pdf.paint(1, { dpi: 72, gray: false })
  pdf.close()
  return sharp(data, { raw: { width, height, channels } }).removeAlpha().png().toBuffer()
}

/**
 * A PNG of a few kilobytes whose header promises, and whose data would unfold to, this many pixels
 * (one bit each).
 */
export function pngBomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 1
  const rows = deflateSync(Buffer.alloc(Math.min(height, 1000) * (Math.ceil(width / 8) + 1)), {
    level: 9,
  })
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

function crc32(bytes: Buffer): number {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ -1) >>> 0
}

/** A QR code as PNG, `modulePixels` pixels for each module, with its quiet zone. */
export async function qrOf(text: string, modulePixels = 4): Promise<Buffer> {
  const wasm = readFileSync(
    createRequire(join(process.cwd(), 'package.json')).resolve(
      'zxing-wasm/writer/zxing_writer.wasm',
    ),
  )
  prepareZXingModule({
    overrides: {
      wasmBinary: wasm.buffer.slice(
        wasm.byteOffset,
        wasm.byteOffset + wasm.byteLength,
      ) as ArrayBuffer,
    },
  })
  const { image } = await writeBarcode(text, {
    format: 'QRCode',
    scale: modulePixels,
    addQuietZones: true,
    options: 'ecLevel=M',
  })
  if (image === null) throw new Error('no image')
  return sharp(Buffer.from(await image.arrayBuffer()))
    .png()
    .toBuffer()
}

/** What a code of the European Payments Council says. */
export const giroCode = [
  'BCD',
  '002',
  '1',
  'SCT',
  '',
  'Muster GmbH',
  'DE02120300000000202051',
  'EUR119.00',
  '',
  '',
  'Rechnung 4711',
].join('\n')
