/**
 * Logging in by password over HTTP, and what somebody could try who isn't let in: two instances that
 * follow the same accounts, real cookies, real scrypt.
 */

import { idleMs, lifeMs, madeAccounts, operator, type MadeAccounts } from '../../../accounts.ts'
import { passwordKey } from '../../../../processors/review/credentials.ts'
import { openReviewServer, type ReviewServer } from '../../../review-server.ts'

const password = 'three blind mice run'
let clock = Date.now()
let minutes = 0
let made: MadeAccounts
let here: ReviewServer
let there: ReviewServer // another instance

beforeAll(async () => {
  made = madeAccounts({ now: () => clock }, () => minutes++ * 60_000)
  const open = (): Promise<ReviewServer> =>
    openReviewServer([], { ...made, now: () => clock, auditLog: () => [] })
  ;[here, there] = [await open(), await open()]
})
afterEach(() => {
  const { people, credentials } = made.accounts
  clock = Date.now()
  for (const { name } of people.list()) {
    for (const { key } of [...credentials.of(name), { key: passwordKey(name) }])
      credentials.set(key, null)
    people.set(name, null)
  }
  made.trail.length = 0
})
afterAll(async () => {
  await Promise.all([here.close(), there.close()])
})

type Headers = Readonly<Record<string, string>>
const page: Headers = { 'sec-fetch-site': 'same-origin' }

