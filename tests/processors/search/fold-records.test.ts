/** What is known of a document, whatever order its topics are read in. */

import fc from 'fast-check'
import { packWords } from '../../../processors/document/words.ts'
import {
  nothingKnown,
  type DocumentFacts,
  type RecordPlace,
} from '../../../processors/search/document-facts.ts'
import { deathOf, standingOf } from '../../../processors/search/document-state.ts'
import {
  foldDead,
  foldErasure,
  foldExtracted,
  foldFinal,
  foldOcr,
  foldRaw,
  foldReplay,
  foldTask,
  foldVerdict,
  type Folded,
} from '../../../processors/search/fold-records.ts'
import { listingOf } from '../../../processors/search/listing.ts'
import { termsOf, textOf } from '../../../processors/search/search-text.ts'
import type { Dead, Extracted, Final, Ocr, Raw } from '../../../schemas/types.ts'
import { makeTask, verdictOn } from '../../review-server.ts'

type Step = (facts: DocumentFacts) => Folded | null

const task = makeTask()
const at = (offset: number, of: number | null = null): RecordPlace => ({
  partition: 0,
  offset,
  time: 1_000 + offset,
  of,
})
const common = { ...task, metadata: {}, mediaType: 'application/pdf', engine: 'pdfium-2.1.13' }
const raw: Raw = { ...common, bytes: null }
const ocr = { ...common, codes: [], xml: null, readMs: 5 } as unknown as Ocr
const extracted = { ...common, route: 'accepted', sampled: false } as unknown as Extracted
const verdict = verdictOn(task, { fields: [{ name: 'grand_total', value: '1469.06' }] })
const final = {
  ...common,
  status: 'accepted',
  revision: 0,
  decidedBy: null,
  decision: null,
  decidedAt: 9,
  comment: null,
  duplicateOf: null,
} as unknown as Final
const letter = {
  stage: 'ocr',
  offset: 0,
  code: 'DOCUMENT_CORRUPT',
  message: 'no page can be read',
  failedAt: 2_000,
} as unknown as Dead

const arrive: Step = (facts) => foldRaw(facts, raw, at(0))
const read: Step = (facts) => foldOcr(facts, ocr, at(10, 0))
const extract: Step = (facts) => foldExtracted(facts, extracted, at(20, 10))
const ask: Step = (facts) => foldTask(facts, task, at(30))
const answer: Step = (facts) => foldVerdict(facts, verdict, at(40))
const settle: Step = (facts) => foldFinal(facts, final, at(50))
const die: Step = (facts) => foldDead(facts, letter, at(60), 'ocr.dead')

function after(...steps: readonly Step[]): DocumentFacts {
  return steps.reduce((facts, step) => step(facts)?.facts ?? facts, nothingKnown('d-1'))
}

describe('the state of a document', () => {
  test.each<[string, readonly Step[], boolean, string, string | null]>([
    ['has arrived', [arrive], false, 'on_its_way', 'ocr'],
    ['is read', [arrive, read], false, 'on_its_way', 'extract'],
    ['is extracted', [arrive, read, extract], false, 'on_its_way', 'settle'],
    ['waits for a person', [arrive, read, extract, ask], true, 'review', null],
    ['has its answer', [arrive, read, extract, ask, answer], false, 'answered', null],
    ['needs no person', [arrive, read, extract, settle], false, 'accepted', null],
    ['could not be read', [arrive, die], false, 'dead', 'ocr'],
    ['is known by its last word alone', [settle], false, 'accepted', null],
    ['has come once more', [arrive, read, extract, settle, come(70)], false, 'on_its_way', 'ocr'],
    ['came again after it failed', [arrive, die, come(70)], false, 'on_its_way', 'ocr'],
    [
      'could not be read again',
      [arrive, read, extract, settle, come(55), dieAt(55)],
      false,
      'accepted',
      null,
    ],
    [
      'waits, and could not be read again',
      [arrive, read, extract, ask, come(55), dieAt(55)],
      true,
      'review',
      null,
    ],
    ['was read in the end', [arrive, die, read], false, 'on_its_way', 'extract'],
    [
      'is rejected',
      [extract, settled({ status: 'rejected', revision: 1 })],
      false,
      'rejected',
      null,
    ],
    ['is a duplicate', [extract, settled({ status: 'duplicate' })], true, 'duplicate', null],
    ['is withdrawn', [extract, settled({ status: 'withdrawn' })], true, 'withdrawn', null],
  ])('that %s', (_name, steps, isOpen, state, stage) => {
    expect(standingOf(after(...steps), isOpen)).toEqual({ state, stage })
  })

  test('does not depend on the order of the topics', () => {
    const steps = [arrive, read, extract, ask, answer, settle, die]
    const expected = after(...steps)
    fc.assert(
      fc.property(fc.shuffledSubarray(steps, { minLength: steps.length }), (shuffled) => {
        const facts = after(...shuffled)
        expect(standingOf(facts, false)).toEqual(standingOf(expected, false))
        expect(facts.values).toEqual(expected.values)
        expect(facts.events).toEqual(expected.events)
      }),
    )
  })

  test('is the same where every record comes twice', () => {
    const steps = [arrive, read, extract, ask, answer, settle, die]
    expect(after(...steps, ...steps)).toEqual(after(...steps))
  })

  test('is on its way again once its dead letter was sent back', () => {
    const facts = after(arrive, die)
    expect(deathOf(facts)?.code).toBe('DOCUMENT_CORRUPT')
    const replayed = foldReplay(facts, 'ocr.dead/0/60', at(61), 'ocr.dead')?.facts ?? facts
    expect(deathOf(replayed)).toBeNull()
    expect(standingOf(replayed, false).state).toBe('on_its_way')
  })

  test('does not change by an answer that judge refuses', () => {
    const refused = foldDead(
      after(arrive, read, extract, settle),
      { ...letter, stage: 'judge' },
      at(70),
      'j',
    )
    expect(standingOf(refused?.facts as DocumentFacts, false).state).toBe('accepted')
    expect(refused?.facts.events.at(-1)?.what).toBe('refused')
  })
})

