/** QR codes on PDF pages in the ways in which programs draw them. */

import { degrees, PDFDocument, PDFName, PDFOperator, type PDFPage, rgb } from 'pdf-lib'
import sharp from 'sharp'
import { qrOf } from './papers.ts'

/** Lower left corner and side, in points, of the code with its quiet zone. */
export interface Spot {
  readonly x: number
  readonly y: number
  readonly side: number
}

interface Modules {
  readonly count: number // along a side, quiet zone included
  readonly isDark: (column: number, row: number) => boolean
}

export async function modulesOf(text: string): Promise<Modules> {
  const { data, info } = await sharp(await qrOf(text, 1))
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return {
    count: info.width,
    isDark: (column, row) => (data[row * info.width + column] ?? 255) < 128,
  }
}

/** A dark run of one row, in modules. */
interface Run {
  readonly row: number
  readonly from: number
  readonly to: number
}

function runsOf({ count, isDark }: Modules): Run[] {
  const runs: Run[] = []
  for (let row = 0; row < count; row++)
    for (let from = 0; from < count; from++) {
      if (!isDark(from, row)) continue
      let to = from
      while (to < count && isDark(to, row)) to++
      runs.push({ row, from, to })
      from = to
    }
  return runs
}

type Draw = (page: PDFPage, text: string, spot: Spot) => Promise<void>

const ink = rgb(0, 0, 0)

async function asPicture(page: PDFPage, text: string, { x, y, side }: Spot): Promise<void> {
  const picture = await page.doc.embedPng(await qrOf(text))
  page.drawImage(picture, { x, y, width: side, height: side })
}

/** One picture with a caption below: twice as high as wide. */
async function asCaptioned(page: PDFPage, text: string, { x, y, side }: Spot): Promise<void> {
  const code = await qrOf(text)
  const { width } = await sharp(code).metadata()
  const framed = await sharp(code)
    .extend({ bottom: Math.round(0.8 * width), background: '#ddd' })
    .png()
    .toBuffer()
  const picture = await page.doc.embedPng(framed)
  page.drawImage(picture, { x, y, width: side, height: 1.8 * side })
}

async function asModules(page: PDFPage, text: string, { x, y, side }: Spot): Promise<void> {
  const modules = await modulesOf(text)
  const step = side / modules.count
  for (const { row, from, to } of runsOf(modules))
    for (let column = from; column < to; column++)
      page.drawRectangle({
        x: x + column * step,
        y: y + side - (row + 1) * step,
        width: step,
        height: step,
        color: ink,
      })
}

async function asRuns(page: PDFPage, text: string, { x, y, side }: Spot): Promise<void> {
  const modules = await modulesOf(text)
  const step = side / modules.count
  for (const { row, from, to } of runsOf(modules))
    page.drawRectangle({
      x: x + from * step,
      y: y + side - (row + 1) * step,
      width: (to - from) * step,
      height: step,
      color: ink,
    })
}

const outline = ({ row, from, to }: Run): string => `M${from} ${row}H${to}V${row + 1}H${from}Z`

/** All runs in one path. */
async function asPath(page: PDFPage, text: string, { x, y, side }: Spot): Promise<void> {
  const modules = await modulesOf(text)
  page.drawSvgPath(runsOf(modules).map(outline).join(''), {
    x,
    y: y + side,
    scale: side / modules.count,
    color: ink,
  })
}

/** A path for each row, and a word that mentions the code. */
async function asRows(page: PDFPage, text: string, { x, y, side }: Spot): Promise<void> {
  const modules = await modulesOf(text)
  const runs = runsOf(modules)
  page.drawText('QR-Code', { x, y: y + side + 4, size: 8 })
  for (let row = 0; row < modules.count; row++) {
    const path = runs
      .filter((run) => run.row === row)
      .map(outline)
      .join('')
    if (path !== '')
      page.drawSvgPath(path, { x, y: y + side, scale: side / modules.count, color: ink })
  }
}

/** A picture in strips of some rows each, and a word that mentions the code. */
async function asStrips(page: PDFPage, text: string, { x, y, side }: Spot): Promise<void> {
  const code = await qrOf(text)
  const { width } = await sharp(code).metadata()
  const strip = 8 // pixels
  page.drawText('QR-Code', { x, y: y + side + 4, size: 8 })
  for (let top = 0; top < width; top += strip) {
    const height = Math.min(strip, width - top)
    const png = await sharp(code).extract({ left: 0, top, width, height }).png().toBuffer()
    page.drawImage(await page.doc.embedPng(png), {
      x,
      y: y + side - ((top + height) * side) / width,
      width: side,
      height: (height * side) / width,
    })
  }
}

