/**
 * Profiles as the topic has them: which of them count, the version that comes next, and where a file
 * of the folder in which they are written stands beside the topic.
 *
 *   topic has it ─► its latest version, or, where that is removed, the one that ships
 *   it doesn't   ─► the file of this machine, or else the one that ships
 *
 * The topic decides as soon as it has a profile, so every machine reads by the same one. Until then
 * a file counts on its own machine.
 */

import { createHash } from 'node:crypto'
import { parseProfile, profileText, type Profile, type Profiles } from '../../schemas/profiles.ts'
import type { ProfileVersion } from '../../schemas/types.ts'

export interface ProfileTable {
  /** Adds a record of the topic; null is a tombstone. */
  readonly put: (name: string, version: ProfileVersion | null) => void
  /** Those that count; another value after each change. */
  readonly profiles: () => Profiles
  /** The latest record of each name, removed ones included. */
  readonly versions: () => ReadonlyMap<string, ProfileVersion>
}

/** `own`: the files of this machine. */
export function profileTable(shipped: Profiles, own: Profiles = new Map()): ProfileTable {
  const versions = new Map<string, ProfileVersion>()
  const published = new Map<string, Profile>()
  const counting = (): Profiles =>
    new Map([
      ...shipped,
      ...[...own].filter(([name]) => !versions.has(name)),
      ...[...published].sort(([a], [b]) => (a < b ? -1 : 1)),
    ])
  let profiles: Profiles | null = null // worked out when somebody asks
  return {
    put(name, version) {
      published.delete(name)
      if (version === null) versions.delete(name)
      else {
        if (!version.removed) published.set(name, parseProfile(version.profile, name))
        versions.set(name, version)
      }
      profiles = null
    },
    profiles: () => (profiles ??= counting()),
    versions: () => versions,
  }
}

/**
 * new, changed: the topic never had what the file says. old: it had, before its latest version.
 * removed: it was removed since.
 */
export type Standing = 'published' | 'new' | 'changed' | 'old' | 'removed'

export function standingOf(file: Profile, latest: ProfileVersion | undefined): Standing {
  if (latest === undefined) return 'new'
  const text = profileText(file)
  const isLatest = text === textOf(latest)
  if (!isLatest && !latest.earlier.includes(sha256Of(text))) return 'changed'
  if (latest.removed) return 'removed'
  return isLatest ? 'published' : 'old'
}

/** Null where the latest version says the same already. */
export function versionAfter(
  latest: ProfileVersion | undefined,
  profile: Profile,
  change: { readonly by: string; readonly now: number },
): ProfileVersion | null {
  const text = profileText(profile)
  if (latest !== undefined && !latest.removed && textOf(latest) === text) return null
  return next(profile.name, latest, text, change, false)
}

/** Null where there is nothing to remove. */
export function removalOf(
  latest: ProfileVersion | undefined,
  change: { readonly by: string; readonly now: number },
): ProfileVersion | null {
  if (latest === undefined || latest.removed) return null
  return next(latest.name, latest, latest.profile, change, true)
}

function next(
  name: string,
  latest: ProfileVersion | undefined,
  profile: string,
  { by, now }: { readonly by: string; readonly now: number },
  removed: boolean,
): ProfileVersion {
  const before = latest === undefined ? [] : [...latest.earlier, sha256Of(textOf(latest))]
  const itself = sha256Of(profile)
  return {
    name,
    version: (latest?.version ?? 0) + 1,
    profile,
    changedAt: now,
    changedBy: by,
    removed,
    earlier: [...new Set(before)].filter((one) => one !== itself).slice(-mostEarlier),
  }
}

const mostEarlier = 1_000 // versions whose copies are told from changes

/** As this version of Errata writes it, whichever wrote the record. */
function textOf({ name, profile }: ProfileVersion): string {
  return profileText(parseProfile(profile, name))
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
