/**
 * What is learned reaches what waits: asks for the documents that wait and whose reading is older
 * than a rule or a model (processors/review/outdated.ts).
 *
 *   rules, models ─► who is outdated ─► [lock] ─► outdated ─[reread]─► ocr ─[extract]─► needs-review ─► [unlock]
 *
 * A document that somebody has open is left alone until they leave it; one that is being read again
 * is locked for so long, and nobody is given it. At most `mostAtOnce` are on their way, so new
 * documents never wait behind a queue of thousands. What is asked for twice, here after a restart or
 * by another instance, is read once: see processors/reread.ts.
 */

import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import type { TaskLocks } from '../../connectors/http/review/review.ts'
import { openProducer, topicOffsets } from '../../connectors/kafka/kafka.ts'
import { fateOf } from '../../errors.ts'
import { isSame, rereadFor, type ReadWith } from '../../processors/review/outdated.ts'
import type {
  QueueChange,
  ReviewQueue,
  WaitingDocument,
  WaitingTask,
} from '../../processors/review/review-queue.ts'
import { headerNames, traceparentOf } from '../../runtime/headers.ts'
import type { Outdated, Reread } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import type { OperatePart } from './operate.ts'
import type { QueueInUse } from './review-queue.ts'
import type { Part, ServiceContext } from './service.ts'

export interface RereadingUse {
  readonly tasks: Pick<ReviewQueue, 'waiting' | 'waits' | 'onChange'>
  readonly locks: TaskLocks
  /** What reads the documents of a profile and vendor now. */
  readonly readingNow: (profile: string, vendor: string) => ReadWith
  /** Resolves when `readingNow` knows everything that was there at the call. */
  readonly caughtUp: () => Promise<unknown>
  /** Offset of the first record that is left in each partition of ocr. */
  readonly oldest: () => Promise<ReadonlyMap<number, bigint>>
  readonly send: (outdated: Outdated) => Promise<unknown>
  readonly now: () => number // ms since 1970
}

export interface Rereading {
  /** A rule or a model is another one. */
  readonly learned: () => void
  /** Asks for as many as may be on their way. One call at a time. Codes of the world. */
  readonly look: () => Promise<void>
  readonly stop: () => void
}

export const mostAtOnce = 32 // documents on their way
const mostInTurn = 2_000 // documents looked at before others have their turn
const patienceMs = 60_000 // after which a document that doesn't come back is free again
const holder = { id: 'errata-reread', name: 'Errata, which reads it again' }

export function openRereading(use: RereadingUse): Rereading {
  const { tasks, locks, now } = use
  const waiting = openOutdated(use)
  const onTheirWay = new Map<string, number>() // since when, in ms
  const stop = tasks.onChange((change) => {
    waiting.hear(change)
    if (onTheirWay.has(change.documentId)) void free(change.documentId)
  })
  const free = async (documentId: string): Promise<void> => {
    onTheirWay.delete(documentId)
    await locks.release(documentId, holder.id)
  }
  /** Those that don't come back: a dead letter, or extractors that are down. */
  const giveUp = async (): Promise<void> => {
    for (const [documentId, since] of onTheirWay)
      if (now() - since >= patienceMs) await free(documentId)
  }
  const ask = async (document: WaitingDocument, reread: Reread): Promise<void> => {
    const { documentId, version, source } = document
    const since = now()
    if ((await locks.take(documentId, { ...holder, since }, patienceMs)) !== null) return
    if (tasks.waits(documentId)?.version !== version) return free(documentId) // answered meanwhile
    onTheirWay.set(documentId, since)
    const { partition, offset } = source
    const place = { topic: 'ocr', partition, offset: Number(offset) }
    try {
      await use.send({ documentId, source: place, reread })
      waiting.asked(documentId, reread)
    } catch (error) {
      await free(documentId)
      throw error
    }
  }

  return {
    learned: waiting.learned,
    async look() {
      await giveUp()
      await waiting.find()
      if (waiting.outdated.size === 0 || onTheirWay.size >= mostAtOnce) return
      await use.caughtUp()
      const oldest = await use.oldest()
      for (const documentId of waiting.outdated) {
        if (onTheirWay.size >= mostAtOnce) return
        const document = tasks.waits(documentId)
        const reread = document === null ? null : waiting.wantedFor(document)
        if (document === null || reread === null || hasLeft(document, oldest))
          waiting.outdated.delete(documentId)
        else await ask(document, reread)
      }
    },
    stop,
  }
}

