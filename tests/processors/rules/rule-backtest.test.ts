import { parseRules } from '../../../processors/rules/rule-files.ts'
import { trialOf } from '../../../processors/rules/rule-backtest.ts'
import { loadProfiles, profileOf } from '../../../schemas/profiles.ts'
import type { Rule, Verdict } from '../../../schemas/types.ts'
import { fieldOf, printOf, verdictOf } from '../../documents.ts'

const profile = profileOf(loadProfiles(), 'receipt')
const print = printOf('Corner Shop Ltd', 'Subtotal 10.00', 'Total Due 12.00')
const total = fieldOf(print, 'grand_total', '12.00')
const confirmed = verdictOf('d1', print, [total], [total])
const unread = verdictOf('d2', print, [total], [])
const written = (entry: object): Rule =>
  parseRules(JSON.stringify([entry]), {
    profile,
    tenant: 'default',
    by: 'ann',
    now: 5,
    vendor: null,
  })[0] as Rule
const against = (entry: object, ...verdicts: readonly Verdict[]): string[] | undefined => {
  const rule = written(entry)
  return trialOf([rule], verdicts, profile).get(rule)
}

describe('a rule by hand is tried on what people have confirmed', () => {
  test.each([
    ['one that gives the same', { vendor: 'vat:A', kind: 'anchor', anchor: 'Total due' }, []],
    [
      'one that gives another value',
      { vendor: 'vat:A', kind: 'anchor', anchor: 'Subtotal' },
      ['d1@1', 'd2@1'],
    ],
    [
      'one that says the vendor has no such field',
      { vendor: 'vat:A', kind: 'absent' },
      ['d1@1', 'd2@1'],
    ],
    ['one that finds nothing here', { vendor: 'vat:A', kind: 'anchor', anchor: 'Balance' }, []],
    ['one for another vendor', { vendor: 'vat:B', kind: 'anchor', anchor: 'Subtotal' }, []],
    [
      'one for every vendor, where nothing was read',
      { kind: 'anchor', anchor: 'Subtotal' },
      ['d2@1'],
    ],
    [
      'a pattern',
      { vendor: 'vat:A', kind: 'pattern', pattern: [{ TEXT: '10.00' }] },
      ['d1@1', 'd2@1'],
    ],
  ])('%s', (_what, entry, expected) => {
    expect(against({ field: 'grand_total', ...entry }, confirmed, unread)).toEqual(expected)
  })

  test('what is not on the document is not to be given; what a reviewer declined to teach says nothing', () => {
    const none = verdictOf('d3', print, [], [])
    const rule = { field: 'grand_total', vendor: 'vat:A', kind: 'anchor', anchor: 'Total due' }
    expect(against(rule, none)).toEqual(['d3@1'])
    expect(against(rule, { ...none, declined: ['grand_total'] })).toEqual([])
  })

  test('the same value in another spelling is no contradiction', () => {
    const named = verdictOf(
      'd4',
      print,
      [fieldOf(print, 'seller_name', 'Corner Shop Ltd.', 'Corner Shop Ltd')],
      [],
    )
    expect(
      against(
        {
          field: 'seller_name',
          vendor: 'vat:A',
          kind: 'constant',
          value: 'CORNER SHOP LTD',
          raw: 'Corner Shop Ltd',
        },
        named,
      ),
    ).toEqual([])
  })
})
