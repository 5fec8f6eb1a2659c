import { decidePromotion, gateDefaults, type DocumentOutcomes } from '../../trainer/gate.ts'
import { acceptsLess, letsThroughMore } from '../../trainer/gate-acceptance.ts'
import { f1, type Outcome } from '../../trainer/f1.ts'

const settings = { ...gateDefaults, required: ['grand_total'] }
const judged = (outcomes: readonly Outcome[], unseenFrom = Infinity): DocumentOutcomes[] =>
  outcomes.map((outcome, i) => ({
    documentId: `d${i}`,
    vendor: `v${i % 5}`,
    unseen: i >= unseenFrom,
    fields: { grand_total: outcome },
  }))
const of = (right: number, wrong: number): Outcome[] => [
  ...Array<Outcome>(right).fill('right'),
  ...Array<Outcome>(wrong).fill('wrong'),
]

describe('the gate', () => {
  test('F1 counts a wrong value twice and rightly absent ones never', () => {
    const outcomes = ['right', 'wrong', 'missing', 'extra', 'absent'] as const
    expect(f1(outcomes.map((outcome) => ({ outcome, weight: 1 })))).toBeCloseTo(2 / (2 + 2 + 2), 10)
  })
  test('a better candidate passes, with the reason', () => {
    const decision = decidePromotion(judged(of(10, 10)), judged(of(19, 1)), settings)
    expect(decision.promote).toBe(true)
    expect(decision.reasons[0]).toContain('95.0 % against 50.0 %')
  })
  test('what reviewers passed by says less against a candidate than what they looked at', () => {
    const passedBy = (all: readonly DocumentOutcomes[], from: number): DocumentOutcomes[] =>
      all.map((one, i) => (i < from ? one : { ...one, passed: ['grand_total'] }))
    // ten values that people entered, where the candidate is right; fifteen as the champion read them
    const [champion, candidate] = [judged(of(15, 10).reverse()), judged(of(10, 15))]
    const known = { ...settings, required: [] }
    expect(decidePromotion(champion, candidate, known).promote).toBe(false)
    const looked = decidePromotion(passedBy(champion, 10), passedBy(candidate, 10), known)
    expect(looked.comparisons[0]).toMatchObject({
      candidate: 10 / 13.75,
      champion: 3.75 / 13.75,
    })
    expect(looked.promote).toBe(true)
  })
  test('what reviewers passed by still keeps a candidate out that breaks it', () => {
    const all = (outcome: Outcome): DocumentOutcomes[] =>
      judged(Array<Outcome>(40).fill(outcome)).map((one) => ({ ...one, passed: ['grand_total'] }))
    expect(decidePromotion(all('right'), all('wrong'), settings).promote).toBe(false)
  })
  test('a worse candidate is refused, with the reason', () => {
    expect(decidePromotion(judged(of(19, 1)), judged(of(10, 10)), settings)).toMatchObject({
      promote: false,
    })
  })
  test('the same model is never worse than itself', () => {
    expect(decidePromotion(judged(of(15, 5)), judged(of(15, 5)), settings).promote).toBe(true)
  })
  test('too few documents are no evidence against a champion', () => {
    expect(decidePromotion(judged(of(0, 3)), judged(of(3, 0)), settings)).toMatchObject({
      promote: false,
    })
  })
  test('the first model passes if it reads anything', () => {
    expect(decidePromotion(null, judged(of(2, 1)), settings).promote).toBe(true)
    expect(decidePromotion(null, [], settings).promote).toBe(false)
    expect(decidePromotion(null, judged(of(0, 20)), settings).promote).toBe(false)
  })
  test('a loss on vendors absent from training is refused although the whole gains', () => {
    const champion = judged([...of(0, 40), ...of(10, 0)], 40)
    const candidate = judged([...of(40, 0), ...of(0, 10)], 40)
    expect(decidePromotion(champion, candidate, { ...settings, required: [] })).toMatchObject({
      promote: false,
    })
  })
})

test('the bounds of a difference are its 10th and its 95th percentile', () => {
  // Each document has a vendor of its own, and a candidate that errs on w of 100 loses w
  // hundredths. Drawing from 10 errors in 100, w is binomial: 5.8 % of draws have 5 or fewer, 2.4 %
  // have 4 or fewer, 92.7 % have 14 or fewer, 87.6 % have 13 or fewer.
  const apart = (outcomes: readonly Outcome[]): DocumentOutcomes[] =>
    judged(outcomes).map((one, i) => ({ ...one, vendor: `v${i}` }))
  const many = { ...settings, resamples: 5_000 }
  const { comparisons } = decidePromotion(apart(of(100, 0)), apart(of(90, 10)), many)
  expect(comparisons[0]?.low).toBeCloseTo(-0.14, 10)
  expect(comparisons[0]?.high).toBeCloseTo(-0.05, 10)
})

