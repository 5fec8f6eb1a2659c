/**
 * A FAKE: a Kafka cluster in memory, for tests of the runtime that need no broker. It stands in for
 * the client library, so connectors/kafka runs as it is. tests/runtime/promises holds it and the
 * real broker to the same tests, so that it can't drift from the truth.
 *
 * It has what the runtime relies on: logs with transactions, markers and a last stable offset;
 * fencing by transactional id; offsets that are committed with a transaction; groups that share out
 * partitions again whenever a member comes or goes; positions outside the log.
 *
 * It leaves out time (sessions, timeouts, retention, compaction), everything below a request
 * (leaders, replicas, sequence numbers, sizes, security), the library's own retries and defects
 * (tests/real/defences.test.ts has those), offsets that a group member commits itself, which only
 * sinks do, and the topics of __consumer_offsets and __transaction_state.
 */

import type { Admin, Kafka } from 'kafkajs'
import type { Cluster } from '../connectors/kafka/kafka.ts'
import { asErrataError } from '../connectors/kafka/failures.ts'
import { ErrataError } from '../errors.ts'
import { openLink, refusalOf, type Link } from './fake-link.ts'

interface Transaction {
  state: 'open' | 'committed' | 'aborted'
  readonly logs: Set<Log>
  readonly offsets: (() => void)[]
}
interface Entry {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, Buffer>>
  readonly timestamp: string
  readonly transaction: Transaction | null
  readonly isMarker: boolean
}
/** The offset of an entry is its index. */
interface Log {
  readonly entries: Entry[]
  low: number
}
interface Member {
  readonly topics: readonly string[]
  readonly positions: Map<string, number>
  readonly paused: Set<string>
  assigned: readonly string[]
  emit(event: string, payload: object): void
}
interface Group {
  readonly members: Set<Member>
  readonly committed: Map<string, { readonly offset: string; readonly metadata: string | null }>
}
interface Message {
  readonly key: Buffer | string | null
  readonly value: Buffer | null
  readonly partition: number
  readonly headers: Readonly<Record<string, Buffer | string>>
  readonly timestamp?: string
}
interface Request {
  readonly topic: string
  readonly messages: readonly Message[]
}
interface Broker {
  readonly topics: Map<string, Log[]>
  readonly groups: Map<string, Group>
  readonly owners: Map<string, { readonly epoch: number; transaction: Transaction | null }>
}

const largestFetch = 20 // entries, so that a topic takes more than one
const events = {
  GROUP_JOIN: 'join',
  HEARTBEAT: 'heartbeat',
  CRASH: 'crash',
  COMMIT_OFFSETS: 'commit',
}

const bytes = (text: Buffer | string): Buffer => (Buffer.isBuffer(text) ? text : Buffer.from(text))
const nameOf = (topic: string, partition: number): string => `${topic}/${partition}`
const placeOf = (name: string): { readonly topic: string; readonly partition: number } => {
  const [topic = '', partition] = name.split('/')
  return { topic, partition: Number(partition) }
}

/** An empty broker. Each cluster that is opened on it is as another process. */
export function fakeBroker(): { open(link?: Link): Cluster } {
  const broker: Broker = { topics: new Map(), groups: new Map(), owners: new Map() }
  return { open: (link = openLink()) => openFakeCluster(broker, link) }
}

function openFakeCluster(broker: Broker, link: Link): Cluster {
  const client = {
    producer: ({ transactionalId }: { readonly transactionalId?: string }) => ({
      connect: () => link.pass('admin', () => {}),
      disconnect: async () => {},
      send: ({ topic, messages }: Request) =>
        link.pass('produce', () => [
          { baseOffset: append(broker, { topic, messages }, null)[0] ?? 0 },
        ]),
      transaction: transactions(broker, link, transactionalId ?? ''),
    }),
    consumer: ({ groupId }: { readonly groupId: string }) => consumerOf(broker, link, groupId),
  }
  return {
    brokers: ['fake'],
    sessionTimeoutMs: 6_000,
    fetchWaitMs: 250,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    client: () => client as unknown as Kafka,
    async ask(question) {
      try {
        await link.pass('admin', () => {})
        return await question(adminOf(broker, link) as unknown as Admin)
      } catch (error) {
        throw asErrataError(error)
      }
    },
    close: async () => {},
  }
}

function logsOf({ topics }: Broker, topic: string): Log[] {
  const logs = topics.get(topic)
  if (logs === undefined) throw refusalOf('UNKNOWN_TOPIC_OR_PARTITION')
  return logs
}

function logAt(broker: Broker, name: string): Log {
  const { topic, partition } = placeOf(name)
  const log = logsOf(broker, topic)[partition]
  if (log === undefined) throw refusalOf('UNKNOWN_TOPIC_OR_PARTITION')
  return log
}

function groupOf({ groups }: Broker, id: string): Group {
  const group = groups.get(id) ?? { members: new Set(), committed: new Map() }
  groups.set(id, group)
  return group
}

