/**
 * `errata erase DOCUMENT`: erases a document from everything that stores it, and prints what can't
 * be erased yet.
 *
 *   bytes                       removed from the blob store, unless another document has the same
 *   what was read of them       removed from Redis; a process keeps it in memory for minutes, others for as long as a document is there
 *   ocr, extracted, shadow,
 *   needs-review, …             a tombstone, as on every topic that topology.ts calls erasable: it leaves the queue, the index of known invoices, replay and analytics
 *   corrected                   a tombstone; judge ─► verdicts: a tombstone; learn ─► training: one, compacted ─► teach: rules without it
 *   raw, dead letters           nothing takes a single record out of a log: it goes with the topic's retention
 *   models                      stay; the next training is without it, and `errata models seen` names those that saw it
 *
 * A document in flight is refused, also one that is being read again, since stages would write after
 * the tombstones; except one whose bytes the blob store has lost: nothing else ends the waiting for
 * them. Everything is idempotent: a second run erases what has arrived since. Who did it and why is
 * in the audit log, under the document's id and nothing else of it.
 */

import { userInfo } from 'node:os'
import type { Config } from '../config.ts'
import type { Blobs } from '../connectors/blobs/blobs.ts'
import { blobsOf } from '../connectors/blobs/configured.ts'
import { forgetCached } from '../connectors/redis/cache.ts'
import { redisOf } from '../connectors/redis/redis.ts'
import {
  committedOffsets,
  openProducer,
  topicOffsets,
  type KafkaRecord,
  type Log,
} from '../connectors/kafka/kafka.ts'
import { readingKeys } from '../connectors/reader/cached.ts'
import { ErrataError } from '../errors.ts'
import type { TopicName } from '../processors/processor.ts'
import { isOfDocument } from '../processors/validate.ts'
import { unlessUnusable } from '../runtime/message.ts'
import type { Codec } from '../schemas/codec.ts'
import { allTopics } from '../runtime/existing-topics.ts'
import { groupName, stages, topicName, topicNames, topics } from '../topology.ts'
import { connect, type Connection } from '../operations/connect.ts'
import { auditSender } from '../operations/publish.ts'
import { openLog } from '../deploy/instance/log.ts'
import { modelsThatSaw } from './models.ts'
import { scan } from '../runtime/read-topics.ts'
import { table } from './table.ts'

export interface EraseOptions {
  readonly why: string
  readonly dryRun: boolean
}

/** The records of a document in the log. */
interface Traces {
  /** By full topic name. */
  readonly topics: ReadonlyMap<string, Trace>
  readonly sha256: ReadonlySet<string>
  /** Those of which no record has the bytes: they are in the blob store, or nowhere. */
  readonly referred: ReadonlySet<string>
  /** Those of these sha256 that other documents share. */
  readonly shared: ReadonlySet<string>
}

interface Trace {
  readonly topic: TopicName
  readonly partitions: Set<number>
  /** Offset of the last record, by partition. */
  readonly last: Map<number, bigint>
  records: number // that are no tombstones
}

const documentTopics = topicNames.filter((topic) => isOfDocument(topics[topic]))
const isErasable = (topic: TopicName): topic is Exclude<TopicName, 'dead'> =>
  topics[topic].erasable === true
const day = 86_400_000 // ms

/**
 * 0: erased, or found in every place for `dryRun`. 1: not found, or in flight. CONFIG_INVALID
 * without a reason.
 */
export async function eraseCommand(
  config: Config,
  document: string,
  { why, dryRun }: EraseOptions,
): Promise<number> {
  if (why.trim() === '') throw new ErrataError('CONFIG_INVALID', 'erasing needs a reason')
  const connection = await connect(config, openLog({ logLevel: 'error' }, 'erase'))
  try {
    const traces = await tracesOf(config.topicPrefix, connection, document)
    const blobs = blobsOf(config)
    const held = await Promise.all([...traces.referred].map(async (sha256) => blobs.has(sha256)))
    const isLost = held.includes(false)
    const said =
      refusal(document, traces, isLost) ??
      ((await isReadAgain(config.topicPrefix, connection, traces)) ? onItsWay(document) : null)
    if (said !== null) {
      process.stderr.write(`errata erase: ${said}\n`)
      return 1
    }
    const removed = dryRun ? 0 : await erase(config, connection, blobs, document, traces, why)
    process.stdout.write(
      table(
        ['topic', 'records', dryRun ? 'would be' : 'is'],
        [...traces.topics].map(([name, trace]) => [
          name,
          String(trace.records),
          fateOfTrace(trace),
        ]),
      ),
    )
    if (!dryRun) process.stderr.write(`${document} is erased${fateOfBytes(removed, traces)}\n`)
  } finally {
    await connection.close()
  }
  return modelsThatSaw(config, document)
}

