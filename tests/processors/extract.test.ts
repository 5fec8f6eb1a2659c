import { extract, type ExtractUse, type Reader } from '../../processors/extract.ts'
import type { Message } from '../../processors/processor.ts'
import { packWords, type Print } from '../../processors/words.ts'
import { loadProfiles } from '../../schemas/profiles.ts'
import type { Field, Ocr, Rule } from '../../schemas/types.ts'
import { fieldOf, printOf } from '../documents.ts'

const print = printOf('Corner Shop Ltd', '1 High Street', 'VAT DE136695976', '02.03.2024', 'Subtotal 10.00', 'Total Due 12.00')
const read = [fieldOf(print, 'seller_name', 'Corner Shop Ltd', 'Corner Shop Ltd', 0.99), fieldOf(print, 'issue_date', '2024-03-02', '02.03.2024', 0.99), fieldOf(print, 'grand_total', '10.00', '10.00', 0.99)]
const vendor = 'vat:DE136695976'

const document = (change: Partial<Ocr> = {}): Message<'ocr'> => ({
  key: 'd1', timestamp: 0, origin: { topic: 'ocr', partition: 0, offset: 0n },
  value: {
    documentId: 'd1', tenant: 'default', profile: 'receipt', mediaType: 'application/pdf', fileName: null, source: 'test', sha256: 'ab', receivedAt: 1, metadata: { po: '7' },
    engine: 'test', pages: print.pages, words: packWords(print.words), codes: [], xml: null, readMs: 1, ...change,
  },
})

const reader = (fields: readonly Field[], thresholds: Readonly<Record<string, number>> = { seller_name: 0.9, issue_date: 0.9, grand_total: 0.9, seller_address: 0.9 }): Reader =>
  ({ ref: { name: 'receipt', version: 3, sha256: 'cd' }, predict: async () => fields, thresholds })

const rule = (change: Partial<Rule>): Rule => ({
  vendor, field: 'grand_total', profile: 'receipt', tenant: 'default', id: 'r1', state: 'active', kind: 'anchor', value: null, raw: null, anchor: 'totaldue', relation: 'right',
  spellings: {}, box: [], page: null, refuted: [], taughtBy: ['d0@1'], why: '', ...change,
})

const use = (change: Partial<ExtractUse> = {}, rules: readonly Rule[] = []): ExtractUse => ({
  profiles: loadProfiles(), readerOf: () => reader(read), rulesOf: (id) => new Map(rules.filter((item) => item.vendor === id).map((item) => [item.field, item])),
  rulesVersion: '0:1', now: Date.UTC(2024, 3, 1), sampleShare: 0, known: { firstOther: () => null }, ...change,
})

const run = async (use_: ExtractUse, change: Partial<Ocr> = {}) => {
  const outputs = await extract(document(change), use_)
  const extracted = outputs.extracted?.[0]?.value
  return { route: extracted?.route, reasons: extracted?.reasons.map((reason) => `${reason.code} ${reason.field ?? ''}`.trim()), total: extracted?.fields.find((field) => field.name === 'grand_total'), task: outputs['needs-review']?.[0]?.value, extracted }
}

describe('extract', () => {
  test('a document that nothing speaks against is accepted, by the model that is named', async () => {
    const result = await run(use())
    expect(result).toMatchObject({ route: 'accepted', reasons: [], task: undefined, total: { value: '10.00', origin: 'model', originId: 'receipt/3' } })
    expect(result.extracted).toMatchObject({ vendor: { id: vendor }, model: { version: 3 }, metadata: { po: '7' } })
  })

  test.each([
    ['without a model', use({ readerOf: () => null }), ['missing seller_name', 'missing issue_date', 'missing grand_total']],
    ['a low confidence', use({ readerOf: () => reader(read.map((field) => ({ ...field, confidence: 0.5 }))) }), ['low_confidence seller_name', 'low_confidence issue_date', 'low_confidence grand_total']],
    ['no evidence for a field', use({ readerOf: () => reader(read, { seller_name: 0.9, issue_date: 0.9 }) }), ['no_evidence grand_total']],
    ['a required field that is missing', use({ readerOf: () => reader(read.slice(0, 2)) }), ['missing grand_total']],
    ['a document that is known under another identifier', use({ known: { firstOther: () => 'd0' } }), ['duplicate']],
    ['the random sample', use({ sampleShare: 1 }), ['sample']],
    ['a vendor whose corrections contradict one another', use({}, [rule({ state: 'asks', kind: 'none' })]), ['vendor_asks grand_total']],
    ['a rule that does not apply to the document', use({}, [rule({ anchor: 'amountpayable' })]), ['rule_silent grand_total']],
    ['a value that a person has called wrong', use({}, [rule({ refuted: ['12.00'] })]), ['refuted grand_total']],
  ])('%s sends it to a person, with a complete task', async (_reason, use_, reasons) => {
    const result = await run(use_)
    expect(result).toMatchObject({ route: 'review', reasons, task: { documentId: 'd1', revision: 0 } })
    expect(result.task?.words).toEqual(packWords((print as Print).words))
    expect(result.task?.fields).toEqual(result.extracted?.fields)
  })

  test('a rule speaks before the model, for its vendor only', async () => {
    expect((await run(use({}, [rule({})]))).total).toMatchObject({ value: '12.00', raw: '12.00', origin: 'rule', originId: 'r1', page: 1 })
    expect((await run(use({}, [rule({ vendor: 'vat:other' })]))).total).toMatchObject({ value: '10.00', origin: 'model' })
  })

  test('a disabled rule is as if it were not there', async () => {
    expect(await run(use({}, [rule({ state: 'disabled' })]))).toMatchObject({ route: 'accepted', total: { value: '10.00', origin: 'model' } })
  })

  test('XML that cannot be read is said, and a person looks', async () => {
    expect((await run(use(), { xml: '<poem/>' })).reasons).toEqual(['xml_unreadable'])
  })

  test('the same document and the same use give the same bytes', async () => {
    expect(JSON.stringify(await extract(document(), use({}, [rule({})])))).toBe(JSON.stringify(await extract(document(), use({}, [rule({})]))))
  })
})
