/**
 * What must hold after every row, read from the topics and the store and not from what the
 * processes say. Each checker gives what is wrong, in words; no words: nothing is wrong.
 *
 * Outputs have ids that follow from their input alone, so an aborted output that a reader sees is a
 * second record of the same id.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { openClickhouse } from '../../../connectors/clickhouse/clickhouse.ts'
import { groupLag, topicOffsets, type KafkaRecord } from '../../../connectors/kafka/kafka.ts'
import { readDocumentStatus } from '../../../operations/document-status.ts'
import { scan, type Range } from '../../../runtime/read-topics.ts'
import { analyticsTables } from '../../../processors/analytics.ts'
import { headerNames, recordOriginOf } from '../../../runtime/headers.ts'
import type { TopicName } from '../../../processors/processor.ts'
import { identityOf } from '../../../processors/routing/duplicates.ts'
import { loadProfiles, profileOf } from '../../../schemas/profiles.ts'
import type { Final } from '../../../schemas/types.ts'
import { allTopics } from '../../../runtime/existing-topics.ts'
import {
  deadTopicName,
  edges,
  groupName,
  requiredStages,
  stages,
  topicName,
  type StageName,
} from '../../../topology.ts'
import { openTransactionsOf } from './open-transactions.ts'
import type { System } from './system.ts'

/** Lag 0 so soon after healing; three times the promise of 60 s, for two busy cores. */
export const limitMs = 180_000

type Plain = Exclude<TopicName, 'dead'>
type Records = ReadonlyMap<string, readonly KafkaRecord[]>

/** Waits until every stage is at the end of its topic; how long that took, or what is left. */
export async function drain(
  { config, connection }: Pick<System, 'config' | 'connection'>,
  limitMs: number,
): Promise<string | null> {
  const end = performance.now() + limitMs
  for (;;) {
    const lags = await Promise.all(
      requiredStages.map(async (name) => {
        const [group, topic] = [groupName(name, config.topicPrefix), stages[name].reads]
        const lag = await groupLag(
          connection.cluster,
          group,
          topicName(topic, config.topicPrefix),
        ).catch(() => new Map([[0, -1n]])) // the broker may be the one that is broken
        return { name, lag: [...lag.values()].reduce((sum, one) => sum + one, 0n) }
      }),
    )
    const left = lags.filter(({ lag }) => lag !== 0n)
    if (left.length === 0) return null
    if (performance.now() > end) {
      const behind = left.map(({ name, lag }) => `${name} ${lag}`).join(', ')
      return `lag after ${limitMs / 1000} s: ${behind}`
    }
    await sleep(300)
  }
}

/** What the checkers of topics look at. */
type Log = Pick<System, 'config' | 'connection' | 'sent'>

export async function check(system: System, limitMs: number): Promise<string[]> {
  const records = await readAll(system)
  const wrong = await checkRecords(system, records)
  const open = await openTransactionsOf(system.config.brokers as string, system.config.topicPrefix)
  if (open.length > 0) wrong.push(`open transactions: ${open.join(', ')}`)
  wrong.push(...(await storeHas(system, records, limitMs)))
  return wrong
}

/** The same without a store, and while transactions may be open. */
export async function checkTopics(log: Log): Promise<string[]> {
  return checkRecords(log, await readAll(log))
}

async function checkRecords(system: Log, records: Records): Promise<string[]> {
  return [
    ...ids(records),
    ...requiredStages.flatMap((stage) => outcomes(system, records, stage)),
    ...acknowledged(system, records),
    ...order(records),
    ...(await readings(system, records)),
    ...(await acceptedTwice(system, records)),
    ...(await balance(system, records)),
  ]
}

/** All committed records of all topics, by topic. */
async function readAll({ config, connection }: Log): Promise<Records> {
  const { cluster } = connection
  const records = new Map<string, KafkaRecord[]>()
  const ranges: Range[] = []
  for (const { name } of allTopics(config.topicPrefix)) {
    records.set(name, [])
    for (const [partition, { low, high }] of await topicOffsets(cluster, name)) {
      ranges.push({ topic: name, partition, from: low, to: high })
    }
  }
  await scan(cluster, ranges, config.topicPrefix, (record) => {
    records.get(record.topic)?.push(record)
  })
  return records
}

const header = (record: KafkaRecord, name: string): string => record.headers[name]?.toString() ?? ''

