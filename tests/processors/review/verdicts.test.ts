import { locate, normaliserOf, readValue } from '../../../processors/review/interpret-input.ts'
import { documentContext } from '../../../processors/document/context.ts'
import { clean, verdictOfAnswer, type ReviewAnswer } from '../../../processors/review/verdicts.ts'
import { packWords, unpackWords } from '../../../processors/document/words.ts'
import { loadProfiles, profileOf } from '../../../schemas/profiles.ts'
import type { Field, Task } from '../../../schemas/types.ts'
import { makeTask } from '../../review-server.ts'

const task = makeTask()
const words = unpackWords(task.words)
const context = documentContext({ pages: task.pages, words })
const profile = profileOf(loadProfiles(), 'invoice')
const decide = (
  answer: Partial<ReviewAnswer>,
  of: Task = task,
  basis: 'task' | 'correction' = 'task',
  wantsSecond = (): boolean => false,
) =>
  verdictOfAnswer({
    wantsSecond,
    task: of,
    profile,
    basis,
    now: 1_000,
    normalise: normaliserOf(context),
    answer: { revision: 1, reviewer: 'mara', decision: 'corrected', ...answer },
  })
const verdict = (...given: Parameters<typeof decide>) => {
  const result = decide(...given)
  if ('problems' in result) throw new Error(JSON.stringify(result.problems))
  return result.verdict
}
const indexOf = (text: string): number => words.findIndex((word) => word.text === text)

describe('a verdict', () => {
  it('repeats the prediction, words and pages, and says that a person confirmed where nothing differs', () => {
    const given = verdict({})
    expect(given).toMatchObject({
      decision: 'confirmed',
      basis: 'review',
      predicted: task.fields,
      words: task.words,
      pages: task.pages,
      model: task.model,
      rulesVersion: '0:12',
      decidedAt: 1_000,
      openedAt: null,
    })
    expect(given.fields.every((field) => field.origin === 'human' && field.confidence === 1)).toBe(
      true,
    )
  })

  it('is a correction where a value differs, whatever the sender calls it', () => {
    expect(
      verdict({ decision: 'confirmed', fields: [{ name: 'grand_total', value: '1469.06' }] })
        .decision,
    ).toBe('corrected')
    expect(
      verdict({
        decision: 'corrected',
        fields: task.fields.map(({ name, value }) => ({ name, value })),
        lineItems: task.lineItems,
      }).decision,
    ).toBe('confirmed')
  })

  it('reads printed text, page and box off the words and believes no sender about them', () => {
    const index = indexOf('1.469,06')
    const [x0, y0, x1, y1] = words[index]?.box ?? []
    const fields = verdict({
      fields: [
        { name: 'grand_total', value: '1469.06', raw: 'a lie', page: 9, words: [index] },
        { name: 'seller_name', words: [0, 1, 2] },
      ],
    }).fields
    expect(fields[0]).toMatchObject({
      value: '1469.06',
      raw: '1.469,06',
      page: 1,
      box: [x0, y0, x1, y1],
      words: [index],
      origin: 'human',
    })
    expect(fields[1]).toMatchObject({
      value: 'Nordlicht Werkzeuge GmbH',
      raw: 'Nordlicht Werkzeuge GmbH',
      words: [0, 1, 2],
    })
  })

  it('keeps the evidence of a prediction that a person leaves as it is', () => {
    const predicted = task.fields.find((field) => field.name === 'net_total')
    const [field] = verdict({ fields: [{ name: 'net_total', value: '1234.50' }] }).fields
    expect(field).toMatchObject({ raw: '1.234,50', words: predicted?.words })
  })

  it('names as printed what is meant, not what a printer glued to the last of its words', () => {
    const glued = {
      ...task,
      words: packWords(
        words.map((word, index) => (index === 2 ? { ...word, text: `${word.text}(HRB77)` } : word)),
      ),
    }
    const given = (value: string): NonNullable<ReviewAnswer['fields']> => [
      { name: 'seller_name', value, words: [0, 1, 2] },
    ]
    expect(verdict({ fields: given('Nordlicht Werkzeuge GmbH') }, glued).fields[0]).toMatchObject({
      raw: 'Nordlicht Werkzeuge GmbH',
      words: [0, 1, 2],
    })
    expect(verdict({ fields: given('Nordlicht GmbH') }, glued).fields[0]).toMatchObject({
      raw: 'Nordlicht Werkzeuge GmbH(HRB77)',
    })
    const fields = [
      {
        ...(task.fields[0] as Field),
        name: 'seller_name',
        value: 'Nordlicht Werkzeuge GmbH',
        raw: 'Nordlicht Werkzeuge Gmbh',
        words: [0, 1, 2],
      },
    ]
    expect(
      verdict(
        { fields: [{ name: 'seller_name', value: 'Nordlicht Werkzeuge GmbH' }] },
        { ...glued, fields },
      ).fields[0],
    ).toMatchObject({ raw: 'Nordlicht Werkzeuge Gmbh', words: [0, 1, 2] })
  })

  it.each<[string, ReviewAnswer['fields'], string, RegExp]>([
    ['an unknown field', [{ name: 'colour', value: 'red' }], 'colour', /no such field/],
    [
      'a field twice',
      [
        { name: 'iban', value: null },
        { name: 'iban', value: null },
      ],
      'iban',
      /twice/,
    ],
    ['a date that is none', [{ name: 'issue_date', value: 'soon' }], 'issue_date', /Not a date/],
    [
      'an amount that is none',
      [{ name: 'grand_total', value: 'much' }],
      'grand_total',
      /Not an amount/,
    ],
    [
      'a word beyond the last',
      [{ name: 'seller_name', value: 'X', words: [99_999] }],
      'seller_name',
      /does not have/,
    ],
    [
      'a negative word',
      [{ name: 'seller_name', value: 'X', words: [-1] }],
      'seller_name',
      /does not have/,
    ],
    [
      'a text without end',
      [{ name: 'seller_name', value: 'x'.repeat(3_000) }],
      'seller_name',
      /longer/,
    ],
  ])('refuses %s with a reason', (_, fields, field, reason) => {
    const result = decide({ fields: fields ?? [] })
    expect('problems' in result && result.problems).toEqual([
      { field, reason: expect.stringMatching(reason) },
    ])
  })

  it('keeps warnings that were let stand, and refuses those that nothing gave', () => {
    const twice = {
      ...task,
      reasons: [{ code: 'duplicate' as const, field: null, detail: 'http/earlier' }],
    }
    const stand = ['totals_add_up', 'duplicate:http/earlier']
    expect(verdict({ acceptedWarnings: stand }, twice).acceptedWarnings).toEqual(stand)
    expect(verdict({}).acceptedWarnings).toEqual([])
    const result = decide({ acceptedWarnings: [...stand, 'all_is_well'] })
    expect('problems' in result && result.problems).toEqual([
      { field: null, reason: 'nothing warns of duplicate:http/earlier' },
      { field: null, reason: 'nothing warns of all_is_well' },
    ])
  })

  it('names the row and column of a cell that is wrong, and drops empty rows', () => {
    const result = decide({
      lineItems: [
        { cells: [] },
        {
          cells: [
            { name: 'quantity', value: 'some' },
            { name: 'colour', value: 'x' },
          ],
        },
      ],
    })
    expect('problems' in result && result.problems.map((problem) => problem.field)).toEqual([
      'lineItems[1].quantity',
      'lineItems[1].colour',
    ])
    expect(
      verdict({ lineItems: [{ cells: [{ name: 'quantity', value: null }] }] }).lineItems,
    ).toEqual([])
  })

  it.each<[string, Partial<ReviewAnswer>, boolean]>([
    ['wants a second person where the rule of the house does', {}, true],
    [
      'wants nobody else where it rejects: there is no value to use',
      { decision: 'rejected', comment: 'no invoice' },
      false,
    ],
  ])('%s', (_promise, answer, wanted) => {
    expect(verdict(answer, task, 'task', () => true).secondWanted).toBe(wanted)
    expect(verdict(answer, task, 'task', () => false).secondWanted).toBe(false)
  })

  it.each<[string, Partial<ReviewAnswer>]>([
    ['a rejection without a reason', { decision: 'rejected' }],
    ['a reviewer without a name', { reviewer: '\u0000 ' }],
  ])('refuses %s', (_, answer) => {
    expect('problems' in decide(answer)).toBe(true)
  })

  it('is a sample only where nothing else asked for review, and a correction where it comes later', () => {
    const reasons = [{ code: 'sample', field: null, detail: null }]
    expect(verdict({}, { ...task, reasons }).basis).toBe('sample')
    expect(verdict({}, { ...task, reasons: [...reasons, ...task.reasons] }).basis).toBe('review')
    expect(verdict({}, { ...task, reasons }, 'correction').basis).toBe('correction')
  })
})

