/**
 * One process at a time, of several that could do the work: the member of a consumer group that has
 * the only partition of a topic. The others wait. When it leaves, or is dead for as long as the
 * group's session takes, the group gives the partition to another.
 *
 * Nothing of the topic is read, and nothing committed. A process that was frozen may still believe
 * for a moment that it is the one: what mustn't happen twice needs a fence of its own.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import {
  openConsumer,
  type Assigned,
  type Cluster,
  type Consumer,
  type Log,
} from '../connectors/kafka/kafka.ts'
import { fateOf, type Problem } from '../errors.ts'

export interface LeadershipOptions {
  readonly cluster: Cluster
  readonly group: string
  /** Full name of a topic of one partition. */
  readonly topic: string
  /** From now on it is this process. */
  readonly begin: () => void
  /** It is no longer, or not known. */
  readonly end: () => void
  readonly log: Log
}

export interface Leadership {
  readonly isLeader: () => boolean
  /** Whether it waits while another process has the work. */
  readonly isWaiting: () => boolean
  /** Rejects with what is final. */
  readonly failed: Promise<never>
  /** Why it isn't known whose turn it is; none where it is. */
  readonly problems: () => readonly Problem[]
  /** Leaves the group, after `end`. */
  stop(): Promise<void>
}

const pauseMs = 1_000 // between attempts at the start

export function openLeadership(options: LeadershipOptions): Leadership {
  const { cluster, group, topic, begin, end, log } = options
  let state: 'outside' | 'waiting' | 'leading' = 'outside'
  let consumer: Consumer | null = null
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_, reject) => (fail = reject))
  failed.catch(() => {})
  const stopped = new AbortController()

  const become = (next: typeof state): void => {
    const before = state
    state = next
    if (before === next || stopped.signal.aborted) return
    if (next === 'leading') begin()
    else if (before === 'leading') end()
    log.info({ group, state: next }, 'turn')
  }
  const joined = (assigned: readonly Assigned[], its: Consumer): void => {
    for (const one of assigned) its.pause(one)
    become(assigned.length > 0 ? 'leading' : 'waiting')
  }
  const start = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      try {
        consumer = await openConsumer(cluster, {
          group,
          topics: [topic],
          joined,
          batch() {},
          left: () => become('outside'),
          failed: fail,
        })
        return
      } catch (error) {
        if (fateOf(error) !== 'retry') throw error
        await sleep(pauseMs, undefined, { signal: stopped.signal, ref: false })
      }
    }
  }
  const started = start().catch((error: unknown) => {
    if (!stopped.signal.aborted) fail(error)
  })
  return {
    isLeader: () => state === 'leading',
    isWaiting: () => state === 'waiting',
    failed,
    problems: () =>
      state === 'outside'
        ? [{ code: 'STARTING', why: `this process is not in the group ${group}` }]
        : [],
    async stop() {
      if (state === 'leading') end()
      state = 'outside'
      stopped.abort()
      await started
      await consumer?.stop()
    },
  }
}
