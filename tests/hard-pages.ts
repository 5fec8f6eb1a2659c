/**
 * Pages that are hard to read, made from one invoice: turned, skewed, photographed, faint, in
 * shadow, noisy, stamped. PDFium brings its own fonts and everything else is arithmetic, so any
 * machine makes the same.
 */

import sharp, { type Sharp } from 'sharp'
import { openPdf } from '../connectors/pdf/pdf.ts'
import type { Word } from '../processors/document/words.ts'
import { pdfOf, type Line } from './papers.ts'

export const total = '1,894.20'

const rows = [
  ['Northgate Timber Supplies Ltd', '', '', ''],
  ['14 Harbour Road, Whitby YO21 3PU', '', '', ''],
  ['Invoice number', 'NT-20481', 'Invoice date', '14/03/2025'],
  ['Customer', 'Ellerby Joinery', 'Payment due', '13/04/2025'],
  ['VAT number', 'GB 365 4128 07', 'Your reference', 'PO 77312'],
  ['Description', 'Quantity', 'Unit price', 'Amount'],
  ['Oak boards planed', '12', '38.50', '462.00'],
  ['Larch cladding rough', '40', '17.25', '690.00'],
  ['Stainless screws boxed', '6', '21.75', '130.50'],
  ['Delivery to workshop', '1', '296.00', '296.00'],
  ['Net amount', '', 'GBP', '1,578.50'],
  ['VAT at 20 percent', '', 'GBP', '315.70'],
  ['Total to pay', '', 'GBP', total],
  ['Please pay to account 40219385 sort code 20-47-31', '', '', ''],
] as const
const columns = [50, 225, 345, 470] // points
const [width, height] = [595, 420] // points: half a sheet, which is read in half the time
const scale = 2 // pixels by point
export const printed = rows.flatMap((row) => row.flatMap((cell) => cell.split(' ').filter(Boolean)))
const lineOf = (row: number): number => height - 40 - row * 26

export interface Picture {
  readonly data: Buffer // grey, row by row
  readonly width: number
  readonly height: number
}

export async function levelPage(): Promise<Picture> {
  const lines = rows.flatMap((row, k) =>
    row.map((text, column): Line => ({
      text,
      x: columns[column] as number,
      y: lineOf(k),
      size: k === 0 ? 15 : 11,
    })),
  )
  const pdf = await openPdf(await pdfOf(lines, { width, height }), {
    maxPages: 1,
    maxPixels: 50_000_000,
    maxObjects: 1_000_000,
  })
  const { data, width: wide, height: high } = pdf.paint(1, { dpi: 72 * scale, gray: true })
  pdf.close()
  return { data, width: wide, height: high }
}

const imageOf = ({ data, width: wide, height: high }: Picture): Sharp =>
  sharp(data, { raw: { width: wide, height: high, channels: 1 } })

async function pictureOf(image: Sharp): Promise<Picture> {
  const { data, info } = await image
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

const each = (page: Picture, level: (level: number, x: number, y: number) => number): Picture => ({
  ...page,
  data: Buffer.from(
    page.data.map((value, at) =>
      Math.max(0, Math.min(255, level(value, at % page.width, Math.floor(at / page.width)))),
    ),
  ),
})

/** From ink at `ink` to paper at `paper`, of 255. */
const faded =
  (ink: number, paper: number) =>
  (page: Picture): Picture =>
    each(page, (level) => ink + (level * (paper - ink)) / 255)

/** Light that falls off to `least` of itself along the diagonal, with the edge of a shadow. */
const shaded =
  (least: number) =>
  (page: Picture): Picture =>
    each(page, (level, x, y) => {
      const far = (x / page.width + y / page.height) / 2
      return level * (far > 0.55 ? least : 1 - (1 - least) * 0.6 * (far / 0.55))
    })

/** Gaussian noise of this deviation, always the same. */
const noisy =
  (deviation: number) =>
  (page: Picture): Picture => {
    let state = 12_345
    const next = (): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
      return state / 0x7fffffff
    }
    return each(page, (level) => level + (next() + next() + next() + next() - 2) * deviation * 1.73)
  }

