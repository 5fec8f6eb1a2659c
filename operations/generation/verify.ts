/**
 * Compares what was copied with what was to be: for each key of each former partition a digest of
 * its records in their order (partition, value, headers, time), and their number. Of a compacted
 * topic, what stands: brokers may compact either side meanwhile.
 *
 * Retention may take the oldest records of either side meanwhile too. What both still have must be
 * the same.
 *
 * In memory: one topic at a time, about 100 bytes a key and 8 a record.
 */

import { createHash } from 'node:crypto'
import {
  copiedFrom,
  topicOffsets,
  type Cluster,
  type KafkaRecord,
  type Outgoing,
} from '../../connectors/kafka/kafka.ts'
import { ErrataError } from '../../errors.ts'
import { scan } from '../../runtime/read-topics.ts'
import { allTopics } from '../../runtime/existing-topics.ts'
import { type TopicSettings } from '../../topology.ts'
import type { Origin } from './origin.ts'
import type { Relocate } from './relocation.ts'

export interface Compared {
  readonly name: string // in the target
  readonly records: number
  readonly keys: number
  /** Records that were not to be copied: see `Relocate`. */
  readonly leftOut: number
}

/** By former partition and key, the digests of its records, one after the other. */
interface Digests {
  readonly byKey: Map<string, string>
  records: number
}

const firstRecord = 2n // behind what begins a partition: target.ts

/** COPY_DIFFERS names the first topic that is not the same. `relocate`: one that begins anew. */
export async function compareTopics(
  cluster: Cluster,
  origin: Origin,
  prefix: string,
  relocate: Relocate,
): Promise<readonly Compared[]> {
  const compared: Compared[] = []
  for (const { name, settings } of allTopics(origin.prefix)) {
    const to = `${prefix}${name.slice(origin.prefix.length)}`
    let leftOut = 0
    const wanted: Digests = { byKey: new Map(), records: 0 }
    await origin.read(name, new Map(), async (record) => {
      const outgoing = await relocate(record)
      if (outgoing === null) leftOut++
      else note(wanted, settings, record.partition, outgoing)
    })
    const found: Digests = { byKey: new Map(), records: 0 }
    const lows = await readAll(cluster, prefix, to, (record) =>
      note(found, settings, copiedFrom(record)?.partition ?? -1, record),
    )
    const mayLack = {
      wanted: await origin.shrinks(name),
      found: lows.some((low) => low > firstRecord),
    }
    const other = firstOther(wanted, found, mayLack)
    if (other !== null)
      throw new ErrataError('COPY_DIFFERS', `${to} is not what ${name} is: ${other}`, {
        topic: to,
        records: found.records,
        wanted: wanted.records,
      })
    compared.push({ name: to, records: found.records, keys: found.byKey.size, leftOut })
  }
  return compared
}

/** Where the partitions begin. */
async function readAll(
  cluster: Cluster,
  prefix: string,
  topic: string,
  take: (record: KafkaRecord) => void,
): Promise<readonly bigint[]> {
  const offsets = [...(await topicOffsets(cluster, topic))]
  const ranges = offsets.map(([partition, { low, high }]) => ({
    topic,
    partition,
    from: low,
    to: high,
  }))
  await scan(cluster, ranges, prefix, take)
  return offsets.map(([, { low }]) => low)
}

function note(
  digests: Digests,
  { compact }: TopicSettings,
  former: number,
  record: Outgoing | KafkaRecord,
): void {
  const { partition, key, value } = record
  const keyed = key === null ? 'none' : `=${Buffer.from(key).toString('latin1')}`
  const name = compact ? `${partition}${keyed}` : `${former}${keyed}`
  digests.records++
  const before = compact ? '' : (digests.byKey.get(name) ?? '')
  if (compact && value === null) digests.byKey.delete(name)
  else digests.byKey.set(name, before + digestOf(record))
}

/** Eight characters. */
function digestOf({ partition, value, headers, timestamp }: Outgoing | KafkaRecord): string {
  const hash = createHash('sha256').update(`${partition} ${timestamp}`)
  const part = (bytes: Buffer | string | null): void =>
    void hash.update(` ${bytes === null ? 'none' : Buffer.byteLength(bytes)} `).update(bytes ?? '')
  part(value)
  for (const [header, text] of Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1))) {
    part(header)
    part(text)
  }
  return hash.digest().toString('latin1', 0, digestLength)
}

const digestLength = 8

/** What differs, for people; null where nothing does. */
function firstOther(
  wanted: Digests,
  found: Digests,
  mayLack: { readonly wanted: boolean; readonly found: boolean },
): string | null {
  const isAlike = (key: string): boolean => {
    const [one, other] = [wanted.byKey.get(key) ?? '', found.byKey.get(key) ?? '']
    if (one === other) return true
    return one.length < other.length
      ? mayLack.wanted && other.endsWith(one)
      : mayLack.found && one.endsWith(other)
  }
  const keys = new Set([...wanted.byKey.keys(), ...found.byKey.keys()])
  const others = [...keys].filter((key) => !isAlike(key)).length
  return others === 0 ? null : `records of ${others} of ${keys.size} keys differ`
}
