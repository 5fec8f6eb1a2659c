/**
 * The files of a backup, in a form that needs nothing of ours to be read:
 *
 *   manifest.json            what there is: topics with the number of records, sha256 of each file
 *   schemas.json             Avro schemas by id
 *   topics/raw.jsonl.gz      a line of JSON for each record, in order of time: partition, offset,
 *                            timestamp in ms since 1970, key, headers and value in base64. A value
 *                            is Confluent's frame: a zero byte, the schema's id as four bytes, Avro
 *
 * The manifest is written last, and has a checksum of itself. So what was cut off or altered is
 * refused: BACKUP_DAMAGED.
 */

import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { finished } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { writeWhole } from '../../connectors/files/atomic-file.ts'
import type { KafkaRecord } from '../../connectors/kafka/kafka.ts'
import { ErrataError } from '../../errors.ts'

export interface BackedUpTopic {
  readonly records: number
  readonly sha256: string // hex, of the file
  /** Whether retention had taken records of it before. */
  readonly hasLost: boolean
}

export interface Manifest {
  readonly format: 1
  readonly id: string
  readonly software: string
  readonly takenAt: string // ISO
  /** What full topic names began with. */
  readonly prefix: string
  readonly partitions: number
  /** Stages that had read all of it. */
  readonly stages: readonly string[]
  /** By name without prefix, such as `ocr.dead`. */
  readonly topics: Readonly<Record<string, BackedUpTopic>>
  readonly schemasSha256: string
}

/** By id: the topic that it was first met in, without prefix, and Avro as JSON text. */
export type Schemas = Readonly<Record<string, { readonly topic: string; readonly schema: string }>>

const readable = 0o600 // it holds documents and hashes of tokens: for its owner alone

export const topicFile = (folder: string, topic: string): string =>
  join(folder, 'topics', `${topic}.jsonl.gz`)

/** TARGET_NOT_EMPTY where the folder has anything. */
export function makeFolder(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new ErrataError('TARGET_NOT_EMPTY', `${folder} has files already`, { folder })
  mkdirSync(join(folder, 'topics'), { recursive: true, mode: 0o700 })
}

export interface TopicWriter {
  add(record: KafkaRecord): Promise<void>
  /** Number of records, and sha256 of the file. */
  close(): Promise<Pick<BackedUpTopic, 'records' | 'sha256'>>
}

export function openTopicWriter(path: string): TopicWriter {
  const gzip = createGzip()
  const hash = createHash('sha256')
  const file = createWriteStream(path, { mode: readable })
  gzip.on('data', (bytes: Buffer) => hash.update(bytes))
  gzip.pipe(file)
  const written = finished(file)
  written.catch(() => {})
  let records = 0
  return {
    async add(record) {
      records++
      if (!gzip.write(`${lineOf(record)}\n`))
        await new Promise((resolve) => gzip.once('drain', resolve))
    },
    async close() {
      gzip.end()
      await written
      return { records, sha256: hash.digest('hex') }
    },
  }
}

export function writeManifest(
  folder: string,
  schemas: Schemas,
  manifest: Omit<Manifest, 'schemasSha256'>,
): void {
  const text = `${JSON.stringify(schemas, null, 1)}\n`
  writeWhole(join(folder, 'schemas.json'), text, readable)
  const whole: Manifest = { ...manifest, schemasSha256: hashOf(text) }
  const checked = { ...whole, sha256: hashOf(JSON.stringify(whole)) }
  writeWhole(join(folder, 'manifest.json'), `${JSON.stringify(checked, null, 1)}\n`, readable)
}

/** All files checked. BACKUP_DAMAGED. */
export async function readBackup(
  folder: string,
): Promise<{ readonly manifest: Manifest; readonly schemas: Schemas }> {
  const textOf = (name: string): Promise<string> =>
    readFile(join(folder, name), 'utf8').catch(() => {
      throw damaged(name, 'it is not there')
    })
  const { sha256, ...manifest } = parsed(await textOf('manifest.json')) as unknown as Manifest & {
    sha256?: string
  }
  if (manifest.format !== 1 || sha256 !== hashOf(JSON.stringify(manifest)))
    throw damaged('manifest.json', 'it is not as it was written')
  const schemas = await textOf('schemas.json')
  if (hashOf(schemas) !== manifest.schemasSha256)
    throw damaged('schemas.json', 'it is not as it was written')
  for (const [topic, { sha256: wanted }] of Object.entries(manifest.topics)) {
    const name = `topics/${topic}.jsonl.gz`
    const hash = createHash('sha256')
    try {
      for await (const bytes of createReadStream(topicFile(folder, topic)))
        hash.update(bytes as Buffer)
    } catch {
      throw damaged(name, 'it can not be read')
    }
    if (hash.digest('hex') !== wanted) throw damaged(name, 'it is not as it was written')
  }
  return { manifest, schemas: parsed(schemas) as Schemas }
}

/** The records of a topic, under the full name that it has. */
export async function readTopicFile(
  folder: string,
  topic: string,
  name: string,
  take: (record: KafkaRecord) => Promise<void>,
): Promise<void> {
  const lines = createInterface({
    input: createReadStream(topicFile(folder, topic)).pipe(createGunzip()),
  })
  for await (const line of lines) await take(recordIn(line, name))
}

interface Line {
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly key: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly value: string | null
}

function lineOf({ partition, offset, timestamp, key, headers, value }: KafkaRecord): string {
  const line: Line = {
    partition,
    offset: Number(offset),
    timestamp,
    key: key?.toString('base64') ?? null,
    headers: Object.fromEntries(
      Object.entries(headers).map(([header, bytes]) => [header, bytes.toString('base64')]),
    ),
    value: value?.toString('base64') ?? null,
  }
  return JSON.stringify(line)
}

function recordIn(text: string, topic: string): KafkaRecord {
  const { partition, offset, timestamp, key, headers, value } = JSON.parse(text) as Line
  return {
    topic,
    partition,
    offset: BigInt(offset),
    timestamp,
    key: bytesIn(key),
    headers: Object.fromEntries(
      Object.entries(headers).map(([header, base64]) => [header, Buffer.from(base64, 'base64')]),
    ),
    value: bytesIn(value),
  }
}

const bytesIn = (base64: string | null): Buffer | null =>
  base64 === null ? null : Buffer.from(base64, 'base64')

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    throw damaged('manifest.json', 'it is no JSON')
  }
}

const damaged = (file: string, why: string): ErrataError =>
  new ErrataError('BACKUP_DAMAGED', `${file} of the backup: ${why}`, { file })
