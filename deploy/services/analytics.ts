/**
 * Analytics: the sink that puts the topics into ClickHouse, and, where no server is named, the
 * embedded store behind its gateway as a process of its own (chDB wants a main thread, and one
 * process for each folder). The store is told who may read from it whenever that changes: everybody
 * on this machine, or, once there are accounts, whoever has a token.
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Config } from '../../config.ts'
import { startAnalytics } from '../../connectors/clickhouse/sink.ts'
import type { Readers } from '../../connectors/chdb/access.ts'
import { ErrataError } from '../../errors.ts'
import { accountsTable, tokenHash, type Accounts } from '../../processors/review/accounts.ts'
import { follow, type Following } from '../../runtime/follow.ts'
import { topicName } from '../../topology.ts'
import { discardMarkedStore } from '../../operations/rebuild-analytics.ts'
import { storeFolderOf } from '../../operations/connect.ts'
import type { ServiceContext, Part } from './service.ts'

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
  const sink = startAnalytics({
    cluster: connection.cluster,
    registry: connection.registry,
    config,
    clickhouseUrl: store?.writeUrl ?? (config.clickhouseUrl as string),
    log,
  })
  return {
    ready: () => sink.ready(),
    failed:
      store === null || users === null
        ? sink.failed
        : Promise.race([sink.failed, store.failed, users.failed]),
    async stop() {
      await sink.stop()
      await users?.stop()
      await store?.stop()
    },
  }
}

/**
 * Tells the store who may read; until the accounts are known, nobody without this machine's own
 * token.
 */
function followReaders({ config, connection, log }: ServiceContext, store: Store): Following {
  const people = accountsTable()
  let known = false
  const tell = (): void => store.allow(storeReadersOf(config, people))
  const name = topicName('users', config.topicPrefix)
  const apply: typeof people.set = (key, user) => {
    people.set(key, user)
    if (known) tell()
  }
  const refused: typeof people.doubt = (key) => {
    people.doubt(key)
    if (known) tell()
  }
  const users = follow({ ...connection, topic: 'users', name, log, apply, refused })
  const told = users.ready.then(() => {
    known = true
    tell()
  })
  told.catch(() => {}) // `failed` says it
  return users
}

/**
 * Accounts that see only some profiles or vendors see nothing here, since the store shows
 * everything.
 */
export function storeReadersOf(
  { token, oidcIssuer, trustedProxies }: Pick<Config, 'token' | 'oidcIssuer' | 'trustedProxies'>,
  people: Accounts,
): Readers {
  const isOpen = token === null && oidcIssuer === null && trustedProxies === null
  if (isOpen && !people.any()) return null
  const whole = people
    .list()
    .filter(({ profiles, vendors }) => profiles.length === 0 && vendors.length === 0)
  const hashes = whole.flatMap(({ tokenHash }) => (tokenHash === null ? [] : [tokenHash]))
  return token === null ? hashes : [...hashes, tokenHash(token)]
}

/** The embedded store as a child that ends with us. STORE_UNREACHABLE where it does not come up. */
async function openStore({ config, log }: ServiceContext): Promise<Store> {
  const script = fileURLToPath(new URL('../instance/chdb-server.ts', import.meta.url))
  if (discardMarkedStore(storeFolderOf(config)))
    log.warn({}, 'the analytics store is thrown away, to be built again')
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx/esm',
      script,
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
  const allow = (readers: Readers): void =>
    void child.stdin?.write(`${JSON.stringify({ readers })}\n`)
  return { writeUrl, failed: ended, allow, stop: () => end(child) }
}

async function firstLine(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const [line] = (await once(lines, 'line')) as [string]
  return line
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
