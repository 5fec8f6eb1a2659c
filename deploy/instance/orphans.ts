/**
 * Processes that an earlier supervisor of this home left behind. They end by themselves, since
 * their standard input closed with it, but first they finish their transactions and hold their
 * ports meanwhile. A new start that does not wait would find its own ports taken. Called with the
 * lock of the home held, so what is found has no supervisor.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { childrenOf, killChildren } from '../stack/processes.ts'

const graceMs = 15_000 // a process that lost its supervisor ends within 13 s
const lookMs = 100

/** Returns when none is left, or `stop` says so; those that do not end in time are killed. */
export async function endOrphans(
  home: string,
  say: (line: string) => void,
  stop?: AbortSignal,
  patienceMs = graceMs,
): Promise<void> {
  const first = childrenOf(home)
  if (first.length === 0) return
  say(`waiting for ${first.length} processes of the last start to end`)
  const until = async (ms: number): Promise<boolean> => {
    for (const end = performance.now() + ms; childrenOf(home).length > 0; await sleep(lookMs)) {
      if (performance.now() > end || stop?.aborted === true) return false
    }
    return true
  }
  if ((await until(patienceMs)) || stop?.aborted === true) return
  say(`killing ${childrenOf(home).join(', ')}: they do not end`)
  killChildren(home)
  await until(patienceMs)
}
