/**
 * Ports for the servers that tests start. Each worker of a run draws from a range of its own: two
 * that look for a free port at the same moment find the same one.
 */

import { freePort } from '../deploy/stack/ports.ts'

// above what people's own servers usually have, and below what the system gives to outgoing
// connections, which begins at 32768
const firstOfAll = 20_000
const ranges = 8
const rangeSize = 1_590
const blockSize = 100

const range = Number(process.env['JEST_WORKER_ID'] ?? 0) % ranges // 0: the set-up, and scripts
const apart = process.pid % 8 // two runs side by side
let next = firstOfAll + range * rangeSize + apart * blockSize

/** A port that nothing listens on, another at each call. */
export async function openPort(): Promise<number> {
  const port = await freePort(next)
  next = port + 1
  return port
}

/** The first of 100 ports that no other call gives away, for what chooses among them itself. */
export function portBlock(): number {
  const first = next
  next += blockSize
  return first
}
