/**
 * What becomes of a verdict that any program may write: whether it counts, and what a refusal leaves
 * behind, which is a dead letter and nothing else.
 */

import fc from 'fast-check'
import { partitionOf } from '../../connectors/kafka/kafka.ts'
import { codeOf } from '../../errors.ts'
import { rowsOf } from '../../processors/analytics.ts'
import { countedVerdicts, judge, rememberCounted, type JudgeUse } from '../../processors/judge.ts'
import type { Message } from '../../processors/processor.ts'
import { answeredPrint } from '../../processors/review/asked-task.ts'
import { taskQueue } from '../../processors/review/review-queue.ts'
import { loadProfiles } from '../../schemas/profiles.ts'
import type { Field, LineItem, Verdict } from '../../schemas/types.ts'
import { topics } from '../../topology.ts'
import { fieldOf, printOf, taskFor, verdictOf } from '../documents.ts'
import { openDriver, type Driver } from '../driver.ts'

const print = printOf(
  'Corner Shop Ltd',
  'IBAN DE89370400440532013000',
  'Total Due 12.00 EUR',
  'Widget 2 6.00',
)
const partitions = 2
const id = 'd1'
const home = partitionOf(id, partitions)
const rowOf = (...cells: readonly Field[]): LineItem => ({ cells })
const widget = rowOf(fieldOf(print, 'description', 'Widget'), fieldOf(print, 'quantity', '2'))
const predicted = [
  fieldOf(print, 'grand_total', '10.00', null),
  fieldOf(print, 'seller_name', 'Corner Shop Ltd'),
]
const truth = [
  fieldOf(print, 'grand_total', '12.00'),
  fieldOf(print, 'seller_name', 'Corner Shop Ltd'),
]
/** The right answer to the task of d1, but for `change`. */
const answer = (change: Partial<Verdict> = {}): Verdict =>
  verdictOf(id, print, truth, predicted, {
    profile: 'invoice',
    lineItems: [widget],
    predictedLineItems: [widget],
    ...change,
  })
const saying = (...fields: readonly Field[]): Partial<Verdict> => ({
  fields: [...truth.filter(({ name }) => !fields.some((one) => one.name === name)), ...fields],
})
const by = (name: string, value: string | null): Field => fieldOf(print, name, value, null)
const task = taskFor(answer())

async function openAsked(): Promise<Driver> {
  const driver = openDriver({ partitions })
  await driver.write('needs-review', id, task)
  return driver
}

/** All that follows from a verdict which counts. */
async function effectsIn(driver: Driver) {
  const queue = taskQueue()
  for (const { key, value, origin } of await driver.read('needs-review'))
    queue.addTask(key, value, origin)
  for (const { key, value } of await driver.read('verdicts')) queue.addVerdict(key, value)
  const place = { topic: 't', partition: 0, offset: 0n, timestamp: 0, key: id, traceId: '' }
  const rows = [
    ...(await driver.read('corrected')).map(({ value }) => rowsOf(topics.corrected, value, place)),
    ...(await driver.read('verdicts')).map(({ value }) => rowsOf(topics.verdicts, value, place)),
  ].flatMap((tables) => Object.values(tables))
  return {
    open: [...queue.candidates({ skip: new Set() })].map(({ documentId }) => documentId),
    next: queue.summary(id)?.nextRevision,
    training: (await driver.read('training')).length,
    rules: (await driver.read('rules')).length,
    claims: (await driver.read('claims')).length,
    rows: rows.length,
  }
}
const nothing = { open: [id], next: 1, training: 0, rules: 0, claims: 0, rows: 0 }
const lettersIn = async (driver: Driver): Promise<unknown[]> =>
  (await driver.read('dead')).map(({ value }) => [value?.stage, value?.code, value?.message])

