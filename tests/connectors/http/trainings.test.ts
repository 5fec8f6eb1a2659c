/**
 * Trainings asked for by HTTP: the same key is the same training, whatever is tried again and
 * whoever is killed.
 */

import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { openAccess, secure, secureOptions } from '../../../connectors/http/security.ts'
import { trainingsApi, type Training } from '../../../connectors/http/trainings.ts'
import { holdToContract } from '../../contract.ts'
import type { Trained } from '../../../operations/train.ts'
import { ErrataError } from '../../../errors.ts'
import { loadProfiles } from '../../../schemas/profiles.ts'
import type { TrainingRun } from '../../../schemas/types.ts'
import {
  openTrainings,
  type OpenTrainings,
  type TrainingRecords,
} from '../../../operations/trainings.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const trained: Trained = { outcome: 'promoted', key: 'receipt/2', reasons: ['better'] }
const token = 'secret'
/** The topic, which outlives every trainer. */
const topic = new Map<string, TrainingRun>()
const listeners: (() => void)[] = []
let isAway = false
let begun: {
  profile: string
  end: (how: Trained | Error) => void
  tell: (progress: Training['progress']) => void
}[] = []
let clock = 0
let trainings: OpenTrainings
let app: FastifyInstance
let url: string

const records: TrainingRecords = {
  all: () => topic,
  async change(key, decide) {
    if (isAway) throw new ErrataError('BROKER_UNREACHABLE', 'the broker is away')
    const next = decide(topic.get(key))
    if (next === null) topic.delete(key)
    else if (next !== undefined) topic.set(key, next)
    if (next !== undefined) for (const listener of listeners) listener()
    return topic.get(key)
  },
  caughtUp: async () => {},
  onChange: (listener) => void listeners.push(listener),
}
const open = (): OpenTrainings =>
  openTrainings({
    records,
    now: () => ++clock,
    log: quiet,
    pauseMs: 5,
    run: (profile, stop, tell) =>
      new Promise((resolve, reject) => {
        stop.addEventListener('abort', () => reject(new Error('stopped')))
        begun.push({
          profile,
          tell,
          end: (how) => (how instanceof Error ? reject(how) : resolve(how)),
        })
      }),
  })

