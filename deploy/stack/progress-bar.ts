/**
 * A progress bar on a terminal; elsewhere a plain line for each tenth, so that a log shows that
 * work goes on.
 */

import { Presets, SingleBar } from 'cli-progress'

export interface ProgressBar {
  update(done: number): void
  stop(): void
}

/** Writes to stderr: stdout is for data. */
export function openProgressBar(what: string, total: number, unit: string): ProgressBar {
  if (process.stderr.isTTY) {
    const bar = new SingleBar(
      {
        format: `  ${what} {bar} {value}/{total} ${unit} {eta_formatted}`,
        stream: process.stderr,
        clearOnComplete: true,
        hideCursor: true,
      },
      Presets.shades_classic,
    )
    bar.start(total, 0)
    return { update: (done) => bar.update(Math.min(done, total)), stop: () => bar.stop() }
  }
  let tenth = 0
  return {
    update(done) {
      const now = total === 0 ? 10 : Math.floor((Math.min(done, total) / total) * 10)
      if (now <= tenth) return
      tenth = now
      process.stderr.write(`  ${what}: ${Math.min(done, total)}/${total} ${unit}\n`)
    },
    stop() {},
  }
}
