/**
 * The status of a deployment's documents, counted from its topics. The counts and their offsets are
 * stored in ERRATA_HOME/balance, so the next call reads only newer records. The file is derived and
 * may be deleted; one of another cluster, or of topics that were recreated, is ignored.
 */

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { topicOffsets, type KafkaRecord, type Log } from '../connectors/kafka/kafka.ts'
import { codeOf, fateOf, isDiskFull } from '../errors.ts'
import {
  addArrival,
  addDead,
  addErasure,
  addExtraction,
  addFinal,
  addJudgement,
  documentStatusOf,
  statusDocumentOf,
  dumpStatus,
  emptyStatus,
  eraseJudgements,
  restoreStatus,
  type DocumentStatus,
  type StatusState,
} from '../processors/routing/document-status.ts'
import { firstOriginOf } from '../runtime/headers.ts'
import { messageOf, usable } from '../runtime/message.ts'
import { keyText } from '../processors/shared/record-key.ts'
import type { Codec } from '../schemas/codec.ts'
import { deadTopicName, stageNames, topicName } from '../topology.ts'
import type { Connection } from './connect.ts'
import { scan, type Range } from '../runtime/read-topics.ts'
import { homeOf } from '../deploy/stack/home.ts'
import { writeWhole } from '../connectors/files/atomic-file.ts'

interface Kept {
  readonly state: StatusState
  /** positions by topic/partition */
  readonly positions: Map<string, bigint>
}

const format = 6 // of the file: another number is another layout

/** BROKER_UNREACHABLE, REGISTRY_UNREACHABLE. */
export async function readDocumentStatus(
  config: Config,
  { cluster, registry }: Pick<Connection, 'cluster' | 'registry'>,
): Promise<DocumentStatus> {
  const prefix = config.topicPrefix
  const raw = topicName('raw', prefix)
  const extracted = topicName('extracted', prefix)
  const verdicts = topicName('verdicts', prefix)
  const final = topicName('final', prefix)
  const stageOfDead = new Map<string, string>(
    stageNames.map((stage) => [deadTopicName(stage, prefix), stage]),
  )
  const names = [raw, extracted, verdicts, final, ...stageOfDead.keys()]

  const { clusterId } = await cluster.ask((admin) => admin.describeCluster())
  const path = fileOf(config, `${clusterId} ${prefix}`)
  const offsets = new Map(
    await Promise.all(
      names.map(async (name) => [name, await topicOffsets(cluster, name)] as const),
    ),
  )
  const isPast = ({ positions }: Kept): boolean =>
    [...offsets].every(([name, partitions]) =>
      [...partitions].every(
        ([partition, { high }]) => (positions.get(`${name}/${partition}`) ?? 0n) <= high,
      ),
    )
  const kept = load(path)
  const { state, positions }: Kept =
    kept !== null && isPast(kept) ? kept : { state: emptyStatus(), positions: new Map() }

  const ranges: Range[] = []
  for (const [topic, partitions] of offsets) {
    for (const [partition, { low, high }] of partitions) {
      const known = positions.get(`${topic}/${partition}`) ?? 0n
      ranges.push({ topic, partition, from: known > low ? known : low, to: high })
    }
  }
  const add = adder(
    state,
    { raw, extracted, verdicts, final, stageOfDead },
    registry.codec,
    cluster.log,
  )
  await scan(cluster, ranges, prefix, add)
  for (const { topic, partition, to } of ranges) positions.set(`${topic}/${partition}`, to)
  const firsts = new Map(
    [...(offsets.get(raw) ?? [])].map(([partition, { low }]) => [partition, low]),
  )
  const status = documentStatusOf(state, firsts)
  if (ranges.some(({ from, to }) => from < to)) saveIfThereIsSpace(path, { state, positions })
  return status
}

/** Topics, by their effect on a document's status. */
interface StatusTopics {
  readonly raw: string
  readonly extracted: string
  readonly verdicts: string
  readonly final: string
  readonly stageOfDead: ReadonlyMap<string, string> // by topic
}

