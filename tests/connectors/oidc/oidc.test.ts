/**
 * Login at a real OpenID provider (node-oidc-provider) in a process of its own, with a browser's
 * cookies and redirects.
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import Fastify, { type FastifyInstance } from 'fastify'
import { openLocks } from '../../../connectors/redis/locks.ts'
import { openOidc } from '../../../connectors/oidc/oidc.ts'
import {
  openAccess,
  openTaskStore,
  review,
  secure,
} from '../../../connectors/http/review/review.ts'
import { madeAccounts } from '../../accounts.ts'
import { userOf } from '../../records.ts'
import { holdToContract } from '../../contract.ts'
import { loadProfiles } from '../../../schemas/profiles.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const key = Buffer.alloc(32, 3)
const folder = mkdtempSync(join(tmpdir(), 'errata-oidc-'))
let provider: ChildProcess
let app: FastifyInstance
const made = madeAccounts({ elsewhere: true })
const { people } = made.accounts
let here = ''
let issuer = ''
const log = made.trail

beforeAll(async () => {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => probe.once('listening', done))
  const { port } = probe.address() as { port: number }
  await new Promise((done) => probe.close(done))
  here = `http://127.0.0.1:${port}`
  provider = spawn(
    process.execPath,
    ['tests/connectors/oidc/provider.mjs', `${here}/auth/callback`],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  issuer = await new Promise<string>((done) =>
    createInterface({ input: provider.stdout as NodeJS.ReadableStream }).once('line', done),
  )
  const settings = {
    issuer,
    clientId: 'errata',
    clientSecret: 'a secret of the client, long enough',
    redirectUri: `${here}/auth/callback`,
    roleClaim: 'roles',
  }
  app = Fastify({ forceCloseConnections: true })
  const { accounts } = made
  const access = openAccess({ config: { token: null, host: '127.0.0.1' }, accounts })
  secure(app, access)
  holdToContract(app)
  await review(app, {
    access,
    ...made,
    tasks: openTaskStore(folder),
    locks: openLocks(null, '', Date.now),
    profiles: () => loadProfiles(),
    now: () => Date.now(),
    publishVerdict: async () => ({ partition: 0, offset: 0n }),
    pageImage: async () => Promise.reject(new Error('none')),
    login: { ...openOidc(settings), redirectUri: settings.redirectUri, flowKey: key },
  })
  await app.listen({ host: '127.0.0.1', port })
})
afterAll(async () => {
  provider.kill()
  await app.close()
  rmSync(folder, { recursive: true, force: true })
})

/**
 * A browser without a screen: keeps cookies by host and goes where it is sent until it comes back
 * here.
 */
class Jar {
  readonly #cookies = new Map<string, string>()
  has(name: string): string | undefined {
    return this.#cookies.get(`${here} ${name}`)
  }
  async go(url: string, options: RequestInit = {}): Promise<Response> {
    const { origin } = new URL(url)
    const cookie = [...this.#cookies]
      .filter(([name]) => name.startsWith(origin))
      .map(([name, value]) => `${name.slice(origin.length + 1)}=${value}`)
      .join('; ')
    const response = await fetch(url, {
      ...options,
      redirect: 'manual',
      headers: { ...options.headers, cookie },
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') this.#cookies.delete(`${origin} ${name}`)
      else this.#cookies.set(`${origin} ${name}`, value)
    }
    return response
  }
}

/** The address that the person is on in the end. */
async function logIn(jar: Jar, to = '/review?profile=invoice'): Promise<string> {
  let url = `${here}/auth/login?to=${encodeURIComponent(to)}`
  for (let step = 0; step < 20; step++) {
    let response = await jar.go(url)
    if (response.status === 200) {
      // the provider's form: name and password, then consent
      const form = await response.text()
      const action = new URL(/action="([^"]+)"/.exec(form)?.[1] ?? '', url).href
      const body = form.includes('name="login"')
        ? 'prompt=login&login=rob&password=x'
        : 'prompt=consent'
      response = await jar.go(action, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      })
    }
    url = new URL(response.headers.get('location') ?? '', url).href
    const { origin, pathname, search } = new URL(url)
    if (origin === here && !pathname.startsWith('/auth/')) return pathname + search
  }
  throw new Error(`the login did not come to an end, but to ${url}`)
}

test('a person comes back to where they wanted to go, with a session of their own', async () => {
  const jar = new Jar()
  expect(await logIn(jar)).toBe('/review?profile=invoice')
  const me = await jar.go(`${here}/api/me`)
  expect(await me.json()).toMatchObject({
    name: 'rob of the test (rob@example.org)',
    role: 'reviewer',
    login: 'provider',
  })
  expect(log).toMatchObject([{ actor: 'rob of the test (rob@example.org)', action: 'login' }])
})

test.each([
  'https://evil.example/',
  '//evil.example/x',
  '/\\evil.example',
  '/\t/evil.example',
  '/..//evil.example',
  'javascript:alert(1)',
  '',
])('nobody is sent elsewhere after the login: %j', async (to) => {
  expect(await logIn(new Jar(), to)).toBe('/')
})

test('who is taken away is out at once, their open stream ends, and they do not come back by logging in again', async () => {
  const jar = new Jar()
  await logIn(jar)
  const events = (await jar.go(`${here}/api/events`)).body?.getReader()
  await events?.read()
  const status = async (): Promise<number> => (await jar.go(`${here}/api/me`)).status
  expect(await status()).toBe(200)
  people.set(
    'rob',
    userOf('rob', { subject: 'rob@example.org', changedAt: Date.now(), removed: true }),
  )
  expect(await status()).toBe(401)
  while ((await events?.read())?.done !== true);
  const before = jar.has('errata_session')
  expect(await logIn(jar)).toBe('/login?why=refused')
  expect(log.at(-1)).toMatchObject({ action: 'refused', detail: { subject: 'rob@example.org' } })

  // Given an account again, they log in; the session of before stays ended.
  people.set('rob', userOf('rob', { subject: 'rob@example.org', changedAt: Date.now() + 1 }))
  expect(await status()).toBe(401)
  await logIn(jar)
  expect([await status(), jar.has('errata_session') === before]).toEqual([200, false])
  people.set('rob', null)
})

test('an answer that this browser did not ask for is refused: other cookie, none, or another state', async () => {
  const jar = new Jar()
  await jar.go(`${here}/auth/login`)
  const forged = await jar.go(
    `${here}/auth/callback?code=made-up&state=made-up&iss=${encodeURIComponent(issuer)}`,
  )
  expect(forged.headers.get('location')).toBe('/login?why=refused')
  const bare = await new Jar().go(`${here}/auth/callback?code=x&state=y`)
  expect(bare.headers.get('location')).toBe('/login?why=late')
  expect(log.at(-1)).toMatchObject({ actor: 'unknown', action: 'refused' })
})

test('a provider that is away hinders nobody but who logs in', async () => {
  provider.kill('SIGKILL')
  const away = openOidc({
    issuer: 'http://127.0.0.1:9/',
    clientId: 'x',
    clientSecret: 'y',
    redirectUri: `${here}/auth/callback`,
    roleClaim: 'roles',
  })
  await expect(away.begin()).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' })
  expect((await fetch(`${here}/review`)).status).toBe(200)
})
