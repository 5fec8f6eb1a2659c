/**
 * Yields to the event loop between two records, so that updates that arrived meanwhile are applied.
 */

import { setImmediate } from 'node:timers/promises'

// turns of the event loop before a record: one for a response of the broker, and one for what it
// triggered
const turnsBefore = 3

// bytes of records, some twenty receipts or fifteen invoices: the event loop is blocked for all of
// them
const largestGroup = 65_536

const begun = -1 // full: not even a record without a value fits
let group = { begins: Promise.resolve(), room: begun }

/**
 * Resolves when a record of any partition may be processed, after the event loop has handled
 * everything that arrived during the previous record, so that updates of rules and models are
 * applied in between. Where a stage processes records concurrently, waiting records share a turn,
 * as many as fit into `room` (bytes); other records have one turn each.
 */
export function turn(room: number): Promise<void> {
  if (room > group.room) {
    const next = {
      begins: group.begins.then(settle).then(() => void (next.room = begun)),
      room: largestGroup,
    }
    group = next
  }
  group.room -= room
  return group.begins
}

async function settle(): Promise<void> {
  for (let i = 0; i < turnsBefore; i++) await setImmediate()
}
