/**
 * Queries to the broker (positions of topics and groups, existing topics) and creation of topics.
 * All fail with BROKER_UNREACHABLE.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { ErrataError } from '../../errors.ts'
import type { Cluster } from './cluster.ts'

const patienceMs = 15_000

export interface CommittedOffset {
  /** null: none committed */
  readonly position: bigint | null
  readonly metadata: string | null
}

/**
 * First and last position of each partition; `high` is the last stable offset, up to which
 * committed records can be read.
 */
export async function topicOffsets(
  cluster: Cluster,
  topic: string,
): Promise<ReadonlyMap<number, { readonly low: bigint; readonly high: bigint }>> {
  const offsets = await cluster.ask((admin) => admin.fetchTopicOffsets(topic))
  return new Map(
    offsets
      .sort((a, b) => a.partition - b.partition)
      .map(({ partition, low, high }) => [partition, { low: BigInt(low), high: BigInt(high) }]),
  )
}

export async function endOffsets(
  cluster: Cluster,
  topic: string,
): Promise<ReadonlyMap<number, bigint>> {
  return new Map(
    [...(await topicOffsets(cluster, topic))].map(([partition, { high }]) => [partition, high]),
  )
}

/**
 * For every partition of the topic, also where nothing is committed: a response without a partition
 * would look like a group without commits.
 */
export async function committedOffsets(
  cluster: Cluster,
  group: string,
  topic: string,
): Promise<ReadonlyMap<number, CommittedOffset>> {
  const answer = await cluster.ask((admin) =>
    admin.fetchOffsets({ groupId: group, topics: [topic] }),
  )
  const partitions = answer.find((entry) => entry.topic === topic)?.partitions ?? []
  if (partitions.length === 0)
    throw new ErrataError('BROKER_UNREACHABLE', `no partitions of ${topic} are known yet`, {
      topic,
    })
  return new Map(
    partitions.map(({ partition, offset, metadata }) => [
      partition,
      { position: BigInt(offset) < 0n ? null : BigInt(offset), metadata },
    ]),
  )
}

export interface GroupPosition {
  /** null: none committed */
  readonly position: bigint | null
  readonly lag: bigint
}

/**
 * Where a group is, and how many records there are from there to the last stable position, control
 * records included; from the start where nothing is committed.
 */
export async function groupProgress(
  cluster: Cluster,
  group: string,
  topic: string,
): Promise<ReadonlyMap<number, GroupPosition>> {
  const [committed, offsets] = await Promise.all([
    committedOffsets(cluster, group, topic),
    topicOffsets(cluster, topic),
  ])
  return new Map(
    [...offsets].map(([partition, { low, high }]) => {
      const position = committed.get(partition)?.position ?? null
      const behind = high - (position ?? low)
      return [partition, { position, lag: behind > 0n ? behind : 0n }]
    }),
  )
}

/** The lags of `groupProgress`. */
export async function groupLag(
  cluster: Cluster,
  group: string,
  topic: string,
): Promise<ReadonlyMap<number, bigint>> {
  const places = await groupProgress(cluster, group, topic)
  return new Map([...places].map(([partition, { lag }]) => [partition, lag]))
}

/** Number of partitions of each topic that exists. */
export async function partitionCounts(
  cluster: Cluster,
  topics: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const existing = new Set(await cluster.ask((admin) => admin.listTopics()))
  const wanted = topics.filter((topic) => existing.has(topic))
  if (wanted.length === 0) return new Map()
  const { topics: found } = await cluster.ask((admin) =>
    admin.fetchTopicMetadata({ topics: wanted }),
  )
  return new Map(found.map(({ name, partitions }) => [name, partitions.length]))
}

/** Those of the topics that exist and have a leader for each partition. */
export async function topicsWithLeaders(
  cluster: Cluster,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const existing = new Set(await cluster.ask((admin) => admin.listTopics()))
  const topics = names.filter((name) => existing.has(name))
  if (topics.length === 0) return new Set()
  const found = await cluster.ask((admin) => admin.fetchTopicMetadata({ topics }))
  const led = found.topics.filter(({ partitions }) =>
    partitions.every(({ leader, partitionErrorCode }) => leader >= 0 && partitionErrorCode === 0),
  )
  return new Set(led.map(({ name }) => name))
}

/** Those of which a partition has a replica that is not in sync. */
export async function topicsOutOfSync(
  cluster: Cluster,
  names: readonly string[],
): Promise<readonly string[]> {
  const { topics } = await cluster.ask((admin) => admin.fetchTopicMetadata({ topics: [...names] }))
  const late = topics.filter(({ partitions }) =>
    partitions.some(({ isr, replicas }) => isr.length < replicas.length),
  )
  return late.map(({ name }) => name)
}

/** Takes the records before a position from each partition; never of a compacted topic. */
export async function deleteRecords(
  cluster: Cluster,
  topic: string,
  before: ReadonlyMap<number, bigint>,
): Promise<void> {
  const partitions = [...before].map(([partition, position]) => ({
    partition,
    offset: String(position),
  }))
  await cluster.ask((admin) => admin.deleteTopicRecords({ topic, partitions }))
}

/** Those of the groups whose name begins so that have members. */
export async function runningGroups(cluster: Cluster, prefix: string): Promise<readonly string[]> {
  const { groups: listed } = await cluster.ask((admin) => admin.listGroups())
  const ids = listed.map(({ groupId }) => groupId).filter((id) => id.startsWith(prefix))
  if (ids.length === 0) return []
  const { groups } = await cluster.ask((admin) => admin.describeGroups(ids))
  return groups.filter(({ members }) => members.length > 0).map(({ groupId }) => groupId)
}

export interface NewTopic {
  readonly name: string
  readonly partitions: number
  readonly replication: number
  readonly settings: Readonly<Record<string, string>>
}

/** Creates the missing topics and waits until each has leaders; never changes an existing one. */
export async function createTopics(cluster: Cluster, topics: readonly NewTopic[]): Promise<void> {
  const names = topics.map(({ name }) => name)
  const existing = await partitionCounts(cluster, names)
  const missing = topics.filter(({ name }) => !existing.has(name))
  if (missing.length === 0) return
  await cluster.ask((admin) =>
    admin.createTopics({
      // the library asks once and fails if a broker doesn't know the topic yet
      waitForLeaders: false,
      topics: missing.map(({ name, partitions, replication, settings }) => ({
        topic: name,
        numPartitions: partitions,
        replicationFactor: replication,
        configEntries: Object.entries(settings).map(([key, value]) => ({ name: key, value })),
      })),
    }),
  )
  for (const start = performance.now(); !(await haveLeaders(cluster, names)); await sleep(50)) {
    if (performance.now() - start > patienceMs)
      throw new ErrataError(
        'BROKER_UNREACHABLE',
        `topics without a leader ${patienceMs} ms after their creation`,
        { topics: names.join() },
      )
  }
}

async function haveLeaders(cluster: Cluster, names: readonly string[]): Promise<boolean> {
  try {
    return (await topicsWithLeaders(cluster, names)).size === names.length
  } catch {
    return false // not known yet
  }
}