/** Why nothing is erased, or null. */
function refusal(document: string, { topics: found }: Traces, isLost: boolean): string | null {
  const has = (...names: readonly TopicName[]): boolean =>
    [...found.values()].some(({ topic }) => names.includes(topic))
  if (found.size === 0) return `no record is about ${document}`
  return has('raw') && !has('extracted', 'dead') && !isLost ? onItsWay(document) : null
}

const onItsWay = (document: string): string =>
  `${document} is on its way; try again once it has been read`

/** Whether stages have yet to take up what asks for it to be read again, or what came of that. */
async function isReadAgain(
  prefix: string,
  { cluster }: Connection,
  { topics: found }: Traces,
): Promise<boolean> {
  if (!found.has(topicName('outdated', prefix))) return false
  for (const stage of ['reread', 'extract'] as const) {
    const topic = topicName(stages[stage].reads, prefix)
    const taken = await committedOffsets(cluster, groupName(stage, prefix), topic)
    for (const [partition, offset] of found.get(topic)?.last ?? [])
      if ((taken.get(partition)?.position ?? 0n) <= offset) return true
  }
  return false
}

/**
 * Bytes first: once they are gone nothing can be read from the records that stay for a while. The
 * number of blobs removed.
 */
async function erase(
  config: Config,
  { cluster, registry }: Connection,
  blobs: Blobs,
  document: string,
  { topics: found, sha256, shared }: Traces,
  why: string,
): Promise<number> {
  let removed = 0
  const own = [...sha256].filter((hash) => !shared.has(hash))
  for (const hash of own) if (await blobs.remove(hash)) removed++
  const redis = redisOf(config)
  if (redis !== null) await forgetCached(redis, own.filter(isHash).map(readingKeys))
  const producer = openProducer(cluster)
  try {
    for (const { topic, partition } of tombstonesFor(found))
      await producer.send(topicName(topic, config.topicPrefix), {
        key: document,
        value: null,
        ...(partition === undefined ? {} : { partition }),
      })
    await auditSender(
      config,
      { registry },
      producer,
    )({
      at: Date.now(),
      actor: userInfo().username,
      role: null,
      action: 'erased',
      target: document,
      detail: { why, blobs: String(removed) },
    })
  } finally {
    await producer.close()
  }
  return removed
}

/** Where tombstones are written, in order; without a partition where the key determines it. */
function tombstonesFor(
  found: Traces['topics'],
): { readonly topic: Exclude<TopicName, 'dead'>; readonly partition: number | undefined }[] {
  const at = (topic: TopicName): Trace | undefined =>
    [...found.values()].find((trace) => trace.topic === topic)
  const home = at('extracted') ?? at('raw') ?? at('ocr')
  // What stands beside other stages' output is erased also where its records have gone already:
  // analytics may have rows of them
  const elsewhere = (topic: TopicName): Iterable<number | undefined> =>
    topic === 'ocr' || topic === 'extracted' ? (home?.partitions ?? [undefined]) : []
  const partitionsIn = (topic: TopicName): Iterable<number | undefined> =>
    topic === 'corrected'
      ? new Set([...(at(topic)?.partitions ?? []), ...(at('verdicts')?.partitions ?? [])])
      : (at(topic)?.partitions ?? elsewhere(topic))
  const tombstones = documentTopics
    .filter(isErasable)
    .filter((topic) => topic !== 'verdicts') // judge passes on what comes to corrected
    .flatMap((topic) => [...partitionsIn(topic)].map((partition) => ({ topic, partition })))
  // learn takes it out of training, unless the verdict behind it has gone by retention
  const training = at('verdicts') === undefined ? at('training') : undefined
  for (const partition of training?.partitions ?? [])
    tombstones.push({ topic: 'training', partition })
  return tombstones
}

