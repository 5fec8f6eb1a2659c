/** Training from end to end: reproducible, good enough, honest about what it does not know. */

import { existsSync, readFileSync } from 'node:fs'
import { openModel } from '../../connectors/onnx/onnx.ts'
import { trainableFields } from '../../processors/model/model.ts'
import { thresholdsOf } from '../../processors/model/thresholds.ts'
import { predict } from '../../processors/model/field-predictor.ts'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import { exampleOf, printOfWordsFile, readExamples, type Example } from '../../trainer/dataset.ts'
import { evaluateModel } from '../../trainer/evaluate.ts'
import { editDistance } from '../../trainer/labels.ts'
import { sampleWords } from '../../trainer/samples/sample.ts'
import { generatedExamples } from '../../trainer/starter.ts'
import { fit } from '../../trainer/train.ts'
import type { Manifest } from '../../processors/model/manifest.ts'

const invoice = profileOf(loadProfiles(), 'invoice')
const receipt = profileOf(loadProfiles(), 'receipt')
const quick = { folds: 2, epochs: 3, averaged: 2, rerankPasses: 5 }
const receipts = '../shared/data/sroie'
jest.setTimeout(240_000) // a machine that does much else at the same time

describe('a model of generated invoices', () => {
  const examples = generatedExamples(invoice, 24)

  test('is the same bytes again, in any order of the examples, and others with another seed', async () => {
    const first = await fit(examples, invoice, { ...quick, seed: 1 })
    const again = await fit([...examples].reverse(), invoice, { ...quick, seed: 1 })
    const other = await fit(examples, invoice, { ...quick, seed: 2 })
    expect(again.bundle.equals(first.bundle)).toBe(true)
    expect(other.bundle.equals(first.bundle)).toBe(false)
  })

  test('reads invoices of issuers that it has not seen, with evidence for each value', async () => {
    const { bundle } = await fit(generatedExamples(invoice, 60), invoice, { ...quick, seed: 1 })
    const model = await openModel(bundle)
    const held = generatedExamples(invoice, 12, 'held out')
    const { evaluation, judged } = await evaluateModel(model, invoice, held, new Set())
    expect(evaluation.all.f1).toBeGreaterThan(0.7)
    expect(judged).toHaveLength(12)
    for (const { print } of held) {
      for (const { best } of (await predict(print, invoice, model)).fields) {
        if (best === null) continue
        expect(best.confidence).toBeGreaterThan(0)
        expect(best.confidence).toBeLessThanOrEqual(1)
        expect(best.raw).toBe(best.raw.replace(/\s+/g, ' ').trim())
        const words = best.words.map((index) => print.words[index]?.text).join('')
        expect(words.replace(/\s+/g, '')).toContain(best.raw.replace(/\s+/g, ''))
      }
    }
    await model.dispose()
  })

  test('is no evidence for accepting anything', async () => {
    const { manifest } = await fit(examples, invoice, { ...quick, seed: 1 })
    expect(thresholdsOf(manifest, 'new text', 0.5)).toEqual({})
  })

  test('leaves every field empty on a page without words', async () => {
    const { bundle } = await fit(examples.slice(0, 12), invoice, { ...quick, seed: 1 })
    const model = await openModel(bundle)
    const { fields } = await predict(
      { pages: [{ number: 1, width: 100, height: 100, unit: 'pt', source: 'ocr' }], words: [] },
      invoice,
      model,
    )
    expect(fields.map(({ name }) => name)).toEqual(invoice.fields.map(({ name }) => name))
    expect(
      fields.every(({ best, alternatives }) => best === null && alternatives.length === 0),
    ).toBe(true)
    await model.dispose()
  })

  test('learns nothing from documents apart: they join the evidence, and weights and confidences stay what they were', async () => {
    const real = examples.map(({ generated: _generated, ...example }) => example)
    const strangers = generatedExamples(invoice, 6, 'held out').map(
      ({ generated: _generated, ...example }) => example,
    )
    const alone = await fit(real, invoice, { ...quick, seed: 1 })
    const heard = await fit(real, invoice, { ...quick, seed: 1 }, { apart: strangers })
    const withoutEvidence = ({ strata: _strata, ...rest }: Manifest): unknown => rest
    const judged = ({ strata = {} }: Manifest): number => Object.values(strata).flat().length
    expect(withoutEvidence(heard.manifest)).toEqual(withoutEvidence(alone.manifest))
    expect(judged(heard.manifest) - judged(alone.manifest)).toBeGreaterThan(0)
    expect(judged(heard.manifest) - judged(alone.manifest)).toBeLessThanOrEqual(strangers.length)
    expect(heard.evaluation).toEqual(alone.evaluation)
  })

  test('one example does not make a model', async () => {
    await expect(fit(examples.slice(0, 1), invoice, quick)).rejects.toThrow(RangeError)
  })
})

