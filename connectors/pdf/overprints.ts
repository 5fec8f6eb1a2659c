/**
 * Letters with marks above or below, as in Thai: printers say of each of the glyphs that make up
 * such a letter that it is the whole letter, so the text layer holds it several times at one place,
 * with guesses at spaces between. It is kept once, and a space only where there is a gap.
 */

import type { Extent, Glyph } from './glyph.ts'

const mark = /^[\p{M}\u0e33\u0eb3]$/u
const wideMark = /[\u0e33\u0eb3]$/ // of Thai and Lao: the part behind its letter is left out
const behind = 0.27 // of the height, its width
const mostBetween = 4 // letters with marks between two mentions of one
const space = 0.15 // of the height: in fonts with room for marks above and below

interface Cluster {
  readonly text: string
  readonly left: number // of the painted letter
  readonly right: number
}

export const isMark = (text: string): boolean => text > '\u02ff' && mark.test(text)

export function withoutOverprints(glyphs: readonly Glyph[]): readonly Glyph[] {
  if (!glyphs.some(({ text }) => isMark(text))) return glyphs
  const kept: Glyph[] = []
  const recent: Cluster[] = []
  let end: Extent | null = null // of the letter before one that was left out
  for (let at = 0; at < glyphs.length;) {
    const first = glyphs[at] as Glyph
    let next = at + 1
    while (next < glyphs.length && isMark((glyphs[next] as Glyph).text)) next++
    const parts = glyphs.slice(at, next)
    at = next
    if (parts.length > 1) {
      const cluster = clusterOf(parts)
      if (recent.some((one) => isOver(cluster, one))) {
        end ??= fontBoxOf(kept)
        if (isBlank(glyphs[at])) at++
        continue
      }
      recent.push(cluster)
      if (recent.length > mostBetween) recent.shift()
    }
    if (end !== null && first.loose[0] - end[2] > space * (end[3] - end[1]))
      kept.push({ ...first, text: ' ' })
    end = null
    kept.push(...parts)
    if (wideMark.test((parts.at(-1) as Glyph).text) && isBlank(glyphs[at])) {
      const [x0, y0, x1, y1] = fontBoxOf(kept) ?? first.loose
      end = [x0, y0, x1 + behind * (y1 - y0), y1]
      at++
    }
  }
  return kept
}

const isBlank = (glyph: Glyph | undefined): boolean => glyph?.text.trim() === ''

function clusterOf(parts: readonly Glyph[]): Cluster {
  return {
    text: parts.map(({ text }) => text).join(''),
    left: Math.min(...parts.map(({ tight }) => tight[0])),
    right: Math.max(...parts.map(({ tight }) => tight[2])),
  }
}

function isOver(cluster: Cluster, other: Cluster): boolean {
  const middle = (cluster.left + cluster.right) / 2
  return cluster.text === other.text && middle > other.left && middle < other.right
}

/** The box of the last letter in its font, that of a mark being empty. */
function fontBoxOf(kept: readonly Glyph[]): Extent | null {
  return kept.findLast(({ text }) => !isMark(text))?.loose ?? null
}
