/**
 * Reads a page upright, by any engine. An engine that handles rotation reads it once. Another first
 * reads it as it is; a slanted page is deskewed and read again, and if hardly any word is confident
 * the page may be rotated: then it is rotated along its lines, both ways up, and the most confident
 * reading wins. A legible upright page is read only once.
 */

import type { Word } from '../../processors/document/words.ts'
import type { Prepared } from '../images/images.ts'
import type { Skew } from '../images/skew.ts'
import type { OcrEngine, OcrRead } from '../tesseract/tesseract.ts'

export interface PageImages {
  /** The page's image, rotated by this many degrees clockwise. */
  readonly turnedBy: (degrees: number) => Promise<Prepared>
  readonly lean: () => Promise<Skew>
}

/** Words in the frame of the image that was read, with that image. */
export interface UprightRead extends OcrRead {
  readonly image: Prepared
}

const readable = 70 // mean confidence of letters and digits from which a reading is trusted
const leastLetters = 20 // characters; fewer are not enough to judge
const leastSlant = 0.4 // degrees: a smaller slant does no harm

export async function readUpright(
  engine: OcrEngine,
  image: Prepared,
  images: PageImages,
): Promise<UprightRead> {
  const read = async (image: Prepared, turn: number): Promise<UprightRead> => {
    const page = await engine.read({ ...image, bytes: image.png })
    return { ...page, turn: turn + page.turn, image }
  }
  const first = await read(image, 0)
  if (engine.turns) return first
  const turnedBy = async (degrees: number): Promise<UprightRead> =>
    read(await images.turnedBy(degrees), degrees)
  if (sureness(first.words) >= readable) {
    const slant = slantOf(first.words)
    return Math.abs(slant) < leastSlant ? first : surest([first, await turnedBy(within(-slant))])
  }
  const { sideways, slant } = await images.lean()
  const turns = (sideways ? [90, 270] : [0, 180])
    .map((quarter) => within(quarter - (Math.abs(slant) < leastSlant ? 0 : slant)))
    .filter((turn) => turn !== 0)
  const readings = [first]
  for (const turn of turns) readings.push(await turnedBy(turn))
  return surest(readings)
}

/** The first of those with the most confidently read characters. */
function surest(readings: readonly UprightRead[]): UprightRead {
  const gain = (words: readonly Word[]): number =>
    words.reduce((sum, word) => sum + lettersOf(word) * (word.confidence / 100) ** 2, 0)
  return readings.reduce((best, other) => (gain(other.words) > gain(best.words) ? other : best))
}

/** 0 to 100; 0 where there is almost no text. */
export function sureness(words: readonly Word[]): number {
  const letters = words.reduce((sum, word) => sum + lettersOf(word), 0)
  return letters < leastLetters
    ? 0
    : words.reduce((sum, word) => sum + lettersOf(word) * word.confidence, 0) / letters
}

const lettersOf = ({ text }: Word): number => text.replace(/[^\p{L}\p{N}]/gu, '').length

/**
 * Degrees clockwise: the median slope of lines, from their first word to their last; longer lines
 * count for more.
 */
function slantOf(words: readonly Word[]): number {
  const slopes: { readonly slope: number; readonly length: number }[] = []
  for (let from = 0; from < words.length;) {
    let to = from
    while (to + 1 < words.length && words[to + 1]?.line === words[from]?.line) to++
    const [first, last] = [(words[from] as Word).box, (words[to] as Word).box]
    const [along, height] = [last[0] - first[0], first[3] - first[1]]
    // By the lower edges, since tall first letters are more common than descenders
    if (along > 6 * height)
      slopes.push({ slope: Math.atan2(last[3] - first[3], along), length: along })
    from = to + 1
  }
  slopes.sort((a, b) => a.slope - b.slope)
  const half = slopes.reduce((sum, { length }) => sum + length, 0) / 2
  let passed = 0
  const middle = slopes.find(({ length }) => (passed += length) >= half)
  return ((middle?.slope ?? 0) * 180) / Math.PI
}

const within = (degrees: number): number => ((degrees % 360) + 360) % 360
