/**
 * Copies all topics of a deployment to those of another prefix, with any number of partitions: the
 * next generation. Its processes then go on where those of the former one stood.
 *
 *   stands still? ─► fill.ts ─► still the same?
 *
 * Keys keep their order; what was read is not read again, what waits for a person goes on waiting.
 * The former topics stay as they are.
 *
 * Stages begin at the end of what they read, so all of it must have been read before. Analytics
 * begins at the beginning and passes over what it has (errata-copied-from), so its rows stay where
 * they are, also those that are older than the topics.
 */

import type { Config } from '../../config.ts'
import { partitionCounts, type Cluster } from '../../connectors/kafka/kafka.ts'
import { openRegistry } from '../../connectors/registry/registry.ts'
import { ErrataError } from '../../errors.ts'
import { allTopics } from '../../runtime/existing-topics.ts'
import { topicName } from '../../topology.ts'
import { assertStopped, assertUnmoved, drainedStages } from './drained.ts'
import { fillTopics, patientlyFilling } from './fill.ts'
import { clusterOrigin, endsOf } from './origin.ts'
import { copyStateOf } from './target.ts'
import type { Compared } from './verify.ts'
import { withCluster, type ReachedCluster } from './with-cluster.ts'

export interface NextGeneration {
  /** What its topic names begin with. */
  readonly prefix: string
  readonly partitions: number
}

/** Null where it was copied before. SOURCE_BUSY, CONFIG_INVALID, and codes of fillTopics. */
export async function copyGeneration(
  config: Config,
  next: NextGeneration,
  say: (line: string) => void,
): Promise<readonly Compared[] | null> {
  assertFollows(config.topicPrefix, next.prefix)
  return withCluster(config, say, (reached) =>
    patientlyFilling(() => copy(reached, next, say), say),
  )
}

/** Analytics takes the later name for the later record. CONFIG_INVALID. */
function assertFollows(prefix: string, next: string): void {
  const facts = { prefix: next }
  if (!/^[a-zA-Z0-9._-]{1,150}$/.test(next)) {
    const why = 'topic names begin with at most 150 letters, digits and ._-'
    throw new ErrataError('CONFIG_INVALID', why, facts)
  }
  const names = allTopics(prefix).map(({ name }) => name)
  if (names.every((name) => `${next}${name.slice(prefix.length)}` > name)) return
  const example = `${prefix.replace(/[._-]?$/, '')}2.`
  const why = `names of the next generation must come later in the alphabet, as those of ${example} do`
  throw new ErrataError('CONFIG_INVALID', why, facts)
}

async function copy(
  { config, cluster, registryUrl }: ReachedCluster,
  next: NextGeneration,
  say: (line: string) => void,
): Promise<readonly Compared[] | null> {
  const prefix = config.topicPrefix
  const names = allTopics(prefix).map(({ name }) => name)
  const partitions = await partitionsOf(cluster, names, prefix)
  if ((await copyStateOf(cluster, next.prefix, prefix)) === 'done') return null
  await assertStopped(cluster, prefix, next.prefix)
  const stages = await drainedStages(cluster, prefix, { analytics: true })
  const { codec } = await openRegistry(config, registryUrl, allTopics(prefix))
  const ends = await endsOf(cluster, names)
  return fillTopics({
    target: {
      cluster,
      registryUrl,
      config: { ...config, topicPrefix: next.prefix, partitions: next.partitions },
    },
    origin: clusterOrigin(cluster, { prefix, partitions, codec }, ends),
    originId: prefix,
    stages,
    schemaIds: new Map(),
    async assertUnmoved() {
      assertUnmoved(ends, await endsOf(cluster, names))
      await assertStopped(cluster, prefix, next.prefix)
    },
    say,
  })
}

/** P of a generation. TOPOLOGY_MISMATCH where it lacks topics. */
export async function partitionsOf(
  cluster: Cluster,
  names: readonly string[],
  prefix: string,
): Promise<number> {
  const counts = await partitionCounts(cluster, names)
  const missing = names.filter((name) => !counts.has(name))
  const partitions = counts.get(topicName('raw', prefix))
  if (partitions !== undefined && missing.length === 0) return partitions
  const why = 'topics are missing: `errata topics` makes those that a new version has'
  throw new ErrataError('TOPOLOGY_MISMATCH', why, { topics: missing.slice(0, 5).join() })
}
