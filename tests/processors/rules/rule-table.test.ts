import {
  disabled as disable,
  enabled,
  ruleKey,
  ruleTable,
} from '../../../processors/rules/rule-table.ts'
import type { Rule } from '../../../schemas/types.ts'
import { rule as ruleRecord } from '../../connectors/clickhouse/records.ts'

const rule = (change: Partial<Rule>): Rule =>
  ruleRecord({ vendor: 'vat:A', field: 'currency', ...change })
const taught = rule({ id: 'r1', strict: true, refuted: ['USD'] })
const disabled = rule({ id: 'r1', state: 'disabled', decidedBy: 'ann', why: 'moved' })
const written = rule({
  id: 'h1',
  value: 'CHF',
  decidedBy: 'ann',
  strict: false,
  refuted: [],
  taughtBy: [],
})
const everywhere = rule({
  id: 'e1',
  vendor: '*',
  value: 'EUR',
  decidedBy: 'ann',
  strict: false,
  refuted: [],
  taughtBy: [],
})

test('a rule of an unknown kind is disabled by its id, and never rewritten', () => {
  const now = { by: 'ann', now: 1, why: 'wrong' }
  const unknown = rule({ id: 'r1', kind: 'unknown' })
  const off = disable(unknown, now)
  expect(off).toMatchObject({ id: 'r1', kind: 'none', state: 'disabled' })
  const table = ruleTable()
  for (const one of [unknown, off]) if (one !== null) table.put(ruleKey(one), one)
  expect(table.rulesOf('vat:A').get('currency')).toMatchObject({
    kind: 'unknown',
    state: 'disabled',
  })
  expect(disable(rule({ kind: 'unknown', taughtBy: [] }), now)).toBeNull()
})

describe('what holds of rules', () => {
  test.each([
    ['what was taught', [taught], { id: 'r1', state: 'active' }],
    [
      'a disabled rule is disabled, whichever comes first',
      [disabled, taught],
      { id: 'r1', state: 'disabled', decidedBy: 'ann', refuted: ['USD'] },
    ],
    [
      'another rule than the one that was disabled is active',
      [disabled, rule({ id: 'r2' })],
      { id: 'r2', state: 'active' },
    ],
    [
      'a written rule takes the place of a taught one, but what was wrong stays wrong',
      [taught, written],
      { id: 'h1', value: 'CHF', strict: true, refuted: ['USD'] },
    ],
    ['a rule for every vendor serves one that has none', [everywhere], { id: 'e1' }],
    ['and gives way to one of its own', [everywhere, taught], { id: 'r1' }],
  ])('%s', (_promise, rules, expected) => {
    const table = ruleTable()
    for (const one of rules) table.put(ruleKey(one), one)
    expect(table.rulesOf('vat:A').get('currency')).toMatchObject(expected)
  })

  test('a tombstone takes back one part and leaves the other', () => {
    const table = ruleTable()
    const holds = (): string | undefined => table.rulesOf('vat:A').get('currency')?.id
    const seen: (string | undefined)[] = []
    for (const [key, value] of [
      [ruleKey(taught), taught],
      [ruleKey(written), written],
      [ruleKey(taught), null],
      [ruleKey(written), null],
      ['vat:Z/none', null],
    ] as const) {
      table.put(key, value)
      seen.push(holds())
    }
    expect(seen).toEqual(['r1', 'h1', 'h1', undefined, undefined])
  })

  test('what was switched off is there again when it is switched on, written or taught', () => {
    const table = ruleTable()
    const holds = (): Rule | undefined => table.rulesOf('vat:A').get('currency')
    const now = { by: 'ann', now: 9, why: 'again' }
    table.put(ruleKey(written), written)
    table.put(ruleKey(written), { ...written, state: 'disabled' })
    expect(holds()).toMatchObject({ id: 'h1', state: 'disabled' })
    table.put(ruleKey(written), enabled({ ...written, state: 'disabled' }, now))
    expect(holds()).toMatchObject({ id: 'h1', state: 'active', value: 'CHF' })
    table.put(ruleKey(taught), taught)
    table.put(ruleKey(disabled), disabled)
    expect(holds()).toMatchObject({ id: 'r1', state: 'disabled' })
    table.put(ruleKey(disabled), enabled(disabled, now))
    expect(holds()).toMatchObject({ id: 'r1', state: 'active', decidedBy: null })
  })
})