async function call(
  at: ReviewServer,
  method: string,
  path: string,
  { body, headers = page }: { readonly body?: unknown; readonly headers?: Headers } = {},
): Promise<Response> {
  const type: Headers = body === undefined ? {} : { 'content-type': 'application/json' }
  return fetch(at.url + path, {
    method,
    headers: { ...type, ...headers },
    redirect: 'manual',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

const cookieOf = (response: Response): string =>
  (response.headers.getSetCookie()[0] ?? '').split(';')[0] ?? ''
const withCookie = (cookie: string, headers: Headers = page): Headers => ({ ...headers, cookie })
const me = async (at: ReviewServer, cookie: string): Promise<number> =>
  (await call(at, 'GET', '/api/me', { headers: withCookie(cookie) })).status

/** Somebody with a password of their own. */
async function enrol(name: string, role: 'reviewer' | 'operator' = 'reviewer'): Promise<void> {
  const first = await made.desk.add(
    { name, role, subject: null, profiles: [], vendors: [] },
    { by: operator, secret: 'password' },
  )
  await made.desk.changePassword(name, { current: first ?? '', next: password }, operator)
}

async function logIn(at: ReviewServer, name: string, given = password): Promise<Response> {
  return call(at, 'POST', '/api/login', { body: { name, password: given } })
}

test('a person logs in at one instance, is known at all of them, and after logging out at none', async () => {
  await enrol('ann')
  const response = await logIn(here, 'Ann')
  const [line = ''] = response.headers.getSetCookie()
  expect([response.status, response.headers.get('cache-control')]).toEqual([204, 'no-store'])
  expect(line).toMatch(
    /^errata_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=36000$/,
  )
  const cookie = cookieOf(response)
  const who = await call(there, 'GET', '/api/me', { headers: withCookie(cookie) })
  expect(await who.json()).toMatchObject({
    name: 'ann',
    role: 'reviewer',
    kind: 'user',
    rights: ['look', 'answer'],
    login: 'password',
    mustChangePassword: false,
  })
  const out = await call(there, 'POST', '/api/logout', { headers: withCookie(cookie) })
  expect([out.status, out.headers.getSetCookie()[0]]).toEqual([
    204,
    expect.stringContaining('Max-Age=0'),
  ])
  expect([await me(here, cookie), await me(there, cookie)]).toEqual([401, 401])
  expect(made.trail.map(({ action }) => action)).toEqual([
    'added_user',
    'changed_password',
    'login',
    'logout',
  ])
  const kept = JSON.stringify([made.trail, made.accounts.credentials.of('ann')])
  expect(kept).not.toContain(password)
  expect(kept).not.toContain(cookie.split('=')[1])
})

test('behind TLS the cookie is one that nobody else can set', async () => {
  const secure = await openReviewServer([], {
    ...made,
    publicUrl: 'https://errata.example',
    config: { token: null, host: '127.0.0.1', publicUrl: 'https://errata.example' },
  })
  try {
    await enrol('ann')
    const response = await logIn(secure, 'ann')
    const [line = ''] = response.headers.getSetCookie()
    expect(line).toMatch(/^__Host-errata_session=[\w-]{43}; Path=\/; .*; Secure$/)
    const secret = cookieOf(response).split('=')[1] ?? ''
    expect(await me(secure, `__Host-errata_session=${secret}`)).toBe(200)
    expect(await me(secure, `errata_session=${secret}`)).toBe(401)
  } finally {
    await secure.close()
  }
})

describe('a session ends', () => {
  let cookie = ''
  beforeEach(async () => {
    await enrol('ann')
    await enrol('olga', 'operator')
    cookie = cookieOf(await logIn(here, 'ann'))
    expect(await me(there, cookie)).toBe(200)
  })
  const careful = { by: operator, careful: true }

  test.each<[string, () => Promise<unknown> | void]>([
    ['with the account', () => made.desk.remove('ann', careful)],
    ['where the account is disabled', () => made.desk.change('ann', { disabled: true }, careful)],
    ['with a change of role', () => made.desk.change('ann', { role: 'analyst' }, careful)],
    ['with a change of scope', () => made.desk.change('ann', { vendors: ['v'] }, careful)],
    ['with a new password', () => made.desk.resetPassword('ann', operator)],
    [
      'with the account, also where the same name is added again',
      async () => {
        await made.desk.remove('ann', careful)
        await enrol('ann')
      },
    ],
    ['after it was not used for so long', () => void (clock += idleMs)],
    ['so long after the login', () => void (clock += lifeMs)],
  ])('%s', async (_, end) => {
    await end()
    expect([await me(here, cookie), await me(there, cookie)]).toEqual([401, 401])
  })

  test('also while it listens to events', async () => {
    const events = await call(there, 'GET', '/api/events', { headers: withCookie(cookie) })
    const reader = (events.body as ReadableStream<Uint8Array>).getReader()
    await reader.read()
    await made.desk.remove('ann', careful)
    while (!(await reader.read()).done);
    expect(await me(there, cookie)).toBe(401)
  })

  test('of other browsers when its owner changes the password, who goes on in a new one', async () => {
    const other = cookieOf(await logIn(here, 'ann'))
    const changed = await call(here, 'PUT', '/api/me/password', {
      body: { current: password, next: 'four and twenty blackbirds' },
      headers: withCookie(cookie),
    })
    expect(changed.status).toBe(204)
    expect([await me(there, cookie), await me(there, other)]).toEqual([401, 401])
    expect(await me(there, cookieOf(changed))).toBe(200)
    expect((await logIn(here, 'ann')).status).toBe(401)
  })
})

describe('a first password', () => {
  test('allows nothing but changing it, and is gone then', async () => {
    const account = {
      name: 'ben',
      role: 'operator',
      subject: null,
      profiles: [],
      vendors: [],
    } as const
    const first = (await made.desk.add(account, { by: operator, secret: 'password' })) ?? ''
    const cookie = cookieOf(await logIn(here, 'ben', first))
    const ask = async (path: string) => call(here, 'GET', path, { headers: withCookie(cookie) })
    expect(await (await ask('/api/tasks')).json()).toMatchObject({
      status: 403,
      code: 'PASSWORD_CHANGE',
    })
    expect((await ask('/api/users')).status).toBe(403)
    expect(await (await ask('/api/me')).json()).toMatchObject({ mustChangePassword: true })
    const change = async (next: string) =>
      call(here, 'PUT', '/api/me/password', {
        body: { current: first, next },
        headers: withCookie(cookie),
      })
    for (const next of [first, 'short', 'x'.repeat(300)])
      expect((await change(next)).status).toBe(422)
    const changed = await change(password)
    expect(changed.status).toBe(204)
    expect(await me(here, cookieOf(changed))).toBe(200)
    expect((await logIn(here, 'ben', first)).status).toBe(401)
  })

  test('that nobody used for a week is none', async () => {
    const account = {
      name: 'ben',
      role: 'reviewer',
      subject: null,
      profiles: [],
      vendors: [],
    } as const
    const first = (await made.desk.add(account, { by: operator, secret: 'password' })) ?? ''
    clock += 7 * 86_400_000
    expect((await logIn(here, 'ben', first)).status).toBe(401)
  })
})

describe('is not let in', () => {
  test('whoever guesses: unknown and known names are answered alike', async () => {
    await enrol('ann')
    const answers = []
    for (const name of ['ann', 'nobody', '__proto__', 'ann ann', "' OR 1=1 --"]) {
      const response = await logIn(here, name, 'not the password')
      answers.push([response.status, await response.text(), response.headers.get('set-cookie')])
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]).toMatchObject([401, expect.stringContaining('LOGIN_WRONG'), null])
    // what was typed in the place of a name may be a password
    const refused = made.trail.filter(({ action }) => action === 'refused')
    expect(refused.map(({ target }) => target)).toEqual(['ann', null, null, null, null])
  })

  test.each([
    ['none', ''],
    ['a made-up one', `errata_session=${'A'.repeat(43)}`],
    ['one that is too long', `errata_session=${'A'.repeat(4000)}`],
    ['the hash of a real one', 'HASH'],
    ['two of them', 'TWICE'],
    ['another name', 'OTHER'],
  ])('a request with a forged cookie: %s', async (_, forged) => {
    await enrol('ann')
    const cookie = cookieOf(await logIn(here, 'ann'))
    const [session] = made.accounts.credentials.of('ann')
    const cookies: Readonly<Record<string, string>> = {
      HASH: `errata_session=${session?.key.split(' ')[1] ?? ''}`,
      TWICE: `errata_session=${'A'.repeat(43)}; ${cookie}`,
      OTHER: `__Host-${cookie}`,
    }
    expect(await me(here, cookies[forged] ?? forged)).toBe(401)
  })

  test('who puts a session there before the login: it is another afterwards, and the old one is over', async () => {
    await enrol('ann')
    await enrol('mallory')
    const planted = cookieOf(await logIn(here, 'mallory'))
    const response = await call(here, 'POST', '/api/login', {
      body: { name: 'ann', password },
      headers: withCookie(planted),
    })
    const cookie = cookieOf(response)
    expect(cookie).not.toBe(planted)
    expect([await me(here, planted), await me(here, cookie)]).toEqual([401, 200])
  })

  test.each<[string, Headers]>([
    ['another site, as browsers say', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour of the same site', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['no origin at all', { origin: 'null' }],
    ['nothing that says where', {}],
    ['an address that somebody typed', { 'sec-fetch-site': 'none' }],
  ])('a change by cookie from %s', async (_, headers) => {
    await enrol('olga', 'operator')
    const cookie = cookieOf(await logIn(here, 'olga'))
    for (const [method, path, body] of [
      ['POST', '/api/users', { name: 'eve', role: 'operator' }],
      ['DELETE', '/api/users/olga', undefined],
      ['PUT', '/api/me/password', { current: password, next: 'of somebody else' }],
      ['POST', '/api/me/tokens', { label: 'x', role: 'operator', days: 1 }],
      ['POST', '/api/logout', undefined],
    ] as const) {
      const asked = { body, headers: withCookie(cookie, headers) }
      expect([path, (await call(here, method, path, asked)).status]).toEqual([path, 403])
    }
    expect(made.accounts.people.list().map(({ name }) => name)).toEqual(['olga'])
    expect(await me(here, cookie)).toBe(200)
  })

  test('a form of another site, whatever type it claims', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const response = await fetch(`${here.url}/api/login`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: JSON.stringify({ name: 'mallory', password }),
      })
      expect(response.status).toBe(415)
    }
  })

  test('a bearer token that is not valid, whatever cookie comes with it; and a valid one counts first', async () => {
    await enrol('ann')
    await enrol('olga', 'operator')
    const cookie = cookieOf(await logIn(here, 'ann'))
    const session = cookieOf(await logIn(here, 'olga'))
    const made1 = await call(here, 'POST', '/api/me/tokens', {
      body: { label: 'export', role: 'analyst', days: 30 },
      headers: withCookie(session),
    })
    const { token } = (await made1.json()) as { token: string }
    const both = async (bearer: string) =>
      call(here, 'GET', '/api/me', {
        headers: { ...withCookie(cookie), authorization: `Bearer ${bearer}` },
      })
    expect((await both('errata_t.wrong')).status).toBe(401)
    expect(await (await both(token)).json()).toMatchObject({ name: 'olga', role: 'analyst' })
  })

  test('who sends too much', async () => {
    const body = { name: 'ann', password: 'x'.repeat(10_000) }
    expect((await call(here, 'POST', '/api/login', { body })).status).toBe(413)
    const long = { name: 'ann', password: 'x'.repeat(2000) }
    expect((await call(here, 'POST', '/api/login', { body: long })).status).toBe(400)
  })
})

