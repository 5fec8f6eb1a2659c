/**
 * Many reviewers: who gets which task, what becomes of their locks, and what an answer would mean.
 */

import { accountsTable, tokenHash } from '../../../../processors/review/accounts.ts'
import { madeAccounts } from '../../../accounts.ts'
import { recordedRole } from '../../../../processors/review/roles.ts'
import { userOf } from '../../../records.ts'
import type { Audit, User } from '../../../../schemas/types.ts'
import {
  found,
  invoiceLines,
  makeTask,
  openReviewServer,
  printWords,
  type ReviewServer,
} from '../../../review-server.ts'

type Json = Record<string, unknown>

let desk: ReviewServer
afterEach(() => desk.close())

const task = (id: string, priority: number, changes: Parameters<typeof makeTask>[0] = {}) =>
  makeTask({ documentId: id, sha256: id.padEnd(64, '0'), priority, ...changes })

async function call(
  method: string,
  path: string,
  body?: unknown,
  token?: string,
): Promise<{ readonly status: number; readonly body: Json }> {
  const headers = {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
  const response = await fetch(desk.url + path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return {
    status: response.status,
    body: response.status === 204 ? {} : ((await response.json()) as Json),
  }
}
const claim = async (holder: string, more: Json = {}) =>
  (await call('POST', '/api/tasks/claim', { holder, reviewer: holder.slice(0, 3), ...more })).body
const verdict = (id: string, reviewer: string, more: Json = {}) =>
  call('POST', `/api/tasks/${id}/verdict`, {
    revision: 1,
    reviewer,
    decision: 'confirmed',
    ...more,
  })

describe('two people at once', () => {
  it('never get the same task, and hear that tasks are with others instead of "none"', async () => {
    desk = await openReviewServer([task('a', 3), task('b', 2)])
    expect([
      (await claim('ann-page-1')).documentId,
      (await claim('ben-page-1')).documentId,
    ]).toEqual(['a', 'b'])
    expect(await claim('cem-page-1')).toMatchObject({
      code: 'NOTHING_FREE',
      open: 2,
      withOthers: [
        { name: 'ann', count: 1 },
        { name: 'ben', count: 1 },
      ],
    })
    expect((await call('GET', '/api/tasks')).body).toMatchObject({
      tasks: [
        { documentId: 'a', lockedBy: 'ann' },
        { documentId: 'b', lockedBy: 'ben' },
      ],
    })
    await call('DELETE', '/api/tasks/a/lock?holder=ann-page-1')
    expect((await claim('cem-page-1')).documentId).toBe('a')
  })

  it('are given the whole task with the claim where they ask for it', async () => {
    desk = await openReviewServer([task('a', 3)])
    const whole = await claim('ann-page-1', { whole: true })
    expect(whole).toEqual((await call('GET', '/api/tasks/a')).body)
    expect(whole).toHaveProperty('definition.name', 'invoice')
  })

  it('free a task by silence: whoever asks next gets it, and the first hears so', async () => {
    let time = 1_000_000
    const { openLocks } = await import('../../../../connectors/redis/locks.ts')
    desk = await openReviewServer([task('a', 3)], {
      locks: openLocks(null, '', () => time),
      now: () => time,
    })
    await claim('ann-page-1')
    time += 60_000
    expect(
      (await call('POST', '/api/tasks/a/lock', { holder: 'ann-page-1', reviewer: 'ann' })).status,
    ).toBe(200) // still there
    time += 89_000
    expect((await claim('ben-page-1')).code).toBe('NOTHING_FREE')
    time += 2_000
    expect((await claim('ben-page-1')).documentId).toBe('a')
    expect(
      await call('POST', '/api/tasks/a/lock', { holder: 'ann-page-1', reviewer: 'ann' }),
    ).toMatchObject({ status: 409, body: { code: 'LOCKED', by: 'ben' } })
    expect(await verdict('a', 'ann', { holder: 'ann-page-1' })).toMatchObject({
      status: 409,
      body: { code: 'LOCKED' },
    })
    // a tool without locks goes by the revision
    expect((await verdict('a', 'tool')).status).toBe(201)
  })

  it('may take a task over, which is written down', async () => {
    const log: Json[] = []
    desk = await openReviewServer([task('a', 3)], { audit: async (entry) => void log.push(entry) })
    await claim('ann-page-1')
    expect(
      (
        await call('POST', '/api/tasks/a/lock', {
          holder: 'ben-page-1',
          reviewer: 'ben',
          force: true,
        })
      ).status,
    ).toBe(200)
    expect(log).toMatchObject([
      { actor: 'ben', action: 'took_over', target: 'a', detail: { from: 'ann' } },
    ])
  })

  it('are given other tasks than those that somebody has fetched ahead, as long as there are others', async () => {
    desk = await openReviewServer([task('a', 4), task('b', 3), task('c', 2)])
    await claim('ann-page-1')
    expect(
      (await call('POST', '/api/tasks/ahead', { holder: 'ann-page-1', skip: ['a'] })).body
        .documentId,
    ).toBe('b')
    expect((await claim('ben-page-1')).documentId).toBe('c')
    expect((await claim('cem-page-1')).documentId).toBe('b')
    expect((await claim('ann-page-1', { skip: ['a'], prefer: 'b' })).code).toBe('NOTHING_FREE')
  })
})

describe('a second pair of eyes', () => {
  it('is another person’s, above the amount; what both said is kept', async () => {
    desk = await openReviewServer(
      [
        task('dear', 3, {
          fields: [found(printWords(invoiceLines), 'grand_total', '1469.06', '1.469,06')],
        }),
        task('cheap', 2, {
          fields: [found(printWords(invoiceLines), 'grand_total', '74.00', '74,00')],
        }),
      ],
      { secondAbove: 1000 },
    )
    expect([(await verdict('dear', 'ann')).status, (await verdict('cheap', 'ann')).status]).toEqual(
      [201, 201],
    )
    expect((await call('GET', '/api/tasks')).body).toMatchObject({
      open: 1,
      tasks: [{ documentId: 'dear', second: true, nextRevision: 2 }],
    })
    expect(await claim('ann-page-1')).toMatchObject({ code: 'NOTHING_FREE', waitForSecond: 1 })
    expect(await verdict('dear', 'ann', { revision: 2 })).toMatchObject({
      status: 409,
      body: { code: 'SAME_PERSON' },
    })
    expect((await claim('ben-page-1')).documentId).toBe('dear')
    expect((await verdict('dear', 'ben', { revision: 2 })).status).toBe(201)
    expect((await call('GET', '/api/tasks')).body.open).toBe(0)
    expect(
      desk.log.map(({ reviewer, secondWanted, revision }) => [reviewer, secondWanted, revision]),
    ).toEqual([
      ['ann', true, 1],
      ['ann', false, 1],
      ['ben', false, 2],
    ])
  })
})

describe('who may be the second one', () => {
  const dear = () =>
    task('dear', 3, {
      fields: [found(printWords(invoiceLines), 'grand_total', '1469.06', '1.469,06')],
    })
  const paying = (value: string) => ({ fields: [{ name: 'grand_total', value }] })
  const answer = async (name: string, path: string, body: object): Promise<unknown> => {
    const { status, body: said } = await call(
      'POST',
      path,
      { reviewer: 'x', decision: 'confirmed', ...body },
      `token of ${name}`,
    )
    return status === 201 ? 201 : [status, said.code]
  }
  beforeEach(async () => {
    const people = accountsTable()
    for (const [name, role] of [
      ['rob', 'reviewer'],
      ['rita', 'reviewer'],
      ['pia', 'approver'],
      ['paul', 'approver'],
    ] as const)
      people.set(
        name,
        userOf(name, { ...recordedRole(role), tokenHash: tokenHash(`token of ${name}`) }),
      )
    const { accounts } = madeAccounts({ people })
    desk = await openReviewServer([dear()], { accounts, secondAbove: 1000 })
  })
  const wanted = () => desk.log.map(({ reviewer, secondWanted }) => [reviewer, secondWanted])

  it('is an approver, not another reviewer, and never who gave the answer', async () => {
    expect(await answer('rob', '/api/tasks/dear/verdict', { revision: 1 })).toBe(201)
    expect(await answer('rita', '/api/tasks/dear/verdict', { revision: 2 })).toEqual([403, 'ROLE'])
    const claimed = { holder: 'page-of-rita', reviewer: 'rita' }
    expect((await call('POST', '/api/tasks/claim', claimed, 'token of rita')).body).toMatchObject({
      code: 'NOTHING_FREE',
    })
    expect(await answer('pia', '/api/tasks/dear/verdict', { revision: 2 })).toBe(201)
    expect(wanted()).toEqual([
      ['rob', true],
      ['pia', false],
    ])
  })

  it('is yet another one where the second changes what is paid', async () => {
    await answer('pia', '/api/tasks/dear/verdict', { revision: 1 })
    expect(await answer('pia', '/api/tasks/dear/verdict', { revision: 2 })).toEqual([
      409,
      'SAME_PERSON',
    ])
    const changed = { revision: 2, ...paying('2469.06') }
    expect(await answer('paul', '/api/tasks/dear/verdict', changed)).toBe(201)
    expect(await answer('paul', '/api/tasks/dear/verdict', { revision: 3 })).toEqual([
      409,
      'SAME_PERSON',
    ])
    expect(
      await answer('pia', '/api/tasks/dear/verdict', { revision: 3, ...paying('2469.06') }),
    ).toBe(201)
    expect(wanted()).toEqual([
      ['pia', true],
      ['paul', true],
      ['pia', false],
    ])
  })

  it('is wanted also where the answer says less, or corrects what two had agreed on', async () => {
    await answer('rob', '/api/tasks/dear/verdict', { revision: 1, ...paying('10.00') })
    await answer('pia', '/api/tasks/dear/verdict', { revision: 2, ...paying('10.00') })
    const more = { revision: 3, ...paying('90000.00') }
    expect(await answer('rob', '/api/documents/dear/verdict', more)).toBe(201)
    expect(wanted()).toEqual([
      ['rob', true],
      ['pia', false],
      ['rob', true],
    ])
    expect((await call('GET', '/api/tasks', undefined, 'token of pia')).body).toMatchObject({
      open: 1,
      tasks: [{ documentId: 'dear', second: true }],
    })
  })
})

describe('accounts', () => {
  const user = (name: string, role: User['role'], changes: Partial<User> = {}): User =>
    userOf(name, { role, tokenHash: tokenHash(`token of ${name}`), subject: null, ...changes })
  const withPeople = (...users: User[]) => {
    const people = accountsTable()
    for (const one of users) people.set(one.name, one)
    return { people, accounts: madeAccounts({ people, now: () => 1000 }).accounts }
  }

  it('decide who may do what, and whose name stands in the verdict', async () => {
    const log: Json[] = []
    const { people, accounts } = withPeople(
      user('rita', 'reader'),
      user('rob', 'reviewer', { profiles: ['receipt'] }),
      user('olga', 'operator'),
    )
    const entry: Audit = {
      at: 5,
      actor: 'olga',
      role: 'operator',
      action: 'promoted',
      target: 'invoice/3',
      detail: {},
    }
    const receipt = { profile: 'receipt', fields: [], lineItems: [] }
    desk = await openReviewServer([task('a', 3), task('b', 2, receipt)], {
      accounts,
      audit: async (one) => void log.push(one),
      auditLog: () => [entry],
    })
    const status = async (method: string, path: string, name: string | null, body?: unknown) =>
      (await call(method, path, body, name === null ? undefined : `token of ${name}`)).status
    expect(
      await Promise.all([
        status('GET', '/api/tasks', null),
        status('GET', '/api/tasks', 'nobody'),
        status('GET', '/api/tasks', 'rita'),
        status('GET', '/api/audit', 'rob'),
        status('GET', '/api/audit', 'olga'),
      ]),
    ).toEqual([401, 401, 200, 403, 200])
    expect(
      await status('POST', '/api/tasks/a/verdict', 'rita', {
        revision: 1,
        reviewer: 'rob',
        decision: 'confirmed',
      }),
    ).toBe(403)
    expect(
      (await call('POST', '/api/tasks/claim', { holder: 'page-of-rob' }, 'token of rob')).body
        .documentId,
    ).toBe('b')
    expect(
      (
        await call(
          'POST',
          '/api/tasks/claim',
          { holder: 'page-of-rob', skip: ['b'] },
          'token of rob',
        )
      ).body,
    ).toMatchObject({ code: 'NOTHING_FREE', notYours: 1 })
    expect(
      (
        await call(
          'POST',
          '/api/tasks/claim',
          { holder: 'page-of-rob', skip: ['b'], everything: true },
          'token of rob',
        )
      ).body.documentId,
    ).toBe('a')
    await call(
      'POST',
      '/api/tasks/b/verdict',
      { revision: 1, reviewer: 'the boss', decision: 'confirmed' },
      'token of rob',
    )
    expect(desk.log).toMatchObject([{ documentId: 'b', reviewer: 'rob' }])
    expect(log).toMatchObject([
      { action: 'refused' },
      { action: 'refused' },
      { action: 'refused' },
      { actor: 'rob', action: 'answered', target: 'b' },
    ])
    people.set('rob', null)
    expect(await status('GET', '/api/tasks', 'rob')).toBe(401) // at the very next request
  })
})

describe('before an answer is given', () => {
  const values = (changes: Readonly<Record<string, string | null>>) => ({
    fields: makeTask()
      .fields.map(({ name, value, words }) =>
        name in changes ? { name, value: changes[name] } : { name, value, words },
      )
      .filter(({ value }) => value != null),
    lineItems: makeTask().lineItems.map((row) => ({
      cells: row.cells.map(({ name, value, words }) => ({ name, value, words })),
    })),
  })

  it('says which checks hold between the values as they are', async () => {
    desk = await openReviewServer([makeTask()])
    const failed = async (changes: Record<string, string>) =>
      ((await call('POST', '/api/documents/d-1/check', values(changes))).body.checks as Json[])
        .filter((one) => one.outcome === 'failed')
        .map((one) => one.name)
    expect([
      await failed({}),
      await failed({ grand_total: '1.469,06' }),
      await failed({ grand_total: '1469.06', iban: 'DE00370400440532013000' }),
    ]).toEqual([['totals_add_up'], [], ['iban']])
  })

  it('says what it would teach: the rule that teach will make', async () => {
    desk = await openReviewServer([makeTask()])
    const lessons = async (changes: Record<string, string | null>) =>
      (await call('POST', '/api/tasks/d-1/lesson', values(changes))).body
    expect(await lessons({})).toMatchObject({ vendor: 'vat:DE136695976', lessons: [] })
    expect(await lessons({ seller_name: 'Nordlicht' })).toMatchObject({
      lessons: [{ field: 'seller_name', state: 'active', value: 'Nordlicht', verdicts: 1 }],
    })
    expect((await lessons({ issue_date: 'never' })).lessons).toEqual([])
  })

  it('reads the rows of a box that was drawn', async () => {
    desk = await openReviewServer([makeTask()])
    const { rows } = (
      await call('POST', '/api/documents/d-1/rows', { page: 1, box: [500, 2500, 5600, 3050] })
    ).body as { rows: { cells: { name: string; value: string }[] }[] }
    expect(
      rows.map(({ cells }) => cells.find((cell) => cell.name === 'line_total')?.value),
    ).toEqual(['74.00', '93.80'])
  })

  it('keeps what shall not be learnt', async () => {
    desk = await openReviewServer([makeTask()])
    await verdict('d-1', 'ann', {
      ...values({ seller_name: 'Nordlicht' }),
      declined: ['seller_name', 'no such field'],
    })
    expect(desk.log).toMatchObject([{ decision: 'corrected', declined: ['seller_name'] }])
  })
})
