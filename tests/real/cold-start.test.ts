/**
 * All processes at once on an empty cluster and an empty registry: each makes what is missing or
 * waits for it, and none dies because a sibling was quicker.
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { awaitTopics } from '../../operations/await-topics.ts'
import { connect } from '../../operations/connect.ts'
import { ensureTopics } from '../../operations/topics.ts'
import { startAtOnce } from '../cold-start.ts'
import { openPort } from '../ports.ts'
import { testConfig } from '../stack.ts'
import { quiet } from '../toys.ts'

const home = mkdtempSync(join(tmpdir(), 'errata-cold-start-'))
const children: ChildProcess[] = []

afterAll(async () => {
  const running = children.filter(({ exitCode }) => exitCode === null)
  const gone = running.map((child) => once(child, 'exit'))
  for (const child of running) child.kill('SIGKILL')
  await Promise.all(gone)
  rmSync(home, { recursive: true, force: true })
})

test('everybody makes topics and schemas at once, and all find the same', async () => {
  expect(await startAtOnce(testConfig())).toEqual({ failures: [], outcomes: 1 })
})

test('processes that start before there are topics wait for them', async () => {
  const config = testConfig()
  const port = await openPort()
  const environment = {
    ...process.env,
    KAFKA_BROKERS: config.brokers ?? '',
    SCHEMA_REGISTRY_URL: config.registryUrl ?? '',
    ERRATA_TOPIC_PREFIX: config.topicPrefix,
    ERRATA_HOME: home,
    ERRATA_METRICS_PORT: String(port),
  }
  const words = ['cli/errata.mjs', 'run', 'learn', 'teach', 'watch']
  const child = spawn(process.execPath, words, { env: environment, stdio: 'ignore' })
  children.push(child)
  const ready = async (): Promise<string> =>
    fetch(`http://127.0.0.1:${port}/ready`).then(
      async (answer) => `${answer.status} ${await answer.text()}`,
      () => 'nobody',
    )
  const until = async (wanted: RegExp): Promise<void> => {
    for (let said = ''; !wanted.test(said); await sleep(200)) {
      said = await ready()
      if (child.exitCode !== null) throw new Error(`it ended: ${said}`)
    }
  }
  await until(/^503 .*STARTING/s)
  await sleep(2_000) // it has connected, and has found nothing
  const connection = await connect(config, quiet)
  await ensureTopics(connection.cluster, config)
  await connection.close()
  await until(/^200/)
})

test('the wait has an end, with the topics that are missing', async () => {
  const config = testConfig()
  const connection = await connect(config, quiet)
  const { cluster } = connection
  const waiting = { cluster, prefix: config.topicPrefix, parts: ['watch'], forMs: 1_000 }
  const missing = ['extracted', 'training', 'rules'].map((name) => `${config.topicPrefix}${name}`)
  await expect(awaitTopics(waiting)).rejects.toMatchObject({
    code: 'TOPOLOGY_MISMATCH',
    facts: { topics: expect.stringContaining(missing[0] as string) },
  })
  await connection.close()
})
