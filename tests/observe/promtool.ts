/** Prometheus' own tool, and what expressions name. */

import { execFileSync, spawnSync } from 'node:child_process'

export const hasPromtool = spawnSync('promtool', ['--version']).status === 0
if (!hasPromtool) console.warn('SKIPPED: no promtool on this machine (Debian: prometheus)')

/** Its output; throws with it where it fails. */
export function promtool(...words: readonly string[]): string {
  return execFileSync('promtool', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

export interface NamedSeries {
  /** Of the metric: without what a histogram adds. */
  readonly name: string
  readonly labels: readonly string[]
}

const ofEveryTarget = new Set(['job', 'instance', 'le'])

/** The metrics of ours in expressions, with the labels that are chosen by. */
export function seriesIn(text: string): NamedSeries[] {
  return [...text.matchAll(/\b(errata_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', chosen = '']) => ({
      name: name.replace(/_seconds_(bucket|count|sum)$/, '_seconds'),
      labels: [...chosen.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)]
        .map(([, label]) => label as string)
        .filter((label) => !ofEveryTarget.has(label)),
    }),
  )
}
