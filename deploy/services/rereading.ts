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

import { setTimeout as sleep } from 'node:timers/promises'
import type { TaskLocks } from '../../connectors/http/review/review.ts'
import { openProducer, topicOffsets } from '../../connectors/kafka/kafka.ts'
import { fateOf } from '../../errors.ts'
import { isSame, rereadFor, type ReadWith } from '../../processors/review/outdated.ts'
import type { ReviewQueue, WaitingDocument } from '../../processors/review/review-queue.ts'
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
const patienceMs = 60_000 // after which a document that doesn't come back is free again
const holder = { id: 'errata-reread', name: 'Errata, which reads it again' }

export function openRereading(use: RereadingUse): Rereading {
  const { tasks, locks, now } = use
  let isNew = true // something was learned since all were looked at
  const arrived = new Set<string>() // read since
  const outdated = new Set<string>()
  const asked = new Map<string, Reread>() // while the document waits
  const onTheirWay = new Map<string, number>() // since when, in ms
  const stop = tasks.onChange(({ kind, documentId }) => {
    if (kind === 'closed') asked.delete(documentId)
    else arrived.add(documentId)
    if (onTheirWay.has(documentId)) void free(documentId)
  })
  const free = async (documentId: string): Promise<void> => {
    onTheirWay.delete(documentId)
    await locks.release(documentId, holder.id)
  }

  const wantedFor = (document: WaitingDocument): Reread | null => {
    const wanted = rereadFor(document, use.readingNow(document.profile, document.vendorId))
    const before = asked.get(document.documentId)
    return wanted === null || (before !== undefined && isSame(before, wanted)) ? null : wanted
  }
  const note = (document: WaitingDocument | null): void => {
    if (document !== null && wantedFor(document) !== null) outdated.add(document.documentId)
  }
  const find = (): void => {
    if (isNew) for (const document of tasks.waiting()) note(document)
    else for (const documentId of arrived) note(tasks.waits(documentId))
    isNew = false
    arrived.clear()
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
    try {
      if (tasks.waits(documentId)?.version !== version) return // answered meanwhile
      asked.set(documentId, reread)
      onTheirWay.set(documentId, since)
      const { partition, offset } = source
      await use.send({
        documentId,
        source: { topic: 'ocr', partition, offset: Number(offset) },
        reread,
      })
      outdated.delete(documentId)
    } catch (error) {
      asked.delete(documentId)
      onTheirWay.delete(documentId)
      throw error
    } finally {
      if (!onTheirWay.has(documentId)) await locks.release(documentId, holder.id)
    }
  }

  return {
    learned: () => void (isNew = true),
    async look() {
      await giveUp()
      find()
      if (outdated.size === 0 || onTheirWay.size >= mostAtOnce) return
      await use.caughtUp()
      const oldest = await use.oldest()
      for (const documentId of outdated) {
        if (onTheirWay.size >= mostAtOnce) return
        const document = tasks.waits(documentId)
        const reread = document === null ? null : wantedFor(document)
        if (document === null || reread === null || hasLeft(document, oldest))
          outdated.delete(documentId)
        else await ask(document, reread)
      }
    },
    stop,
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
