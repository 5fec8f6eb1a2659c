/**
 * The dead letters of all stages: list and replay.
 *
 * A replay sends the record back to its original topic and partition, with its own key, bytes and
 * headers. The same transaction writes a marker to the dead-letter topic, a record without a value
 * that names the dead letter's offset, and dead letters are read after the previous replayer was
 * fenced: so each is replayed at most once, also when two people try or a replay is killed. A
 * record that fails again gets a new dead letter, which can be replayed in turn; the header
 * errata-replay counts. Nothing is replayed automatically.
 *
 * A truncated dead letter (header errata-truncated) is replayed from its origin as long as that is
 * retained.
 */

import {
  openTransactions,
  topicOffsets,
  type Cluster,
  type KafkaRecord,
  type Outgoing,
} from '../connectors/kafka/kafka.ts'
import { ErrataError } from '../errors.ts'
import { firstOriginOf, headerNames, recordOriginOf } from '../runtime/headers.ts'
import { usable } from '../runtime/message.ts'
import { decisionId } from '../runtime/names.ts'
import { passOver } from '../runtime/unusable-records.ts'
import type { Codec } from '../schemas/codec.ts'
import type { Dead } from '../schemas/types.ts'
import { deadTopicName, stageNames, stages, topicName } from '../topology.ts'
import { scan } from '../runtime/read-topics.ts'

/** A dead letter and its position. */
export interface StoredLetter {
  readonly record: KafkaRecord
  readonly dead: Dead
  /** When it was replayed, in ms since 1970; null: not yet. */
  readonly replayedAt: number | null
}

export type ReplayOutcome = 'sent' | 'would send' | 'already sent' | 'gone'

const atOnce = 50 // dead letters in a transaction

/** All letters in the dead-letter topics, oldest first within a partition. */
export async function readLetters(
  cluster: Cluster,
  codec: Codec,
  topics: readonly string[],
  prefix: string,
): Promise<StoredLetter[]> {
  const letters: { record: KafkaRecord; dead: Dead }[] = []
  const marks = new Map<string, number>()
  // Only records that a stage had read are replayed, so that nothing can be smuggled into another
  // topic
  const inputs = new Map<string, string>(
    stageNames.map((stage) => [
      deadTopicName(stage, prefix),
      topicName(stages[stage].reads, prefix),
    ]),
  )
  const ranges = await Promise.all(
    topics.map(async (topic) =>
      [...(await topicOffsets(cluster, topic))].map(([partition, { low, high }]) => ({
        topic,
        partition,
        from: low,
        to: high,
      })),
    ),
  )
  await scan(cluster, ranges.flat(), prefix, async (record) => {
    const mark = record.headers[headerNames.replayed]?.toString()
    if (record.value === null) {
      if (mark !== undefined)
        marks.set(`${record.topic}/${record.partition}/${mark}`, record.timestamp)
      return
    }
    const dead = (await usable(record, 'dead', codec, cluster.log))?.value ?? null
    if (dead === null) return
    if (dead.topic !== (inputs.get(record.topic) ?? dead.topic))
      passOver(
        new ErrataError('RECORD_INVALID', 'a letter from a topic that its stage does not read'),
        'dead',
        record,
        cluster.log,
      )
    else letters.push({ record, dead })
  })
  return letters
    .sort(
      (a, b) =>
        a.record.topic.localeCompare(b.record.topic) ||
        a.record.partition - b.record.partition ||
        (a.record.offset < b.record.offset ? -1 : 1),
    )
    .map((letter) => ({ ...letter, replayedAt: marks.get(recordOriginOf(letter.record)) ?? null }))
}

/**
 * Replays each selected dead letter that was not replayed yet. FENCED where someone else has
 * started to do the same.
 */
