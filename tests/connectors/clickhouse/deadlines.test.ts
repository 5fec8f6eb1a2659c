/**
 * A store that takes connections and never answers: every request has a deadline. The server is a
 * fake, since a real one can't be told to stand still in the middle of an answer.
 */

import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openClickhouse, type Clickhouse } from '../../../connectors/clickhouse/clickhouse.ts'
import { codeOf } from '../../../errors.ts'

const deadlineMs = 300
let answer: (response: ServerResponse) => void
let server: Server
let store: Clickhouse
beforeEach(async () => {
  server = createServer((_, response) => answer(response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  store = openClickhouse(`http://127.0.0.1:${port}`, { deadlineMs })
})
afterEach(async () => {
  await store.close()
  server.closeAllConnections()
  server.close()
})

const reads = [() => store.query('SELECT 1'), () => store.bytes('SELECT 1', 'CSV')]
const requests: readonly (() => Promise<unknown>)[] = [
  ...reads,
  () => store.insert('t', [{ a: 1 }], { token: 'x' }),
  () => store.command('SELECT 1'),
  () => store.ping(),
]

test.each<[string, (response: ServerResponse) => void]>([
  ['answers nothing', () => {}],
  [
    'stops in the middle of an answer',
    (response) => void response.writeHead(200, { 'content-length': '1000' }).write('{'),
  ],
  [
    'drips an answer',
    (response) => {
      const timer = setInterval(() => response.write(' '), deadlineMs / 5)
      response.once('close', () => clearInterval(timer))
    },
  ],
])('a store that %s is unreachable after the deadline', async (_, act) => {
  answer = act
  const started = performance.now()
  const codes = await Promise.all(reads.map((ask) => ask().then(() => 'done', codeOf)))
  expect(codes).toEqual(['STORE_UNREACHABLE', 'STORE_UNREACHABLE'])
  expect(performance.now() - started).toBeLessThan(10 * deadlineMs)
})

test('no request waits longer than its deadline, whatever its kind, and many at once neither', async () => {
  answer = () => {}
  const started = performance.now()
  const all = Array.from({ length: 8 }, () => requests).flat()
  const codes = await Promise.all(all.map((ask) => ask().then(() => 'done', codeOf)))
  expect(new Set(codes)).toEqual(new Set(['STORE_UNREACHABLE']))
  expect(performance.now() - started).toBeLessThan(10 * deadlineMs)
})

test('a store that answers again is used again', async () => {
  answer = () => {}
  await Promise.all(requests.map((ask) => ask().catch(() => {})))
  answer = (response) => void response.end('{"a":"1"}\n')
  expect(await store.query('SELECT 1 AS a')).toEqual([{ a: '1' }])
})
