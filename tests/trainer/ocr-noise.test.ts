/**
 * Transcripts as a recogniser would have read them, and what words that were badly read are worth.
 */

import { predict } from '../../processors/model/field-predictor.ts'
import { openModel } from '../../connectors/onnx/onnx.ts'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import { exampleOf, printOfWordsFile, type Example } from '../../trainer/dataset.ts'
import { renditionOf } from '../../trainer/ocr-noise.ts'
import { generatedExamples } from '../../trainer/starter.ts'
import { fit } from '../../trainer/train.ts'

const receipt = profileOf(loadProfiles(), 'receipt')
const lines = Array.from(
  { length: 60 },
  (_, k) => `HARDWARE MERCHANTS NUMBER ${k} TOTAL 12.${10 + (k % 80)}`,
)
const print = printOfWordsFile({
  unit: 'px',
  level: 'line',
  pages: [
    {
      page: 1,
      width: 400,
      height: 2000,
      words: lines.map((t, k) => ({ t, b: [10, 30 * k, 390, 30 * k + 20] })),
    },
  ],
})
const typed = exampleOf({ id: 'a', fields: { grand_total: '12.10' } }, print, receipt)

describe('a rendition', () => {
  test('is the same again with the same seed, and keeps every figure', () => {
    const once = renditionOf(typed, 4) as Example
    expect(renditionOf(typed, 4)).toEqual(once)
    expect(once.print.words).not.toEqual(print.words)
    const figures = (example: Example): string[] =>
      example.print.words.flatMap(({ text }) => text.match(/\d+\.\d+/g) ?? [])
    const lost = figures(typed).length - figures(once).length
    expect(lost).toBeGreaterThanOrEqual(0)
    expect(lost).toBeLessThan(6) // of lost lines and words
    expect(figures(once).every((figure) => figures(typed).includes(figure))).toBe(true)
  })

  test('is made of transcripts alone: not of what was generated or recognised, nor where truth points at words', () => {
    expect(renditionOf({ ...typed, generated: true }, 1)).toBeNull()
    expect(
      renditionOf(
        {
          ...typed,
          print: {
            ...print,
            pages: print.pages.map((page) => ({ ...page, source: 'ocr' as const })),
          },
        },
        1,
      ),
    ).toBeNull()
    expect(
      renditionOf(
        { ...typed, truth: new Map([['grand_total', { value: '12.10', raw: null, words: [3] }]]) },
        1,
      ),
    ).toBeNull()
  })
})

test('a probable value whose words were read in doubt has less confidence, and stays the same value', async () => {
  const invoice = profileOf(loadProfiles(), 'invoice')
  const { bundle } = await fit(generatedExamples(invoice, 24), invoice, {
    folds: 2,
    epochs: 3,
    averaged: 2,
    rerankPasses: 5,
    seed: 1,
  })
  const model = await openModel(bundle)
  const clear = (generatedExamples(invoice, 1, 'held out')[0] as Example).print
  const doubtful = {
    pages: clear.pages.map((page) => ({ ...page, source: 'ocr' as const })),
    words: clear.words.map((word) => ({ ...word, confidence: 50 })),
  }
  const [before, after] = await Promise.all(
    [clear, doubtful].map(async (page) => (await predict(page, invoice, model)).fields),
  )
  const found = before?.filter(({ best }) => (best?.confidence ?? 0) > 0.5) ?? []
  expect(found.length).toBeGreaterThan(2)
  for (const { name, best } of found) {
    const other = after?.find((field) => field.name === name)?.best
    expect(other?.value).toBe(best?.value)
    expect(other?.confidence).toBeLessThan(0.9 * (best?.confidence ?? 0))
  }
  await model.dispose()
}, 120_000)
