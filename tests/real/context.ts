/** What services of a test run with: the connection, with topics of their own, and its folder. */

import { join } from 'node:path'
import type { Config } from '../../config.ts'
import { openBlobs } from '../../connectors/blobs/blobs.ts'
import { homeOf } from '../../deploy/stack/home.ts'
import { fixedProfiles, type ServiceContext } from '../../deploy/services/service.ts'
import { connect } from '../../operations/connect.ts'
import { ensureTopics } from '../../operations/topics.ts'
import { loadProfiles } from '../../schemas/profiles.ts'
import { quiet } from '../toys.ts'

/** Connects, creates the topics and says nothing; whoever opens it closes its connection. */
export async function openContext(config: Config): Promise<ServiceContext> {
  const connection = await connect(config, quiet)
  await ensureTopics(connection.cluster, config)
  const home = homeOf(config)
  const blobs = openBlobs(join(home, 'blobs'))
  return { config, home, connection, blobs, profiles: fixedProfiles(loadProfiles()), log: quiet }
}
