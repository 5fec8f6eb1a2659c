/**
 * Skips a record that a reader can't use, but never silently: it is counted
 * (errata_unusable_records_total), logged with its position and code, and reported by /ready,
 * `errata status` and `errata doctor`.
 *
 * Only a record's own faults are skipped. While an outside system is at fault the reader waits, and
 * a defect ends the process.
 */

import { Counter } from 'prom-client'
import type { KafkaRecord, Log } from '../connectors/kafka/kafka.ts'
import { codeOf, fateOf } from '../errors.ts'
import type { TopicName } from '../processors/processor.ts'
import { notePassedOver } from './passed-over.ts'

const counter = new Counter({
  name: 'errata_unusable_records_total',
  help: 'Unusable records that were passed over, by error code; each reader of a topic counts its own',
  labelNames: ['topic', 'code'] as const,
})

/**
 * Counts and logs it where the record is at fault; rethrows everything else. `topic`: its short
 * name.
 */
export function passOver(
  error: unknown,
  topic: TopicName,
  record: Pick<KafkaRecord, 'topic' | 'partition' | 'offset'>,
  log: Log,
): null {
  if (fateOf(error) !== 'dead') throw error
  const code = codeOf(error)
  counter.inc({ topic, code })
  notePassedOver(topic, code)
  log.warn(
    { topic: record.topic, partition: record.partition, offset: String(record.offset), code },
    'an unusable record is passed over',
  )
  return null
}
