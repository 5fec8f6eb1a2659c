import fc from 'fast-check'
import { packWords, unpackWords } from '../../../processors/document/words.ts'

const word = fc.record({
  text: fc.string({ unit: 'grapheme', minLength: 1 }),
  page: fc.integer({ min: 1, max: 9 }),
  line: fc.nat(99),
  box: fc.tuple(fc.nat(9999), fc.nat(9999), fc.nat(9999), fc.nat(9999)),
  confidence: fc.nat(100),
})

test('words survive the columns', () => {
  fc.assert(
    fc.property(fc.array(word), (words) => {
      expect(unpackWords(packWords(words))).toEqual(words)
    }),
  )
})