describe('a verdict that is refused changes nothing, says why, and can be sent again correctly', () => {
  test.each<[what: string, wrong: Partial<Verdict>, code: string, why: RegExp]>([
    [
      'an IBAN that is none',
      saying(by('iban', 'nonsense')),
      'VERDICT_INVALID',
      /^iban: Not an IBAN/,
    ],
    [
      'a currency by its name',
      saying(by('currency', 'euro')),
      'VERDICT_INVALID',
      /^currency: .*normal form/,
    ],
    [
      'an amount that is none',
      saying(by('net_total', 'much')),
      'VERDICT_INVALID',
      /^net_total: Not an amount/,
    ],
    [
      'an amount as it is printed',
      saying(by('net_total', '1.234,50')),
      'VERDICT_INVALID',
      /^net_total: /,
    ],
    [
      'a date as it is printed',
      saying(by('issue_date', '31.03.2024')),
      'VERDICT_INVALID',
      /^issue_date: /,
    ],
    [
      'a day that no calendar has',
      saying(by('issue_date', '2024-02-31')),
      'VERDICT_INVALID',
      /^issue_date: /,
    ],
    [
      'a text in double spaces',
      saying(by('buyer_name', 'A  B')),
      'VERDICT_INVALID',
      /^buyer_name: /,
    ],
    [
      'a type of document that there is not',
      saying(by('document_type', 'poem')),
      'VERDICT_INVALID',
      /^document_type: /,
    ],
    [
      'a cell that is no amount',
      { lineItems: [rowOf(by('quantity', 'two'))] },
      'VERDICT_INVALID',
      /^lineItems\[0\]\.quantity: /,
    ],
    [
      'several wrong values at once',
      saying(by('iban', 'x'), by('currency', 'y')),
      'VERDICT_INVALID',
      /^iban: .*; currency: /,
    ],
    [
      'a field that the profile lacks',
      saying(by('constructor', null)),
      'VERDICT_INVALID',
      /^constructor: the profile invoice has no such field/,
    ],
    [
      'a field twice',
      { fields: [...truth, ...truth] },
      'VERDICT_INVALID',
      /^grand_total: the field is given twice/,
    ],
    [
      'a column that the profile lacks',
      { lineItems: [rowOf(by('colour', 'red'))] },
      'VERDICT_INVALID',
      /^lineItems\[0\]\.colour: the profile invoice has no such column/,
    ],
    [
      'a column twice in a row',
      { lineItems: [rowOf(by('quantity', '2'), by('quantity', '2'))] },
      'VERDICT_INVALID',
      /^lineItems\[0\]\.quantity: the column is given twice/,
    ],
    [
      'a word that is not there',
      saying({ ...by('iban', 'DE89370400440532013000'), words: [99] }),
      'VERDICT_INVALID',
      /^iban: points to a word/,
    ],
    [
      'a word of a cell that is not there',
      { lineItems: [rowOf({ ...by('quantity', '2'), words: [99] })] },
      'VERDICT_INVALID',
      /^lineItems\[0\]\.quantity: points to a word/,
    ],
    ['a blank reviewer', { reviewer: ' ' }, 'VERDICT_INVALID', /reviewer/],
    ['no reviewer', { reviewer: '' }, 'RECORD_INVALID', /reviewer/],
    [
      'a vendor without id',
      { vendor: { id: '', name: null, evidence: 'none' } },
      'RECORD_INVALID',
      /vendor/,
    ],
    ['a revision below 1', { revision: 0 }, 'RECORD_INVALID', /revision/],
    [
      'a confirmation that changes values',
      { decision: 'confirmed' },
      'VERDICT_INVALID',
      /it is corrected, not confirmed/,
    ],
    [
      'a correction that changes nothing',
      { fields: predicted },
      'VERDICT_INVALID',
      /it is confirmed, not corrected/,
    ],
    [
      'no word on an account that was asked about',
      { reasons: [{ code: 'account_changed', field: 'iban', detail: 'DE89370400440532013000' }] },
      'VERDICT_INVALID',
      /^iban: this account needs an answer by itself/,
    ],
    [
      'a rejection without reason',
      { decision: 'rejected' },
      'VERDICT_INVALID',
      /a rejection needs a reason/,
    ],
    ['a profile that there is not', { profile: 'poem' }, 'PROFILE_UNKNOWN', /profile/],
    [
      'another profile than the task has',
      { profile: 'receipt', lineItems: [] },
      'TASK_UNKNOWN',
      /no task/,
    ],
    ['another tenant', { tenant: 'other' }, 'TASK_UNKNOWN', /no task/],
    ['other bytes', { sha256: 'cd' }, 'TASK_UNKNOWN', /no task/],
    [
      'a prediction that nobody made',
      { predicted: [fieldOf(print, 'grand_total', '99.00', null)] },
      'TASK_UNKNOWN',
      /no task/,
    ],
    [
      'other words',
      { words: { ...task.words, text: task.words.text.toUpperCase() } },
      'TASK_UNKNOWN',
      /no task/,
    ],
    ['another document', { documentId: 'd2' }, 'KEY_INVALID', /key/],
  ])('%s', async (_what, wrong, code, why) => {
    const driver = await openAsked()
    await driver.write(
      'corrected',
      id,
      answer({
        ...('fields' in wrong || 'lineItems' in wrong ? { decision: 'corrected' } : {}),
        ...wrong,
      }),
    )
    expect(await effectsIn(driver)).toEqual(nothing)
    expect(await lettersIn(driver)).toEqual([['judge', code, expect.stringMatching(why)]])
    await driver.write('corrected', id, answer())
    expect(await effectsIn(driver)).toMatchObject({ open: [], next: 2, training: 1, claims: 1 })
    expect(await lettersIn(driver)).toHaveLength(1)
  })

  test('one about a document that nobody was asked about', async () => {
    const driver = openDriver({ partitions })
    await driver.write('corrected', id, answer())
    expect(await effectsIn(driver)).toEqual({ ...nothing, open: [], next: undefined })
    expect(await lettersIn(driver)).toEqual([
      ['judge', 'TASK_UNKNOWN', expect.stringMatching('no task')],
    ])
    await driver.write('needs-review', id, task)
    await driver.write('corrected', id, answer())
    expect(await effectsIn(driver)).toMatchObject({ open: [], next: 2, training: 1 })
  })

  test('one in another partition than that of its key', async () => {
    const driver = await openAsked()
    await driver.write('corrected', id, answer(), 1 - home)
    expect(await effectsIn(driver)).toEqual(nothing)
    expect(await lettersIn(driver)).toEqual([
      ['judge', 'PARTITION_WRONG', expect.stringMatching(String(home))],
    ])
    await driver.write('corrected', id, answer())
    expect(await effectsIn(driver)).toMatchObject({ open: [], next: 2, training: 1 })
  })
})

