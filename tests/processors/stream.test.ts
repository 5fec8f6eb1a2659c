/**
 * The promise as a stream: documents come, an adversarial model reads them, people decide, rules
 * follow at once. Whatever the model says with whatever certainty, a value that a person called
 * wrong for a vendor and field is never accepted there again.
 */

import fc from 'fast-check'
import type { ExtractUse } from '../../processors/extract.ts'
import type { FieldReader } from '../../processors/model/reader.ts'
import type { Print } from '../../processors/document/words.ts'
import { loadProfiles } from '../../schemas/profiles.ts'
import type { Extracted } from '../../schemas/types.ts'
import { fieldOf, ocrOf, printOf, verdictOf } from '../documents.ts'
import { openDriver } from '../driver.ts'

/** Nothing but the model, the rules and the person decides. */
const profiles = new Map(
  [...loadProfiles()].map(([name, profile]) => [
    name,
    {
      ...profile,
      checks: [],
      fields: profile.fields.map((field) => ({ ...field, required: false })),
    },
  ]),
)
const amounts = ['10.00', '12.00', '15.50']
const names = ['North Shop Ltd', 'North Shop Holding']
const watched = ['seller_name', 'grand_total'] as const

/**
 * A document of the one vendor, as an invoice or a receipt, what the model reads on it, and who
 * looks at it how.
 */
interface Arrival {
  readonly profile: 'receipt' | 'invoice'
  readonly subtotal: string
  readonly total: string
  readonly name: string
  readonly readName: string | null
  readonly readTotal: string | null
  readonly sure: boolean
  readonly again: number | null // an earlier document comes once more, read in the same way
  readonly looked: boolean // a person looks in any case
  readonly mistaken: boolean // the reviewer says the subtotal is the total
}

const arrival = fc.record<Arrival>({
  profile: fc.constantFrom('receipt', 'invoice'),
  subtotal: fc.constantFrom(...amounts),
  total: fc.constantFrom(...amounts),
  name: fc.constantFrom(...names),
  readName: fc.option(fc.constantFrom(...names), { freq: 5, nil: null }),
  readTotal: fc.option(fc.constantFrom(...amounts), { freq: 5, nil: null }),
  sure: fc.boolean(),
  again: fc.option(fc.nat(), { freq: 2, nil: null }),
  looked: fc.boolean(),
  mistaken: fc.boolean(),
})

const paper = ({ name, subtotal, total }: Arrival): Print =>
  printOf(
    name,
    '1 High Street',
    'Tel 030 111222333',
    `Subtotal ${subtotal}`,
    `Total Due ${total}`,
    '01.02.2024',
    `Cash ${subtotal}`,
  )

/**
 * Reads, decides and teaches one document after the other; the accepted values that a verdict
 * before had called wrong.
 */
