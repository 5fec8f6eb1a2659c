/**
 * Processes on two machines that share brokers and a bucket, and no disk: a document goes through
 * stages of both, and what one publishes the other reads with.
 */

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ingest } from '../../cli/ingest.ts'
import { listProfiles, putCommand, removeCommand, showProfile } from '../../cli/profiles.ts'
import { connect, type Connection } from '../../operations/connect.ts'
import { readCatalogue } from '../../operations/models.ts'
import { ensureTopics } from '../../operations/topics.ts'
import { championOf } from '../../processors/model/model-registry.ts'
import { follow } from '../../runtime/follow.ts'
import type { Topics } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { openChildren } from '../faults/real/children.ts'
import { pdfOf } from '../papers.ts'
import { openPort } from '../ports.ts'
import { servers, testKeys, type TestS3 } from '../s3.ts'
import { testConfig } from '../stack.ts'
import { quiet } from '../toys.ts'
import { call } from './call.ts'

jest.setTimeout(400_000) // ms; processes compile and start beside other tests

const patienceMs = 120_000
const folder = mkdtempSync(join(tmpdir(), 'errata-two-homes-'))
const homes = { first: join(folder, 'first'), second: join(folder, 'second') }
const children = openChildren()
const [[, startS3] = []] = servers

let s3: TestS3
let connection: Connection
let trainerPort: number
const config = testConfig({
  home: homes.first,
  inlineBytes: 500,
  blobs: 's3://documents/errata',
  s3AccessKey: testKeys.accessKeyId,
  s3SecretKey: testKeys.secretAccessKey,
})

const environmentOf = (home: string): Record<string, string> => ({
  KAFKA_BROKERS: config.brokers ?? '',
  SCHEMA_REGISTRY_URL: config.registryUrl ?? '',
  ERRATA_TOPIC_PREFIX: config.topicPrefix,
  ERRATA_PARTITIONS: String(config.partitions),
  ERRATA_HOME: home,
  ERRATA_OCR_ENGINE: 'tesseract',
  ERRATA_OCR_LANGUAGES: 'eng',
  ERRATA_OCR_WORKERS: '1',
})
const bucket = (): Record<string, string> => ({
  ERRATA_BLOBS: 's3://documents/errata',
  AWS_ENDPOINT_URL_S3: s3.endpoint,
  AWS_ACCESS_KEY_ID: testKeys.accessKeyId,
  AWS_SECRET_ACCESS_KEY: testKeys.secretAccessKey,
})

/** Rejects when waiting for it has taken too long. */
async function missing(what: string): Promise<never> {
  await sleep(patienceMs, undefined, { ref: false })
  throw new Error(`${what} did not come`)
}

/** The first record of a topic with this key. */
async function recordOf<T extends 'extracted' | 'screened'>(
  topic: T,
  wanted: string,
): Promise<Topics[T]> {
  let take: (value: Topics[T]) => void = () => {}
  const found = new Promise<Topics[T]>((resolve) => (take = resolve))
  const table = follow({
    ...connection,
    topic,
    name: topicName(topic, config.topicPrefix),
    log: quiet,
    apply: (key, value) => {
      if (key === wanted && value !== null) take(value)
    },
  })
  try {
    return await Promise.race([found, table.failed, missing(`a record of ${wanted} in ${topic}`)])
  } finally {
    await table.stop()
  }
}

async function askTraining(key: string, port: number): Promise<void> {
  const asked = await fetch(`http://127.0.0.1:${port}/trainings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ profile: 'receipt' }),
  })
  expect(asked.status).toBe(202)
}

/** What a trainer says of a training once it has ended. */
async function outcomeOf(key: string, port: number): Promise<unknown> {
  for (const end = performance.now() + patienceMs; performance.now() < end; await sleep(500)) {
    const answer = await fetch(`http://127.0.0.1:${port}/trainings/${key}/outcome`)
    if (answer.ok) return answer.json()
  }
  throw new Error(`${key} has no outcome`)
}