test('the model that ships opens, reads invoices, and accepts nothing by itself', async () => {
  const model = await openModel(readFileSync('trainer/starter/invoice.model'))
  expect(model.manifest.profile).toBe('invoice')
  expect(model.manifest.fields.map(({ name }) => name)).toEqual(
    trainableFields(invoice).map(({ name }) => name),
  )
  expect(thresholdsOf(model.manifest, 'new text', 0.5)).toEqual({})
  const { evaluation } = await evaluateModel(
    model,
    invoice,
    generatedExamples(invoice, 15, 'held out'),
    new Set(),
  )
  await model.dispose()
  expect(evaluation.all.f1).toBeGreaterThan(0.9)
})

test('the model of receipts that ships reads receipts of generated issuers, and accepts nothing', async () => {
  const receipt = profileOf(loadProfiles(), 'receipt')
  const model = await openModel(readFileSync('trainer/starter/receipt.model'))
  const { words, truth } = sampleWords(99, 0, { profile: 'receipt' })
  const print = printOfWordsFile(words)
  const { evaluation } = await evaluateModel(
    model,
    receipt,
    [exampleOf(truth, print, receipt)],
    new Set(),
  )
  await model.dispose()
  expect(thresholdsOf(model.manifest, 'new text', 0.5)).toEqual({})
  expect(evaluation.all.f1).toBeGreaterThan(0.7)
})

test.each([
  ['kitten', 'sitting', 9, 3],
  ['', 'abc', 9, 3],
  ['same', 'same', 9, 0],
  ['abcdef', 'uvwxyz', 3, 3],
])('the edit distance of %s and %s, up to %i, is %i', (a, b, limit, expected) => {
  expect(editDistance(a, b, limit)).toBe(expected)
})

const describeReceipts = existsSync(receipts) ? describe : describe.skip
if (!existsSync(receipts))
  process.stderr.write(`tests of real receipts are skipped: ${receipts} is not there\n`)

describeReceipts('a model of real receipts', () => {
  test('trained on 100 of them reads 40 others, and knows how sure it is', async () => {
    const splits = JSON.parse(readFileSync('../shared/data/sroie_splits.json', 'utf8')) as {
      train: string[]
      dev: string[]
    }
    const read = (ids: readonly string[]): Example[] =>
      readExamples(receipts, receipt, new Set(ids))
    const training = read(splits.train.filter((_, k) => k % 3 === 0).slice(0, 100))
    const { bundle, evaluation: outOfFold } = await fit(training, receipt, {
      folds: 2,
      epochs: 5,
      averaged: 2,
      rerankPasses: 10,
      seed: 1,
    })
    const model = await openModel(bundle)
    const { evaluation } = await evaluateModel(
      model,
      receipt,
      read(splits.dev.slice(0, 40)),
      new Set(training.map(({ vendor }) => vendor)),
    )
    await model.dispose()
    expect(bundle.length).toBeLessThan(3 * 1024 * 1024)
    expect(outOfFold.all.f1).toBeGreaterThan(0.8)
    for (const part of ['all', 'seen', 'unseen'] as const) {
      expect(outOfFold.intervals[part][0]).toBeLessThan(outOfFold[part].f1)
      expect(outOfFold.intervals[part][1]).toBeGreaterThanOrEqual(outOfFold[part].f1)
    }
    expect(evaluation.all.f1).toBeGreaterThan(0.82)
    expect(evaluation.calibrationError).toBeLessThan(0.15)
  })
})
