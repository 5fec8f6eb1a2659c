/**
 * From glyphs with boxes to words and lines.
 *
 * The order of the text layer is kept: it holds columns and address blocks together, where a sort
 * by height would interleave them. A word ends at white space, at a gap wider than a space, and
 * where the pen jumps; a line ends where the pen leaves it or moves backwards.
 */

import type { Word } from '../../processors/document/words.ts'
import type { Extent, Glyph } from './glyph.ts'
import { isMark, withoutOverprints } from './overprints.ts'
import { isRightToLeft, withOrderedLigatures } from './right-to-left.ts'

// of the glyph's height, which is about 1.15 em: a space is 0.25 em, letter-spaced capitals stay
// below
const wideGap = 0.3
const lineShift = 0.5 // of the glyph's height, perpendicular to the reading direction
const turnBack = 0.5 // of the glyph's height, against the reading direction; kerning is far less

/**
 * Words with lines counted from 0; boxes in tenths of a point. Words outside the page are left out.
 */
export function linesOf(
  glyphs: readonly Glyph[],
  page: { readonly width: number; readonly height: number },
): Omit<Word, 'page'>[] {
  const words: LaidWord[] = []
  let text = ''
  let extent: Extent | null = null
  let last: Pen | null = null
  let line = 0
  let onLine = 0 // words and glyphs since the line began

  const endWord = (): void => {
    const clean = text
      .normalize('NFC')
      .replace(/[\ufb00-\ufb06]/g, (ligature) => ligature.normalize('NFKC'))
    if (clean !== '' && extent !== null) {
      const word = { text: clean, line, extent, quarter: last?.quarter ?? 0 }
      const before = words.at(-1)
      if (before !== undefined && isContinuedBefore(before, word)) {
        words[words.length - 1] = joined(word, before)
        line = before.line
      } else words.push(word)
    }
    text = ''
    extent = null
  }
  const endLine = (): void => {
    endWord()
    if (onLine > 0) line++
    onLine = 0
    last = null
  }

  for (const glyph of withOrderedLigatures(withoutOverprints(glyphs))) {
    // PDFium's own line breaks are guesses that fail on rotated pages; pen positions are exact
    if (glyph.text === '\n' || glyph.text === '\r') continue
    if (blank.test(glyph.text)) {
      endWord()
      continue
    }
    const box = boxOf(glyph)
    const pen = penOf(box, glyph, last)
    if (last !== null) {
      const step = stepBetween(last, pen)
      if (step === 'line') endLine()
      else if (step === 'word') endWord()
    }
    text += glyph.text === '\u00ad' ? '-' : glyph.text // a soft hyphen in the text layer is printed
    extent = extent === null ? box : union(extent, box)
    last = isMark(glyph.text) ? behindMark(last, pen) : pen
    onLine++
  }
  endWord()

  return words
    .filter(
      ({ extent: [x0, y0, x1, y1] }) =>
        inside((x0 + x1) / 2, page.width) && inside((y0 + y1) / 2, page.height),
    )
    .map((word) => ({
      text: word.text,
      line: word.line,
      box: [
        tenths(word.extent[0], page.width),
        tenths(word.extent[1], page.height),
        tenths(word.extent[2], page.width),
        tenths(word.extent[3], page.height),
      ],
      confidence: 100,
    }))
}

interface LaidWord {
  readonly text: string
  readonly line: number
  readonly extent: Extent
  readonly quarter: number
}

const touching = 0.06 // of the height: kerning moves glyphs less

/**
 * Whether a word is the left part of the one before it. On a page that runs from right to left a
 * number such as SI-07918 changes fonts where its digits begin, and the layer holds -07918 first.
 */
function isContinuedBefore(
  { text, extent: [left, high, , low], quarter }: LaidWord,
  part: LaidWord,
): boolean {
  const [partLeft, partHigh, partRight, partLow] = part.extent
  const height = Math.min(low - high, partLow - partHigh)
  return (
    quarter === 0 &&
    part.quarter === 0 &&
    // of words that are narrower than a hair each touches the one before
    partLeft < left &&
    Math.abs(partRight - left) < touching * height &&
    Math.min(low, partLow) - Math.max(high, partHigh) > lineShift * height &&
    !rightToLeft.test(text + part.text)
  )
}

const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}]/u

function joined(left: LaidWord, right: LaidWord): LaidWord {
  return { ...right, text: left.text + right.text, extent: union(left.extent, right.extent) }
}

const blank = /^[\s\u200b-\u200f\u2060\ufeff]$/

/**
 * A glyph's box in its own frame: start and end in the reading direction, high and low
 * perpendicular to it.
 */
interface Pen {
  readonly quarter: number
  readonly start: number
  readonly end: number
  readonly high: number
  readonly low: number
  readonly rightToLeft: boolean
}

const neutral = /^[\p{P}\p{S}]$/u

/** Marks have the direction of what is before them. */
function penOf([x0, y0, x1, y1]: Extent, { text, quarter }: Glyph, before: Pen | null): Pen {
  const [high, low] = quarter % 2 === 0 ? [y0, y1] : [x0, x1]
  const rightToLeft = isRightToLeft(text) || (before?.rightToLeft === true && neutral.test(text))
  const pen = { quarter, high, low, rightToLeft }
  switch (quarter) {
    case 0:
      return { ...pen, start: x0, end: x1 }
    case 1:
      return { ...pen, start: y0, end: y1 }
    case 2:
      return { ...pen, start: -x1, end: -x0 }
    default:
      return { ...pen, start: -y1, end: -y0 }
  }
}

/** The pen after a mark above or below a letter: a mark has no width of its own. */
function behindMark(letter: Pen | null, mark: Pen): Pen {
  return letter === null ? mark : { ...letter, end: Math.max(letter.end, mark.end) }
}

/** How the pen moves from one glyph to the next, relative to the direction of the first. */
function stepBetween(a: Pen, b: Pen): 'none' | 'word' | 'line' {
  if (a.quarter !== b.quarter) return 'line'
  const [heightOfA, heightOfB] = [a.low - a.high, b.low - b.high]
  const height = Math.max(heightOfA, heightOfB, 1)
  const apart = Math.abs((a.high + a.low) / 2 - (b.high + b.low) / 2)
  const overlaps =
    // superscript digits
    Math.min(a.low, b.low) - Math.max(a.high, b.high) > 0.5 * Math.min(heightOfA, heightOfB)
  if (apart > lineShift * height && !overlaps) return 'line'
  const gap = wideGap * Math.min(heightOfA, heightOfB)
  if (a.rightToLeft && b.rightToLeft && b.start < a.start) {
    const back = a.start - b.end
    if (back > height) return 'line'
    return back > gap ? 'word' : 'none'
  }
  if (b.start < a.start - turnBack * height) return 'line'
  return b.start - a.end > gap ? 'word' : 'none'
}

/** The font's box, unless it is wrong: empty, or many times the painted one. */
function boxOf({ tight, loose }: Glyph): Extent {
  const size = (box: Extent): number => Math.max(box[2] - box[0], box[3] - box[1])
  if (size(loose) <= 0) return tight
  if (size(tight) <= 0) return loose
  return size(loose) > 12 * size(tight) && size(loose) > 40 ? tight : loose
}

const union = (a: Extent, b: Extent): Extent => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.max(a[2], b[2]),
  Math.max(a[3], b[3]),
]
const inside = (value: number, end: number): boolean => value >= 0 && value <= end
const tenths = (value: number, end: number): number =>
  Math.round(10 * Math.min(Math.max(value, 0), end))