/** The last stable offset: that of the first record of an open transaction. */
function stableEnd({ entries }: Log): number {
  const open = entries.findIndex(({ transaction }) => transaction?.state === 'open')
  return open < 0 ? entries.length : open
}

function append(
  broker: Broker,
  { topic, messages }: Request,
  transaction: Transaction | null,
): number[] {
  return messages.map(({ key, value, partition, headers, timestamp = String(Date.now()) }) => {
    const log = logAt(broker, nameOf(topic, partition))
    transaction?.logs.add(log)
    const sent = Object.entries(headers).map(([name, text]) => [name, bytes(text)] as const)
    log.entries.push({
      key: key === null ? null : bytes(key),
      value,
      headers: Object.fromEntries(sent),
      timestamp,
      transaction,
      isMarker: false,
    })
    return log.entries.length - 1
  })
}

function end(transaction: Transaction, state: 'committed' | 'aborted'): void {
  transaction.state = state
  for (const { entries } of transaction.logs)
    entries.push({
      key: null,
      value: null,
      headers: {},
      timestamp: '0',
      transaction,
      isMarker: true,
    })
  if (state === 'committed') for (const commit of transaction.offsets) commit()
}

interface Offsets {
  readonly consumerGroupId: string
  readonly topics: readonly {
    readonly topic: string
    readonly partitions: readonly { partition: number; offset: string; metadata: string }[]
  }[]
}

/** As the library's: the first transaction of a producer takes over the id, and later ones don't. */
function transactions(broker: Broker, link: Link, id: string) {
  const { owners } = broker
  let epoch: number | null = null
  const takeOver = (): number => {
    const former = owners.get(id)
    if (former?.transaction?.state === 'open') end(former.transaction, 'aborted')
    const next = (former?.epoch ?? 0) + 1
    owners.set(id, { epoch: next, transaction: null })
    return next
  }
  const current = (): Transaction => {
    const owner = owners.get(id)
    if (owner === undefined || owner.epoch !== epoch) throw refusalOf('INVALID_PRODUCER_EPOCH')
    return (owner.transaction ??= { state: 'open', logs: new Set(), offsets: [] })
  }
  return async () => {
    epoch ??= await link.pass('initProducerId', takeOver)
    let begun = false
    const finish = async (state: 'committed' | 'aborted'): Promise<void> => {
      if (!begun) return // the library asks the broker nothing where nothing was sent
      await link.pass('endTransaction', () => {
        end(current(), state)
        owners.set(id, { epoch: epoch as number, transaction: null })
      })
    }
    return {
      async send(request: Request) {
        await link.pass('addPartitions', current)
        begun = true
        const offsets = await link.pass('produce', () => append(broker, request, current()))
        return [{ baseOffset: String(offsets[0] ?? 0) }]
      },
      async sendOffsets({ consumerGroupId, topics }: Offsets) {
        await link.pass('addOffsets', current)
        begun = true
        await link.pass('offsetCommit', () => {
          const { committed } = groupOf(broker, consumerGroupId)
          for (const { topic, partitions } of topics)
            for (const { partition, offset, metadata } of partitions)
              current().offsets.push(
                () => void committed.set(nameOf(topic, partition), { offset, metadata }),
              )
        })
      },
      commit: () => finish('committed'),
      abort: () => finish('aborted'),
    }
  }
}

/** Shares out the partitions; as in the library, whoever stays forgets its positions. */
function rebalance(broker: Broker, { members }: Group): void {
  const all = [...members]
  for (const [index, member] of all.entries()) {
    member.assigned = member.topics.flatMap((topic) =>
      logsOf(broker, topic).flatMap((_, partition) =>
        partition % all.length === index ? nameOf(topic, partition) : [],
      ),
    )
    member.positions.clear()
    const memberAssignment: Record<string, number[]> = {}
    for (const { topic, partition } of member.assigned.map(placeOf))
      (memberAssignment[topic] ??= []).push(partition)
    member.emit(events.GROUP_JOIN, { memberAssignment })
  }
}

interface Place {
  readonly topic: string
  readonly partition: number
}
type EachBatch = (payload: object) => Promise<void>