describe('a verdict counts', () => {
  test.each<[what: string, change: Partial<Verdict>]>([
    ['that corrects, also after the document was read again', {}],
    ['that confirms', { fields: predicted, decision: 'confirmed' }],
    ['that rejects with a reason', { decision: 'rejected', comment: 'not ours' }],
    [
      'with values in their normal form',
      saying(by('iban', 'DE89370400440532013000'), by('currency', 'EUR')),
    ],
    ['that says a field is absent', saying(by('iban', null))],
  ])('%s', async (_what, change) => {
    const driver = await openAsked()
    await driver.write('needs-review', id, { ...task, fields: [] })
    await driver.write('corrected', id, answer(change))
    expect(await lettersIn(driver)).toEqual([])
    expect((await driver.read('verdicts')).map(({ value }) => value?.decision)).toEqual([
      answer(change).decision,
    ])
  })

  test('where a value that was predicted and kept has no normal form', async () => {
    const odd = [...predicted, by('iban', 'as printed')]
    const driver = openDriver({ partitions })
    await driver.answer(answer({ predicted: odd, fields: [...truth, by('iban', 'as printed')] }))
    expect(await lettersIn(driver)).toEqual([])
  })

  test('once, however often it comes', async () => {
    const driver = await openAsked()
    for (let i = 0; i < 3; i++) await driver.write('corrected', id, answer())
    await driver.write('corrected', id, answer({ revision: 2, reviewer: 'bob' }))
    await driver.write('corrected', id, answer()) // also after a later one
    expect(await lettersIn(driver)).toEqual([])
    expect((await driver.read('verdicts')).map(({ value }) => value?.revision)).toEqual([1, 2])
  })

  test.each<[what: string, later: Partial<Verdict>]>([
    ['another person', { reviewer: 'bob' }],
    ['the same person at another time', { decidedAt: 20 }],
    ['other values', saying(by('currency', 'USD'))],
    ['a lower revision', { revision: 1, reviewer: 'bob' }],
  ])('against a later one of its revision: %s', async (_what, later) => {
    const driver = await openAsked()
    await driver.write('corrected', id, answer({ revision: 1 }))
    await driver.write('corrected', id, answer(later))
    expect(await lettersIn(driver)).toEqual([['judge', 'VERDICT_STALE', expect.any(String)]])
    expect((await driver.read('verdicts')).map(({ value }) => value?.reviewer)).toEqual(['ann'])
  })

  test('as a correction when its task is long gone', async () => {
    const driver = openDriver({ partitions, judge: { hasTask: async () => isThere } })
    let isThere = true
    await driver.write('corrected', id, answer())
    isThere = false
    await driver.write('corrected', id, answer({ revision: 2, reviewer: 'bob' }))
    expect(await lettersIn(driver)).toEqual([])
  })

  test('no more after a tombstone, which is passed on; then the document starts over', async () => {
    const driver = await openAsked()
    await driver.write('corrected', id, answer({ revision: 4 }))
    await driver.write('corrected', id, null)
    expect(await effectsIn(driver)).toMatchObject({ open: [id], next: 1 })
    expect((await driver.table('training')).size).toBe(0)
    await driver.write('corrected', id, answer())
    expect(await lettersIn(driver)).toEqual([])
    expect((await driver.table('training')).get(id)?.revision).toBe(1)
  })

  test('on, whatever rules came after it, where learn took it before there was a judge', async () => {
    const driver = openDriver({ partitions, judge: { isTaken: () => true, hasTask: never } })
    await driver.write('corrected', id, answer(saying(by('iban', 'nonsense'))), 1 - home)
    expect(await lettersIn(driver)).toEqual([])
    await driver.write(
      'corrected',
      id,
      answer({ ...saying(by('colour', 'x')), revision: 2 }),
      1 - home,
    )
    await driver.write('corrected', id, answer({ reviewer: 'bob' }), 1 - home)
    expect((await lettersIn(driver)).map((letter) => (letter as string[])[1])).toEqual([
      'VERDICT_INVALID',
      'VERDICT_STALE',
    ])
  })
})

