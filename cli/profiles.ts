/** `errata profiles …`: profiles of one's own, as versions that every machine uses. */

import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Config } from '../config.ts'
import { openLog } from '../deploy/instance/log.ts'
import { withConnection, type Connection } from '../operations/connect.ts'
import {
  differingFiles,
  profileFolderOf,
  putProfiles,
  readProfileTable,
  removeProfile,
} from '../operations/profiles.ts'
import type { ProfileVersion } from '../schemas/types.ts'
import { loadProfiles, parseProfile, profileOf, profilesIn } from '../schemas/profiles.ts'

/** Publishes files, each as the next version of its profile. CONFIG_INVALID for one of them. */
export async function putCommand(config: Config, files: readonly string[]): Promise<number> {
  const profiles = files.map((file) => parseProfile(readFileSync(file, 'utf8'), basename(file)))
  return withProfiles(config, async (connection) => {
    const versions = await putProfiles(config, connection, profiles)
    for (const { name } of profiles) {
      const made = versions.find((version) => version.name === name)
      process.stderr.write(
        made === undefined
          ? `${name} is published already, word for word\n`
          : `${name} is published as version ${made.version} and used from the next document on\n`,
      )
    }
    return 0
  })
}

/** The profiles that count, a line each; on stderr which files they don't agree with. */
export async function listProfiles(config: Config): Promise<number> {
  return withProfiles(config, async (connection) => {
    const table = await readProfileTable(config, connection)
    const files = profilesIn(profileFolderOf(config))
    for (const { name, title } of table.profiles().values()) {
      const latest = table.versions().get(name)
      const columns = [name.padEnd(24), sourceOf(latest, files.has(name)).padEnd(12)]
      const changed =
        latest === undefined || latest.removed
          ? []
          : [new Date(latest.changedAt).toISOString(), latest.changedBy]
      const line = [...columns, title.padEnd(28), ...changed].join('  ').trimEnd()
      process.stdout.write(`${line}\n`)
    }
    for (const line of differingFiles(files, table.versions())) process.stderr.write(`${line}\n`)
    return 0
  })
}

/** Where a profile that counts comes from. */
function sourceOf(latest: ProfileVersion | undefined, hasFile: boolean): string {
  if (latest === undefined) return hasFile ? 'file' : 'shipped'
  return latest.removed ? 'shipped' : `version ${latest.version}`
}

/** The JSON of a profile that counts, as a file has it. PROFILE_UNKNOWN. */
export async function showProfile(config: Config, name: string): Promise<number> {
  return withProfiles(config, async (connection) => {
    const table = await readProfileTable(config, connection)
    const profile = profileOf(table.profiles(), name)
    process.stdout.write(`${JSON.stringify(profile, null, 2)}\n`)
    return 0
  })
}

/** PROFILE_UNKNOWN where nothing of this name was published. */
export async function removeCommand(config: Config, name: string): Promise<number> {
  return withProfiles(config, async (connection) => {
    await removeProfile(config, connection, name)
    process.stderr.write(
      loadProfiles().has(name)
        ? `${name} is removed; the one that ships counts again\n`
        : `${name} is removed; documents that name it become dead letters (PROFILE_UNKNOWN)\n`,
    )
    return 0
  })
}

async function withProfiles(
  config: Config,
  work: (connection: Connection) => Promise<number>,
): Promise<number> {
  return withConnection(config, openLog({ logLevel: 'error' }, 'profiles'), work)
}
