/**
 * Reads one page by PP-OCR: detects pieces of text, crops each upright, recognises it, and maps its
 * words back to the page. The caller passes the two networks as functions, so this file is
 * arithmetic only.
 *
 * A page may be rotated or skewed: rectangles are rotated instead of the image, and each piece is
 * cropped from the original image at any angle, so a rotated page costs no more than an upright
 * one.
 *
 * Memory is bounded whatever the page holds: the detector sees a limited number of pixels, the
 * recogniser a limited width at a time. Nothing is kept between pages.
 */

import { turned, type Turned } from '../../processors/document/page-rotation.ts'
import type { Word } from '../../processors/document/words.ts'
import type { OcrRead } from '../tesseract/tesseract.ts'
import {
  pageLean,
  rectanglesOf,
  readingRows,
  type ProbabilityMap,
  type SlantedBox,
} from './boxes.ts'
import { areAccented, decodeLine, ctcWords, type DecodedLine, type DecodedWord } from './ctc.ts'

/** Grey, or blue, green and red: the order that the networks were trained on. */
export interface Picture {
  readonly data: Uint8Array // row by row
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
}

export interface Networks {
  readonly classes: readonly string[]
  /** For an image whose sides are multiples of 32: the probability that a pixel is inside text. */
  readonly detect: (image: Picture) => Promise<ProbabilityMap>
  /**
   * For a batch of lines 48 high and `width` wide, values from -1 to 1: probabilities, lines ×
   * steps × classes.
   */
  readonly recognise: (
    lines: Float32Array,
    count: number,
    width: number,
  ) => Promise<{ readonly data: Float32Array; readonly steps: number }>
  /** The image in another size. */
  readonly resize: (width: number, height: number) => Promise<Picture>
}

/**
 * One rectangle, its width along the reading direction: on the rotated page, and in the original
 * image.
 */
interface Place {
  readonly onPage: SlantedBox
  readonly inImage: SlantedBox
}

interface Cut {
  readonly piece: number
  readonly place: Place
  readonly width: number // pixels at height 48
}

interface Recognised {
  readonly rectangle: SlantedBox
  readonly line: DecodedLine
  // share of the line's steps that the piece fills: the rest is padding to the longest of its batch
  readonly share: number
  readonly confidence: number
}

const lineHeight = 48 // as in the recogniser's training
const mostDetected = 2_000_000 // pixels that the detector sees: A4 at 145 dpi
const leastDetected = 736 // pixels of the shorter side, as in its training
const mostEnlarged = 2 // a smaller image has no more detail
const batchWidth = 1600 // pixels of all lines of a batch together
const widestLine = 3200 // pixels at height 48; longer lines are compressed
const upright = 1.5 // height by width from which a piece may be a vertical line
const printed = 0.77 // of a piece's height, on all sides: the recogniser reads better with a margin
const leastConfidence = 0.5 // of a piece: below this it is a logo or a stain
const sampled = 8 // lines that decide which way is up
// mean confidence of these from which they are not also tried upside down
const sure = 0.85

/** The words, on page 1, with lines from 0 and boxes in tenths of a pixel of the rotated image. */
export async function readPage(image: Picture, networks: Networks): Promise<OcrRead> {
  const found = await detect(image, networks)
  const { page, pieces } = await uprightPieces(image, found, networks)
  const accented = areAccented(pieces.map((piece) => piece.line))
  const words: Word[] = []
  let line = 0
  for (const row of readingRows(pieces.map((piece) => ({ ...piece.rectangle, piece })))) {
    for (const { piece } of row) {
      for (const word of filling(ctcWords(piece.line, accented), piece.share)) {
        words.push({
          text: word.text,
          page: 1,
          line,
          box: boxOf(piece.rectangle, word, page),
          confidence: Math.round(100 * word.confidence),
        })
      }
    }
    line++
  }
  return { words, turn: page.degrees }
}

/**
 * All pieces that hold words, on the upright page. The lines' rectangles determine the rotation up
 * to half a turn; the recogniser decides that, if an upright reading of the longest lines has low
 * confidence.
 */
