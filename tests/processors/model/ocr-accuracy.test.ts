/** How surely words were read: by OCR alone, and letters and digits alone. */

import { ocrAccuracyOf } from '../../../processors/model/ocr-accuracy.ts'
import type { Print } from '../../../processors/document/words.ts'

function printOf(
  texts: readonly (readonly [text: string, confidence: number])[],
  source: 'ocr' | 'text_layer',
): Print {
  return {
    pages: [{ number: 1, width: 600, height: 800, unit: 'px', source }],
    words: texts.map(([text, confidence], k) => ({
      text,
      confidence,
      page: 1,
      line: k,
      box: [0, 20 * k, 100, 20 * k + 10],
    })),
  }
}

const all = (print: Print): number =>
  ocrAccuracyOf(
    print.words.map((_, k) => k),
    print,
  )

test.each<[string, readonly (readonly [string, number])[], 'ocr' | 'text_layer', number, number]>([
  ['a text layer is as printed', [['Lumpur', 40]], 'text_layer', 1, 1],
  ['a sure word is misread now and then', [['Lumpur', 100]], 'ocr', 0.99, 0.999],
  ['a doubtful word is right more often than it says', [['Lumpur', 50]], 'ocr', 0.8, 0.9],
  [
    'many words are doubted more than one',
    Array.from({ length: 15 }, () => ['Lumpur', 100] as const),
    'ocr',
    0.9,
    0.93,
  ],
  [
    'marks are not asked',
    [
      ['-', 10],
      ['/', 20],
    ],
    'ocr',
    1,
    1,
  ],
  ['nothing that an engine says makes it impossible', [['Lumpur', 0]], 'ocr', 0.3, 0.5],
  ['no words, no doubt', [], 'ocr', 1, 1],
])('%s', (_, texts, source, least, most) => {
  const found = all(printOf(texts, source))
  expect(found).toBeGreaterThanOrEqual(least)
  expect(found).toBeLessThanOrEqual(most)
})

test('a value over a scanned page and a digital one is doubted for the scanned one alone', () => {
  const scanned = printOf([['Lumpur', 90]], 'ocr')
  const print: Print = {
    pages: [
      ...scanned.pages,
      { ...(scanned.pages[0] as Print['pages'][number]), number: 2, source: 'text_layer' },
    ],
    words: [
      ...scanned.words,
      { text: 'Jalan', confidence: 10, page: 2, line: 9, box: [0, 0, 10, 10] },
    ],
  }
  expect(all(print)).toBe(all(scanned))
})
