/**
 * Lines by hand: `1` is sure, `1i` wavers between two, the first a little likelier than the second.
 */

import fc from 'fast-check'
import { chooseLetters, type LetterChoice } from '../../../connectors/ppocr/doubt.ts'

const likelier = 0.6

function line(characters: readonly string[], first = likelier): LetterChoice[][] {
  return characters.map((texts) => {
    const [one, other] = [...texts].map((text) => (text === ' ' ? '' : text))
    return other === undefined
      ? [{ text: one as string, probability: 0.99 }]
      : [
          { text: one as string, probability: first },
          { text: other, probability: 1 - first },
        ]
  })
}

const read = (characters: readonly string[], accented = false, first?: number): string =>
  chooseLetters(line(characters, first), accented)
    .map(({ text }) => text || ' ')
    .join('')

test.each([
  [['M', 'a', 'l', 'a', 'y', 's', '1i', 'a'], 'Malaysia'],
  [['W', 'o', 'r', 'Il', 'd'], 'World'],
  [['N', 'O', ' ', '2', '9', 'O0', ','], 'NO 290,'],
  [['1', '8', '.', '0', 'C0'], '18.00'],
  [['O0', '.', '0', '0'], '0.00'],
  [['S', 'T', '0O', 'R', 'E'], 'STORE'],
  [['5S', ' ', 'B'], '5 B'], // nothing beside it speaks for either
  [['U', '1', '3'], 'U13'],
])('%j reads %s', (characters, text) => expect(read(characters)).toBe(text))

test('an accent is believed on a page that has others, and doubted on one that has none', () => {
  expect(read(['ÁA', 'L', 'A', 'M'], false, 0.8)).toBe('ALAM')
  expect(read(['ÁA', 'L', 'A', 'M'], true, 0.8)).toBe('ÁLAM')
  expect(read(['Á', 'L'])).toBe('ÁL') // where the network has no doubt, neither have we
})

test('what the network is sure of stays, whatever stands beside it', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'A', '1', '.', ' ', 'é')), (characters) =>
      expect(read(characters)).toBe(characters.join('')),
    ),
  )
})

test('only what the network thought of is chosen, one choice a character', () => {
  const choices = fc
    .uniqueArray(fc.constantFrom('a', 'I', 'l', '1', '0', 'O', '.', ''), {
      minLength: 1,
      maxLength: 4,
    })
    .map((texts) => texts.map((text, k) => ({ text, probability: 1 / (k + 2) })))
  fc.assert(
    fc.property(fc.array(choices, { maxLength: 40 }), (characters) => {
      const chosen = chooseLetters(characters, false)
      expect(chosen).toHaveLength(characters.length)
      chosen.forEach((choice, k) => expect(characters[k]).toContain(choice))
    }),
  )
})
