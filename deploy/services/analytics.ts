/**
 * Analytics: the sink that puts the topics into ClickHouse, and, where no server is named, the
 * embedded store behind its gateway as a process of its own (chDB wants a main thread, and one
 * process for each folder). The store is told who may read from it whenever that changes: everybody
 * on this machine, or, once there are accounts, whoever has a token. Of several processes with
 * embedded stores one stores (analytics-owner.ts); with a server all of them share the work.
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Config } from '../../config.ts'
import {
  openClickhouse,
  storeOf,
  type StoreAddress,
} from '../../connectors/clickhouse/clickhouse.ts'
import { startAnalytics, type Analytics } from '../../connectors/clickhouse/sink.ts'
import { endOffsets } from '../../connectors/kafka/kafka.ts'
import { ownScript } from '../../connectors/own-script.ts'
import type { Readers } from '../../connectors/chdb/access.ts'
import { ErrataError, fateOf } from '../../errors.ts'
import { tokenHash } from '../../processors/review/accounts.ts'
import { hashIn, type Credentials } from '../../processors/review/credentials.ts'
import { isTokenAlive, type Known } from '../../processors/review/identity.ts'
import { createProgress } from '../../runtime/progress.ts'
import { leaderGroup } from '../../runtime/names.ts'
import { serviceMetrics } from '../../runtime/service-metrics.ts'
import { edges, topicName } from '../../topology.ts'
import { openAccountTables, type AccountTables } from '../../operations/account-tables.ts'
import type { User } from '../../schemas/types.ts'
import { ownedSink } from './analytics-owner.ts'
import { discardMarkedStore } from '../../operations/rebuild-analytics.ts'
import { storeFolderOf } from '../../operations/analytics-address.ts'
import { probeClickhouse } from './dependencies.ts'
import { openProbe } from './probe.ts'
import { allProblems, type ServiceContext, type Part } from './service.ts'

interface Store {
  readonly writeUrl: string
  readonly failed: Promise<never>
  allow(readers: Readers): void
  stop(): Promise<void>
}

export async function startAnalyticsPart(context: ServiceContext): Promise<Part> {
  const { config, connection, log } = context
  const store = config.clickhouseUrl === null ? await openStore(context) : null
  const users = store === null ? null : followReaders(context, store)
  const clickhouseUrl = store?.writeUrl ?? (storeOf(config) as StoreAddress)
  const { cluster, registry } = connection
  const start = (): Analytics => startAnalytics({ cluster, registry, config, clickhouseUrl, log })
  const sink = store === null ? start() : ownedSink(placeOf(context), start)
  const probe = probeClickhouse(clickhouseUrl)
  const watched = watchProgress(context, sink)
  const unmeasured = serviceMetrics.analyticsLag.from(() =>
    [...sink.lag()].map(([topic, records]) => [{ topic }, records]),
  )
  return {
    problems: () => allProblems([probe, sink, ...(users === null ? [] : [users])]),
    failed: Promise.race([
      sink.failed,
      watched.failed,
      ...(store === null || users === null ? [] : [store.failed, users.failed]),
    ]),
    async stop() {
      unmeasured()
      watched.stop()
      probe.stop()
      await sink.stop()
      await users?.stop()
      await store?.stop()
    },
  }
}

/** Where processes with embedded stores take turns. */
function placeOf({
  config: { topicPrefix },
  connection: { cluster },
  log,
}: ServiceContext): Parameters<typeof ownedSink>[0] {
  const topic = topicName(edges.analytics.leads, topicPrefix)
  return { cluster, group: leaderGroup('analytics', topicPrefix), topic, log }
}

const watchEveryMs = 30_000
const stalledAfterMs = 180_000 // with records waiting, and neither store nor registry to blame

/**
 * Rejects with STALLED when a partition isn't stored on although the broker has records. While the
 * broker, the registry or the store is away, the sink waits.
 */
function watchProgress(
  { connection: { cluster } }: Pick<ServiceContext, 'connection'>,
  { progress: storedPositions }: Pick<Analytics, 'progress'>,
): { readonly failed: Promise<never>; stop(): void } {
  const progress = createProgress<string>(() => performance.now(), 3 * watchEveryMs)
  const look = async (): Promise<void> => {
    const stored = storedPositions()
    const ends = new Map<string, ReadonlyMap<number, bigint>>()
    for (const topic of new Set(stored.map((one) => one.topic)))
      ends.set(topic, await endOffsets(cluster, topic))
    progress.note(
      new Map(
        stored.map(({ topic, partition, position }) => {
          const lag = (ends.get(topic)?.get(partition) ?? 0n) - position
          return [`${topic}/${partition}`, { position, lag: lag > 0n ? lag : 0n }]
        }),
      ),
    )
    const still = stored
      .map(({ topic, partition }) => `${topic}/${partition}`)
      .find((place) => progress.stillMs(place) > stalledAfterMs)
    if (still !== undefined)
      throw new ErrataError('STALLED', `${still} is not stored on although records wait`)
  }
  let timer: NodeJS.Timeout | undefined
  const failed = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      look().catch((error: unknown) => {
        if (fateOf(error) === 'retry') progress.note(new Map())
        else reject(error as Error)
      })
    }, watchEveryMs)
    timer.unref()
  })
  return { failed, stop: () => clearInterval(timer) }
}

