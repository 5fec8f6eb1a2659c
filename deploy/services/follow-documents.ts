/**
 * The index of all documents as this process follows it, in a file of ERRATA_HOME, and what is done
 * with single documents.
 *
 *   raw, ocr, extracted, needs-review, verdicts, final, dead letters ─► index/documents.sqlite
 *   review queue ─► which of them are open
 *
 * At a start it goes on where it was. It is made anew where it is of another log, or has missed
 * records that are gone by now, tombstones perhaps among them; `emptied` says so in the log. Of raw,
 * which has the bytes, it then reads only what no stage has taken up: the others say the rest.
 */

import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Documents, TaskStore } from '../../connectors/http/review/review.ts'
import { committedOffsets, openProducer, type Producer } from '../../connectors/kafka/kafka.ts'
import type { SpanContext } from '../../connectors/tracing.ts'
import { openDocumentStore, type DocumentStore } from '../../connectors/sqlite/document-index.ts'
import type { TopicName } from '../../processors/processor.ts'
import { lateTask } from '../../processors/review/late-task.ts'
import type { DocumentFacts, RecordPlace } from '../../processors/search/document-facts.ts'
import {
  foldDead,
  foldErasure,
  foldExtracted,
  foldFinal,
  foldOcr,
  foldRaw,
  foldReplay,
  foldTask,
  foldVerdict,
  type Folded,
} from '../../processors/search/fold-records.ts'
import {
  followTopics,
  type Applied,
  type FollowTopicsOptions,
  type LogEnds,
} from '../../runtime/follow.ts'
import { headerNames, originIn } from '../../runtime/headers.ts'
import { rawSender } from '../../operations/publish.ts'
import type { Dead, Raw, Topics } from '../../schemas/types.ts'
import { deadTopicName, groupName, topicName, type StageName } from '../../topology.ts'
import { recordAt } from './record-at.ts'
import type { ServiceContext } from './service.ts'

export interface DocumentsInUse {
  readonly documents: Documents
  readonly failed: Promise<never>
  readonly stop: () => Promise<void>
}

/** Stages that a document passes, and judge, which refuses answers. */
const passed: readonly StageName[] = ['ocr', 'extract', 'judge', 'learn', 'screen', 'settle']
const takenMs = 10_000 // how long a prepared task may take until the queue has it

type Indexed = 'raw' | 'ocr' | 'extracted' | 'needs-review' | 'verdicts' | 'final'
type FoldOf<T extends Indexed> = (
  facts: DocumentFacts,
  record: Topics[T],
  at: RecordPlace,
) => Folded | null

export function followDocuments(
  context: ServiceContext,
  queue: { readonly tasks: TaskStore; readonly ready: Promise<unknown> },
): DocumentsInUse {
  const { config, connection, blobs, log } = context
  const { cluster, registry } = connection
  const { tasks } = queue
  const prefix = config.topicPrefix
  const producer = openProducer(cluster)
  let store: DocumentStore | null = null
  let isReady = false
  let isQueueRead = false

  const syncOpen = (documentId: string): void => {
    if (isQueueRead) store?.setOpen(documentId, tasks.summary(documentId)?.state === 'open')
  }
  const topics = indexedTopics(prefix, () => store, syncOpen)
  const beginAt = async (ends: LogEnds) => {
    const { clusterId } = await cluster.ask((admin) => admin.describeCluster())
    const opened = (store ??= openDocumentStore(
      join(context.home, 'index'),
      `${clusterId} ${prefix}`,
    ))
    if (!goesOn(opened, ends, topicName('raw', prefix))) opened.empty()
    if (opened.emptied() !== null)
      log.info({ why: opened.emptied() }, 'the index of documents is made anew from the log')
    const begins = new Map(topics.map(({ name }) => [name, opened.positions(name)]))
    const raw = topicName('raw', prefix)
    const taken = await committedOffsets(cluster, groupName('ocr', prefix), raw)
    return begins.set(raw, latestOf(opened.positions(raw), taken))
  }
  const table = followTopics({ cluster, registry, log, topics, beginAt })
  const unfollow = tasks.onChange(({ documentId }) => syncOpen(documentId))
  const ready = Promise.all([table.ready, queue.ready]).then(() => {
    isQueueRead = true
    openAsIn(tasks, store)
    isReady = true
  })
  const failed = ready.then(() => table.failed)
  failed.catch(() => {}) // whoever waits for it hears of it
  return {
    documents: {
      index: () => store,
      isReady: () => isReady,
      original: blobs.get,
      prepare: async (facts) => prepare(context, producer, tasks, facts),
      readAgain: readingAgain(context, producer),
    },
    failed,
    async stop() {
      unfollow()
      await table.stop()
      await producer.close()
      store?.close()
    },
  }
}