describe('what is typed or clicked', () => {
  it.each([
    ['date', '14.3.24', '2024-03-14', '14.03.2024'],
    ['money', '1469,06', '1469.06', '1.469,06'],
    ['money', '1234.5', '1234.5', '1.234,50'],
    ['id', 're-2024-00817', 're-2024-00817', 'RE-2024-00817'],
    ['iban', 'de89370400440532013000', 'DE89370400440532013000', 'DE89 3704 0044 0532 0130 00'],
    ['text', 'nordlicht werkzeuge gmbh', 'nordlicht werkzeuge gmbh', 'Nordlicht Werkzeuge GmbH'],
    ['currency', 'eur', 'EUR', 'EUR'],
  ] as const)('as %s, %s means %s and stands on %s', (type, text, value, printed) => {
    expect(readValue(type, text, context)).toEqual({ value, problem: null, notice: null })
    expect(
      locate(type, value, words, context)
        .map((index) => words[index]?.text)
        .join(' '),
    ).toBe(printed)
  })

  it('takes of several places the one nearest to the prediction', () => {
    const [first, second] = [indexOf('1.066,70'), indexOf('1.066,70') + 1]
    expect([
      words[second]?.text,
      locate('money', '1066.70', words, context, [second]),
      locate('money', '1066.70', words, context),
    ]).toEqual(['1.066,70', [second], [first]])
  })

  it('stands on no words where nothing prints it', () => {
    expect([locate('money', '77.00', words, context), locate('text', '§', words, context)]).toEqual(
      [[], []],
    )
  })

  it('notices wrong check digits without refusing them', () => {
    expect(readValue('iban', 'DE88370400440532013000', context)).toEqual({
      value: 'DE88370400440532013000',
      problem: null,
      notice: 'The check digits are wrong',
    })
  })

  it('loses control characters and marks that turn the direction of text', () => {
    expect(clean(' a\u0000b\u202ec\u2066 \n\t e\u0301 ')).toBe('a bc é')
  })
})
