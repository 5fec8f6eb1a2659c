/**
 * Follows topics without committing offsets, to build tables: from their first record, or from where
 * a table that is kept on disk has got to. Each process reads for itself, in a group of its own that
 * is deleted when it leaves.
 *
 * `ready` resolves when every record present at the start was applied. The end is determined by
 * position, not by counting: compaction and control records leave gaps. Records of aborted
 * transactions are never delivered. An unusable record is skipped (unusable-records.ts) and doesn't
 * hold up the ones after it.
 *
 * `apply` is called in order for each partition, one call at a time in the process, and once for
 * each record. After a lost connection a record may be applied again, so it must be idempotent by
 * key and offset. It may reject a record by an error code with the fate `dead`, before it changes
 * anything; anything else it throws is a defect and ends the process.
 */

import { randomUUID } from 'node:crypto'
import {
  openConsumer,
  type Assigned,
  type Cluster,
  type Consumer,
  type FetchedBatch,
  type Headers,
  type KafkaRecord,
  type Log,
} from '../connectors/kafka/kafka.ts'
import { codeOf, ErrataError, type Problem } from '../errors.ts'
import type { Codec } from '../schemas/codec.ts'
import type { Topics } from '../schemas/types.ts'
import type { TopicName } from '../processors/processor.ts'
import { messageOf } from './message.ts'
import { followGroups } from './names.ts'
import {
  endsOf,
  placeOf,
  positionsIn,
  reached,
  setPositions,
  type LogEnds,
} from './log-positions.ts'
import { openPatience, untilDone, type Patience } from './patience.ts'
import { createProgress } from './progress.ts'
import { passOver } from './unusable-records.ts'

export interface Applied {
  readonly partition: number
  readonly offset: bigint
  readonly timestamp: number // milliseconds since 1970
  readonly headers: Headers
}

/** A topic, and what is done with its records. */
export interface Followed<T extends TopicName> {
  readonly topic: T
  /** Full topic name. */
  readonly name: string
  /** Synchronous, so that no reader sees a half-updated table. `value` is null for a tombstone. */
  readonly apply: (key: string, value: Topics[T] | null, at: Applied) => void
  /**
   * Called for each skipped record, with its key if it has one: for tables that must know that
   * something is missing.
   */
  readonly refused?: (key: string) => void
}

interface FollowSettings {
  readonly cluster: Cluster
  readonly registry: { readonly codec: Codec }
  readonly log: Log
  /** How often it is asked whether the position moves, and how long it may not. */
  readonly stall?: { readonly everyMs: number; readonly afterMs: number }
}

export type FollowOptions<T extends TopicName> = FollowSettings & Followed<T>

export type { LogEnds } from './log-positions.ts'

export interface FollowTopicsOptions extends FollowSettings {
  readonly topics: readonly { readonly [T in TopicName]: Followed<T> }[TopicName][]
  /**
   * Where to begin in each topic, by its full name and partition; where it says nothing, or what has
   * gone, at the first record that is left. Default: there.
   */
  readonly beginAt?: (ends: LogEnds) => Promise<ReadonlyMap<string, ReadonlyMap<number, bigint>>>
}

export interface Following {
  readonly ready: Promise<void>
  /**
   * Rejects when `apply` throws anything but an outside fault, the position is lost, or it does not
   * move although there are records (STALLED).
   */
  readonly failed: Promise<never>
  /** Why the table isn't complete; none where it is. */
  readonly problems: () => readonly Problem[]
  /** The position after the last applied record, for each partition. */
  position(): ReadonlyMap<number, bigint>
  /** Resolves when every record present at the call was applied. */
  caughtUp(): Promise<void>
  readonly stop: () => Promise<void>
}

const defaultStall = { everyMs: 30_000, afterMs: 180_000 }

export function follow<T extends TopicName>(options: FollowOptions<T>): Following {
  const { topic, name, apply, refused, ...settings } = options
  // what a topic's records are is what its `apply` is given
  const followed = { topic, name, apply, ...(refused === undefined ? {} : { refused }) }
  return followTopics({ ...settings, topics: [followed as never] })
}