async function uprightPieces(
  image: Picture,
  found: readonly SlantedBox[],
  networks: Networks,
): Promise<{ page: Turned; pieces: Recognised[] }> {
  const { sideways, slant } = pageLean(found)
  const pages = [sideways ? 90 : 0, sideways ? 270 : 180].map((quarter) =>
    turned(image, quarter - slant),
  )
  const [one, other] = pages as [Turned, Turned]
  const longest = [...found]
    .sort((a, b) => longSide(b) / shortSide(b) - longSide(a) / shortSide(a))
    .slice(0, sampled)
  const read = (pieces: readonly SlantedBox[], page: Turned): Promise<(Recognised | undefined)[]> =>
    recognise(
      image,
      pieces.map((piece) => placeOf(piece, page)),
      networks,
    )
  const sureness = (readings: readonly (Recognised | undefined)[]): number =>
    readings.reduce((sum, reading) => sum + (reading?.confidence ?? 0), 0) /
    Math.max(1, readings.length)

  if (sideways) {
    const page =
      sureness(await read(longest, one)) >= sureness(await read(longest, other)) ? one : other
    return { page, pieces: whole(await read(found, page)) }
  }
  const readings = await read(found, one)
  const sample = sureness(longest.map((piece) => readings[found.indexOf(piece)]))
  if (sample >= sure || sureness(await read(longest, other)) <= sample)
    return { page: one, pieces: whole(readings) }
  return { page: other, pieces: whole(await read(found, other)) }
}

const whole = (readings: readonly (Recognised | undefined)[]): Recognised[] =>
  readings.filter((reading) => reading !== undefined)

/** A rectangle of the image on the rotated page, again with an angle from -45° to 45°. */
function placeOf(found: SlantedBox, page: Turned): Place {
  const direction = found.angle + (page.degrees * Math.PI) / 180
  const quarters = Math.round(direction / (Math.PI / 2))
  const [x, y] = page.toTurned(found.x, found.y)
  const size =
    quarters % 2 === 0
      ? { width: found.width, height: found.height }
      : { width: found.height, height: found.width }
  return {
    onPage: { x, y, ...size, angle: direction - quarters * (Math.PI / 2) },
    inImage: { x: found.x, y: found.y, ...size, angle: found.angle - quarters * (Math.PI / 2) },
  }
}

/** The same piece rotated by a quarter turn: up (-1) or down (1). */
function onSide({ onPage, inImage }: Place, way: -1 | 1): Place {
  const turn = (box: SlantedBox): SlantedBox => ({
    ...box,
    width: box.height,
    height: box.width,
    angle: box.angle + (way * Math.PI) / 2,
  })
  return { onPage: turn(onPage), inImage: turn(inImage) }
}

async function detect(image: Picture, { resize, detect: run }: Networks): Promise<SlantedBox[]> {
  const enlarge = Math.min(
    mostEnlarged,
    Math.max(1, leastDetected / Math.min(image.width, image.height)),
  )
  const scale = Math.min(enlarge, Math.sqrt(mostDetected / (image.width * image.height)))
  const side = (pixels: number): number => Math.max(32, 32 * Math.round((pixels * scale) / 32))
  const [width, height] = [side(image.width), side(image.height)]
  const map = await run(await resize(width, height))
  // nearly the same scale in both directions, so angles stay
  const [across, down] = [image.width / map.width, image.height / map.height]
  return rectanglesOf(map).map((box) => ({
    ...box,
    x: box.x * across,
    y: box.y * down,
    width: box.width * across,
    height: box.height * down,
  }))
}

/**
 * Reads pieces, undefined for those without words. One that is higher than wide is tried upright
 * and rotated both ways, and the most confident reading wins.
 */
async function recognise(
  image: Picture,
  places: readonly Place[],
  networks: Networks,
): Promise<(Recognised | undefined)[]> {
  const cuts = places.flatMap((place, piece) => {
    const { width, height } = place.onPage
    const ways = height > upright * width ? [place, onSide(place, -1), onSide(place, 1)] : [place]
    return ways.map((way): Cut => ({
      piece,
      place: way,
      width: Math.max(
        lineHeight / 4,
        Math.min(widestLine, Math.ceil((lineHeight * way.onPage.width) / way.onPage.height)),
      ),
    }))
  })
  cuts.sort((a, b) => a.width - b.width)
  const best = new Map<number, Recognised>()
  for (let from = 0; from < cuts.length;) {
    let to = from + 1
    while (to < cuts.length && (to - from + 1) * (cuts[to] as Cut).width <= batchWidth) to++
    const batch = cuts.slice(from, to)
    from = to
    const width = 8 * Math.ceil((batch[batch.length - 1] as Cut).width / 8)
    const input = new Float32Array(batch.length * 3 * lineHeight * width)
    batch.forEach((cut, i) => cutOut(image, cut, input, i, width))
    const { data, steps } = await networks.recognise(input, batch.length, width)
    const size = steps * networks.classes.length
    batch.forEach((cut, i) => {
      const share = cut.width / width
      const line = decodeLine(data.subarray(i * size, (i + 1) * size), steps, networks.classes)
      const words = ctcWords(line, true)
      const letters = words.reduce((sum, { text }) => sum + text.length, 0)
      const confidence =
        words.reduce((sum, word) => sum + word.text.length * word.mean, 0) / Math.max(1, letters)
      const before = best.get(cut.piece)
      if (
        words.length > 0 &&
        confidence >= leastConfidence &&
        (before === undefined || confidence > before.confidence)
      )
        best.set(cut.piece, { rectangle: cut.place.onPage, line, share, confidence })
    })
  }
  return places.map((_, piece) => best.get(piece))
}