export async function replayLetters(
  cluster: Cluster,
  codec: Codec,
  topics: readonly string[],
  prefix: string,
  isWanted: (letter: StoredLetter) => boolean,
  dryRun: boolean,
  told: (letter: StoredLetter, outcome: ReplayOutcome) => void,
): Promise<void> {
  const producer = await openTransactions(cluster, decisionId('replay', prefix))
  try {
    // before reading, so that a previous replayer's transaction is committed or aborted
    if (!dryRun) await producer.fence()
    const letters = (await readLetters(cluster, codec, topics, prefix)).filter(isWanted)
    for (let i = 0; i < letters.length; i += atOnce) {
      const outcomes: [StoredLetter, ReplayOutcome][] = []
      const outgoing: Outgoing[] = []
      for (const letter of letters.slice(i, i + atOnce)) {
        const original =
          letter.replayedAt === null ? await originalOf(cluster, letter, prefix) : null
        if (original !== null) outgoing.push(sendBack(letter, original), markOf(letter))
        outcomes.push([letter, outcomeOf(letter, original !== null, dryRun)])
      }
      if (!dryRun && outgoing.length > 0) {
        const transaction = await producer.begin()
        await transaction.send(outgoing)
        await transaction.commit()
      }
      for (const [letter, outcome] of outcomes) told(letter, outcome)
    }
  } finally {
    producer.discard()
  }
}

interface Original {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, Buffer>>
}

/**
 * The record to replay: from the dead letter, or from its origin where it was truncated; null where
 * that is gone.
 */
async function originalOf(
  cluster: Cluster,
  { record, dead }: StoredLetter,
  prefix: string,
): Promise<Original | null> {
  if (record.headers[headerNames.truncated] === undefined) return dead
  const { topic, partition } = dead
  const from = BigInt(dead.offset)
  const log = (await topicOffsets(cluster, topic)).get(partition)
  if (log === undefined || from < log.low || from >= log.high) return null
  const found: KafkaRecord[] = []
  await scan(
    cluster,
    [{ topic, partition, from, to: from + 1n }],
    prefix,
    (one) => void found.push(one),
  )
  return found[0] ?? null
}

function sendBack({ record, dead }: StoredLetter, { key, value, headers }: Original): Outgoing {
  const { topic, partition, offset } = dead
  const marked = headersSentBack({ topic, partition, offset, headers }, recordOriginOf(record))
  return { topic, partition, key, value, headers: marked }
}

function outcomeOf(letter: StoredLetter, isThere: boolean, dryRun: boolean): ReplayOutcome {
  if (letter.replayedAt !== null) return 'already sent'
  if (!isThere) return 'gone'
  return dryRun ? 'would send' : 'sent'
}

/** Headers of a replayed record; `letter`: topic/partition/offset of its dead letter. */
export function headersSentBack(
  record: Pick<Dead, 'topic' | 'partition' | 'offset' | 'headers'>,
  letter: string,
): Record<string, Buffer> {
  const times = Number(record.headers[headerNames.replay]?.toString() ?? 0) || 0
  const first = firstOriginOf(record)
  return {
    ...record.headers,
    [headerNames.replay]: Buffer.from(String(times + 1)),
    [headerNames.replayOf]: Buffer.from(letter),
    [headerNames.firstOrigin]: Buffer.from(`${record.topic}/${first.partition}/${first.offset}`),
  }
}

function markOf({ record: { topic, partition, key, offset } }: StoredLetter): Outgoing {
  return { topic, partition, key, value: null, headers: { [headerNames.replayed]: String(offset) } }
}

/** What a dead letter is about, without its contents. */
export function letterSummary({ record, dead, replayedAt }: StoredLetter) {
  const { stage, code, message, documentId, attempts, software, failedAt } = dead
  return {
    at: recordOriginOf(record),
    stage,
    code,
    message,
    documentId,
    origin: `${dead.topic}/${dead.partition}/${dead.offset}`,
    attempts,
    software,
    failedAt: new Date(failedAt).toISOString(),
    replays: Number(dead.headers[headerNames.replay]?.toString() ?? 0) || 0,
    replayedAt: replayedAt === null ? null : new Date(replayedAt).toISOString(),
    bytes: Number(record.headers[headerNames.truncated]?.toString() ?? dead.value?.length ?? 0),
  }
}

/** The record of a dead letter: bytes in base64, headers as text. */
export function contentOf({ dead }: StoredLetter): object {
  const headers = Object.fromEntries(
    Object.entries(dead.headers).map(([name, value]) => [name, value.toString('utf8')]),
  )
  return {
    key: dead.key?.toString('base64') ?? null,
    headers,
    value: dead.value?.toString('base64') ?? null,
  }
}