;(startS3 === undefined ? describe.skip : describe)('two homes without a shared disk', () => {
  beforeAll(async () => {
    s3 = await (startS3 as () => Promise<TestS3>)()
    await s3.makeBucket('documents')
    connection = await connect(config, quiet)
    await ensureTopics(connection.cluster, config)
    trainerPort = await openPort()
    const first = { ...environmentOf(homes.first), ...bucket() }
    await children.start('first', {
      parts: ['ocr', 'settle', 'trainer'],
      environment: { ...first, ERRATA_TRAINER_PORT: String(trainerPort) },
    })
    const second = { ...environmentOf(homes.second), ...bucket() }
    await children.start('second', { parts: ['extract', 'screen'], environment: second })
    await children.ready()
  })

  afterAll(async () => {
    await children.close()
    await connection?.close()
    await s3?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('a document goes through the stages of both, read by the model that the other published', async () => {
    const lines = ['Invoice 4711', 'Date 2024-03-31', 'Total 119.00 EUR']
    const pdf = await pdfOf(lines.map((text, index) => ({ text, x: 50, y: 700 - 20 * index })))
    const path = join(folder, 'invoice.pdf')
    writeFileSync(path, pdf)
    const sending = { ...config, s3Endpoint: s3.endpoint }
    const { code, out, err } = await call(() =>
      ingest(sending, [path], { profile: 'invoice', watch: false }),
    )
    expect([code, err]).toEqual([0, expect.stringContaining('1 sent, 0 failed')])
    const { documentId } = JSON.parse(out) as { documentId: string }

    const extracted = await recordOf('extracted', documentId)
    const champion = championOf(await readCatalogue(config, connection), 'invoice')
    expect(extracted.model).toMatchObject({
      version: champion?.version,
      sha256: champion?.sha256,
    })
    await recordOf('screened', documentId)
    for (const home of Object.values(homes)) expect(readdirSync(home)).not.toContain('blobs')
    expect(children.ends()).toEqual([])
  })

  test('a profile that is put on one machine is used on the other, from the next document on', async () => {
    const put = async (...names: readonly string[]): Promise<void> => {
      const path = join(folder, 'own.json')
      const fields = names.map((name) => ({ name, type: 'text', required: true }))
      writeFileSync(path, JSON.stringify({ name: 'own', fields }))
      expect((await call(() => putCommand(config, [path]))).code).toBe(0)
    }
    const missingIn = async (number: string): Promise<unknown> => {
      const path = join(folder, `${number}.pdf`)
      writeFileSync(path, await pdfOf([{ text: `Number ${number}`, x: 50, y: 700 }]))
      const sending = { ...config, s3Endpoint: s3.endpoint }
      const { out } = await call(() => ingest(sending, [path], { profile: 'own', watch: false }))
      const { documentId } = JSON.parse(out) as { documentId: string }
      return (await recordOf('extracted', documentId)).reasons.map(({ field }) => field)
    }

    await put('number')
    expect(await missingIn('1')).toEqual(['number'])
    await put('number', 'place')
    expect(await missingIn('2')).toEqual(['number', 'place'])

    const [listed, shown] = [
      await call(() => listProfiles(config)),
      await call(() => showProfile(config, 'own')),
    ]
    expect(listed.out).toMatch(/^own +version 2 +own +20\d\d-/m)
    expect(JSON.parse(shown.out)).toMatchObject({ name: 'own', fields: [{}, { name: 'place' }] })
    expect((await call(() => removeCommand(config, 'own'))).err).toContain('PROFILE_UNKNOWN')
    const sending = { ...config, s3Endpoint: s3.endpoint }
    const late = await call(() => ingest(sending, [folder], { profile: 'own', watch: false }))
    expect([late.code, late.err]).toEqual([2, expect.stringContaining('no profile own')])
    expect(children.ends()).toEqual([])
  })

  test('a trainer and the pages on the other machine know what the first was asked and what came of it; either may be asked', async () => {
    const key = 'asked-once'
    await askTraining(key, trainerPort)
    const first = await outcomeOf(key, trainerPort)
    expect(first).toMatchObject({ state: 'done', outcome: 'nothing' }) // there are no verdicts

    const otherPort = await openPort()
    const httpPort = await openPort()
    const environment = { ...environmentOf(homes.second), ...bucket() }
    await children.start('other trainer', {
      parts: ['trainer', 'web'],
      environment: {
        ...environment,
        ERRATA_TRAINER_PORT: String(otherPort),
        ERRATA_HTTP_PORT: String(httpPort),
      },
    })
    await children.ready()
    expect(await outcomeOf(key, otherPort)).toEqual(first)

    await askTraining('asked-of-the-one-that-waits', otherPort)
    const second = await outcomeOf('asked-of-the-one-that-waits', trainerPort)
    expect(second).toMatchObject({ state: 'done', outcome: 'nothing' })
    const shown = await fetch(`http://127.0.0.1:${httpPort}/api/trainer`)
    expect(await shown.json()).toMatchObject({ reachable: true, trainings: [second, first] })
    await children.stop('other trainer')
  })

  test('an extractor without the bucket is not ready and says what it lacks', async () => {
    await children.start('third', {
      parts: ['extract'],
      environment: environmentOf(join(folder, 'third')),
    })
    for (const end = performance.now() + patienceMs; ; await sleep(500)) {
      const said = await children.asked('third')
      if (said?.notes.some((note) => note.startsWith('BLOB_MISSING: invoice/')) === true) {
        expect(said.ready).toBe(false)
        break
      }
      expect(performance.now()).toBeLessThan(end)
    }
    await children.stop('third')
  })
})
