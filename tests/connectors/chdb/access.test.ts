/**
 * Who reads from the gateway without a token: whoever sits at the machine, and nobody behind a
 * proxy.
 */

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { accessOf, type Readers } from '../../../connectors/chdb/access.ts'
import { tokenHash } from '../../../processors/review/accounts.ts'

const owner = 'the token of the owner'
let readers: Readers = null
let server: Server
let url = ''

beforeAll(async () => {
  server = createServer((request, response) => {
    const password = request.headers['x-clickhouse-key']
    try {
      response.end(
        accessOf(request, typeof password === 'string' ? password : null, owner, readers),
      )
    } catch (error) {
      response.writeHead(403).end(error instanceof Error ? error.message : '')
    }
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

const ask = async (headers: Record<string, string>): Promise<string> => {
  const response = await fetch(url, { headers })
  return response.ok ? response.text() : String(response.status)
}

test.each([
  ['at the machine', {}, null, 'reader'],
  ['behind a proxy of this machine', { 'x-forwarded-for': '203.0.113.9' }, null, '403'],
  ['behind one that says Forwarded', { forwarded: 'for=203.0.113.9' }, null, '403'],
  [
    'behind a proxy, with a token',
    { via: '1.1 p', 'x-clickhouse-key': 'ann' },
    [tokenHash('ann')],
    'reader',
  ],
  ['behind a proxy, as the owner', { via: '1.1 p', 'x-clickhouse-key': owner }, null, 'owner'],
] as const)('who asks %s', async (_, headers, known, access) => {
  readers = known
  expect(await ask(headers)).toBe(access)
})
