/**
 * The dead letter of a record: its bytes, key and headers, its position, and why it could not be
 * processed. It is written in the transaction that commits the offset past the record, so there is
 * exactly one, and to the record's own partition, so order is kept.
 *
 * If the dead letter would exceed the limit, the value is truncated to what fits; the header
 * errata-truncated states its length, and the whole value stays at its origin as long as that topic
 * retains it. Headers are dropped last. An overlong key is truncated, since the dead letter holds
 * it twice, as its key and in its value.
 *
 * The cause also stands in headers of the names that Kafka Connect gives them.
 */

import type { KafkaRecord } from '../connectors/kafka/kafka.ts'
import { codeOf } from '../errors.ts'
import { largestRecord } from '../schemas/codec.ts'
import type { Dead } from '../schemas/types.ts'
import { keyText } from '../processors/shared/record-key.ts'
import { connectHeaders, headerNames, software } from './headers.ts'

export interface DeadLetter {
  readonly value: Dead
  /** Added to the headers of the dead letter. */
  readonly headers: Readonly<Record<string, string>>
}

const room = largestRecord - 16_384 // bytes; the rest of the dead letter takes less than 16 KiB
const keptKey = 65_536 // bytes; enough to show that the key was too long
const longestMessage = 2_000 // characters

/** `failedAt` in milliseconds since 1970. */
export function deadLetter(
  stage: string,
  record: KafkaRecord,
  error: Error,
  attempts: number,
  failedAt: number,
): DeadLetter {
  const key = record.key?.subarray(0, keptKey) ?? null
  const keyBytes = key?.length ?? 0
  const headerBytes = Object.entries(record.headers).reduce(
    (sum, [name, value]) => sum + 2 * name.length + value.length + 10,
    0,
  )
  const keepHeaders = keyBytes + headerBytes <= room
  const left = Math.max(0, room - keyBytes - (keepHeaders ? headerBytes : 0))
  const message = error.message.slice(0, longestMessage)
  const cut = !keepHeaders || (record.value !== null && record.value.length > left)
  return {
    value: {
      stage,
      topic: record.topic,
      partition: record.partition,
      offset: Number(record.offset),
      key,
      value: record.value?.subarray(0, left) ?? null,
      headers: keepHeaders ? record.headers : {},
      documentId: keyText(key),
      code: codeOf(error),
      message,
      attempts,
      software,
      failedAt,
    },
    headers: {
      [connectHeaders.topic]: record.topic,
      [connectHeaders.partition]: String(record.partition),
      [connectHeaders.offset]: String(record.offset),
      [connectHeaders.stage]: stage,
      [connectHeaders.exception]: codeOf(error),
      [connectHeaders.message]: message,
      ...(cut ? { [headerNames.truncated]: String(record.value?.length ?? 0) } : {}),
    },
  }
}
