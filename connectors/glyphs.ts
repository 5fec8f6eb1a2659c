/**
 * Glyphs with boxes to words and lines.
 *
 * The order of the text layer is kept: it holds columns and address blocks together, where a sort by height would
 * interleave them. A word ends at white space, at a gap wider than a blank could be, and where the pen jumps; a line ends
 * where the pen leaves it or turns back.
 */

import type { Word } from '../processors/words.ts'

/** x0, y0, x1, y1 as shown, in points from the top left. */
export type Extent = readonly [number, number, number, number]

export interface Glyph {
  readonly text: string
  readonly tight: Extent // what is painted
  readonly loose: Extent // what the font reserves: the same height along a line
  readonly quarter: number // quarter turns with the clock from upright, as shown
}

const wideGap = 0.3 // of the glyph's height, which is about 1.15 em: a blank is 0.25 em, letter-spaced capitals stay below
const lineShift = 0.5 // of the glyph's height across the direction of reading
const turnBack = 0.5 // of the glyph's height against the direction of reading; kerning is far less

/** Words with lines counted from 0; boxes in tenths of a point. Words that lie off the page are left out. */
export function linesOf(glyphs: readonly Glyph[], page: { readonly width: number; readonly height: number }): Omit<Word, 'page'>[] {
  const words: { text: string; line: number; extent: Extent }[] = []
  let text = ''
  let extent: Extent | null = null
  let last: Glyph | null = null
  let line = 0
  let onLine = 0 // words and glyphs since the line began

  const endWord = (): void => {
    const clean = text.normalize('NFC').replace(/[\ufb00-\ufb06]/g, (ligature) => ligature.normalize('NFKC'))
    if (clean !== '' && extent !== null) words.push({ text: clean, line, extent })
    text = ''
    extent = null
  }
  const endLine = (): void => {
    endWord()
    if (onLine > 0) line++
    onLine = 0
    last = null
  }

  for (const glyph of glyphs) {
    // PDFium's own line breaks are guesses that fail on turned pages; where the pen goes is known.
    if (glyph.text === '\n' || glyph.text === '\r') continue
    if (/^[\s\u200b-\u200f\u2060\ufeff]$/.test(glyph.text)) {
      endWord()
      continue
    }
    if (last !== null) {
      const step = stepBetween(last, glyph)
      if (step === 'line') endLine()
      else if (step === 'word') endWord()
    }
    const box = boxOf(glyph)
    text += glyph.text === '\u00ad' ? '-' : glyph.text // a soft hyphen that is there is printed
    extent = extent === null ? box : union(extent, box)
    last = glyph
    onLine++
  }
  endWord()

  return words.filter(({ extent: [x0, y0, x1, y1] }) => inside((x0 + x1) / 2, page.width) && inside((y0 + y1) / 2, page.height)).map((word) => ({
    text: word.text,
    line: word.line,
    box: [tenths(word.extent[0], page.width), tenths(word.extent[1], page.height), tenths(word.extent[2], page.width), tenths(word.extent[3], page.height)],
    confidence: 100,
  }))
}

/** How the pen moves from one glyph to the next, judged along the direction of the earlier one. */
function stepBetween(before: Glyph, after: Glyph): 'none' | 'word' | 'line' {
  if (before.quarter !== after.quarter) return 'line'
  const a = along(boxOf(before), before.quarter)
  const b = along(boxOf(after), after.quarter)
  const height = Math.max(a.height, b.height, 1)
  const apart = Math.abs(a.middle - b.middle)
  const overlaps = Math.min(a.low, b.low) - Math.max(a.high, b.high) > 0.5 * Math.min(a.height, b.height) // raised figures
  if (apart > lineShift * height && !overlaps) return 'line'
  if (b.start < a.start - turnBack * height) return 'line'
  return b.start - a.end > wideGap * Math.min(a.height, b.height) ? 'word' : 'none'
}

/** A box in the glyph's own frame: start and end in the direction of reading, high and low across it. */
function along([x0, y0, x1, y1]: Extent, quarter: number): { start: number; end: number; middle: number; height: number; high: number; low: number } {
  const [start, end] = quarter === 0 ? [x0, x1] : quarter === 1 ? [y0, y1] : quarter === 2 ? [-x1, -x0] : [-y1, -y0]
  const [high, low] = quarter % 2 === 0 ? [y0, y1] : [x0, x1]
  return { start, end, middle: (high + low) / 2, height: low - high, high, low }
}

/** The reserved box, unless the font lies about it: none, or many times what is painted. */
function boxOf({ tight, loose }: Glyph): Extent {
  const size = (box: Extent): number => Math.max(box[2] - box[0], box[3] - box[1])
  if (size(loose) <= 0) return tight
  if (size(tight) <= 0) return loose
  return size(loose) > 12 * size(tight) && size(loose) > 40 ? tight : loose
}

const union = (a: Extent, b: Extent): Extent => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]
const inside = (value: number, end: number): boolean => value >= 0 && value <= end
const tenths = (value: number, end: number): number => Math.round(10 * Math.min(Math.max(value, 0), end))
