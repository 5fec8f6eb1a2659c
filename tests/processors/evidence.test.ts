/**
 * What is learned is what a person meant: a value that was entered, one that was looked at and left,
 * and one that was passed by teach unlike much.
 */

import type { FieldEvidence, Rule, Verdict } from '../../schemas/types.ts'
import { applyRule } from '../../processors/rules/rule-kinds.ts'
import { printedDocument } from '../../processors/rules/spans.ts'
import { fieldOf, printOf, verdictOf } from '../documents.ts'
import { openDriver } from '../driver.ts'

const vendor = { id: 'vat:DE136695976', name: null, evidence: 'vat' }
const print = printOf('Corner Shop Ltd', 'VAT DE136695976', 'Total Due 12.00')
const name = fieldOf(print, 'seller_name', 'Corner Shop Ltd')
const misread = fieldOf(print, 'seller_name', 'Corner Shop')
const acceptedFrom = 0.98 // by the target error of 2 %

/** A verdict on a document of the vendor, and how its reviewer came to the name. */
const confirmed = (id: string, how: FieldEvidence | null, change: Partial<Verdict> = {}): Verdict =>
  verdictOf(id, print, [name], [name], {
    vendor,
    sha256: id,
    ...(how === null ? {} : { evidence: { seller_name: how } }),
    ...change,
  })

async function ruleAfter(...verdicts: readonly Verdict[]): Promise<Rule | undefined> {
  const driver = openDriver({ without: ['extract', 'shadow'] })
  for (const verdict of verdicts) await driver.answer(verdict)
  expect(await driver.read('dead')).toEqual([])
  return driver.rules.rulesOf(vendor.id).get('seller_name')
}

const confidenceOf = (rule: Rule | undefined): number | undefined =>
  rule === undefined ? undefined : applyRule(rule, 'text', printedDocument(print), null)?.confidence

test.each<[string, readonly (FieldEvidence | null)[], number | undefined]>([
  ['nothing where it was passed by, however often', ['passed', 'passed', 'passed'], undefined],
  ['half of a rule where it was looked at once', ['looked'], 0.9878],
  ['a whole rule where it was looked at twice', ['looked', 'looked'], 0.9939],
  ['a whole rule where it was entered', ['typed'], 0.9939],
  ['what it taught before where nobody says', [null], 0.9939],
  ['what was meant, where some were passed by', ['passed', 'typed', 'passed'], 0.9939],
])('a confirmed value teaches %s', async (_, ways, confidence) => {
  const rule = await ruleAfter(...ways.map((how, at) => confirmed(`d${at}`, how)))
  expect(confidenceOf(rule)).toEqual(
    confidence === undefined ? undefined : (expect.closeTo(confidence, 4) as number),
  )
  expect(confidence ?? acceptedFrom).toBeGreaterThanOrEqual(acceptedFrom)
})

test('a misreading that was passed by is no choice, and vetoes no rule', async () => {
  const passed = verdictOf('d2', print, [misread], [misread], {
    vendor,
    sha256: 'd2',
    evidence: { seller_name: 'passed' },
  })
  const rule = await ruleAfter(confirmed('d1', 'typed'), passed)
  expect(rule).toMatchObject({ kind: 'constant', value: 'Corner Shop Ltd', taughtBy: ['d1@1'] })
})

test('a value that a person changed was entered, whatever is said', async () => {
  const changed = verdictOf('d1', print, [name], [misread], {
    vendor,
    evidence: { seller_name: 'passed' },
  })
  expect(await ruleAfter(changed)).toMatchObject({ state: 'active', strict: true, support: 1 })
})

test('a rule of before evidence was told is trusted by its verdicts, and one by hand as a whole', async () => {
  const rule = await ruleAfter(confirmed('d1', 'typed'))
  if (rule === undefined) throw new Error('no rule')
  const { support: _, ...before } = rule
  expect(confidenceOf(before)).toBe(confidenceOf(rule))
  expect(confidenceOf({ ...before, taughtBy: [] })).toBeCloseTo(80 / 80.5, 6)
})

test('a verdict that says how it came to a field that the profile doesn’t have is refused', async () => {
  const driver = openDriver({ without: ['extract', 'shadow'] })
  await driver.answer(confirmed('d1', null, { evidence: { nonsense: 'looked' } }))
  const letters = await driver.read('dead')
  expect(letters.map(({ value }) => [value?.stage, value?.code])).toEqual([
    ['judge', 'VERDICT_INVALID'],
  ])
  expect(await driver.read('verdicts')).toEqual([])
})
