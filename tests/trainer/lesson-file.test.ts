/** What taggers are fitted on comes out of the file as it went in. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openScratch } from '../../connectors/files/scratch-file.ts'
import { headsOf, trainableFields } from '../../processors/model/model.ts'
import { modelInputOf } from '../../processors/model/model-input.ts'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import { targetsOf, type FitLesson } from '../../trainer/labels.ts'
import { lessonFile } from '../../trainer/lesson-file.ts'
import { generatedExamples } from '../../trainer/starter.ts'
import { countFeatures, noCounts, numbered } from '../../trainer/vocabulary.ts'

const folder = mkdtempSync(join(tmpdir(), 'errata-lessons-'))
afterAll(() => rmSync(folder, { recursive: true }))

const invoice = profileOf(loadProfiles(), 'invoice')
const heads = headsOf(trainableFields(invoice))
const [plain, misread, other] = generatedExamples(invoice, 3).map((example) => {
  const sheet = modelInputOf(example.print)
  return { sheet, targets: targetsOf(example, sheet, heads) }
}) as [FitLesson, FitLesson, FitLesson]

function laidDown() {
  const file = lessonFile(openScratch(folder), heads)
  const counts = noCounts([])
  for (const lesson of [{ ...plain, misread }, other]) {
    file.add(lesson)
    countFeatures(counts, lesson, [])
  }
  const numbers = numbered(counts, 2)
  file.renumber(numbers.numberOf)
  return { file, ...numbers }
}

test('targets and candidates, of a document and of its misread version', () => {
  const { file } = laidDown()
  const check = (k: number, asMisread: boolean, { sheet, targets }: FitLesson): void => {
    const { labels, spans, pointers, candidates } = file.read(k, asMisread)
    expect({ labels, spans, pointers }).toEqual(targets)
    for (const { type } of heads.pointers)
      expect(candidates[type]).toEqual(
        sheet.candidates[type].map(({ first, last }) => ({ first, last })),
      )
  }
  check(0, false, plain)
  check(0, true, misread)
  check(1, true, other) // it has no other version
})

test('features by number, those of most documents first, and as they were', () => {
  const { file, featureOf } = laidDown()
  expect(file.featuresOf(0, featureOf).features).toEqual(plain.sheet.features)
  expect(file.featuresOf(1, featureOf).features).toEqual(other.sheet.features)
  const { rows } = file.read(1)
  const known = new Set([...plain.sheet.features.ids, ...misread.sheet.features.ids])
  rows.ids.forEach((number, q) => {
    const feature = other.sheet.features.ids[q] as number
    expect(number < 0 ? null : featureOf[number]).toBe(known.has(feature) ? feature : null)
  })
})