describe('tries', () => {
  test('are slowed down by account and address, and come back with time', async () => {
    await enrol('ann')
    await enrol('ben')
    minutes = 0
    const still = madeAccounts({ ...made.accounts }, () => minutes * 60_000)
    const attempt = async (name: string, given: string, address: string): Promise<string> =>
      still.logins.byPassword({ name, password: given, address }).then(
        () => 'in',
        (error: { code: string }) => error.code,
      )
    expect(await attempt('ann', password, '192.0.2.1')).toBe('in') // this address is familiar
    const wrong = await Promise.all(
      Array.from({ length: 12 }, () => attempt('ann', 'wrong', '198.51.100.1')),
    )
    expect(wrong.filter((code) => code === 'LOGIN_WAIT')).toHaveLength(2)
    expect(await attempt('ann', password, '198.51.100.1')).toBe('LOGIN_WAIT')
    expect(await attempt('ben', password, '198.51.100.1')).toBe('in') // a neighbour behind it
    // many addresses on one account: whoever logged in before is not kept out by that
    for (let host = 1; host <= 40; host++) {
      const code = await attempt('ann', 'wrong', `203.0.113.${host}`)
      expect(['LOGIN_WRONG', 'LOGIN_WAIT']).toContain(code)
    }
    expect(await attempt('ann', password, '203.0.113.99')).toBe('LOGIN_WAIT')
    expect(await attempt('ann', password, '192.0.2.1')).toBe('in')
    minutes = 1
    expect(await attempt('ann', password, '203.0.113.99')).toBe('in')
  })
})

