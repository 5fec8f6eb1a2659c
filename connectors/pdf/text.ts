/**
 * The text of a page from PDFium: glyphs with their positions on the displayed page, whatever its
 * rotation and crop box.
 */

import { ErrataError } from '../../errors.ts'
import type { Glyph } from './glyph.ts'
import { call, functionOf, scratch, type Native, type NativeCall } from './native.ts'
import { toShown } from './page-frame.ts'

const maxGlyphs = 200_000 // of a page; a dense page of print has 10,000

/**
 * Glyphs in text order with boxes as displayed: origin top left, points. `broken` counts those
 * without a Unicode value. DOCUMENT_TOO_COMPLEX for too many.
 */
export function readGlyphs(
  native: Native,
  page: number,
  width: number,
  height: number,
): { glyphs: Glyph[]; broken: number } {
  const show = toShown(native, page, width, height)
  const turns = call(native, 'FPDFPage_GetRotation', page)
  const text = call(native, 'FPDFText_LoadPage', page)
  if (text === 0) return { glyphs: [], broken: 0 }
  // A page has thousands of glyphs, and each takes six calls
  const [codeOf, isHyphen, hasMapError, boxOf, looseBoxOf, angleOf] = textCalls.map((name) =>
    functionOf(native, name),
  ) as [NativeCall, NativeCall, NativeCall, NativeCall, NativeCall, NativeCall]
  const glyphs: Glyph[] = []
  let broken = 0
  try {
    const count = call(native, 'FPDFText_CountChars', text)
    if (count > maxGlyphs)
      throw new ErrataError('DOCUMENT_TOO_COMPLEX', 'a page has too many letters', {
        limit: maxGlyphs,
      })
    scratch(native, 48, (at) => {
      let view = new DataView(native.HEAPU8.buffer, at, 48)
      for (let i = 0; i < count; i++) {
        const code = codeOf(text, i)
        const hyphen = isHyphen(text, i) === 1
        const meaningless = !hyphen && (isMeaningless(code) || hasMapError(text, i) === 1)
        if (meaningless) broken++
        boxOf(text, i, at, at + 8, at + 16, at + 24)
        looseBoxOf(text, i, at + 32)
        const angle = Math.max(0, angleOf(text, i)) // radians clockwise; -1 for synthetic spaces
        // the memory may have grown
        if (view.buffer !== native.HEAPU8.buffer) view = new DataView(native.HEAPU8.buffer, at, 48)
        glyphs.push({
          text: hyphen ? '-' : letterOf(code, meaningless),
          tight: show(
            view.getFloat64(0, true),
            view.getFloat64(24, true),
            view.getFloat64(8, true),
            view.getFloat64(16, true),
          ),
          loose: show(
            view.getFloat32(32, true),
            view.getFloat32(36, true),
            view.getFloat32(40, true),
            view.getFloat32(44, true),
          ),
          quarter: (turns + Math.round(angle / (Math.PI / 2))) % 4,
        })
      }
    })
  } finally {
    call(native, 'FPDFText_ClosePage', text)
  }
  return { glyphs, broken }
}

/** The letter of a code point; U+FFFD where there is none. */
function letterOf(code: number, meaningless: boolean): string {
  return code > 0x10ffff || (meaningless && code < 32) ? '\ufffd' : String.fromCodePoint(code)
}

const textCalls = [
  'FPDFText_GetUnicode',
  'FPDFText_IsHyphen',
  'FPDFText_HasUnicodeMapError',
  'FPDFText_GetCharBox',
  'FPDFText_GetLooseCharBox',
  'FPDFText_GetCharAngle',
] as const

/**
 * Replacement character, private use, or a control character that is no white space: a font without
 * a Unicode mapping.
 */
function isMeaningless(code: number): boolean {
  return (
    code === 0xfffd ||
    code === 0 ||
    (code < 32 && ![9, 10, 13].includes(code)) ||
    (code >= 0xe000 && code <= 0xf8ff) ||
    code > 0xf0000
  )
}
