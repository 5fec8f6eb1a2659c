import fc from 'fast-check'
import {
  addArrival,
  addDead,
  addErasure,
  addExtraction,
  addFinal,
  addJudgement,
  documentStatusOf,
  statusDocumentOf,
  dumpStatus,
  emptyStatus,
  eraseJudgements,
  restoreStatus,
  type DocumentStatus,
  type StatusState,
} from '../../../processors/routing/document-status.ts'
import type { Verdict } from '../../../schemas/types.ts'
import { deadOf, extractedOf, judgementOf } from '../../outcomes.ts'
import { finalOf } from '../../records.ts'

type Event = (state: StatusState) => void

const arrives =
  (id: string, offset: number): Event =>
  (state) =>
    addArrival(state, id, { partition: 0, offset })
const accepted =
  (id: string, at: number): Event =>
  (state) =>
    addExtraction(state, id, extractedOf(id, 'accepted'), at)
const review =
  (id: string, at: number, sha256 = id): Event =>
  (state) =>
    addExtraction(state, id, extractedOf(id, 'review', sha256), at)
const judged =
  (id: string, sha256 = id, change: Partial<Verdict> = {}): Event =>
  (state) =>
    addJudgement(state, id, { ...judgementOf(id, sha256), ...change })
const erased =
  (id: string, at: number): Event =>
  (state) => {
    addErasure(state, id, at)
    eraseJudgements(state, id)
  }
const heldBack =
  (id: string, at: number, revision = 0): Event =>
  (state) =>
    addFinal(state, id, finalOf(id, { status: 'duplicate', sha256: id, revision }), at)
const dead =
  (stage: string, id: string | null, at: number, offset = 0): Event =>
  (state) =>
    addDead(state, stage, deadOf('any', id, 0, offset), { partition: 0, offset }, at)

function counts(events: readonly Event[], firsts = new Map<number, bigint>()): DocumentStatus {
  const state = emptyStatus()
  for (const event of events) event(state)
  return documentStatusOf(state, firsts)
}

const nowhere: DocumentStatus = { raw: 1, accepted: 0, review: 0, dead: 0, inFlight: 0 }

