/**
 * The whole system under a prefix of its own: the real stages as processes, and a proxy in front of
 * everything that they talk to (broker, registry, Redis, store), so that a row can break it. What
 * the tests themselves ask goes past the proxies.
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../../../config.ts'
import { connect, type Connection } from '../../../operations/connect.ts'
import { ensureTopics } from '../../../operations/topics.ts'
import { requiredStages } from '../../../topology.ts'
import { startStore, type TestStore } from '../../connectors/clickhouse/store.ts'
import { openPort } from '../../ports.ts'
import { startProxy, type Proxy } from '../../real/proxy.ts'
import { testConfig } from '../../stack.ts'
import type { Brokers } from '../brokers.ts'
import { openChildren, type Children, type Start } from './children.ts'
import { startHttpProxy, type HttpProxy } from './http-proxy.ts'
import { openStream, type Sent, type Stream } from './stream.ts'

export interface System {
  readonly config: Config
  readonly connection: Connection
  readonly children: Children
  readonly stream: Stream
  /** The proxy in front of all brokers. */
  readonly broker: Proxy
  readonly brokers: Brokers
  readonly registry: HttpProxy
  readonly clickhouse: HttpProxy
  readonly redis: Proxy
  readonly redisPort: number
  store: TestStore
  /** Everything that was acknowledged so far. */
  readonly sent: Sent[]
  /** What a process gets in its environment. */
  readonly environment: Readonly<Record<string, string>>
  close(): Promise<void>
}

export const sessionMs = 6_000
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const parts = [...requiredStages, 'analytics']

export async function openSystem(brokers: Brokers): Promise<System> {
  const home = mkdtempSync(join(tmpdir(), 'errata-faults-'))
  const config = testConfig({ home, brokers: brokers.addresses })
  const connection = await connect(config, silent)
  await ensureTopics(connection.cluster, config)
  const redisPort = await openPort()
  const redisServer = await startRedis(redisPort)
  const [store, broker, registry, redis] = await Promise.all([
    startStore(),
    startProxy(config.brokers as string),
    startHttpProxy(config.registryUrl as string),
    startProxy(`127.0.0.1:${redisPort}`, { plain: true }),
  ])
  const clickhouse = await startHttpProxy(store.url)
  const token = new URL(store.writeUrl)
  const environment = {
    KAFKA_BROKERS: broker.address,
    SCHEMA_REGISTRY_URL: registry.url,
    CLICKHOUSE_URL: clickhouse.url.replace('://', `://${token.username}:${token.password}@`),
    REDIS_URL: `redis://${redis.address}`,
    ERRATA_HOME: home,
    ERRATA_TOPIC_PREFIX: config.topicPrefix,
    ERRATA_PARTITIONS: String(config.partitions),
    ERRATA_BATCH_RECORDS: '10',
    ERRATA_SESSION_TIMEOUT_MS: String(sessionMs),
    ERRATA_SAMPLE_SHARE: '0',
    ERRATA_OCR_ENGINE: 'tesseract',
    ERRATA_OCR_LANGUAGES: 'eng',
    ERRATA_OCR_WORKERS: '1',
    ERRATA_LOG_LEVEL: 'warn',
  }
  const children = openChildren()
  const stream = await openStream(connection, config.topicPrefix)
  const system: System = {
    config,
    connection,
    children,
    stream,
    broker,
    brokers,
    registry,
    clickhouse,
    redis,
    redisPort,
    store,
    environment,
    sent: [],
    async close() {
      for (const proxy of [broker, registry, clickhouse, redis]) proxy.heal()
      await children.close()
      await stream.close()
      await connection.close()
      for (const proxy of [broker, registry, clickhouse, redis]) await proxy.close()
      redisServer.kill('SIGKILL')
      await system.store.remove()
      rmSync(home, { recursive: true, force: true })
    },
  }
  try {
    for (const part of parts) await children.start(part, startOf(system, [part]))
    await children.ready()
  } catch (error) {
    await system.close()
    throw error
  }
  return system
}

export function startOf(
  { environment }: Pick<System, 'environment'>,
  names: readonly string[],
): Start {
  return { parts: names, environment }
}

async function startRedis(port: number): Promise<ChildProcess> {
  const words = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const server = spawn('redis-server', words, { stdio: ['ignore', 'pipe', 'inherit'] })
  server.once('error', () => {})
  for await (const chunk of server.stdout as AsyncIterable<Buffer>) {
    if (chunk.includes('Ready to accept connections')) break
  }
  server.stdout?.resume()
  if (server.exitCode !== null) await once(server, 'exit')
  return server
}
