import fc from 'fast-check'
import { lexiconWord } from '../../../processors/document/token-features.ts'
import type { LexiconSets } from '../../../processors/model/lexicons.ts'
import { corrected } from '../../../processors/model/spelling-correction.ts'
import { textOf, tokensOf } from '../../../processors/document/tokens.ts'
import type { Word } from '../../../processors/document/words.ts'

const known = [
  'Jalan',
  'Selangor',
  'Floor',
  'Lumpur',
  'Lot',
  'Johor',
  'Hardware',
  'Berlin',
  'Merlin',
  'Straße',
  'Mall',
]
const lexicon = {
  inside: new Set(known.slice(1).map(lexiconWord)),
  ends: new Set([lexiconWord('Jalan')]),
}

/** A line of words; those after a tilde are in doubt. */
function read(line: string, doubt = 60, of: LexiconSets | null = lexicon): string {
  const words = line.split(' ').map((given, k): Word => ({
    text: given.replace('~', ''),
    page: 1,
    line: 0,
    box: [1000 * k, 0, 1000 * k + 900, 200],
    confidence: given.startsWith('~') ? doubt : 100,
  }))
  const { tokens } = tokensOf({
    pages: [{ number: 1, width: 400, height: 400, unit: 'px', source: 'ocr' }],
    words,
  })
  return textOf(corrected(tokens, words, of ?? undefined), 0, tokens.length)
}

describe('a word that the OCR engine doubts', () => {
  test.each([
    ['another letter', '~Jaian Pinang', 'Jalan Pinang'],
    ['a letter too many', '~Flooir 2', 'Floor 2'],
    ['a letter missing', 'Kuala ~Umpur', 'Kuala Lumpur'],
    ['in capitals', '~SELENGOR', 'SELANGOR'],
    ['in small letters', '~selengor', 'selangor'],
    ['with marks around it', '(~x) ~(Johar), ~Fleor.', '(x) (Johor), Floor.'],
    ['a letter too many at its start', '~Ilumpur', 'Lumpur'],
    ['another first letter', '~Walan', 'Jalan'],
    ['an accent elsewhere', '~Hárdwake', 'Hárdware'],
    ['a stain among its letters', '~L.ot 3, KUALA ~L.UMPUR.', 'Lot 3, KUALA LUMPUR.'],
  ])('is read as the known word that is one edit away: %s', (_, line, expected) => {
    expect(read(line)).toBe(expected)
  })

  test.each([
    ['it is known itself', '~Berlin ~Merlin'],
    ['two known words are as near', '~Aerlin'],
    ['it has figures', '~Ja1an ~U13/EG'],
    ['it is two edits away', '~Jaiam'],
    ['it is short', '~Mail ~Lat ~L.at'],
    ['two marks are among its letters', '~L.o.t'],
    ['nothing like it is known', '~Temenggung'],
  ])('stays as it was read where %s', (_, line) => {
    expect(read(line)).toBe(line.replaceAll('~', ''))
  })

  test('stays where the engine is sure, and where the model has no lexicon', () => {
    expect(read('~Jaian', 95)).toBe('Jaian')
    expect(read('~Jaian', 94)).toBe('Jalan')
    expect(read('~Jaian', 60, null)).toBe('Jaian')
  })
})

describe('a doubtful point in a list of parts', () => {
  test.each([
    [
      'after a word',
      'Lot 3, Floor 2, Jalan ~Pinang. 50450 Kuala',
      'Lot 3, Floor 2, Jalan Pinang, 50450 Kuala',
    ],
    [
      'after a number',
      'NO. ~47. Jalan Meranti, Bandar Baru, 44300 Batang',
      'NO. 47, Jalan Meranti, Bandar Baru, 44300 Batang',
    ],
  ])('is a comma %s', (_, line, expected) => {
    expect(read(line)).toBe(expected)
  })

  test.each([
    ['no list', 'Jalan ~Pinang. 50450 Kuala, Malaysia'],
    ['a sure one', 'Lot 3, Floor 2, Jalan Pinang. 50450 ~Kuala'],
    ['the end of the value', 'Lot 3, Floor 2, Jalan ~Pinang.'],
    ['an abbreviation', 'Lot 3, Floor 2, ~Jln. Pinang'],
    ['an ordinal', 'Lot 3, Floor 2, ~1. Stock'],
    ['one of several', 'Lot 3, Floor 2, ~Pinang. ~Setapak. Kuala'],
  ])('stays where it is %s', (_, line) => {
    expect(read(line)).toBe(line.replaceAll('~', ''))
  })
})

test('no value loses or gains more than a letter a word, and none changes without doubt', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc
            .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
            .map((text) => text.replace(/\s/g, '.')),
          fc.integer({ min: 0, max: 100 }),
        ),
        { minLength: 1, maxLength: 8 },
      ),
      (given) => {
        const words = given.map(([text, confidence], k): Word => ({
          text,
          page: 1,
          line: 0,
          box: [1000 * k, 0, 1000 * k + 900, 200],
          confidence,
        }))
        const { tokens } = tokensOf({
          pages: [{ number: 1, width: 1000, height: 400, unit: 'px', source: 'ocr' }],
          words,
        })
        const after = corrected(tokens, words, lexicon)
        expect(after).toHaveLength(tokens.length)
        after.forEach((token, k) => {
          expect(Math.abs(token.text.length - (tokens[k]?.text.length ?? 0))).toBeLessThanOrEqual(1)
          if ((words[token.word]?.confidence ?? 0) >= 95) expect(token).toEqual(tokens[k])
        })
      },
    ),
  )
})
