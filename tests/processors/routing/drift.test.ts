import fc from 'fast-check'
import {
  agreeing,
  cautions,
  addJudgedValues,
  mostKept,
  nothingKnown,
  see,
  strictnessOf,
  type Signal,
} from '../../../processors/routing/drift.ts'
import { fingerprintOf, layoutDistance } from '../../../processors/document/fingerprint.ts'
import { unpackWords } from '../../../processors/document/words.ts'
import { loadProfiles, profileOf } from '../../../schemas/profiles.ts'
import type { Extracted, Rule, Verdict } from '../../../schemas/types.ts'
import { extracted, field, verdict } from '../../connectors/clickhouse/records.ts'
import { randomFrom } from '../../../trainer/random.ts'
import { generatedVerdicts } from '../../verdicts.ts'
import {
  because,
  readingsOf,
  steadyLength,
  steadyStreams,
  stream,
  valuesAt,
  vendor,
} from './drift-streams.ts'

const invoice = profileOf(loadProfiles(), 'invoice')
const layouts = generatedVerdicts(invoice, 120, { vendors: 2 }).map(({ pages, words }) =>
  fingerprintOf({ pages, words: unpackWords(words) }),
)
const layoutOf = (issuer: 0 | 1, i: number): readonly number[] =>
  layouts[issuer + 2 * (i % 60)] as readonly number[]

/** As evenly spread as can be, the same each time: the golden ratio's multiples. */
const spread = (i: number): number => (i * 0.618034) % 1
const reading = (i: number, change: Partial<Extracted> = {}): Extracted =>
  extracted(`d${i}`, valuesAt(0.95 + 0.04 * spread(i)), {
    receivedAt: 1000 * i,
    layout: layoutOf(0, i),
    reasons: spread(i) < 0.2 ? [because('low_confidence')] : [],
    ...change,
  })
const decided = (i: number, right: boolean, change: Partial<Verdict> = {}): Verdict =>
  verdict(
    `d${i}`,
    valuesAt(0.97),
    [field('grand_total', right ? '10.00' : '12.00', 1), field('invoice_number', 'N1', 1)],
    { decidedAt: 1000 * i + 500, basis: 'sample', ...change },
  )

const usual = (count: number): Extracted[] => Array.from({ length: count }, (_, i) => reading(i))
const changed = (
  from: number,
  count: number,
  change: (i: number) => Partial<Extracted>,
): Extracted[] => Array.from({ length: count }, (_, k) => reading(from + k, change(from + k)))
const said = ({ published }: { readonly published: readonly Rule[] }): string[] =>
  published.map(({ field: name, state }) => `${name} ${state}`)

describe('the layout of a document', () => {
  test('two documents of one layout share more than two of different ones, for generated invoices', () => {
    const pairs = Array.from(
      { length: 59 },
      (_, i) =>
        [
          layoutDistance(layoutOf(0, i), layoutOf(0, i + 1)),
          layoutDistance(layoutOf(0, i), layoutOf(1, i)),
        ] as const,
    )
    expect(pairs.filter(([same, other]) => same < other).length).toBeGreaterThanOrEqual(57)
  })

  test('an empty page has no layout, and is unlike every page that has one', () => {
    expect(fingerprintOf({ pages: [], words: [] })).toEqual([])
    expect([
      layoutDistance([], []),
      layoutDistance([], layoutOf(0, 0)),
      layoutDistance(layoutOf(0, 0), layoutOf(0, 0)),
    ]).toEqual([0, 1, 0])
  })
})

describe('streams that do not change', () => {
  test('give less than one caution in a thousand documents', () => {
    const vendors = 8
    const next = randomFrom(3)
    const byIssuer = ([0, 1] as const).map((issuer) =>
      Array.from({ length: 60 }, (_, i) => layoutOf(issuer, i)),
    )
    const streams = Object.entries(steadyStreams(byIssuer))
    const all = streams.flatMap(([name, draw]) =>
      Array.from({ length: vendors }, (_, issuer) =>
        readingsOf(`${name}-${issuer}`, draw(next, issuer)),
      ),
    )
    const documents = all.flat().length
    const found = all.flatMap((records) => said(stream(records)))
    expect(documents).toBe(streams.length * vendors * steadyLength)
    expect((1_000 * found.length) / documents).toBeLessThan(1)
  }, 120_000)
})

