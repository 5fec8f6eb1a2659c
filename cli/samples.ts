/** `errata samples`: a folder of generated invoices with their truth. */

import type { Config } from '../config.ts'
import { generateSamples } from '../trainer/samples/generate.ts'

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
