import { codeOf } from '../../../errors.ts'
import { printedDocument } from '../../../processors/rules/spans.ts'
import { parseRules } from '../../../processors/rules/rule-files.ts'
import { applyRule } from '../../../processors/rules/rule-kinds.ts'
import { loadProfiles, profileOf } from '../../../schemas/profiles.ts'
import type { Rule } from '../../../schemas/types.ts'
import { printOf } from '../../documents.ts'

const author = {
  profile: profileOf(loadProfiles(), 'invoice'),
  tenant: 'default',
  by: 'ann',
  now: 5,
  vendor: null,
}
const json = (...entries: readonly object[]): string => JSON.stringify(entries)
const lines = (...entries: readonly object[]): string =>
  entries.map((entry) => JSON.stringify(entry)).join('\n')
const print = printOf('ACME GmbH', 'Invoice number INV-2024 7', 'Total due 12.00 EUR')
const said = (
  rule: Rule | undefined,
  type: 'text' | 'id' | 'money' = 'text',
): string | null | undefined =>
  rule === undefined ? undefined : applyRule(rule, type, printedDocument(print), null)?.value

describe('rules by hand', () => {
  test('an anchor is compared by letters and digits, as taught ones are', () => {
    const [rule] = parseRules(
      json({ field: 'grand_total', vendor: 'vat:A', kind: 'anchor', anchor: 'Total due:' }),
      author,
    )
    expect(rule).toMatchObject({
      vendor: 'vat:A',
      state: 'active',
      kind: 'anchor',
      relation: 'right',
      decidedBy: 'ann',
      since: 5,
      strict: false,
    })
    expect(said(rule, 'money')).toBe('12.00')
  })

  test('a pattern file of spaCy or Prodigy: labels name fields, patterns of one label are one rule for every vendor', () => {
    const rules = parseRules(
      lines(
        { label: 'SELLER_NAME', pattern: 'ACME GmbH' },
        { label: 'SELLER_NAME', pattern: [{ LOWER: 'other' }] },
        { label: 'INVOICE_NUMBER', pattern: [{ SHAPE: 'XXX-dddd' }], id: 'x' },
      ),
      author,
    )
    expect(rules.map(({ vendor, field, kind }) => [vendor, field, kind])).toEqual([
      ['*', 'seller_name', 'pattern'],
      ['*', 'invoice_number', 'pattern'],
    ])
    expect([said(rules[0]), said(rules[1], 'id')]).toEqual(['ACME GmbH', 'INV-2024'])
  })

  test('the same file gives the same rules', () => {
    const text = json({ field: 'currency', kind: 'constant', value: 'EUR' })
    expect(parseRules(text, author)).toEqual(parseRules(text, author))
  })

  test('a file takes 50,000 entries and no more', () => {
    const of = (count: number): string =>
      JSON.stringify(Array.from({ length: count }, () => ({ label: 'SELLER_NAME', pattern: 1 })))
    const said = (count: number): unknown => {
      try {
        return parseRules(of(count), author)
      } catch (error) {
        return (error as Error).message
      }
    }
    expect(said(50_000)).toMatch(/a pattern is/)
    expect(said(50_001)).toMatch(/50000 entries/)
  })

  test.each([
    ['no JSON', '[{'],
    ['nothing', ''],
    [
      'a field that the profile does not have',
      json({ field: 'colour', kind: 'constant', value: 'red' }),
    ],
    ['a kind that people do not write', json({ field: 'currency', kind: 'none' })],
    ['a kind without what it needs', json({ field: 'currency', kind: 'constant' })],
    [
      'a property that rules do not have',
      json({ field: 'currency', kind: 'constant', value: 'EUR', valeu: 1 }),
    ],
    [
      'two rules for one field',
      json(
        { field: 'currency', kind: 'constant', value: 'EUR' },
        { field: 'currency', kind: 'constant', value: 'USD' },
      ),
    ],
    ['a regular expression', lines({ label: 'CURRENCY', pattern: [{ TEXT: { REGEX: '.*' } }] })],
    [
      'a place off the page',
      json({ field: 'currency', kind: 'position', page: 1, box: [0, 0, 1001, 5] }),
    ],
    [
      'an unknown relation',
      json({ field: 'currency', kind: 'anchor', anchor: 'Total', relation: 'near' }),
    ],
  ])('%s is refused, and nothing of the file is taken', (_what, text) => {
    let code: string | null = null
    try {
      parseRules(text, author)
    } catch (error) {
      code = codeOf(error)
    }
    expect(code).toBe('CONFIG_INVALID')
  })
})
