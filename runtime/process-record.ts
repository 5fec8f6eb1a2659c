/**
 * The result of one record: the outputs of the processor, or a dead letter. State is folded from
 * every message that can be decoded, also from rejected ones, so that a rebuild from the log gives
 * the same state; of a stage that recalls its own output, from what it wrote.
 */

import {
  partitionOf,
  type Cluster,
  type KafkaRecord,
  type Outgoing,
} from '../connectors/kafka/kafka.ts'
import { codeOf } from '../errors.ts'
import type { Message, Output, Outputs, Stage, TopicName } from '../processors/processor.ts'
import type { Codec } from '../schemas/codec.ts'
import type { At } from './crash-points.ts'
import { deadLetter, type DeadLetter } from './dead-letter.ts'
import { headersFor } from './headers.ts'
import type { LeaseItem, LeaseView } from './lease.ts'
import { messageOf } from './message.ts'
import type { StageMetrics } from './metrics.ts'
import type { StageNames } from './names.ts'
import { failSpan, type Span } from '../connectors/tracing.ts'
import { outcomesOf, type Outcome } from './outcomes.ts'
import { patiently } from './retry.ts'
import { markDead, startProcessing } from './stage-spans.ts'
import { turn } from './turns.ts'
import type { InHand } from './watchdog.ts'

/** What processing a record takes. */
export interface RecordWork<R extends TopicName, W extends TopicName, Use, State> {
  readonly name: string
  readonly stage: Stage<R, W, Use, State>
  readonly names: Pick<StageNames, 'output' | 'dead'>
  readonly partitions: number
  readonly codec: Codec
  readonly use: (message: Message<R>) => Use | Promise<Use>
  readonly metrics: Pick<StageMetrics, 'processed' | 'retry'>
  readonly inHand: InHand
  /** ms since 1970 */
  readonly now: () => number
}

/** What a stage's records and their transactions take. */
export interface StageWork<R extends TopicName, W extends TopicName, Use, State> extends RecordWork<
  R,
  W,
  Use,
  State
> {
  readonly names: StageNames
  readonly cluster: Cluster
  readonly metrics: StageMetrics
  readonly at: At
}

type Patience = Pick<LeaseView, 'ended' | 'leaving' | 'partition'>

/** The result of a message. */
export interface Result {
  readonly record: KafkaRecord | null
  readonly outgoing: readonly Outgoing[]
  readonly bytes: number
  readonly deadCode: string | null
  /** What is counted once it is committed. */
  readonly outcomes: readonly Outcome[]
  /** That under which it was processed. */
  readonly span: Span | null
}

export async function processItem<R extends TopicName, W extends TopicName, Use, State>(
  work: RecordWork<R, W, Use, State>,
  lease: Patience,
  state: State,
  { record }: Pick<LeaseItem, 'record'>,
): Promise<Result> {
  if (record === null)
    return { record, outgoing: [], bytes: 0, deadCode: null, outcomes: [], span: null }
  await turn(work.stage.concurrency > 1 ? (record.value?.byteLength ?? 0) : Infinity)
  const span = startProcessing(work.name, record)
  try {
    return await processRecord(work, lease, state, record, span)
  } catch (error) {
    failSpan(span, error)
    throw error
  } finally {
    span?.end()
  }
}

async function processRecord<R extends TopicName, W extends TopicName, Use, State>(
  work: RecordWork<R, W, Use, State>,
  lease: Patience,
  state: State,
  record: KafkaRecord,
  span: Span | null,
): Promise<Result> {
  const { stage, metrics, inHand } = work
  const started = performance.now()
  let message: Message<R> | null = null
  let attempts = 1
  const attempt = async (): Promise<{ outputs: Outputs<W>; outgoing: Outgoing[] }> => {
    message ??= await messageOf(record, stage.reads, work.codec)
    const outputs = await stage.run(message, await work.use(message), state)
    return { outputs, outgoing: encode(work, record, outputs, span) }
  }
  const end = inHand.start(lease.partition)
  try {
    const outcome = await patiently(work, lease, attempt, (error) => {
      attempts++
      span?.addEvent('retry', { 'error.type': codeOf(error) })
    })
    if (message !== null) stage.fold?.(state, message)
    metrics.processed(performance.now() - started)
    if (!(outcome instanceof Error)) {
      const { outputs, outgoing } = outcome
      foldOutputs(stage, state, outputs)
      const outcomes = outcomesOf(outputs)
      return { record, outgoing, bytes: sizeOf(outgoing), deadCode: null, outcomes, span }
    }
    markDead(span, outcome)
    const letter = deadLetter(work.name, record, outcome, attempts, work.now())
    const outgoing = [deadRecord(work, record, letter, span)]
    const deadCode = codeOf(outcome)
    return { record, outgoing, bytes: sizeOf(outgoing), deadCode, outcomes: [], span }
  } finally {
    end()
  }
}

function deadRecord<R extends TopicName, W extends TopicName, Use, State>(
  { name, names, codec }: RecordWork<R, W, Use, State>,
  record: KafkaRecord,
  letter: DeadLetter,
  span: Span | null,
): Outgoing {
  return {
    topic: names.dead,
    partition: record.partition,
    key: letter.value.key,
    value: codec.encode('dead', letter.value),
    headers: { ...headersFor(name, record, span)(names.dead, 0), ...letter.headers },
  }
}

/** Folds a record whose outputs are already committed. */
export async function remember<R extends TopicName, W extends TopicName, Use, State>(
  work: RecordWork<R, W, Use, State>,
  lease: Patience,
  state: State,
  record: KafkaRecord,
): Promise<void> {
  const message = await patiently(work, lease, () =>
    messageOf(record, work.stage.reads, work.codec),
  )
  if (!(message instanceof Error)) work.stage.fold?.(state, message)
}

function foldOutputs<R extends TopicName, W extends TopicName, Use, State>(
  { recalls }: Stage<R, W, Use, State>,
  state: State,
  outputs: Outputs<W>,
): void {
  if (recalls === undefined) return
  for (const output of outputs[recalls.topic] ?? []) recalls.fold(state, output)
}

/** The outputs as records: for the input's partition, or that of `partitionBy`. */
function encode<R extends TopicName, W extends TopicName, Use, State>(
  work: RecordWork<R, W, Use, State>,
  record: KafkaRecord,
  outputs: Outputs<W>,
  span: Span | null,
): Outgoing[] {
  const headers = headersFor(work.name, record, span)
  return work.stage.writes.flatMap((topic) => {
    const name = work.names.output(topic)
    return ((outputs[topic] ?? []) as readonly Output<W>[]).map(
      ({ key, value, partitionBy }, index) => ({
        topic: name,
        partition:
          partitionBy === undefined ? record.partition : partitionOf(partitionBy, work.partitions),
        key,
        value: value === null ? null : work.codec.encode(topic, value),
        headers: headers(name, index),
      }),
    )
  })
}

function sizeOf(outgoing: readonly Outgoing[]): number {
  return outgoing.reduce((sum, { value }) => sum + (value?.length ?? 0), 0)
}
