/** How passwords are kept: by what OWASP advises, and alike for whoever there is or isn't. */

import { faultOfPassword, oneTimePassword, openPasswords } from '../../operations/passwords.ts'

const password = 'three blind mice run'

test('a hash holds its salt and its cost, which is what is advised, and takes its time', async () => {
  const passwords = openPasswords()
  const began = performance.now()
  const stored = await passwords.hash(password)
  const tookMs = performance.now() - began
  expect(stored).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w+/]{22}\$[\w+/]{43}$/)
  expect(tookMs).toBeGreaterThan(50)
  expect([
    await passwords.matches(password, stored),
    await passwords.matches(`${password} `, stored),
    await passwords.matches(password, null),
    passwords.isOutdated(stored),
  ]).toEqual([true, false, false, false])
})

describe('cheaply', () => {
  const cheap = openPasswords({ ln: 4, r: 8, p: 1 })

  test('the same password has another hash each time, however it is typed', async () => {
    const [one, other] = [
      await cheap.hash('Mo\u0308ller Möller'),
      await cheap.hash('Möller Möller'),
    ]
    expect(one).not.toBe(other)
    expect(await cheap.matches('Möller Möller', one)).toBe(true)
  })

  test('a hash of lower cost is outdated, and holds all the same', async () => {
    const stored = await cheap.hash(password)
    const dearer = openPasswords({ ln: 5, r: 8, p: 1 })
    expect([dearer.isOutdated(stored), await dearer.matches(password, stored)]).toEqual([
      true,
      true,
    ])
  })

  test.each([
    '',
    'plain text',
    '$scrypt$ln=31,r=8,p=1$AAAA$AAAA',
    `$scrypt$ln=4,r=99,p=1$AAAA$${'A'.repeat(43)}`,
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b2dWRWJTmaaJObG',
  ])('nothing matches a hash that is none of ours: %s', async (stored) => {
    expect([await cheap.matches(password, stored), cheap.isOutdated(stored)]).toEqual([false, true])
  })

  test('some are worked on, some wait, and the others are refused at once', async () => {
    const all = await Promise.allSettled(Array.from({ length: 30 }, () => cheap.hash(password)))
    const refused = all.filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(30 - 2 - 16)
    expect(refused[0]).toMatchObject({ reason: { code: 'LOGINS_BUSY' } })
    await expect(cheap.hash(password)).resolves.toMatch(/^\$scrypt/)
  })
})

test.each([
  ['eleven chars', null],
  ['elevenchars', 'at least 12'],
  ['🐁🐁🐁🐁🐁🐁', 'at least 12'],
  ['x'.repeat(257), 'at most 256'],
  ['aaaaaaaaaaaa', null],
  ['ANN SOMEBODY', 'name'],
])('the password %s', (given, fault) => {
  const found = faultOfPassword(given, 'Ann Somebody')
  if (fault === null) expect(found).toBeNull()
  else expect(found).toContain(fault)
})

test('a password for somebody else can be read aloud, and none is like another', () => {
  const some = new Set(Array.from({ length: 1000 }, oneTimePassword))
  expect(some.size).toBe(1000)
  for (const one of some) expect(one).toMatch(/^([a-kmnp-z2-9]{6}-){3}[a-kmnp-z2-9]{6}$/)
})