describe('API tokens', () => {
  const make = async (cookie: string, role: string, days = 30) =>
    call(here, 'POST', '/api/me/tokens', {
      body: { label: 'nightly export', role, days },
      headers: withCookie(cookie),
    })
  const asked = async (token: string): Promise<number> =>
    (await fetch(`${there.url}/api/tasks`, { headers: { authorization: `Bearer ${token}` } }))
      .status

  test('are shown once, do at most what their owner may, expire, and end at once', async () => {
    await enrol('ann')
    const cookie = cookieOf(await logIn(here, 'ann'))
    const { token, id } = (await (await make(cookie, 'operator')).json()) as Record<string, string>
    const headers = { authorization: `Bearer ${token}` }
    const who = await call(there, 'GET', '/api/me', { headers })
    expect(await who.json()).toMatchObject({ name: 'ann', role: 'reviewer', login: null })
    const listed = await call(here, 'GET', '/api/me/tokens', { headers: withCookie(cookie) })
    const text = await listed.text()
    expect(JSON.parse(text)).toMatchObject({
      tokens: [{ id, label: 'nightly export', role: 'reviewer', lastUsedAt: null }],
    })
    expect(text).not.toContain(token)
    // a token makes no tokens, and changes no password
    const more = { label: 'more', role: 'analyst', days: 366 }
    expect((await call(here, 'POST', '/api/me/tokens', { body: more, headers })).status).toBe(409)
    const body = { current: password, next: 'of somebody else' }
    expect((await call(here, 'PUT', '/api/me/password', { body, headers })).status).toBe(409)
    await call(here, 'DELETE', `/api/me/tokens/${id}`, { headers: withCookie(cookie) })
    expect(await asked(token ?? '')).toBe(401)
    const { token: short } = (await (await make(cookie, 'analyst', 1)).json()) as {
      token: string
    }
    expect(await asked(short)).toBe(200)
    clock += 86_400_000
    expect(await asked(short)).toBe(401)
  })

  test('end with their owner, and nobody ends those of others', async () => {
    await enrol('ann')
    await enrol('ben')
    const [ann, ben] = [cookieOf(await logIn(here, 'ann')), cookieOf(await logIn(here, 'ben'))]
    const { token, id } = (await (await make(ann, 'analyst')).json()) as Record<string, string>
    const foreign = await call(here, 'DELETE', `/api/me/tokens/${id}`, { headers: withCookie(ben) })
    expect([foreign.status, await asked(token ?? '')]).toEqual([404, 200])
    await made.desk.change('ann', { role: 'analyst' }, { by: operator, careful: false })
    expect(await asked(token ?? '')).toBe(200)
    await made.desk.remove('ann', { by: operator, careful: false })
    await enrol('ann')
    expect(await asked(token ?? '')).toBe(401)
  })
})

