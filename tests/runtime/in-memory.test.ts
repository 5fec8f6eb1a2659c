/** The topology in memory: what happens to a record there is what happens to it in production. */

import { packWords } from '../../processors/document/words.ts'
import type { FieldReader } from '../../processors/model/reader.ts'
import type { OcrReading } from '../../processors/ocr.ts'
import { ErrataError } from '../../errors.ts'
import type { Task, Verdict } from '../../schemas/types.ts'
import { fieldOf, printOf, verdictOf } from '../documents.ts'
import { openDriver, type Driver } from '../driver.ts'
import { profileVersionOf, rawOf } from '../records.ts'

const print = printOf('Corner Shop Ltd', 'VAT DE136695976', 'Subtotal 10.00', 'Total Due 12.00')
const paper: OcrReading = {
  mediaType: 'application/pdf',
  pages: print.pages,
  words: print.words,
  codes: [],
  xml: null,
  engine: '',
  readMs: 0,
}
/** Takes the subtotal for the total. */
const model: FieldReader = {
  ref: { name: 'receipt', version: 1, sha256: '' },
  thresholds: () => ({ seller_name: 0, issue_date: 0, grand_total: 0 }),
  isTrainedOn: () => false,
  hasRelearned: () => false,
  targetError: 0.5,
  usual: [],
  predict: async () => [fieldOf(print, 'grand_total', '10.00', '10.00', 1)],
}
const verdictOn = (documentId: string, change: Partial<Verdict> = {}): Verdict =>
  verdictOf(
    documentId,
    print,
    [fieldOf(print, 'grand_total', '12.00')],
    [fieldOf(print, 'grand_total', '10.00')],
    { vendor: { id: 'vat:DE136695976', name: null, evidence: 'vat' }, ...change },
  )
/** What a verdict repeats of its task. */
const answerTo = ({ sha256, fields, lineItems }: Task): Partial<Verdict> => ({
  sha256,
  predicted: fields,
  predictedLineItems: lineItems,
})
const lettersOf = async (driver: Driver): Promise<unknown[]> =>
  (await driver.read('dead')).map(({ key, value }) => [value?.stage, key, value?.code])

test('a document goes all the way, and what is said of it holds for the next one of its vendor', async () => {
  const driver = openDriver({
    ocr: { read: async () => paper },
    extract: () => ({ readerOf: () => model }),
    without: ['shadow'],
  })
  await driver.write('raw', 'd1', rawOf('d1'))
  const totalOf = async (id: string) => {
    const reading = (await driver.table('extracted')).get(id)
    return reading?.fields.find(({ name }) => name === 'grand_total')
  }
  expect(await totalOf('d1')).toMatchObject({ value: '10.00', origin: 'model' })
  expect((await driver.table('needs-review')).get('d1')).toMatchObject({
    words: packWords(print.words),
  })

  const task = (await driver.table('needs-review')).get('d1') as Task
  await driver.write('corrected', 'd1', verdictOn('d1', { ...answerTo(task) }))
  expect([...(await driver.table('training')).keys()]).toEqual(['d1'])
  expect([...(await driver.table('rules')).keys()]).toEqual(['vat:DE136695976/grand_total'])
  await driver.write('raw', 'd2', rawOf('d2'))
  expect(await totalOf('d2')).toMatchObject({ value: '12.00', origin: 'rule' })

  await driver.write('corrected', 'd1', null)
  expect([(await driver.table('training')).size, (await driver.table('rules')).size]).toEqual([
    0, 0,
  ])
  expect(await driver.read('dead')).toEqual([])
})