describe('drift', () => {
  test('a vendor that stays as it is gives no caution, longer than is kept of it', () => {
    expect(said(stream(usual(150)))).toEqual([])
  })

  const verdicts = (from: number, count: number, right: boolean): (Extracted | Verdict)[] =>
    Array.from({ length: count }, (_, k) => [reading(from + k), decided(from + k, right)]).flat()
  test.each<[Signal, string, readonly (Extracted | Verdict)[], string]>([
    [
      'layout',
      'another layout',
      [...usual(40), ...changed(40, 12, (i) => ({ layout: layoutOf(1, i) }))],
      'active',
    ],
    [
      'confidence',
      'a reader less sure, though every value is above its threshold',
      [...usual(40), ...changed(40, 12, (i) => ({ fields: valuesAt(0.91 + 0.03 * spread(i)) }))],
      'active',
    ],
    [
      'blockers',
      'checks that fail',
      [...usual(40), ...changed(40, 12, () => ({ reasons: [because('check_failed')] }))],
      'active',
    ],
    [
      'blockers',
      'as many reasons as before, but others',
      [
        ...Array.from({ length: 40 }, (_, i) =>
          reading(i, { reasons: [because('low_confidence')] }),
        ),
        ...changed(40, 12, () => ({ reasons: [because('missing', 'iban')] })),
      ],
      'active',
    ],
    [
      'calibration',
      'samples that are wrong',
      [...verdicts(0, 20, true), ...verdicts(20, 6, false)],
      'asks',
    ],
  ])(
    '%s: %s gives a caution within twelve documents, and says since when',
    (signal, _, records, state) => {
      const { published, at } = stream(records)
      expect(said({ published })).toContain(`drift_${signal} ${state}`)
      const rule = published.find(({ field: name }) => name === `drift_${signal}`) as Rule
      expect(rule).toMatchObject({
        kind: 'caution',
        vendor,
        profile: 'invoice',
        until: null,
        decidedBy: null,
      })
      expect(rule.from as number).toBeLessThanOrEqual(rule.since)
      expect(rule.from as number).toBeGreaterThanOrEqual(
        (signal === 'calibration' ? 15 : 35) * 1000,
      )
      expect(at[published.indexOf(rule)]).toBeGreaterThanOrEqual(40) // none before the change
    },
  )

  test.each<[string, readonly (Extracted | Verdict)[]]>([
    [
      'a surer reader',
      [...usual(40), ...changed(40, 20, (i) => ({ fields: valuesAt(0.99 + 0.005 * spread(i)) }))],
    ],
    [
      'another model, which is less sure everywhere',
      [
        ...usual(40),
        ...changed(40, 20, (i) => ({
          fields: valuesAt(0.8 + 0.1 * spread(i)),
          model: { name: 'invoice', version: 4, sha256: 'm4' },
        })),
      ],
    ],
    [
      'documents that a caution or the draw sends to a person',
      [
        ...usual(40),
        ...changed(40, 20, (i) => ({
          reasons: [
            because('drift'),
            because('sample', null),
            ...(spread(i) < 0.2 ? [because('low_confidence')] : []),
          ],
        })),
      ],
    ],
    [
      'wrong values where something had spoken against them',
      Array.from({ length: 20 }, (_, i) => [
        reading(i, { reasons: [because('low_confidence')] }),
        decided(i, false, { basis: 'review' }),
      ]).flat(),
    ],
    [
      'a rejected document',
      Array.from({ length: 20 }, (_, i) => [
        reading(i),
        decided(i, false, { decision: 'rejected' }),
      ]).flat(),
    ],
  ])('%s: no caution', (_, records) => {
    expect(said(stream(records))).toEqual([])
  })

  test(`a caution ends when ${agreeing} documents in a row that people decided on after it had nothing wrong, and not before`, () => {
    const until = [...usual(40), ...changed(40, 12, (i) => ({ layout: layoutOf(1, i) }))]
    const more = (rights: readonly boolean[]): (Extracted | Verdict)[] =>
      rights.flatMap((right, k) => [
        reading(60 + k, { layout: layoutOf(1, 60 + k) }),
        decided(60 + k, right, { basis: 'review' }),
      ])
    expect(said(stream(until))).toEqual(['drift_layout active'])
    expect(said(stream([...until, ...more([true, true, true, true, false, true, true])]))).toEqual([
      'drift_layout active',
    ])
    const { published } = stream([...until, ...more([true, false, true, true, true, true, true])])
    expect(said({ published })).toEqual(['drift_layout active', 'drift_layout disabled'])
    expect(published[1]).toMatchObject({ id: (published[0] as Rule).id, until: 66_500 })
  })

  test('after a caution the new state is the measure: it gives none of its own, and another change gives one', () => {
    const first = [...usual(40), ...changed(40, 12, (i) => ({ layout: layoutOf(1, i) }))]
    const confirmed = Array.from({ length: 40 }, (_, k) => [
      reading(52 + k, { layout: layoutOf(1, k) }),
      ...(k < agreeing ? [decided(52 + k, true, { basis: 'review' })] : []),
    ]).flat()
    const again = changed(92, 12, (i) => ({ layout: layoutOf(0, i) }))
    expect(said(stream([...first, ...confirmed]))).toEqual([
      'drift_layout active',
      'drift_layout disabled',
    ])
    expect(said(stream([...first, ...confirmed, ...again]))).toEqual([
      'drift_layout active',
      'drift_layout disabled',
      'drift_layout active',
    ])
  })

  test('the same records in any order, some of them twice, give the same cautions', () => {
    const records: readonly (Extracted | Verdict)[] = [
      ...usual(40),
      ...changed(40, 12, (i) => ({ layout: layoutOf(1, i), fields: valuesAt(0.9) })),
      ...Array.from({ length: 12 }, (_, k) => decided(40 + k, k % 3 === 0)),
    ]
    expect(records.length).toBeLessThanOrEqual(mostKept)
    const all = (order: readonly (Extracted | Verdict)[]): Rule[] => {
      const known = nothingKnown()
      for (const record of order) {
        if ('decidedAt' in record) addJudgedValues(known, record)
        else see(known, record)
      }
      return cautions(vendor, known, () => null)
    }
    const expected = all(records)
    expect(expected.map(({ field: name }) => name)).toEqual([
      'drift_layout',
      'drift_confidence',
      'drift_calibration',
    ])
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...records], { minLength: records.length }),
        fc.subarray([...records]),
        (order, twice) => expect(all([...order, ...twice])).toEqual(expected),
      ),
      { numRuns: 30 },
    )
  })

  test('the strictest of several cautions holds, and a person is asked where one of them says so', () => {
    const { standing } = stream([
      ...usual(40),
      ...changed(40, 12, (i) => ({ layout: layoutOf(1, i) })),
    ])
    const layout = standing.get('drift_layout') as Rule
    const both = new Map([
      ...standing,
      [
        'drift_calibration',
        { ...layout, field: 'drift_calibration', state: 'asks', tighten: 9 } as Rule,
      ],
    ])
    expect(strictnessOf(standing)).toEqual({ strictness: 5, asks: [] })
    expect(strictnessOf(both)).toEqual({
      strictness: 9,
      asks: [{ code: 'drift', field: null, detail: 'calibration' }],
    })
    expect(
      strictnessOf(new Map([['drift_layout', { ...layout, state: 'disabled' } as Rule]])),
    ).toEqual({ strictness: 1, asks: [] })
  })
})
