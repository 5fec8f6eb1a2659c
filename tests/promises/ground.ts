/**
 * Where promises of the runtime are tested: on the fake cluster in milliseconds, and on the real
 * broker, which says what is true. A promise is written once and kept by both.
 */

import type { Config } from '../../config.ts'
import type { Cluster } from '../../connectors/kafka/kafka.ts'
import type { Toys } from '../toys.ts'

/** Requests whose answers can be lost. */
export const losable = [
  'produce',
  'addPartitions',
  'addOffsets',
  'offsetCommit',
  'endTransaction',
  'initProducerId',
  'offsetFetch',
  'fetch',
] as const

/** What lies between a cluster object and the broker, and fails when told to. */
export interface Faults {
  /** The next request of this kind is carried out, and its answer is lost. */
  lose(request: (typeof losable)[number]): void
  /** How many answers were lost. */
  lost(): number
  /** `act` is called once, before the next request of this kind is passed on. */
  before(request: (typeof losable)[number], act: () => void): void
  /** Nothing passes until `heal`. */
  cut(): void
  heal(): void
}

export interface Ground {
  /** Without faults. */
  readonly toys: Toys
  /** The same topics behind `faults`. */
  behind(config?: Partial<Config>): Promise<Toys>
  readonly faults: Faults
  /** As another process would open it. */
  another(): Cluster
  close(): Promise<void>
}

export type OpenGround = (partitions: number) => Promise<Ground>
