/**
 * Accounts and the audit log through a real broker: what one process writes, another one goes by.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBlobs } from '../../connectors/blobs/blobs.ts'
import { addUser, auditCommand, listUsers, removeUser } from '../../cli/users.ts'
import { connect, type Connection } from '../../operations/connect.ts'
import { openAccounts, type AccountsPart } from '../../deploy/services/accounts.ts'
import { fixedProfiles, type ServiceContext } from '../../deploy/services/service.ts'
import { startTrainer } from '../../deploy/services/trainer.ts'
import { freePort } from '../../deploy/stack/ports.ts'
import { ensureTopics } from '../../operations/topics.ts'
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

const asked = { subject: null, profiles: ['invoice'], vendors: [] }

test('an account counts at once and ends at once; its token is kept by its hash only; all of it is in the audit log', async () => {
  expect((await said(() => addUser(config, 'ann', { ...asked, role: 'king' }, false))).code).toBe(2)
  const { code, out } = await said(() =>
    addUser(config, 'ann', { ...asked, role: 'reviewer' }, false),
  )
  const token = out.trim()
  expect([code, /^errata_t\.[\w-]{43}$/.test(token)]).toEqual([0, true])
  await until(() => part.accounts.people.count() === 1)
  expect(part.accounts.people.byToken(token)).toMatchObject({
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
  await until(() => part.accounts.people.byToken(other) !== null)
  expect(part.accounts.people.byToken(token)).toBeNull()
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

test('who logs in elsewhere is kept out everywhere by `users remove`, with an account or without, after a restart too', async () => {
  const claims = (subject: string) =>
    ({ subject, name: subject, role: 'operator', since: Date.now() }) as const
  const remove = async (name: string, bySubject: boolean): Promise<number> =>
    (await said(() => removeUser(config, name, bySubject))).code
  await said(() =>
    addUser(config, 'dan', { ...asked, subject: 'dan@example', role: 'reviewer' }, false),
  )
  const { people } = part.accounts
  await until(() => people.count() === 1)
  const [dan, eve] = [claims('dan@example'), claims('eve@example')]
  expect([people.bySession(dan)?.name, people.bySession(eve)?.role]).toEqual(['dan', 'operator'])
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
        table.bySession(claims('dan@example')),
        table.bySession(claims('eve@example')),
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
  expect([people.bySession(eve), people.bySession(claims('eve@example'))?.name]).toEqual([
    null,
    'eve',
  ])
  await said(() => removeUser(config, 'eve', false))
  await until(() => people.count() === 0)
})

test('where there are accounts the trainer begins nothing for who has none, nor for who only looks', async () => {
  const home = mkdtempSync(join(tmpdir(), 'errata-trainer-access-'))
  const trainerPort = await freePort(28_382, new Set())
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
