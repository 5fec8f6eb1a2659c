/** Words of a text layer whose order or number of glyphs is not that of the print. */

import type { Glyph } from '../../../connectors/pdf/glyph.ts'
import { linesOf } from '../../../connectors/pdf/glyph-lines.ts'

const page = { width: 595, height: 842 }

/** Glyphs side by side from x on, each as wide as given, with a font's box 20 points high. */
function glyphs(x: number, ...texts: readonly (readonly [text: string, width: number])[]): Glyph[] {
  let left = x
  return texts.map(([text, width]) => {
    const box = [left, 100, left + width, 120] as const
    left += width
    return { text, tight: box, loose: box, quarter: 0 }
  })
}

const wordsOf = (...all: readonly Glyph[]): string[] => linesOf(all, page).map(({ text }) => text)

describe('a number on a page that runs from right to left', () => {
  const digits = glyphs(200, ['-', 4], ['0', 6], ['7', 6], ['9', 6])

  test('is one word where its letters touch the digits that the layer holds first', () => {
    const letters = glyphs(188, ['S', 6], ['I', 6])
    expect(wordsOf(...digits, ...letters)).toEqual(['SI-079'])
  })

  test('and letters apart from them are another word', () => {
    const letters = glyphs(180, ['S', 6], ['I', 6])
    expect(wordsOf(...digits, ...letters)).toEqual(['-079', 'SI'])
  })

  test('and an Arabic word before them stays apart', () => {
    const word = glyphs(188, ['ر', 6], ['ق', 6])
    expect(wordsOf(...digits, ...word)).toEqual(['-079', 'رق'])
  })
})

test('words narrower than a hair are not taken for one', () => {
  const words = Array.from({ length: 50 }, (_, k) =>
    glyphs(200 + k / 50, ['a', 0.01], [' ', 0.01]),
  ).flat()
  expect(wordsOf(...words)).toHaveLength(50)
})

describe('letters with marks', () => {
  /** A letter and its mark, which the layer gives halves of the painted box. */
  const cluster = (text: string, left: number, painted: readonly [number, number]): Glyph[] =>
    [...text].map((part, k) => ({
      text: part,
      tight: [
        painted[0] + (k * (painted[1] - painted[0])) / 2,
        k,
        painted[0] + ((k + 1) * (painted[1] - painted[0])) / 2,
        8,
      ],
      loose: k === 0 ? [left, 100, left + 8, 120] : [left, 100, left, 120],
      quarter: 0,
    }))
  const space = { text: ' ', tight: [0, 0, 0, 0], loose: [0, 0, 0, 0], quarter: 0 } as const

  test('that the layer holds once for every glyph are one', () => {
    const over = cluster('ริ', 108, [101, 106])
    const between = [...glyphs(92, ['บ', 8]), ...cluster('ริ', 100, [100, 107]), ...over, space]
    expect(wordsOf(...between, ...glyphs(108, ['ท', 8]))).toEqual(['บริท'])
  })

  test('end a word where a gap follows', () => {
    const over = cluster('ริ', 108, [101, 106])
    const before = [...cluster('ริ', 100, [100, 107]), ...over, space]
    expect(wordsOf(...before, ...glyphs(113, ['ท', 8]))).toEqual(['ริ', 'ท'])
  })

  test('that are printed twice side by side are two', () => {
    const twice = [...cluster('ริ', 100, [100, 107]), ...cluster('ริ', 108, [108, 115])]
    expect(wordsOf(...twice)).toEqual(['ริริ'])
  })
})

describe('letters from right to left', () => {
  /** Letters that are given from right to left, the first one ending at 200. */
  const letters = (...texts: readonly (readonly [text: string, width: number])[]): Glyph[] => {
    let right = 200
    return texts.map(([text, width]) => {
      const box = [right - width, 100, right, 120] as const
      right -= width
      return { text, tight: box, loose: box, quarter: 0 }
    })
  }

  test('are one word, however wide one is', () => {
    expect(wordsOf(...letters(['ن', 6], ['ي', 6], ['ل', 14]))).toEqual(['نيل'])
  })

  test('go on after a full stop', () => {
    expect(wordsOf(...letters(['ر', 6], ['.', 3], ['س', 14]))).toEqual(['ر.س'])
  })

  test('end a word where a gap is', () => {
    const [first, , second] = letters(['ن', 6], ['', 8], ['ل', 6]) as [Glyph, Glyph, Glyph]
    expect(wordsOf(first, second)).toEqual(['ن', 'ل'])
  })

  test('stand in reading order within a ligature', () => {
    const half = (text: string, left: number): Glyph => ({
      text,
      tight: [left, 100, left + 2, 120],
      loose: [190, 100, 196, 120],
      quarter: 0,
    })
    const word = [...letters(['و', 4]), half('ا', 190), half('ل', 192)]
    expect(wordsOf(...word)).toEqual(['ولا'])
  })
})
