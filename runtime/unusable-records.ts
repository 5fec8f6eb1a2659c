/**
 * What happens to a record that a reader can't use: it is passed over, and never in silence. Each
 * time it is counted (errata_unusable_records_total), logged by its place and code, and said by
 * /ready, `errata status` and `errata doctor`.
 *
 * Only what the record is to blame for passes. While the world is at fault the reader waits, and a
 * defect of ours ends it.
 */

import { Counter } from 'prom-client'
import type { KafkaRecord, Log } from '../connectors/kafka/kafka.ts'
import { codeOf, fateOf } from '../errors.ts'
import type { TopicName } from '../processors/processor.ts'

const counter = new Counter({
  name: 'errata_unusable_records_total',
  help: 'Records passed over, by what is wrong with them; each reader of a topic counts for itself',
  labelNames: ['topic', 'code'] as const,
})

/**
 * Counts and says it where the record is at fault; throws everything else. `topic`: its short name.
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
  log.warn(
    { topic: record.topic, partition: record.partition, offset: String(record.offset), code },
    'a record that can not be used is passed over',
  )
  return null
}

/** What this process has passed over since it began, a line for each topic and code. */
export async function passedOver(): Promise<string[]> {
  const { values } = await counter.get()
  return values
    .map(
      ({ labels: { topic, code }, value }) =>
        `${topic}: ${value} record${value === 1 ? '' : 's'} passed over (${code})`,
    )
    .sort()
}