function ids(records: Records): string[] {
  const seen = new Map<string, KafkaRecord>()
  const wrong: string[] = []
  for (const record of [...records.values()].flat()) {
    const id = header(record, headerNames.id)
    if (id === '') continue
    const first = seen.get(id)
    if (first !== undefined)
      wrong.push(`doubled: ${recordOriginOf(first)} and ${recordOriginOf(record)}`)
    seen.set(id, record)
  }
  return wrong
}

/** A claim may be stale, or leave nothing to say yet; a request may be a repetition. */
const mayBeSilent: ReadonlySet<StageName> = new Set(['screen', 'settle', 'reread'])

/**
 * Places of records that say again what an earlier one of their key says: sent twice, since the first
 * acknowledgement was lost with its broker.
 */
function repetitionsIn(inputs: readonly KafkaRecord[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const again = new Set<string>()
  for (const record of [...inputs].sort((a, b) => Number(a.offset - b.offset))) {
    const said = `${record.key?.toString('hex')} ${record.value?.toString('base64')}`
    if (seen.has(said)) again.add(recordOriginOf(record))
    seen.add(said)
  }
  return again
}

/** Each input has its outputs or its dead letter, and nothing comes from nowhere. */
function outcomes({ config, sent }: Log, records: Records, stage: StageName): string[] {
  const name = (topic: Plain): string => topicName(topic, config.topicPrefix)
  const inputs = records.get(name(stages[stage].reads)) ?? []
  const dead = records.get(deadTopicName(stage, config.topicPrefix)) ?? []
  const [main] = stages[stage].writes as readonly Plain[]
  const outputs = (stages[stage].writes as readonly Plain[]).flatMap(
    (topic) => records.get(name(topic)) ?? [],
  )
  const count = (of: readonly KafkaRecord[]): Map<string, number> => {
    const counts = new Map<string, number>()
    for (const record of of) {
      const origin = header(record, headerNames.origin)
      counts.set(origin, (counts.get(origin) ?? 0) + 1)
    }
    return counts
  }
  const letters = count(dead)
  const mains = count(records.get(name(main as Plain)) ?? [])
  const places = new Set(inputs.map(recordOriginOf))
  const isOurs = (origin: string): boolean => origin.startsWith(name(stages[stage].reads))
  const wrong: string[] = []
  for (const record of [...outputs, ...dead]) {
    const origin = header(record, headerNames.origin)
    if (isOurs(origin) && !places.has(origin))
      wrong.push(`${stage}: an output of ${origin}, which is not there`)
  }
  // Only what comes from outside may be unusable: what a stage wrote, the next one can read
  if (!sent.some(({ topic }) => topic === stages[stage].reads))
    wrong.push(...dead.map((one) => `${stage}: dead letter ${header(one, headerNames.origin)}`))
  // The same verdict again has no output
  const repetitions = stage === 'judge' ? repetitionsIn(inputs) : new Set<string>()
  const wanted = new Map(sent.map(({ place, outcome }) => [place, outcome]))
  for (const place of stage === 'teach' ? [] : places) {
    const [written, refused] = [mains.get(place) ?? 0, letters.get(place) ?? 0]
    const maySayNothing = mayBeSilent.has(stage) || repetitions.has(place)
    const isRight = written + refused === 1 || (maySayNothing && written + refused === 0)
    if (!isRight)
      wrong.push(`${stage}: ${place} has ${written} outputs and ${refused} dead letters`)
    const want = wanted.get(place)
    if (want === 'dead' && refused === 0) wrong.push(`${stage}: ${place} should be a dead letter`)
    if (want === 'output' && written === 0 && !repetitions.has(place))
      wrong.push(`${stage}: ${place} should have an output`)
  }
  return wrong
}

function acknowledged({ sent }: Log, records: Records): string[] {
  const there = new Set([...records.values()].flat().map(recordOriginOf))
  return sent.filter(({ place }) => !there.has(place)).map(({ place }) => `lost: ${place}`)
}

/** Outputs of one key stand in the order of their inputs. */
function order(records: Records): string[] {
  const latest = new Map<string, bigint>()
  const wrong: string[] = []
  for (const [topic, all] of records) {
    const sorted = [...all].sort((a, b) => Number(a.offset - b.offset))
    for (const record of sorted) {
      const origin = header(record, headerNames.origin)
      if (origin === '') continue
      const at = origin.lastIndexOf('/')
      const key = record.key?.toString('hex')
      const line = `${topic} ${record.partition} ${key} ${origin.slice(0, at)}`
      const offset = BigInt(origin.slice(at + 1))
      if (offset < (latest.get(line) ?? -1n)) wrong.push(`out of order: ${recordOriginOf(record)}`)
      latest.set(line, offset)
    }
  }
  return wrong
}

/** The same bytes give the same words, whatever a cache says. */
async function readings({ config, connection }: Log, records: Records): Promise<string[]> {
  const first = new Map<string, string>()
  const wrong: string[] = []
  for (const record of records.get(topicName('ocr', config.topicPrefix)) ?? []) {
    if (record.value === null) continue
    const { sha256, pages, words, codes, xml } = await connection.registry.codec.decode(
      'ocr',
      record.value,
    )
    const reading = JSON.stringify([pages, words, codes, xml])
    if ((first.get(sha256) ?? reading) !== reading)
      wrong.push(`another reading of the same bytes: ${recordOriginOf(record)}`)
    first.set(sha256, reading)
  }
  return wrong
}

/** No two documents of one invoice were accepted without a person. */
async function acceptedTwice({ config, connection }: Log, records: Records): Promise<string[]> {
  const profiles = loadProfiles()
  const latest = new Map<string, Final>()
  for (const { key, value } of records.get(topicName('final', config.topicPrefix)) ?? []) {
    if (key === null || value === null) continue
    latest.set(key.toString(), await connection.registry.codec.decode('final', value))
  }
  const holders = new Map<string, string>()
  const wrong: string[] = []
  for (const [documentId, final] of latest) {
    if (final.status !== 'accepted' || final.decidedBy !== null) continue
    const identity = identityOf(final, profileOf(profiles, final.profile))
    const holder = holders.get(identity)
    if (holder !== undefined) wrong.push(`accepted twice: ${holder} and ${documentId}`)
    holders.set(identity, documentId)
  }
  return wrong
}

async function balance({ config, connection }: Log, records: Records): Promise<string[]> {
  const { raw, accepted, review, dead, inFlight } = await readDocumentStatus(config, connection)
  const all = records.get(topicName('raw', config.topicPrefix)) ?? []
  const documents = new Set(all.map(({ key }) => key?.toString())).size
  const places = `${accepted} accepted + ${review} in review + ${dead} dead`
  const said = `${raw} = ${places} + ${inFlight} in flight`
  if (raw !== documents) return [`balance: ${said}, but there are ${documents} documents`]
  return inFlight === 0 && raw === accepted + review + dead ? [] : [`balance: ${said}`]
}

/** The store has each record of each topic that it reads, once; waits for it until the limit. */
async function storeHas(
  { config, store }: System,
  records: Records,
  limitMs: number,
): Promise<string[]> {
  const client = openClickhouse(store.writeUrl)
  const read = new Set<string>(edges.analytics.reads)
  const topics = allTopics(config.topicPrefix).filter(({ topic }) => read.has(topic))
  const wanted = topics.map(({ name }) => [name, records.get(name)?.length ?? 0] as const)
  const tables = analyticsTables.filter((table) => table !== 'field_events')
  const rows = tables
    .map(
      (table) =>
        `SELECT _topic AS topic, count() AS n, uniqExact(_partition, _offset) AS u
          FROM ${table} GROUP BY topic`,
    )
    .join(' UNION ALL ')
  const sql = `SELECT topic, toString(sum(n)) AS n, toString(sum(u)) AS u
    FROM (${rows}) GROUP BY topic`
  const summed =
    'SELECT _topic AS topic, toString(sum(records)) AS n FROM records_by_hour GROUP BY topic'
  const look = async (): Promise<string[]> => {
    const found = new Map(
      (await client.query<{ topic: string; n: string; u: string }>(sql)).map((row) => [
        row.topic,
        row,
      ]),
    )
    const counted = new Map(
      (await client.query<{ topic: string; n: string }>(summed)).map((row) => [row.topic, row.n]),
    )
    return wanted.flatMap(([name, count]) => {
      const { n = '0', u = '0' } = found.get(name) ?? {}
      const sum = counted.get(name) ?? '0'
      if ([n, u, sum].every((one) => Number(one) === count)) return []
      return [
        `store: ${name} has ${count} records, ${n} rows, ${u} of them different, ${sum} summed up`,
      ]
    })
  }
  try {
    for (const end = performance.now() + limitMs; ; await sleep(500)) {
      const wrong = await look().catch((error: Error) => [`store: ${error.message.slice(0, 200)}`])
      if (wrong.length === 0 || performance.now() > end) return wrong
    }
  } finally {
    await client.close()
  }
}
