/** The fetched records of a partition that are not stored yet. */

import type { ErrorCode } from '../../errors.ts'
import type { Assigned } from '../kafka/kafka.ts'
import { emptyInbox, type Inbox, type InboxItem } from './partition-use.ts'

export interface Partition extends Assigned, Inbox {
  bytes: number
  paused: boolean
  stored: bigint
  high: bigint
  readonly ending: AbortController
  wake: () => void
  running: Promise<void>
  /** What it waits for, since the last time that something was stored. */
  trouble: { readonly since: number; readonly code: ErrorCode; readonly why: string } | null
}

export const keyOf = ({ topic, partition }: Assigned): string => `${topic}/${partition}`

export function newPartition(topic: string, partition: number): Partition {
  const ending = new AbortController()
  let wakers: (() => void)[] = []
  return {
    topic,
    partition,
    ending,
    ...emptyInbox(ending.signal),
    bytes: 0,
    paused: false,
    stored: 0n,
    high: 0n,
    running: Promise.resolve(),
    trouble: null,
    wake: () => {
      const waking = wakers
      wakers = []
      for (const one of waking) one()
    },
    arrival: (ms) =>
      new Promise((resolve) => {
        if (ending.signal.aborted) return resolve()
        const timer = ms === undefined ? undefined : setTimeout(resolve, Math.max(0, ms))
        wakers.push(() => {
          clearTimeout(timer)
          resolve()
        })
      }),
  }
}

export function push(partition: Partition, item: InboxItem): void {
  partition.items.push(item)
  partition.bytes += item.bytes
}

export function end(partition: Partition): void {
  partition.ending.abort()
  partition.wake()
}
