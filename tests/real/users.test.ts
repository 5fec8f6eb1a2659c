/**
 * Accounts and the audit log through a real broker: what one process writes, another one goes by.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBlobs } from '../../connectors/blobs/blobs.ts'
import {
  addUser,
  auditCommand,
  changeUser,
  listUsers,
  removeUser,
  resetPassword,
} from '../../cli/users.ts'
import type { Account } from '../../processors/review/accounts.ts'
import { bySession, byToken, stateOfSubject } from '../../processors/review/identity.ts'
import { connect, type Connection } from '../../operations/connect.ts'
import { openAccounts, type AccountsPart } from '../../deploy/services/accounts.ts'
import { fixedProfiles, type ServiceContext } from '../../deploy/services/service.ts'
import { startTrainer } from '../../deploy/services/trainer.ts'
import { ensureTopics } from '../../operations/topics.ts'
import { openPort } from '../ports.ts'
import { testConfig } from '../stack.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const config = testConfig()
let connection: Connection
let part: AccountsPart

beforeAll(async () => {
  connection = await connect(config, silent)
  await ensureTopics(connection.cluster, config)
  part = openAccounts({ config, connection, log: silent })
  await part.ready
})
afterAll(async () => {
  await part?.stop()
  await connection?.close()
})

async function said(
  work: () => Promise<number>,
): Promise<{ readonly code: number; readonly out: string }> {
  const [out, err] = [
    jest.spyOn(process.stdout, 'write').mockReturnValue(true),
    jest.spyOn(process.stderr, 'write').mockReturnValue(true),
  ]
  try {
    const code = await work()
    return { code, out: out.mock.calls.map(([text]) => String(text)).join('') }
  } finally {
    out.mockRestore()
    err.mockRestore()
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((done) => setTimeout(done, 25))
}

const asked = { subject: null, profiles: ['invoice'], vendors: [], password: false }
const same = { role: null, profiles: null, vendors: null, disabled: null }
const who = (token: string): Account | null =>
  byToken(token, part.accounts, Date.now())?.account ?? null

test('an account counts at once and ends at once; its token is kept by its hash only; all of it is in the audit log', async () => {
  expect((await said(() => addUser(config, 'ann', { ...asked, role: 'king' }, false))).code).toBe(2)
  const { code, out } = await said(() =>
    addUser(config, 'ann', { ...asked, role: 'reviewer' }, false),
  )
  const token = out.trim()
  expect([code, /^errata_t\.[\w-]{43}$/.test(token)]).toEqual([0, true])
  await until(() => part.accounts.people.count() === 1)
  expect(who(token)).toMatchObject({
    name: 'ann',
    role: 'reviewer',
    profiles: ['invoice'],
  })
  expect(JSON.stringify(part.accounts.people.list())).not.toContain(token)

  expect(
    (await said(() => addUser(config, 'ann', { ...asked, role: 'reviewer' }, false))).code,
  ).toBe(1)
  const other = (
    await said(() => addUser(config, 'ann', { ...asked, role: 'operator' }, true))
  ).out.trim()
  await until(() => who(other) !== null)
  expect(who(token)).toBeNull()
  expect((await said(() => listUsers(config))).out).toMatch(/^ann +operator +token/)

  await part.audit({
    actor: 'ann',
    role: 'operator',
    action: 'took_over',
    target: 'd-1',
    detail: { from: 'ben' },
  })
  await said(() => removeUser(config, 'ann', false))
  await until(() => part.accounts.people.count() === 0 && part.auditLog().length === 4)
  expect(part.auditLog().map(({ action, target }) => [action, target])).toEqual([
    ['removed_user', 'ann'],
    ['took_over', 'd-1'],
    ['added_user', 'ann'],
    ['added_user', 'ann'],
  ])
  const log = await said(() =>
    auditCommand(config, { actor: 'ann', action: null, target: null, json: true }),
  )
  expect(
    log.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toMatchObject([{ actor: 'ann', action: 'took_over', target: 'd-1', detail: { from: 'ben' } }])
})

test('a name that nobody may have is refused, and so is one that looks like another', async () => {
  for (const name of ['', ' ', 'a\u200bnn', 'Token'])
    expect(
      (await said(() => addUser(config, name, { ...asked, role: 'reviewer' }, false))).code,
    ).toBe(2)
  await said(() => addUser(config, 'ann', { ...asked, role: 'reviewer' }, false))
  expect(
    (await said(() => addUser(config, 'ANN', { ...asked, role: 'reviewer' }, true))).code,
  ).toBe(1)
  await said(() => removeUser(config, 'ann', false))
  await until(() => part.accounts.people.count() === 0)
})

test('a password of `users add` is good for a login at any instance, whose session all others know and end', async () => {
  const other = openAccounts({ config, connection, log: silent })
  try {
    await other.ready
    const account = { ...asked, role: 'approver', password: true }
    const password = (await said(() => addUser(config, 'pia', account, false))).out.trim()
    await until(() => part.accounts.people.find('pia') !== null)
    const given = { name: 'pia', password, address: '192.0.2.1' }
    const begun = await part.logins.byPassword(given)
    const known = async ({ accounts }: AccountsPart): Promise<Account | null> => {
      await accounts.arrival(begun.session.key)
      const times = { now: Date.now(), idleMs: accounts.idleMs }
      return bySession(begun.secret, accounts, times)?.account ?? null
    }
    for (const one of [part, other])
      expect(await known(one)).toMatchObject({
        name: 'pia',
        role: 'approver',
        mustChangePassword: true,
      })
    const held = JSON.stringify(other.accounts.credentials.of('pia'))
    for (const secret of [password, begun.secret]) expect(held).not.toContain(secret)
    expect((await said(() => changeUser(config, 'pia', { ...same, role: 'analyst' }))).code).toBe(0)
    await until(() => part.accounts.people.find('pia')?.roleName === 'analyst')
    expect(await known(part)).toBeNull()
    const reset = (await said(() => resetPassword(config, 'pia'))).out.trim()
    await until(() => other.accounts.credentials.get('password pia')?.account !== undefined)
    const again = await other.logins.byPassword({ ...given, password: reset })
    await part.accounts.arrival(again.session.key)
    await part.logins.end(again.session)
    await until(() => other.accounts.credentials.get(again.session.key) === null)
    expect((await said(() => listUsers(config))).out).toMatch(/^pia +analyst +password/)
    await said(() => removeUser(config, 'pia', false))
    await until(() => part.accounts.people.count() === 0)
    await until(() => other.accounts.credentials.get('password pia') === null)
  } finally {
    await other.stop()
  }
})

test('who logs in elsewhere is kept out everywhere by `users remove`, with an account or without, after a restart too', async () => {
  const remove = async (name: string, bySubject: boolean): Promise<number> =>
    (await said(() => removeUser(config, name, bySubject))).code
  await said(() =>
    addUser(config, 'dan', { ...asked, subject: 'dan@example', role: 'reviewer' }, false),
  )
  const { people } = part.accounts
  await until(() => people.count() === 1)
  expect([stateOfSubject('dan@example', people), stateOfSubject('eve@example', people)]).toEqual([
    people.find('dan')?.changedAt,
    0,
  ])
  expect([
    await remove('dan', false),
    await remove('eve@example', false),
    await remove('eve@example', true),
  ]).toEqual([0, 1, 0])
  await until(() => people.removed().length === 2)
  const everywhere = openAccounts({ config, connection, log: silent })
  try {
    await everywhere.ready
    for (const table of [people, everywhere.accounts.people]) {
      expect([
        stateOfSubject('dan@example', table),
        stateOfSubject('eve@example', table),
        table.any(),
      ]).toEqual([null, null, false])
    }
  } finally {
    await everywhere.stop()
  }
  expect((await said(() => listUsers(config))).out).toMatch(
    /^dan +removed +dan@example.*\neve@example +removed +eve@example/,
  )
  await said(() =>
    addUser(config, 'eve', { ...asked, subject: 'eve@example', role: 'reviewer' }, false),
  )
  await until(() => people.count() === 1)
  expect(stateOfSubject('eve@example', people)).toBe(people.find('eve')?.changedAt)
  await said(() => removeUser(config, 'eve', false))
  await until(() => people.count() === 0)
})

test('where there are accounts the trainer begins nothing for who has none, nor for who only looks', async () => {
  const home = mkdtempSync(join(tmpdir(), 'errata-trainer-access-'))
  const trainerPort = await openPort()
  const settings = { ...config, trainCron: '', trainCount: 0, trainerPort }
  const context: ServiceContext = {
    config: settings,
    home,
    connection,
    blobs: openBlobs(join(home, 'blobs')),
    profiles: fixedProfiles(new Map()),
    log: silent,
  }
  const tokenOf = async (role: string): Promise<string> =>
    (await said(() => addUser(config, role, { ...asked, profiles: [], role }, false))).out.trim()
  const tokens = {
    reader: await tokenOf('reader'),
    reviewer: await tokenOf('reviewer'),
    operator: await tokenOf('operator'),
  }
  const trainer = await startTrainer(context)
  try {
    await until(() => trainer.problems().length === 0)
    const url = `http://127.0.0.1:${trainerPort}/trainings`
    const ask = async (token: string | null, method = 'POST'): Promise<number> => {
      const headers = {
        'idempotency-key': 'a key',
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      }
      return (
        await fetch(url, {
          method,
          headers,
          ...(method === 'GET' ? {} : { body: '{"profile":"none"}' }),
        })
      ).status
    }
    expect([
      await ask(null),
      await ask(null, 'GET'),
      await ask('wrong'),
      await ask('wrong', 'GET'),
    ]).toEqual([401, 401, 401, 401])
    expect([
      await ask(tokens.reader),
      await ask(tokens.reviewer),
      await ask(tokens.operator),
    ]).toEqual([403, 403, 400]) // 400: no such profile
    expect(await ask(tokens.reader, 'GET')).toBe(200)
    await until(() =>
      part
        .auditLog()
        .some(
          ({ action, detail }) => action === 'refused' && detail['route'] === 'POST /trainings',
        ),
    )
  } finally {
    await trainer.stop()
    rmSync(home, { recursive: true, force: true })
    for (const role of Object.keys(tokens)) await said(() => removeUser(config, role, false))
  }
})
