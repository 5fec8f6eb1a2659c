/**
 * One page by PP-OCR: detect pieces of text, cut each out upright, recognise it, and give its words their places on the
 * page. The caller gives the two networks as functions, so that this file is arithmetic only.
 *
 * Memory is bounded whatever the page holds: the detector sees a limited number of pixels, the recogniser a limited width at
 * a time. Nothing is kept between pages.
 */

import type { Word } from '../../processors/words.ts'
import { rectanglesOf, rowsOf, type ProbabilityMap, type Rectangle } from './boxes.ts'
import { decodeWords, type DecodedWord } from './ctc.ts'

export interface GreyImage {
  readonly data: Uint8Array // one byte a pixel, by rows
  readonly width: number
  readonly height: number
}

export interface Networks {
  readonly classes: readonly string[]
  /** Of an image whose sides are multiples of 32: the probability that a pixel is in the midst of text. */
  readonly detect: (image: GreyImage) => Promise<ProbabilityMap>
  /** Of lines 48 high side by side in one batch, `width` wide, from -1 to 1: probabilities, lines × steps × classes. */
  readonly recognise: (lines: Float32Array, count: number, width: number) => Promise<{ readonly data: Float32Array; readonly steps: number }>
  /** The image in another size. */
  readonly resize: (width: number, height: number) => Promise<GreyImage>
}

interface Cut {
  readonly piece: number
  readonly rectangle: Rectangle // with its width along the reading direction
  readonly width: number // pixels at height 48
}

interface Recognised {
  readonly rectangle: Rectangle
  readonly words: readonly DecodedWord[]
  readonly confidence: number
}

const lineHeight = 48 // what the recogniser was trained on
const mostDetected = 2_000_000 // pixels that the detector sees: A4 at 145 dpi
const leastDetected = 736 // pixels of the shorter side, as in its training
const mostEnlarged = 2 // a thumbnail has no more to tell
const batchWidth = 1600 // pixels of all lines of a batch together
const widestLine = 3200 // pixels at height 48; a longer one is squeezed
const upright = 1.5 // height by width from which a piece may be a line that stands on its side
const leastConfidence = 0.5 // of a piece: below, it is a logo or a stain

/** The words, on page 1, with lines from 0 and boxes in tenths of a pixel. */
export async function readPage(image: GreyImage, networks: Networks): Promise<Word[]> {
  const found = await detect(image, networks)
  const pieces = await recognise(image, found, networks)
  const words: Word[] = []
  let line = 0
  for (const row of rowsOf(pieces.map((piece) => ({ ...piece.rectangle, piece })))) {
    for (const { piece } of row) {
      for (const word of piece.words) {
        words.push({ text: word.text, page: 1, line, box: boxOf(piece.rectangle, word, image), confidence: Math.round(100 * word.confidence) })
      }
    }
    line++
  }
  return words
}

async function detect(image: GreyImage, { resize, detect: run }: Networks): Promise<Rectangle[]> {
  const enlarge = Math.min(mostEnlarged, Math.max(1, leastDetected / Math.min(image.width, image.height)))
  const scale = Math.min(enlarge, Math.sqrt(mostDetected / (image.width * image.height)))
  const side = (pixels: number): number => Math.max(32, 32 * Math.round((pixels * scale) / 32))
  const [width, height] = [side(image.width), side(image.height)]
  const map = await run(await resize(width, height))
  const [across, down] = [image.width / map.width, image.height / map.height] // nearly the same, so angles stay
  return rectanglesOf(map).map((box) => ({ ...box, x: box.x * across, y: box.y * down, width: box.width * across, height: box.height * down }))
}

