/** A record of the log as the message that a processor sees, or the reason why it is none. */

import { isUtf8 } from 'node:buffer'
import type { KafkaRecord } from '../../connectors/kafka.ts'
import { ErrataError } from '../../errors.ts'
import type { Codec } from '../../schemas/codec.ts'
import type { Message, TopicName } from '../processor.ts'
import type { StageNames } from './names.ts'

/** Codes: KEY_INVALID, RECORD_UNDECODABLE for a null value on a topic without tombstones, and those of the codec. */
export async function messageOf<R extends TopicName>(
  record: KafkaRecord,
  topic: R,
  codec: Codec,
  { erasable, keyedByDocument }: Pick<StageNames, 'erasable' | 'keyedByDocument'>,
): Promise<Message<R>> {
  if (record.key === null || record.key.length === 0 || !isUtf8(record.key)) throw new ErrataError('KEY_INVALID', 'the key is missing or not UTF-8', { topic })
  const key = record.key.toString('utf8')
  const { partition, offset, timestamp } = record
  const message = { key, timestamp, origin: { topic, partition, offset } }
  if (record.value === null) {
    if (erasable) return { ...message, value: null }
    throw new ErrataError('RECORD_UNDECODABLE', 'a null value on a topic that has no tombstones', { topic })
  }
  const value = await codec.decode(topic, record.value)
  if (keyedByDocument && (value as { documentId?: string }).documentId !== key) {
    throw new ErrataError('KEY_INVALID', "the key isn't the documentId of the value", { topic })
  }
  return { ...message, value }
}
