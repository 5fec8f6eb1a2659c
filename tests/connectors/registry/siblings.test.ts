/**
 * A registry that refuses a schema for a while, as it does while a sibling registers the same, or
 * fails while many register at once.
 */

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openRegistry } from '../../../connectors/registry/registry.ts'

let server: Server
let refusals = 0
let status = 409
let asked = 0

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume()
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (request.url?.startsWith('/config/')) return answer(200, { compatibilityLevel: 'BACKWARD' })
    asked++
    if (asked <= refusals) return answer(status, { error_code: status, message: 'not now' })
    return answer(200, { id: 7 })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  asked = 0
  status = 409
})

const open = () =>
  openRegistry(
    { registryUser: null, registryPassword: null },
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [{ name: 'x.raw', topic: 'raw' }],
  )

test('is asked again, and the sibling’s schema is ours', async () => {
  refusals = 2
  expect((await open()).idOf('raw')).toBe(7)
  expect(asked).toBe(3)
})

test('that goes on refusing has another schema there', async () => {
  refusals = Infinity
  const began = performance.now()
  await expect(open()).rejects.toMatchObject({ code: 'TOPOLOGY_MISMATCH' })
  expect(performance.now() - began).toBeLessThan(10_000)
})

test('that has no connection left to its database is asked again', async () => {
  refusals = 2
  status = 500
  expect((await open()).idOf('raw')).toBe(7)
  expect(asked).toBe(3)
})

test('that goes on failing is away', async () => {
  refusals = Infinity
  status = 503
  await expect(open()).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' })
})
