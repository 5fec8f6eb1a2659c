/** `errata train --data`: what a model is trained on. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lessonsOf } from '../../cli/train.ts'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import { packExamples, printedExamplesOf, unpackExamples } from '../../trainer/printed-examples.ts'
import { sampleWords } from '../../trainer/samples/sample.ts'

const profiles = loadProfiles()
const invoice = profileOf(profiles, 'invoice')
const receipt = profileOf(profiles, 'receipt')

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'errata-train-'))
  const { words, truth } = sampleWords(3, 0)
  writeFileSync(join(folder, `${truth.id}.words.json`), JSON.stringify(words))
  writeFileSync(join(folder, `${truth.id}.truth.json`), JSON.stringify(truth))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a folder adds to what the starter knows, and stands alone where that is asked for', () => {
  const { own, generated } = lessonsOf(folder, invoice, false)
  expect(own).toHaveLength(1)
  expect(generated.length).toBeGreaterThan(printedExamplesOf(invoice).length)
  expect(generated.every((example) => example.generated === true)).toBe(true)
  expect(lessonsOf(folder, invoice, true)).toMatchObject({ generated: [], settings: {} })
  expect(lessonsOf(folder, receipt, false).generated).toEqual([])
})

test('printed invoices come out of their pack as they went in', () => {
  const some = printedExamplesOf(invoice).slice(0, 5)
  expect(some).toHaveLength(5)
  expect(unpackExamples(packExamples(some), 'invoice')).toEqual(some)
})

test('a training does not start from less without a word', () => {
  expect(() => printedExamplesOf({ name: 'nobody' })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error,
  )
})
