/**
 * Reads pieces of a page: crops each from the image at its angle, runs the recogniser on batches of
 * similar width, and keeps of each the most confident reading, with the ink that was not read.
 */

import type { ProbabilityMap, SlantedBox } from './boxes.ts'
import { ctcWords, decodeLine, type DecodedLine } from './ctc.ts'
import { inkBySteps, levelsOf, type Levels, type Piece } from './ink.ts'

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
export interface Place {
  readonly onPage: SlantedBox
  readonly inImage: SlantedBox
}

interface Cut {
  readonly piece: number
  readonly place: Place
  readonly width: number // pixels at height 48
}

export interface Recognised {
  readonly place: Place
  readonly levels: Levels
  /** Pixels of its length that have ink, and that have ink of which nothing was read. */
  readonly ink: number
  readonly skipped: number
  readonly line: DecodedLine
  // share of the line's steps that the piece fills: the rest is padding to the longest of its batch
  readonly share: number
  readonly confidence: number
}

const lineHeight = 48 // as in the recogniser's training
const batchWidth = 1600 // pixels of all lines of a batch together
const widestLine = 3200 // pixels at height 48; longer lines are compressed
const upright = 1.5 // height by width from which a piece may be a vertical line

/**
 * Reads pieces. One that is higher than wide is tried upright and rotated both ways, and the most
 * confident reading wins.
 */
export async function recognise(
  image: Picture,
  places: readonly Place[],
  networks: Networks,
): Promise<Recognised[]> {
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
      const piece = { data: input, from: 3 * i * lineHeight * width, width, height: lineHeight }
      const output = data.subarray(i * size, (i + 1) * size)
      const reading = recognisedOf(cut, { ...piece, columns: cut.width }, output, steps, networks)
      const before = best.get(cut.piece)
      if (before === undefined || reading.confidence > before.confidence)
        best.set(cut.piece, reading)
    })
  }
  return places.flatMap((_, piece) => best.get(piece) ?? [])
}

function recognisedOf(
  { place }: Cut,
  piece: Piece,
  output: Float32Array,
  steps: number,
  { classes }: Networks,
): Recognised {
  const levels = levelsOf(piece)
  const ink = inkBySteps(piece, levels, steps)
  const line = decodeLine(output, ink, classes)
  const words = ctcWords(line, true)
  const letters = words.reduce((sum, { text }) => sum + text.length, 0)
  const sum = (values: Float32Array): number =>
    (values.reduce((total, value) => total + value, 0) * piece.width * place.onPage.height) /
    (steps * lineHeight)
  return {
    place,
    levels,
    line,
    ink: sum(ink),
    skipped: sum(line.skipped),
    share: piece.columns / piece.width,
    confidence:
      words.reduce((total, word) => total + word.text.length * word.mean, 0) / Math.max(1, letters),
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
