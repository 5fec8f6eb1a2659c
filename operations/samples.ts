/**
 * Sample documents: `errata samples` writes a folder of them, and the first start sends some
 * through so that there is something to see. The mix of the first start: several languages, a fifth
 * scans, three issuers that come again (so that what a correction taught shows on the next
 * document), one e-invoice.
 */

import type { Config } from '../config.ts'
import { generateSamples, sample, type Sample } from '../trainer/samples/generate.ts'
import type { Language } from '../processors/values/normalise.ts'

export interface SamplesOptions {
  readonly out: string
  readonly count: number
  readonly seed: number
  readonly scans: number // share of documents that are pictures
}

/** Writes the folder; exit code 0, or 2 where the numbers make no sense. */
export async function samplesCommand(_config: Config, options: SamplesOptions): Promise<number> {
  const { out, count, seed, scans } = options
  if (
    !Number.isInteger(count) ||
    count < 1 ||
    !Number.isInteger(seed) ||
    !(scans >= 0 && scans <= 1)
  ) {
    process.stderr.write(
      'errata samples: --count and --seed are whole numbers, --scans a share from 0 to 1\n',
    )
    return 2
  }
  const ids = await generateSamples(out, { count, seed, scans })
  process.stderr.write(`${ids.length} samples in ${out}\n`)
  return 0
}

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
