/** What one record of a topic says, by reading that one record. */

import { topicOffsets } from '../../connectors/kafka/kafka.ts'
import { usable } from '../../runtime/message.ts'
import { scan } from '../../runtime/read-topics.ts'
import type { RecordRef, Topics } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import type { ServiceContext } from './service.ts'

/** Null where it has left the log. BROKER_UNREACHABLE, REGISTRY_UNREACHABLE. */
export async function recordAt<T extends 'ocr' | 'extracted' | 'verdicts' | 'corrected'>(
  { config, connection: { cluster, registry } }: Pick<ServiceContext, 'config' | 'connection'>,
  topic: T,
  { partition, offset }: Pick<RecordRef, 'partition' | 'offset'>,
): Promise<Topics[T] | null> {
  const name = topicName(topic, config.topicPrefix)
  const from = BigInt(offset)
  const log = (await topicOffsets(cluster, name)).get(partition)
  if (log === undefined || from < log.low || from >= log.high) return null
  let found: Topics[T] | null = null
  const range = { topic: name, partition, from, to: from + 1n }
  await scan(cluster, [range], config.topicPrefix, async (record) => {
    found = (await usable(record, topic, registry.codec, cluster.log))?.value ?? null
  })
  return found
}
