import { claimIndex } from '../../processors/routing/duplicates.ts'
import type { Predicted, FieldReader } from '../../processors/model/reader.ts'
import type { Print } from '../../processors/document/words.ts'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import { powerLaw } from '../../trainer/curve.ts'
import { exampleOf, type TruthFile } from '../../trainer/dataset.ts'
import { remarksOn } from '../../trainer/simulated-reviewer.ts'
import {
  validateProgressively,
  type Arm,
  type LabelledDocument,
  type Step,
} from '../../trainer/progressive-validation.ts'
import { learnFigures, learnSummary, tableOf } from '../../cli/learn-report.ts'
import { htmlOf } from '../../cli/learn-plots.ts'
import { fieldOf, ocrOf, printOf } from '../documents.ts'

const profiles = loadProfiles()
const profile = profileOf(profiles, 'receipt')

const paper = (subtotal: string, total: string): Print =>
  printOf(
    'Corner Shop Ltd',
    '1 High Street',
    'Tel 030 1234567',
    '01.02.2024',
    `Subtotal ${subtotal}`,
    `Total Due ${total}`,
  )
const truthOf = (id: string, total: string, change: Partial<TruthFile> = {}): TruthFile => ({
  id,
  fields: {
    seller_name: 'CORNER SH0P LTD',
    seller_address: '1 High Street',
    issue_date: '2024-02-01',
    grand_total: total,
  },
  ...change,
})
const lesson = (id: string, subtotal: string, total: string): LabelledDocument => {
  const print = paper(subtotal, total)
  return {
    document: ocrOf(id, print, { receivedAt: 0, engine: 'given' }),
    example: exampleOf(truthOf(id, total), print, profile),
  }
}
/** Reads everything right but the total, where it takes the subtotal. */
const reader: FieldReader = {
  ref: { name: 'receipt', version: 1, sha256: '' },
  targetError: 0.05,
  usual: [],
  thresholds: () => ({ seller_name: 0.5, seller_address: 0.5, issue_date: 0.5, grand_total: 0.5 }),
  isTrainedOn: () => false,
  hasRelearned: () => false,
  predict: async (print) => {
    const [, subtotal = ''] =
      /Subtotal (\S+)/.exec(print.words.map(({ text }) => text).join(' ')) ?? []
    return [
      fieldOf(print, 'seller_name', 'Corner Shop Ltd'),
      fieldOf(print, 'seller_address', '1 High Street'),
      fieldOf(print, 'issue_date', '2024-02-01', '01.02.2024'),
      fieldOf(print, 'grand_total', subtotal),
    ] as Predicted[]
  },
}
const run = async (
  arm: Arm,
  sampleShare: number,
  lessons: readonly LabelledDocument[],
): Promise<Step[]> => {
  const steps: Step[] = []
  for await (const step of validateProgressively(
    {
      profile,
      profiles,
      arm,
      start: reader,
      train: async () => ({ promoted: null, reasons: ['no'] }),
      trainEvery: 2,
      sampleShare,
      known: claimIndex(),
      now: Date.UTC(2024, 5, 1),
    },
    lessons,
  ))
    steps.push(step)
  return steps
}
const stream = [
  lesson('d1', '10.00', '12.00'),
  lesson('d2', '20.00', '22.00'),
  lesson('d3', '10.00', '15.00'),
  lesson('d4', '5.00', '6.00'),
]

describe('a person who knows the truth', () => {
  const example = exampleOf(truthOf('d1', '12.00'), paper('10.00', '12.00'), profile)
  const remark = (name: string, value: string | null, raw = value) =>
    remarksOn(
      value === null ? [] : [fieldOf(example.print, name, value, raw)],
      example,
      profile,
    ).find(({ field }) => field === name)

  test.each([
    [
      'printed words nearest to the truth are right, whatever the annotator typed',
      'seller_name',
      'Corner Shop Ltd',
      'right',
      { value: 'Corner Shop Ltd' },
    ],
    [
      'too few words are wrong, and the printed ones are chosen',
      'seller_name',
      'Corner Shop',
      'wrong',
      { value: 'Corner Shop Ltd', words: [0, 1, 2] },
    ],
    [
      'a value that is missing is given with its words',
      'grand_total',
      null,
      'wrong',
      { value: '12.00', words: [14] },
    ],
    ['another amount is wrong', 'grand_total', '10.00', 'wrong', { value: '12.00', words: [14] }],
  ])('%s', (_promise, name, value, outcome, given) => {
    expect(remark(name, value)).toMatchObject({ outcome, given })
  })

  test('what the truth does not speak of is left as it was read', () => {
    const unknown = exampleOf(
      { id: 'd1', fields: { grand_total: '12.00' } },
      paper('10.00', '12.00'),
      profile,
    )
    expect(
      remarksOn([fieldOf(unknown.print, 'seller_name', 'Corner Shop')], unknown, profile)[0],
    ).toMatchObject({ outcome: 'unknown', counts: false, given: { value: 'Corner Shop' } })
  })
})