describe('the margins', () => {
  const thousand = 1_000
  /** Documents of vendors of their own, of which the first `wrong` are read wrongly. */
  const apart = (wrong: number, part: Partial<DocumentOutcomes> = {}): DocumentOutcomes[] =>
    Array.from({ length: thousand }, (_, i) => ({
      documentId: `${part.unseen === true ? 'u' : 'd'}${i}`,
      vendor: `${part.unseen === true ? 'u' : 'v'}${i}`,
      unseen: false,
      fields: { grand_total: i < wrong ? 'wrong' : 'right' },
      ...part,
    }))
  const open = { ...settings, required: [], resamples: 50 } // what is known without them

  test.each([
    [9, true],
    [11, false],
  ])('%i more wrong of 1,000: passes %s, since one point of the whole may go', (wrong, promote) => {
    expect(decidePromotion(apart(0), apart(wrong), open).promote).toBe(promote)
  })

  test.each([
    [16, true],
    [24, false],
  ])(
    '%i of 400 lost and as many won: passes %s, since two points may be lost in one of ten cases',
    (k, promote) => {
      const swapped = (from: number): DocumentOutcomes[] =>
        apart(0)
          .slice(0, 400)
          .map((one, i) =>
            i >= from && i < from + k ? { ...one, fields: { grand_total: 'wrong' } } : one,
          )
      const decision = decidePromotion(swapped(0), swapped(200), { ...open, resamples: 5_000 })
      expect(decision.promote).toBe(promote)
    },
  )

  test.each([
    [19, true],
    [21, false],
  ])('%i more wrong of 1,000 unseen vendors: passes %s', (wrong, promote) => {
    const champion = [...apart(200), ...apart(0, { unseen: true })]
    const candidate = [
      ...apart(0),
      ...apart(0, { unseen: true }).map((one, i): DocumentOutcomes =>
        i < wrong ? { ...one, fields: { grand_total: 'wrong' } } : one,
      ),
    ]
    expect(decidePromotion(champion, candidate, open).promote).toBe(promote)
  })

  test.each([
    [19, true],
    [21, false],
  ])('%i more wrong of 1,000 of a required field: passes %s', (wrong, promote) => {
    const both = (name: number, total: number): DocumentOutcomes[] =>
      apart(total).map((one, i) => ({
        ...one,
        fields: { ...one.fields, seller_name: i < name ? 'wrong' : 'right' },
      }))
    const decision = decidePromotion(both(0, 200), both(wrong, 0), {
      ...open,
      required: ['seller_name'],
    })
    expect(decision.promote).toBe(promote)
  })

  test('steps that each lose less than the margin lose no more together than one may', () => {
    let [champion, best] = [0, 0] // wrong of 1,000
    let steps = 0
    for (let step = 0; step < 10; step++) {
      const decision = decidePromotion(
        apart(champion),
        apart(champion + 7),
        open,
        champion === best ? null : apart(best),
      )
      if (!decision.promote) {
        expect(decision.reasons.join()).toBe(
          'reads less well than the best champion so far: F1 98.6 % against 100.0 %',
        )
        continue
      }
      steps++
      champion += 7
      if (decision.isBest) best = champion
    }
    expect([steps, champion]).toEqual([1, 7])
  })

  test('vendors absent from training are held against the best champion too', () => {
    const unseen = (wrong: number): DocumentOutcomes[] =>
      apart(0, { unseen: true }).map((one, i): DocumentOutcomes =>
        i < wrong ? { ...one, fields: { grand_total: 'wrong' } } : one,
      )
    const decision = decidePromotion(
      [...apart(100), ...unseen(8)],
      [...apart(0), ...unseen(14)],
      open,
      [...apart(50), ...unseen(0)],
    )
    expect(decision).toMatchObject({ promote: false, isBest: true })
    expect(decision.reasons.join()).toBe(
      'reads vendors absent from training less well than the best champion so far: F1 98.6 % against 100.0 %',
    )
  })
})

