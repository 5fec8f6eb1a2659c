/**
 * The profiles as every process uses them: always as new as the log. A new version is used from the
 * next message on.
 *
 * A document may arrive before the profile that it names has been read here, although the profile
 * was published first. So before a name is taken as unknown, everything that was in the topic when
 * it was asked for has been read.
 */

import { profileTable } from '../../processors/shared/profile-table.ts'
import type { Reached } from '../../operations/read-topic.ts'
import { differingFiles } from '../../operations/profiles.ts'
import { follow } from '../../runtime/follow.ts'
import { loadProfiles, profilesIn } from '../../schemas/profiles.ts'
import { topicName } from '../../topology.ts'
import { followedBy, type Followed, type ProfilesInUse, type ServiceContext } from './service.ts'

export interface FollowedProfiles extends ProfilesInUse, Followed {
  /** Files of this machine that the topic doesn't agree with. */
  readonly notes: () => readonly string[]
}

/** `folder`: the files of this machine. CONFIG_INVALID for one of them. */
export function followProfiles(
  {
    config,
    connection,
    log,
  }: Pick<ServiceContext, 'config' | 'log'> & {
    readonly connection: Reached
  },
  folder: string,
): FollowedProfiles {
  const files = profilesIn(folder)
  const known = profileTable(loadProfiles(), files)
  const listeners: (() => void)[] = []
  const table = follow({
    cluster: connection.cluster,
    registry: connection.registry,
    topic: 'profiles',
    name: topicName('profiles', config.topicPrefix),
    log,
    apply(name, version) {
      known.put(name, version)
      for (const listener of listeners) listener()
    },
  })
  return {
    ...followedBy(table),
    now: known.profiles,
    async including(name) {
      if (!known.profiles().has(name)) await table.caughtUp()
      return known.profiles()
    },
    onChange: (listener) => void listeners.push(listener),
    notes: () => differingFiles(files, known.versions()),
  }
}
