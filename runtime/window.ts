/**
 * The records of a partition in progress: which results may be committed, and the position to
 * commit.
 *
 *     offset     17     18    19    20     21        17 and 20 take long: they are late
 *                late   done  done  late   done      21 has the key of 20
 *     commit            x     x                      committed: position 17, and beyond it 18 and 19
 *
 * Results are committed in order of offset, but late records are overtaken, so that a document that
 * takes minutes does not hold up the rest of its partition. A record never overtakes an earlier one
 * with the same key. The committed position is that of the first uncommitted record, so that no
 * record is skipped; the offsets beyond it whose results are committed are stored with it, in the
 * same transaction, and the next owner of the partition skips them: see encodeBeyond.
 *
 * The alternative, a separate topic and stage for slow documents, would be a second transactional
 * writer of the same output partitions, and would have to keep the order of a document's records
 * across two topics.
 */

import type { LeaseItem } from './lease.ts'

export interface WindowLimits {
  /** The number of records in progress that are not late. */
  readonly atOnce: number
  /** ms of work after which a record is late; Infinity where none may be overtaken. */
  readonly lateAfterMs: number
  /** Late records, and records that wait for one of the same key. */
  readonly mostLate: number
}

export interface Window<Result> {
  readonly hasRoomFor: (item: LeaseItem) => boolean
  readonly add: (item: LeaseItem, result: Promise<Result>) => void
  /** Adds a record committed by an earlier lease. */
  readonly addDone: (item: LeaseItem) => void
  /** Whether a record that is not late is in progress. */
  readonly isBusy: () => boolean
  /**
   * Takes the results that may be committed, in order of offset. Throws the error of a failed
   * record.
   */
  readonly take: () => Result[]
  /** Resolves when a result has arrived, or a record has become late. */
  readonly changed: () => Promise<void>
  /** The position after what was taken; null before anything was added. */
  readonly position: () => bigint | null
  /** Offsets from the position on that were taken. */
  readonly beyond: () => readonly bigint[]
  readonly late: () => number
  /** Whether `take` would return something; `wake` is called when it would. */
  readonly hasResults: (wake: () => void) => boolean
}

interface Entry<Result> {
  readonly item: LeaseItem
  /** The position before it. */
  readonly start: bigint
  readonly key: string | null
  readonly began: number
  state: 'working' | 'done' | 'taken'
  outcome: { readonly result: Result } | { readonly error: unknown } | null
}

/**
 * Most offsets between the position and the last record in progress: what fits into the metadata of
 * a commit.
 */
export const widestWindow = 8_192

