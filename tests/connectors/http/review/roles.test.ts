/**
 * Who may use what: every route of every server stands here with the role it needs, and is tried by
 * everybody, from everywhere. A route that is added without a decision about it fails here.
 */

import { madeAccounts } from '../../../accounts.ts'
import { recordedRole, roles } from '../../../../processors/review/roles.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import { securityHeaders } from '../../../../connectors/http/door.ts'
import { intake } from '../../../../connectors/http/intake.ts'
import { openLocks } from '../../../../connectors/redis/locks.ts'
import {
  openAccess,
  openTaskStore,
  review,
  secure,
  secureOptions,
  type TaskStore,
} from '../../../../connectors/http/review/review.ts'
import { tableNames } from '../../../../connectors/http/review/tables.ts'
import { trainingsApi } from '../../../../connectors/http/trainings.ts'
import { ErrataError } from '../../../../errors.ts'
import { accountsTable, tokenHash } from '../../../../processors/review/accounts.ts'
import { serveHealth, type Health } from '../../../../runtime/metrics.ts'
import { holdToContract } from '../../../contract.ts'
import { loadProfiles } from '../../../../schemas/profiles.ts'
import { userOf } from '../../../records.ts'

type Needed = 'nobody' | 'reader' | 'reviewer' | 'approver' | 'operator'

