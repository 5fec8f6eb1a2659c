/**
 * What an import knows of its documents, and what becomes of the verdicts that it writes: their
 * latest tasks and verdicts, and the dead letters of judge.
 */

import type { Config } from '../config.ts'
import { follow } from '../runtime/follow.ts'
import { originIn, recordOriginOf } from '../runtime/headers.ts'
import type { Task, Verdict } from '../schemas/types.ts'
import { deadTopicName, topicName } from '../topology.ts'
import type { Connection } from '../operations/connect.ts'

export interface Known {
  readonly task: Task | null
  readonly verdict: Verdict | null // the latest that counts
}

/** Whether a verdict counts, or why not; null: nobody has judged it yet. */
export type Judged = { readonly refusal: string | null } | null

export interface KnownDocuments {
  readonly of: (documentId: string) => Known | null
  /** Waits until the record of corrected at this position is judged, for so many ms at most. */
  readonly judged: (
    at: { readonly partition: number; readonly offset: bigint },
    forMs: number,
  ) => Promise<Judged>
  readonly stop: () => Promise<unknown>
}

/** Of the wanted documents, as they are now. */
export async function openKnown(
  config: Config,
  { cluster, registry }: Connection,
  wanted: ReadonlySet<string>,
): Promise<KnownDocuments> {
  const prefix = config.topicPrefix
  const corrected = topicName('corrected', prefix)
  const tasks = new Map<string, Task>()
  const verdicts = new Map<string, Verdict>()
  const judged = new Map<string, NonNullable<Judged>>() // by position
  const waiting = new Map<string, (result: Judged) => void>()
  const settle = (place: string, result: NonNullable<Judged>): void => {
    judged.set(place, result)
    waiting.get(place)?.(result)
  }
  const common = { cluster, registry, log: cluster.log }
  const followed = [
    follow({
      ...common,
      topic: 'needs-review',
      name: topicName('needs-review', prefix),
      apply: (key, task) => {
        if (task === null) tasks.delete(key)
        else if (wanted.has(key) && task.revision >= (tasks.get(key)?.revision ?? 0))
          tasks.set(key, task)
      },
    }),
    follow({
      ...common,
      topic: 'verdicts',
      name: topicName('verdicts', prefix),
      apply: (key, verdict, at) => {
        if (verdict === null) return void verdicts.delete(key)
        if (!wanted.has(key)) return
        if (verdict.revision > (verdicts.get(key)?.revision ?? 0)) verdicts.set(key, verdict)
        const origin = originIn(at)
        if (origin !== null) settle(recordOriginOf(origin), { refusal: null })
      },
    }),
    follow({
      ...common,
      topic: 'dead',
      name: deadTopicName('judge', prefix),
      apply: (key, letter) => {
        if (letter !== null && wanted.has(key))
          settle(recordOriginOf(letter), { refusal: letter.message })
      },
    }),
  ]
  const stop = (): Promise<unknown> => Promise.all(followed.map((one) => one.stop()))
  try {
    await Promise.race([
      Promise.all(followed.map(({ ready }) => ready)),
      ...followed.map(({ failed }) => failed),
    ])
  } catch (error) {
    await stop()
    throw error
  }
  return {
    stop,
    of(documentId) {
      const task = tasks.get(documentId) ?? null
      const verdict = verdicts.get(documentId) ?? null
      return task === null && verdict === null ? null : { task, verdict }
    },
    judged(at, forMs) {
      const place = recordOriginOf({ topic: corrected, ...at })
      const known = judged.get(place)
      if (known !== undefined) return Promise.resolve(known)
      return new Promise((resolve) => {
        const timer = setTimeout(() => resolve(null), forMs)
        waiting.set(place, (result) => {
          clearTimeout(timer)
          resolve(result)
        })
      })
    },
  }
}
