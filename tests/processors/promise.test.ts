/**
 * What learning promises, for verdicts in every order that time allows, repeated, contradictory, by
 * two reviewers: the same verdicts give the same rules and the same training topic, and a mistake
 * that was corrected is never accepted again.
 */

import fc from 'fast-check'
import { readDocument } from '../../processors/extract.ts'
import type { FieldReader } from '../../processors/model/reader.ts'
import type { Message } from '../../processors/processor.ts'
import type { RuleTable } from '../../processors/rules/rule-table.ts'
import { identifyVendor } from '../../processors/rules/vendor.ts'
import type { Print } from '../../processors/document/words.ts'
import { noPayees } from '../../processors/rules/payees.ts'
import { loadProfiles } from '../../schemas/profiles.ts'
import type { Field, Verdict } from '../../schemas/types.ts'
import { fieldOf, printOf, verdictOf } from '../documents.ts'
import { openDriver } from '../driver.ts'

const profiles = loadProfiles()
const shops = [
  ['North Shop Ltd', '111222333'],
  ['South Shop Ltd', '444555666'],
] as const
const amounts = ['10.00', '12.00', '15.50', '99.90']

const sheetFor = (shop: number, subtotal: string, total: string): Print => {
  const [name, phone] = shops[shop] as (typeof shops)[number]
  return printOf(
    name,
    '1 High Street',
    `Tel 030 ${phone}`,
    `Subtotal ${subtotal}`,
    `Total Due ${total}`,
    '01.02.2024',
    `Cash ${subtotal}`,
  )
}

/** What happens: somebody judges a document, rightly or not, and may move or reject it. */
interface Event {
  readonly document: number
  readonly shop: number
  readonly subtotal: string
  readonly total: string
  readonly said: string | null
  readonly name: boolean
  readonly reviewer: string
  readonly rejected: boolean
}

const events = fc.array(
  fc.record<Event>({
    document: fc.integer({ min: 0, max: 5 }),
    shop: fc.integer({ min: 0, max: 1 }),
    subtotal: fc.constantFrom(...amounts),
    total: fc.constantFrom(...amounts),
    said: fc.option(fc.constantFrom(...amounts), { nil: null, freq: 5 }),
    name: fc.boolean(),
    reviewer: fc.constantFrom('ann', 'bob'),
    rejected: fc.boolean().map((yes) => yes),
  }),
  { minLength: 1, maxLength: 14 },
)

/**
 * Verdicts with rising revisions for each document; the paper of a document is that of its first
 * event.
 */
function verdictsOf(list: readonly Event[]): Verdict[] {
  const first = new Map<number, Event>()
  const revisions = new Map<number, number>()
  return list.map((event, at) => {
    const paper = first.get(event.document) ?? event
    first.set(event.document, paper)
    const revision = (revisions.get(event.document) ?? 0) + 1
    revisions.set(event.document, revision)
    const print = sheetFor(paper.shop, paper.subtotal, paper.total)
    const shop = (shops[paper.shop] as (typeof shops)[number])[0]
    const total = event.said ?? paper.total
    const truth = [
      ...(event.name ? [fieldOf(print, 'seller_name', shop)] : []),
      fieldOf(
        print,
        'grand_total',
        total,
        [paper.subtotal, paper.total].includes(total) ? total : null,
      ),
    ]
    return verdictOf(
      `d${event.document}`,
      print,
      truth,
      [fieldOf(print, 'seller_name', shop), fieldOf(print, 'grand_total', paper.subtotal)],
      {
        revision,
        reviewer: event.reviewer,
        decidedAt: 1000 + at,
        ...(event.rejected && at % 3 === 0
          ? { decision: 'rejected' as const, comment: 'no invoice' }
          : {}),
        vendor: identifyVendor(print.words, `d${event.document}`),
      },
    )
  })
}

interface Learned {
  readonly rules: RuleTable
  readonly training: ReadonlyMap<string, Verdict>
  readonly log: readonly Message<'training'>[]
}

/** `list`: verdicts, and ids of documents that are erased then. */
async function learnAll(list: readonly (Verdict | string)[]): Promise<Learned> {
  const driver = openDriver({ profiles })
  for (const one of list)
    if (typeof one === 'string') await driver.write('corrected', one, null)
    else await driver.answer(one)
  for (const { value } of await driver.read('dead')) expect(value?.code).toBe('VERDICT_STALE')
  return {
    rules: driver.rules,
    training: await driver.table('training'),
    log: await driver.read('training'),
  }
}

