/**
 * Who may use what: every route that the server has stands here with the role it needs, and is tried by everybody. A route
 * that is added without a decision about it fails here.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import { intake } from '../../../connectors/intake.ts'
import { openLocks } from '../../../connectors/locks.ts'
import { guard, openTaskStore, review, type TaskStore } from '../../../connectors/review.ts'
import { tableNames } from '../../../connectors/review/tables.ts'
import { ErrataError } from '../../../errors.ts'
import { peopleTable, tokenHash } from '../../../processors/people.ts'
import { loadProfiles } from '../../../schemas/profiles.ts'

const needed: Readonly<Record<string, 'nobody' | 'reader' | 'reviewer' | 'operator'>> = {
  'GET /': 'nobody', 'GET /review': 'nobody', 'GET /review/*': 'nobody', 'GET /documents': 'nobody', 'GET /documents/*': 'nobody', 'GET /dashboard': 'nobody', 'GET /models': 'nobody', 'GET /rules': 'nobody', 'GET /dead': 'nobody', 'GET /audit': 'nobody',
  'GET /assets/:name': 'nobody', 'GET /api/openapi.json': 'nobody', 'GET /auth/login': 'nobody', 'GET /auth/callback': 'nobody',
  'GET /api/me': 'reader', 'GET /api/tasks': 'reader', 'GET /api/tasks/next': 'reader', 'GET /api/tasks/:documentId': 'reader', 'GET /api/documents/:documentId/pages/:page': 'reader', 'GET /api/events': 'reader',
  'GET /api/analytics': 'reader', ...Object.fromEntries(tableNames.map((name) => [`GET /api/analytics/${name}`, 'reader' as const])), 'GET /api/models': 'reader', 'GET /api/rules': 'reader', 'GET /api/dead': 'reader', 'GET /api/trainer': 'reader',
  'POST /documents': 'reviewer', 'POST /api/documents/:documentId/read': 'reviewer', 'POST /api/documents/:documentId/check': 'reviewer', 'POST /api/documents/:documentId/rows': 'reviewer', 'POST /api/tasks/:documentId/lesson': 'reviewer',
  'POST /api/tasks/claim': 'reviewer', 'POST /api/tasks/ahead': 'reviewer', 'POST /api/tasks/:documentId/lock': 'reviewer', 'DELETE /api/tasks/:documentId/lock': 'reviewer',
  'POST /api/tasks/:documentId/verdict': 'reviewer', 'POST /api/documents/:documentId/verdict': 'reviewer',
  'GET /api/audit': 'operator', 'POST /api/models/:name/:version/promote': 'operator', 'POST /api/models/:name/rollback': 'operator', 'POST /api/rules/disable': 'operator', 'POST /api/rules/enable': 'operator', 'POST /api/verdicts/revert': 'operator', 'POST /api/dead/replay': 'operator',
}
const ranks = ['nobody', 'reader', 'reviewer', 'operator'] as const

const folder = mkdtempSync(join(tmpdir(), 'errata-roles-'))
const routes: string[] = []
let app: FastifyInstance
let tasks: TaskStore

beforeAll(async () => {
  const people = peopleTable()
  for (const role of ['reader', 'reviewer', 'operator'] as const) people.set(role, { name: role, role, tokenHash: tokenHash(role), subject: null, profiles: [], vendors: [], changedAt: 1, changedBy: 'x' })
  const accounts = { people, ready: () => true, sessionKey: Buffer.alloc(32, 1), now: () => 1 }
  const away = async (): Promise<never> => Promise.reject(new ErrataError('STORE_UNREACHABLE', 'nothing is here'))
  const config = { token: null, host: '127.0.0.1', maxBytes: 1000, inlineBytes: 1000 }
  tasks = openTaskStore(folder)
  app = Fastify({ forceCloseConnections: true })
  app.addHook('onRoute', ({ method, url }) => void [method].flat().filter((one) => one !== 'HEAD').forEach((one) => routes.push(`${one} ${url}`)))
  await app.register(intake, { send: away, putBlob: away, typeOf: () => 'application/pdf', guard: guard(config, accounts), callerOf: () => '', profiles: loadProfiles(), config, now: () => 1 })
  await app.register(review, {
    tasks, locks: openLocks(null, '', () => 1), profiles: loadProfiles(), config, now: () => 1, accounts, publishVerdict: away, pageImage: away, auditLog: () => [],
    analytics: { query: away, bytes: away }, login: { begin: away, finish: away, redirectUri: 'http://127.0.0.1/auth/callback' },
    operate: { models: () => [], promote: away, rollback: away, trainer: async () => null, rules: () => [], setRule: away, revert: away, letters: async () => [], replay: async () => [], onChange: () => () => {} },
  })
  await app.ready()
})
afterAll(async () => {
  await app.close()
  tasks.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Whether the guard lets somebody through; what comes after it is another matter. */
async function mayUse(route: string, who: (typeof ranks)[number], headers: Readonly<Record<string, string>> = {}): Promise<boolean> {
  const [method = '', url = ''] = route.split(' ')
  if (route === 'GET /api/events' && who !== 'nobody') return true // never ends; its sibling routes show the same guard
  const response = await app.inject({ method: method as 'GET', url: url.replace(/:\w+/g, '1').replace('*', 'd-1'), headers: { ...headers, ...(who === 'nobody' ? {} : { authorization: `Bearer ${who}` }) } })
  return response.statusCode !== 401 && response.statusCode !== 403
}

test('every route has a role, and nothing stands here that is no route', () => {
  expect([...new Set(routes)].sort()).toEqual(Object.keys(needed).sort())
})

test.each(ranks)('%s may use what their role allows, and nothing else', async (who) => {
  const allowed: string[] = []
  for (const route of Object.keys(needed)) if (await mayUse(route, who)) allowed.push(route)
  expect(allowed).toEqual(Object.keys(needed).filter((route) => ranks.indexOf(needed[route] ?? 'nobody') <= ranks.indexOf(who)))
})

test('no route of the API takes a request that a browser sends for another origin', async () => {
  const guarded = Object.entries(needed).filter(([, role]) => role !== 'nobody').map(([route]) => route)
  for (const site of ['cross-site', 'same-site']) for (const route of guarded.filter((one) => one !== 'GET /api/events')) expect([site, route, await mayUse(route, 'operator', { 'sec-fetch-site': site })]).toEqual([site, route, false])
})
