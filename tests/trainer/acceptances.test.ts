/**
 * What held-out documents are evidence of: the stage as a whole, each kind of document by itself,
 * and each document for as many as it stands for.
 */

import type { Profile } from '../../schemas/profiles.ts'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import type { Field, Reason, Verdict } from '../../schemas/types.ts'
import { acceptances } from '../../trainer/acceptances.ts'
import type { Calibrated } from '../../trainer/confidence.ts'
import type { Example } from '../../trainer/dataset.ts'
import { encountersOf, type Encounter } from '../../trainer/encounter.ts'
import type { HeldOutDocument } from '../../trainer/held-out.ts'
import type { JudgedGuess } from '../../trainer/held-out-readings.ts'
import { relearnedFrom } from '../../trainer/relearned.ts'
import { relearnedKey } from '../../processors/model/vendor-key.ts'
import { generatedVerdicts } from '../verdicts.ts'

const profile: Profile = {
  ...profileOf(loadProfiles(), 'receipt'),
  checks: [],
}
const [verdict] = generatedVerdicts(profile, 1) as [Verdict]
const met = (change: Partial<Verdict>, earlier: readonly Verdict[] = []): Encounter =>
  encountersOf([...earlier, { ...verdict, ...change }], profile, 0.02).get(
    verdict.documentId,
  ) as Encounter
const because = (...codes: readonly string[]): Reason[] =>
  codes.map((code) => ({ code, field: 'grand_total', detail: null }))

describe('why a person saw a document', () => {
  test.each<[string, Partial<Verdict>, number]>([
    ['nothing like it could be accepted', { reasons: because('no_evidence', 'missing') }, 1],
    ['it was drawn at random', { basis: 'sample', reasons: because('sample') }, 1],
    ['it was hard, so it stands for itself alone', { reasons: because('low_confidence') }, 0.02],
    ['it was found wrong after it was accepted', { basis: 'correction', reasons: [] }, 0.02],
    ['whoever answered doesn’t say', { reasons: [] }, 1],
  ])('%s', (_, change, weight) => expect(met(change).weight).toBe(weight))

  test('a vendor is known from its second answered document on', () => {
    const other = { ...verdict, documentId: 'other' }
    const { decidedAt } = verdict
    expect(met({}).isKnown).toBe(false)
    expect(met({}, [{ ...other, decidedAt: decidedAt - 1 }]).isKnown).toBe(true)
    expect(met({}, [{ ...other, decidedAt: decidedAt + 1 }]).isKnown).toBe(false)
    const elsewhere = { ...other, decidedAt: 0, vendor: { ...verdict.vendor, id: 'vat:X' } }
    expect(met({}, [elsewhere]).isKnown).toBe(false)
  })

  test('what the reading alone asked about, another reading may not ask about', () => {
    expect(met({ reasons: because('low_confidence', 'check_failed', 'missing') })).toMatchObject({
      isBarred: false,
    })
    expect(met({ reasons: because('duplicate') }).isBarred).toBe(true)
    expect(met({ reasons: because('vendor_asks', 'no_evidence') })).toMatchObject({
      isBarred: false,
      asked: new Set(['grand_total']),
    })
  })
})

interface Kept {
  readonly encounter?: Partial<Encounter>
  readonly confidence?: number
  readonly isWrong?: boolean
  readonly vendor?: string
  readonly source?: 'ocr' | 'text_layer'
  readonly deal?: HeldOutDocument['deal']
  readonly unseen?: boolean
}

const encounter: Encounter = {
  isKnown: true,
  weight: 1,
  isBarred: false,
  asked: new Set(),
  given: [],
  lineItems: [],
  changed: new Set(),
  decidedAt: 1,
}

/** Documents on which the model reads all fields. */
function readingsOf(kept: readonly Kept[]) {
  const held = kept.map((one): HeldOutDocument => {
    const { vendor = 'v', source = 'text_layer', deal = 'by document', unseen = false } = one
    const truth = new Map(
      profile.fields.map(({ name }) => [name, { value: '1.00', raw: '1.00', words: [] }]),
    )
    const example = {
      print: { pages: [{ source }], words: [] },
      truth,
      vendor,
      encounter: { ...encounter, ...one.encounter },
    } as unknown as Example
    const document = { vendor, encounter: example.encounter }
    const open = () => ({ example, spans: new Map() })
    return { document, deal, unseen, open } as unknown as HeldOutDocument
  })
  const calibrated = new Map(
    profile.fields.map(({ name }): [string, Calibrated] => [
      name,
      {
        coefficients: [],
        least: 0.1,
        verdicts: kept.map(({ confidence = 0.9, isWrong = false }): JudgedGuess => {
          const isBad = isWrong && name === 'grand_total'
          const outcome = isBad ? 'wrong' : 'right'
          return { value: isBad ? '2.00' : '1.00', outcome, confidence, isAbsent: false }
        }),
      },
    ]),
  )
  return { held, calibrated, relearned: relearnedFrom(held, calibrated) }
}