const turnedBy =
  (degrees: number) =>
  (page: Picture): Promise<Picture> =>
    pictureOf(imageOf(page).rotate(degrees, { background: '#fff' }))

const squeezed =
  (quality: number) =>
  async (page: Picture): Promise<Picture> =>
    pictureOf(sharp(await imageOf(page).jpeg({ quality }).toBuffer()))

const blurred =
  (sigma: number) =>
  (page: Picture): Promise<Picture> =>
    pictureOf(imageOf(page).blur(sigma))

/**
 * As seen by a camera that is not above the middle: the top is `narrow` of the width, and the right
 * side `low` of the height.
 */
const photographed =
  (narrow: number, low: number) =>
  (page: Picture): Picture => {
    const { width: w, height: h } = page
    const inset = (w * (1 - narrow)) / 2
    const drop = (h * (1 - low)) / 2
    const toPage = homography(
      [
        [inset, 0],
        [w - inset, drop],
        [w, h - drop],
        [0, h],
      ],
      [
        [0, 0],
        [w, 0],
        [w, h],
        [0, h],
      ],
    )
    const data = Buffer.alloc(w * h)
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) data[y * w + x] = sampleAt(page, toPage(x, y))
    return { ...page, data }
  }

type Point = readonly [number, number]

function sampleAt({ data, width: w, height: h }: Picture, [x, y]: Point): number {
  if (x < 0 || y < 0 || x > w - 1 || y > h - 1) return 90 // the table that the sheet lies on
  const [left, top] = [Math.floor(x), Math.floor(y)]
  const [fx, fy] = [x - left, y - top]
  const at = (row: number, column: number): number =>
    data[Math.min(h - 1, row) * w + Math.min(w - 1, column)] as number
  return (
    at(top, left) * (1 - fx) * (1 - fy) +
    at(top, left + 1) * fx * (1 - fy) +
    at(top + 1, left) * (1 - fx) * fy +
    at(top + 1, left + 1) * fx * fy
  )
}

/** The projective map of four points to four others: eight equations, by Gauss and Jordan. */
function homography(from: readonly Point[], to: readonly Point[]): (x: number, y: number) => Point {
  const system = from.flatMap(([x, y], k) => {
    const [u, v] = to[k] as Point
    return [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v],
    ]
  })
  for (let k = 0; k < 8; k++) {
    const pivot = system.slice(k).reduce((best, row) => {
      return Math.abs(row[k] as number) > Math.abs(best[k] as number) ? row : best
    })
    system.splice(system.indexOf(pivot), 1)
    system.splice(k, 0, pivot)
    const head = pivot[k] as number
    for (let i = 0; i < 9; i++) pivot[i] = (pivot[i] as number) / head
    for (const row of system) {
      const factor = row[k] as number
      if (row === pivot || factor === 0) continue
      for (let i = 0; i < 9; i++) row[i] = (row[i] as number) - factor * (pivot[i] as number)
    }
  }
  const [a, b, c, d, e, f, g, h] = system.map((row) => row[8] as number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return (x, y) => {
    const depth = g * x + h * y + 1
    return [(a * x + b * y + c) / depth, (d * x + e * y + f) / depth]
  }
}

/**
 * A stamp whose middle lies this far from the middle of the total, in points: a ring, two bars and
 * letters of strokes, ink of this grey.
 */
