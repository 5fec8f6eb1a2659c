/**
 * Decoding of time steps written by hand: each letter of a string is the likeliest class of one
 * step.
 */

import fc from 'fast-check'
import { classesOf, decodeLine, ctcWords } from '../../../connectors/ppocr/ctc.ts'

const classes = classesOf(['A', 'B', 'C', '1', '.', '\uff1a', 'e', '\u0301', '\u3000'].join('\n'))

/** `_` is the blank. */
function decode(
  steps: string,
  probability = 0.75,
  ink = new Float32Array(steps.length),
): ReturnType<typeof ctcWords> {
  const data = new Float32Array(steps.length * classes.length)
  ;[...steps].forEach((character, step) => {
    data[step * classes.length + (character === '_' ? 0 : classes.indexOf(character))] = probability
  })
  return ctcWords(decodeLine(data, ink, classes), true)
}

test('the space comes after the last character, the blank before the first', () => {
  expect([classes[0], classes[1], classes.at(-1)]).toEqual(['', 'A', ' '])
})

test.each([
  ['', []],
  ['____', []],
  ['A', ['A']],
  ['_AAA_', ['A']],
  ['A_A', ['AA']],
  ['AABB_B', ['ABB']],
  ['A_ _B', ['A', 'B']],
  ['AB C1', ['AB', 'C1']],
  [' A  B ', ['A', 'B']],
  ['A\u3000B', ['A', 'B']],
  ['   ', []],
  ['A_\uff1a_1', ['A:1']],
  ['_e_\u0301_', ['\u00e9']],
])('steps %j read %j', (steps, words) =>
  expect(decode(steps).map(({ text }) => text)).toEqual(words),
)

test('a word lies where its steps are, not where its share of the letters would be', () => {
  const [first, second] = decode('_A_B_______________ _1_1_1_1__')
  expect(first!.from * 30).toBeCloseTo(0.5) // half a character, of 2 steps, before the first one's middle
  expect(first!.to * 30).toBeCloseTo(4.5)
  expect(second!.from * 30).toBeCloseTo(20.5)
  expect(second!.to * 30).toBeCloseTo(28.5)
})

test('a word ends before the middle of the space beside it', () => {
  const [first, second] = decode('A___B___C_ _A___B')
  // C at 8.5 and the space at 10.5: a half character would reach 10.5
  expect(first!.to * 17).toBeCloseTo(9.5)
  expect(second!.from * 17).toBeCloseTo(11.5)
})

test('a word is as sure as all its characters together; blanks and spaces do not count', () => {
  const data = new Float32Array(4 * classes.length)
  const put = (step: number, character: string, probability: number): void => {
    data[step * classes.length + (character === '_' ? 0 : classes.indexOf(character))] = probability
  }
  put(0, 'A', 0.5)
  put(1, '_', 0.25)
  put(2, 'B', 1)
  put(3, ' ', 0.125)
  expect(ctcWords(decodeLine(data, new Float32Array(4), classes), true)).toMatchObject([
    { text: 'AB', mean: 0.75, confidence: 0.5 },
  ])
})

test('extents are ordered and within the line for any steps', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('_', 'A', 'B', '1', ' '), maxLength: 60 }),
      (steps) => {
        const words = decode(steps)
        return (
          words.every(({ from, to }) => from >= 0 && from < to && to <= 1) &&
          words.every(
            (word, i) => i === 0 || word.from >= (words[i - 1] as { to: number }).to - 1e-9,
          )
        )
      },
    ),
  )
})

describe('a letter that was left out', () => {
  const steps = '_A_B_____C_A_ _B_C_A_'
  const printed = (inked: readonly number[]): Float32Array<ArrayBuffer> =>
    Float32Array.from(steps, (_, step) => (inked.includes(step) ? 1 : 0))
  const sureness = (inked: readonly number[]): number[] =>
    decode(steps, 0.99, printed(inked)).map(({ confidence }) => Math.round(10 * confidence))

  test('makes its word doubtful, and no other', () => {
    expect(sureness([1, 3, 9, 11, 15, 17, 19])).toEqual([10, 10])
    expect(sureness([1, 3, 5, 6, 7, 9, 11, 15, 17, 19])).toEqual([1, 10])
  })

  test('is not the wide stroke of one that was read', () => {
    expect(sureness([0, 1, 2, 3, 4, 9, 10, 11, 12])).toEqual([10, 10])
  })
})
