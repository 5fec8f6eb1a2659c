/**
 * Letters of scripts that run from right to left. PDFium gives them in reading order, but the
 * letters of a ligature, such as lam and alef, from left to right.
 */

import type { Glyph } from './glyph.ts'

const letter = /^[\p{Script=Arabic}\p{Script=Hebrew}]$/u

export const isRightToLeft = (text: string): boolean =>
  text > '\u058f' && letter.test(text) && /\p{L}/u.test(text)

/** The glyphs, with the letters of each ligature in reading order. */
export function withOrderedLigatures(glyphs: readonly Glyph[]): readonly Glyph[] {
  const found = [...glyphs]
  for (let at = 0; at < found.length; at++) {
    let end = at + 1
    while (end < found.length && areOne(found[end - 1] as Glyph, found[end] as Glyph)) end++
    const texts = found.slice(at, end).map(({ text }) => text)
    for (let k = at; end - at > 1 && k < end; k++)
      found[k] = { ...(found[k] as Glyph), text: texts[end - 1 - k] as string }
    at = end - 1
  }
  return found
}

/** Whether two letters are drawn by one glyph: they begin at one place and share its width. */
function areOne(a: Glyph, b: Glyph): boolean {
  return (
    a.loose[0] === b.loose[0] &&
    a.loose[1] === b.loose[1] &&
    a.tight[2] === b.tight[0] &&
    isRightToLeft(a.text) &&
    isRightToLeft(b.text)
  )
}