/** Which documents are outdated, as far as they have been looked at. */
function openOutdated({ tasks, readingNow }: Pick<RereadingUse, 'tasks' | 'readingNow'>) {
  let isNew = true // something was learned since all were looked at
  const arrived = new Set<string>() // read since
  const outdated = new Set<string>()
  const asked = new Map<string, Reread>() // while the document waits
  const wantedFor = (document: WaitingTask, reading = readingNow): Reread | null => {
    const wanted = rereadFor(document, reading(document.profile, document.vendorId))
    const before = asked.get(document.documentId)
    return wanted === null || (before !== undefined && isSame(before, wanted)) ? null : wanted
  }
  const note = (document: WaitingTask | null, reading = readingNow): void => {
    if (document !== null && wantedFor(document, reading) !== null)
      outdated.add(document.documentId)
  }
  return {
    outdated,
    wantedFor,
    learned: () => void (isNew = true),
    hear({ kind, documentId }: QueueChange) {
      if (kind === 'closed') asked.delete(documentId)
      else arrived.add(documentId)
    },
    asked(documentId: string, reread: Reread) {
      asked.set(documentId, reread)
      outdated.delete(documentId)
    },
    async find() {
      const [all, some] = [isNew, [...arrived]]
      isNew = false
      arrived.clear()
      if (!all) return some.forEach((documentId) => note(tasks.waits(documentId)))
      const reading = oncePerVendor(readingNow)
      let count = 0
      for (const document of tasks.waiting()) {
        note(document, reading)
        if (++count % mostInTurn === 0) await setImmediate() // the pages need not wait for all
      }
    },
  }
}

/** Tens of thousands of documents have some hundred vendors. */
function oncePerVendor(readingNow: RereadingUse['readingNow']): RereadingUse['readingNow'] {
  const known = new Map<string, ReadWith>()
  return (profile, vendor) => {
    const key = `${profile} ${vendor}`
    const reading = known.get(key) ?? readingNow(profile, vendor)
    known.set(key, reading)
    return reading
  }
}

const lookEveryMs = 500
const longestStopMs = 2_000 // a look may wait for a broker that is away

/** Looks as soon as the queue, the models and the rules are known, and then again and again. */
export function startRereading(
  { config, connection, log }: ServiceContext,
  queue: Pick<QueueInUse, 'tasks' | 'traceOf' | 'ready'>,
  locks: TaskLocks,
  operating: OperatePart,
): Pick<Part, 'failed' | 'stop'> {
  const { cluster, registry } = connection
  const producer = openProducer(cluster)
  const rereading = openRereading({
    tasks: queue.tasks,
    locks,
    readingNow: operating.readingNow,
    caughtUp: operating.caughtUp,
    oldest: async () =>
      new Map(
        [...(await topicOffsets(cluster, topicName('ocr', config.topicPrefix)))].map(
          ([partition, { low }]) => [partition, low],
        ),
      ),
    send: (outdated) => {
      const { documentId } = outdated
      return producer.send(topicName('outdated', config.topicPrefix), {
        key: documentId,
        value: registry.codec.encode('outdated', outdated),
        headers: { [headerNames.trace]: queue.traceOf(documentId) ?? traceparentOf(documentId) },
      })
    },
    now: () => Date.now(),
  })
  const unheard = operating.operate.onChange(rereading.learned)
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_, reject) => (fail = reject))
  failed.catch(() => {})
  let isReady = false
  let looking: Promise<void> | null = null
  const look = async (): Promise<void> => {
    try {
      await rereading.look()
    } catch (error) {
      if (fateOf(error) !== 'retry') return fail(error)
      log.warn({ error }, 'documents that wait are read again later')
    } finally {
      looking = null
    }
  }
  Promise.all([queue.ready, operating.ready]).then(
    () => (isReady = true),
    () => {}, // whoever follows them says so
  )
  const timer = setInterval(() => {
    if (isReady) looking ??= look()
  }, lookEveryMs)
  return {
    failed,
    async stop() {
      clearInterval(timer)
      unheard()
      rereading.stop()
      await Promise.race([looking, sleep(longestStopMs)])
      await producer.close()
    },
  }
}

/** Whether the record that was read is no longer in the log. */
function hasLeft(
  { source: { partition, offset } }: WaitingDocument,
  oldest: ReadonlyMap<number, bigint>,
): boolean {
  return offset < (oldest.get(partition) ?? 0n)
}