const strataOf = (kept: readonly Kept[]) => acceptances(profile, readingsOf(kept))
const all = profile.fields.map((_, place) => place)
const total = profile.fields.findIndex(({ name }) => name === 'grand_total')
const others = all.filter((place) => place !== total)
const byRule = (value: string): Partial<Encounter> => ({
  given: [{ name: 'grand_total', value, raw: value, confidence: 0.95, origin: 'rule' } as Field],
})

describe('a held-out document', () => {
  test('counts with its lowest confidence and what is wrong on it, by the kind of document', () => {
    expect(strataOf([{}])).toEqual({ 'known text': [[0.9, 1, all, [], 1]] })
    expect(strataOf([{ isWrong: true, source: 'ocr' }])).toEqual({
      'known scan': [[0.9, 1, others, [total], 1]],
    })
    const alone: Kept = { deal: 'by vendor', unseen: true, confidence: 0.8 }
    expect(strataOf([alone, {}])).toEqual({
      'known text': [[0.9, 1, all, [], 1]],
      'new text': [[0.8, 1, all, [], 1]],
    })
  })

  test('counts with what the vendor’s rule gave, right or wrong', () => {
    expect(strataOf([{ isWrong: true, encounter: byRule('1.00') }])['known text']).toEqual([
      [0.9, 1, all, [], 0.95],
    ])
    expect(strataOf([{ encounter: byRule('2.00') }])['known text']).toEqual([
      [0.9, 1, others, [total], 0.95],
    ])
  })

  test('of a new vendor has no rules to help it', () => {
    const one = { deal: 'by vendor', unseen: true, isWrong: true } as const
    expect(strataOf([{ ...one, encounter: byRule('1.00') }, {}])['new text']).toEqual([
      [0.9, 1, others, [total], 1],
    ])
  })

  test.each<[string, Kept]>([
    ['another reason asks for a person', { encounter: { isBarred: true } }],
    ['corrections of the vendor ask', { encounter: { asked: new Set(['grand_total']) } }],
    ['a required value is missing', { confidence: 0.05, encounter: byRule('1.00') }],
  ])('is never accepted where %s', (_, kept) => {
    expect(strataOf([kept])['known text']?.map(([lowest]) => lowest)).toEqual([0])
  })
})

describe('what a model has learned from corrections', () => {
  const corrected: Kept = { encounter: { changed: new Set(['grand_total']), decidedAt: 7 } }
  const relearned = (kept: readonly Kept[]) => readingsOf(kept).relearned

  test('is a field that it reads rightly on three answered documents, the corrected ones among them', () => {
    expect(relearned([corrected, {}, {}]).pairs).toEqual([[relearnedKey('v', 'grand_total'), 7]])
    expect(relearned([corrected, {}]).pairs).toEqual([])
    expect(relearned([{}, {}, {}]).pairs).toEqual([])
    expect(relearned([corrected, {}, {}, { isWrong: true }]).pairs).toEqual([])
    expect(relearned([corrected, {}, { vendor: 'w' }]).pairs).toEqual([])
  })

  test('is judged without the document that it would be trusted with', () => {
    const asked: Kept = { encounter: { asked: new Set(['grand_total']) } }
    const lowest = (kept: readonly Kept[]): number[] =>
      (strataOf(kept)['known text'] ?? []).map(([one]) => one)
    expect(lowest([corrected, {}, {}, asked])).toEqual([0.9, 0.9, 0.9, 0.9])
    expect(lowest([corrected, {}, asked])).toEqual([0.9, 0.9, 0])
    const wrong = { ...asked, isWrong: true }
    expect(strataOf([corrected, {}, {}, wrong])['known text']).toContainEqual([
      0.9,
      1,
      others,
      [total],
      1,
    ])
  })
})
