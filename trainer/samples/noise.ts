/**
 * Simulates OCR of paper: similar letters and digits are exchanged, punctuation is lost, boxes are
 * slightly off and the page is skewed. The truth stays the same, so a model learns the place of a
 * misread value.
 */

import type { SampleRandom } from './random.ts'
import type { SampleWordsFile } from './sample.ts'

// Pairs that OCR confuses, in both directions
const alike = [
  '0O',
  '1l',
  '5S',
  '8B',
  '6G',
  '2Z',
  'Il',
  'rn',
  'ce',
  'uü',
  'aä',
  'oö',
  'eé',
  'ße',
  '.,',
  'mn',
  'tf',
  'hb',
  ':.',
  "'’",
]
const others = new Map<string, string[]>()
for (const [a = '', b = ''] of alike.map((pair) => [...pair])) {
  others.set(a, [...(others.get(a) ?? []), b])
  others.set(b, [...(others.get(b) ?? []), a])
}

/** The same words with errors in about `share` of the characters that can be misread. */
export function misread(
  file: SampleWordsFile,
  random: SampleRandom,
  share: number,
): SampleWordsFile {
  const slope = (random.next() * 2 - 1) * 0.006 // of the width: a third of a degree
  const tenths = (value: number): number => Math.round(value * 10) / 10
  return {
    ...file,
    pages: file.pages.map((page) => ({
      ...page,
      words: page.words.map(({ t, b }) => {
        const text = [...t]
          .map((sign) =>
            others.has(sign) && random.next() < share
              ? random.pick(others.get(sign) as string[])
              : sign,
          )
          .join('')
        const lean = slope * (b[0] - page.width / 2)
        const off = (): number => (random.next() * 2 - 1) * 0.6
        return {
          t: text,
          b: [
            tenths(b[0] + off()),
            tenths(b[1] + lean + off()),
            tenths(b[2] + off()),
            tenths(b[3] + lean + off()),
          ] as const,
        }
      }),
    })),
  }
}
