/** Accounts and the audit log through a real broker: what one process writes, another one goes by. */

import { addUser, auditCommand, listUsers, removeUser } from '../../deploy/users.ts'
import { connect, type Connection } from '../../deploy/connect.ts'
import { openAccounts, type AccountsPart } from '../../deploy/parts/accounts.ts'
import { ensureTopics } from '../../deploy/topics.ts'
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

async function said(work: () => Promise<number>): Promise<{ readonly code: number; readonly out: string }> {
  const [out, err] = [jest.spyOn(process.stdout, 'write').mockReturnValue(true), jest.spyOn(process.stderr, 'write').mockReturnValue(true)]
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
  const { code, out } = await said(() => addUser(config, 'ann', { ...asked, role: 'reviewer' }, false))
  const token = out.trim()
  expect([code, /^errata_t\.[\w-]{43}$/.test(token)]).toEqual([0, true])
  await until(() => part.accounts.people.count() === 1)
  expect(part.accounts.people.byToken(token)).toMatchObject({ name: 'ann', role: 'reviewer', profiles: ['invoice'] })
  expect(JSON.stringify(part.accounts.people.list())).not.toContain(token)

  expect((await said(() => addUser(config, 'ann', { ...asked, role: 'reviewer' }, false))).code).toBe(1)
  const other = (await said(() => addUser(config, 'ann', { ...asked, role: 'operator' }, true))).out.trim()
  await until(() => part.accounts.people.byToken(other) !== null)
  expect(part.accounts.people.byToken(token)).toBeNull()
  expect((await said(() => listUsers(config))).out).toMatch(/^ann +operator +token/)

  await part.audit({ actor: 'ann', role: 'operator', action: 'took_over', target: 'd-1', detail: { from: 'ben' } })
  await said(() => removeUser(config, 'ann'))
  await until(() => part.accounts.people.count() === 0 && part.auditLog().length === 4)
  expect(part.auditLog().map(({ action, target }) => [action, target])).toEqual([['removed_user', 'ann'], ['took_over', 'd-1'], ['added_user', 'ann'], ['added_user', 'ann']])
  const log = await said(() => auditCommand(config, { actor: 'ann', action: null, target: null, json: true }))
  expect(log.out.trim().split('\n').map((line) => JSON.parse(line) as unknown)).toMatchObject([{ actor: 'ann', action: 'took_over', target: 'd-1', detail: { from: 'ben' } }])
})