/** Several topics by one consumer; positions are those of the first. */
export function followTopics(options: FollowTopicsOptions): Following {
  const { cluster, topics, log } = options
  const names = topics.map(({ name }) => name)
  const [first = ''] = names
  const positions = new Map<string, bigint>()
  const waiting = new Set<() => void>()
  const stopped = new AbortController()
  let consumer: Consumer | null = null
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_, reject) => (fail = reject))
  failed.catch(() => {})
  let isReady = false
  const patience = openPatience(stopped.signal)
  const watch = watchPosition(options, positions, patience, fail)

  const joined = (assigned: readonly Assigned[], its: Consumer): void =>
    assigned.forEach((at) => its.seek(at, positions.get(placeOf(at)) ?? 0n))

  const take = async (batch: FetchedBatch, heartbeat: () => Promise<void>): Promise<void> => {
    const place = placeOf(batch)
    const its = topics.find(({ name }) => name === batch.topic)
    // fetched before a seek
    if (its === undefined || batch.from !== positions.get(place)) return
    for (const record of batch.records) {
      await applyRecord(options, its as Followed<TopicName>, record, patience, heartbeat)
      positions.set(place, record.offset + 1n)
    }
    positions.set(place, batch.next)
    for (const look of [...waiting]) look()
  }

  const start = async (): Promise<void> => {
    const ends = await untilDone(() => endsOf(cluster, names), patience)
    const begins = await untilDone(async () => options.beginAt?.(ends), patience)
    setPositions(positions, ends, begins)
    const group = `${followGroups(first)}${randomUUID()}`
    consumer = await untilDone(
      () =>
        openConsumer(cluster, {
          group,
          topics: names,
          joined,
          batch: (batch, heartbeat) => take(batch, heartbeat).catch(fail),
          failed: fail,
        }),
      patience,
    )
    await reached(ends, positions, waiting)
  }

  const ready = Promise.race([start(), failed])
  const said = { topics: names.join() }
  ready.then(
    () => {
      isReady = true
      log.debug(said, 'follows')
    },
    (error: unknown) => {
      fail(error)
      if (!stopped.signal.aborted) log.error({ ...said, code: codeOf(error) }, 'following failed')
    },
  )

  return {
    ready,
    failed,
    problems() {
      const waits = patience.problems(first)
      if (isReady || waits.length > 0) return waits
      return [{ code: 'STARTING', why: `${first} is not read to its end yet` }]
    },
    position: () => positionsIn(first, positions),
    async caughtUp() {
      await ready
      const ends = await endsOf(cluster, names)
      await Promise.race([reached(ends, positions, waiting), failed])
    },
    async stop() {
      stopped.abort()
      clearInterval(watch)
      await Promise.race([ready, failed]).catch(() => {})
      await consumer?.stop()
    },
  }
}

/** Compares the position with the broker's ends: a consumer that is stuck knows of no lag. */
function watchPosition(
  { cluster, topics, stall: { everyMs, afterMs } = defaultStall }: FollowTopicsOptions,
  positions: ReadonlyMap<string, bigint>,
  { isWaiting }: Patience,
  fail: (error: unknown) => void,
): NodeJS.Timeout {
  const progress = createProgress<string>(() => performance.now(), 3 * everyMs)
  const names = topics.map(({ name }) => name)
  const look = async (): Promise<void> => {
    const ends = await endsOf(cluster, names).catch((): LogEnds => new Map())
    const places = [...ends].flatMap(([topic, partitions]) =>
      [...partitions].map(([partition, { low, high }]) => {
        const place = placeOf({ topic, partition })
        const position = positions.get(place) ?? low
        const lag = high > position ? high - position : 0n
        return { topic, partition, place, at: { position, lag } }
      }),
    )
    // nothing, while the broker is away
    progress.note(new Map(places.map(({ place, at }) => [place, at])))
    if (isWaiting()) for (const { place } of places) progress.move(place)
    const still = places.find(({ place }) => progress.stillMs(place) > afterMs)
    if (still === undefined) return
    const { topic, partition, place } = still
    fail(
      new ErrataError('STALLED', `${place} is not read on although records wait`, {
        topic,
        partition,
      }),
    )
  }
  const timer = setInterval(() => void look(), everyMs)
  return timer.unref()
}

async function applyRecord<T extends TopicName>(
  { registry, log }: FollowSettings,
  { topic, apply, refused }: Followed<T>,
  record: KafkaRecord,
  patience: Patience,
  heartbeat: () => Promise<void>,
): Promise<void> {
  const { partition, offset, timestamp, headers } = record
  try {
    const { key, value } = await untilDone(
      () => messageOf(record, topic, registry.codec),
      patience,
      heartbeat,
    )
    // If a table can't apply a record because of an outside fault, such as a full disk, it gets the
    // same record again until it can.
    const at = { partition, offset, timestamp, headers }
    await untilDone(async () => apply(key, value, at), patience, heartbeat)
  } catch (error) {
    passOver(error, topic, record, log)
    refused?.(record.key?.toString('utf8') ?? '')
  }
}
