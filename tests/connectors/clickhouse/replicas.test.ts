/**
 * What a sink asks of a cluster with each request. The server is a fake: replicas need Keeper, which
 * the embedded engine doesn't have.
 */

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { openClickhouse, type Clickhouse } from '../../../connectors/clickhouse/clickhouse.ts'
import { codeOf } from '../../../errors.ts'

let server: Server
let url: string
let asked: Record<string, string>[]
let error: string | null
let running: number
let most: number

beforeEach(async () => {
  asked = []
  error = null
  running = most = 0
  server = createServer((request, response) => {
    request.resume()
    const { searchParams } = new URL(request.url ?? '', 'http://x')
    asked.push(Object.fromEntries(searchParams))
    most = Math.max(most, ++running)
    void sleep(20).then(() => {
      running--
      if (error !== null) response.writeHead(500, { 'x-clickhouse-exception-code': '1' })
      response.end(error ?? '')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

async function withSink<T>(replicated: boolean, act: (sink: Clickhouse) => Promise<T>): Promise<T> {
  const sink = openClickhouse(url, { replicated })
  try {
    return await act(sink)
  } finally {
    await sink.close()
  }
}

const insertAll = async (sink: Clickhouse): Promise<unknown> =>
  Promise.all(['a', 'b', 'c'].map((token) => sink.insert('t', [{ a: 1 }], { token })))

test('what a sink of a cluster stores is on most replicas, and its reads miss none of it', async () => {
  await withSink(true, async (sink) => {
    await sink.insert('t', [{ a: 1 }], { token: 'x' })
    await sink.query('SELECT 1')
    await sink.command('ALTER TABLE t ON CLUSTER c DELETE WHERE 1')
  })
  const [insert, query, command] = asked
  expect(insert).toMatchObject({
    async_insert: '0',
    insert_deduplicate: '1',
    insert_deduplication_token: 'x',
    insert_quorum: 'auto',
    insert_quorum_parallel: '0',
  })
  expect(query).toMatchObject({ select_sequential_consistency: '1' })
  expect(command).toMatchObject({
    distributed_ddl_output_mode: 'null_status_on_timeout_only_active',
  })
})

test('one server is asked for none of it', async () => {
  await withSink(false, async (sink) => {
    await insertAll(sink)
    await sink.query('SELECT 1')
  })
  for (const parameters of asked)
    expect(Object.keys(parameters).filter((name) => /quorum|sequential|ddl/.test(name))).toEqual([])
  expect(most).toBeGreaterThan(1)
})

test('replicas get one insert after the other, and one that fails doesn’t hold up the next', async () => {
  await withSink(true, async (sink) => {
    await insertAll(sink)
    expect(most).toBe(1)
    error = 'Code: 319. DB::Exception: Unknown status of insert. (UNKNOWN_STATUS_OF_INSERT)'
    await expect(insertAll(sink)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' })
    error = null
    await insertAll(sink)
  })
})

test.each([
  ['another insert is under way', 286, 'UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE'],
  ['too few replicas are there', 285, 'TOO_FEW_LIVE_REPLICAS'],
  ['the replica lacks rows', 289, 'REPLICA_IS_NOT_IN_QUORUM'],
  ['Keeper is away', 225, 'NO_ZOOKEEPER'],
])('waits while %s', async (_, number, name) => {
  error = `Code: ${number}. DB::Exception: not now. (${name})`
  const insert = withSink(true, (sink) => sink.insert('t', [{ a: 1 }], { token: 'x' }))
  expect(await insert.catch(codeOf)).toBe('STORE_UNREACHABLE')
})