const never = (): Promise<never> => Promise.reject(new RangeError('nobody asks'))

describe('what counts', () => {
  const step = fc.record({
    document: fc.constantFrom('a', 'b'),
    revision: fc.integer({ min: 1, max: 3 }),
    reviewer: fc.constantFrom('ann', 'bob'),
    partition: fc.nat({ max: partitions - 1 }),
    isTombstone: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
    hasTask: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
    value: fc.constantFrom('12.00', '12.0 0', 'nonsense'),
  })

  test('has rising revisions in the partition of its key, and is the same after each restart', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.nat(25), async (steps, restart) => {
        const written: Message<'corrected'>[] = steps.map((one, at) => ({
          key: one.document,
          value: one.isTombstone
            ? null
            : verdictOf(one.document, print, [by('grand_total', one.value)], predicted, {
                profile: 'invoice',
                revision: one.revision,
                reviewer: one.reviewer,
              }),
          timestamp: 0,
          origin: { topic: 'corrected', partition: one.partition, offset: BigInt(at) },
        }))
        const run = async (restartAt: number) => {
          const states = [countedVerdicts(), countedVerdicts()]
          const logs: { key: string; value: Verdict | null }[][] = [[], []]
          const codes: string[] = []
          for (const [at, message] of written.entries()) {
            const { partition } = message.origin
            if (at === restartAt)
              logs.forEach((log, p) => {
                states[p] = countedVerdicts()
                for (const one of log) rememberCounted(states[p], one)
              })
            const state = states[partition] as ReturnType<typeof countedVerdicts>
            const use: JudgeUse = {
              profiles,
              partitionOf: (key) => partitionOf(key, partitions),
              hasTask: async () => steps[at]?.hasTask ?? false,
              isTaken: () => false,
            }
            try {
              const { verdicts = [] } = await judge(message, use, state)
              for (const one of verdicts) {
                rememberCounted(state, one)
                logs[partition]?.push(one)
              }
              codes.push(String(verdicts.length))
            } catch (error) {
              codes.push(codeOf(error))
            }
          }
          return { logs, codes, states }
        }
        const whole = await run(-1)
        expect(await run(restart)).toEqual(whole)
        expect(whole.codes).not.toContain('BUG')
        for (const [partition, log] of whole.logs.entries()) {
          const latest = new Map<string, Verdict>()
          for (const { key, value } of log) {
            expect(partitionOf(key, partitions)).toBe(partition)
            if (value === null) latest.delete(key)
            else {
              expect(value.revision).toBeGreaterThan(latest.get(key)?.revision ?? 0)
              expect(value.fields[0]?.value).toBe('12.00')
              latest.set(key, value)
            }
          }
          expect(
            [...(whole.states[partition] ?? [])].map(([key, one]) => [
              key,
              one.revision,
              one.print,
            ]),
          ).toEqual([...latest].map(([key, one]) => [key, one.revision, answeredPrint(one)]))
        }
      }),
      { numRuns: 150 },
    )
  })
})

const profiles = loadProfiles()
