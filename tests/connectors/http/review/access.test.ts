/**
 * Tokens that fail, requests that come through proxies, and who is taken for being at the machine.
 */

import { madeAccounts } from '../../../accounts.ts'
import Fastify, { type FastifyInstance } from 'fastify'
import { register } from 'prom-client'
import {
  openAccess,
  secure,
  secureOptions,
  type AccountSource,
} from '../../../../connectors/http/review/review.ts'
import { mostFailures } from '../../../../connectors/http/failed-tokens.ts'
import { accountsTable, tokenHash } from '../../../../processors/review/accounts.ts'
import { userOf } from '../../../records.ts'

const token = 'the token of the service'
const ann = 'a token of ann'
const here = { host: '127.0.0.1', publicUrl: null, trustedProxies: null }
const minute = 60_000 // ms
let app: FastifyInstance
let clock = 1_700_000_000_000
let audited: { readonly action: string; readonly detail?: Readonly<Record<string, string>> }[] = []

function accountsOf(names: readonly string[]): AccountSource {
  const people = accountsTable()
  for (const name of names)
    people.set(name, userOf(name, { tokenHash: tokenHash(`a token of ${name}`) }))
  return madeAccounts({ people, now: () => clock }).accounts
}

interface Settings {
  readonly token: string | null
  readonly host: string
  readonly publicUrl: string | null
  readonly trustedProxies: string | null
}

function open(changes: Partial<Settings>, accounts: AccountSource = accountsOf([])): void {
  const config: Settings = { ...here, token: null, ...changes }
  audited = []
  const audit = async (entry: (typeof audited)[number]): Promise<void> => void audited.push(entry)
  const access = openAccess({ config, accounts, audit, now: () => clock })
  app = Fastify(secureOptions(access, config))
  secure(app, access)
  void app.register(async (scope) => {
    scope.addHook('onRequest', access.guard)
    scope.get('/', async () => 'let in')
  })
}
afterEach(async () => app.close())

interface Answer {
  readonly status: number
  readonly wait: number
}

async function ask(
  headers: Record<string, string> = {},
  remoteAddress = '127.0.0.1',
): Promise<Answer> {
  const { statusCode, headers: given } = await app.inject({ url: '/', headers, remoteAddress })
  return { status: statusCode, wait: Number(given['retry-after'] ?? 0) }
}

const bearer = (text: string): Record<string, string> => ({ authorization: `Bearer ${text}` })

async function failOften(address: string, tokenOf: (index: number) => string): Promise<number[]> {
  const statuses: number[] = []
  for (let index = 0; index <= mostFailures; index++) {
    statuses.push((await ask(bearer(tokenOf(index)), address)).status)
  }
  return statuses
}

describe('tokens that fail', () => {
  test('are refused with 429 and a time to wait once too many came from an address, until that time is over', async () => {
    open({ token }, accountsOf(['ann']))
    const statuses = await failOften('10.0.0.1', (index) => `wrong ${index}`)
    expect(statuses).toEqual([...Array<number>(mostFailures).fill(401), 429])
    const { status, wait } = await ask(bearer('another'), '10.0.0.1')
    expect([status, wait > 0 && wait <= 60]).toEqual([429, true])
    clock += wait * 1000
    expect((await ask(bearer('another'), '10.0.0.1')).status).toBe(401)
  })

  test('lock out nobody at another address', async () => {
    open({ token }, accountsOf(['ann']))
    await failOften('10.0.0.1', (index) => `wrong ${index}`)
    expect((await ask(bearer(token), '10.0.0.2')).status).toBe(200)
    expect((await ask(bearer('wrong'), '10.0.0.2')).status).toBe(401)
  })

  test('who guesses is not told when the guess is right, and who has an account behind the same address works on', async () => {
    open({ token }, accountsOf(['ann']))
    await failOften('10.0.0.1', (index) => `wrong ${index}`)
    expect((await ask(bearer(token), '10.0.0.1')).status).toBe(429)
    expect((await ask(bearer(ann), '10.0.0.1')).status).toBe(200)
    clock += minute
    expect((await ask(bearer(token), '10.0.0.1')).status).toBe(200)
  })

  test('one and the same, as a page goes on sending it, keeps no program behind the same address out', async () => {
    open({ token }, accountsOf(['ann']))
    await failOften('10.0.0.1', () => 'a token that was taken away')
    expect((await ask(bearer(token), '10.0.0.1')).status).toBe(200)
  })

  test('count together for one network of IPv6', async () => {
    open({ token })
    await failOften('2001:db8::1', (index) => `wrong ${index}`)
    expect((await ask(bearer('x'), '2001:db8:0:0:7::2')).status).toBe(429)
    expect((await ask(bearer('x'), '2001:db8:0:1::2')).status).toBe(401)
  })

  test('are counted in a metric, and a few a second stand in the audit log', async () => {
    const counted = async (): Promise<number> => {
      const { values } = await (
        register.getSingleMetric('errata_failed_tokens_total') as NonNullable<
          ReturnType<typeof register.getSingleMetric>
        >
      ).get()
      return values.reduce((sum, { value }) => sum + value, 0)
    }
    open({ token })
    const before = await counted()
    await failOften('10.0.0.9', (index) => `wrong ${index}`)
    expect((await counted()) - before).toBe(mostFailures + 1)
    expect(audited).toHaveLength(5)
    expect(audited[0]).toMatchObject({
      action: 'refused',
      detail: { why: 'an unknown token', route: 'GET /', address: '10.0.0.9' },
    })
    clock += 1000
    await ask(bearer('wrong'), '10.0.0.9')
    expect(audited).toHaveLength(6)
  })

  test('matter to nobody who needs none', async () => {
    open({})
    const statuses = await failOften('127.0.0.1', (index) => `left over ${index}`)
    expect(new Set(statuses)).toEqual(new Set([200]))
  })
})

