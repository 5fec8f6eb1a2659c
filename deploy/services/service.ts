/**
 * What `errata run` runs: a service that becomes ready, can be stopped, and may fail for good.
 */

import type { Config } from '../../config.ts'
import type { Log } from '../../connectors/kafka/kafka.ts'
import type { Blobs } from '../../connectors/blobs/blobs.ts'
import type { Profiles } from '../../schemas/profiles.ts'
import type { Connection } from '../../operations/connect.ts'

export interface ServiceContext {
  readonly config: Config
  readonly home: string // ERRATA_HOME, absolute
  readonly connection: Connection
  readonly blobs: Blobs
  readonly profiles: Profiles
  readonly log: Log
}

export interface Part {
  /** Lets go of everything within ten seconds. */
  stop(): Promise<void>
  /** Rejects with what is final: the process should end. */
  readonly failed: Promise<never>
  ready(): boolean
  /**
   * What is not as it should be though it works, or why it is not ready: a line each, for people.
   */
  notes?(): readonly string[]
}

/** For a part that can't fail by itself. */
export const neverFails: Promise<never> = new Promise(() => {})
