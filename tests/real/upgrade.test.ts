/**
 * Two releases side by side in the same consumer groups, as in a rolling restart: the program before
 * its schemas last changed and this one, there and back; and this one beside one to come, whose
 * records it can't read.
 */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../../operations/connect.ts'
import { ensureTopics } from '../../operations/topics.ts'
import { groupName, requiredStages } from '../../topology.ts'
import { earlierCommit, unpackCommit } from '../earlier-release.ts'
import { checkTopics, drain } from '../faults/real/check.ts'
import { openChildren, type Start } from '../faults/real/children.ts'
import { randomOf } from '../faults/real/random.ts'
import { openStream, type Sent } from '../faults/real/stream.ts'
import { openPort } from '../ports.ts'
import { testConfig } from '../stack.ts'
import { quiet, until } from '../toys.ts'

jest.setTimeout(400_000) // ms; processes compile and start beside other tests

const drainMs = 180_000
const folder = mkdtempSync(join(tmpdir(), 'errata-upgrade-'))
const earlier = join(folder, 'earlier')
const children = openChildren()
const random = randomOf(1)
const commit = earlierCommit()
const parts = [...requiredStages, 'watch', 'web']

if (commit === null)
  console.warn('SKIPPED: no history of this checkout goes back to a release with other schemas')

afterAll(async () => {
  await children.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Releases {
  /** The address of its pages. */
  readonly start: (name: string, change?: Partial<Start>) => Promise<string>
  /** Documents, tasks and answers; waits until every stage is done with them. */
  readonly flow: (documents: number) => Promise<void>
  readonly send: (documents: number) => Promise<void>
  readonly drained: () => Promise<void>
  readonly members: () => Promise<number>
  readonly check: () => Promise<readonly string[]>
  /** A document as the pages and programs send it. */
  readonly upload: (pages: string) => Promise<void>
  readonly close: () => Promise<void>
}

async function openTasks(pages: string): Promise<string> {
  const answer = await fetch(`${pages}/api/tasks`)
  const { tasks } = (await answer.json()) as { tasks: readonly { documentId: string }[] }
  return tasks.map(({ documentId }) => documentId).join()
}

const environmentOf = (config: ReturnType<typeof testConfig>): Record<string, string> => ({
  KAFKA_BROKERS: config.brokers ?? '',
  SCHEMA_REGISTRY_URL: config.registryUrl ?? '',
  ERRATA_TOPIC_PREFIX: config.topicPrefix,
  ERRATA_PARTITIONS: String(config.partitions),
  ERRATA_HOME: config.home,
  ERRATA_OCR_ENGINE: 'tesseract',
  ERRATA_OCR_LANGUAGES: 'eng',
  ERRATA_OCR_WORKERS: '1',
})

/** On topics that are there. */
async function openReleases(config: ReturnType<typeof testConfig>): Promise<Releases> {
  const connection = await connect(config, quiet)
  const stream = await openStream(connection, config.topicPrefix)
  const sent: Sent[] = []
  const log = { config, connection, sent }
  const environment = environmentOf(config)
  const send = async (documents: number): Promise<void> => {
    sent.push(...(await stream.send(documents, random)))
  }
  const drained = async (): Promise<void> => expect(await drain(log, drainMs)).toBeNull()
  return {
    async start(name, change = {}) {
      const port = await openPort()
      const own = { ...environment, ...change.environment, ERRATA_HTTP_PORT: String(port) }
      await children.start(name, { parts, ...change, environment: own })
      return `http://127.0.0.1:${port}`
    },
    send,
    drained,
    async flow(documents) {
      await send(documents)
      await drained()
    },
    async members() {
      const group = groupName('extract', config.topicPrefix)
      const { groups } = await connection.cluster.ask((admin) => admin.describeGroups([group]))
      return groups[0]?.members.length ?? 0
    },
    check: () => checkTopics(log),
    async upload(pages) {
      const body = new FormData()
      body.append('file', new Blob([new Uint8Array(stream.bytes.xml[0] as Buffer)]), 'invoice.xml')
      const answer = await fetch(`${pages}/documents?profile=invoice`, { method: 'POST', body })
      expect([answer.ok, await answer.text()]).toEqual([true, expect.any(String)])
    },
    async close() {
      await stream.close()
      await connection.close()
    },
  }
}

;(commit === null ? test.skip : test)(
  'a rolling update and the way back lose, double and kill nothing',
  async () => {
    const config = testConfig({ home: join(folder, 'home') })
    unpackCommit(commit as string, earlier)
    const env = { PATH: process.env['PATH'], ...environmentOf(config) }
    // Not by cli/errata.mjs: it would install the packages of that time, and these are linked
    const topics = ['--import', 'tsx/esm', 'cli/cli.ts', 'topics']
    execFileSync('node', topics, { cwd: earlier, env, stdio: 'pipe' })
    execFileSync('node', topics, { env, stdio: 'pipe' })
    const { start, flow, members, upload, check, close } = await openReleases(config)
    const both = async (): Promise<void> => {
      await children.ready()
      await until(async () => (await members()) === 2, 'both are in a group')
    }

    const before = await start('earlier', { folder: earlier })
    await children.ready()
    await flow(9)
    const present = await start('present')
    await both()
    for (const pages of [before, present]) await upload(pages)
    await flow(18)
    const isSame = async (): Promise<boolean> =>
      (await openTasks(present)) === (await openTasks(before))
    await until(isSame, 'the pages of both show the same tasks')
    await children.stop('earlier')
    await flow(9)
    await start('earlier', { folder: earlier })
    await both()
    await flow(18)
    await children.stop('present')
    await flow(9)

    expect(await check()).toEqual([])
    expect(children.ends()).toEqual([])
    await children.stop('earlier')
    await close()
  },
)

test('records that only the next release can read wait for it, and none is a dead letter', async () => {
  const config = testConfig({ home: join(folder, 'later') })
  const connection = await connect(config, quiet)
  await ensureTopics(connection.cluster, config)
  await connection.close()
  const { start, send, drained, check, close } = await openReleases(config)
  const later = {
    node: ['--import', 'tsx/esm', '--import', './tests/faults/real/other-schemas.ts'],
    environment: { FAULTS_RELEASES: 'claims:later' },
  }

  await start('present')
  await start('later extract', { ...later, parts: ['extract'] })
  await children.ready()
  await send(12)
  const isSaid = async (): Promise<boolean> =>
    (await children.asked('present'))?.notes.some((note) => /^SCHEMA_NEWER/.test(note)) === true
  await until(isSaid, 'the present release says what it waits for')
  await start('later', later)
  await children.stop('present')
  await drained()

  expect(await check()).toEqual([])
  expect(children.ends()).toEqual([])
  for (const name of ['later', 'later extract']) await children.stop(name)
  await close()
})
