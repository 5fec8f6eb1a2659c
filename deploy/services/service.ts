/**
 * What `errata run` runs: a service that becomes ready, can be stopped, and may fail for good.
 */

import type { Config } from '../../config.ts'
import type { Problem } from '../../errors.ts'
import type { Log } from '../../connectors/kafka/kafka.ts'
import type { Blobs } from '../../connectors/blobs/blobs.ts'
import type { Following } from '../../runtime/follow.ts'
import type { Profiles } from '../../schemas/profiles.ts'
import type { Connection } from '../../operations/connect.ts'

export interface ServiceContext {
  readonly config: Config
  readonly home: string // ERRATA_HOME, absolute
  readonly connection: Connection
  readonly blobs: Blobs
  readonly profiles: ProfilesInUse
  readonly log: Log
}

/** Which profiles count; see follow-profiles.ts. */
export interface ProfilesInUse {
  /** As they have been read; another value after each change. */
  readonly now: () => Profiles
  /**
   * The same, and where they lack this name, those that were published until now. Codes of an
   * unreachable broker.
   */
  readonly including: (name: string) => Promise<Profiles>
  readonly onChange: (listener: () => void) => void
}

export interface Part {
  /** Lets go of everything within ten seconds. */
  stop(): Promise<void>
  /** Rejects with what is final: the process should end. */
  readonly failed: Promise<never>
  /** Why it isn't ready; none where it is. */
  problems(): readonly Problem[]
  /** What is not as it should be though it works: a line each, for people. */
  notes?(): readonly string[]
}

/** A table that is followed, as those see it who don't read it themselves. */
export type Followed = Pick<Following, 'ready' | 'failed' | 'problems' | 'stop'>

export const followedBy = ({ ready, failed, problems, stop }: Following): Followed => ({
  ready,
  failed,
  problems,
  stop,
})

/** Profiles that never change. */
export function fixedProfiles(profiles: Profiles): ProfilesInUse {
  return { now: () => profiles, including: async () => profiles, onChange() {} }
}

/** Of several parts, or tables, or probes. */
export function allProblems(
  parts: readonly { problems(): readonly Problem[] }[],
): readonly Problem[] {
  return parts.flatMap((part) => part.problems())
}

/** For a part that can't fail by itself. */
export const neverFails: Promise<never> = new Promise(() => {})
