/**
 * The review store: the queue of processors/review/review-queue.ts, with the whole task of each
 * document beside it in a file.
 *
 *   needs-review, corrected ─[follow]─► addTask, addVerdict ─► queue (memory, about 1 kB a document)
 *                                                          └─► <folder>/tasks.spill (deflated, appended; position in memory)
 *
 * The file is a cache of the log: emptied when the store opens and filled again by following the
 * topics from their start, so that it can never disagree with them and needs no migration. One file
 * and not one for each task, since creating files costs more than all else together. What is
 * replaced or erased by a tombstone is overwritten at once and leaves a hole until the next start.
 *
 * Taking a record in is synchronous, so that nobody sees a task in the queue that can't be opened
 * yet. Nothing expires: what the topics retain is here after a start. A full disk is DISK_FULL: the
 * same record is to be given again later.
 */

import { closeSync, mkdirSync, openSync, read, writeSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { deflateRawSync, inflateRaw } from 'node:zlib'
import { ErrataError, isDiskFull } from '../../../errors.ts'
import { taskQueue, type Queue, type TaskSummary } from '../../../processors/review/review-queue.ts'
import type { Field, LineItem, Task, Verdict } from '../../../schemas/types.ts'

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
  /**
   * Changes whenever another reading of the document arrives: word indexes belong to one version
   * only.
   */
  readonly version: string
  readonly truth: Truth | null
}

export interface TaskStore extends Omit<Queue, 'addTask' | 'addVerdict'> {
  /**
   * Takes in a record of needs-review; null is a tombstone. Idempotent, so that a log may be
   * followed again.
   */
  readonly addTask: (key: string, task: Task | null, at: Place) => void
  /** Takes in a record of corrected, in any order relative to the tasks. Idempotent. */
  readonly addVerdict: (key: string, verdict: Verdict | null) => void
  /** The whole task, open or closed; null for a document without one. */
  readonly get: (documentId: string) => Promise<StoredTask | null>
  /**
   * The latest verdicts on documents of a vendor, the oldest first; rejections aren't among them.
   */
  readonly examples: (vendor: string) => Promise<readonly Verdict[]>
  readonly close: () => void
}

/** Where a value lies in the file. */
interface Slot {
  readonly position: number // bytes
  readonly length: number // bytes
}

const inflate = promisify(inflateRaw)
const readAt = promisify(read)
const mostExamples = 40 // of a vendor: as many as rules are made from
const level = 1 // of deflate: a quarter of the size at a fifth of the time of the default

/**
 * Opens an empty store in `folder`, emptying what an earlier process kept there. One process for
 * each folder.
 */
export function openTaskStore(folder: string): TaskStore {
  mkdirSync(folder, { recursive: true })
  const file = openSync(join(folder, 'tasks.spill'), 'w+', 0o600)
  const queue = taskQueue()
  const tasks = new Map<string, Slot>()
  const truths = new Map<string, Slot>()
  const lessons = new Map<string, Slot>()
  const byVendor = new Map<string, Set<string>>()
  const vendorOf = new Map<string, string>()
  const unwritten = new Set<string>()
  let end = 0
  const append = (value: unknown): Slot => {
    const bytes = deflateRawSync(JSON.stringify(value), { level })
    try {
      for (let written = 0; written < bytes.length;)
        written += writeSync(file, bytes, written, bytes.length - written, end + written)
    } catch (cause) {
      throw isDiskFull(cause)
        ? new ErrataError('DISK_FULL', 'the review store is full', {}, cause)
        : cause
    }
    const slot = { position: end, length: bytes.length }
    end += bytes.length
    return slot
  }
  const load = async <T>(slot: Slot | undefined): Promise<T | null> => {
    if (slot === undefined) return null
    const bytes = Buffer.alloc(slot.length)
    await readAt(file, bytes, 0, slot.length, slot.position)
    return JSON.parse((await inflate(bytes)).toString('utf8')) as T
  }
  const erase = (slots: Map<string, Slot>, key: string): void => {
    const slot = slots.get(key)
    if (slot !== undefined)
      writeSync(file, Buffer.alloc(slot.length), 0, slot.length, slot.position)
    slots.delete(key)
  }
  const replace = (slots: Map<string, Slot>, key: string, slot: Slot): void => {
    erase(slots, key)
    slots.set(key, slot)
  }
  const forgetExample = (key: string): void => {
    byVendor.get(vendorOf.get(key) ?? '')?.delete(key)
    vendorOf.delete(key)
    erase(lessons, key)
  }
  const keepExample = (key: string, verdict: Verdict): void => {
    forgetExample(key)
    if (verdict.decision === 'rejected') return
    lessons.set(key, append(verdict))
    const documents = byVendor.get(verdict.vendor.id) ?? new Set()
    byVendor.set(verdict.vendor.id, documents.add(key))
    vendorOf.set(key, verdict.vendor.id)
    for (const oldest of documents) {
      if (documents.size <= mostExamples) break
      forgetExample(oldest)
    }
  }
  /**
   * The queue knows a record once; where its value could not be written, the record that comes
   * again is new to the file.
   */
  const write = (key: string, isNew: boolean, act: () => void): void => {
    if (!isNew && !unwritten.has(key)) return
    unwritten.add(key)
    act()
    unwritten.delete(key)
  }
  const get = async (documentId: string): Promise<StoredTask | null> => {
    const [task, verdict] = [tasks.get(documentId), truths.get(documentId)]
    const summary = queue.summary(documentId) // of the same moment as the two places
    try {
      const stored = await load<{ task: Task; version: string }>(task)
      const truth = await load<Truth>(verdict)
      return stored === null || summary === null
        ? null
        : { summary, task: stored.task, version: stored.version, truth }
    } catch (error) {
      if (tasks.get(documentId) === task && truths.get(documentId) === verdict) throw error
      return get(documentId) // overwritten while it was read
    }
  }

  return {
    ...queue,
    get,
    async examples(vendor) {
      const found = await Promise.all(
        [...(byVendor.get(vendor) ?? [])].map((key) =>
          load<Verdict>(lessons.get(key)).catch(() => null),
        ),
      ) // null: replaced meanwhile
      return found.filter((example): example is Verdict => example !== null)
    },
    addTask(key, task, at) {
      const isNew = queue.addTask(key, task, at)
      if (task === null) erase(tasks, key)
      else
        write(`task ${key}`, isNew, () =>
          replace(tasks, key, append({ task, version: queue.version(key) })),
        )
    },
    addVerdict(key, verdict) {
      const isNew = queue.addVerdict(key, verdict)
      if (verdict === null) {
        forgetExample(key)
        return erase(truths, key)
      }
      const { revision, fields, lineItems, comment } = verdict
      write(`verdict ${key}`, isNew, () => {
        replace(truths, key, append({ revision, fields, lineItems, comment }))
        keepExample(key, verdict)
      })
    },
    close: () => closeSync(file),
  }
}