describe('operators', () => {
  let cookie = ''
  const ask = async (method: string, path: string, body?: unknown): Promise<Response> =>
    call(here, method, path, { body, headers: withCookie(cookie) })
  beforeEach(async () => {
    await enrol('olga', 'operator')
    cookie = cookieOf(await logIn(here, 'olga'))
  })

  test('add, change, disable, reset and remove, and all of it is in the audit log', async () => {
    const added = await ask('POST', '/api/users', { name: 'ben', role: 'approver' })
    const { password: first } = (await added.json()) as { password: string }
    expect([added.status, first]).toEqual([201, expect.stringMatching(/^(\w{6}-){3}\w{6}$/)])
    expect((await logIn(there, 'ben', first)).status).toBe(204)
    expect((await ask('PATCH', '/api/users/ben', { vendors: ['acme'] })).status).toBe(204)
    expect(await (await ask('GET', '/api/users')).json()).toMatchObject({
      users: [
        { name: 'ben', role: 'approver', vendors: ['acme'], password: 'one-time', disabled: false },
        { name: 'olga', role: 'operator', password: 'own' },
      ],
    })
    expect((await ask('PATCH', '/api/users/ben', { disabled: true })).status).toBe(204)
    expect((await logIn(there, 'ben', first)).status).toBe(401)
    await ask('PATCH', '/api/users/ben', { disabled: false })
    const reset = (await (await ask('POST', '/api/users/ben/password')).json()) as {
      password: string
    }
    expect((await logIn(there, 'ben', first)).status).toBe(401)
    expect((await logIn(there, 'ben', reset.password)).status).toBe(204)
    expect((await ask('DELETE', '/api/users/ben')).status).toBe(204)
    expect((await logIn(there, 'ben', reset.password)).status).toBe(401)
    expect(made.trail.filter(({ target }) => target === 'ben').map(({ action }) => action)).toEqual(
      [
        'added_user',
        'changed_user',
        'changed_user',
        'refused',
        'changed_user',
        'reset_password',
        'refused',
        'removed_user',
      ],
    )
    const said = JSON.stringify(made.trail)
    for (const secret of [first, reset.password]) expect(said).not.toContain(secret)
  })

  test.each([
    [
      'a name that is there',
      'POST',
      '/api/users',
      { name: 'OLGA', role: 'analyst' },
      409,
      'NAME_TAKEN',
    ],
    [
      'a name that is none',
      'POST',
      '/api/users',
      { name: ' ', role: 'analyst' },
      422,
      'NAME_INVALID',
    ],
    [
      'a role that is none',
      'POST',
      '/api/users',
      { name: 'x', role: 'king' },
      400,
      'REQUEST_INVALID',
    ],
    ['somebody unknown', 'PATCH', '/api/users/x', { role: 'analyst' }, 404, 'USER_UNKNOWN'],
    ['the last operator', 'DELETE', '/api/users/olga', undefined, 409, 'LAST_OPERATOR'],
    ['the last operator', 'PATCH', '/api/users/olga', { role: 'analyst' }, 409, 'LAST_OPERATOR'],
    ['the last operator', 'PATCH', '/api/users/olga', { disabled: true }, 409, 'LAST_OPERATOR'],
  ])('are refused %s: %s %s', async (_, method, path, body, status, code) => {
    const response = await ask(method, path, body)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(await response.json()).toMatchObject({ status, code })
  })

  test('are told which role is needed where they are none', async () => {
    await enrol('rob')
    cookie = cookieOf(await logIn(here, 'rob'))
    expect(await (await ask('GET', '/api/users')).json()).toMatchObject({
      code: 'ROLE',
      message: 'this needs the role operator',
      roles: ['operator'],
    })
  })
})
