/** A topic as it stands now, for commands that decide once and end. */

import type { Config } from '../config.ts'
import type { TopicName } from '../processors/processor.ts'
import { follow, type FollowOptions } from '../runtime/follow.ts'
import { topicName } from '../topology.ts'

/** Of a connection, what reading and writing records takes. */
export type Reached = Pick<FollowOptions<TopicName>, 'cluster' | 'registry'>

/** Applies every record up to the end of the topic. Codes of `follow`. */
export async function readTopic<T extends Exclude<TopicName, 'dead'>>(
  topic: T,
  { topicPrefix }: Pick<Config, 'topicPrefix'>,
  { cluster, registry }: Reached,
  apply: FollowOptions<T>['apply'],
): Promise<void> {
  const name = topicName(topic, topicPrefix)
  const table = follow({ cluster, registry, topic, name, log: cluster.log, apply })
  try {
    await Promise.race([table.ready, table.failed])
  } finally {
    await table.stop()
  }
}