describe('erasing', () => {
  const erase: Step = (facts) => foldErasure(facts, at(100))

  test('leaves nothing but that and when', () => {
    const folded = erase(after(arrive, read, extract, ask, answer, settle))
    expect(folded?.facts).toMatchObject({ origin: null, values: null, erasedAt: 1_100 })
    expect([folded?.values?.fields, folded?.text]).toEqual([[], ''])
    expect(JSON.stringify(folded)).not.toContain('nordlicht')
    expect(standingOf(folded?.facts as DocumentFacts, false).state).toBe('erased')
  })

  test('holds for older records that are read after it', () => {
    const facts = after(erase, arrive, read, extract, ask, answer, settle)
    expect(JSON.stringify(facts)).not.toContain('nordlicht')
    expect(standingOf(facts, false).state).toBe('erased')
  })

  test('is over when the document comes again', () => {
    expect(standingOf(after(arrive, erase, come(200)), false).state).toBe('on_its_way')
  })
})

describe('what is listed', () => {
  test('is what the values say, and who answered', () => {
    const answered = answer(after(arrive, read, extract, ask)) as Folded
    expect(listingOf(answered.facts, answered.values ?? null, false)).toMatchObject({
      documentId: 'd-1',
      fileName: 'nordlicht-2024-03.pdf',
      vendorId: 'vat:DE136695976',
      amount: '1469.06',
      reviewer: 'mara',
      state: 'answered',
    })
  })

  test('tells the history with who, by what and why', () => {
    const { events } = after(arrive, read, extract, ask, answer, settle)
    expect(events.map(({ what }) => what).sort()).toEqual(
      ['answered', 'arrived', 'asked', 'extracted', 'read', 'settled'].sort(),
    )
    const answered = events.find(({ what }) => what === 'answered')
    expect(answered).toMatchObject({
      by: 'mara',
      detail: { decision: 'corrected', model: 'invoice/3' },
    })
    expect(answered?.detail.changed).toContain('grand_total')
  })
})

describe('what is searched', () => {
  test('are words, phrases and amounts in any notation', () => {
    expect(termsOf('acme "new york" 1.469,06 1,469.06 -3')).toEqual([
      { text: 'acme', amount: null },
      { text: 'new york', amount: null },
      { text: '1.469,06', amount: 1469.06 },
      { text: '1,469.06', amount: 1469.06 },
      { text: '-3', amount: -3 },
    ])
    expect(termsOf(' * " ( ')).toEqual([])
  })

  test('is the text of the words, bounded', () => {
    const word = { text: 'ab', page: 1, line: 0, box: [0, 0, 1, 1] as const, confidence: 100 }
    expect(textOf(packWords([word, word]))).toBe('ab ab')
    expect(textOf(packWords(new Array(100_000).fill(word))).length).toBeLessThanOrEqual(200_000)
  })
})

function come(offset: number): Step {
  return (facts) => foldRaw(facts, raw, at(offset))
}

function dieAt(offset: number): Step {
  return (facts) => foldDead(facts, { ...letter, offset }, at(60), 'ocr.dead')
}

function settled(changes: Partial<Final>): Step {
  return (facts) => foldFinal(facts, { ...final, ...changes }, at(50))
}
