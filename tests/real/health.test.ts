/**
 * /ready of real processes while what they need is away or stands still, and after it is back:
 * stages with the drift watch, the pages with the intake, analytics, and the trainer.
 */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openProducer } from '../../connectors/kafka/kafka.ts'
import { connect, type Connection } from '../../operations/connect.ts'
import { ensureTopics } from '../../operations/topics.ts'
import { requiredStages, topicName } from '../../topology.ts'
import { raw } from '../connectors/clickhouse/records.ts'
import { startStore, type TestStore } from '../connectors/clickhouse/store.ts'
import { openChildren, type Children } from '../faults/real/children.ts'
import { openPort } from '../ports.ts'
import { testConfig } from '../stack.ts'
import { quiet } from '../toys.ts'
import { startProxy, type Proxy } from './proxy.ts'

jest.setTimeout(400_000) // ms; all processes start at once, and outages are waited for

const awayMs = 60_000 // until everybody has noticed
const backMs = 120_000 // until everybody has recovered
const names = ['stages', 'web', 'analytics', 'trainer'] as const
type Name = (typeof names)[number]

const home = mkdtempSync(join(tmpdir(), 'errata-health-'))
const config = testConfig({ home })
const children: Children = openChildren()
let connection: Connection
let store: TestStore
let proxies: { readonly broker: Proxy; readonly registry: Proxy; readonly clickhouse: Proxy }
let environment: Readonly<Record<string, string>>

beforeAll(async () => {
  connection = await connect(config, quiet)
  await ensureTopics(connection.cluster, config)
  store = await startStore()
  const registryUrl = new URL(config.registryUrl as string)
  const [broker, registry, clickhouse] = await Promise.all([
    startProxy(config.brokers as string),
    startProxy(registryUrl.host, { plain: true }),
    startProxy(new URL(store.url).host, { plain: true }),
  ])
  proxies = { broker, registry, clickhouse }
  const { username, password } = new URL(store.writeUrl)
  const port = async (): Promise<string> => String(await openPort())
  environment = {
    KAFKA_BROKERS: broker.address,
    SCHEMA_REGISTRY_URL: registryUrl.href.replace(registryUrl.host, registry.address),
    CLICKHOUSE_URL: `http://${username}:${password}@${clickhouse.address}`,
    ERRATA_HOME: home,
    ERRATA_TOPIC_PREFIX: config.topicPrefix,
    ERRATA_PARTITIONS: String(config.partitions),
    ERRATA_SESSION_TIMEOUT_MS: '6000',
    ERRATA_OCR_ENGINE: 'tesseract',
    ERRATA_OCR_LANGUAGES: 'eng',
    ERRATA_OCR_WORKERS: '1',
    ERRATA_HTTP_PORT: await port(),
    ERRATA_TRAINER_PORT: await port(),
    ERRATA_CLICKHOUSE_PORT: await port(),
  }
  const parts: Record<Name, readonly string[]> = {
    stages: [...requiredStages, 'watch'],
    web: ['web'],
    analytics: ['analytics'],
    trainer: ['trainer'],
  }
  for (const name of names) await children.start(name, { parts: parts[name], environment })
  await children.ready()
})

afterAll(async () => {
  for (const proxy of Object.values(proxies ?? {})) proxy.heal()
  await children.close()
  await connection?.close()
  for (const proxy of Object.values(proxies ?? {})) await proxy.close()
  await store?.remove()
  rmSync(home, { recursive: true, force: true })
})

afterEach(() => {
  for (const proxy of Object.values(proxies ?? {})) proxy.heal()
})

/** The codes of each process, until they are these. */
async function codesBecome(
  wanted: Readonly<Partial<Record<Name, string>>>,
  withinMs: number,
): Promise<Readonly<Record<string, unknown>>> {
  const end = performance.now() + withinMs
  for (;;) {
    const found: Record<string, unknown> = {}
    for (const name of Object.keys(wanted)) {
      const said = await children.asked(name)
      const code = wanted[name as Name] ?? ''
      const isSaid = said?.notes.some((line) => line.startsWith(`${code}: `)) === true
      found[name] = said?.ready === false && isSaid ? code : said
    }
    if (Object.entries(wanted).every(([name, code]) => found[name] === code)) return found
    if (performance.now() > end) return found
    await sleep(500)
  }
}
const all = (code: string): Readonly<Record<Name, string>> =>
  Object.fromEntries(names.map((name) => [name, code])) as Record<Name, string>

