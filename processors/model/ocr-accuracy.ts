/**
 * How likely the words of a value were read correctly. A model can't know: it sees the words, not
 * the page. So a confidence is the probability that the right place was found times the probability
 * that its words were read correctly, in serving as in calibration (trainer/calibrate.ts), whose
 * documents may be scans as well.
 *
 * The two figures were measured on 168 photographed receipts read by PP-OCR, on 669 values of
 * models that had not seen the receipts, by the likelihood of right and wrong letters and digits:
 * even a word that the engine is sure of is sometimes misread, and a doubtful one is right more
 * often than the engine reports, since it multiplies the probabilities of all characters. `errata
 * evaluate --words own` measures them again on any folder, see trainer/scorecard/legibility.ts.
 * Words of punctuation alone don't count: a comma read as a point doesn't change a value.
 */

import { oncePer } from '../shared/memoize.ts'
import type { Print } from '../document/words.ts'

export interface OcrAccuracy {
  readonly misread: number // share of correct words among those the engine is sure of
  readonly trust: number // exponent of the engine's probability
}

export const figures: OcrAccuracy = { misread: 0.006, trust: 0.2 }

const read = oncePer(
  ({ pages }: Print): ReadonlySet<number> =>
    new Set(pages.filter(({ source }) => source === 'ocr').map(({ number }) => number)),
)

/**
 * The probability, 0 to 1, that the letters and digits of these words are as printed; 1 on pages
 * that were not read by OCR.
 */
export function ocrAccuracyOf(indexes: readonly number[], print: Print): number {
  return read(print).size === 0 ? 1 : legibilityOf(doubts(indexes, print))
}

/**
 * The engine's probability of each of these words that was read by OCR and has letters or digits.
 */
export function doubts(indexes: readonly number[], print: Print): number[] {
  const pages = read(print)
  return indexes.flatMap((index) => {
    const word = print.words[index]
    return word !== undefined && pages.has(word.page) && /[\p{L}\p{N}]/u.test(word.text)
      ? [Math.max(1, word.confidence) / 100]
      : []
  })
}

export function legibilityOf(
  probabilities: readonly number[],
  { misread, trust }: OcrAccuracy = figures,
): number {
  return probabilities.reduce(
    (product, probability) => product * (1 - misread) * probability ** trust,
    1,
  )
}
