/**
 * Sample documents for the first start: several languages, a fifth of them scans, three recurring
 * issuers (so that a correction shows its effect on the next document), one e-invoice.
 */

import { sample, type Sample } from '../trainer/samples/generate.ts'
import type { Language } from '../processors/values/normalise.ts'

const repeating = 3 // issuers that come again
const startLanguages: readonly Language[] = ['en', 'de', 'fr', 'es']

/**
 * Documents for the first start. `latest` (ISO day) is the newest date that an invoice may bear.
 */
export async function sampleDocuments(
  count: number,
  seed: number,
  latest: string,
): Promise<Sample[]> {
  const documents: Sample[] = []
  for (let index = 0; index < count; index++) {
    // Every other document is by one of the few, in turn
    const issuer =
      index % 2 === 1 && count > 2 * repeating ? ((index - 1) / 2) % repeating : repeating + index
    documents.push(
      await sample(seed, index, {
        issuer,
        latest,
        languages: startLanguages,
        scan: index % 5 === 2,
        xml: index === 4,
      }),
    )
  }
  return documents
}
