/**
 * The review store: the queue of processors/review/review-queue.ts, with the whole task of each
 * document beside it in a file.
 *
 *   needs-review, verdicts ─[follow]─► addTask, addVerdict ─► queue (memory, about 1 kB a document)
 *   what is answered here ───────────► give, refuse        └─► <folder>/tasks.spill (deflated, appended; position in memory)
 *
 * The file is a cache of the log: emptied when the store opens and filled again by following the
 * topics from their start, so that it can never disagree with them and needs no migration. One file
 * and not one for each task, since creating files costs more than all else together. What is
 * replaced or erased by a tombstone is overwritten at once and leaves a hole until the next start.
 *
 * Adding a record is synchronous, so that every task in the queue can be opened at once. Nothing
 * expires: after a start the store has what the topics retain. A full disk is DISK_FULL; the caller
 * retries with the same record.
 */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  taskQueue,
  type ReviewQueue,
  type TaskSummary,
} from '../../../processors/review/review-queue.ts'
import type { Field, LineItem, Task, Verdict } from '../../../schemas/types.ts'
import { openSpill, type Slot, type Spill } from './spill.ts'

export interface TaskPlace {
  readonly partition: number
  readonly offset: bigint
}

/** What a person said last about a document. */
export interface LatestAnswer {
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
  readonly truth: LatestAnswer | null
}

export interface TaskStore extends Omit<ReviewQueue, 'addTask' | 'addVerdict' | 'give'> {
  /**
   * Takes in a record of needs-review; null is a tombstone. Idempotent, so that a log may be
   * followed again.
   */
  readonly addTask: (key: string, task: Task | null, at: TaskPlace) => void
  /** Takes in a record of verdicts, in any order relative to the tasks. Idempotent. */
  readonly addVerdict: (key: string, verdict: Verdict | null) => void
  /** Takes in what was answered here, before it is judged; `at`: its record of corrected. */
  readonly give: (verdict: Verdict, at: TaskPlace) => void
  /** The whole task, open or closed; null for a document without one. */
  readonly get: (documentId: string) => Promise<StoredTask | null>
  /**
   * The latest verdicts on documents of a vendor, the oldest first; rejections aren't among them.
   */
  readonly examples: (vendor: string) => Promise<readonly Verdict[]>
  readonly close: () => void
}

const mostExamples = 40 // of a vendor: as many as rules are made from

/**
 * Opens an empty store in `folder`, emptying what an earlier process kept there. One process for
 * each folder.
 */
export function openTaskStore(folder: string): TaskStore {
  mkdirSync(folder, { recursive: true })
  const spill = openSpill(join(folder, 'tasks.spill'))
  const queue = taskQueue()
  const tasks = spill.table<{ readonly task: Task; readonly version: string }>()
  const truths = spill.table<LatestAnswer>()
  const given = spill.table<LatestAnswer>()
  const lessons = examplesIn(spill)
  const unwritten = new Set<string>()
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
    const answer = (): Slot | undefined => given.slot(documentId) ?? truths.slot(documentId)
    const [task, verdict] = [tasks.slot(documentId), answer()]
    const summary = queue.summary(documentId) // of the same moment as the two places
    try {
      const stored = await tasks.read(task)
      const truth = await truths.read(verdict)
      return stored === null || summary === null
        ? null
        : { summary, task: stored.task, version: stored.version, truth }
    } catch (error) {
      if (tasks.slot(documentId) === task && answer() === verdict) throw error
      return get(documentId) // overwritten while it was read
    }
  }

  return {
    ...queue,
    get,
    examples: (vendor) => lessons.of(vendor),
    addTask(key, task, at) {
      const isNew = queue.addTask(key, task, at)
      if (task === null) {
        tasks.erase(key)
        given.erase(key)
      } else
        write(`task ${key}`, isNew, () =>
          tasks.put(key, { task, version: queue.version(key) as string }),
        )
    },
    addVerdict(key, verdict) {
      const isNew = queue.addVerdict(key, verdict)
      if (!queue.isGiven(key)) given.erase(key)
      if (verdict === null) {
        lessons.forget(key)
        return truths.erase(key)
      }
      write(`verdict ${key}`, isNew, () => {
        truths.put(key, answerOf(verdict))
        lessons.keep(key, verdict)
      })
    },
    give(verdict, at) {
      const { documentId } = verdict
      if (!queue.give(verdict, at)) return
      given.put(documentId, answerOf(verdict))
      lessons.keep(documentId, verdict)
    },
    refuse(key, at) {
      const wasGiven = queue.isGiven(key)
      queue.refuse(key, at)
      if (!wasGiven || queue.isGiven(key)) return
      given.erase(key)
      lessons.forget(key)
    },
    close: spill.close,
  }
}

function answerOf({ revision, fields, lineItems, comment }: Verdict): LatestAnswer {
  return { revision, fields, lineItems, comment }
}

/** The latest verdicts of each vendor that can be learned from. */
function examplesIn(spill: Spill) {
  const verdicts = spill.table<Verdict>()
  const byVendor = new Map<string, Set<string>>()
  const vendorOf = new Map<string, string>()
  const forget = (key: string): void => {
    byVendor.get(vendorOf.get(key) ?? '')?.delete(key)
    vendorOf.delete(key)
    verdicts.erase(key)
  }
  return {
    forget,
    keep(key: string, verdict: Verdict): void {
      forget(key)
      if (verdict.decision === 'rejected') return
      verdicts.put(key, verdict)
      const documents = byVendor.get(verdict.vendor.id) ?? new Set()
      byVendor.set(verdict.vendor.id, documents.add(key))
      vendorOf.set(key, verdict.vendor.id)
      for (const oldest of documents) {
        if (documents.size <= mostExamples) break
        forget(oldest)
      }
    },
    async of(vendor: string): Promise<readonly Verdict[]> {
      const found = await Promise.all(
        [...(byVendor.get(vendor) ?? [])].map((key) =>
          verdicts.read(verdicts.slot(key)).catch(() => null),
        ),
      ) // null: replaced meanwhile
      return found.filter((example): example is Verdict => example !== null)
    },
  }
}
