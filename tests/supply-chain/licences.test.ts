import { lockedPackages, refusedLicences } from './licences.ts'

const refused = (name: string, license?: string, dev = false): number =>
  refusedLicences({
    [`node_modules/a/node_modules/${name}`]: license === undefined ? { dev } : { license, dev },
  }).length

test('everything that is installed to run Errata may be shipped', () => {
  const packages = lockedPackages()
  expect(Object.keys(packages).length).toBeGreaterThan(150)
  expect(refusedLicences(packages)).toEqual([])
})

test.each<[string, string | undefined, number]>([
  ['x', 'MIT', 0],
  ['x', '(MIT OR GPL-3.0-only)', 0],
  ['x', 'MIT or MPL-2.0', 0],
  ['x', 'MIT AND GPL-3.0-only', 1],
  ['x', '(MIT OR ISC) AND GPL-3.0-only', 1],
  ['x', 'GPL-3.0-only', 1],
  ['x', 'LGPL-3.0-or-later', 1],
  ['@img/sharp-libvips-linux-x64', 'LGPL-3.0-or-later', 0],
  ['@img/sharp-win32-x64', 'Apache-2.0 AND LGPL-3.0-or-later', 0],
  ['@img/sharp-win32-x64', 'AGPL-3.0-only', 1],
  ['x', 'SEE LICENSE IN LICENSE', 1],
  ['x', undefined, 1],
])('%s under %s', (name, licence, count) => {
  expect(refused(name, licence)).toBe(count)
})

test('what only tests use is not shipped', () => {
  expect(refused('x', 'GPL-3.0-only', true)).toBe(0)
})