describe('one reviewer who is wrong', () => {
  const by = (
    reviewer: string,
    from: number,
    outcomes: readonly Outcome[],
    settled = false,
  ): DocumentOutcomes[] =>
    outcomes.map((outcome, i) => ({
      documentId: `d${from + i}`,
      vendor: `v${(from + i) % 7}`,
      unseen: false,
      fields: { grand_total: outcome },
      reviewer,
      settled,
    }))
  const gate = { ...settings, required: [] }
  const champion = [...by('ann', 0, of(20, 0)), ...by('mallory', 50, of(0, 40))]
  const candidate = [...by('ann', 0, of(8, 12)), ...by('mallory', 50, of(40, 0))]

  test('is named, though all figures together praise the candidate', () => {
    const decision = decidePromotion(champion, candidate, gate)
    expect(decision.comparisons[0]?.difference).toBeGreaterThan(0.2)
    expect(decision).toMatchObject({ promote: false, doubted: ['mallory'] })
    expect(decision.reasons.join()).toContain('others than mallory')
  })
  test('is not found in a difference that chance explains', () => {
    const [before, after] = [
      [...by('ann', 0, of(19, 1)), ...by('bob', 50, of(20, 0))],
      [...by('ann', 0, [...of(18, 1), 'wrong']), ...by('bob', 50, of(20, 0))],
    ]
    expect(decidePromotion(before, after, gate).doubted).toEqual([])
  })
  test('does not pass alone either: what the champion was judged on remembers', () => {
    const decision = decidePromotion(
      [...by('ann', 0, of(20, 0), true), ...by('ann', 50, of(0, 40))],
      [...by('ann', 0, of(8, 12), true), ...by('ann', 50, of(40, 0))],
      gate,
    )
    expect(decision).toMatchObject({ promote: false, doubted: [] })
    expect(decision.reasons.join()).toContain('that the champion was judged on')
  })
})

test.each([
  [{ values: 400, errorsLetThrough: 4 }, null, null], // as the target allows
  [{ values: 100, errorsLetThrough: 6 }, null, 'lets 6 wrong values through among 100'],
  // no worse than the champion
  [{ values: 100, errorsLetThrough: 6 }, { values: 90, errorsLetThrough: 6 }, null],
  [{ values: 0, errorsLetThrough: 0 }, null, null],
])('of %j, the champion %j, the gate says %s', (candidate, champion, expected) => {
  const said = letsThroughMore(candidate, champion, 0.01)
  expect(said?.slice(0, expected?.length ?? 0) ?? null).toBe(expected)
})

describe('a required field', () => {
  const gate = { ...settings, required: ['seller_name'] }
  const both = (seller: readonly Outcome[], total: readonly Outcome[]): DocumentOutcomes[] =>
    seller.map((outcome, i) => ({
      documentId: `d${i}`,
      vendor: `v${i % 12}`,
      unseen: false,
      fields: { seller_name: outcome, grand_total: total[i] as Outcome },
    }))
  const before = both([...of(50, 10)], of(30, 30))

  test('may not be read less well, however much the others gain', () => {
    const decision = decidePromotion(before, both(of(44, 16), of(60, 0)), gate)
    expect(decision.comparisons[0]?.low).toBeGreaterThan(0)
    expect(decision).toMatchObject({ promote: false })
    expect(decision.reasons[0]).toContain(
      'seller_name is read less well, by more than the margin of 2.0 %: F1 73.3 % against 83.3 %',
    )
  })
  test('need not be proved to be read as well, where chance explains what is seen', () => {
    const mixed = [
      ...Array<Outcome>(4).fill('wrong'),
      ...of(46, 8),
      ...Array<Outcome>(2).fill('right'),
    ] // four lost, two won
    expect(decidePromotion(before, both(mixed, of(60, 0)), gate).promote).toBe(true)
  })
})

describe('a candidate that could accept far less than the champion', () => {
  const through = (errorsLetThrough: number) => ({ values: 100, errorsLetThrough })
  test.each([
    ['is refused', 0, 0.8, null, true],
    ['is refused though the champion let one error through', 0.3, 0.8, through(1), true],
    ['passes where what the champion accepts is wrong too often', 0, 0.8, through(8), false],
    ['is no matter of chance', 0.66, 0.8, null, false],
    ['is not to be had where the champion accepts nothing', 0, 0, null, false],
  ])('%s', (_promise, candidate, champion, its, refused) => {
    expect(
      acceptsLess(
        { documents: 50, share: candidate, short: null },
        { documents: 90, share: champion, short: null },
        its,
        0.01,
      ) !== null,
    ).toBe(refused)
  })
  test('hears why, also where there is no threshold at all', () => {
    const champion = { documents: 97, share: 0.608, short: null }
    expect(
      acceptsLess({ documents: 294, share: 0.357, short: null }, champion, null, 0.01),
    ).toContain(
      'could accept 35.7 % of the 294 documents that it was tried on, the champion 60.8 % of its own 97: people would have more to do',
    )
    const short = { values: 300, wrong: 1, needed: 388 }
    expect(acceptsLess({ documents: 196, share: 0, short }, champion, null, 0.01)).toContain(
      'could accept nothing unseen: its 196 held-out documents do not show that fewer than 1.0 % of the values are wrong, however sure it is (of the surest 300 1 is wrong: 88 more right ones are needed), the champion 60.8 %',
    )
  })
})
