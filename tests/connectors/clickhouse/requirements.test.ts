/** Which servers the sink refuses, by what they answer. No such servers are to be had here. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from '../../../config.ts'
import { StoreRefused } from '../../../connectors/clickhouse/clickhouse.ts'
import { checkStore } from '../../../connectors/clickhouse/requirements.ts'
import { storeFormOf } from '../../../connectors/clickhouse/schema.ts'
import { startAnalytics } from '../../../connectors/clickhouse/sink.ts'
import { codeOf, fateOf } from '../../../errors.ts'
import { analyticsGrants } from '../../../operations/analytics-grants.ts'
import { checkServers } from '../../../operations/doctor-servers.ts'

interface Server {
  readonly version: string
  readonly deduplicates: string
  readonly lacks: readonly string[]
  readonly macros: Readonly<Record<string, string>>
  /** Shards by cluster. */
  readonly clusters: Readonly<Record<string, number>>
  readonly engine: string | null
}

const good: Server = {
  version: '25.8.1.1',
  deduplicates: '',
  lacks: [],
  macros: { cluster: 'main' },
  clusters: { main: 1, wide: 3 },
  engine: null,
}

function serverOf(server: Server): Parameters<typeof checkStore>[0] {
  const answer = (sql: string, { macro, name }: Record<string, unknown>): object[] => {
    if (sql.includes('version()')) return [server]
    if (sql.includes('getMacro')) {
      const value = server.macros[String(macro)]
      if (value === undefined) throw new StoreRefused(139, 'NO_ELEMENTS_IN_CONFIG', '', null)
      return [{ name: value }]
    }
    if (sql.includes('system.clusters'))
      return [{ shards: String(server.clusters[String(name)] ?? 0) }]
    return server.engine === null ? [] : [{ engine: server.engine }]
  }
  return {
    query: async <T extends object>(sql: string, parameters = {}) => answer(sql, parameters) as T[],
    bytes: async (sql) => {
      const right = /^CHECK GRANT (.+) ON /.exec(sql)?.[1] ?? ''
      return Buffer.from(server.lacks.includes(right) ? '0\n' : '1\n')
    },
  }
}

const judged = async (server: Partial<Server>, cluster: string | null): Promise<string> => {
  try {
    await checkStore(serverOf({ ...good, ...server }), { cluster })
    return 'accepted'
  } catch (error) {
    expect([codeOf(error), fateOf(error)]).toEqual(['STORE_UNSUITABLE', 'retry'])
    return (error as Error).message
  }
}

test.each<[string, Partial<Server>, string | null]>([
  ['one server', {}, null],
  ['one that is newer', { version: '27.1.2.3', deduplicates: 'enable' }, null],
  ['one with plain tables', { engine: 'ReplacingMergeTree' }, null],
  ['one whose tables live in the cloud', { engine: 'SharedReplacingMergeTree' }, null],
  ['a cluster of one shard', {}, 'main'],
  ['a cluster by its macro', { engine: 'ReplicatedReplacingMergeTree' }, '{cluster}'],
])('accepts %s', async (_, server, cluster) => {
  expect(await judged(server, cluster)).toBe('accepted')
})

test.each<[string, Partial<Server>, string | null, RegExp]>([
  ['is too old', { version: '25.7.9.9' }, null, /25\.7\.9\.9 is too old: 25\.8 or later/],
  ['is far too old', { version: '18.16.1' }, null, /too old/],
  ['says no version', { version: '' }, null, /too old/],
  ['forgets what it was sent', { deduplicates: 'disable' }, null, /deduplicate_insert/],
  ['lacks rights', { lacks: ['INSERT', 'DROP VIEW'] }, null, /lacks INSERT, DROP VIEW:/],
  ['may not change the cluster', { lacks: ['CLUSTER'] }, 'main', /lacks CLUSTER:/],
  ['has no such cluster', {}, 'other', /CLICKHOUSE_CLUSTER: the server has no cluster other/],
  ['has no such macro', { macros: {} }, '{cluster}', /\{cluster\}, and the server has no macro/],
  ['spreads its rows', {}, 'wide', /wide has 3 shards/],
  ['has plain tables', { engine: 'ReplacingMergeTree' }, 'main', /tables are not replicated/],
  [
    'has replicated tables',
    { engine: 'ReplicatedReplacingMergeTree' },
    null,
    /CLICKHOUSE_CLUSTER is not set, and the tables are replicated/,
  ],
])('refuses one that %s, and says so', async (_, server, cluster, why) => {
  expect(await judged(server, cluster)).toMatch(why)
})

test('rights of a cluster are not asked of one server', async () => {
  expect(await judged({ lacks: ['CLUSTER'] }, null)).toBe('accepted')
})

/** While `act` runs, a server answers every request as an old one. */
async function withOldServer<T>(act: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((request, response) => {
    request.resume()
    response.end('{"version":"24.3.1.1","deduplicates":""}\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await act(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('the doctor names what is wrong with a server', async () => {
  const found = await withOldServer((url) => checkServers(readConfig({ CLICKHOUSE_URL: url })))
  const why = expect.stringMatching(/^STORE_UNSUITABLE: ClickHouse 24\.3\.1\.1 is too/) as string
  expect(found).toMatchObject([{ what: 'ClickHouse', grade: 'wrong', found: why }])
})

test('the sink makes no tables in it, and says why it waits', async () => {
  await withOldServer(async (url) => {
    const nobody = {} as never
    const silent = { debug() {}, info() {}, warn() {}, error() {} }
    const config = readConfig({ CLICKHOUSE_URL: url })
    const sink = startAnalytics({
      cluster: nobody,
      registry: nobody,
      config,
      clickhouseUrl: url,
      log: silent,
    })
    try {
      for (let i = 0; i < 500 && sink.problems()[0]?.code === 'STARTING'; i++) await sleep(10)
      expect(sink.problems()).toMatchObject([
        { code: 'STORE_UNSUITABLE', why: expect.stringContaining('too old') as string },
      ])
    } finally {
      await sink.stop()
    }
  })
})

test('a cluster has a name and a server', () => {
  for (const name of ["a' b", '{a', 'a`', '{a} x'])
    expect(() => readConfig({ CLICKHOUSE_CLUSTER: name })).toThrow(/CLICKHOUSE_CLUSTER must be/)
  expect(() => readConfig({ CLICKHOUSE_CLUSTER: '{cluster}' })).toThrow(/CLICKHOUSE_URL/)
  const both = { CLICKHOUSE_CLUSTER: 'eu-1', CLICKHOUSE_URL: 'http://x' }
  expect(storeFormOf(readConfig(both))).toEqual({ cluster: 'eu-1', days: 0 })
})

test('rights are printed for the database of the address, without asking it, and without its password', () => {
  const printed = (url: string): string =>
    analyticsGrants(readConfig({ CLICKHOUSE_URL: url, CLICKHOUSE_CLUSTER: 'eu' }))
  const named = printed('https://me:hush@127.0.0.1:1/my%20data')
  expect(named).toContain('GRANT ON CLUSTER `eu` SELECT ON `my data`.verdicts TO errata_analyst;')
  expect(named).not.toContain('hush')
  expect(printed('http://x')).toContain('ON `default`.verdicts TO')
  expect(() => analyticsGrants(readConfig({}))).toThrow('CLICKHOUSE_URL is not set')
})
