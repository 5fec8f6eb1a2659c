/** What a text says by itself, found sign by sign, is what patterns over the whole text say. */

import fc from 'fast-check'
import { firstOf, hashText } from '../../../processors/shared/hashing.ts'
import { lexiconWord, tokenFeaturesOf } from '../../../processors/document/token-features.ts'
import { plainLetters } from '../../../processors/document/shapes.ts'

function byPatterns(text: string): Record<string, unknown> {
  const plain = plainLetters(text)
  const letters = plain.replace(/[^\p{L}]/gu, '')
  const inner = plain.replace(/\d/g, '0').replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
  const marked = text
    .replace(/\p{Lu}/gu, 'A')
    .replace(/\p{Ll}/gu, 'a')
    .replace(/\d/g, '9')
  return {
    word: hashText(plain.replace(/\d/g, '0')),
    letters: letters.length > 1 ? hashText(letters) : 0,
    lexicon: inner === '' ? 0 : hashText(inner),
    figures: /\d/.test(text) ? 1 : 0,
    colon: text.endsWith(':') ? 1 : 0,
    lettered: /\p{L}{2}/u.test(text) ? 1 : 0,
    brackets: /[()]/.test(text) ? 1 : 0,
    shape: [
      firstOf(4, hashText(marked.replace(/A+/g, 'A').replace(/a+/g, 'a').slice(0, 12))),
      firstOf(5, hashText(marked.slice(0, 14))),
    ],
  }
}

function found(text: string): Record<string, unknown> {
  const { word, letters, lexicon, figures, colon, lettered, brackets, features } =
    tokenFeaturesOf(text)
  return { word, letters, lexicon, figures, colon, lettered, brackets, shape: features.slice(3, 5) }
}

const sign = fc.oneof(
  fc.constantFrom(...'aAbZ09.,:()/-&'),
  fc.constantFrom(
    'é',
    'É',
    'ﬁ',
    'ß',
    'İ',
    'ж',
    '中',
    '٣',
    'Ⅳ',
    '²',
    '𝐀',
    '𝐜',
    '́',
    '\ud800',
    '\udc00',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
)

test('looks are those of the patterns', () => {
  fc.assert(
    fc.property(fc.array(sign, { minLength: 1, maxLength: 24 }), (signs) => {
      const text = signs.join('')
      expect(found(text)).toEqual(byPatterns(text))
      expect(lexiconWord(text)).toBe(byPatterns(text)['lexicon'])
    }),
    { numRuns: 2000 },
  )
})

test('labels that a slash joins are as many words', () => {
  expect(tokenFeaturesOf('Rechnungsnummer/Datum').parts).toEqual(
    ['rechnungsnummer', 'datum'].map((word) => hashText(word)),
  )
  expect([
    tokenFeaturesOf('12/2024').parts,
    tokenFeaturesOf('and/1').parts,
    tokenFeaturesOf('a/b').parts,
  ]).toEqual([null, null, null])
})