export const stamped =
  ({ dx = 0, dy = 0, ink = 120, opacity = 0.9, angle = -18, stroke = 5 } = {}) =>
  (page: Picture): Promise<Picture> => {
    const x = (columns[3] as number) + 22 + dx
    const y = height - lineOf(rows.length - 2) - 4 + dy
    const colour = `rgb(${ink},${ink},${ink})`
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${page.width}" height="${page.height}">
      <g transform="scale(${scale}) translate(${x} ${y}) rotate(${angle})" fill="none"
        stroke="${colour}" stroke-opacity="${opacity}" stroke-width="${stroke}">
        <ellipse rx="62" ry="34"/><path d="M-52 -13 H52 M-52 13 H52" stroke-width="2"/>
        <path d="M-40 9 V-9 H-29 V0 H-40 M-20 9 L-13 -9 L-6 9 M-17 2 H-9 M4 9 V-9 M14 9 V-9 H22 L28 -3 V3 L22 9 Z"/>
      </g></svg>`
    return pictureOf(
      imageOf(page)
        .toColourspace('srgb')
        .composite([{ input: Buffer.from(svg) }]),
    )
  }

type Change = (page: Picture) => Picture | Promise<Picture>
export const hardships: Readonly<Record<string, readonly Change[]>> = {
  level: [],
  'turned 90': [turnedBy(90)],
  'turned 180': [turnedBy(180)],
  'turned 270': [turnedBy(270)],
  'skewed 1': [turnedBy(1)],
  'skewed -3': [turnedBy(-3)],
  'skewed 5': [turnedBy(5)],
  'skewed -8': [turnedBy(-8)],
  'turned 180, skewed 6': [turnedBy(186)],
  'photographed a little': [photographed(0.92, 0.96)],
  photographed: [photographed(0.84, 0.9)],
  'photographed askew': [photographed(0.74, 0.84)],
  faint: [faded(140, 215)],
  'very faint': [faded(180, 215)],
  'hardly there': [faded(200, 220)],
  'dark and faint': [faded(40, 80)],
  'in shadow': [shaded(0.45)],
  'in deep shadow': [shaded(0.2)],
  'in shadow and faint': [faded(110, 200), shaded(0.4)],
  noise: [noisy(30)],
  'much noise': [noisy(60)],
  'JPEG 15': [squeezed(15)],
  'JPEG 6': [squeezed(6)],
  blurred: [blurred(2.2)],
  'a photograph': [photographed(0.86, 0.92), shaded(0.5), noisy(14), blurred(1), squeezed(40)],
}

/** Where and how a stamp lies across the total. */
export const stamps: Readonly<Record<string, Parameters<typeof stamped>[0]>> = {
  'grey ring beside': { dx: 40, dy: 10, ink: 150 },
  'grey across': { ink: 150 },
  'dark across': { ink: 60 },
  'black across': { ink: 0, opacity: 1 },
  'black, upright': { ink: 0, opacity: 1, angle: 0, dy: 12 },
  'black, steep': { ink: 0, opacity: 1, angle: -40 },
  'thin black': { ink: 0, opacity: 1, stroke: 2 },
  'thick grey': { ink: 110, stroke: 9 },
  'black, left': { ink: 0, opacity: 1, dx: -25, dy: 6 },
  'black, right': { ink: 0, opacity: 1, dx: 22, dy: -8 },
  'black, below': { ink: 0, opacity: 1, dy: 22 },
  'black, above': { ink: 0, opacity: 1, dy: -24, angle: 8 },
}

export async function hardPage(changes: readonly Change[]): Promise<Buffer> {
  let page = await levelPage()
  for (const change of changes) page = await change(page)
  return imageOf(page).png().toBuffer()
}

/** Shares of the printed words that were read and of the read words that were printed. */
export function readOf(words: readonly Word[]): {
  readonly recall: number
  readonly precision: number
} {
  const left = [...printed]
  let found = 0
  for (const { text } of words) {
    const at = left.indexOf(text)
    if (at < 0) continue
    left.splice(at, 1)
    found++
  }
  return { recall: found / printed.length, precision: found / Math.max(1, words.length) }
}

/** What stands in the place of the total: the rightmost words of its line, upright pages only. */
export function readTotal(words: readonly Word[]): readonly Word[] {
  const [from, to] = [(columns[3] as number) - 12, lineOf(rows.length - 2)]
  const middle = (height - to - 4) * scale * 10
  return words.filter(
    ({ box }) => box[2] > (from + 12) * scale * 10 && box[1] < middle && box[3] > middle,
  )
}