/** What is followed, and how each record is folded in. `asked`: a document has another task. */
function indexedTopics(
  prefix: string,
  store: () => DocumentStore | null,
  asked: (documentId: string) => void,
): FollowTopicsOptions['topics'] {
  const indexed = <T extends Indexed>(topic: T, fold: FoldOf<T>) => {
    const name = topicName(topic, prefix)
    return {
      topic,
      name,
      apply(key: string, record: Topics[T] | null, at: Applied) {
        const place = placeOf(at, cameOf[topic], prefix)
        store()?.take({ topic: name, ...at }, key, (facts) =>
          record === null ? foldErasure(facts, place) : fold(facts, record, place),
        )
        if (topic === 'needs-review') asked(key)
      },
    }
  }
  const dead = (stage: StageName) => {
    const name = deadTopicName(stage, prefix)
    return {
      topic: 'dead' as const,
      name,
      apply(key: string, letter: Dead | null, at: Applied) {
        const place = placeOf(at, null, prefix)
        const mark = at.headers[headerNames.replayed]?.toString('latin1')
        store()?.take({ topic: name, ...at }, letter?.documentId ?? key, (facts) => {
          if (letter !== null) return foldDead(facts, letter, place, name)
          return mark === undefined
            ? null
            : foldReplay(facts, `${name}/${at.partition}/${mark}`, place, name)
        })
      },
    }
  }
  return [
    indexed('raw', foldRaw),
    indexed('ocr', foldOcr),
    indexed('extracted', foldExtracted),
    indexed('needs-review', foldTask),
    indexed('verdicts', foldVerdict),
    indexed('final', foldFinal),
    ...passed.map(dead),
  ] as FollowTopicsOptions['topics']
}

/** The topic that a topic's records come of. */
const cameOf: Readonly<Record<Indexed, TopicName | null>> = {
  raw: null,
  ocr: 'raw',
  extracted: 'ocr',
  'needs-review': null,
  verdicts: null,
  final: null,
}

function placeOf(at: Applied, from: TopicName | null, prefix: string): RecordPlace {
  const origin = originIn(at)
  const isOfIt = from !== null && from !== 'dead' && origin?.topic === topicName(from, prefix)
  return {
    partition: at.partition,
    offset: Number(at.offset),
    time: at.timestamp,
    of: isOfIt ? (origin?.offset ?? null) : null,
  }
}

/** Whether the index can go on: it has not read beyond the log, nor missed what has left it. */
function goesOn(store: DocumentStore, ends: LogEnds, raw: string): boolean {
  for (const [topic, partitions] of ends)
    for (const [partition, position] of store.positions(topic)) {
      const log = partitions.get(partition)
      if (log === undefined || position > log.high) return false
      if (position < log.low && topic !== raw) return false // of raw the other topics say the rest
    }
  return true
}

function latestOf(
  positions: ReadonlyMap<number, bigint>,
  taken: Awaited<ReturnType<typeof committedOffsets>>,
): ReadonlyMap<number, bigint> {
  const latest = new Map(positions)
  for (const [partition, { position }] of taken)
    if (position !== null && position > (latest.get(partition) ?? 0n))
      latest.set(partition, position)
  return latest
}

/** Which documents are open, as the queue has it. */
function openAsIn(tasks: TaskStore, store: DocumentStore | null): void {
  if (store === null) return
  const open = new Set<string>()
  for (const { documentId } of tasks.candidates({ skip: new Set() })) open.add(documentId)
  for (const documentId of store.openDocuments())
    if (!open.has(documentId)) store.setOpen(documentId, false)
  for (const documentId of open) store.setOpen(documentId, true)
}

async function prepare(
  context: ServiceContext,
  producer: Producer,
  tasks: TaskStore,
  { documentId, extracted, read }: DocumentFacts,
): Promise<boolean> {
  const offset = extracted?.of ?? read?.offset ?? -1
  if (extracted === null || offset < 0) return false
  const { partition } = extracted
  const [reading, print] = await Promise.all([
    recordAt(context, 'extracted', extracted),
    recordAt(context, 'ocr', { partition, offset }),
  ])
  const isIt = reading?.documentId === documentId && print?.documentId === documentId
  if (reading === null || print === null || !isIt) return false
  const { config, connection } = context
  await producer.send(topicName('needs-review', config.topicPrefix), {
    key: documentId,
    value: connection.registry.codec.encode('needs-review', lateTask(reading, print, offset)),
    partition,
  })
  const until = performance.now() + takenMs
  while (tasks.summary(documentId) === null && performance.now() < until) await sleep(25)
  return true
}

function readingAgain(
  { config, connection, blobs }: ServiceContext,
  producer: Producer,
): Documents['readAgain'] {
  const send = rawSender(config, connection, producer)
  return async ({ documentId, origin }: DocumentFacts, from: SpanContext | null) => {
    const sha256 = origin?.sha256 ?? null
    if (origin === null || sha256 === null || !(await blobs.has(sha256))) return false
    const value: Raw = { ...origin, documentId, sha256, bytes: null }
    await send({ key: documentId, value }, from)
    return true
  }
}
