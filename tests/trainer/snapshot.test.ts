/** A snapshot is named by what is in it, and who is held out never depends on when one looks. */

import fc from 'fast-check'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import { exampleOfVerdict, verdictMark, snapshotOf, splitOf } from '../../trainer/snapshot.ts'
import { generatedVerdicts } from '../verdicts.ts'

const receipt = profileOf(loadProfiles(), 'receipt')
const verdicts = generatedVerdicts(receipt, 60, { vendors: 20 })
const ids = (list: readonly { documentId: string }[]): string[] =>
  list.map(({ documentId }) => documentId)
const name = (list: typeof verdicts, end = 1n): string =>
  snapshotOf('receipt', list, new Map([[0, end]])).fingerprint

test('the same verdicts in any order, at any offset, are one data set', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(verdicts, { minLength: verdicts.length }),
      fc.bigInt({ min: 1n, max: 9_999n }),
      (shuffled, end) => {
        expect(name(shuffled, end)).toBe(name(verdicts))
      },
    ),
    { numRuns: 20 },
  )
})

test.each([
  ['a document less', (list: typeof verdicts) => list.slice(1)],
  [
    'another revision',
    (list: typeof verdicts) =>
      list.map((verdict, i) => (i === 3 ? { ...verdict, revision: 2 } : verdict)),
  ],
  [
    'another value',
    (list: typeof verdicts) =>
      list.map((verdict, i) =>
        i === 3 ? { ...verdict, fields: verdict.fields.slice(1) } : verdict,
      ),
  ],
  [
    'another vendor',
    (list: typeof verdicts) =>
      list.map((verdict, i) =>
        i === 3 ? { ...verdict, vendor: { ...verdict.vendor, id: 'vat:X' } } : verdict,
      ),
  ],
  [
    'another reviewer',
    (list: typeof verdicts) =>
      list.map((verdict, i) => (i === 3 ? { ...verdict, reviewer: 'bob' } : verdict)),
  ],
])('%s is another data set', (_, change) => expect(name(change(verdicts))).not.toBe(name(verdicts)))

test('a field that the profile has got since the verdict is unknown, not absent', () => {
  const verdict = { ...(verdicts[0] as (typeof verdicts)[0]), fields: [] }
  const truthOf = (profileFields: readonly string[]) =>
    exampleOfVerdict({ ...verdict, profileFields }, receipt).truth
  const [first = '', ...later] = receipt.fields.map(({ name: field }) => field)
  expect([...truthOf([first]).keys()]).toEqual([first])
  expect(truthOf([first]).get(first)?.value).toBeNull()
  expect([...truthOf([]).keys()]).toEqual([first, ...later])
})

test('rejected documents and other profiles are no examples', () => {
  const mixed = [
    ...verdicts,
    { ...(verdicts[0] as (typeof verdicts)[0]), documentId: 'no', decision: 'rejected' as const },
    { ...(verdicts[1] as (typeof verdicts)[0]), documentId: 'other', profile: 'invoice' },
  ]
  expect(name(mixed)).toBe(name(verdicts))
})

test('what is held out today is held out of every other snapshot too, and never trained on', () => {
  const whole = splitOf(verdicts)
  const out = new Set(ids(whole.heldOut))
  expect(ids(whole.training).filter((id) => out.has(id))).toEqual([])
  expect(out.size + whole.training.length).toBe(verdicts.length)
  fc.assert(
    fc.property(fc.subarray(verdicts), (some) => {
      const { training, heldOut, unseen } = splitOf(some)
      expect(training.filter(({ documentId }) => out.has(documentId))).toEqual([])
      expect(heldOut.filter(({ documentId }) => !out.has(documentId))).toEqual([])
      for (const vendor of unseen)
        expect(training.some((verdict) => verdict.vendor.id === vendor)).toBe(false)
    }),
    { numRuns: 50 },
  )
})

test('a field that a verdict does not name is absent from the document, and a verdict is told by document and revision', () => {
  const [verdict] = verdicts
  if (verdict === undefined) return
  const { truth } = exampleOfVerdict({ ...verdict, fields: [] }, receipt)
  expect([...truth].map(([field, { value }]) => [field, value])).toEqual(
    receipt.fields.map((field) => [field.name, null]),
  )
  expect(verdictMark(verdict)).toBe(`${verdict.documentId}@1`)
})