test('what can not be processed becomes one dead letter, and its neighbours are unaffected', async () => {
  const driver = openDriver({ partitions: 1 })
  await driver.answer(verdictOn('d1'))
  await driver.send('corrected', { key: 'd2', value: Buffer.from('no record') })
  await driver.write('corrected', 'other', verdictOn('d3'))
  await driver.answer(verdictOn('d1', { reviewer: 'bob' }))
  await driver.answer(verdictOn('d1'))
  await driver.answer(verdictOn('d4'))
  expect(await lettersOf(driver)).toEqual([
    ['judge', 'd2', 'RECORD_NOT_FRAMED'],
    ['judge', 'other', 'KEY_INVALID'],
    ['judge', 'd1', 'VERDICT_STALE'], // what came twice is a repetition, and no letter
  ])
  expect((await driver.read('training')).map(({ key }) => key)).toEqual(['d1', 'd4'])
})

test('a record that waits for the world keeps its place, and others don’t wait for it', async () => {
  let isAway = true
  const driver = openDriver({
    partitions: 2,
    without: ['extract', 'shadow'],
    ocr: {
      read: async () => {
        if (isAway) throw new ErrataError('STORE_UNREACHABLE', 'away')
        return paper
      },
    },
  })
  const away = expect.objectContaining({ code: 'STORE_UNREACHABLE' }) as Error
  const value = Buffer.from('no record')
  await expect(driver.write('raw', 'd1', rawOf('d1'))).rejects.toEqual(away)
  const partition = (await driver.read('raw'))[0]?.origin.partition ?? 0
  await expect(driver.send('raw', { key: 'd2', value, partition })).rejects.toEqual(away)
  await expect(driver.send('raw', { key: 'd3', value, partition: 1 - partition })).rejects.toEqual(
    away,
  )
  expect(await lettersOf(driver)).toEqual([['ocr', 'd3', 'RECORD_NOT_FRAMED']])
  isAway = false
  await driver.answer(verdictOn('d4'))
  expect((await driver.read('ocr')).map(({ key }) => key)).toEqual(['d1'])
  expect(await lettersOf(driver)).toContainEqual(['ocr', 'd2', 'RECORD_NOT_FRAMED'])
})

test('a defect ends it', async () => {
  const driver = openDriver({
    ocr: { read: () => Promise.reject(new TypeError('not a function')) },
  })
  await expect(driver.write('raw', 'd1', rawOf('d1'))).rejects.toThrow('not a function')
  expect([await driver.read('ocr'), await driver.read('dead')]).toEqual([[], []])
})

test('time passes when it is told to', async () => {
  const driver = openDriver({ startsAt: 5_000 })
  await driver.answer(verdictOn('d1'))
  driver.advance(70)
  await driver.send('corrected', { key: 'd2', value: Buffer.from('no record') })
  expect([
    (await driver.read('training')).map(({ timestamp }) => timestamp),
    (await driver.read('dead')).map(({ timestamp, value }) => [timestamp, value?.failedAt]),
  ]).toEqual([[5_000], [[5_070, 5_070]]])
})

test('a profile is used from the moment at which it is published until it is removed', async () => {
  const driver = openDriver({ ocr: { read: async () => paper } })
  const send = (documentId: string): Promise<void> =>
    driver.write('raw', documentId, { ...rawOf(documentId), profile: 'own' })
  const publish = (version: number, ...names: readonly string[]): Promise<void> => {
    const fields = names.map((name) => ({ name, type: 'text', required: true }))
    const profile = JSON.stringify({ name: 'own', fields })
    return driver.write('profiles', 'own', profileVersionOf('own', { version, profile }))
  }
  const missingIn = async (documentId: string): Promise<unknown> =>
    (await driver.table('needs-review')).get(documentId)?.reasons.map(({ field }) => field)

  await send('early')
  await publish(1, 'number')
  await send('first')
  await publish(2, 'number', 'place')
  await send('second')
  await driver.write('profiles', 'own', profileVersionOf('own', { version: 3, removed: true }))
  await send('late')

  expect(await lettersOf(driver)).toEqual([
    ['ocr', 'early', 'PROFILE_UNKNOWN'],
    ['ocr', 'late', 'PROFILE_UNKNOWN'],
  ])
  expect(await missingIn('first')).toEqual(['number'])
  expect(await missingIn('second')).toEqual(['number', 'place'])
})
