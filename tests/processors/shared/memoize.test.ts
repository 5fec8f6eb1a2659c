/**
 * What is remembered of documents and of texts: once for one that keeps coming, anew for one that
 * stayed away, never wrong.
 */

import { oncePer, oncePerText } from '../../../processors/shared/memoize.ts'

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
  expect([
    lengthOf('Jalan'),
    doubled('Jalan'),
    lengthOf(long),
    lengthOf(long),
    doubled(long),
  ]).toEqual([5, 'JalanJalan', 41, 41, long + long])
  expect([calls.get('Jalan'), calls.get(long)]).toEqual([1, 2])
})

describe('of a document', () => {
  const asked: number[][] = []
  const sumOf = oncePer(({ amounts }: { readonly amounts: number[] }) => {
    asked.push(amounts)
    return { sum: amounts.reduce((sum, amount) => sum + amount, 0) }
  })

  test('work is done once, and a changed copy does not take along what was found', () => {
    const document = { amounts: [1, 2] }
    expect(sumOf(document)).toBe(sumOf(document))
    expect(sumOf({ ...document, amounts: [5] })).toEqual({ sum: 5 })
    expect(asked).toEqual([[1, 2], [5]])
  })

  test('nothing of it is to be seen: the document is what it was', () => {
    const document = { amounts: [3] }
    sumOf(document)
    expect(document).toStrictEqual({ amounts: [3] })
    expect([Object.keys(document), JSON.stringify(document)]).toEqual([
      ['amounts'],
      '{"amounts":[3]}',
    ])
  })

  test('one that is frozen is worked on each time', () => {
    const document = Object.freeze({ amounts: [4] })
    expect([sumOf(document), sumOf(document)]).toEqual([{ sum: 4 }, { sum: 4 }])
  })
})
