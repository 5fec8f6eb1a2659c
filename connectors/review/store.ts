/**
 * The review store: the queue of processors/tasks.ts, with the whole task of each document beside it in a folder.
 *
 *   needs-review, corrected ─[follow]─► addTask, addVerdict ─► queue (memory, about 1 kB a document)
 *                                                          └─► <folder>/ab/abcdef….task (deflated, about 5 kB)
 *
 * The folder is a cache of the log: emptied when the store opens and filled again by following the topics from their
 * start, so that it can never disagree with them and needs no migration. Files are named by a hash of the document id,
 * which comes from outside and is never used as a path.
 *
 * Taking a record in is synchronous, so that nobody sees a task in the queue that can't be opened yet. Nothing expires:
 * what the topics retain is here after a start, and erasure is a tombstone. A full disk throws: the follower must stop.
 */

import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { deflateRawSync, inflateRaw } from 'node:zlib'
import { taskQueue, type Queue, type TaskSummary } from '../../processors/tasks.ts'
import type { Field, LineItem, Task, Verdict } from '../../schemas/types.ts'

export interface Place {
  readonly partition: number
  readonly offset: bigint
}

/** What a person said last about a document. */
export interface Truth {
  readonly revision: number
  readonly fields: readonly Field[]
  readonly lineItems: readonly LineItem[]
  readonly comment: string | null
}

export interface StoredTask {
  readonly summary: TaskSummary
  readonly task: Task
  /** Changes whenever another reading of the document arrives: word indexes belong to one version only. */
  readonly version: string
  readonly truth: Truth | null
}

export interface TaskStore extends Omit<Queue, 'addTask' | 'addVerdict'> {
  /** Takes in a record of needs-review; null is a tombstone. Idempotent, so that a log may be followed again. */
  readonly addTask: (key: string, task: Task | null, at: Place) => void
  /** Takes in a record of corrected, in any order relative to the tasks. Idempotent. */
  readonly addVerdict: (key: string, verdict: Verdict | null) => void
  /** The whole task, open or closed; null for a document without one. */
  readonly get: (documentId: string) => Promise<StoredTask | null>
}

const inflate = promisify(inflateRaw)
const level = 1 // of deflate: a quarter of the size at a fifth of the time of the default

/** Opens an empty store in `folder`, deleting what an earlier process kept there. */
export function openTaskStore(folder: string): TaskStore {
  const queue = taskQueue()
  const place = join(folder, 'tasks')
  rmSync(place, { recursive: true, force: true })
  for (let i = 0; i < 256; i++) mkdirSync(join(place, i.toString(16).padStart(2, '0')), { recursive: true })
  const path = (documentId: string, kind: 'task' | 'truth'): string => {
    const hash = createHash('sha256').update(documentId).digest('hex')
    return join(place, hash.slice(0, 2), `${hash.slice(2, 34)}.${kind}`)
  }
  const write = (file: string, value: unknown): void => writeFileSync(file, deflateRawSync(JSON.stringify(value), { level }), { mode: 0o600 })
  const read = async <T>(file: string): Promise<T | null> => {
    try {
      return JSON.parse((await inflate(await readFile(file))).toString('utf8')) as T
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }

  return {
    ...queue,
    addTask(key, task, at) {
      const isNew = queue.addTask(key, task, at)
      if (task === null) rmSync(path(key, 'task'), { force: true })
      else if (isNew) write(path(key, 'task'), { task, version: `${at.partition}-${at.offset}` })
    },
    addVerdict(key, verdict) {
      const isNew = queue.addVerdict(key, verdict)
      if (verdict === null) return rmSync(path(key, 'truth'), { force: true })
      const { revision, fields, lineItems, comment } = verdict
      if (isNew) write(path(key, 'truth'), { revision, fields, lineItems, comment })
    },
    async get(documentId) {
      const stored = await read<{ task: Task; version: string }>(path(documentId, 'task'))
      const truth = await read<Truth>(path(documentId, 'truth'))
      const summary = queue.summary(documentId)
      return stored === null || summary === null ? null : { summary, task: stored.task, version: stored.version, truth }
    },
  }
}