/** Digits in a font of squares, 1 a dark module and 0 a light one, and a word that mentions the code. */
async function asDigits(page: PDFPage, text: string, { x, y, side }: Spot): Promise<void> {
  const { count, isDark } = await modulesOf(text)
  const step = side / count
  const { context } = page.doc
  const glyph = (painting: string): ReturnType<typeof context.register> =>
    context.register(context.flateStream(`1 0 0 0 1 1 d1 ${painting}`))
  const unicode = context.flateStream(
    '/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <30> <31> <0030> endbfrange endcmap end',
  )
  const font = context.obj({
    Type: 'Font',
    Subtype: 'Type3',
    FontBBox: [0, 0, 1, 1],
    FontMatrix: [1, 0, 0, 1, 0, 0],
    CharProcs: { zero: glyph(''), one: glyph('0 0 1 1 re f') },
    Encoding: { Type: 'Encoding', Differences: [48, 'zero', 'one'] },
    FirstChar: 48,
    LastChar: 49,
    Widths: [1, 1],
    ToUnicode: context.register(unicode),
  })
  page.node.setFontDictionary(PDFName.of('Squares'), context.register(font))
  page.drawText('QR-Code', { x, y: y + side + 4, size: 8 })
  const operator = (operands: readonly string[], name: string): PDFOperator =>
    PDFOperator.of(name as never, operands as never)
  for (let row = 0; row < count; row++) {
    const digits = Array.from({ length: count }, (_, c) => (isDark(c, row) ? '1' : '0')).join('')
    page.pushOperators(
      operator([], 'BT'),
      operator(['/Squares', String(step)], 'Tf'),
      operator([String(x), String(y + side - (row + 1) * step)], 'Td'),
      operator([`(${digits})`], 'Tj'),
      operator([], 'ET'),
    )
  }
}

/** A form that draws the runs, turned by some degrees around its lower left corner. */
const asForm =
  (draw: Draw, angle: number): Draw =>
  async (page, text, { x, y, side }) => {
    const inner = await PDFDocument.create()
    await draw(inner.addPage([100, 100]), text, { x: 0, y: 0, side: 100 })
    const [form] = await page.doc.embedPdf(await PDFDocument.load(await inner.save()))
    if (form === undefined) throw new Error('no form')
    page.drawPage(form, { x, y, width: side, height: side, rotate: degrees(angle) })
  }

export const ways: Readonly<Record<string, Draw>> = {
  'a picture': asPicture,
  'a picture with a caption': asCaptioned,
  'a box for each module': asModules,
  'a box for each dark run': asRuns,
  'one path': asPath,
  'a path for each row': asRows,
  'a picture in strips': asStrips,
  'digits in a font of squares': asDigits,
  'a picture in a form': asForm(asPicture, 0),
  'boxes in a form': asForm(asRuns, 0),
  'one path in a form': asForm(asPath, 0),
  'a form in a form': asForm(asForm(asRuns, 0), 0),
  'a form that is turned': asForm(asRuns, 90),
  'a form that lies crooked': asForm(asPath, 12),
}

export interface Sheet {
  readonly rotate?: 0 | 90 | 180 | 270
  readonly crop?: readonly [number, number] // what is cut off left and below
}

/** A page of text with codes, each drawn in a way. */
export async function paperWith(
  codes: readonly { readonly way: string; readonly text: string; readonly spot: Spot }[],
  { rotate = 0, crop = [0, 0] }: Sheet = {},
): Promise<Buffer> {
  const document = await PDFDocument.create()
  const page = document.addPage([595, 842])
  for (let i = 0; i < 16; i++)
    page.drawText(`Artikel ${i} zu je 10,00 Euro`, { x: 60, y: 790 - 18 * i, size: 10 })
  for (const { way, text, spot } of codes) {
    const draw = ways[way]
    if (draw === undefined) throw new Error(`nobody draws ${way}`)
    await draw(page, text, spot)
  }
  page.setRotation(degrees(rotate))
  page.setCropBox(crop[0], crop[1], 595 - crop[0], 842 - crop[1])
  return Buffer.from(await document.save())
}