/**
 * Tells the store who may read; until the accounts are known, nobody without this machine's own
 * token.
 */
function followReaders(
  { config, connection, log }: ServiceContext,
  store: Store,
): Pick<AccountTables, 'problems' | 'failed' | 'stop'> {
  let known = false
  let timer: NodeJS.Timeout | null = null
  const tell = (): void => {
    if (!known) return
    const now = Date.now()
    store.allow(storeReadersOf(config, tables, now))
    if (timer !== null) clearTimeout(timer)
    const next = nextExpiry(tables.credentials, now)
    timer = next === null ? null : setTimeout(tell, Math.min(next - now, longestTimer))
    timer?.unref()
  }
  const tables = openAccountTables(config, connection, log, tell)
  const told = tables.ready.then(() => {
    known = true
    tell()
  })
  told.catch(() => {}) // `failed` says it
  return {
    problems: tables.problems,
    failed: tables.failed,
    async stop() {
      if (timer !== null) clearTimeout(timer)
      await tables.stop()
    },
  }
}

const longestTimer = 2 ** 31 - 1 // ms, of Node

/** When the next API token ends; ms since 1970. */
function nextExpiry(credentials: Credentials, now: number): number | null {
  const ends = credentials.tokens().map(({ expiresAt }) => expiresAt ?? 0)
  const ahead = ends.filter((end) => end > now)
  return ahead.length === 0 ? null : Math.min(...ahead)
}

/**
 * Accounts that see only some profiles or vendors see nothing here, since the store shows
 * everything.
 */
export function storeReadersOf(
  { token, oidcIssuer, trustedProxies }: Pick<Config, 'token' | 'oidcIssuer' | 'trustedProxies'>,
  { people, credentials }: Known,
  now: number,
): Readers {
  const isOpen = token === null && oidcIssuer === null && trustedProxies === null
  if (isOpen && !people.any()) return null
  const seesAll = ({ profiles, vendors }: Pick<User, 'profiles' | 'vendors'>): boolean =>
    profiles.length === 0 && vendors.length === 0
  const whole = people.list().filter((user) => !user.disabled && seesAll(user))
  const hashes = whole.flatMap(({ tokenHash }) => (tokenHash === null ? [] : [tokenHash]))
  const names = new Set(whole.map(({ name }) => name))
  const tokens = credentials
    .tokens()
    .filter((one) => names.has(one.user) && isTokenAlive(one, people, now))
    .map(hashIn)
  const all = [...hashes, ...tokens]
  return token === null ? all : [...all, tokenHash(token)]
}

/** The embedded store as a child that ends with us. STORE_UNREACHABLE where it does not come up. */
async function openStore({ config, log }: ServiceContext): Promise<Store> {
  const { path, loader } = ownScript('../instance/chdb-server.ts', import.meta.url)
  if (discardMarkedStore(storeFolderOf(config)))
    log.warn({}, 'the analytics store is thrown away, to be built again')
  const child = spawn(
    process.execPath,
    [
      ...loader,
      path,
      storeFolderOf(config),
      config.host,
      String(config.clickhousePort),
      '--with-parent',
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const ended = new Promise<never>((_, reject) =>
    child.once('exit', (code, signal) =>
      reject(
        new ErrataError(
          'STORE_UNREACHABLE',
          `the analytics store ended with ${code ?? signal ?? 'nothing'}`,
        ),
      ),
    ),
  )
  ended.catch(() => {})
  const first = await Promise.race([firstLine(child), ended])
  const { url, writeUrl } = JSON.parse(first) as { url: string; writeUrl: string }
  log.info({ url }, 'analytics store runs')
  const alive = watchStore(writeUrl, child)
  // whatever ends this process: a store that is stuck doesn't notice that its parent is gone
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  const allow = (readers: Readers): void =>
    void child.stdin?.write(`${JSON.stringify({ readers })}\n`)
  return {
    writeUrl,
    failed: Promise.race([ended, alive.failed]),
    allow,
    async stop() {
      alive.stop()
      await end(child)
    },
  }
}

const wedgedAfterMs = 120_000 // without an answer to a ping, which asks nothing of the engine

/** Kills the store's process when it doesn't answer at all, and rejects with STALLED. */
function watchStore(
  url: string,
  child: ChildProcess,
): { readonly failed: Promise<never>; stop(): void } {
  const client = openClickhouse(url, { deadlineMs: 10_000 })
  const what = 'the process of the analytics store'
  const probe = openProbe({ what, code: 'STORE_UNREACHABLE', ask: () => client.ping() })
  let timer: NodeJS.Timeout | undefined
  const failed = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      if (probe.silentMs() <= wedgedAfterMs) return
      reject(new ErrataError('STALLED', `${what} has not answered for ${wedgedAfterMs / 1000} s`))
      child.kill('SIGKILL')
    }, 1_000)
    timer.unref()
  })
  failed.catch(() => {})
  return {
    failed,
    stop() {
      clearInterval(timer)
      probe.stop()
      void client.close()
    },
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const [line] = (await once(lines, 'line')) as [string]
  return line
}

const graceMs = 6_000 // the store finishes its requests within five seconds

/** One that is stuck is killed: it would keep its folder from the next one. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs)
  await once(child, 'exit')
  clearTimeout(timer)
}
