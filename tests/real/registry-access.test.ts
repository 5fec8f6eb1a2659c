/**
 * Every way to show a registry who one is: the real registry behind HTTPS that asks for a token, a
 * certificate or the headers of Confluent Cloud. Schemas are registered and looked up, and who shows
 * something wrong hears which setting it is about.
 */

import { createServer, type IncomingHttpHeaders } from 'node:http'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig, type Config } from '../../config.ts'
import { checkRegistry } from '../../connectors/registry/access.ts'
import { openRegistry } from '../../connectors/registry/registry.ts'
import { makeAuthority } from '../certificates.ts'
import { testStack, uniquePrefix } from '../stack.ts'
import { startTlsProxy, type TlsProxy } from '../tls-proxy.ts'

const folder = mkdtempSync(join(tmpdir(), 'errata-registry-'))
const authority = makeAuthority(folder, 'authority')
const server = authority.sign('server')
const client = authority.sign('client', 'hush')
const real = new URL(testStack().registryUrl)
const proxies: TlsProxy[] = []
let tokens: ReturnType<typeof createServer>
let asked = 0

beforeAll(async () => {
  tokens = createServer((request, response) => {
    asked++
    const isRight =
      request.headers.authorization === `Basic ${Buffer.from('errata:right').toString('base64')}`
    const answer = isRight
      ? { access_token: `token-${asked}`, expires_in: 1 }
      : { error: 'invalid_client' }
    response.writeHead(isRight ? 200 : 401).end(JSON.stringify(answer))
  }).listen(0, '127.0.0.1')
  await once(tokens, 'listening')
})

afterAll(async () => {
  await Promise.all(proxies.map((proxy) => proxy.close()))
  tokens.close()
  rmSync(folder, { recursive: true, force: true })
})

async function behind(
  options: Partial<Parameters<typeof startTlsProxy>[1]>,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly config: Config; readonly url: string }> {
  const proxy = await startTlsProxy(real.origin, { server, ...options })
  proxies.push(proxy)
  const url = `${proxy.url}${real.pathname}`
  const addresses = { KAFKA_BROKERS: '127.0.0.1:1', SCHEMA_REGISTRY_URL: url }
  const ca = { SCHEMA_REGISTRY_CA_FILE: authority.file }
  return { config: readConfig({ ...addresses, ...ca, ...environment }), url }
}

/** Registers a schema and asks for it as another process would. */
async function isRegistered({ config, url }: Awaited<ReturnType<typeof behind>>): Promise<boolean> {
  await checkRegistry(config, url)
  const subjects = [{ name: `${uniquePrefix()}raw`, topic: 'raw' as const }]
  const registry = await openRegistry(config, url, subjects)
  const other = await openRegistry(config, url, [])
  await registry.check()
  return (await other.schemaOf(registry.idOf('raw'))) !== ''
}

const oauth = (secret: string): Record<string, string> => ({
  SCHEMA_REGISTRY_OAUTH_TOKEN_URL: `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/`,
  SCHEMA_REGISTRY_OAUTH_CLIENT_ID: 'errata',
  SCHEMA_REGISTRY_OAUTH_CLIENT_SECRET: secret,
})
const certificate = {
  SCHEMA_REGISTRY_CERT_FILE: client.certFile,
  SCHEMA_REGISTRY_KEY_FILE: client.keyFile,
  SCHEMA_REGISTRY_KEY_PASSWORD: 'hush',
}

test('by user and password', async () => {
  const right = `Basic ${Buffer.from('user:pass word').toString('base64')}`
  const user = { SCHEMA_REGISTRY_USERNAME: 'user', SCHEMA_REGISTRY_PASSWORD: 'pass word' }
  const allows = ({ authorization }: IncomingHttpHeaders): boolean => authorization === right
  expect(await isRegistered(await behind({ allows }, user))).toBe(true)
})

test('by a fixed token, with the headers of Confluent Cloud', async () => {
  const reached = await behind(
    {
      allows: (headers) =>
        headers.authorization === 'Bearer fixed' &&
        headers['target-sr-cluster'] === 'lsrc-1' &&
        headers['confluent-identity-pool-id'] === 'pool-2',
    },
    {
      SCHEMA_REGISTRY_TOKEN: 'fixed',
      SCHEMA_REGISTRY_LOGICAL_CLUSTER: 'lsrc-1',
      SCHEMA_REGISTRY_IDENTITY_POOL: 'pool-2',
    },
  )
  expect(await isRegistered(reached)).toBe(true)
})

test('by tokens that end, which are replaced before', async () => {
  const seen = new Set<string>()
  const allows = ({ authorization = '' }: IncomingHttpHeaders): boolean => {
    seen.add(authorization)
    return /^Bearer token-\d+$/.test(authorization)
  }
  const reached = await behind({ allows }, oauth('right'))
  const registry = await openRegistry(reached.config, reached.url, [
    { name: `${uniquePrefix()}raw`, topic: 'raw' },
  ])
  await new Promise((resolve) => setTimeout(resolve, 700)) // over half of the token's life
  await registry.check()
  expect(seen.size).toBe(2)
})

test('by a certificate', async () => {
  expect(await isRegistered(await behind({ clients: authority }, certificate))).toBe(true)
})

describe('who shows something wrong hears which setting it is about', () => {
  const refuses = { allows: () => false }
  test.each<[string, () => ReturnType<typeof behind>, string, RegExp]>([
    [
      'a wrong token',
      () => behind(refuses, { SCHEMA_REGISTRY_TOKEN: 'hush-hush' }),
      'CONFIG_INVALID',
      /SCHEMA_REGISTRY_TOKEN/,
    ],
    [
      'a wrong secret of the client',
      () => behind({}, oauth('hush-hush')),
      'CONFIG_INVALID',
      /SCHEMA_REGISTRY_OAUTH_CLIENT_SECRET/,
    ],
    [
      'no certificate',
      () => behind({ clients: authority }, {}),
      'CONFIG_INVALID',
      /SCHEMA_REGISTRY_CERT/,
    ],
    [
      'a foreign authority',
      () => behind({}, { SCHEMA_REGISTRY_CA_FILE: makeAuthority(folder, 'foreign').file }),
      'REGISTRY_UNREACHABLE',
      /SCHEMA_REGISTRY_CA/,
    ],
    [
      'a token endpoint that is away',
      () => behind({}, { ...oauth('x'), SCHEMA_REGISTRY_OAUTH_TOKEN_URL: 'http://127.0.0.1:9/' }),
      'REGISTRY_UNREACHABLE',
      /SCHEMA_REGISTRY_OAUTH_TOKEN_URL/,
    ],
  ])('%s', async (_, opened, code, named) => {
    const { config, url } = await opened()
    const expected = { code, message: expect.stringMatching(named) }
    await expect(checkRegistry(config, url)).rejects.toMatchObject(expected)
    const subjects = [{ name: `${uniquePrefix()}raw`, topic: 'raw' as const }]
    const said: unknown = await openRegistry(config, url, subjects).catch((error: unknown) => error)
    expect(said).toMatchObject(expected)
    expect(String(said)).not.toMatch(/hush/)
  })
})
