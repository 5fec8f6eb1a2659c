/**
 * A gauge that is asked for when somebody scrapes it, and costs nothing meanwhile. What its sources
 * don't name any more is gone from the next scrape, such as a partition that another process has.
 */

import { Gauge } from 'prom-client'

type Sample<L extends string> = readonly [
  labels: Readonly<Record<L, string | number>>,
  value: number,
]

export interface AskedGauge<L extends string> {
  /** Adds a source; the result takes it away again. */
  from(source: () => Iterable<Sample<L>>): () => void
}

export function askedGauge<const L extends string = never>(
  name: string,
  help: string,
  labelNames: readonly L[] = [],
): AskedGauge<L> {
  const sources = new Set<() => Iterable<Sample<L>>>()
  const gauge = new Gauge<L>({
    name,
    help,
    labelNames,
    collect() {
      gauge.reset()
      if (labelNames.length === 0) gauge.remove() // otherwise it would be 0
      for (const source of sources) for (const [labels, value] of source()) gauge.set(labels, value)
    },
  })
  return {
    from(source) {
      sources.add(source)
      return () => void sources.delete(source)
    },
  }
}