/** Words of the part of a line that the piece fills. */
const filling = (words: readonly DecodedWord[], share: number): DecodedWord[] =>
  words.map((word) => ({
    ...word,
    from: Math.min(1, word.from / share),
    to: Math.min(1, word.to / share),
  }))

const longSide = ({ width, height }: SlantedBox): number => Math.max(width, height)
const shortSide = ({ width, height }: SlantedBox): number => Math.max(1, Math.min(width, height))

/**
 * Samples a piece into the batch, all three channels alike. Where it shrinks, each pixel is a mean
 * of several.
 */
function cutOut(
  { data, width, height, channels }: Picture,
  { place: { inImage: rectangle }, width: columns }: Cut,
  input: Float32Array,
  index: number,
  stride: number,
): void {
  const [cos, sin] = [Math.cos(rectangle.angle), Math.sin(rectangle.angle)]
  const [stepX, stepY] = [rectangle.width / columns, rectangle.height / lineHeight]
  const [fineX, fineY] = [
    Math.min(8, Math.max(1, Math.ceil(stepX))),
    Math.min(8, Math.max(1, Math.ceil(stepY))),
  ]
  const plane = lineHeight * stride
  const begin = index * 3 * plane
  const share = 1 / (fineX * fineY * 127.5)
  for (let row = 0; row < lineHeight; row++) {
    for (let column = 0; column < columns; column++) {
      const at = begin + row * stride + column
      for (let channel = 0; channel < 3; channel++) input[at + channel * plane] = -1
      for (let i = 0; i < fineY; i++) {
        for (let k = 0; k < fineX; k++) {
          const along = (column + (k + 0.5) / fineX) * stepX - rectangle.width / 2
          const across = (row + (i + 0.5) / fineY) * stepY - rectangle.height / 2
          addSample(
            at,
            rectangle.x + along * cos - across * sin - 0.5,
            rectangle.y + along * sin + across * cos - 0.5,
          )
        }
      }
      if (channels === 1) input[at + plane] = input[at + 2 * plane] = input[at] as number
    }
  }

  /** Bilinear; beyond the edge the border pixel is repeated. */
  function addSample(at: number, x: number, y: number): void {
    const px = Math.min(width - 1, Math.max(0, x))
    const py = Math.min(height - 1, Math.max(0, y))
    const [left, top] = [Math.floor(px), Math.floor(py)]
    const [right, bottom] = [Math.min(width - 1, left + 1), Math.min(height - 1, top + 1)]
    const [fx, fy] = [px - left, py - top]
    for (let channel = 0; channel < channels; channel++) {
      const pixel = (row: number, column: number): number =>
        data[(row * width + column) * channels + channel] as number
      const upper = pixel(top, left) * (1 - fx) + pixel(top, right) * fx
      const lower = pixel(bottom, left) * (1 - fx) + pixel(bottom, right) * fx
      input[at + channel * plane] =
        (input[at + channel * plane] as number) + (upper * (1 - fy) + lower * fy) * share
    }
  }
}

/** The upright box around a word's part of its piece, within the page. */
function boxOf(
  { x, y, width, height, angle }: SlantedBox,
  { from, to }: DecodedWord,
  page: Turned,
): Word['box'] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const middle = ((from + to) / 2 - 0.5) * width
  const [centreX, centreY] = [x + middle * cos, y + middle * sin]
  const long = (to - from) * width
  const high = printed * height
  const reachX = (long * Math.abs(cos) + high * Math.abs(sin)) / 2
  const reachY = (long * Math.abs(sin) + high * Math.abs(cos)) / 2
  const within = (value: number, most: number): number =>
    Math.round(10 * Math.min(most, Math.max(0, value)))
  return [
    within(centreX - reachX, page.width),
    within(centreY - reachY, page.height),
    within(centreX + reachX, page.width),
    within(centreY + reachY, page.height),
  ]
}