beforeAll(async () => {
  trainings = open()
  trainings.lead()
  const access = openAccess({ config: { token, host: '127.0.0.1' } })
  app = Fastify(secureOptions(access, { trustedProxies: null }))
  secure(app, access)
  holdToContract(app)
  await trainingsApi(app, {
    trainings: {
      ask: (...given) => trainings.ask(...given),
      find: (key) => trainings.find(key),
      list: () => trainings.list(),
    },
    profiles: async () => loadProfiles(),
    next: () => ({ waiting: { receipt: 7 }, wanted: 50, at: null }),
    guard: access.guard,
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/trainings`
})
afterAll(async () => {
  await trainings.stop()
  await app.close()
})

const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
const ask = (
  key: string,
  profile = 'receipt',
  extra: Record<string, string> = {},
): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { ...headers, 'idempotency-key': key, ...extra },
    body: JSON.stringify({ profile }),
  })
const get = async (path: string): Promise<[number, Training]> => {
  const answer = await fetch(`${url}/${path}`, { headers })
  return [answer.status, (await answer.json()) as Training]
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

test('a run id is asked for twice and trained once; its outcome is missing until there is one', async () => {
  const key = 'scheduled__2026-01-01T02:00:00+00:00/a'
  const [first, second] = [await ask(key), await ask(key)]
  expect([first.status, second.status, first.headers.get('location')]).toEqual([
    202,
    202,
    `/trainings/${encodeURIComponent(key)}`,
  ])
  expect(begun.map(({ profile }) => profile)).toEqual(['receipt'])
  expect((await get(`${encodeURIComponent(key)}/outcome`))[0]).toBe(404)
  begun[0]?.end(trained)
  await settled()
  expect(await get(`${encodeURIComponent(key)}/outcome`)).toEqual([
    200,
    expect.objectContaining({
      key,
      state: 'done',
      outcome: 'promoted',
      version: 'receipt/2',
      reasons: ['better'],
    }),
  ])
  expect(((await (await ask(key)).json()) as Training).outcome).toBe('promoted')
  expect(begun).toHaveLength(1)
})

test('trainings run one after the other, in the order in which they were asked for', async () => {
  begun = []
  await ask('one')
  await ask('two', 'invoice')
  expect([begun.length, (await get('two'))[1].state]).toEqual([1, 'queued'])
  begun[0]?.end({ outcome: 'refused', key: 'receipt/3', reasons: ['reads less well'] })
  await settled()
  expect([begun[1]?.profile, (await get('one'))[1].outcome]).toEqual(['invoice', 'refused'])
  begun[1]?.end(trained)
  await settled()
})

test('how far one is can be seen from another process, for as long as it runs', async () => {
  begun = []
  await ask('seen')
  begun[0]?.tell({ step: 'training', done: 2, of: 11 })
  begun[0]?.tell({ step: 'training', done: 3, of: 11 })
  await settled()
  const elsewhere = open()
  expect(elsewhere.list()[0]).toMatchObject({
    key: 'seen',
    state: 'running',
    progress: { step: 'training', done: 3, of: 11 },
  })
  begun[0]?.end(trained)
  await settled()
  expect(elsewhere.list()[0]).toMatchObject({ key: 'seen', state: 'done', progress: null })
})

test('one that failed is begun anew when it is asked for again', async () => {
  begun = []
  await ask('fails')
  begun[0]?.end(new Error('the training ended with SIGKILL'))
  await settled()
  expect(await get('fails/outcome')).toEqual([
    200,
    expect.objectContaining({ state: 'failed', reasons: ['the training ended with SIGKILL'] }),
  ])
  await ask('fails')
  expect(begun).toHaveLength(2)
  begun[1]?.end(trained)
  await settled()
  expect((await get('fails'))[1].state).toBe('done')
})

test('what ran when the process died begins again at the next start, and what had ended is remembered', async () => {
  begun = []
  await ask('killed')
  await trainings.stop()
  trainings = open()
  trainings.lead()
  await settled()
  expect([begun.length, trainings.find('killed')?.state, trainings.find('one')?.outcome]).toEqual([
    2,
    'running',
    'refused',
  ])
  begun[1]?.end(trained)
  await settled()
  expect(trainings.find('killed')?.state).toBe('done')
})

test('a trainer on another machine knows the keys and outcomes of the first, and trains none of them again', async () => {
  begun = []
  const other = open()
  expect(other.find('one')).toMatchObject({ state: 'done', outcome: 'refused' })
  expect(await other.ask('one', 'receipt')).toMatchObject({ outcome: 'refused' })
  await ask('asked of the first')
  expect(await other.ask('asked of the first', 'receipt')).toMatchObject({ state: 'running' })
  expect(begun).toHaveLength(1)
  begun[0]?.end(trained)
  await settled()
  expect(other.find('asked of the first')).toMatchObject({ state: 'done' })
  await other.stop()
})

test('what is asked of any trainer is run by the one that leads, and by that one alone', async () => {
  begun = []
  const other = open()
  await other.ask('asked of the other', 'receipt')
  await settled()
  expect([begun.length, other.find('asked of the other')?.state]).toEqual([1, 'running'])
  begun[0]?.end(trained)
  await settled()
  expect(other.find('asked of the other')).toMatchObject({ state: 'done', outcome: 'promoted' })
  expect(begun).toHaveLength(1)
  await other.stop()
})

test('a trainer that takes over runs what the other had begun, and a late outcome of that one changes nothing', async () => {
  begun = []
  await ask('taken over')
  const other = open()
  other.lead() // the first was frozen, and doesn't know yet
  await settled()
  expect(begun).toHaveLength(2)
  begun[0]?.end(new Error('late'))
  await settled()
  expect(other.find('taken over')).toMatchObject({ state: 'running', reasons: [] })
  begun[1]?.end(trained)
  await settled()
  expect(other.find('taken over')).toMatchObject({ state: 'done', outcome: 'promoted' })
  await other.stop()
})

test('two requests with one key at the same moment begin one training', async () => {
  begun = []
  await Promise.all([ask('at once'), ask('at once')])
  begun[0]?.end(trained)
  await settled()
  expect(begun).toHaveLength(1)
})

test('a training that can not be kept is refused, and the one that runs goes on', async () => {
  begun = []
  await ask('runs')
  isAway = true
  const refused = await ask('refused')
  begun[0]?.end(trained)
  await settled()
  isAway = false
  await settled()
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30'])
  expect((await get('refused'))[0]).toBe(404)
  expect((await get('runs'))[1]).toMatchObject({ state: 'done', outcome: 'promoted' })
})

test('the oldest that have ended are forgotten above a thousand', async () => {
  const run: TrainingRun = {
    ...{ key: '', profile: 'receipt', state: 'done', askedAt: 0, startedAt: 0, endedAt: 0 },
    ...{ outcome: 'refused', version: null, reasons: [], progress: null },
  }
  for (let one = 0; one < 1_000; one++) topic.set(`old-${one}`, { ...run, key: `old-${one}` })
  begun = []
  await ask('new')
  begun[0]?.end(trained)
  await settled()
  expect([topic.has('old-0'), topic.has('new')]).toEqual([false, true])
  expect(topic.size).toBe(1_000)
})

test.each([
  [
    'without a key',
    400,
    'REQUEST_INVALID',
    () => fetch(url, { method: 'POST', headers, body: '{"profile":"receipt"}' }),
  ],
  ['with a key that is too long', 400, 'REQUEST_INVALID', () => ask('k'.repeat(201))],
  ['for a profile that is not there', 400, 'PROFILE_UNKNOWN', () => ask('x', 'passport')],
  [
    'with a body that is no JSON',
    400,
    'REQUEST_INVALID',
    () =>
      fetch(url, { method: 'POST', headers: { ...headers, 'idempotency-key': 'x' }, body: '{' }),
  ],
  ['with the key of another profile', 409, 'KEY_TAKEN', () => ask('one', 'invoice')],
  ['without a token', 401, 'UNAUTHORIZED', () => fetch(url)],
  [
    'about a key that nobody used',
    404,
    'TRAINING_UNKNOWN',
    () => fetch(`${url}/nobody`, { headers }),
  ],
])('a request %s is answered %i %s', async (_, status, code, request) => {
  const answer = await request()
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code])
})
