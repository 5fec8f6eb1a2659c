/**
 * `errata bench [NAME]`: each benchmark times us and a peer in turns in the same run and prints the
 * ratio; absolute times depend on the machine and on what else it does. CPU seconds, not wall time,
 * wherever both sides can be measured so.
 */

import type { Config } from '../../config.ts'
import type { BenchRow } from './measure.ts'

const benches: Readonly<Record<string, (config: Config) => Promise<readonly BenchRow[]>>> = {
  codec: async () => (await import('./codec.ts')).benchCodec(),
  extract: async (config) => (await import('./extract.ts')).benchExtract(config),
  pdf: async () => (await import('./pdf.ts')).benchPdf(),
}

// What a document costs has no peer: only where it is asked for
const sizing = 'sizing'

export async function bench(config: Config, name: string | null): Promise<number> {
  if (name === sizing) return (await import('./sizing.ts')).benchSizing()
  if (name !== null && benches[name] === undefined) {
    const names = [...Object.keys(benches), sizing]
    process.stderr.write(`errata bench: ${name} is none of ${names.join(', ')}\n`)
    return 2
  }
  process.stdout.write(`${['benchmark', 'ours', 'peer', 'unit', 'ratio', 'against'].join('\t')}\n`)
  for (const [key, run] of Object.entries(benches)) {
    if (name !== null && key !== name) continue
    for (const { what, ours, peer, unit, peerName } of await run(config)) {
      process.stdout.write(
        `${[`${key}: ${what}`, ours.toPrecision(3), peer === null ? '-' : peer.toPrecision(3), unit, peer === null ? '-' : (ours / peer).toFixed(2), peerName].join('\t')}\n`,
      )
    }
  }
  return 0
}
