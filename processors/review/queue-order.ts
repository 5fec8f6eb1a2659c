/**
 * The order of the review queue: by priority (which grows with the amount), and the longer a
 * document waits the more: two days weigh as much as one step of priority. Two documents keep their
 * order as time goes by, so nothing has to be sorted again, and nothing waits for ever behind what
 * is worth more.
 */

import type { Task } from '../../schemas/types.ts'

export type QueuePlace = readonly [urgency: number, receivedAt: number, documentId: string]

const msPerPriority = 2 * 86_400_000 // of waiting, worth one step of priority

export function queuePlaceOf({
  priority,
  receivedAt,
  documentId,
}: Pick<Task, 'priority' | 'receivedAt' | 'documentId'>): QueuePlace {
  return [priority - receivedAt / msPerPriority, receivedAt, documentId]
}

/**
 * The more urgent first, then the older document; the id decides a tie, so that the order is total.
 */
export function comparePlaces(a: QueuePlace, b: QueuePlace): number {
  return b[0] - a[0] || a[1] - b[1] || compareIds(a[2], b[2])
}

function compareIds(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** A list that is kept in order: what arrives is sorted once, when the list is next asked for. */
export interface OrderedList<T> {
  readonly add: (item: T) => void
  /** Says that some items may have no place any more. */
  readonly release: () => void
  readonly all: () => readonly T[]
}

/** `placeOf`: null for what is not in the list. */
export function orderedList<T>(placeOf: (item: T) => QueuePlace | null): OrderedList<T> {
  const compare = (a: T, b: T): number =>
    comparePlaces(placeOf(a) as QueuePlace, placeOf(b) as QueuePlace)
  let order: T[] = [] // all with a place, as far as they were asked for
  let arrived: T[] = [] // since then
  let released = false
  return {
    add: (item) => void arrived.push(item),
    release: () => void (released = true),
    all() {
      if (arrived.length === 0 && !released) return order
      const moved = new Set(arrived)
      order = merged(
        order.filter((item) => placeOf(item) !== null && !moved.has(item)),
        [...moved].filter((item) => placeOf(item) !== null).sort(compare),
        compare,
      )
      arrived = []
      released = false
      return order
    },
  }
}

/** Two lists in order as one. */
function merged<T>(one: readonly T[], other: readonly T[], compare: (a: T, b: T) => number): T[] {
  const all: T[] = []
  let next = 0
  for (const item of one) {
    for (
      let candidate = other[next];
      candidate !== undefined && compare(candidate, item) < 0;
      candidate = other[++next]
    )
      all.push(candidate)
    all.push(item)
  }
  return [...all, ...other.slice(next)]
}

export function cursor(place: QueuePlace): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** Null for what is no cursor of ours: the list then starts from the top. */
export function parseCursor(text: string): QueuePlace | null {
  try {
    const place: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    return Array.isArray(place) &&
      typeof place[0] === 'number' &&
      typeof place[1] === 'number' &&
      typeof place[2] === 'string'
      ? [place[0], place[1], place[2]]
      : null
  } catch {
    return null
  }
}