describe('without a token, an account or a login', () => {
  test('whoever sits at the machine is let in, by names that no foreign page can have', async () => {
    open({})
    const statuses = await Promise.all(
      ['127.0.0.1:8080', 'localhost', '[::1]:80', 'evil.example', '10.0.0.7'].map(
        async (host) => (await ask({ host })).status,
      ),
    )
    expect(statuses).toEqual([200, 200, 200, 403, 401])
  })

  test.each([
    ['X-Forwarded-For', { 'x-forwarded-for': '203.0.113.9' }],
    ['Forwarded', { forwarded: 'for=203.0.113.9' }],
    ['X-Real-IP', { 'x-real-ip': '203.0.113.9' }],
    ['X-Forwarded-Proto', { 'x-forwarded-proto': 'https' }],
    ['X-Forwarded-Host', { 'x-forwarded-host': 'errata.example' }],
    ['Via', { via: '1.1 proxy' }],
    ['an empty X-Forwarded-For', { 'x-forwarded-for': '' }],
  ])('a request that a proxy passed on (%s) needs a token', async (_, headers) => {
    open({})
    expect((await ask(headers as Record<string, string>)).status).toBe(401)
  })

  test('a proxy that is named lets nobody be local, also where it says nothing', async () => {
    open({ trustedProxies: '127.0.0.1' })
    expect((await ask()).status).toBe(401)
  })
})

describe('behind a proxy that is trusted', () => {
  test('callers are told apart by what it says of them, and by nothing that others say', async () => {
    open({ token, trustedProxies: '10.1.0.0/16, ::1' })
    for (let index = 0; index <= mostFailures; index++)
      await ask({ ...bearer(`wrong ${index}`), 'x-forwarded-for': '203.0.113.9' }, '10.1.2.3')
    expect(
      (await ask({ ...bearer('wrong'), 'x-forwarded-for': '203.0.113.9' }, '10.1.2.3')).status,
    ).toBe(429)
    expect(
      (await ask({ ...bearer('wrong'), 'x-forwarded-for': '203.0.113.10' }, '10.1.2.3')).status,
    ).toBe(401)
    expect(
      (await ask({ ...bearer('wrong'), 'x-forwarded-for': '203.0.113.9' }, '10.2.2.3')).status,
    ).toBe(401)
  })

  test('the name that browsers use is the one that it says', async () => {
    open({ token, trustedProxies: '10.1.0.0/16', publicUrl: 'https://errata.example' })
    const asked = {
      ...bearer(token),
      host: 'internal',
      origin: 'https://errata.example',
      'x-forwarded-host': 'errata.example',
    }
    expect((await ask(asked, '10.1.2.3')).status).toBe(200)
    expect(
      (
        await ask(
          { ...asked, origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' },
          '10.2.2.3',
        )
      ).status,
    ).toBe(403)
  })
})