/** Takes a record of any of the topics into the status. */
function adder(
  state: StatusState,
  topics: StatusTopics,
  codec: Codec,
  log: Log,
): (record: KafkaRecord) => Promise<void> {
  const addRaw = async (record: KafkaRecord): Promise<void> =>
    addArrival(
      state,
      statusDocumentOf(await nameIn(record, codec), firstOriginOf(record)),
      placeOf(record),
    )
  const addLetter = async (record: KafkaRecord, stage: string): Promise<void> => {
    if (record.value === null) return
    const letter = (await usable(record, 'dead', codec, log))?.value
    if (letter != null) addDead(state, stage, letter, firstOriginOf(letter), record.timestamp)
  }
  const addReading = async (record: KafkaRecord, key: string): Promise<void> => {
    if (record.value === null) return addErasure(state, key, record.timestamp)
    const reading = (await usable(record, 'extracted', codec, log))?.value
    if (reading != null) addExtraction(state, key, reading, record.timestamp)
  }
  const addVerdict = async (record: KafkaRecord, key: string): Promise<void> => {
    if (record.value === null) return eraseJudgements(state, key)
    const verdict = (await usable(record, 'verdicts', codec, log))?.value
    if (verdict != null) addJudgement(state, key, verdict)
  }
  const addLastWord = async (record: KafkaRecord, key: string): Promise<void> => {
    const final = (await usable(record, 'final', codec, log))?.value
    if (final != null) addFinal(state, key, final, record.timestamp)
  }
  return async (record) => {
    const { topic } = record
    if (topic === topics.raw) return addRaw(record)
    const stage = topics.stageOfDead.get(topic)
    if (stage !== undefined) return addLetter(record, stage)
    const key = record.key?.toString('utf8') ?? null
    if (key === null) return
    if (topic === topics.extracted) return addReading(record, key)
    if (topic === topics.verdicts) return addVerdict(record, key)
    if (topic === topics.final) return addLastWord(record, key)
  }
}

const placeOf = ({ partition, offset }: KafkaRecord) => ({ partition, offset: Number(offset) })

/**
 * The document that a record of raw names, as ocr sees it; null where its key isn't its own. What
 * else may be wrong with it is for ocr to say. REGISTRY_UNREACHABLE.
 */
export async function nameIn(record: KafkaRecord, codec: Codec): Promise<string | null> {
  try {
    return (await messageOf(record, 'raw', codec)).key
  } catch (error) {
    if (codeOf(error) === 'KEY_INVALID') return null
    const isUnread = codeOf(error) === 'SCHEMA_UNKNOWN' || codeOf(error) === 'SCHEMA_NEWER'
    if (!isUnread && fateOf(error) !== 'dead') throw error
    return keyText(record.key)
  }
}

function fileOf(config: Config, what: string): string {
  return join(
    homeOf(config),
    'balance',
    `${createHash('sha256').update(what).digest('hex').slice(0, 16)}.json`,
  )
}

function load(path: string): Kept | null {
  if (!existsSync(path)) return null
  try {
    const { version, state, positions } = JSON.parse(readFileSync(path, 'utf8')) as {
      version: number
      state: object
      positions: Record<string, string>
    }
    return version === format
      ? {
          state: restoreStatus(state),
          positions: new Map(
            Object.entries(positions).map(([name, offset]) => [name, BigInt(offset)]),
          ),
        }
      : null
  } catch {
    return null // half a file or another layout: everything is read again
  }
}

/** Without the file the next call reads more, which is no reason to fail. */
function saveIfThereIsSpace(path: string, kept: Kept): void {
  try {
    save(path, kept)
  } catch (error) {
    if (codeOf(error) !== 'DISK_FULL' && !isDiskFull(error)) throw error
  }
}

function save(path: string, { state, positions }: Kept): void {
  mkdirSync(join(path, '..'), { recursive: true })
  writeWhole(
    path,
    JSON.stringify({
      version: format,
      state: dumpStatus(state),
      positions: Object.fromEntries([...positions].map(([name, offset]) => [name, String(offset)])),
    }),
  )
}