async function allReady(): Promise<unknown> {
  const end = performance.now() + backMs
  for (;;) {
    const said = await Promise.all(names.map(async (name) => children.asked(name)))
    if (said.every((one) => one?.ready === true)) return 'ready'
    if (performance.now() > end) return said
    await sleep(500)
  }
}

test.each<[string, () => void]>([
  ['refuses connections', () => proxies.broker.cut()],
  ['takes connections and never answers', () => proxies.broker.silence()],
])('nobody is ready while the broker %s, and everybody is when it is back', async (_, fault) => {
  fault()
  const wanted = all('BROKER_UNREACHABLE')
  expect(await codesBecome(wanted, awayMs)).toEqual(wanted)
  await sleep(10_000)
  expect(await codesBecome(wanted, 0)).toEqual(wanted) // and stays so
  proxies.broker.heal()
  expect(await allReady()).toBe('ready')
})

test.each<[string, () => void]>([
  ['refuses connections', () => proxies.registry.cut()],
  ['takes connections and never answers', () => proxies.registry.silence()],
])('nobody is ready while the registry %s', async (_, fault) => {
  fault()
  const wanted = all('REGISTRY_UNREACHABLE')
  expect(await codesBecome(wanted, awayMs)).toEqual(wanted)
  proxies.registry.heal()
  expect(await allReady()).toBe('ready')
})

test('analytics is not ready while ClickHouse stands still, the pages note it, and what came meanwhile is stored', async () => {
  proxies.clickhouse.silence()
  const producer = openProducer(connection.cluster)
  await producer.send(topicName('raw', config.topicPrefix), {
    key: 'meanwhile',
    value: connection.registry.codec.encode('raw', raw('meanwhile')),
  })
  await producer.close()
  const wanted = { analytics: 'STORE_UNREACHABLE' }
  expect(await codesBecome(wanted, awayMs)).toEqual(wanted)
  const noted = /^STORE_UNREACHABLE: the analytics store at \S+ has not answered for/
  const isNoted = async (): Promise<boolean> =>
    (await children.asked('web'))?.notes.some((line) => noted.test(line)) === true
  for (const end = performance.now() + awayMs; !(await isNoted()); await sleep(500))
    if (performance.now() > end) throw new Error('the pages do not note it')
  expect((await children.asked('web'))?.ready).toBe(true)
  proxies.clickhouse.heal()
  expect(await allReady()).toBe('ready')
  const rows = async (): Promise<string> => {
    const sql = "SELECT count() FROM documents_raw WHERE _key = 'meanwhile'"
    return (await fetch(`${store.url}/?query=${encodeURIComponent(sql)}`)).text()
  }
  for (const end = performance.now() + backMs; (await rows()) !== '1\n'; await sleep(500))
    if (performance.now() > end) throw new Error(`stored: ${await rows()}`)
})

test('whoever needs the blob store is not ready while its folder is gone', async () => {
  const folder = join(home, 'blobs')
  renameSync(folder, `${folder}.away`)
  const wanted = {
    stages: 'STORE_UNREACHABLE',
    web: 'STORE_UNREACHABLE',
    trainer: 'STORE_UNREACHABLE',
  }
  expect(await codesBecome(wanted, awayMs)).toEqual(wanted)
  expect((await children.asked('analytics'))?.ready).toBe(true)
  renameSync(`${folder}.away`, folder)
  expect(await allReady()).toBe('ready')
})

test('nobody had to be started again for all that', () => expect(children.ends()).toEqual([]))

test('the embedded store is started again when its process stands still', async () => {
  const { CLICKHOUSE_URL: _, ...own } = environment
  await children.start('embedded', { parts: ['analytics'], environment: own })
  await children.stop('analytics')
  await children.ready()
  const { pid } = children.get('embedded')
  const storePid = Number(
    execFileSync('pgrep', ['-P', String(pid), '-f', 'chdb-server']).toString(),
  )
  process.kill(storePid, 'SIGSTOP')
  for (const end = performance.now() + 300_000; children.ends().length === 0; await sleep(500))
    if (performance.now() > end) throw new Error('it goes on with a store that stands still')
  await children.ready()
  expect(() => process.kill(storePid, 0)).toThrow('ESRCH')
})
