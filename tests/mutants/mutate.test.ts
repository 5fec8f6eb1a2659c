/** Faults are put where code is, one at a time, and nowhere else. */

import { mutantsOf } from './mutate.ts'

const changes = (text: string): string[] => mutantsOf(text).map((mutant) => mutant.text)

test.each([
  ['f(a < b)', ['f(a <= b)']],
  ['f(a === b)', ['f(a !== b)']],
  ['f(a + b)', ['f(a - b)']],
  ['f(a && b)', ['f(a || b)']],
  ['f(true)', ['f(false)']],
  ['f(7)', ['f((7 + 1))']],
  ['f(7n)', ['f((7n + 1n))']],
  ['const f = () => { return !a }', ['const f = () => { return a }']],
  ['for (;;) { if (a) continue }', ['for (;;) { if (a) {} }']],
  ['if (a) { throw b }', ['if (a) {}']],
  ['// é < 1\nf("a < 1", `${a < b}`)', ['// é < 1\nf("a < 1", `${a <= b}`)']],
  ['const a: 1 | true = b as 2', []],
])('%s', (text, expected) => {
  expect(changes(text)).toEqual(expected)
})