async function repeatedIn(
  arrivals: readonly Arrival[],
): Promise<{ readonly accepted: number; readonly repeated: string[] }> {
  let accepted = 0
  let use: Partial<ExtractUse> = {}
  const driver = openDriver({ profiles, extract: () => use, without: ['shadow'] })
  // by document: what its latest verdict called wrong
  const calledWrong = new Map<string, ReadonlySet<string>>()
  const repeated: string[] = []
  for (const [at, arrived] of arrivals.entries()) {
    const one = arrived.again === null ? arrived : (arrivals[arrived.again % (at + 1)] as Arrival)
    const documentId = `d${arrived.again === null ? at : arrived.again % (at + 1)}`
    const print = paper(one)
    const read = [
      ['seller_name', one.readName],
      ['grand_total', one.readTotal],
    ] as const
    const predicted = [
      ...read.flatMap(([field, value]) =>
        value === null
          ? []
          : [
              fieldOf(
                print,
                field,
                value,
                print.words.some((word) => value.startsWith(word.text)) ? value : null,
                one.sure ? 1 : 0.6,
              ),
            ],
      ),
      fieldOf(print, 'issue_date', '2024-02-01', '01.02.2024', 1),
    ]
    const reader: FieldReader = {
      ref: { name: one.profile, version: 1, sha256: '' },
      thresholds: () => ({ seller_name: 0, issue_date: 0, grand_total: 0, invoice_number: 0 }),
      isTrainedOn: () => false,
      hasRelearned: () => false,
      targetError: 0.5,
      usual: [],
      predict: async () => predicted,
    }
    use = {
      readerOf: () => reader,
      sampleShare: arrived.looked ? 1 : 0,
      known: { firstOther: () => null, documentsOf: () => 0 },
    }
    await driver.write('ocr', documentId, ocrOf(documentId, print, { profile: one.profile }))
    const { fields, route, vendor } = (await driver.table('extracted')).get(documentId) as Extracted
    const wrongBefore = new Set([...calledWrong.values()].flatMap((marks) => [...marks]))
    if (route === 'accepted') {
      accepted++
      for (const { name, value } of fields)
        if (wrongBefore.has(`${name} ${value}`)) repeated.push(`${documentId} ${name} ${value}`)
      continue
    }
    const truth = [
      fieldOf(print, 'seller_name', one.name),
      fieldOf(print, 'grand_total', arrived.mistaken && at % 4 === 0 ? one.subtotal : one.total),
      fieldOf(print, 'issue_date', '2024-02-01', '01.02.2024'),
    ]
    const verdict = verdictOf(documentId, print, truth, fields, {
      revision: at + 1,
      decidedAt: 1000 + at,
      vendor,
      profile: one.profile,
      sha256: documentId,
      reviewer: arrived.mistaken ? 'bob' : 'ann',
    })
    await driver.write('corrected', documentId, verdict)
    calledWrong.set(
      documentId,
      new Set(
        watched.flatMap((name) => {
          const [said, meant] = [fields, truth].map(
            (list) => list.find((field) => field.name === name)?.value ?? null,
          )
          return said == null || said === meant ? [] : [`${name} ${said}`]
        }),
      ),
    )
  }
  expect(await driver.read('dead')).toEqual([])
  return { accepted, repeated }
}

describe('a stream of documents', () => {
  test('what a person called wrong for a vendor and field is never accepted there again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arrival, { minLength: 2, maxLength: 20 }), async (arrivals) => {
        expect((await repeatedIn(arrivals)).repeated).toEqual([])
      }),
      { numRuns: 80 },
    )
  })

  const fair: Arrival = {
    profile: 'receipt',
    subtotal: '10.00',
    total: '12.00',
    name: 'North Shop Ltd',
    readName: 'North Shop Ltd',
    readTotal: '12.00',
    sure: true,
    again: null,
    looked: true,
    mistaken: false,
  }

  test('also when a hundred verdicts without a correction have come since', async () => {
    const quiet = Array.from({ length: 100 }, () => ({
      ...fair,
      total: '15.50',
      readTotal: '15.50',
    }))
    expect(
      await repeatedIn([
        { ...fair, readTotal: '10.00' },
        ...quiet,
        { ...fair, readTotal: '10.00', looked: false },
      ]),
    ).toEqual({ accepted: 0, repeated: [] })
  })

  test('and when the vendor sends documents of another profile in between', async () => {
    expect(
      (
        await repeatedIn([
          { ...fair, readTotal: '10.00' },
          { ...fair, profile: 'invoice' },
          { ...fair, readTotal: '10.00', looked: false },
        ])
      ).repeated,
    ).toEqual([])
  })

  test('while what nobody called wrong is accepted', async () => {
    expect(
      await repeatedIn([
        { ...fair, readTotal: '10.00' },
        fair,
        { ...fair, looked: false },
        { ...fair, total: '15.50', readTotal: '10.00', looked: false },
      ]),
    ).toEqual({ accepted: 2, repeated: [] })
  })
})
