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
import { hasInkBeyond } from './beyond.ts'
import { pageLean, rectanglesOf, type SlantedBox } from './boxes.ts'
import { readingRows } from './rows.ts'
import { areAccented, ctcWords, type DecodedWord } from './ctc.ts'
import { recognise, type Networks, type Picture, type Place, type Recognised } from './recognise.ts'

const mostDetected = 2_000_000 // pixels that the detector sees: A4 at 145 dpi
const leastDetected = 736 // pixels of the shorter side, as in its training
const mostEnlarged = 2 // a smaller image has no more detail
const printed = 0.77 // of a piece's height, on all sides: the recogniser reads better with a margin
const leastConfidence = 0.5 // of a piece: below this it is a logo or a stain
const doubtOfTouched = 0.1 // factor of an amount's confidence where a stamp may hide a part
const doubtful = 0.8 // of a piece: below this it counts as unread
const sampled = 8 // lines that decide which way is up
// mean confidence of these from which they are not also tried upside down
const sure = 0.85

/** The words, on page 1, with lines from 0 and boxes in tenths of a pixel of the rotated image. */
export async function readPage(image: Picture, networks: Networks): Promise<OcrRead> {
  const found = await detect(image, networks)
  const { page, pieces: all } = await uprightPieces(image, found, networks)
  const pieces = all.filter(isLegible)
  const accented = areAccented(pieces.map((piece) => piece.line))
  const words: Word[] = []
  let line = 0
  for (const row of readingRows(pieces.map((piece) => ({ ...piece.place.onPage, piece })))) {
    for (const { piece } of row) {
      const inPiece = filling(ctcWords(piece.line, accented), piece.share)
      for (const [k, word] of inPiece.entries()) {
        const ends = [
          ...(k === 0 ? [{ share: word.from, way: -1 }] : []),
          ...(k === inPiece.length - 1 ? [{ share: word.to, way: 1 }] : []),
        ]
        const touched =
          /\d/.test(word.text) && ends.some((end) => hasInkBeyond(image, piece, end, found))
        const trust = touched ? doubtOfTouched : 1
        words.push({
          text: word.text,
          page: 1,
          line,
          box: boxOf(piece.place.onPage, word, page),
          confidence: Math.round(100 * word.confidence * trust),
        })
      }
    }
    line++
  }
  return { words, turn: page.degrees, unread: unreadOf(all) }
}

const isLegible = ({ confidence }: Recognised): boolean => confidence >= leastConfidence

/** The share of all ink that is in doubtful pieces, or that no character was read of. */
function unreadOf(pieces: readonly Recognised[]): number {
  const [unread, all] = pieces.reduce(
    ([sum, total], { confidence, ink, skipped }) => [
      sum + (confidence < doubtful ? ink : skipped),
      total + ink,
    ],
    [0, 0],
  )
  return all === 0 ? 0 : unread / all
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
): Promise<{ page: Turned; pieces: readonly Recognised[] }> {
  const { sideways, slant } = pageLean(found)
  const pages = [sideways ? 90 : 0, sideways ? 270 : 180].map((quarter) =>
    turned(image, quarter - slant),
  )
  const [one, other] = pages as [Turned, Turned]
  const longest = [...found]
    .sort((a, b) => longSide(b) / shortSide(b) - longSide(a) / shortSide(a))
    .slice(0, sampled)
  const read = (pieces: readonly SlantedBox[], page: Turned): Promise<Recognised[]> =>
    recognise(
      image,
      pieces.map((piece) => placeOf(piece, page)),
      networks,
    )
  const sureness = (readings: readonly Recognised[]): number =>
    readings.filter(isLegible).reduce((sum, { confidence }) => sum + confidence, 0) /
    Math.max(1, readings.length)

  if (sideways) {
    const page =
      sureness(await read(longest, one)) >= sureness(await read(longest, other)) ? one : other
    return { page, pieces: await read(found, page) }
  }
  const readings = await read(found, one)
  const sample = sureness(readings.filter((_, k) => longest.includes(found[k] as SlantedBox)))
  if (sample >= sure || sureness(await read(longest, other)) <= sample)
    return { page: one, pieces: readings }
  return { page: other, pieces: await read(found, other) }
}

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

/** Words of the part of a line that the piece fills. */
const filling = (words: readonly DecodedWord[], share: number): DecodedWord[] =>
  words.map((word) => ({
    ...word,
    from: Math.min(1, word.from / share),
    to: Math.min(1, word.to / share),
  }))

const longSide = ({ width, height }: SlantedBox): number => Math.max(width, height)
const shortSide = ({ width, height }: SlantedBox): number => Math.max(1, Math.min(width, height))

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
