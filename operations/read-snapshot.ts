/** The training topic as it stands: the data set of a training. */

import { follow } from '../runtime/follow.ts'
import type { Config } from '../config.ts'
import type { Verdict } from '../schemas/types.ts'
import { topicName } from '../topology.ts'
import { snapshotOf, type Snapshot } from '../trainer/snapshot.ts'
import type { Connection } from './connect.ts'

/**
 * The verdicts of a profile in the training topic, with the end offsets of the snapshot. While
 * reading, compaction may remove a record because of a newer one beyond the initial end offset; so
 * the end offset is queried again once it was reached, and no document is missed.
 */
export async function readSnapshot(
  config: Config,
  { cluster, registry }: Connection,
  profile: string,
): Promise<Snapshot> {
  // A document that changed its vendor has a tombstone in one partition and a verdict in another:
  // each partition for itself.
  const standing = new Map<string, Verdict>()
  const table = follow({
    cluster,
    registry,
    topic: 'training',
    name: topicName('training', config.topicPrefix),
    log: cluster.log,
    apply: (key, value, { partition }) => {
      if (value === null) standing.delete(`${partition}/${key}`)
      else standing.set(`${partition}/${key}`, value)
    },
  })
  try {
    await Promise.race([table.ready, table.failed])
    await table.caughtUp()
    const latest = new Map<string, Verdict>()
    for (const verdict of standing.values())
      if ((latest.get(verdict.documentId)?.revision ?? 0) < verdict.revision)
        latest.set(verdict.documentId, verdict)
    return snapshotOf(profile, latest.values(), table.position())
  } finally {
    await table.stop()
  }
}
