import fc from 'fast-check'
import { csvText } from '../../../../connectors/http/review/csv.ts'

const cell = (value: unknown): string => csvText([[value]]).slice(1, -2)

test.each<[string, unknown, string]>([
  ['a plain text', 'Müller & Söhne', 'Müller & Söhne'],
  ['nothing', null, ''],
  ['a number', -12.5, '-12.5'],
  ['a large number', -(10n ** 20n), '-100000000000000000000'],
  ['an amount', '-12.50', '-12.50'],
  ['a number with plus', '+3', '+3'],
  ['a sum', '-1-2', "'-1-2"],
  ['an exponent', '+1E5', "'+1E5"],
  ['a decimal comma', '-1,5', `"'-1,5"`],
  ['a number and a line', '-1\n2', `"'-1\n2"`],
  ['a formula', '=1+1', "'=1+1"],
  ['a mention', '@SUM(A1)', "'@SUM(A1)"],
  ['a tab', '\tx', "'\tx"],
  ['a return', '\rx', `"'\rx"`],
  ['a line feed', '\nx', `"'\nx"`],
  ['a wide sign', '＝1', "'＝1"],
  ['behind a space', '  =1', "'  =1"],
  ['behind a space that does not break', '\u00a0=1', "'\u00a0=1"],
  ['behind a space of no width', '\u200b=1', "'\u200b=1"],
  ['behind a byte order mark', '\ufeff=1', "'\ufeff=1"],
  ['behind a sign of direction', '\u202e＋1', "'\u202e＋1"],
  ['on the second line', 'a\n=1', `"a\n'=1"`],
  ['on each line', '=1\r\n\u200b+2\n3\r@x', `"'=1\r\n'\u200b+2\n3\r'@x"`],
  ['behind a rarer break', 'a\u2028=1', "a\u2028'=1"],
  ['a list', ['=1'], "'=1"],
  ['a minus in the middle', 'a -1', 'a -1'],
])('%s', (_, value, expected) => {
  expect(cell(value)).toBe(expected)
})

test('no line of any cell is a formula, and nothing of a text is lost', () => {
  const piece = fc.constantFrom(
    ...['=', '+', '-', '@', '＝', '＋', '－', '＠', '−', '\t', '\r', '\n', '\r\n', ' ', '\0'],
    ...['\u00a0', '\u200b', '\u2060', '\ufeff', '\u2028', '\u3000', 'a', '1', '.', '"', ','],
  )
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(text, (value) => {
      const found = cell(value)
      const plain = found.startsWith('"') ? found.slice(1, -1).replaceAll('""', '"') : found
      expect(plain.replaceAll("'", '')).toBe(value)
      if (/^[+-]?\d+(\.\d+)?$/.test(value)) return expect(plain).toBe(value)
      expect(plain).not.toMatch(/^[\t\r\n]/)
      for (const line of plain.split(/[\r\n\u2028]/)) {
        expect(line.replace(/^[\s\0\u200b\u2060]+/, '')).not.toMatch(/^[=+\-@＝＋－＠−]/)
      }
    }),
    { numRuns: 5_000 },
  )
})
