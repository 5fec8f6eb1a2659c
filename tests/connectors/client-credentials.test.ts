import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openTokens, type TokenSource } from '../../connectors/client-credentials.ts'

let server: Server
let now = 0
let asked: string[] = []
let answer: { readonly status: number; readonly body: object }

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => (body += String(part)))
    request.on('end', () => {
      asked.push(`${request.headers.authorization} ${body}`)
      response.writeHead(answer.status).end(JSON.stringify(answer.body))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => server.close())
beforeEach(() => {
  asked = []
  now = 0
})

const grant = (token: string): void => {
  answer = { status: 200, body: { access_token: token, expires_in: 100 } }
}
const open = (): TokenSource =>
  openTokens(
    {
      tokenUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
      clientId: 'id',
      clientSecret: 'hush',
      scope: 'kafka',
      ca: null,
      prefix: 'KAFKA_OAUTH',
      unreachable: 'BROKER_UNREACHABLE',
    },
    () => now,
  )

test('a token is asked for once, with scope and the client’s secret, and kept for half its life', async () => {
  const tokens = open()
  grant('first')
  expect(await Promise.all([tokens(), tokens()])).toEqual(['first', 'first'])
  grant('second')
  now = 49_000
  expect(await tokens()).toBe('first')
  now = 50_000
  expect(await tokens()).toBe('second')
  const basic = `Basic ${Buffer.from('id:hush').toString('base64')}`
  const request = `${basic} grant_type=client_credentials&scope=kafka`
  expect(asked).toEqual([request, request])
})

test('while the endpoint is away, a token is used for as long as it is valid', async () => {
  const tokens = open()
  grant('first')
  await tokens()
  answer = { status: 503, body: {} }
  now = 98_000
  expect(await tokens()).toBe('first')
  now = 99_500
  await expect(tokens()).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE' })
})

test('a client that is refused gets no more of the old token', async () => {
  const tokens = open()
  grant('first')
  await tokens()
  answer = { status: 401, body: { error: 'invalid_client' } }
  now = 60_000
  await expect(tokens()).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})

test.each<[string, number, object, string, RegExp]>([
  [
    'a wrong client',
    401,
    { error: 'invalid_client' },
    'CONFIG_INVALID',
    /KAFKA_OAUTH_CLIENT_SECRET/,
  ],
  ['a wrong scope', 400, { error: 'invalid_scope' }, 'CONFIG_INVALID', /KAFKA_OAUTH_SCOPE/],
  ['no endpoint of tokens', 404, {}, 'CONFIG_INVALID', /KAFKA_OAUTH_TOKEN_URL/],
  ['an answer without a token', 200, {}, 'CONFIG_INVALID', /KAFKA_OAUTH_TOKEN_URL/],
  ['too many requests', 429, {}, 'BROKER_UNREACHABLE', /KAFKA_OAUTH_TOKEN_URL/],
])('%s is named', async (_, status, body, code, named) => {
  answer = { status, body }
  const said: unknown = await open()().catch((error: unknown) => error)
  expect(said).toMatchObject({ code, message: expect.stringMatching(named) })
  expect(JSON.stringify(said)).not.toContain('hush')
})
