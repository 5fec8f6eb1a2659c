/** What is remembered of texts: once for a text that keeps coming, anew for one that stayed away, never wrong. */

import { oncePerText } from '../../processors/once.ts'

const calls = new Map<string, number>()
const lengthOf = oncePerText((text) => {
  calls.set(text, (calls.get(text) ?? 0) + 1)
  return text.length
})
const doubled = oncePerText((text) => `${text}${text}`)

/** Asks for so many texts that never came before; `between` now and then. */
function others(count: number, name: string, between: () => void = () => {}): void {
  const wrong: string[] = []
  for (let k = 0; k < count; k++) {
    if (k % 1000 === 0) between()
    const text = `${name} ${k}`
    if (lengthOf(text) !== text.length) wrong.push(text)
  }
  expect(wrong).toEqual([])
}

test('a text that keeps coming is worked on once, however many others come between', () => {
  others(100_000, 'first', () => expect(lengthOf('Kuala')).toBe(5))
  expect(calls.get('Kuala')).toBe(1)
})

test('a text that stays away is forgotten, so that memory is bounded, and found again all the same', () => {
  expect(lengthOf('Lumpur')).toBe(6)
  others(10_000, 'few')
  expect([lengthOf('Lumpur'), calls.get('Lumpur')]).toEqual([6, 1])
  others(100_000, 'many')
  expect([lengthOf('Lumpur'), calls.get('Lumpur')]).toEqual([6, 2])
})

test('two functions of one text do not meet, and a long text is not kept', () => {
  const long = 'x'.repeat(41)
  expect([lengthOf('Jalan'), doubled('Jalan'), lengthOf(long), lengthOf(long), doubled(long)]).toEqual([5, 'JalanJalan', 41, 41, long + long])
  expect([calls.get('Jalan'), calls.get(long)]).toEqual([1, 2])
})
