/** Tokens: every character once, glue undone, receipts by rows, sheets by columns. */

import fc from 'fast-check'
import { splitWord } from '../../../processors/document/word-splitting.ts'
import { placeOf, textOf, tokensOf } from '../../../processors/document/tokens.ts'
import type { Print, Word } from '../../../processors/document/words.ts'

const parts = (word: string): string[] => {
  let at = 0
  return splitWord(word).map((length) => word.slice(at, (at += length)))
}

function print(
  width: number,
  words: readonly (readonly [text: string, x: number, y: number, line: number])[],
  size = 10,
): Print {
  return {
    pages: [{ number: 1, width, height: 1000, unit: 'pt', source: 'given' }],
    words: words.map(([text, x, y, line]): Word => ({
      text,
      page: 1,
      line,
      box: [10 * x, 10 * y, 10 * x + 50 * text.length, 10 * (y + size)],
      confidence: 100,
    })),
  }
}

describe('glued words', () => {
  test.each([
    ['RM12.00', ['RM', '12.00']],
    ['€1.234,50', ['€', '1.234,50']],
    ['1.234,50€', ['1.234,50', '€']],
    ['$9.99', ['$', '9.99']],
    ['Date:25/12/2018', ['Date:', '25/12/2018']],
    ['(25/12/2018)', ['(', '25/12/2018', ')']],
    ['25/12/201813:45', ['25/12/2018', '13:45']],
    ['25/12/1813:45:01', ['25/12/18', '13:45:01']],
    ['Date:25/12/20189:45PM', ['Date:', '25/12/2018', '9:45PM']],
    ['2018-12-2513:45', ['2018-12-25', '13:45']],
    [':DE123456789', [':', 'DE123456789']],
    ['12.00SR', ['12.00', 'SR']],
    ['12.00*', ['12.00', '*']],
    ['Kundennummer:2', ['Kundennummer:', '2']],
    ['HOLDINGS(M)', ['HOLDINGS', '(', 'M', ')']],
    ['(M)HOLDINGS', ['(', 'M', ')', 'HOLDINGS']],
    ['14-01-2018(Sun)16:02', ['14-01-2018', '(', 'Sun', ')', '16:02']],
    ['"Total",', ['"', 'Total', '",']],
    ['(789417-W)', ['(789417-W)']],
    ['https://www.example.org/a:b', ['https://www.example.org/a:b']],
    ['someone@example.org', ['someone@example.org']],
    ['Nr.F25/9040', ['Nr.', 'F25/9040']],
    ['N°2024-17', ['N°', '2024-17']],
    ['803,886円', ['803,886', '円']],
    ['No2024', ['No2024']],
    ['NO.17,', ['NO.17,']],
    ['1,97,645.10', ['1,97,645.10']],
    ['Straße', ['Straße']],
    ['RE-20171118/506', ['RE-20171118/506']],
    ['INV-2023-EASY-001', ['INV-2023-EASY-001']],
    ['00.123.456.7-2018-1', ['00.123.456.7-2018-1']],
  ])('%s is %j', (word, expected) => {
    expect(parts(word)).toEqual(expected)
  })

  test('the parts of any word, joined, are the word', () => {
    const piece = fc.constantFrom(
      'RM',
      '12.00',
      '€',
      '(',
      ')',
      ':',
      '25/12/2018',
      'Total',
      '-',
      '1.234,50',
      '"',
      '.',
      ',',
      'ä',
      '7',
      'www.',
      '@',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join('')),
          fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/\s/.test(text)),
        ),
        (word) => {
          expect(parts(word).join('')).toBe(word)
        },
      ),
    )
  })
})

