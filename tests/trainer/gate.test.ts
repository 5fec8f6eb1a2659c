import { decide, f1, gateDefaults, type Judged, type Outcome } from '../../trainer/gate.ts'

const settings = { ...gateDefaults, required: ['grand_total'] }
const judged = (outcomes: readonly Outcome[], unseenFrom = Infinity): Judged[] =>
  outcomes.map((outcome, i) => ({ documentId: `d${i}`, vendor: `v${i % 5}`, unseen: i >= unseenFrom, fields: { grand_total: outcome } }))
const of = (right: number, wrong: number): Outcome[] => [...Array<Outcome>(right).fill('right'), ...Array<Outcome>(wrong).fill('wrong')]

describe('the gate', () => {
  test('F1 counts a wrong value twice and rightly absent ones never', () => {
    expect(f1(['right', 'wrong', 'missing', 'extra', 'absent'])).toBeCloseTo(2 / (2 + 2 + 2), 10)
  })
  test('a better candidate passes, with the reason', () => {
    const decision = decide(judged(of(10, 10)), judged(of(19, 1)), settings)
    expect(decision.promote).toBe(true)
    expect(decision.reasons[0]).toContain('95.0 % against 50.0 %')
  })
  test('a worse candidate is refused, with the reason', () => {
    expect(decide(judged(of(19, 1)), judged(of(10, 10)), settings)).toMatchObject({ promote: false })
  })
  test('the same model is never worse than itself', () => {
    expect(decide(judged(of(15, 5)), judged(of(15, 5)), settings).promote).toBe(true)
  })
  test('too few documents are no evidence against a champion', () => {
    expect(decide(judged(of(0, 3)), judged(of(3, 0)), settings)).toMatchObject({ promote: false })
  })
  test('the first model passes if it reads anything', () => {
    expect(decide(null, judged(of(2, 1)), settings).promote).toBe(true)
    expect(decide(null, [], settings).promote).toBe(false)
    expect(decide(null, judged(of(0, 20)), settings).promote).toBe(false)
  })
  test('a loss on vendors absent from training is refused although the whole gains', () => {
    const champion = judged([...of(0, 40), ...of(10, 0)], 40)
    const candidate = judged([...of(40, 0), ...of(0, 10)], 40)
    expect(decide(champion, candidate, { ...settings, required: [] })).toMatchObject({ promote: false })
  })
})
