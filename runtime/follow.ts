/**
 * Follows a topic from its first record without committing offsets, to build in-memory tables. Each
 * process reads the whole topic, in a group of its own that is deleted when it leaves.
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
import { setTimeout as sleep } from 'node:timers/promises'
import {
  openConsumer,
  topicOffsets,
  type Assigned,
  type Cluster,
  type Consumer,
  type FetchedBatch,
  type Headers,
  type KafkaRecord,
  type Log,
} from '../connectors/kafka/kafka.ts'
import { codeOf, ErrataError, fateOf, type Problem } from '../errors.ts'
import type { Codec } from '../schemas/codec.ts'
import type { Topics } from '../schemas/types.ts'
import type { TopicName } from '../processors/processor.ts'
import { messageOf } from './message.ts'
import { followGroups } from './names.ts'
import { createProgress } from './progress.ts'
import { passOver } from './unusable-records.ts'

export interface Applied {
  readonly partition: number
  readonly offset: bigint
  readonly timestamp: number // milliseconds since 1970
  readonly headers: Headers
}

export interface FollowOptions<T extends TopicName> {
  readonly cluster: Cluster
  readonly registry: { readonly codec: Codec }
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
  readonly log: Log
  /**
   * How long an empty fetch waits at the broker (a new record ends the wait at once), and how long
   * `stop` may take: 250 ms.
   */
  readonly maxWaitMs?: number
  /** How often it is asked whether the position moves, and how long it may not. */
  readonly stall?: { readonly everyMs: number; readonly afterMs: number }
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

const defaultMaxWait = 250 // ms
const shortestPause = 50 // ms
const longestPause = 5_000 // ms
const defaultStall = { everyMs: 30_000, afterMs: 180_000 }
const momentMs = 10_000 // a wait no longer than this is no problem

export function follow<T extends TopicName>(options: FollowOptions<T>): Following {
  const { cluster, name, log } = options
  const positions = new Map<number, bigint>()
  const waiting = new Set<() => void>()
  const stopped = new AbortController()
  let consumer: Consumer | null = null
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_, reject) => (fail = reject))
  failed.catch(() => {})
  let isReady = false
  const patience = openPatience(stopped.signal)
  const watch = watchPosition(options, positions, patience, fail)

  const joined = (assigned: readonly Assigned[], its: Consumer): void => {
    for (const at of assigned) its.seek(at, positions.get(at.partition) ?? 0n)
  }

  const take = async (batch: FetchedBatch, heartbeat: () => Promise<void>): Promise<void> => {
    if (batch.from !== positions.get(batch.partition)) return // fetched before a seek
    for (const record of batch.records) {
      await applyRecord(options, record, patience, heartbeat)
      positions.set(batch.partition, record.offset + 1n)
    }
    positions.set(batch.partition, batch.next)
    for (const look of [...waiting]) look()
  }

  const start = async (): Promise<void> => {
    const offsets = await untilDone(() => topicOffsets(cluster, name), patience)
    for (const [partition, { low }] of offsets) positions.set(partition, low)
    const group = `${followGroups(name)}${randomUUID()}`
    consumer = await untilDone(
      () =>
        openConsumer(cluster, {
          group,
          topics: [name],
          maxWaitMs: options.maxWaitMs ?? defaultMaxWait,
          joined,
          batch: (batch, heartbeat) => take(batch, heartbeat).catch(fail),
          failed: fail,
        }),
      patience,
    )
    await reached(offsets, positions, waiting)
  }

  const ready = Promise.race([start(), failed])
  ready.then(
    () => {
      isReady = true
      log.debug({ topic: name }, 'follows')
    },
    (error: unknown) => {
      fail(error)
      if (!stopped.signal.aborted)
        log.error({ topic: name, code: codeOf(error) }, 'following failed')
    },
  )

  return {
    ready,
    failed,
    problems() {
      const waits = patience.problems(name)
      if (isReady || waits.length > 0) return waits
      return [{ code: 'STARTING', why: `${name} is not read to its end yet` }]
    },
    position: () => positions,
    async caughtUp() {
      await ready
      await Promise.race([reached(await topicOffsets(cluster, name), positions, waiting), failed])
    },
    async stop() {
      stopped.abort()
      clearInterval(watch)
      await Promise.race([ready, failed]).catch(() => {})
      await consumer?.stop()
    },
  }
}

