/**
 * Waits for the topics of a process. On a new cluster all processes start at once, and somebody,
 * `errata topics` or `errata up`, is still making them; a broker hears of a topic later than the one
 * that was asked to make it.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { topicsWithLeaders, type Cluster } from '../connectors/kafka/kafka.ts'
import { ErrataError } from '../errors.ts'
import { accessRights } from './acls.ts'

const patienceMs = 120_000
const pauseMs = 500
const notesEveryMs = 10_000

export interface Waiting {
  readonly cluster: Cluster
  readonly prefix: string
  /** As `errata run` is called. */
  readonly parts: readonly string[]
  readonly forMs?: number
}

/** TOPOLOGY_MISMATCH where some are still missing at the end. */
export async function awaitTopics({
  cluster,
  prefix,
  parts,
  forMs = patienceMs,
}: Waiting): Promise<void> {
  const wanted = topicsOf(parts, prefix)
  const end = performance.now() + forMs
  for (let noted = -Infinity; ; await sleep(pauseMs)) {
    const present = await topicsWithLeaders(cluster, wanted)
    const missing = wanted.filter((name) => !present.has(name))
    if (missing.length === 0) return
    if (performance.now() > end) throw lacking(missing)
    if (performance.now() - noted < notesEveryMs) continue
    noted = performance.now()
    cluster.log.info({ missing }, 'waiting for topics: `errata topics` makes them')
  }
}

/** Those that it has a right to. */
function topicsOf(parts: readonly string[], prefix: string): readonly string[] {
  const principals = new Set(parts.map((part) => `errata-${part}`))
  const names = accessRights(prefix)
    .filter(({ principal, resource }) => principals.has(principal) && resource === 'topic')
    .map(({ name }) => name)
  return [...new Set(names)]
}

function lacking(missing: readonly string[]): ErrataError {
  const why = `topics are missing: \`errata topics\` makes them, and this user needs the right to describe them`
  return new ErrataError('TOPOLOGY_MISMATCH', why, { topics: missing.join() })
}
