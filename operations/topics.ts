/**
 * Creates the topics of the topology and verifies existing ones. A topic with another number of
 * partitions, or compacted where it must not be, is an error: another P maps keys to other
 * partitions, which no setting can repair. Operators may change retention; the difference is
 * reported, never reverted.
 */

import type { Config } from '../config.ts'
import {
  asErrataError,
  createTopics,
  partitionCounts,
  type Cluster,
  type NewTopic,
} from '../connectors/kafka/kafka.ts'
import { ErrataError } from '../errors.ts'
import { allTopics, type TopicSettings } from '../topology.ts'

const maxMessageBytes = 10_485_760 // 10 MiB: the largest record and its frame
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
 * BROKER_UNREACHABLE.
 */
export async function ensureTopics(
  cluster: Cluster,
  config: Config,
): Promise<readonly TopicReport[]> {
  const wanted = allTopics(config.topicPrefix).map(({ name, settings }) => ({
    name,
    settings,
    partitions: settings.partitions === 'P' ? config.partitions : settings.partitions,
  }))
  const names = wanted.map(({ name }) => name)
  const before = await partitionCounts(cluster, names)
  for (const { name, partitions } of wanted) checkPartitions(name, partitions, before.get(name))

  const replication = await replicationFor(cluster, config)
  await createTopics(
    cluster,
    wanted
      .filter(({ name }) => !before.has(name))
      .map(({ name, settings, partitions }) => newTopic(name, settings, partitions, replication)),
  )
  const existing = await settingsOf(cluster, names)
  const replicas = await replicationOf(cluster, names)
  return wanted.map(({ name, settings, partitions }) => {
    const actual = existing.get(name) ?? {}
    const compacts = (actual['cleanup.policy'] ?? '').includes('compact')
    if (compacts !== settings.compact) {
      const why = `topic ${name} must ${settings.compact ? '' : 'not '}be compacted: set cleanup.policy=${settings.compact ? 'compact' : 'delete'}, or use another ERRATA_TOPIC_PREFIX`
      throw new ErrataError('TOPOLOGY_MISMATCH', why, { topic: name })
    }
    const retention = Number(actual['retention.ms'] ?? settings.retainMs)
    const differs =
      settings.compact || retention === settings.retainMs ? '' : `kept ${duration(retention)}`
    return {
      name,
      partitions,
      replication: replicas.get(name) ?? 0,
      keeps: settings.compact ? 'the latest of each key' : duration(settings.retainMs),
      made: !before.has(name),
      differs,
    }
  })
}

function checkPartitions(name: string, wanted: number, actual: number | undefined): void {
  if (actual === undefined || actual === wanted) return
  throw new ErrataError(
    'TOPOLOGY_MISMATCH',
    `topic ${name} has ${actual} partitions, not ${wanted}. Set ERRATA_PARTITIONS=${actual} to go on with it, or ERRATA_TOPIC_PREFIX to begin topics of a new generation`,
    { topic: name, actual, wanted },
  )
}

function newTopic(
  name: string,
  settings: TopicSettings,
  partitions: number,
  replication: number,
): NewTopic {
  const common = {
    'max.message.bytes': maxMessageBytes,
    ...(replication >= 3 ? { 'min.insync.replicas': 2 } : {}),
    'unclean.leader.election.enable': false,
  }
  const kept = settings.compact
    ? {
        'cleanup.policy': 'compact',
        // Only closed segments are compacted: one an hour, so that a fact that was taken back is
        // gone within a day.
        'segment.ms': hour,
        'segment.bytes': 64 * 2 ** 20,
        'min.cleanable.dirty.ratio': 0.1,
        'max.compaction.lag.ms': 24 * hour,
        // A follower that was away for a week still learns what was deleted.
        'delete.retention.ms': 7 * 24 * hour,
      }
    : { 'cleanup.policy': 'delete', 'retention.ms': settings.retainMs }
  return {
    name,
    partitions,
    replication,
    settings: Object.fromEntries(
      Object.entries({ ...common, ...kept }).map(([key, value]) => [key, String(value)]),
    ),
  }
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
