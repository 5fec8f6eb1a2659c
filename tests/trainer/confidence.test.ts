/** From which confidence a value is given at all. */

import { modelInputOf } from '../../processors/model/model-input.ts'
import type { Guess } from '../../processors/model/guess.ts'
import { unpackWords } from '../../processors/document/words.ts'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import type { Verdict } from '../../schemas/types.ts'
import { calibrate, judgedGuess } from '../../trainer/confidence.ts'
import type { Truth } from '../../trainer/dataset.ts'
import type { HeldOutDocument } from '../../trainer/held-out.ts'
import { givenBy } from '../../trainer/held-out-readings.ts'
import { generatedVerdicts } from '../verdicts.ts'

const profile = profileOf(loadProfiles(), 'invoice')
const [verdict] = generatedVerdicts(profile, 1) as [Verdict]
const print = { pages: verdict.pages, words: unpackWords(verdict.words) }
const sheet = modelInputOf(print)

/** The model reads the same of every document, a little less surely each time. */
function calibrated(truths: readonly (string | null)[]) {
  const held = truths.map((value, k): HeldOutDocument => {
    const truth = new Map<string, Truth>([['purchase_order', { value, raw: value, words: [] }]])
    const example = { documentId: `d${k}`, print, truth, vendor: `v${k}` }
    const open = () => ({ example, sheet, spans: new Map() })
    const document = { vendor: `v${k}` }
    return { document, deal: 'by document', fold: k % 2, open } as unknown as HeldOutDocument
  })
  const field = { name: 'purchase_order', type: 'id' } as const
  const judged = held.map((one, k) => {
    const odds = 1 - k / 100
    const option = { value: '4711', first: 0, last: 1, probability: 0.5 }
    const guess: Guess = {
      field: 'purchase_order',
      options: [option],
      signals: [1, odds, odds, 1],
    }
    return judgedGuess(field, one.open(), guess)
  })
  const { verdicts, least } = calibrate(held, judged)
  return verdicts.flatMap((one) => givenBy(one, least)).length
}

test('a field that no document has is given on none, however little doubt would be left', () => {
  expect(calibrated(Array<null>(60).fill(null))).toBe(0)
})

test('a field that most documents have is given', () => {
  const truths = Array.from({ length: 60 }, (_, k) => (k % 10 === 0 ? null : '4711'))
  expect(calibrated(truths)).toBeGreaterThan(50)
})
