/**
 * Creates the topics of the topology and verifies existing ones. A topic with another number of
 * partitions, or compacted where it must not be, is an error: another P maps keys to other
 * partitions, which no setting can repair. Operators may change retention; the difference is
 * reported, never reverted.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config.ts'
import {
  asErrataError,
  createTopics,
  partitionCounts,
  topicsOutOfSync,
  type Cluster,
} from '../connectors/kafka/kafka.ts'
import { ErrataError } from '../errors.ts'
import type { TopicSettings } from '../topology.ts'
import { plannedTopics, type PlannedTopic } from './planned-topics.ts'

const hour = 3_600_000 // ms

export interface TopicReport {
  readonly name: string
  readonly partitions: number
  readonly replication: number
  readonly keeps: string
  readonly made: boolean
  /** a setting that differs from the topology by the operator's choice, or empty */
  readonly differs: string
}

/**
 * Makes what is missing and checks all. TOPOLOGY_MISMATCH names the topic and what to do;
 * BROKER_UNREACHABLE. With `skipConfigs` a topic is told only what decides which records it keeps.
 */
export async function ensureTopics(
  cluster: Cluster,
  config: Config,
  { skipConfigs = false } = {},
): Promise<readonly TopicReport[]> {
  const wanted = plannedTopics(config, await replicationFor(cluster, config), skipConfigs)
  const names = wanted.map(({ name }) => name)
  const before = await partitionCounts(cluster, names)
  for (const { name, partitions } of wanted) checkPartitions(name, partitions, before.get(name))
  const missing = wanted.filter(({ name }) => !before.has(name))
  await createTopics(cluster, missing)
  // A sibling with other settings may have been quicker
  const after = missing.length === 0 ? before : await partitionCounts(cluster, names)
  for (const { name, partitions } of missing) checkPartitions(name, partitions, after.get(name))

  const existing = await settingsOf(cluster, names)
  const replicas = await replicationOf(cluster, names)
  return wanted.map(({ name, facts, partitions }) => {
    const actual = existing.get(name) ?? {}
    checkCompaction(name, facts, actual)
    return {
      name,
      partitions,
      replication: replicas.get(name) ?? 0,
      keeps: facts.compact ? 'the latest of each key' : duration(facts.retainMs),
      made: !before.has(name),
      differs: retentionThatDiffers(facts, actual),
    }
  })
}

/** Topics that would be made. TOPOLOGY_MISMATCH where an existing one can't be used. */
export async function missingTopics(
  cluster: Cluster,
  config: Config,
  { skipConfigs = false } = {},
): Promise<readonly PlannedTopic[]> {
  const wanted = plannedTopics(config, await replicationFor(cluster, config), skipConfigs)
  const counts = await partitionCounts(
    cluster,
    wanted.map(({ name }) => name),
  )
  for (const { name, partitions } of wanted) checkPartitions(name, partitions, counts.get(name))
  const present = wanted.filter(({ name }) => counts.has(name))
  if (present.length > 0) {
    const names = present.map(({ name }) => name)
    const actual = await settingsOf(cluster, names)
    for (const { name, facts } of present) checkCompaction(name, facts, actual.get(name) ?? {})
  }
  return wanted.filter(({ name }) => !counts.has(name))
}

const syncPatienceMs = 120_000
const syncPauseMs = 500

/** Waits until each partition has all of its replicas in sync. BROKER_UNREACHABLE. */
export async function awaitReplicas(
  cluster: Cluster,
  names: readonly string[],
  forMs: number = syncPatienceMs,
): Promise<void> {
  for (const end = performance.now() + forMs; ; await sleep(syncPauseMs)) {
    const late = await topicsOutOfSync(cluster, names)
    if (late.length === 0) return
    if (performance.now() > end) {
      const why = `replicas are not in sync after ${forMs / 1_000} s: see that all brokers run`
      throw new ErrataError('BROKER_UNREACHABLE', why, { topics: late.join() })
    }
  }
}

function checkCompaction(
  name: string,
  { compact }: TopicSettings,
  actual: Readonly<Record<string, string>>,
): void {
  if ((actual['cleanup.policy'] ?? '').includes('compact') === compact) return
  const why = `topic ${name} must ${compact ? '' : 'not '}be compacted: set cleanup.policy=${compact ? 'compact' : 'delete'}, or use another ERRATA_TOPIC_PREFIX`
  throw new ErrataError('TOPOLOGY_MISMATCH', why, { topic: name })
}

function retentionThatDiffers(
  { compact, retainMs }: TopicSettings,
  actual: Readonly<Record<string, string>>,
): string {
  const retention = Number(actual['retention.ms'] ?? retainMs)
  return compact || retention === retainMs ? '' : `kept ${duration(retention)}`
}

function checkPartitions(name: string, wanted: number, actual: number | undefined): void {
  if (actual === undefined || actual === wanted) return
  throw new ErrataError(
    'TOPOLOGY_MISMATCH',
    `topic ${name} has ${actual} partitions, not ${wanted}. Set ERRATA_PARTITIONS=${actual} to go on with it, or move to ${wanted} by \`errata topics copy\``,
    { topic: name, actual, wanted },
  )
}

async function replicationFor(cluster: Cluster, config: Config): Promise<number> {
  if (config.replication > 0) return config.replication
  const { brokers } = await cluster.ask((admin) => admin.describeCluster())
  return brokers.length >= 3 ? 3 : 1
}

async function settingsOf(
  cluster: Cluster,
  names: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  const topic = 2 // the resource type in Kafka's protocol
  const { resources } = await cluster.ask((admin) =>
    admin.describeConfigs({
      includeSynonyms: false,
      resources: names.map((name) => ({
        type: topic,
        name,
        configNames: ['cleanup.policy', 'retention.ms'],
      })),
    }),
  )
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      Object.fromEntries(
        configEntries.map(({ configName, configValue }) => [configName, configValue]),
      ),
    ]),
  )
}

async function replicationOf(
  cluster: Cluster,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { topics } = await cluster
    .ask((admin) => admin.fetchTopicMetadata({ topics: [...names] }))
    .catch((error: unknown) => {
      throw asErrataError(error)
    })
  return new Map(
    topics.map(({ name, partitions }) => [
      name,
      Math.min(...partitions.map(({ replicas }) => replicas.length)),
    ]),
  )
}

function duration(ms: number): string {
  if (ms < 0) return 'for ever'
  if (ms % (24 * hour) === 0) return `${ms / (24 * hour)} days`
  return `${Math.round((ms / hour) * 10) / 10} hours`
}