describe('the document status', () => {
  test.each<[string, Event[], Partial<DocumentStatus>]>([
    ['a document without outcome is on its way', [arrives('a', 0)], { inFlight: 1 }],
    ['an accepted one is accepted', [arrives('a', 0), accepted('a', 1)], { accepted: 1 }],
    ['one that is routed to a person waits', [arrives('a', 0), review('a', 1)], { review: 1 }],
    ['a verdict ends the wait', [arrives('a', 0), review('a', 1), judged('a')], { accepted: 1 }],
    [
      'a verdict on other bytes does not',
      [arrives('a', 0), review('a', 1, 'new'), judged('a', 'old')],
      { review: 1 },
    ],
    [
      'a verdict that is refused ends no wait',
      [arrives('a', 0), review('a', 1), dead('judge', 'a', 2)],
      { review: 1 },
    ],
    [
      'a refused one beside a good one does no harm',
      [arrives('a', 0), review('a', 1), judged('a'), dead('judge', 'a', 2)],
      { accepted: 1 },
    ],
    [
      'a verdict that wants a second person ends no wait',
      [arrives('a', 0), review('a', 1), judged('a', 'a', { secondWanted: true })],
      { review: 1 },
    ],
    [
      'the second person ends it',
      [
        arrives('a', 0),
        review('a', 1),
        judged('a', 'a', { secondWanted: true }),
        judged('a', 'a', { revision: 2 }),
      ],
      { accepted: 1 },
    ],
    [
      'what was taken back waits again',
      [
        arrives('a', 0),
        review('a', 1),
        judged('a'),
        judged('a', 'a', { revision: 2, decision: 'rejected', secondWanted: true }),
      ],
      { review: 1 },
    ],
    [
      'an accepted one whose invoice another document claimed waits for a person',
      [arrives('a', 0), accepted('a', 1), heldBack('a', 2)],
      { review: 1 },
    ],
    [
      'a verdict that came before the invoice was seen to be claimed does not end the wait',
      [arrives('a', 0), review('a', 1), judged('a'), heldBack('a', 3, 1)],
      { review: 1 },
    ],
    [
      'a verdict after it does',
      [arrives('a', 0), accepted('a', 1), heldBack('a', 2), judged('a', 'a', { revision: 2 })],
      { accepted: 1 },
    ],
    ['what could not be read is dead', [arrives('a', 0), dead('ocr', 'a', 1)], { dead: 1 }],
    [
      'a dead letter that was replayed counts where it is now',
      [arrives('a', 0), dead('ocr', 'a', 1), arrives('a', 1), accepted('a', 2)],
      { accepted: 1 },
    ],
    [
      'a dead letter of teach changes nothing',
      [arrives('a', 0), review('a', 1), judged('a'), dead('teach', 'a', 3)],
      { accepted: 1 },
    ],
    [
      'the same document twice is one',
      [arrives('a', 0), arrives('a', 5), accepted('a', 1)],
      { accepted: 1 },
    ],
    [
      'a record without key is a document of its own',
      [arrives(statusDocumentOf(null, { partition: 0, offset: 3 }), 3), dead('ocr', null, 1, 3)],
      { dead: 1 },
    ],
    [
      'outcomes of documents that are not there are not counted',
      [arrives('a', 0), accepted('b', 1)],
      { inFlight: 1 },
    ],
  ])('%s', (_, events, expected) => {
    expect(counts(events)).toEqual({ ...nowhere, ...expected })
    // topics are read in any order
    expect(counts([...events.slice(1), ...events.slice(0, 1)])).toEqual({ ...nowhere, ...expected })
  })

  test('the same reading of the same bytes under another id is judged once', () => {
    expect(
      counts([
        arrives('a', 0),
        arrives('b', 1),
        review('a', 1, 's'),
        review('b', 1, 's'),
        judged('a', 's'),
      ]),
    ).toEqual({ raw: 2, accepted: 2, review: 0, dead: 0, inFlight: 0 })
  })

  test('a document whose record is gone from raw is not counted', () => {
    expect(
      counts(
        [arrives('a', 0), arrives('b', 5), accepted('a', 1), accepted('b', 1)],
        new Map([[0, 3n]]),
      ),
    ).toEqual({ ...nowhere, accepted: 1 })
  })

  test('a document that was erased is not counted until it comes again, and what was said of it covers nothing', () => {
    const before = [
      arrives('a', 0),
      arrives('b', 1),
      accepted('b', 1),
      review('a', 1),
      judged('a'),
      erased('a', 2),
    ]
    expect(counts(before)).toEqual({ ...nowhere, accepted: 1 })
    expect(counts([...before, arrives('a', 9), review('a', 3)])).toEqual({
      raw: 2,
      accepted: 1,
      review: 1,
      dead: 0,
      inFlight: 0,
    })
  })

  test('always adds up, and survives being kept', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd')
    const number = fc.nat(9)
    const event: fc.Arbitrary<Event> = fc.oneof(
      fc.tuple(id, number).map(([document, offset]) => arrives(document, offset)),
      fc.tuple(id, number).map(([document, at]) => accepted(document, at)),
      fc
        .tuple(id, number, fc.constantFrom('s', 't'))
        .map(([document, at, sha256]) => review(document, at, sha256)),
      fc.tuple(id, fc.constantFrom('s', 't')).map(([document, sha256]) => judged(document, sha256)),
      fc
        .tuple(fc.constantFrom('ocr', 'extract', 'judge', 'learn', 'teach'), id, number, number)
        .map(([stage, document, at, offset]) => dead(stage, document, at, offset)),
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), fc.nat(40), (events, cut) => {
        const { raw, accepted: good, review: open, dead: lost, inFlight } = counts(events)
        expect(good + open + lost + inFlight).toBe(raw)
        const state = emptyStatus()
        for (const one of events.slice(0, cut)) one(state)
        const restored = restoreStatus(JSON.parse(JSON.stringify(dumpStatus(state))) as object)
        for (const one of events.slice(cut)) one(restored)
        expect(documentStatusOf(restored, new Map())).toEqual({
          raw,
          accepted: good,
          review: open,
          dead: lost,
          inFlight,
        })
      }),
    )
  })
})