describe('reading order', () => {
  test('a receipt is read by rows, whatever order its words came in', () => {
    const { tokens, lines } = tokensOf(
      print(250, [
        ['12.00', 180, 101, 1],
        ['TOTAL', 10, 100, 0],
        ['SHOP', 10, 10, 2],
      ]),
    )
    expect(tokens.map((token) => token.text)).toEqual(['SHOP', 'TOTAL', '12.00'])
    expect(lines).toEqual([[0], [1, 2]])
  })

  test('columns of a sheet are read one after the other, and its rows still go across', () => {
    const { tokens, rows } = tokensOf(
      print(600, [
        ['Example', 40, 50, 0],
        ['Ltd', 78, 50, 0],
        ['Date', 300, 50, 1],
        ['2024-01-02', 325, 50, 1],
        ['Old', 40, 62, 2],
        ['Street', 58, 62, 2],
        ['Number', 300, 62, 3],
        ['17', 335, 62, 3],
      ]),
    )
    expect(textOf(tokens, 0, tokens.length)).toBe(
      'Example Ltd Old Street Date 2024-01-02 Number 17',
    )
    expect((rows[1] as readonly number[]).map((i) => tokens[i]?.text)).toEqual([
      'Old',
      'Street',
      'Number',
      '17',
    ])
  })

  test('a sheet is one whatever height its font claims', () => {
    const columns = [
      ['Buyer', 40, 50, 0],
      ['Seller', 300, 50, 0],
      ['Street', 40, 67, 1],
      ['Avenue', 300, 67, 1],
    ] as const
    for (const size of [9, 12, 16])
      expect(tokensOf(print(600, columns, size)).tokens.map((token) => token.text)).toEqual([
        'Buyer',
        'Street',
        'Seller',
        'Avenue',
      ])
  })

  test('a page in Arabic is read from the right, and its numbers from the left', () => {
    const { tokens, pages } = tokensOf(
      print(600, [
        ['SA03', 300, 50, 0],
        ['8000', 325, 50, 0],
        ['الآيبان', 350, 50, 0],
        ['المشتري', 40, 50, 1],
        ['شركة', 60, 70, 2],
        ['النقل', 36, 70, 2],
      ]),
    )
    expect(pages[0]?.rightToLeft).toBe(true)
    expect(textOf(tokens, 0, tokens.length)).toBe('الآيبان SA03 8000 المشتري شركة النقل')
  })

  test('pages are read by number and never share a row', () => {
    const first = print(250, [['one', 10, 10, 0]])
    const both: Print = {
      pages: [
        { ...(first.pages[0] as Print['pages'][0]), number: 2 },
        first.pages[0] as Print['pages'][0],
      ],
      words: [{ ...(first.words[0] as Word), text: 'two', page: 2 }, ...first.words],
    }
    const { tokens, rows } = tokensOf(both)
    expect(tokens.map((token) => [token.text, token.page])).toEqual([
      ['one', 1],
      ['two', 2],
    ])
    expect(rows).toHaveLength(2)
  })

  test('a place names the words and the box that the tokens cover, a part of a word by its share', () => {
    const { tokens } = tokensOf(print(250, [['RM12.00', 10, 10, 0]]))
    expect(textOf(tokens, 0, 2)).toBe('RM12.00')
    expect(placeOf(tokens, 1, 2)).toEqual({ page: 1, box: [200, 100, 450, 200], words: [0] })
  })

  test('every character but white space is in exactly one token, on any print', () => {
    const word = fc.record({
      text: fc.string({ minLength: 1, maxLength: 9 }),
      x: fc.integer({ min: 0, max: 500 }),
      y: fc.integer({ min: 0, max: 300 }),
      line: fc.integer({ min: 0, max: 5 }),
    })
    fc.assert(
      fc.property(fc.array(word, { maxLength: 25 }), fc.constantFrom(200, 600), (words, width) => {
        const given = print(
          width,
          words.map(({ text, x, y, line }) => [text, x, y, line]),
        )
        const { tokens, lines, blocks } = tokensOf(given)
        const covered = given.words.map((_, index) =>
          tokens
            .filter((token) => token.word === index)
            .sort((a, b) => a.start - b.start)
            .map((token) => token.text)
            .join(''),
        )
        expect(covered).toEqual(given.words.map((one) => one.text.replace(/\s+/g, '')))
        expect(lines.flat().sort((a, b) => a - b)).toEqual(tokens.map((_, i) => i))
        expect(blocks.flat().sort((a, b) => a - b)).toEqual(lines.map((_, i) => i))
      }),
    )
  })
})
