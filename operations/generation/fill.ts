/**
 * Fills the topics of a prefix with a generation, from a cluster or a backup: makes them, copies the
 * records, compares, and lets the stages begin behind what was read before.
 *
 *   none ─► open ─► records, topic by topic ─► the same? ─► done: positions of the stages
 *
 * Killed, it goes on where it was.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import {
  deleteRecords,
  partitionCounts,
  runningGroups,
  topicOffsets,
  type Cluster,
} from '../../connectors/kafka/kafka.ts'
import { openRegistry } from '../../connectors/registry/registry.ts'
import { codeOf, ErrataError, fateOf } from '../../errors.ts'
import { crashHook } from '../../runtime/crash-points.ts'
import { allTopics } from '../../runtime/existing-topics.ts'
import { topicName, type StageName } from '../../topology.ts'
import { awaitReplicas, ensureTopics } from '../topics.ts'
import { copyTopics } from './copy-topics.ts'
import type { Origin } from './origin.ts'
import { openPlaces } from './places.ts'
import { openRelocation } from './relocation.ts'
import { copyStateOf, openTarget, topicsToBegin, type Target } from './target.ts'
import { compareTopics, type Compared } from './verify.ts'
import type { ReachedCluster } from './with-cluster.ts'

export interface Filling {
  /** Brokers and registry; its prefix and P are those of the topics to fill. */
  readonly target: ReachedCluster
  readonly origin: Origin
  /** What names the origin, so that an unfinished copy is known again. */
  readonly originId: string
  /** Stages that had read all of it. */
  readonly stages: readonly StageName[]
  /** The id in the target's registry, by the origin's. */
  readonly schemaIds: ReadonlyMap<number, number>
  /** Throws where the origin was no longer the same at the end. */
  readonly assertUnmoved: () => Promise<void>
  readonly say: (line: string) => void
}

/** TARGET_NOT_EMPTY, COPY_DIFFERS, TOPOLOGY_MISMATCH, FENCED by another copy to the same topics. */
export async function fillTopics(filling: Filling): Promise<readonly Compared[]> {
  const { target, origin, originId, say } = filling
  const { cluster, config, registryUrl } = target
  const { topicPrefix: prefix, partitions } = config
  const state = await copyStateOf(cluster, prefix, originId)
  await assertUnused(cluster, prefix, state === 'none')
  const made = await ensureTopics(cluster, config)
  await awaitReplicas(
    cluster,
    made.map(({ name }) => name),
  )
  const { codec } = await openRegistry(config, registryUrl, allTopics(prefix))
  const topics = await openTarget(cluster, prefix, originId, crashHook(config.crashAt, 'copy'))
  try {
    await beginTopics(cluster, origin, topics)
    const places = openPlaces()
    const reframe = (value: Buffer): Buffer => reframed(value, filling.schemaIds)
    const relocation = () => openRelocation(origin, { prefix, partitions, codec, reframe }, places)
    await copyTopics({ cluster, origin, target: topics, places, relocate: relocation(), say })
    say('comparing')
    const compared = await compareTopics(cluster, origin, prefix, relocation())
    await filling.assertUnmoved()
    await assertUnused(cluster, prefix, false)
    await topics.finish(filling.stages)
    return compared
  } finally {
    topics.close()
  }
}

const tries = 10 // while an outside system is away
const pauseMs = 3_000

/** Again for a while where brokers or the registry don't answer: what was done stays done. */
export async function patientlyFilling<T>(
  act: () => Promise<T>,
  say: (line: string) => void,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await act()
    } catch (error) {
      if (fateOf(error) !== 'retry' || tried === tries) throw error
      say(`${codeOf(error)}: ${(error as Error).message}; going on in ${pauseMs / 1000} s`)
      await sleep(pauseMs)
    }
  }
}

/** TARGET_NOT_EMPTY where processes of the prefix run, or where topics that must be `empty` aren't. */
async function assertUnused(cluster: Cluster, prefix: string, empty: boolean): Promise<void> {
  const running = await runningGroups(cluster, prefix)
  if (running.length > 0)
    throw new ErrataError('TARGET_NOT_EMPTY', `processes of ${prefix} run before it is complete`, {
      groups: running.slice(0, 5).join(),
    })
  if (!empty) return
  const names = allTopics(prefix).map(({ name }) => name)
  for (const name of (await partitionCounts(cluster, names)).keys())
    for (const { high } of (await topicOffsets(cluster, name)).values())
      if (high > 0n)
        throw new ErrataError('TARGET_NOT_EMPTY', `${name} has records already`, { topic: name })
}

const begunAt = 2n // behind the record that was never committed and its mark

/**
 * Where retention had taken tasks, the topic of tasks says so too, by beginning later than at 0:
 * judge believes that a document has had a task that is gone.
 */
async function beginTopics(cluster: Cluster, origin: Origin, target: Target): Promise<void> {
  for (const name of topicsToBegin(target.prefix)) await target.begin(name)
  if (!origin.hasLost(topicName('needs-review', origin.prefix))) return
  const tasks = topicName('needs-review', target.prefix)
  const partitions = [...(await topicOffsets(cluster, tasks)).keys()]
  await deleteRecords(cluster, tasks, new Map(partitions.map((number) => [number, begunAt])))
}

/** The value with the id of its schema in another registry; as it is where it has none of ours. */
function reframed(value: Buffer, ids: ReadonlyMap<number, number>): Buffer {
  const id = value.length > 4 && value[0] === 0 ? ids.get(value.readInt32BE(1)) : undefined
  if (id === undefined) return value
  const moved = Buffer.from(value)
  moved.writeInt32BE(id, 1)
  return moved
}
