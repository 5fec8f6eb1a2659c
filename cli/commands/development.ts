/** Commands for developing Errata. */

import { whole } from '../arguments.ts'
import type { CommandLine } from '../command-line.ts'

export function defineSamples({ command, choose }: CommandLine): void {
  command('samples', 'write generated sample invoices with their truth')
    .requiredOption('--out <folder>', 'folder to write to')
    .option('--count <number>', 'how many', whole, 100)
    .option('--seed <number>', 'seed', whole)
    .option('--scans <share>', 'share of simulated scans', Number, 0.2)
    .action((options: { out: string; count: number; seed?: number; scans: number }) =>
      choose(async (config) =>
        (await import('../samples.ts')).samplesCommand(config, {
          out: options.out,
          count: options.count,
          seed: options.seed ?? config.seed,
          scans: options.scans,
        }),
      ),
    )
}

export function defineTest({ command, choose }: CommandLine): void {
  command('test', 'all tests of this checkout, or those whose path matches')
    .argument('[pattern...]')
    .action((patterns: string[]) =>
      choose(async (config) => (await import('../test.ts')).test(config, patterns)),
    )
}

export function defineBench({ command, choose }: CommandLine): void {
  command('bench', 'the benchmarks, with ratios against peers in the same run')
    .argument('[name]', 'codec, extract or pdf; or sizing: what a document costs on this machine')
    .action((name: string | undefined) =>
      choose(async (config) => (await import('../bench/bench.ts')).bench(config, name ?? null)),
    )
}
