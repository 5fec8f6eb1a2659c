import fc from 'fast-check'
import { codeOf } from '../../../errors.ts'
import { matchPatterns, parsePatterns } from '../../../processors/rules/patterns.ts'
import { tokensOf } from '../../../processors/document/tokens.ts'
import { printOf } from '../../documents.ts'

const found = (pattern: unknown, ...lines: readonly string[]): string | null => {
  const { tokens } = tokensOf(printOf(...lines))
  const match = matchPatterns(parsePatterns(JSON.stringify(pattern)), tokens)
  return match === null ? null : match.map((i) => tokens[i]?.text).join(' ')
}

describe('a token pattern', () => {
  test.each([
    [
      'matches lower case',
      [{ LOWER: 'acme' }, { LOWER: 'gmbh' }],
      ['Bill from ACME GmbH Berlin'],
      'ACME GmbH',
    ],
    ['matches a shape, with runs cut at four', [{ SHAPE: 'Xddd' }], ['Order A123'], 'A123'],
    ['matches long runs by their first four', [{ SHAPE: 'dddd' }], ['No 1234567'], '1234567'],
    [
      'takes the longest at the first place',
      [{ IS_DIGIT: true, OP: '+' }],
      ['a 1 2 3 b 4 5 6 7'],
      '1 2 3',
    ],
    [
      'may leave out',
      [{ LOWER: 'inv' }, { LOWER: 'no', OP: '?' }, { IS_DIGIT: true }],
      ['Inv 77'],
      'Inv 77',
    ],
    ['counts', [{ IS_DIGIT: true, OP: '{2,3}' }], ['1 x 1 2 3 4'], '1 2 3'],
    [
      'negates one token',
      [{ LOWER: 'total' }, { LOWER: 'due', OP: '!' }],
      ['total due total 5'],
      'total 5',
    ],
    [
      'knows lists',
      [{ TEXT: { IN: ['RM', 'MYR'] } }, { LIKE_NUM: true }],
      ['RM 12.50'],
      'RM 12.50',
    ],
    ['knows lengths', [{ LENGTH: { '>=': 8 }, IS_ALPHA: true }], ['short elongated'], 'elongated'],
    ['stays within a line', [{ LOWER: 'acme' }, { LOWER: 'gmbh' }], ['acme', 'gmbh'], null],
    ['finds nothing where nothing is', [{ LOWER: 'acme' }], ['other'], null],
  ])('%s', (_promise, pattern, lines, expected) => {
    expect(found(pattern, ...lines)).toBe(expected)
  })

  test.each([
    ['a regular expression', [{ TEXT: { REGEX: '(a+)+$' } }]],
    ['what needs a language model', [{ LEMMA: 'be' }]],
    ['an unknown operator', [{ LOWER: 'a', OP: '{1000}' }]],
    ['a pattern that matches nothing at all', [{ LOWER: 'a', OP: '*' }]],
    ['an endless pattern', Array.from({ length: 31 }, () => ({ LOWER: 'a' }))],
    ['a number', 7],
    ['an attribute of every object', [{ constructor: 'a' }]],
  ])('refuses %s, with a code', (_what, pattern) => {
    const attempt = (): unknown => {
      try {
        return parsePatterns(JSON.stringify(pattern))
      } catch (error) {
        return codeOf(error)
      }
    }
    expect(attempt()).toBe('CONFIG_INVALID')
  })

  test('agrees with trying every way to match, for any pattern and text', () => {
    const words = fc.array(fc.constantFrom('a', 'b', '1'), { minLength: 1, maxLength: 7 })
    const condition = fc.record({
      LOWER: fc.constantFrom('a', 'b', '1'),
      OP: fc.constantFrom('1', '?', '+', '*', '!', '{2}'),
    })
    fc.assert(
      fc.property(words, fc.array(condition, { minLength: 1, maxLength: 4 }), (texts, pattern) => {
        fc.pre(pattern.some(({ OP }) => !['?', '*'].includes(OP)))
        expect(found(pattern, texts.join(' '))).toBe(slowly(pattern, texts))
      }),
    )
  })

  test('many branches cost no more than tokens times conditions', () => {
    const evil = Array.from({ length: 30 }, (_, k) => ({ LOWER: 'a', OP: k === 29 ? '1' : '*' }))
    expect(found(evil, `${'a '.repeat(300)}b`)?.length).toBeGreaterThan(100)
  })
})

/** By backtracking over all ways. */
function slowly(
  pattern: readonly { LOWER: string; OP: string }[],
  texts: readonly string[],
): string | null {
  const ends = (p: number, at: number): number[] => {
    const condition = pattern[p]
    if (condition === undefined) return [at]
    const { LOWER, OP } = condition
    const counts = {
      '1': [1, 1],
      '!': [1, 1],
      '?': [0, 1],
      '+': [1, 9],
      '*': [0, 9],
      '{2}': [2, 2],
    }[OP] as [number, number]
    const found: number[] = []
    for (let count = 0; count <= counts[1]; count++) {
      if (count >= counts[0]) found.push(...ends(p + 1, at + count))
      const text = texts[at + count]
      if (text === undefined || (text === LOWER) === (OP === '!')) break
    }
    return found
  }
  for (let start = 0; start < texts.length; start++) {
    const all = ends(0, start).filter((end) => end > start)
    if (all.length > 0) return texts.slice(start, Math.max(...all)).join(' ')
  }
  return null
}