/** A record's hash may be any text, and must match no other key. */
function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text)
}

function fateOfBytes(removed: number, { shared }: Traces): string {
  if (removed > 0) return ', its bytes too'
  return shared.size > 0 ? '; its bytes stay, another document has the same' : ''
}

function fateOfTrace({ topic }: Trace): string {
  if (topic === 'training') return 'taken out, and gone for good with the next compaction'
  const { retainMs } = topics[topic]
  const until =
    retainMs < 0
      ? 'for as long as the topic is kept: for ever, unless you give it a retention'
      : `for up to ${retainMs / day} days`
  return `${isErasable(topic) ? 'taken back by a tombstone, and' : 'not to be taken out;'} in the log ${until}`
}

/** Reads all topics of documents once. */
async function tracesOf(
  prefix: string,
  { cluster, registry }: Connection,
  document: string,
): Promise<Traces> {
  const wanted = allTopics(prefix).filter(({ topic }) => documentTopics.includes(topic))
  const topicOf = new Map(wanted.map(({ name, topic }) => [name, topic]))
  const ranges = (
    await Promise.all(
      wanted.map(async ({ name }) =>
        [...(await topicOffsets(cluster, name))].map(([partition, { low, high }]) => ({
          topic: name,
          partition,
          from: low,
          to: high,
        })),
      ),
    )
  ).flat()
  const found = new Map<string, Trace>()
  const hashes = new Map<string, Set<string>>() // sha256, by document
  const referred = new Set<string>()
  await scan(cluster, ranges, prefix, async (record) => {
    const topic = topicOf.get(record.topic) as TopicName
    const owner = record.key?.toString('utf8') ?? ''
    if (owner === document) note(found, topic, record)
    // was erased itself
    if (record.value === null && isSmall(topic) && owner !== document) hashes.delete(owner)
    // What the same bytes are called elsewhere is in the small records; of the document itself also
    // in the large ones
    const isLarge = topic === 'raw' || topic === 'ocr'
    if (!isSmall(topic) && !(owner === document && isLarge)) return
    const { sha256, isReference } = await sha256In(record, topic, registry.codec, cluster.log)
    if (sha256 === null) return
    if (isReference) referred.add(sha256)
    hashes.set(owner, (hashes.get(owner) ?? new Set()).add(sha256))
  })
  const own = hashes.get(document) ?? new Set<string>()
  hashes.delete(document)
  return {
    topics: found,
    sha256: own,
    referred,
    shared: new Set(
      [...own].filter((sha256) => [...hashes.values()].some((others) => others.has(sha256))),
    ),
  }
}

const isSmall = (topic: TopicName): boolean =>
  topic === 'extracted' || topic === 'corrected' || topic === 'verdicts'

/** A record of the document; a dead letter's replay marker has no value and isn't one. */
function note(
  found: Map<string, Trace>,
  topic: TopicName,
  { topic: name, partition, offset, value }: KafkaRecord,
): void {
  if (topic === 'dead' && value === null) return
  const trace = found.get(name) ?? { topic, partitions: new Set(), last: new Map(), records: 0 }
  trace.partitions.add(partition)
  trace.last.set(partition, offset)
  if (value !== null) trace.records++
  found.set(name, trace)
}

/** Also invalid records: whatever can be read of them must be erased with the document. */
async function sha256In(
  record: KafkaRecord,
  topic: TopicName,
  codec: Codec,
  log: Log,
): Promise<{ readonly sha256: string | null; readonly isReference: boolean }> {
  const { value } = record
  const content =
    value === null
      ? null
      : await unlessUnusable(() => codec.decode(topic, value), topic, record, log)
  if (content === null || !('sha256' in content)) return { sha256: null, isReference: false }
  const isReference = 'bytes' in content && content.bytes === null
  return { sha256: content.sha256 === '' ? null : content.sha256, isReference }
}