function consumerOf(broker: Broker, link: Link, groupId: string) {
  const listeners = new Map<string, Set<(event: { readonly payload: object }) => void>>()
  const group = groupOf(broker, groupId)
  const topics: string[] = []
  const member: Member = {
    topics,
    positions: new Map(),
    paused: new Set(),
    assigned: [],
    emit: (event, payload) => listeners.get(event)?.forEach((listener) => listener({ payload })),
  }
  const leave = (): void => {
    if (group.members.delete(member)) rebalance(broker, group)
  }
  const each = (of: { readonly topic: string; readonly partitions: readonly number[] }[]) =>
    of.flatMap(({ topic, partitions }) => partitions.map((partition) => nameOf(topic, partition)))
  const loop = async (eachBatch: EachBatch): Promise<void> => {
    while (group.members.has(member)) {
      await new Promise((resolve) => setTimeout(resolve, 1))
      member.emit(events.HEARTBEAT, {})
      try {
        const batches = await link.pass('fetch', () => fetchAll(broker, group, member))
        for (const { name, from, to } of batches)
          if (positionOf(broker, group, member, name) === from) member.positions.set(name, to)
        await Promise.all(
          batches.map(({ batch }) => eachBatch({ batch, heartbeat: async () => {} })),
        )
      } catch (error) {
        if (!(error instanceof ErrataError)) continue // of the link: asks again
        group.members.delete(member)
        member.emit(events.CRASH, { error, restart: false })
      }
    }
  }
  return {
    events,
    on(event: string, listener: (event: { readonly payload: object }) => void) {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener))
      return () => listeners.get(event)?.delete(listener)
    },
    connect: () => link.pass('admin', () => {}),
    subscribe: async (to: { readonly topics: readonly string[] }) => void topics.push(...to.topics),
    async run({ eachBatch }: { readonly eachBatch: EachBatch }) {
      await link.pass('admin', () => {
        group.members.add(member)
        rebalance(broker, group)
      })
      void loop(eachBatch)
    },
    seek: ({ topic, partition, offset }: Place & { readonly offset: string }) =>
      void member.positions.set(nameOf(topic, partition), Number(offset)),
    pause: (of: Parameters<typeof each>[0]) => each(of).forEach((name) => member.paused.add(name)),
    resume: (of: Parameters<typeof each>[0]) =>
      each(of).forEach((name) => member.paused.delete(name)),
    disconnect: async () => leave(),
  }
}

function positionOf(broker: Broker, { committed }: Group, member: Member, name: string): number {
  const beginning = (): number => Number(committed.get(name)?.offset ?? logAt(broker, name).low)
  return member.positions.get(name) ?? beginning()
}

interface Fetched extends Readonly<Record<'from' | 'to', number>> {
  readonly name: string
  readonly batch: object
}

/** What lies behind the positions of a member, for each partition that isn't paused. */
function fetchAll(broker: Broker, group: Group, member: Member): Fetched[] {
  return member.assigned.flatMap((name) => {
    if (member.paused.has(name)) return []
    const log = logAt(broker, name)
    const from = positionOf(broker, group, member, name)
    if (from < log.low || from > log.entries.length)
      throw new ErrataError('OFFSET_LOST', `the position in ${name} lies outside the log`) // as read-committed.ts
    const to = Math.min(stableEnd(log), from + largestFetch)
    if (from >= to) return []
    const batch = {
      ...placeOf(name),
      fetchedOffset: String(from),
      lastOffset: () => String(to - 1),
      highWatermark: String(log.entries.length),
      messages: log.entries
        .map((entry, offset) => ({ ...entry, offset: String(offset) }))
        .slice(from, to)
        .filter(({ transaction, isMarker }) => !isMarker && transaction?.state !== 'aborted'),
    }
    return [{ name, from, to, batch }]
  })
}

/** The questions that connectors/kafka/admin.ts asks. */
function adminOf(broker: Broker, link: Link) {
  const partitionsOf = (topic: string): number[] => logsOf(broker, topic).map((_, i) => i)
  return {
    listTopics: async () => [...broker.topics.keys()],
    fetchTopicMetadata: async ({ topics }: { readonly topics: readonly string[] }) => ({
      topics: topics.map((name) => ({
        name,
        partitions: partitionsOf(name).map((partitionId) => ({
          partitionId,
          leader: 0,
          partitionErrorCode: 0,
        })),
      })),
    }),
    createTopics: async (to: {
      readonly topics: readonly { readonly topic: string; readonly numPartitions: number }[]
    }) => {
      for (const { topic, numPartitions } of to.topics)
        broker.topics.set(
          topic,
          Array.from({ length: numPartitions }, () => ({ entries: [], low: 0 })),
        )
      return true
    },
    deleteTopicRecords: async (of: {
      readonly topic: string
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[]
    }) => {
      for (const { partition, offset } of of.partitions)
        logAt(broker, nameOf(of.topic, partition)).low = Number(offset)
    },
    fetchTopicOffsets: async (topic: string) =>
      logsOf(broker, topic).map((log, partition) => ({
        partition,
        low: String(log.low),
        high: String(stableEnd(log)),
      })),
    fetchOffsets: ({ groupId, topics }: { groupId: string; topics: readonly string[] }) =>
      link.pass('offsetFetch', () =>
        topics.map((topic) => ({
          topic,
          partitions: partitionsOf(topic).map((partition) => ({
            partition,
            ...(groupOf(broker, groupId).committed.get(nameOf(topic, partition)) ?? {
              offset: '-1',
              metadata: null,
            }),
          })),
        })),
      ),
  }
}
