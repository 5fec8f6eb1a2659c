/**
 * What names the place of another record, in values and headers, with its place in the next
 * generation. What was no longer in the log is named as offset 0: there every partition begins with
 * a record that was never committed (target.ts), so nothing is found there, as before.
 *
 * Of a document's readings that had all left the log, the claim that stands later in it counts: their
 * offsets, which ordered them, are gone.
 */

import { parseOrigin, partitionOf, type Headers } from '../../connectors/kafka/kafka.ts'
import type { TopicName } from '../../processors/processor.ts'
import { connectHeaders, headerNames, recordOriginOf } from '../../runtime/headers.ts'
import type { Claim, Dead, Outdated, Task, Topics } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import type { Place } from './places.ts'

/** Where records lie in the next generation. */
export interface Placing {
  /** What full topic names begin with, before and then. */
  readonly prefix: string
  readonly nextPrefix: string
  readonly partitions: number
  readonly nextPartitions: number
  /** `topic`: former full name. Null where it was no longer in the log. */
  readonly find: (topic: string, from: Place) => Place | null
  /** A value of another record, with the id of its schema there. */
  readonly reframe: (value: Buffer) => Buffer
}

/** The record whose value or headers these are. */
export interface Holder {
  readonly key: string
  readonly partition: number
  readonly nextPartition: number
}

type Moved<T extends TopicName> = (value: Topics[T], holder: Holder, placing: Placing) => Topics[T]

/** Topics whose values name other records. */
export const movedValues: { readonly [T in TopicName]?: Moved<T> } = {
  claims: movedClaim,
  screened: movedClaim,
  'needs-review': movedTask,
  outdated: movedOutdated,
  dead: movedLetter,
}

/** The full name of a topic in the next generation; other names stay. */
export function nextName({ prefix, nextPrefix }: Placing, name: string): string {
  return name.startsWith(prefix) ? `${nextPrefix}${name.slice(prefix.length)}` : name
}

/** Headers by which a replayed record and its dead letter know each other. */
export function movedHeaders(headers: Headers, holder: Holder, placing: Placing): Headers {
  const first = parseOrigin(headers[headerNames.firstOrigin])
  if (first === null) return headers
  const place = {
    topic: nextName(placing, first.topic),
    ...placeOf(placing, first.topic, first, holder),
  }
  return { ...headers, [headerNames.firstOrigin]: Buffer.from(recordOriginOf(place)) }
}

/** Of a mark that a letter of its partition was replayed, and of a letter, what Connect's tools read. */
export function movedLetterHeaders(
  headers: Headers,
  { topic, letter }: { readonly topic: string; readonly letter: Dead | null },
  { partition }: Holder,
  placing: Placing,
): Headers {
  if (letter !== null)
    return {
      ...headers,
      [connectHeaders.topic]: Buffer.from(letter.topic),
      [connectHeaders.partition]: Buffer.from(String(letter.partition)),
      [connectHeaders.offset]: Buffer.from(String(letter.offset)),
    }
  const mark = headers[headerNames.replayed]
  if (mark === undefined) return headers
  const place = placing.find(topic, { partition, offset: Number(mark.toString()) })
  return { ...headers, [headerNames.replayed]: Buffer.from(String(place?.offset ?? 0)) }
}

function placeOf(
  { find }: Placing,
  topic: string,
  from: Place,
  { nextPartition }: Pick<Holder, 'nextPartition'>,
): Place {
  return find(topic, from) ?? { partition: nextPartition, offset: 0 }
}

function movedClaim(claim: Claim, _holder: Holder, placing: Placing): Claim {
  const { decision, sequence } = claim
  if (decision === null) return { ...claim, sequence: releasedAt(claim, placing) }
  const { source } = decision
  const topic = topicName(source.topic as 'ocr', placing.prefix)
  const { partition, offset } = placeOf(placing, topic, source, atHome(claim, placing))
  return {
    ...claim,
    sequence: sequence === source.offset ? offset : sequence,
    decision: { ...decision, source: { ...source, partition, offset } },
  }
}

/** The partition of a document, where its claim lies in that of its invoice. */
const atHome = (
  { documentId }: Claim,
  { nextPartitions }: Placing,
): Pick<Holder, 'nextPartition'> => ({ nextPartition: partitionOf(documentId, nextPartitions) })

/**
 * A release has the sequence of the claim by which the document became another invoice, and no
 * place: what was decided on lies in the partition of its key.
 */
function releasedAt({ documentId, revision, sequence }: Claim, placing: Placing): number {
  const from = { partition: partitionOf(documentId, placing.partitions), offset: sequence }
  const topics = revision === 0 ? (['ocr'] as const) : (['verdicts', 'corrected'] as const)
  const places = topics.map((topic) => placing.find(topicName(topic, placing.prefix), from))
  return places.find((place) => place !== null)?.offset ?? 0
}

/** A task names the record of ocr that was read, which lay in the partition of the task. */
function movedTask(task: Task, holder: Holder, placing: Placing): Task {
  const { sequence = -1 } = task
  if (sequence < 0) return task
  const from = { partition: holder.partition, offset: sequence }
  return {
    ...task,
    sequence: placeOf(placing, topicName('ocr', placing.prefix), from, holder).offset,
  }
}

function movedOutdated(outdated: Outdated, holder: Holder, placing: Placing): Outdated {
  const { source } = outdated
  const topic = topicName(source.topic as 'ocr', placing.prefix)
  const { partition, offset } = placeOf(placing, topic, source, holder)
  return { ...outdated, source: { ...source, partition, offset } }
}

function movedLetter(letter: Dead, holder: Holder, placing: Placing): Dead {
  const { partition, offset } = placeOf(placing, letter.topic, letter, holder)
  return {
    ...letter,
    topic: nextName(placing, letter.topic),
    partition,
    offset,
    value: letter.value === null ? null : placing.reframe(letter.value),
    headers: movedHeaders(letter.headers, holder, placing) as Dead['headers'],
  }
}
