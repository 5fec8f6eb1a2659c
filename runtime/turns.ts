/**
 * Turns of the event loop: between any two records that are processed, what arrived meanwhile is
 * taken in.
 */

import { setImmediate } from 'node:timers/promises'

// of the event loop before a turn: an answer of the broker, and what was asked for because of it
const looks = 3

// bytes of records, some twenty receipts or fifteen invoices: the event loop waits for all of them
const largestGroup = 65_536

const begun = -1 // room where nothing fits any more, not even a record without a value
let group = { begins: Promise.resolve(), room: begun }

/**
 * The turn of a record, of whichever partition, after the event loop has seen to all that arrived
 * during the turn before: so between any two turns the rules and models that are followed are taken
 * in. Where a stage has several records in hand, those that wait together share a turn, as many as
 * there is room for; others have one each. `room`: bytes.
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
  for (let i = 0; i < looks; i++) await setImmediate()
}
