/**
 * Erasing while the pages and the stages run, on the real broker, with and without Redis: nothing
 * of the document can be had from them any more, not even when its task comes a second time.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openBlobs } from '../../connectors/blobs/blobs.ts'
import { openProducer, type Producer } from '../../connectors/kafka/kafka.ts'
import { connect, type Connection } from '../../operations/connect.ts'
import { eraseCommand } from '../../cli/erase.ts'
import { fixedProfiles, type Part, type ServiceContext } from '../../deploy/services/service.ts'
import { startStage } from '../../deploy/services/stages.ts'
import { startWeb } from '../../deploy/services/web.ts'
import { ensureTopics } from '../../operations/topics.ts'
import { rawRecord } from '../../processors/document/raw.ts'
import { follow } from '../../runtime/follow.ts'
import { loadProfiles } from '../../schemas/profiles.ts'
import type { Task } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { pdfOf } from '../papers.ts'
import { openPort } from '../ports.ts'
import { hasRedis, startRedis, type TestRedis } from '../redis.ts'
import { testConfig } from '../stack.ts'
import { call } from './call.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

const withRedis = hasRedis ? [true, false] : [false]
describe.each(withRedis)('a process that runs while a document is erased, Redis: %s', (shared) => {
  const home = mkdtempSync(join(tmpdir(), 'errata-erase-running-'))
  let config = testConfig({ home, ocrEngine: 'tesseract' })
  let connection: Connection
  let producer: Producer
  let redis: TestRedis | null = null
  let parts: Part[] = []

  beforeAll(async () => {
    redis = shared ? await startRedis() : null
    config = { ...config, httpPort: await openPort(), redisUrl: redis?.url ?? null }
    connection = await connect(config, silent)
    await ensureTopics(connection.cluster, config)
    producer = openProducer(connection.cluster)
    const blobs = openBlobs(join(home, 'blobs'))
    const profiles = fixedProfiles(loadProfiles())
    const context: ServiceContext = { config, home, connection, blobs, profiles, log: silent }
    parts = await Promise.all([
      startStage(context, 'ocr'),
      startStage(context, 'extract'),
      startWeb(context),
    ])
  }, 120_000)

  afterAll(async () => {
    await Promise.all(parts.map((part) => part.stop()))
    await producer?.close()
    await connection?.close()
    await redis?.stop()
    rmSync(home, { recursive: true, force: true })
  }, 60_000)

  /** What the pages say of a document: status and code of each way to ask. */
  const asked = async (id: string): Promise<readonly (readonly [number, string | null])[]> => {
    const address = `http://127.0.0.1:${config.httpPort}/api`
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ field: 'grand_total', text: '12.00' })
    const answers = await Promise.all([
      fetch(`${address}/tasks/${id}`),
      fetch(`${address}/documents/${id}/pages/1`),
      fetch(`${address}/documents/${id}/read`, { method: 'POST', headers, body }),
    ])
    return Promise.all(
      answers.map(async (answer) => {
        const text = await answer.text()
        const code = answer.ok ? null : (JSON.parse(text) as { code: string }).code
        return [answer.status, code] as const
      }),
    )
  }
  const until = async (id: string, status: number): Promise<void> => {
    for (const end = performance.now() + 30_000; performance.now() < end; await sleep(100)) {
      if ((await asked(id)).every(([now]) => now === status)) return
    }
    throw new Error(`${id} is not ${status}: ${JSON.stringify(await asked(id))}`)
  }
  const send = async (text: string): Promise<string> => {
    const bytes = await pdfOf([{ text, x: 50, y: 700 }])
    const arrival = { bytes, inline: true, source: 'test', receivedAt: 1, profile: 'receipt' }
    const { key, value } = rawRecord(arrival)
    const encoded = connection.registry.codec.encode('raw', value)
    await producer.send(topicName('raw', config.topicPrefix), { key, value: encoded })
    return key
  }

  test('has nothing of it any more, and all of its neighbour', async () => {
    const tasks = new Map<string, { readonly task: Task; readonly partition: number }>()
    const name = topicName('needs-review', config.topicPrefix)
    const table = follow({
      ...connection,
      topic: 'needs-review',
      name,
      log: silent,
      apply: (key, task, { partition }) => task !== null && tasks.set(key, { task, partition }),
    })
    const [erased, neighbour] = [await send('Total Due 12.00'), await send('Total Due 14.00')]
    await until(erased, 200)
    await until(neighbour, 200)
    const cached = async () => (await redis?.client.keys('errata:reading:*'))?.length ?? 0
    expect(await cached()).toBe(shared ? 2 : 0)

    const command = { why: 'asked to', dryRun: false }
    expect(await call(() => eraseCommand(config, erased, command))).toMatchObject({ code: 0 })
    await until(erased, 404)
    expect(await cached()).toBe(shared ? 1 : 0)
    expect(await asked(neighbour)).toEqual(Array(3).fill([200, null]))

    const again = tasks.get(erased)
    if (again === undefined) throw new Error('the task was not followed')
    await table.stop()
    const value = connection.registry.codec.encode('needs-review', again.task)
    await producer.send(name, { key: erased, value, partition: again.partition })
    for (let tries = 0; (await asked(erased))[0]?.[0] !== 200; tries++) {
      if (tries === 100) throw new Error('the task did not come again')
      await sleep(100)
    }
    expect((await asked(erased))[1]).toEqual([404, 'BLOB_ERASED']) // no page of what is gone
  }, 120_000)

  if (shared) {
    test('is told what could not be asked to forget, and nothing is half done', async () => {
      const id = await send('Total Due 16.00')
      await until(id, 200)
      const away = { ...config, redisUrl: join(home, 'nobody.sock') }
      const failed = eraseCommand(away, id, { why: 'asked to', dryRun: false })
      await expect(failed).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' })
      const done = await call(() => eraseCommand(config, id, { why: 'asked to', dryRun: false }))
      expect(done.code).toBe(0)
      await until(id, 404)
    }, 120_000)
  }
})