/** All pieces that hold words. One that is higher than wide is tried upright and turned both ways, and the surest reading counts. */
async function recognise(image: GreyImage, found: readonly Rectangle[], networks: Networks): Promise<Recognised[]> {
  const cuts = found.flatMap((box, piece) => {
    const turned = box.height > upright * box.width ? [-1, 1].map((way) => ({ ...box, width: box.height, height: box.width, angle: box.angle + (way * Math.PI) / 2 })) : []
    return [box, ...turned].map((rectangle): Cut => ({ piece, rectangle, width: Math.max(lineHeight / 4, Math.min(widestLine, Math.ceil((lineHeight * rectangle.width) / rectangle.height))) }))
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
      const words = decodeWords(data.subarray(i * size, (i + 1) * size), steps, networks.classes).map((word) => ({ ...word, from: Math.min(1, word.from / share), to: Math.min(1, word.to / share) }))
      const letters = words.reduce((sum, { text }) => sum + text.length, 0)
      const confidence = words.reduce((sum, word) => sum + word.text.length * word.confidence, 0) / Math.max(1, letters)
      const before = best.get(cut.piece)
      if (words.length > 0 && confidence >= leastConfidence && (before === undefined || confidence > before.confidence)) best.set(cut.piece, { rectangle: cut.rectangle, words, confidence })
    })
  }
  return [...best].sort(([a], [b]) => a - b).map(([, piece]) => piece)
}

/** Samples a piece into its place in the batch, all three channels alike. Where it shrinks, each pixel is a mean of several. */
function cutOut({ data, width, height }: GreyImage, { rectangle, width: columns }: Cut, input: Float32Array, index: number, stride: number): void {
  const [cos, sin] = [Math.cos(rectangle.angle), Math.sin(rectangle.angle)]
  const [stepX, stepY] = [rectangle.width / columns, rectangle.height / lineHeight]
  const [fineX, fineY] = [Math.min(8, Math.max(1, Math.ceil(stepX))), Math.min(8, Math.max(1, Math.ceil(stepY)))]
  const plane = lineHeight * stride
  const begin = index * 3 * plane
  for (let row = 0; row < lineHeight; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0
      for (let i = 0; i < fineY; i++) {
        for (let k = 0; k < fineX; k++) {
          const along = (column + (k + 0.5) / fineX) * stepX - rectangle.width / 2
          const across = (row + (i + 0.5) / fineY) * stepY - rectangle.height / 2
          sum += sample(rectangle.x + along * cos - across * sin - 0.5, rectangle.y + along * sin + across * cos - 0.5)
        }
      }
      const value = sum / (fineX * fineY * 127.5) - 1
      const at = begin + row * stride + column
      input[at] = value
      input[at + plane] = value
      input[at + 2 * plane] = value
    }
  }

  /** Bilinear; beyond the edge the page goes on as it ends. */
  function sample(x: number, y: number): number {
    const px = Math.min(width - 1, Math.max(0, x))
    const py = Math.min(height - 1, Math.max(0, y))
    const [left, top] = [Math.floor(px), Math.floor(py)]
    const [right, bottom] = [Math.min(width - 1, left + 1), Math.min(height - 1, top + 1)]
    const [fx, fy] = [px - left, py - top]
    const upper = (data[top * width + left] as number) * (1 - fx) + (data[top * width + right] as number) * fx
    const lower = (data[bottom * width + left] as number) * (1 - fx) + (data[bottom * width + right] as number) * fx
    return upper * (1 - fy) + lower * fy
  }
}

/** The upright box around a word's part of its piece, within the image. */
function boxOf({ x, y, width, height, angle }: Rectangle, { from, to }: DecodedWord, image: GreyImage): Word['box'] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const middle = ((from + to) / 2 - 0.5) * width
  const [centreX, centreY] = [x + middle * cos, y + middle * sin]
  const long = (to - from) * width
  const reachX = (long * Math.abs(cos) + height * Math.abs(sin)) / 2
  const reachY = (long * Math.abs(sin) + height * Math.abs(cos)) / 2
  const within = (value: number, most: number): number => Math.round(10 * Math.min(most, Math.max(0, value)))
  return [within(centreX - reachX, image.width), within(centreY - reachY, image.height), within(centreX + reachX, image.width), within(centreY + reachY, image.height)]
}
