/**
 * Documents in hand together: each step is taken by all before the next, and each is read as it is
 * alone.
 */

import { openReaderOf } from '../../../operations/published-models.ts'
import { readDocument, type ExtractUse } from '../../../processors/extract.ts'
import { packWords } from '../../../processors/document/words.ts'
import { noPayees } from '../../../processors/rules/payees.ts'
import { loadProfiles } from '../../../schemas/profiles.ts'
import { printOfWordsFile } from '../../../trainer/dataset.ts'
import { sampleWords } from '../../../trainer/samples/sample.ts'
import { starterBundle } from '../../../trainer/starter-bundle.ts'

jest.setTimeout(120_000) // ms; a machine that does much else at the same time

const documents = Array.from({ length: 16 }, (_, index) => {
  const { pages, words } = printOfWordsFile(sampleWords(9, index).words)
  return {
    documentId: `d${index}`,
    tenant: 't',
    profile: 'invoice',
    sha256: `s${index}`,
    pages,
    words: packWords(words),
    codes: [],
    xml: null,
  }
})
let use: ExtractUse
let asked: string[] // what of `use` was asked for, in turn
beforeAll(async () => {
  const reader = await openReaderOf(
    { name: 'invoice/starter', version: 0, sha256: '' },
    starterBundle('invoice') as Buffer,
    0.01,
  )
  use = {
    profiles: loadProfiles(),
    rulesOf: () => new Map(),
    rulesVersion: '',
    now: Date.parse('2026-06-10'),
    sampleShare: 0,
    readerOf: () => (asked.push('reader'), reader),
    known: { firstOther: () => (asked.push('known'), null), documentsOf: () => 0 },
    payees: noPayees,
  }
})
beforeEach(() => void (asked = []))

test('documents that are read together are read as each is alone', async () => {
  const alone = []
  for (const document of documents) alone.push(await readDocument({ ...document }, use))
  expect(asked).toEqual(documents.flatMap(() => ['reader', 'known']))
  expect(alone.some(({ fields }) => fields.length > 3)).toBe(true)
  expect(
    await Promise.all(documents.map((document) => readDocument({ ...document }, use))),
  ).toEqual(alone)
})

test('together they take each step before any takes the next', async () => {
  await Promise.all(documents.map((document) => readDocument(document, use)))
  expect(asked).toEqual([...documents.map(() => 'reader'), ...documents.map(() => 'known')])
})
