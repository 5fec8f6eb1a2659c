/**
 * Profiles of one's own: published as versions on the topic `profiles`, which every process follows.
 * ERRATA_HOME/profiles is where they are written: `errata up` publishes what was changed there, and
 * `errata profiles put` publishes any file. A file that equals an earlier version, or one that was
 * removed, is an old copy: it is said and changes nothing.
 */

import { join } from 'node:path'
import { userInfo } from 'node:os'
import type { Config } from '../config.ts'
import { openProducer } from '../connectors/kafka/kafka.ts'
import { homeOf } from '../deploy/stack/home.ts'
import { ErrataError } from '../errors.ts'
import {
  profileTable,
  removalOf,
  standingOf,
  versionAfter,
  type ProfileTable,
  type Standing,
} from '../processors/shared/profile-table.ts'
import { loadProfiles, profilesIn, type Profile, type Profiles } from '../schemas/profiles.ts'
import type { ProfileVersion } from '../schemas/types.ts'
import { decideOn } from './decide.ts'
import { auditSender } from './publish.ts'
import { readTopic, type Reached } from './read-topic.ts'

/** Where profiles of one's own are written. */
export function profileFolderOf(config: Config): string {
  return join(homeOf(config), 'profiles')
}

/** The profiles that count, for commands that speak to Kafka. CONFIG_INVALID for a file. */
export async function readProfiles(config: Config, connection: Reached): Promise<Profiles> {
  return (await readProfileTable(config, connection)).profiles()
}

/** The topic as it is now. CONFIG_INVALID for a file. */
export async function readProfileTable(config: Config, connection: Reached): Promise<ProfileTable> {
  const known = profileTable(loadProfiles(), profilesIn(profileFolderOf(config)))
  await readTopic('profiles', config, connection, known.put)
  return known
}

/** The new version of each that the topic didn't say already. */
export async function putProfiles(
  config: Config,
  connection: Reached,
  profiles: readonly Profile[],
): Promise<readonly ProfileVersion[]> {
  return publish(config, connection, 'published_profile', (known) =>
    profiles.map((profile) => versionAfter(known.get(profile.name), profile, changed())),
  )
}

/** PROFILE_UNKNOWN where nothing of this name was published. */
export async function removeProfile(
  config: Config,
  connection: Reached,
  name: string,
): Promise<void> {
  const removed = await publish(config, connection, 'removed_profile', (known) => [
    removalOf(known.get(name), changed()),
  ])
  if (removed.length === 0)
    throw new ErrataError('PROFILE_UNKNOWN', `no profile ${name} was published`, { name })
}

/** Publishes the files that say what the topic never said. */
export async function publishFolder(
  config: Config,
  connection: Reached,
): Promise<readonly ProfileVersion[]> {
  const own = profilesIn(profileFolderOf(config))
  if (own.size === 0) return []
  return publish(config, connection, 'published_profile', (known) =>
    [...own.values()]
      .filter((file) => ['new', 'changed'].includes(standingOf(file, known.get(file.name))))
      .map((file) => versionAfter(known.get(file.name), file, changed())),
  )
}

/** What is to be said of files that the topic doesn't agree with: a line each. */
export function differingFiles(
  files: Profiles,
  known: ReadonlyMap<string, ProfileVersion>,
): readonly string[] {
  return [...files.values()].flatMap((file) => {
    const latest = known.get(file.name)
    const text = lines[standingOf(file, latest)]
    return text === null ? [] : [`the file of profile ${file.name} ${text(latest?.version ?? 0)}`]
  })
}

const putIt = '`errata profiles put FILE` publishes it'
const lines: Readonly<Record<Standing, ((version: number) => string) | null>> = {
  published: null,
  new: () => `is not published, and other machines don't know it: ${putIt}`,
  changed: (version) => `differs from version ${version}, which is used instead: ${putIt}`,
  old: (version) =>
    `is an old copy: version ${version} is used, which \`errata profiles show\` prints`,
  removed: (version) => `was removed by version ${version} and is not used: ${putIt} again`,
}

/** Decides and audits it. */
async function publish(
  config: Config,
  connection: Reached,
  action: string,
  decide: (known: ReadonlyMap<string, ProfileVersion>) => readonly (ProfileVersion | null)[],
): Promise<readonly ProfileVersion[]> {
  const versions = await decideOn('profiles', config, connection, async () => {
    const known = (await readProfileTable(config, connection)).versions()
    const result = decide(known).filter((version) => version !== null)
    return { records: result.map((version) => [version.name, version] as const), result }
  })
  if (versions.length > 0) await audit(config, connection, action, versions)
  return versions
}

async function audit(
  config: Config,
  connection: Reached,
  action: string,
  versions: readonly ProfileVersion[],
): Promise<void> {
  const producer = openProducer(connection.cluster)
  const write = auditSender(config, connection, producer)
  try {
    for (const { name, version, changedAt, changedBy } of versions)
      await write({
        at: changedAt,
        actor: changedBy,
        role: null,
        action,
        target: name,
        detail: { version: String(version) },
      })
  } finally {
    await producer.close()
  }
}

function changed(): { readonly by: string; readonly now: number } {
  return { by: userInfo().username, now: Date.now() }
}
