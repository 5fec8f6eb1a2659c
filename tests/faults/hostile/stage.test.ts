/**
 * Hostile documents among ordinary ones through the real stage on the real broker: what becomes of
 * each, and how long its neighbours wait.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBlobs } from '../../../connectors/blobs/blobs.ts'
import { openProducer } from '../../../connectors/kafka/kafka.ts'
import { openDocumentReader } from '../../../connectors/reader/reader.ts'
import { connect } from '../../../operations/connect.ts'
import { ensureTopics } from '../../../operations/topics.ts'
import { follow } from '../../../runtime/follow.ts'
import { namesOf } from '../../../runtime/names.ts'
import { runStage } from '../../../runtime/run-stage.ts'
import { loadProfiles } from '../../../schemas/profiles.ts'
import { stages } from '../../../topology.ts'
import { pdfOf } from '../../papers.ts'
import { toyRaw, until } from '../../toys.ts'
import { testConfig } from '../../stack.ts'
import { hostileDocuments } from './documents.ts'

jest.setTimeout(300_000) // ms; only a defect takes so long

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const heavy = [
  'a hundred pages that share 150,000 paths',
  'a stream deflated ten times',
  'forms that draw forms, ten thousand million times',
  'a word of a megabyte',
]
const ordinary = 50

test('hostile documents end in dead letters or readings, and no ordinary one waits for them', async () => {
  const home = mkdtempSync(join(tmpdir(), 'errata-hostile-stage-'))
  const config = testConfig({
    home,
    partitions: 1,
    documentTimeoutMs: 60_000,
    ocrEngine: 'tesseract',
    ocrLanguages: 'eng',
    ocrWorkers: 1,
  })
  const connection = await connect(config, silent)
  const { cluster, registry } = connection
  await ensureTopics(cluster, config)
  const reader = await openDocumentReader(config, { cacheFolder: join(home, 'cache') })
  const producer = openProducer(cluster)
  const names = namesOf('ocr', config.topicPrefix)
  const done = new Map<string, { readonly code: string; readonly ms: number }>()
  const sent = new Map<string, number>()
  const note = (code: string, key: string): void =>
    void done.set(key, { code, ms: performance.now() - (sent.get(key) ?? 0) })
  const words = follow({
    cluster,
    registry,
    topic: 'ocr',
    name: names.output('ocr'),
    log: silent,
    apply: (key) => note('read', key),
  })
  const dead = follow({
    cluster,
    registry,
    topic: 'dead',
    name: names.dead,
    log: silent,
    apply: (key, value) => note(value?.code ?? '', key),
  })
  const use = {
    read: reader.read,
    blobs: openBlobs(join(home, 'blobs')),
    profiles: loadProfiles(),
    limits: { maxBytes: config.maxBytes },
  }
  const running = await runStage({
    name: 'ocr',
    stage: stages.ocr,
    names,
    cluster,
    registry,
    config,
    log: silent,
    use: async () => use,
  })
  const send = async (key: string, bytes: Buffer): Promise<void> => {
    sent.set(key, performance.now())
    await producer.send(names.input, {
      key,
      value: registry.codec.encode('raw', toyRaw(key, { bytes })),
      partition: 0,
    })
  }
  const hostile = await Promise.all(
    hostileDocuments
      .filter(({ name }) => heavy.includes(name))
      .map(async ({ name, make, outcomes }) => ({ name, outcomes, bytes: await make() })),
  )
  const invoices = await Promise.all(
    Array.from({ length: ordinary + 1 }, (_, i) =>
      pdfOf([{ text: `Invoice ${i}`, x: 50, y: 700 }]),
    ),
  )
  const keys = invoices.slice(1).map((_, i) => `invoice ${i + 1}`)
  try {
    await send('warm', invoices[0] as Buffer)
    await until(() => done.has('warm'), 'the first invoice is read')
    await send(hostile[0]?.name as string, hostile[0]?.bytes as Buffer)
    for (const [i, key] of keys.entries()) {
      await send(key, invoices[i + 1] as Buffer)
      const next = i % 10 === 9 ? hostile[(i + 1) / 10] : undefined
      if (next !== undefined) await send(next.name, next.bytes)
    }
    await until(() => keys.every((key) => done.has(key)), 'all ordinary ones are read', 250_000)
    const waited = keys.map((key) => done.get(key)?.ms as number).sort((a, b) => a - b)
    process.stderr.write(
      `neighbours of ${hostile.length} hostile documents: median ${Math.round(waited[ordinary / 2] as number)} ms, longest ${Math.round(waited.at(-1) as number)} ms\n`,
    )
    expect(keys.map((key) => done.get(key)?.code)).toEqual(keys.map(() => 'read'))
    // it came first, and takes longer than all of them
    expect(done.has(heavy[0] as string)).toBe(false)
    await until(
      () => hostile.every(({ name }) => done.has(name)),
      'the hostile ones have ended',
      250_000,
    )
    for (const { name, outcomes } of hostile) expect(outcomes).toContain(done.get(name)?.code)
  } finally {
    await running.stop()
    await Promise.all([words.stop(), dead.stop(), producer.close(), reader.close()])
    await connection.close()
    rmSync(home, { recursive: true, force: true })
  }
})