describe('progressive validation', () => {
  test('without learning, the same mistake is accepted again and again, and counted', async () => {
    const steps = await run('none', 0, stream)
    expect(learnFigures(steps)).toMatchObject({
      documents: 4,
      edits: 0,
      touched: 0,
      wrongAccepted: 4,
      repeated: 0,
    })
    // d2 is drawn and corrected; then the same field is wrong twice more, once with the very same
    // value
    const sampled = await run('none', 0.3, [
      lesson('d2', '20.00', '22.00'),
      lesson('d3', '10.00', '15.00'),
      lesson('d5', '20.00', '25.00'),
    ])
    expect(sampled.map(({ route, repeated, recurred }) => [route, repeated, recurred])).toEqual([
      ['review', [], []],
      ['accepted', [], ['grand_total']],
      ['accepted', ['grand_total'], ['grand_total']],
    ])
  })

  test('a correction becomes a rule, and the next document of the vendor is read right', async () => {
    const steps = await run('rules', 1, stream)
    expect(steps.map(({ edits }) => edits)).toEqual([['grand_total'], [], [], []])
    expect(steps[1]?.fields.find(({ name }) => name === 'grand_total')).toMatchObject({
      value: '22.00',
      origin: 'rule',
    })
    expect(learnFigures(steps)).toMatchObject({ repeated: 0, recurred: 0 })
  })

  test('trainings follow the schedule, and what becomes of them is told', async () => {
    expect((await run('both', 1, stream)).map(({ training }) => training?.reasons ?? null)).toEqual(
      [null, ['no'], null, ['no']],
    )
  })

  test('the summary has the names that others script against', async () => {
    expect(learnSummary(await run('rules', 1, stream))).toEqual({
      documents: 4,
      edits_per_100: 25,
      documents_touched_per_100: 100,
      accepted_share: 0,
      wrong_accepted_share: 0,
      repeated_mistakes_accepted: 0,
    })
  })

  test('table and plots tell the same for every arm', async () => {
    const runs = new Map([
      ['none', await run('none', 0, stream)],
      ['rules', await run('rules', 1, stream)],
    ] as const)
    expect(tableOf(runs)).toMatch(/^none\n.*\n +1–4 +0\.0 +0\.0 +100\.0 % +4\/16 25\.00 %/)
    const curve = {
      heldOut: 9,
      exponent: 0.5,
      measured: [
        { documents: 20, f1: 0.8 },
        { documents: 40, f1: 0.86 },
      ],
      expected: [{ documents: 80, f1: 0.9 }],
    }
    const html = htmlOf('a <b>', runs, 0.01, curve)
    // nothing was accepted in the second arm, so it has no share of wrong values
    expect(html.match(/<polyline/g)).toHaveLength(7)
    expect(html).toContain(
      '<tr><th scope="row">none</th><td>4</td><td>0.0</td><td>0.0</td><td>100.0 %</td><td>25.00 % (4 of 16)</td>',
    )
    expect(html).toContain('a &lt;b&gt;')
    expect(html).not.toMatch(/NaN|Infinity/)
    expect(
      htmlOf('none', new Map([['rules', await run('rules', 1, stream)]]), 0.01, null),
    ).toContain('Nothing was accepted.')
  })
})

test.each([
  [
    'a fall of the error is carried on',
    [100, 200, 400].map((documents) => ({ documents, f1: 1 - 2 * documents ** -0.5 })),
    0.5,
  ],
  [
    'no fall, no law',
    [
      { documents: 100, f1: 0.9 },
      { documents: 200, f1: 0.88 },
    ],
    null,
  ],
  ['one point, no law', [{ documents: 100, f1: 0.9 }], null],
])('the learning curve: %s', (_promise, points, exponent) => {
  const law = powerLaw(points)
  if (exponent === null) expect(law).toBeNull()
  else expect(law?.exponent).toBeCloseTo(exponent, 6)
})
