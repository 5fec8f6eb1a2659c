/**
 * Past documents from the log: their words, the recorded reading and the verdict. The words come
 * from `ocr`, for as long as that is retained, and from the verdict otherwise.
 */

import { topicOffsets, type KafkaRecord } from '../connectors/kafka/kafka.ts'
import { ErrataError } from '../errors.ts'
import { usable } from '../runtime/message.ts'
import type { Extracted, Ocr, Topics, Verdict } from '../schemas/types.ts'
import { topicName } from '../topology.ts'
import type { Connection } from './connect.ts'
import { scan } from '../runtime/read-topics.ts'

export interface Past {
  readonly document: Pick<
    Ocr,
    'documentId' | 'tenant' | 'profile' | 'sha256' | 'pages' | 'words' | 'xml' | 'receivedAt'
  > &
    Partial<Pick<Ocr, 'codes'>>
  /** The record of ocr, as it lies there; null where it is gone. */
  readonly record: KafkaRecord | null
  readonly recorded: Extracted | null // the latest
  // the latest, unless it rejects the document or a second person has yet to agree
  readonly verdict: Verdict | null
}

const most = 20_000 // documents at a time: their words are held in memory

/**
 * Documents that were read (or, where only that is left, decided on) from `from` to `to`, ms since
 * 1970; by document id.
 */
export async function readPast(
  prefix: string,
  connection: Pick<Connection, 'cluster' | 'registry'>,
  wanted: { readonly from: number; readonly to: number; readonly documents: readonly string[] },
): Promise<Past[]> {
  const { cluster, registry } = connection
  const only = new Set(wanted.documents)
  const records = new Map<string, KafkaRecord>()
  const extracted = new Map<string, KafkaRecord>()
  const verdicts = new Map<string, KafkaRecord>()
  const isWanted = (key: string): boolean => key !== '' && (only.size === 0 || only.has(key))
  const inTime = ({ timestamp }: KafkaRecord): boolean =>
    timestamp >= wanted.from && timestamp <= wanted.to
  const read = async (
    topic: 'ocr' | 'extracted' | 'verdicts',
    take: (key: string, record: KafkaRecord) => void,
  ): Promise<void> => {
    const name = topicName(topic, prefix)
    const ranges = [...(await topicOffsets(cluster, name))].map(([partition, { low, high }]) => ({
      topic: name,
      partition,
      from: low,
      to: high,
    }))
    await scan(cluster, ranges, prefix, (record) =>
      take(record.key?.toString('utf8') ?? '', record),
    )
  }
  await read('ocr', (key, record) => {
    if (!isWanted(key) || !inTime(record)) return
    if (record.value === null) records.delete(key)
    else records.set(key, record)
    if (records.size > most)
      throw new ErrataError(
        'CONFIG_INVALID',
        `more than ${most} documents at a time: choose a shorter period`,
        { most },
      )
  })
  await read('verdicts', (key, record) => {
    if (!isWanted(key)) return
    if (record.value === null) verdicts.delete(key)
    else if (records.has(key) || verdicts.has(key) || inTime(record)) verdicts.set(key, record)
  })
  await read('extracted', (key, record) => {
    if (!records.has(key) && !verdicts.has(key)) return
    if (record.value === null) extracted.delete(key)
    else extracted.set(key, record)
  })

  const decode = async <T extends keyof Topics>(
    topic: T,
    record: KafkaRecord | undefined,
  ): Promise<Topics[T] | null> => {
    if (record === undefined) return null
    return (await usable(record, topic, registry.codec, cluster.log))?.value ?? null
  }
  const found: Past[] = []
  for (const key of [...new Set([...records.keys(), ...verdicts.keys()])].sort()) {
    const [printed, verdict] = [
      await decode('ocr', records.get(key)),
      await decode('verdicts', verdicts.get(key)),
    ]
    const document = printed ?? (verdict === null ? null : { ...verdict, xml: null })
    if (document === null) continue
    found.push({
      document,
      record: printed === null ? null : (records.get(key) ?? null),
      recorded: await decode('extracted', extracted.get(key)),
      verdict:
        verdict === null || verdict.decision === 'rejected' || verdict.secondWanted
          ? null
          : verdict,
    })
  }
  return found
}