/** What the training topic teaches, partition by partition. */
async function taught(log: readonly Message<'training'>[]): Promise<RuleTable> {
  const driver = openDriver({ profiles, without: ['learn'] })
  for (const { key, value, origin } of log)
    await driver.write('training', key, value, origin.partition)
  return driver.rules
}

const sorted = <T>(table: ReadonlyMap<string, T>): unknown =>
  [...table].sort(([a], [b]) => (a < b ? -1 : 1))
const settled = ({ rules, training }: Learned): unknown => [
  sorted(rules.records()),
  sorted(training),
]

describe('learning', () => {
  test('the same verdicts give the same rules and training, in every order that keeps that of each document', async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.infiniteStream(fc.nat()), async (list, dice) => {
        const all = verdictsOf(list)
        const queues = [...new Set(all.map(({ documentId }) => documentId))].map((id) =>
          all.filter(({ documentId }) => documentId === id),
        )
        const mixed: Verdict[] = []
        while (queues.some((queue) => queue.length > 0)) {
          const waiting = queues.filter((queue) => queue.length > 0)
          mixed.push(
            (
              waiting[(dice.next().value as number) % waiting.length] as Verdict[]
            ).shift() as Verdict,
          )
        }
        expect(settled(await learnAll(mixed))).toEqual(settled(await learnAll(all)))
      }),
      { numRuns: 60 },
    )
  })

  test('verdicts that come again, and those that come too late, change nothing', async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.array(fc.nat(), { maxLength: 6 }), async (list, again) => {
        const all = verdictsOf(list)
        const repeated = again.map((k) => all[k % all.length] as Verdict)
        expect(
          settled(
            await learnAll([
              ...all,
              ...repeated,
              ...all.map((verdict) => ({ ...verdict, reviewer: 'late' })),
            ]),
          ),
        ).toEqual(settled(await learnAll(all)))
      }),
      { numRuns: 60 },
    )
  })

  test('the training topic, compacted and read from its start, gives the same rules', async () => {
    await fc.assert(
      fc.asyncProperty(events, async (list) => {
        const { log, rules } = await learnAll(verdictsOf(list))
        const last = new Map(log.map((message, k) => [message.key, k]))
        const compacted = log.filter(
          (message, k) => last.get(message.key) === k && message.value !== null,
        )
        expect(sorted((await taught(compacted)).records())).toEqual(sorted(rules.records()))
      }),
      { numRuns: 60 },
    )
  })

  test('an erased document leaves rules and training as if it had never been there', async () => {
    await fc.assert(
      fc.asyncProperty(
        events,
        fc.nat({ max: 5 }),
        fc.nat({ max: 14 }),
        async (list, document, at) => {
          const [all, erased] = [verdictsOf(list), `d${document}`]
          // what is said of it afterwards counts anew
          const others = all.filter(({ documentId }, k) => documentId !== erased || k >= at)
          expect(settled(await learnAll([...all.slice(0, at), erased, ...all.slice(at)]))).toEqual(
            settled(await learnAll(others)),
          )
        },
      ),
      { numRuns: 100 },
    )
  })

  test('a mistake that was corrected is never accepted again, whatever the model believes or has learned since', async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.boolean(), async (list, relearned) => {
        const { rules, training } = await learnAll(verdictsOf(list))
        for (const verdict of training.values()) {
          const reader: FieldReader = {
            ref: { name: 'receipt', version: 1, sha256: '' },
            thresholds: () => ({
              seller_name: 0,
              seller_address: 0,
              issue_date: 0,
              grand_total: 0,
            }),
            isTrainedOn: () => false,
            hasRelearned: () => relearned,
            targetError: 0.5,
            usual: [],
            predict: async () =>
              verdict.predicted.map((field): Omit<Field, 'origin' | 'originId'> => ({
                ...field,
                confidence: 1,
              })),
          }
          const { fields, routing } = await readDocument(
            { ...verdict, xml: null },
            {
              profiles,
              readerOf: () => reader,
              rulesOf: rules.rulesOf,
              rulesVersion: '',
              now: Date.UTC(2024, 5, 1),
              sampleShare: 0,
              known: { firstOther: () => null, documentsOf: () => 0 },
              payees: noPayees,
            },
          )
          for (const name of ['seller_name', 'grand_total']) {
            const value = (of: readonly Field[]): string | null =>
              of.find((field) => field.name === name)?.value ?? null
            if (value(verdict.predicted) === value(verdict.fields)) continue
            expect([value(verdict.fields), 'asked']).toContain(
              routing.reasons.some(({ field }) => field === name) ? 'asked' : value(fields),
            )
          }
        }
      }),
      { numRuns: 60 },
    )
  })
})