const web: Readonly<Record<string, Needed>> = {
  'GET /': 'nobody',
  'GET /review': 'nobody',
  'GET /review/*': 'nobody',
  'GET /documents': 'nobody',
  'GET /documents/*': 'nobody',
  'GET /dashboard': 'nobody',
  'GET /models': 'nobody',
  'GET /rules': 'nobody',
  'GET /dead': 'nobody',
  'GET /audit': 'nobody',
  'GET /users': 'nobody',
  'GET /account': 'nobody',
  'GET /login': 'nobody',
  'GET /api/login': 'nobody',
  'POST /api/login': 'nobody',
  'POST /api/logout': 'nobody',
  'GET /assets/:name': 'nobody',
  'GET /api/openapi.json': 'nobody',
  'GET /auth/login': 'nobody',
  'GET /auth/callback': 'nobody',
  'GET /api/me': 'reader',
  'GET /api/tasks': 'reader',
  'GET /api/tasks/next': 'reader',
  'GET /api/tasks/:documentId': 'reader',
  'GET /api/documents/:documentId/pages/:page': 'reader',
  'GET /api/documents': 'reader',
  'GET /api/documents/:documentId': 'reader',
  'GET /api/documents/:documentId/neighbours': 'reader',
  'GET /api/documents/:documentId/original': 'reader',
  'GET /api/documents/:documentId/values': 'reader',
  'POST /api/documents/:documentId/task': 'reviewer',
  'POST /api/documents/:documentId/read-again': 'reviewer',
  'GET /api/events': 'reader',
  'GET /api/analytics': 'reader',
  ...Object.fromEntries(
    tableNames.map((name) => [`GET /api/analytics/${name}`, 'reader' as const]),
  ),
  'GET /api/models': 'reader',
  'GET /api/rules': 'reader',
  'GET /api/dead': 'reader',
  'GET /api/trainer': 'reader',
  'POST /documents': 'reviewer',
  'POST /api/documents/:documentId/read': 'reviewer',
  'POST /api/documents/:documentId/read-cells': 'reviewer',
  'POST /api/documents/:documentId/check': 'reviewer',
  'POST /api/documents/:documentId/rows': 'reviewer',
  'POST /api/tasks/:documentId/lesson': 'reviewer',
  'POST /api/tasks/claim': 'reviewer',
  'POST /api/tasks/ahead': 'reviewer',
  'POST /api/tasks/:documentId/lock': 'reviewer',
  'DELETE /api/tasks/:documentId/lock': 'reviewer',
  'POST /api/tasks/:documentId/verdict': 'reviewer',
  'POST /api/documents/:documentId/verdict': 'reviewer',
  'GET /api/audit': 'operator',
  'GET /api/users': 'operator',
  'POST /api/users': 'operator',
  'PATCH /api/users/:name': 'operator',
  'DELETE /api/users/:name': 'operator',
  'POST /api/users/:name/password': 'operator',
  'DELETE /api/users/:name/tokens/:id': 'operator',
  'PUT /api/me/password': 'reader',
  'GET /api/me/tokens': 'reader',
  'POST /api/me/tokens': 'reader',
  'DELETE /api/me/tokens/:id': 'reader',
  'POST /api/models/:name/:version/promote': 'operator',
  'POST /api/models/:name/rollback': 'operator',
  'POST /api/rules/disable': 'operator',
  'POST /api/rules/enable': 'operator',
  'POST /api/verdicts/revert': 'operator',
  'POST /api/dead/replay': 'operator',
}
const trainer: Readonly<Record<string, Needed>> = {
  'GET /trainings': 'reader',
  'GET /trainings/:key': 'reader',
  'GET /trainings/:key/outcome': 'reader',
  'POST /trainings': 'operator',
}
const metrics: Readonly<Record<string, Needed>> = {
  'GET /live': 'nobody',
  'GET /ready': 'nobody',
  'GET /metrics': 'nobody',
}
const ranks = ['nobody', 'reader', 'reviewer', 'approver', 'operator'] as const
const callers = [
  'no token',
  'wrong token',
  'reader',
  'analyst',
  'reviewer',
  'approver',
  'operator',
] as const
const places = {
  'the own origin': { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' },
  'the own origin behind TLS': { origin: 'https://errata.example', host: 'errata.example' },
  'a foreign origin': { origin: 'http://evil.example' },
  'no origin': { origin: 'null' },
  'a foreign host': { host: 'evil.example', origin: 'http://evil.example' },
} as const

const folder = mkdtempSync(join(tmpdir(), 'errata-roles-'))
const away = async (): Promise<never> =>
  Promise.reject(new ErrataError('STORE_UNREACHABLE', 'nothing is here'))
const config = {
  token: 'the token of the service',
  host: '127.0.0.1',
  publicUrl: 'https://errata.example',
  trustedProxies: null,
  maxBytes: 1000,
  inlineBytes: 1000,
}
const servers: Record<'web' | 'trainer', { app: FastifyInstance; routes: string[] }> = {} as never
let health: Health
let tasks: TaskStore
let address = 0 // each request comes from another one, so that none has failed too often

function openServer(): {
  app: FastifyInstance
  routes: string[]
  access: ReturnType<typeof openAccess>
} {
  const people = accountsTable()
  for (const role of roles)
    people.set(
      role,
      userOf(role, { ...recordedRole(role), tokenHash: tokenHash(role), subject: null }),
    )
  const { accounts } = madeAccounts({ people, elsewhere: true, now: () => 1 })
  const access = openAccess({ config, accounts })
  const app = Fastify({ ...secureOptions(access, config), forceCloseConnections: true })
  const routes: string[] = []
  app.addHook('onRoute', ({ method, url }) => {
    const methods = [method].flat().filter((one) => one !== 'HEAD')
    routes.push(...methods.map((one) => `${one} ${url}`))
  })
  secure(app, access)
  holdToContract(app)
  return { app, routes, access }
}

beforeAll(async () => {
  const [pages, training] = [openServer(), openServer()]
  tasks = openTaskStore(folder)
  await pages.app.register(intake, {
    send: away,
    putBlob: away,
    typeOf: () => 'application/pdf',
    guard: pages.access.guard,
    callerOf: () => '',
    profiles: async () => loadProfiles(),
    config,
    now: () => 1,
  })
  await pages.app.register(review, {
    access: pages.access,
    tasks,
    locks: openLocks(null, '', () => 1),
    profiles: () => loadProfiles(),
    now: () => 1,
    publishVerdict: away,
    pageImage: away,
    auditLog: () => [],
    ...madeAccounts({ elsewhere: true, now: () => 1 }),
    analytics: { query: away, bytes: away },
    documents: {
      index: () => null,
      isReady: () => false,
      original: away,
      prepare: away,
      readAgain: away,
    },
    login: {
      begin: away,
      finish: away,
      redirectUri: 'http://127.0.0.1/auth/callback',
      flowKey: Buffer.alloc(32, 1),
    },
    operate: {
      models: () => [],
      promote: away,
      rollback: away,
      trainer: () => ({ reachable: false, trainings: [], next: null }),
      rules: () => [],
      setRule: away,
      revert: away,
      letters: async () => [],
      replay: async () => [],
      onChange: () => () => {},
    },
  })
  await trainingsApi(training.app, {
    trainings: {
      ask: () => {
        throw new Error('away')
      },
      find: () => null,
      list: () => [],
    },
    profiles: async () => new Map(),
    next: () => ({ waiting: {}, wanted: 0, at: null }),
    guard: training.access.guard,
  })
  Object.assign(servers, { web: pages, trainer: training })
  await Promise.all([pages.app.ready(), training.app.ready()])
  health = await serveHealth(0, '127.0.0.1', { problems: () => [], door: config, orNext: false })
})
afterAll(async () => {
  await Promise.all([...Object.values(servers).map(({ app }) => app.close()), health.close()])
  tasks.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
}

type Asking = Readonly<Record<string, string>>

async function ask(server: string, route: string, headers: Asking): Promise<Answer> {
  const [method = '', pattern = ''] = route.split(' ')
  const path = pattern.replace(/:\w+/g, '1').replace('*', 'd-1')
  if (server === 'metrics') {
    return new Promise((resolve, reject) => {
      const asked = request(
        { host: '127.0.0.1', port: health.port, method, path, headers },
        (response) => {
          resolve({ status: response.resume().statusCode ?? 0, headers: response.headers })
        },
      )
      asked.on('error', reject).end()
    })
  }
  address += 1
  const remoteAddress = `10.0.${address >> 8}.${address & 255}`
  const { app } = servers[server as 'web']
  const response = await app.inject({ method: method as 'GET', url: path, headers, remoteAddress })
  return { status: response.statusCode, headers: response.headers }
}

const tokenHeader = (caller: (typeof callers)[number]): Asking =>
  caller === 'no token' ? {} : { authorization: `Bearer ${caller}` }

/** What is said to somebody who may not; null: the route answers. */
function refusalFor(role: Needed, caller: (typeof callers)[number], place: string): number | null {
  const rank = ranks.indexOf((caller === 'analyst' ? 'reader' : caller) as Needed)
  if (place === 'a foreign origin' || place === 'no origin') return 403
  if (place === 'a foreign host' && rank < 0) return 403
  if (role === 'nobody') return null
  if (rank < 0) return 401
  return rank < ranks.indexOf(role) ? 403 : null
}

/** An answer that has begun, since it does not end. */
const begins = async (): Promise<Answer> =>
  new Promise((resolve) => setTimeout(resolve, 1000, { status: 200, headers: {} }))

const refusals = [401, 403, 429]
const tables = { web, trainer, metrics }
const endless = 'GET /api/events' // its answer never ends; that it has a guard is seen by refusals

test.each(['web', 'trainer'] as const)(
  'every route of the %s has a role, and nothing stands here that is no route',
  (server) => {
    expect([...new Set(servers[server].routes)].sort()).toEqual(Object.keys(tables[server]).sort())
  },
)

describe.each(['web', 'trainer', 'metrics'] as const)('the server %s', (server) => {
  describe.each(callers)('asked with %s', (caller) => {
    test.each(Object.keys(places) as (keyof typeof places)[])(
      'from %s, answers what the role allows and nothing else',
      async (place) => {
        const [wanted, found]: [unknown[], unknown[]] = [[], []]
        for (const [route, role] of Object.entries(tables[server])) {
          // The metrics have no accounts: the one token there is the service's.
          const isService = server === 'metrics' && caller === 'operator'
          const token = isService
            ? { authorization: `Bearer ${config.token}` }
            : tokenHeader(caller)
          const isUnknown = server === 'metrics' && !isService
          const refusal = refusalFor(role, isUnknown ? 'wrong token' : caller, place)
          if (route === endless && refusal === null) continue
          const asked = ask(server, route, { ...places[place], ...token })
          const { status, headers } = await (route === endless
            ? Promise.race([asked, begins()])
            : asked)
          wanted.push([route, refusal, true])
          found.push([route, refusals.includes(status) ? status : null, hasHeaders(headers)])
        }
        expect(found).toEqual(wanted)
      },
    )
  })

  test.each([
    ['no route', 'GET /no/such/route', 404],
    ['a method that is none here', 'PUT /metrics', server === 'metrics' ? 405 : 404],
    [
      'an address that can not be read',
      server === 'trainer' ? 'GET /trainings/%zz' : 'GET /assets/%zz',
      server === 'metrics' ? 404 : 400,
    ],
  ])('has its headers and its door also where there is %s', async (_, route, status) => {
    const own = await ask(server, route, {})
    expect([own.status, hasHeaders(own.headers)]).toEqual([status, true])
    for (const place of [{ origin: 'http://evil.example' }, { host: 'evil.example' }]) {
      const foreign = await ask(server, route, { ...place, authorization: 'Bearer wrong' })
      expect([foreign.status, hasHeaders(foreign.headers)]).toEqual([403, true])
    }
  })

  test.each([
    '127.0.0.1:9464',
    '10.42.0.7:8080',
    '[fd00::7]:8080',
    'localhost:1',
    'errata.example',
  ])('is reached as %s', async (host) => {
    expect((await ask(server, 'GET /no/such/route', { host })).status).toBe(404)
  })
})

test.each(['cross-site', 'same-site'])(
  'what a browser sends for a page of another site (%s) reaches no route that has a role',
  async (site) => {
    for (const server of ['web', 'trainer'] as const) {
      const guarded = Object.entries(tables[server]).filter(([, role]) => role !== 'nobody')
      for (const [route] of guarded) {
        for (const mode of ['cors', 'no-cors', 'navigate']) {
          const headers = {
            'sec-fetch-site': site,
            'sec-fetch-mode': mode,
            ...tokenHeader('operator'),
          }
          expect([route, (await ask(server, route, headers)).status]).toEqual([route, 403])
        }
      }
    }
  },
)

test('a link on another site may lead to the pages and to the login', async () => {
  const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
  expect((await ask('web', 'GET /review', headers)).status).toBe(200)
  expect((await ask('web', 'GET /auth/callback', headers)).status).toBe(302)
  expect(
    (await ask('web', 'GET /review', { ...headers, 'sec-fetch-mode': 'no-cors' })).status,
  ).toBe(403)
})

function hasHeaders(headers: Answer['headers']): boolean {
  return Object.entries(securityHeaders).every(([name, value]) => headers[name] === value)
}