/** `now` in ms, from an arbitrary origin. */
export function openWindow<Result>(
  limits: WindowLimits,
  now: () => number = () => performance.now(),
): Window<Result> {
  const entries: Entry<Result>[] = [] // by offset, from the first one not taken
  let end: bigint | null = null
  let wake: () => void = () => undefined

  const isLate = (entry: Entry<Result>): boolean =>
    entry.state === 'working' && now() - entry.began >= limits.lateAfterMs
  const isFresh = (entry: Entry<Result>): boolean => entry.state === 'working' && !isLate(entry)
  const fresh = (): Entry<Result>[] => entries.filter(isFresh)

  const position = (): bigint | null => entries[0]?.start ?? end

  const put = (
    item: LeaseItem,
    state: Entry<Result>['state'],
    key: string | null,
  ): Entry<Result> => {
    const entry: Entry<Result> = {
      item,
      start: item.record?.offset ?? end ?? item.next,
      key,
      began: now(),
      state,
      outcome: null,
    }
    entries.push(entry)
    end = item.next
    dropTaken(entries)
    return entry
  }

  return {
    position,
    hasRoomFor(item) {
      const open = entries.filter(({ state }) => state !== 'taken').length
      const from = position() ?? item.next
      return (
        fresh().length < limits.atOnce &&
        open < limits.atOnce + limits.mostLate &&
        item.next - from <= BigInt(widestWindow)
      )
    },
    add(item, result) {
      const entry = put(item, 'working', item.record?.key?.toString('latin1') ?? null)
      settle(entry, result, () => wake())
    },
    addDone: (item) => void put(item, 'taken', null),
    isBusy: () => fresh().length > 0,
    take() {
      const failure = failureIn(entries)
      if (failure !== null) throw failure.error
      const results = effective(entries, isFresh).map((entry) => {
        entry.state = 'taken'
        return (entry.outcome as { readonly result: Result }).result
      })
      dropTaken(entries)
      return results
    },
    changed() {
      const oldest = fresh()[0]
      const leftMs =
        oldest === undefined ? Infinity : Math.max(0, limits.lateAfterMs - (now() - oldest.began))
      return new Promise((resolve) => {
        const timer = Number.isFinite(leftMs) ? setTimeout(resolve, leftMs + 1) : undefined
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
    beyond: () => takenOffsets(entries),
    late: () => entries.filter(isLate).length,
    hasResults(whenever) {
      wake = whenever
      return effective(entries, isFresh).length > 0 || failureIn(entries) !== null
    },
  }
}

/** Stores the result of a record in progress. */
function settle<Result>(entry: Entry<Result>, result: Promise<Result>, wake: () => void): void {
  const keep = (outcome: NonNullable<Entry<Result>['outcome']>): void => {
    entry.state = 'done'
    entry.outcome = outcome
    wake()
  }
  result.then(
    (value) => keep({ result: value }),
    (error: unknown) => keep({ error }),
  )
}

/**
 * Results that may be taken: all up to the first record in progress that is not late, without those
 * whose key is in progress before them.
 */
function effective<Result>(
  entries: readonly Entry<Result>[],
  isFresh: (entry: Entry<Result>) => boolean,
): Entry<Result>[] {
  const held = new Set<string>()
  const found: Entry<Result>[] = []
  for (const entry of entries) {
    if (isFresh(entry)) break
    if (entry.state === 'done' && (entry.key === null || !held.has(entry.key))) found.push(entry)
    else if (entry.state !== 'taken' && entry.key !== null) held.add(entry.key)
  }
  return found
}

/** The error of the first failed record. */
function failureIn(entries: readonly Entry<unknown>[]): { readonly error: unknown } | null {
  for (const { outcome } of entries) if (outcome !== null && 'error' in outcome) return outcome
  return null
}

function takenOffsets(entries: readonly Entry<unknown>[]): readonly bigint[] {
  return entries.flatMap(({ state, item }) =>
    state === 'taken' && item.record !== null ? [item.record.offset] : [],
  )
}

function dropTaken(entries: Entry<unknown>[]): void {
  const first = entries.findIndex(({ state }) => state !== 'taken')
  entries.splice(0, first < 0 ? entries.length : first)
}

const mark = 'errata.beyond.1:' // marks the metadata as ours

/**
 * Committed offsets from the position on, as metadata of the commit: a bit for each offset. Empty
 * where there are none.
 */
export function encodeBeyond(position: bigint, beyond: readonly bigint[]): string {
  if (beyond.length === 0) return ''
  const places = beyond.map((offset) => Number(offset - position))
  const bits = Buffer.alloc((Math.max(...places) >> 3) + 1)
  for (const place of places) bits[place >> 3] = (bits[place >> 3] as number) | (1 << (place & 7))
  return mark + bits.toString('base64')
}

/** The inverse of encodeBeyond; empty for other programs' metadata. */
export function decodeBeyond(position: bigint, metadata: string | null): ReadonlySet<bigint> {
  if (metadata === null || !metadata.startsWith(mark)) return new Set()
  const bits = Buffer.from(metadata.slice(mark.length), 'base64')
  const beyond = new Set<bigint>()
  for (let place = 0; place < 8 * bits.length; place++) {
    if (((bits[place >> 3] as number) >> (place & 7)) & 1) beyond.add(position + BigInt(place))
  }
  return beyond
}
