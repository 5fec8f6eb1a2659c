/** Who a token or a session proves somebody to be, and when it no longer does. */

import { accountsTable, tokenHash } from '../../../processors/review/accounts.ts'
import {
  credentialsTable,
  passwordKey,
  seenKey,
  sessionKey,
  tokenKey,
} from '../../../processors/review/credentials.ts'
import { bySession, byToken, stateOfSubject } from '../../../processors/review/identity.ts'
import {
  hasRight,
  recordedRole,
  roleOf,
  roles,
  rolesWith,
} from '../../../processors/review/roles.ts'
import type { Credential, User } from '../../../schemas/types.ts'
import { credentialOf, userOf } from '../../records.ts'

const secret = 's'.repeat(43)
const hash = tokenHash(secret)
const start = 1_700_000_000_000
const idleMs = 1000

function known(user: User | null, ...held: readonly Credential[]) {
  const [people, credentials] = [accountsTable(), credentialsTable()]
  if (user !== null) people.set(user.name, user)
  for (const one of held) credentials.set(one.key, one)
  return { people, credentials }
}

const ann = userOf('ann', { subject: null, changedAt: 7, addedAt: 5 })
const password = credentialOf(passwordKey('ann'), { kind: 'password', createdAt: 9, account: 5 })
const session = credentialOf(sessionKey(hash), {
  kind: 'session',
  account: 7,
  password: 9,
  role: null,
  createdAt: start,
  expiresAt: start + 5000,
})
const at = (now: number) => ({ now, idleMs })

describe('a session', () => {
  test('is its person’s, with the role that they have now', () => {
    expect(bySession(secret, known(ann, password, session), at(start))?.account).toEqual({
      name: 'ann',
      role: 'reviewer',
      kind: 'user',
      profiles: [],
      vendors: [],
      login: 'password',
      mustChangePassword: false,
    })
  })

  test.each([
    ['another secret', known(ann, password, { ...session, key: sessionKey('other') }), start],
    ['it has expired', known(ann, password, session), start + 5000],
    ['it was not used for too long', known(ann, password, session), start + 1000],
    ['the account was removed', known(null, password, session), start],
    ['the account was disabled', known({ ...ann, disabled: true }, password, session), start],
    ['the account was changed', known({ ...ann, changedAt: 8 }, password, session), start],
    [
      'a clock that is behind changed it',
      known({ ...ann, changedAt: 6 }, password, session),
      start,
    ],
    ['the password was changed', known(ann, { ...password, createdAt: 10 }, session), start],
    ['the password is gone', known(ann, session), start],
  ])('is nobody’s where %s', (_, tables, now) => {
    expect(bySession(secret, tables, at(now))).toBeNull()
  })

  test('lives on while it is used, and no longer than it may', () => {
    const seen = (createdAt: number): Credential =>
      credentialOf(seenKey(hash), { kind: 'seen', createdAt })
    const used = known(ann, password, session, seen(start + 900))
    expect(bySession(secret, used, at(start + 1500))).not.toBeNull()
    const late = known(ann, password, session, seen(start + 4900))
    expect(bySession(secret, late, at(start + 5000))).toBeNull()
  })

  test('with a password that somebody else chose allows nothing but changing it', () => {
    const tables = known(ann, { ...password, oneTime: true }, session)
    expect(bySession(secret, tables, at(start))?.account.mustChangePassword).toBe(true)
  })

  test('a use that was noted after its end brings nothing back', () => {
    const tables = known(ann, password, credentialOf(seenKey(hash), { kind: 'seen' }))
    expect(bySession(secret, tables, at(start))).toBeNull()
  })
})

describe('a session from a provider', () => {
  const from = { ...session, user: 'ann', subject: 'ann@example', account: 0, role: 'operator' }
  const here = userOf('ann', { changedAt: 7 })

  test('has the role that the provider names, and a name that is nobody else’s', () => {
    expect(bySession(secret, known(null, from), at(start))?.account).toMatchObject({
      name: 'ann (ann@example)',
      role: 'operator',
      login: 'provider',
    })
  })

  test('is that of the account here', () => {
    const own = known(here, { ...from, account: 7 })
    expect(bySession(secret, own, at(start))?.account).toMatchObject({
      name: 'ann',
      role: 'reviewer',
    })
  })

  test.each([
    ['there is an account here since', known(here, from)],
    ['the account is another since', known({ ...here, changedAt: 8 }, { ...from, account: 7 })],
    ['they were removed here', known({ ...here, removed: true }, from)],
    ['they were disabled here', known({ ...here, disabled: true }, { ...from, account: 7 })],
  ])('is nobody’s where %s', (_, tables) => {
    expect(bySession(secret, tables, at(start))).toBeNull()
  })

  test('may begin for whoever was not removed or disabled', () => {
    const state = (user: User | null): number | null =>
      stateOfSubject('ANN@example', known(user).people)
    expect([
      state(null),
      state(here),
      state({ ...here, removed: true }),
      state({ ...here, disabled: true }),
    ]).toEqual([0, 7, null, null])
  })
})

describe('an API token', () => {
  const token = credentialOf(tokenKey(hash), { account: 5, role: 'operator', expiresAt: 100 })

  test.each([
    ['never more than its owner', 'operator', 'reviewer', 'reviewer'],
    ['no more than it was made for', 'analyst', 'operator', 'analyst'],
    [
      'nothing but looking by a role that this version does not know',
      'king',
      'operator',
      'analyst',
    ],
  ] as const)('may do %s', (_, made, owner, role) => {
    const tables = known({ ...ann, role: owner }, { ...token, role: made })
    expect(byToken(secret, tables, 0)?.account).toMatchObject({ name: 'ann', role })
  })

  test.each([
    ['it has expired', known(ann, token), 100],
    ['its owner was removed', known(null, token), 0],
    ['its owner was removed and added again', known({ ...ann, addedAt: 6 }, token), 0],
    ['its owner is disabled', known({ ...ann, disabled: true }, token), 0],
    ['it is a session', known(ann, password, session), start],
  ])('is nobody’s where %s', (_, tables, now) => {
    expect(byToken(secret, tables, now)).toBeNull()
  })
})

describe('roles', () => {
  test('are read back as they were recorded', () => {
    for (const role of roles) expect(roleOf(userOf('x', recordedRole(role)))).toBe(role)
  })

  test('are recorded for earlier versions without a right that they lack', () => {
    for (const role of roles) {
      const { role: recorded } = recordedRole(role)
      for (const right of ['look', 'answer', 'operate'] as const)
        expect([role, right, hasRight(recorded, right) && !hasRight(role, right)]).toEqual([
          role,
          right,
          false,
        ])
    }
  })

  test('that a later version adds count as what is recorded for this one', () => {
    expect(roleOf(userOf('x', { role: 'reader', roleName: 'auditor' }))).toBe('reader')
  })

  test('analysts answer nothing, and only approvers and operators approve', () => {
    expect([rolesWith('answer'), rolesWith('approve')]).toEqual([
      ['reviewer', 'approver', 'operator'],
      ['approver', 'operator'],
    ])
  })
})
