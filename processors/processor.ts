/**
 * What a stage is: a pure function from one message to messages, and the value that names what it
 * reads and writes.
 *
 * A processor knows no Kafka, clock, random number, environment or file. Its dependencies (model,
 * rules, now, a page reader) are passed in `use`. The same message and the same `use` give the same
 * outputs, byte for byte. Only `ocr` waits for anything asynchronous.
 *
 * STATE. A stage may keep state for each partition: a fold of its own input. The runtime rebuilds
 * it by folding the partition from its start to the committed offset before the first message is
 * processed, and discards it whenever the partition's lease is lost or a transaction fails. So
 * state needs no store and can't disagree with the log.
 *
 * Where an outcome depends on more than the input, the input can't tell what was decided: such a
 * stage recalls its own output, which lies in the same partition and in the same transaction.
 */

import type { Profiles } from '../schemas/profiles.ts'
import type { Topics } from '../schemas/types.ts'

export type TopicName = keyof Topics

/** A message as a processor sees it: decoded, with its origin. `value` is null for a tombstone. */
export interface Message<T extends TopicName> {
  readonly key: string
  readonly value: Topics[T] | null
  readonly timestamp: number // milliseconds since 1970, as the broker keeps it
  readonly origin: RecordOrigin
}

export interface RecordOrigin {
  readonly topic: TopicName
  readonly partition: number
  readonly offset: bigint
}

/**
 * An output. The runtime sends it to the input's partition, or to the partition that `partitionBy`
 * hashes to.
 */
export interface Output<T extends TopicName> {
  readonly key: string
  readonly value: Topics[T] | null
  readonly partitionBy?: string
}

export type Outputs<W extends TopicName> = { readonly [T in W]?: readonly Output<T>[] }

export type Processor<R extends TopicName, W extends TopicName, Use, State> = (
  message: Message<R>,
  use: Use,
  state: State,
) => Outputs<W> | Promise<Outputs<W>>

/** What every stage may use. */
export interface CommonUse {
  readonly profiles: Profiles
}

/** What every stage follows for that. */
const commonTopics: readonly TopicName[] = ['profiles']

/** A topic that a stage writes, and what its records add to the stage's state. */
type Recall<W extends TopicName, State> = {
  [T in W]: {
    readonly topic: T
    readonly fold: (state: State, output: Pick<Output<T>, 'key' | 'value'>) => void
  }
}[W]

/** A stage: what it reads and writes, which topics it follows entirely, and what it runs. */
export interface Stage<R extends TopicName, W extends TopicName, Use, State> {
  readonly reads: R
  readonly writes: readonly W[]
  /**
   * Topics that must be read to their end before the stage is ready; the wiring puts them into
   * `use`.
   */
  readonly follows: readonly TopicName[]
  /** Topics of which it reads single records, by their position. */
  readonly looksUp: readonly TopicName[]
  readonly run: Processor<R, W, Use, State>
  /**
   * How many messages of a partition are processed concurrently before their transaction. With 1
   * they are processed strictly in order; with more, a slow one is overtaken.
   */
  readonly concurrency: number
  /** Optional: runs only on request; an instance is complete without it. */
  readonly optional: boolean
  readonly state?: () => State
  readonly fold?: (state: State, message: Message<R>) => void
  /** In place of `fold`: the state is a fold of what the stage wrote, not of what it read. */
  readonly recalls?: Recall<W, State>
  /**
   * A topic that the group has read, and whose records reach it by way of `reads`: what it had
   * committed there is folded into the state, and has no output again.
   */
  readonly formerly?: TopicName
}

/** Where the outside meets the topics: what a process that is no stage does with them. */
export interface Edge {
  /** In the edge's consumer group, which remembers the position. */
  readonly reads?: readonly TopicName[]
  /** Entirely, by each process for itself. */
  readonly follows?: readonly TopicName[]
  /** Once, up to its end, or single records. */
  readonly looksUp?: readonly TopicName[]
  readonly writes?: readonly TopicName[]
  /** What it writes several records as one by: see `decisionId`. */
  readonly decides?: readonly Decision[]
  /**
   * Of its processes one works at a time: the one that has this topic's only partition; see
   * runtime/leadership.ts.
   */
  readonly leads?: TopicName
}

/** On profiles, model versions and trainings, and on sending dead letters back. */
export type Decision = 'profiles' | 'models' | 'training-runs' | 'replay'

/** Checks at compile time that `run` fits the topics that the stage reads and writes. */
export function stage<
  const R extends TopicName,
  const W extends TopicName,
  Use = object,
  State = undefined,
>(
  definition: Omit<Stage<R, W, Use, State>, 'follows' | 'looksUp' | 'concurrency' | 'optional'> & {
    follows?: readonly TopicName[]
    looksUp?: readonly TopicName[]
    concurrency?: number
    optional?: boolean
  },
): Stage<R, W, Use, State> {
  const follows = [...commonTopics, ...(definition.follows ?? [])]
  return { looksUp: [], concurrency: 1, optional: false, ...definition, follows }
}
