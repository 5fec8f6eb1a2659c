/**
 * Kinds of documents that are read differently well. Each has thresholds of its own: what was shown
 * on documents of known vendors with a text layer says nothing about scans of a new one.
 *
 * A vendor is known once a person has answered a document of it.
 */

import type { Print } from '../document/words.ts'

export const strata = ['known text', 'known scan', 'new text', 'new scan'] as const
export type Stratum = (typeof strata)[number]

/** A scan has at least one page that was read by OCR. */
export function stratumOf(isKnownVendor: boolean, { pages }: Pick<Print, 'pages'>): Stratum {
  const isScan = pages.some(({ source }) => source === 'ocr')
  if (isKnownVendor) return isScan ? 'known scan' : 'known text'
  return isScan ? 'new scan' : 'new text'
}
