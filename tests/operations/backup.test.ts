import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { KafkaRecord } from '../../connectors/kafka/kafka.ts'
import {
  makeFolder,
  openTopicWriter,
  readBackup,
  readTopicFile,
  topicFile,
  writeManifest,
} from '../../operations/backup/files.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'errata-backup-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const record = (offset: number, change: Partial<KafkaRecord> = {}): KafkaRecord => ({
  topic: 'a.raw',
  partition: 1,
  offset: BigInt(offset),
  timestamp: 1_700_000_000_000 + offset,
  key: Buffer.from('d-1'),
  value: Buffer.from([0, 0, 0, 0, 7, 255, 10]),
  headers: { traceparent: Buffer.from('00-1') },
  ...change,
})
const records = [record(4), record(5, { key: null, value: null, headers: {} })]

async function write(): Promise<void> {
  makeFolder(folder)
  const writer = openTopicWriter(topicFile(folder, 'raw'))
  for (const one of records) await writer.add(one)
  const raw = { ...(await writer.close()), hasLost: false }
  writeManifest(
    folder,
    { 7: { topic: 'raw', schema: '"bytes"' } },
    {
      format: 1,
      id: 'one',
      software: 'errata-0',
      takenAt: '2026-01-01T00:00:00.000Z',
      prefix: 'a.',
      partitions: 2,
      stages: ['ocr'],
      topics: { raw },
    },
  )
}

test('gives back what was written, and is lines of JSON to everybody else', async () => {
  await write()
  const { manifest, schemas } = await readBackup(folder)
  expect([manifest.topics['raw']?.records, schemas['7']?.topic]).toEqual([2, 'raw'])
  const found: KafkaRecord[] = []
  await readTopicFile(folder, 'raw', 'a.raw', async (one) => void found.push(one))
  expect(found).toEqual(records)
  const [line = ''] = gunzipSync(readFileSync(topicFile(folder, 'raw')))
    .toString()
    .split('\n')
  expect(JSON.parse(line)).toMatchObject({
    partition: 1,
    offset: 4,
    key: 'ZC0x',
    value: 'AAAAAAf/Cg==',
  })
})

test('only its owner may read it, and nothing is written over', async () => {
  await write()
  for (const path of ['manifest.json', 'schemas.json', 'topics/raw.jsonl.gz'])
    expect(statSync(join(folder, path)).mode & 0o077).toBe(0)
  expect(() => makeFolder(folder)).toThrow(expect.objectContaining({ code: 'TARGET_NOT_EMPTY' }))
})

const damage: readonly (readonly [name: string, act: () => void])[] = [
  ['a topic is cut off', () => truncateSync(topicFile(folder, 'raw'), 20)],
  ['a topic is missing', () => rmSync(topicFile(folder, 'raw'))],
  ['the schemas are others', () => writeFileSync(join(folder, 'schemas.json'), '{}')],
  ['the manifest was never written', () => rmSync(join(folder, 'manifest.json'))],
  ['the manifest is cut off', () => truncateSync(join(folder, 'manifest.json'), 90)],
  [
    'the manifest says something else',
    () => {
      const path = join(folder, 'manifest.json')
      writeFileSync(path, readFileSync(path, 'utf8').replace('"partitions": 2', '"partitions": 3'))
    },
  ],
]

test.each(damage)('is refused where %s', async (_name, act) => {
  await write()
  act()
  await expect(readBackup(folder)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' })
})
