/**
 * A page read as it has to stand, by whatever engine. One that turns pages by itself reads it once.
 * Another reads it as it is first; lines that slant are levelled and read again, and where hardly a
 * word is sure the page may stand on its side or head: then it is turned as its lines lie, both
 * ways up, and the surest reading counts. An upright page that can be read costs no more than its
 * reading.
 */

import type { Word } from '../../processors/document/words.ts'
import type { Prepared } from '../images/images.ts'
import type { Skew } from '../images/skew.ts'
import type { OcrEngine, OcrRead } from '../tesseract/tesseract.ts'

export interface PageImages {
  /** The page's image, turned by so many degrees with the clock. */
  readonly turnedBy: (degrees: number) => Promise<Prepared>
  readonly lean: () => Promise<Skew>
}

/** Words in the frame of the image that was read, with that image. */
export interface UprightRead extends OcrRead {
  readonly image: Prepared
}

const readable = 70 // mean confidence of letters and figures from which a reading is believed
const leastLetters = 20 // below, there is not enough to judge
const leastSlant = 0.4 // degrees: less does no harm

export async function readUpright(
  engine: OcrEngine,
  image: Prepared,
  images: PageImages,
): Promise<UprightRead> {
  const read = async (image: Prepared, turn: number): Promise<UprightRead> => {
    const page = await engine.read({ ...image, bytes: image.png })
    return { words: page.words, turn: turn + page.turn, image }
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

/** The first of those with the most that is surely read. */
function surest(readings: readonly UprightRead[]): UprightRead {
  const gain = (words: readonly Word[]): number =>
    words.reduce((sum, word) => sum + lettersOf(word) * (word.confidence / 100) ** 2, 0)
  return readings.reduce((best, other) => (gain(other.words) > gain(best.words) ? other : best))
}

/** 0 to 100; 0 where there is next to nothing. */
function sureness(words: readonly Word[]): number {
  const letters = words.reduce((sum, word) => sum + lettersOf(word), 0)
  return letters < leastLetters
    ? 0
    : words.reduce((sum, word) => sum + lettersOf(word) * word.confidence, 0) / letters
}

const lettersOf = ({ text }: Word): number => text.replace(/[^\p{L}\p{N}]/gu, '').length

/**
 * Degrees with the clock: the median slope of lines, from their first word to their last; longer
 * lines count for more.
 */
function slantOf(words: readonly Word[]): number {
  const slopes: { readonly slope: number; readonly length: number }[] = []
  for (let from = 0; from < words.length;) {
    let to = from
    while (to + 1 < words.length && words[to + 1]?.line === words[from]?.line) to++
    const [first, last] = [(words[from] as Word).box, (words[to] as Word).box]
    const [along, height] = [last[0] - first[0], first[3] - first[1]]
    // By the lower edges, since tall first letters are commoner than tails
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
