/**
 * The order of the review queue: by priority (which grows with the amount) plus waiting time, two
 * days counting as one step of priority. The order of two documents never changes with time, so
 * nothing is sorted again, and no document waits forever behind more valuable ones.
 */

import type { Task } from '../../schemas/types.ts'

export type QueuePlace = readonly [urgency: number, receivedAt: number, documentId: string]

const msPerPriority = 2 * 86_400_000 // of waiting; equals one step of priority

export function queuePlaceOf({
  priority,
  receivedAt,
  documentId,
}: Pick<Task, 'priority' | 'receivedAt' | 'documentId'>): QueuePlace {
  return [priority - receivedAt / msPerPriority, receivedAt, documentId]
}

/** The more urgent first, then the older document; the id breaks ties, so the order is total. */
export function comparePlaces(a: QueuePlace, b: QueuePlace): number {
  return b[0] - a[0] || a[1] - b[1] || compareIds(a[2], b[2])
}

function compareIds(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** A sorted list: new items are sorted in when the list is next read. */
export interface OrderedList<T> {
  readonly add: (item: T) => void
  /** Marks some items as possibly removed. */
  readonly release: () => void
  readonly all: () => readonly T[]
}

/** `placeOf`: null for an item that is not in the list. */
export function orderedList<T>(placeOf: (item: T) => QueuePlace | null): OrderedList<T> {
  const compare = (a: T, b: T): number =>
    comparePlaces(placeOf(a) as QueuePlace, placeOf(b) as QueuePlace)
  let order: T[] = [] // sorted, as of the last read
  let arrived: T[] = [] // added since
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

/** Merges two sorted lists. */
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

/** Null for an invalid cursor: the list then starts from the top. */
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