type Ends = ReadonlyMap<number, { readonly high: bigint }>

/** Resolves when all positions are at these ends; `waiting` is called whenever they have moved. */
function reached(
  ends: Ends,
  positions: ReadonlyMap<number, bigint>,
  waiting: Set<() => void>,
): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if ([...ends].some(([partition, { high }]) => (positions.get(partition) ?? 0n) < high)) return
      waiting.delete(look)
      resolve()
    }
    waiting.add(look)
    look()
  })
}

/** Compares the position with the broker's ends: a consumer that is stuck knows of no lag. */
function watchPosition(
  {
    cluster,
    name,
    stall: { everyMs, afterMs } = defaultStall,
  }: Pick<FollowOptions<TopicName>, 'cluster' | 'name' | 'stall'>,
  positions: ReadonlyMap<number, bigint>,
  { isWaiting }: Patience,
  fail: (error: unknown) => void,
): NodeJS.Timeout {
  const progress = createProgress<number>(() => performance.now(), 3 * everyMs)
  const look = async (): Promise<void> => {
    const offsets = await topicOffsets(cluster, name).catch(() => null)
    const places = [...(offsets ?? [])].map(([partition, { low, high }]) => {
      const position = positions.get(partition) ?? low
      return [partition, { position, lag: high > position ? high - position : 0n }] as const
    })
    progress.note(new Map(places)) // nothing, while the broker is away
    if (isWaiting()) for (const [partition] of places) progress.move(partition)
    const still = places.find(([partition]) => progress.stillMs(partition) > afterMs)
    if (still === undefined) return
    const why = `${name}/${still[0]} is not read on although records wait`
    fail(new ErrataError('STALLED', why, { topic: name, partition: still[0] }))
  }
  const timer = setInterval(() => void look(), everyMs)
  return timer.unref()
}

/** Waiting for outside systems, until the reader stops. */
interface Patience {
  readonly stopped: AbortSignal
  readonly waits: (error: unknown) => void
  readonly goesOn: () => void
  readonly isWaiting: () => boolean
  /** What it has waited for longer than a moment. */
  readonly problems: (name: string) => readonly Problem[]
}

function openPatience(stopped: AbortSignal): Patience {
  let wait: { readonly since: number; readonly error: unknown } | null = null
  return {
    stopped,
    waits: (error) => (wait ??= { since: performance.now(), error }),
    goesOn: () => (wait = null),
    isWaiting: () => wait !== null,
    problems(name) {
      const { since = Infinity, error = null } = wait ?? {}
      const ms = performance.now() - since
      if (ms < momentMs) return []
      const said = error instanceof Error ? error.message : String(error)
      const why = `${name} could not be read on for ${Math.round(ms / 1000)} s: ${said}`
      return [{ code: codeOf(error), why }]
    },
  }
}

async function applyRecord<T extends TopicName>(
  { registry, topic, apply, refused, log }: FollowOptions<T>,
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

/** Retries while an outside system is at fault. */
async function untilDone<T>(
  act: () => Promise<T>,
  { stopped, waits, goesOn }: Patience,
  meanwhile: () => Promise<void> = async () => {},
): Promise<T> {
  for (let pause = shortestPause; ; pause = Math.min(2 * pause, longestPause)) {
    try {
      const result = await act()
      goesOn()
      return result
    } catch (error) {
      if (fateOf(error) !== 'retry' || stopped.aborted) {
        goesOn()
        throw error
      }
      waits(error)
      await sleep(pause, undefined, { signal: stopped })
      await meanwhile()
    }
  }
}
