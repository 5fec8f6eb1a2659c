/**
 * The review API over real HTTP with the real store. The log is an array here: what a real broker
 * does to it is tried end to end elsewhere.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { request as rawRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openQuota } from '../../../../connectors/http/quota.ts'
import { openTaskStore } from '../../../../connectors/http/review/review.ts'
import type { Audit, Task } from '../../../../schemas/types.ts'
import { makeTask, openReviewServer, verdictOn, type ReviewServer } from '../../../review-server.ts'

let desk: ReviewServer
afterEach(async () => desk.close())

interface Json {
  readonly [name: string]: Json
}

const get = async (path: string, headers: Record<string, string> = {}) =>
  fetch(desk.url + path, { headers })
const post = async (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(desk.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const answer = (changes: object = {}) => ({
  revision: 1,
  reviewer: 'mara',
  decision: 'confirmed',
  openedAt: 1,
  ...changes,
})
const verdictPath = '/api/tasks/d-1/verdict'

describe('reading', () => {
  it('lists open tasks, gives the next one and each whole', async () => {
    desk = await openReviewServer([
      makeTask(),
      makeTask({ documentId: 'd/2 ü', sha256: 'c'.repeat(64), priority: 9, profile: 'receipt' }),
    ])
    const list = (await (await get('/api/tasks?limit=1')).json()) as Json
    expect(list).toMatchObject({
      open: 2,
      closed: 0,
      ready: true,
      tasks: [{ documentId: 'd/2 ü', nextRevision: 1, state: 'open' }],
    })
    expect(
      await (await get(`/api/tasks?after=${String(list.next as unknown)}`)).json(),
    ).toMatchObject({
      next: null,
      tasks: [{ documentId: 'd-1' }],
    })
    expect(await (await get('/api/tasks?profile=invoice')).json()).toMatchObject({
      tasks: [{ documentId: 'd-1' }],
    })
    expect(await (await get('/api/tasks/next')).json()).toMatchObject({ documentId: 'd/2 ü' })
    expect(
      await (
        await get(`/api/tasks/next?skip=${encodeURIComponent(encodeURIComponent('d/2 ü'))}`)
      ).json(),
    ).toMatchObject({ documentId: 'd-1' })
    const task = makeTask()
    const whole = (await (await get('/api/tasks/d-1')).json()) as Json
    expect(whole).toMatchObject({
      fields: task.fields,
      lineItems: task.lineItems,
      checks: task.checks,
      words: task.words,
      pageList: task.pages,
      definition: { name: 'invoice' },
      truth: null,
    })
    expect((await get(`/api/tasks/${encodeURIComponent('d/2 ü')}`)).status).toBe(200)
    expect([
      (await get('/api/tasks/none')).status,
      (await get('/api/tasks?limit=0')).status,
    ]).toEqual([404, 400])
  })

  it('serves pages as encoded images that a browser may keep, and nothing for other pages', async () => {
    desk = await openReviewServer([makeTask()])
    const page = await get('/api/documents/d-1/pages/1?width=900')
    expect([
      page.status,
      page.headers.get('content-type'),
      page.headers.get('cache-control'),
      page.headers.get('x-content-type-options'),
    ]).toEqual([200, 'image/webp', 'private, max-age=3600', 'nosniff'])
    expect(
      Buffer.from(await page.arrayBuffer())
        .subarray(8, 12)
        .toString(),
    ).toBe('WEBP')
    expect(
      (
        await get('/api/documents/d-1/pages/1?width=900', {
          'if-none-match': page.headers.get('etag') ?? '',
        })
      ).status,
    ).toBe(304)
    expect([
      (await get('/api/documents/d-1/pages/2')).status,
      (await get('/api/documents/none/pages/1')).status,
    ]).toEqual([404, 404])
  })

  it('says what a text means and where it stands', async () => {
    desk = await openReviewServer([makeTask()])
    const read = async (body: object) =>
      (await post('/api/documents/d-1/read', body)).json() as Promise<Json>
    expect(await read({ field: 'grand_total', text: '1469.06' })).toMatchObject({
      value: '1469.06',
      raw: '1.469,06',
      page: 1,
      problem: null,
    })
    expect(await read({ field: 'issue_date', text: 'soon' })).toMatchObject({
      value: null,
      problem: expect.stringContaining('Not a date'),
    })
    expect(await read({ field: 'lineItems.unit_price', text: '18,5' })).toMatchObject({
      raw: '18,50',
    })
    expect((await post('/api/documents/d-1/read', { field: 'colour', text: 'x' })).status).toBe(404)
  })

  it('says what the cells of a table mean, in their order', async () => {
    desk = await openReviewServer([makeTask()])
    const read = (cells: object[]) => post('/api/documents/d-1/read-cells', { cells })
    const answer = await read([
      { field: 'lineItems.unit_price', text: ' 18,5 ' },
      { field: 'lineItems.quantity', text: '' },
      { field: 'lineItems.line_total', text: 'much' },
    ])
    expect(((await answer.json()) as Json).readings).toMatchObject([
      { value: '18.5', raw: null, words: [], problem: null },
      { value: null, problem: null },
      { value: null, problem: expect.stringContaining('Not a') },
    ])
    expect((await read([{ field: 'lineItems.colour', text: 'red' }])).status).toBe(404)
    const many = Array.from({ length: 1_001 }, () => ({ field: 'lineItems.quantity', text: '1' }))
    expect((await read(many)).status).toBe(400)
  })

  it('documents every route in OpenAPI 3.1', async () => {
    desk = await openReviewServer()
    const document = (await (await get('/api/openapi.json')).json()) as Json
    expect(document.openapi).toBe('3.1.0')
    expect(
      Object.keys(document.paths ?? {})
        .filter((path) => !path.startsWith('/api/analytics/'))
        .sort(),
    ).toEqual([
      '/api/analytics',
      '/api/audit',
      '/api/documents/{documentId}/check',
      '/api/documents/{documentId}/pages/{page}',
      '/api/documents/{documentId}/read',
      '/api/documents/{documentId}/read-cells',
      '/api/documents/{documentId}/rows',
      '/api/documents/{documentId}/verdict',
      '/api/events',
      '/api/me',
      '/api/tasks',
      '/api/tasks/ahead',
      '/api/tasks/claim',
      '/api/tasks/next',
      '/api/tasks/{documentId}',
      '/api/tasks/{documentId}/lesson',
      '/api/tasks/{documentId}/lock',
      '/api/tasks/{documentId}/verdict',
    ])
    expect(document.paths?.['/api/tasks/{documentId}/verdict']?.post?.responses).toMatchObject({
      201: {},
      401: {},
      403: {},
      409: {},
      422: {},
      503: {},
    })
  })
})

describe('a verdict', () => {
  it('is answered only after it is in the log, closes the task and is complete', async () => {
    desk = await openReviewServer([makeTask()])
    const response = await post(
      verdictPath,
      answer({ fields: [{ name: 'grand_total', value: '1.469,06' }] }),
    )
    expect([response.status, await response.json()]).toEqual([
      201,
      { documentId: 'd-1', revision: 1, decision: 'corrected', partition: 0, offset: '0' },
    ])
    expect(desk.log).toMatchObject([
      {
        revision: 1,
        reviewer: 'mara',
        basis: 'review',
        words: makeTask().words,
        fields: [{ name: 'grand_total', value: '1469.06' }],
      },
    ])
    expect(await (await get('/api/tasks')).json()).toMatchObject({ open: 0, closed: 1, tasks: [] })
    expect(await (await get('/api/tasks/d-1')).json()).toMatchObject({
      state: 'closed',
      nextRevision: 2,
      truth: { fields: [{ value: '1469.06' }] },
    })
  })

  it('lets exactly one of many that race win', async () => {
    desk = await openReviewServer([makeTask()])
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => post(verdictPath, answer({ reviewer: `r${i}` }))),
    )
    expect(answers.map((response) => response.status).sort((a, b) => a - b)).toEqual([
      201,
      ...Array<number>(7).fill(409),
    ])
    expect(desk.log).toHaveLength(1)
    const stale = answers.find((response) => response.status === 409)
    expect(await stale?.json()).toMatchObject({
      code: 'VERDICT_STALE',
      latest: { revision: 1, reviewer: desk.log[0]?.reviewer },
    })
  })

  it.each([0, 2, 7])('with revision %d where 1 is next is refused', async (revision) => {
    desk = await openReviewServer([makeTask()])
    expect((await post(verdictPath, answer({ revision }))).status).toBe(revision === 0 ? 400 : 409)
    expect(desk.log).toEqual([])
  })

  it('answers 429 to a reviewer who gives too many answers in a minute, and to nobody else', async () => {
    desk = await openReviewServer([makeTask()], { quota: openQuota('verdicts', 1, () => 0) })
    expect((await post(verdictPath, answer({ revision: 7 }))).status).toBe(409)
    const refused = await post(verdictPath, answer())
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60'])
    expect(desk.log).toEqual([])
    expect((await post(verdictPath, answer({ reviewer: 'ben' }))).status).toBe(201)
  })

  it('on a reading that has been replaced is stale, since word indexes belong to one reading', async () => {
    desk = await openReviewServer([makeTask()])
    const { version } = (await (await get('/api/tasks/d-1')).json()) as Json
    desk.add(makeTask({ fields: [] }))
    expect(
      (await post(verdictPath, answer({ basedOn: version as unknown as string }))).status,
    ).toBe(409)
  })

  const whole = { fields: [{ name: 'currency', value: 'EUR' }], lineItems: [] }
  const asksAccount = [{ code: 'account_changed', field: 'iban', detail: null }]
  it.each<[string, Partial<Task>, object, number]>([
    ['counts where the same words were read again', { fields: [] }, whole, 201],
    ['counts where that was accepted', { fields: [], reasons: [], closed: true }, whole, 201],
    ['is stale where it repeats what was read', { fields: [] }, {}, 409],
    ['is stale where other words were read', { words: makeTask({}, []).words }, whole, 409],
    ['is stale where an account is asked about by now', { reasons: asksAccount }, whole, 409],
    ['is stale where other bytes came', { sha256: 'f'.repeat(64) }, whole, 409],
  ])('on an earlier reading %s', async (_, change, given, status) => {
    desk = await openReviewServer([makeTask()])
    const { version } = (await (await get('/api/tasks/d-1')).json()) as Json
    desk.add(makeTask(change))
    const body = answer({ ...given, basedOn: version as unknown as string })
    expect((await post(verdictPath, body)).status).toBe(status)
  })

  it('is not saved while the broker is away, and can be given again when it is back', async () => {
    desk = await openReviewServer([makeTask()])
    desk.broken = true
    const refused = await post(verdictPath, answer())
    expect([
      refused.status,
      refused.headers.get('retry-after'),
      ((await refused.json()) as Json).code,
    ]).toEqual([503, '5', 'BROKER_UNREACHABLE'])
    expect(await (await get('/api/tasks')).json()).toMatchObject({ open: 1 })
    desk.broken = false
    expect((await post(verdictPath, answer())).status).toBe(201)
  })

  it('waits until the log has been read, since revisions are not known before', async () => {
    desk = await openReviewServer([makeTask()], { ready: () => false })
    expect((await post(verdictPath, answer())).status).toBe(503)
  })

  it('tells each field that is wrong, without repeating what it says', async () => {
    desk = await openReviewServer([makeTask()])
    const response = await post(
      verdictPath,
      answer({
        fields: [
          { name: 'issue_date', value: 'CANARY' },
          { name: 'colour', value: 'CANARY' },
        ],
      }),
    )
    const text = await response.text()
    expect([response.status, text.includes('CANARY')]).toEqual([422, false])
    expect(JSON.parse(text)).toMatchObject({
      code: 'VERDICT_INVALID',
      problems: [{ field: 'issue_date' }, { field: 'colour' }],
    })
  })

  it('says how the reviewer came to fields that there are, in words that there are', async () => {
    desk = await openReviewServer([makeTask()])
    const refused = await Promise.all(
      [{ colour: 'looked' }, { currency: 'guessed' }].map(async (evidence) => {
        const response = await post(verdictPath, answer({ evidence }))
        return [response.status, ((await response.json()) as { code: string }).code]
      }),
    )
    expect(refused).toEqual([
      [422, 'VERDICT_INVALID'],
      [400, 'REQUEST_INVALID'],
    ])
    const evidence = { currency: 'looked', iban: 'passed' }
    expect((await post(verdictPath, answer({ evidence }))).status).toBe(201)
    expect(desk.log).toMatchObject([{ evidence }])
  })

  it('has to name an account that the task asks about, and says in place of which it stands', async () => {
    const [known, account] = ['DE02120300000000202051', 'DE89370400440532013000']
    const audited: Omit<Audit, 'at' | 'detail'>[] = []
    desk = await openReviewServer(
      [makeTask({ reasons: [{ code: 'account_changed', field: 'iban', detail: known }] })],
      { audit: async (entry) => void audited.push(entry) },
    )
    for (const body of [answer(), answer({ fields: [{ name: 'currency', value: 'EUR' }] })]) {
      const refused = await post(verdictPath, body)
      expect(refused.status).toBe(422)
      expect(await refused.json()).toMatchObject({
        code: 'VERDICT_INVALID',
        problems: [{ field: 'iban', reason: expect.stringContaining('name the field') }],
      })
    }
    expect([desk.log, audited]).toEqual([[], []])
    const fields = [{ name: 'iban', value: 'DE89 3704 0044 0532 0130 00' }]
    expect((await post(verdictPath, answer({ fields }))).status).toBe(201)
    expect(audited).toContainEqual({
      actor: 'mara',
      role: expect.anything(),
      action: 'confirmed_account',
      target: 'vat:DE136695976',
      detail: { document: 'd-1', revision: '1', field: 'iban', account, in_place_of: known },
    })
    const again = (body: object) => post('/api/documents/d-1/verdict', answer(body))
    expect((await again({ revision: 2 })).status).toBe(422)
    const count = audited.length
    expect((await again({ revision: 2, fields: [{ name: 'iban', value: known }] })).status).toBe(
      201,
    )
    expect((await again({ revision: 3, fields: [{ name: 'iban', value: null }] })).status).toBe(201)
    expect((await again({ revision: 4, decision: 'rejected', comment: 'fraud' })).status).toBe(201)
    expect(audited.slice(count).map(({ action }) => action)).not.toContain('confirmed_account')
  })

  it.each<[string, unknown, number]>([
    ['no JSON', '{', 400],
    ['a list', [], 400],
    ['no reviewer', { revision: 1, decision: 'confirmed' }, 400],
    ['a decision of its own', answer({ decision: 'perhaps' }), 400],
    ['more than a mebibyte', answer({ comment: 'x'.repeat(1_100_000) }), 413],
  ])('with %s is refused', async (_, body, status) => {
    desk = await openReviewServer([makeTask()])
    expect((await post(verdictPath, body)).status).toBe(status)
    expect(desk.log).toEqual([])
  })

  it('can be corrected later, one revision after the other, through the document', async () => {
    desk = await openReviewServer([makeTask()])
    await post(verdictPath, answer())
    // the task is closed
    expect((await post(verdictPath, answer({ revision: 2 }))).status).toBe(409)
    const path = '/api/documents/d-1/verdict'
    expect((await post(path, answer({ revision: 1 }))).status).toBe(409)
    expect((await post(path, answer({ revision: 2, fields: [] }))).status).toBe(201)
    expect(desk.log.map(({ revision, basis, decision }) => [revision, basis, decision])).toEqual([
      [1, 'review', 'confirmed'],
      [2, 'correction', 'corrected'],
    ])
  })
})

describe('security', () => {
  it('wants the bearer token where there is one, everywhere but on the pages', async () => {
    desk = await openReviewServer([makeTask()], { config: { token: 'secret', host: '0.0.0.0' } })
    const statuses = await Promise.all(
      [
        get('/api/tasks'),
        get('/api/tasks', { authorization: 'Bearer wrong' }),
        get('/api/tasks', { authorization: 'Basic secret' }),
        get('/api/documents/d-1/pages/1'),
        get('/api/events'),
        post(verdictPath, answer()),
      ].map(async (response) => (await response).status),
    )
    expect(statuses).toEqual([401, 401, 401, 401, 401, 401])
    expect((await get('/api/tasks', { authorization: 'Bearer secret' })).status).toBe(200)
    expect((await get('/review')).status).toBe(200)
  })

  it('without a token answers loopback names only, and no other site', async () => {
    desk = await openReviewServer([makeTask()])
    const asked = (host: string) =>
      new Promise<number>((done, fail) =>
        rawRequest(`${desk.url}/api/tasks`, { headers: { host } }, (response) =>
          done(response.resume().statusCode ?? 0),
        )
          .on('error', fail)
          .end(),
      )
    expect([
      await asked('evil.example'),
      await asked('localhost'),
      await asked('[::1]:80'),
    ]).toEqual([403, 200, 200])
    expect((await get('/api/tasks', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect(
      (await post(verdictPath, JSON.stringify(answer()), { 'content-type': 'text/plain' })).status,
    ).toBe(415)
  })

  it.each([
    '/',
    '/review',
    '/review/d-1',
    '/documents',
    '/dashboard',
    '/api/tasks',
    '/api/documents/d-1/pages/1',
  ])('sends the strict policy with %s and no cookie', async (path) => {
    desk = await openReviewServer([makeTask()])
    const { headers, status } = await get(path)
    expect([status, headers.get('set-cookie'), headers.get('x-content-type-options')]).toEqual([
      200,
      null,
      'nosniff',
    ])
    expect(headers.get('content-security-policy')).toMatch(
      /default-src 'self';.*frame-ancestors 'none'/,
    )
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe/)
  })

  it('serves the bundle from memory, small, kept for ever under its hash', async () => {
    desk = await openReviewServer()
    const html = await (await get('/review')).text()
    const names = [...html.matchAll(/\/assets\/[\w.-]+/g)].map((match) => match[0])
    expect(names).toHaveLength(3)
    expect(html).not.toMatch(/<script>|style=|https?:/)
    let total = 0
    for (const name of names) {
      const response = await get(name)
      expect(response.headers.get('cache-control')).toContain('immutable')
      total += Number(response.headers.get('content-length'))
    }
    expect(total).toBeLessThan(100_000)
  })
})

describe('events', () => {
  it('tell of opened and closed tasks', async () => {
    desk = await openReviewServer()
    const reader = ((await get('/api/events')).body as ReadableStream<Uint8Array>).getReader()
    let seen = ''
    const until = async (text: string): Promise<void> => {
      while (!seen.includes(text)) seen += new TextDecoder().decode((await reader.read()).value)
    }
    await until('event: counts\ndata: {"open":0,"closed":0}')
    desk.add(makeTask())
    await until('event: opened\ndata: {"documentId":"d-1"}')
    await post(verdictPath, answer())
    await until('event: closed\ndata: {"documentId":"d-1"}')
    await reader.cancel()
  })

  it('tell how store and trainer are at the first look, and after that what has changed', async () => {
    let [next, step] = ['1', 'snapshot']
    const away = async (): Promise<never> => Promise.reject(new Error('away'))
    const waiting = {
      ...{
        profile: 'invoice',
        state: 'queued' as const,
        askedAt: 1,
        startedAt: null,
        endedAt: null,
      },
      ...{ outcome: null, version: null, reasons: [], progress: null },
    } as const
    const upcoming = { waiting: {}, wanted: 0, at: null }
    desk = await openReviewServer([], {
      analytics: {
        query: async () => [
          { topic: 'x.raw', next },
          { topic: 'x.ocr', next: '1' },
        ],
        bytes: away,
      },
      operate: {
        models: () => [],
        rules: () => [],
        letters: async () => [],
        promote: away,
        rollback: away,
        setRule: away,
        revert: away,
        replay: away,
        onChange: () => () => {},
        trainer: () => ({
          reachable: true,
          trainings: [{ ...waiting, key: step }],
          next: upcoming,
        }),
      },
    })
    for (const time of ['first', 'again']) {
      const reader = ((await get('/api/events')).body as ReadableStream<Uint8Array>).getReader()
      let seen = ''
      const until = async (text: string): Promise<void> => {
        while (!seen.includes(text)) seen += new TextDecoder().decode((await reader.read()).value)
      }
      await until('event: stored\ndata: {"topics":["x.raw","x.ocr"]}')
      await until(`"key":"${step}"`)
      step = `${time} gate`
      next = `${next}0`
      await until('event: stored\ndata: {"topics":["x.raw"]}')
      await until(`"key":"${step}"`)
      await reader.cancel()
      await new Promise((done) => setTimeout(done, 2_100)) // looks twice at nobody
    }
  })
})

describe('the store', () => {
  it('has what was answered here until it is judged, and what counted before where it is refused', async () => {
    desk = await openReviewServer()
    const folder = mkdtempSync(join(tmpdir(), 'errata-store-'))
    const store = openTaskStore(folder)
    const task = makeTask()
    const at = (offset: bigint) => ({ partition: 0, offset })
    const truth = async () => {
      const { truth, summary } = (await store.get('d-1')) ?? {}
      const taught = (await store.examples(task.vendor.id)).map(({ comment }) => comment)
      return [truth?.comment ?? null, summary?.state, taught]
    }
    const verdict = verdictOn(task, { comment: 'first' })
    store.addTask('d-1', task, at(0n))
    store.give(verdict, at(7n))
    expect(await truth()).toEqual(['first', 'closed', ['first']])
    store.refuse('d-1', at(7n))
    expect(await truth()).toEqual([null, 'open', []])
    store.give(verdict, at(8n))
    store.addVerdict('d-1', verdict)
    store.give(verdictOn(task, { revision: 2, comment: 'second' }), at(9n))
    expect(await truth()).toEqual(['second', 'closed', ['second']])
    store.refuse('d-1', at(9n))
    expect((await truth()).slice(0, 2)).toEqual(['first', 'closed'])
    store.close()
    rmSync(folder, { recursive: true })
  })

  it('leaves nothing of a document that is erased', async () => {
    desk = await openReviewServer()
    const folder = mkdtempSync(join(tmpdir(), 'errata-store-'))
    const store = openTaskStore(folder)
    store.addTask('d-1', makeTask(), { partition: 0, offset: 0n })
    store.addTask('d-1', null, { partition: 0, offset: 1n })
    expect([
      await store.get('d-1'),
      readFileSync(join(folder, 'tasks.spill')).every((byte) => byte === 0),
    ]).toEqual([null, true])
    store.close()
    rmSync(folder, { recursive: true })
  })

  it('keeps 10,000 open tasks in one file and little memory, and begins empty again', async () => {
    desk = await openReviewServer()
    const folder = mkdtempSync(join(tmpdir(), 'errata-store-'))
    try {
      const store = openTaskStore(folder)
      const before = process.memoryUsage()
      const task = makeTask()
      for (let i = 0; i < 10_000; i++)
        store.addTask(
          `d${i}`,
          {
            ...task,
            documentId: `d${i}`,
            sha256: `${i}`,
            fileName: `${i}.pdf`,
            reasons: [...task.reasons],
          },
          { partition: 0, offset: BigInt(i) },
        )
      const after = process.memoryUsage()
      expect(store.counts().open).toBe(10_000)
      expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(
        200 * 1024 * 1024,
      )
      expect((await store.get('d9999'))?.task).toEqual({
        ...task,
        documentId: 'd9999',
        sha256: '9999',
        fileName: '9999.pdf',
      })
      const files = readdirSync(folder).map((name) => statSync(join(folder, name)))
      expect([files.length, files.every((file) => (file.mode & 0o077) === 0)]).toEqual([1, true])
      store.close()
      const again = openTaskStore(folder)
      expect([
        again.counts().open,
        await again.get('d9999'),
        statSync(join(folder, 'tasks.spill')).size,
      ]).toEqual([0, null, 0])
      again.close()
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
