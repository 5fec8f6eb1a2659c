/**
 * Decodes and validates a record into a message, or gives the reason why it is invalid; used by
 * stages, followers and commands alike.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaRecord, Log } from '../connectors/kafka/kafka.ts'
import { codeOf, ErrataError } from '../errors.ts'
import type { Codec } from '../schemas/codec.ts'
import type { Topics } from '../schemas/types.ts'
import { topics, type TopicSettings } from '../topology.ts'
import type { Message, TopicName } from '../processors/processor.ts'
import { keyText, longestKey } from '../processors/shared/record-key.ts'
import { flawOf, keyFor, keyName } from '../processors/validate.ts'
import { passOver } from './unusable-records.ts'

const againAfterMs = 500 // of a schema id that is not known yet

/**
 * Codes: KEY_INVALID, RECORD_INVALID, RECORD_UNDECODABLE for a null value on a topic without
 * tombstones, and those of the codec.
 */
export async function messageOf<T extends TopicName>(
  record: KafkaRecord,
  topic: T,
  codec: Codec,
): Promise<Message<T>> {
  const { partition, offset, timestamp } = record
  const origin = { topic, partition, offset }
  const key = keyOf(record, topic)
  if (record.value === null) {
    if (hasTombstones(topic)) return { key, value: null, timestamp, origin }
    throw new ErrataError('RECORD_UNDECODABLE', 'a null value on a topic that has no tombstones', {
      topic,
    })
  }
  const value = await codec.decode(topic, record.value)
  if ((keyFor(topics[topic], value) ?? key) !== key) {
    throw new ErrataError(
      'KEY_INVALID',
      `the key isn't the ${keyName(topics[topic])} of the value`,
      {
        topic,
      },
    )
  }
  const flaw = flawIn(topic, value, timestamp)
  if (flaw !== null)
    throw new ErrataError('RECORD_INVALID', `this does not hold: ${flaw}`, { topic })
  return { key, value, timestamp, origin }
}

/**
 * The message of a record; null where it was skipped. Look-ups of a schema id unknown to the
 * registry are retried before it is taken as unknown. REGISTRY_UNREACHABLE.
 */
export async function usable<T extends TopicName>(
  record: KafkaRecord,
  topic: T,
  codec: Codec,
  log: Log,
): Promise<Message<T> | null> {
  return unlessUnusable(() => messageOf(record, topic, codec), topic, record, log)
}

/** The same for callers that need something other than the record's message. */
export async function unlessUnusable<V>(
  read: () => Promise<V>,
  topic: TopicName,
  record: KafkaRecord,
  log: Log,
): Promise<V | null> {
  for (;;) {
    try {
      return await read()
    } catch (error) {
      if (codeOf(error) !== 'SCHEMA_UNKNOWN') return passOver(error, topic, record, log)
      await sleep(againAfterMs)
    }
  }
}

function keyOf({ key }: KafkaRecord, topic: TopicName): string {
  if (topic === 'dead') return key?.toString('utf8') ?? '' // the topic of the failed record
  const text = keyText(key)
  if (text === null) {
    throw new ErrataError(
      'KEY_INVALID',
      `the key is missing, not UTF-8 or of more than ${longestKey} bytes`,
      { topic },
    )
  }
  return text
}

/** A replayed dead letter has a marker without a value. */
function hasTombstones(topic: TopicName): boolean {
  const { compact, erasable }: TopicSettings = topics[topic]
  return compact || erasable === true || topic === 'dead'
}

/**
 * A parser's error is a flaw too, whatever its code: the record is at fault and not the settings.
 */
function flawIn<T extends TopicName>(topic: T, value: Topics[T], written: number): string | null {
  try {
    return flawOf(topics[topic], value, written)
  } catch (error) {
    if (codeOf(error) === 'BUG') throw error
    return (error as ErrataError).message
  }
}
