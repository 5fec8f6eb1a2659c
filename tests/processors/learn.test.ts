import { codeOf } from '../../errors.ts'
import { learn, rememberVerdict, verdicts } from '../../processors/learn.ts'
import type { Message } from '../../processors/processor.ts'
import { loadProfiles } from '../../schemas/profiles.ts'
import type { Verdict } from '../../schemas/types.ts'

const use = { profiles: loadProfiles() }

const verdict = (change: Partial<Verdict> = {}): Verdict => ({
  documentId: 'd1',
  revision: 1,
  tenant: 'default',
  profile: 'receipt',
  fileName: null,
  source: 'test',
  sha256: 'ab',
  receivedAt: 1,
  reviewer: 'ann',
  decidedAt: 10,
  openedAt: null,
  decision: 'corrected',
  basis: 'review',
  comment: null,
  declined: [],
  secondWanted: false,
  vendor: { id: 'vat:A', name: null, evidence: 'vat' },
  fields: [],
  lineItems: [],
  predicted: [],
  predictedLineItems: [],
  model: null,
  rulesVersion: '',
  pages: [],
  words: { text: '', ends: [], pages: [], lines: [], boxes: [], confidences: [] },
  ...change,
})
const confirmed = (name: string): Verdict['fields'][number] => ({
  name,
  value: null,
  raw: null,
  confidence: 1,
  page: null,
  box: [],
  words: [],
  origin: 'human',
  originId: null,
})
const message = (value: Verdict | null): Message<'corrected'> => ({
  key: 'd1',
  value,
  timestamp: 0,
  origin: { topic: 'corrected', partition: 0, offset: 0n },
})
const moved = { id: 'vat:B', name: null, evidence: 'vat' }

/** Feeds verdicts one after the other; gives for each its outputs, or the code of its error. */
function stream(...values: readonly (Verdict | null)[]): unknown[] {
  const state = verdicts()
  return values.map((value) => {
    try {
      const outputs = learn(message(value), use, state).training ?? []
      rememberVerdict(state, message(value))
      return outputs.map((output) => [
        output.partitionBy,
        output.value === null ? null : output.value.revision,
      ])
    } catch (error) {
      return codeOf(error)
    }
  })
}

describe('learn', () => {
  test.each([
    ["a verdict becomes an example in its vendor's partition", [verdict()], [[['vat:A', 1]]]],
    [
      'a later revision replaces it',
      [verdict(), verdict({ revision: 2, decidedAt: 20 })],
      [[['vat:A', 1]], [['vat:A', 2]]],
    ],
    ['the same verdict twice is one', [verdict(), verdict()], [[['vat:A', 1]], []]],
    [
      'the same revision at another time is another verdict',
      [verdict(), verdict({ decidedAt: 20 })],
      [[['vat:A', 1]], 'VERDICT_STALE'],
    ],
    [
      'an older revision is stale',
      [verdict({ revision: 2 }), verdict({ revision: 1, decidedAt: 20 })],
      [[['vat:A', 2]], 'VERDICT_STALE'],
    ],
    [
      'two reviewers with the same revision: the first wins',
      [verdict(), verdict({ reviewer: 'bob' })],
      [[['vat:A', 1]], 'VERDICT_STALE'],
    ],
    [
      'a verdict that moves the vendor leaves a tombstone',
      [verdict(), verdict({ revision: 2, vendor: moved })],
      [
        [['vat:A', 1]],
        [
          ['vat:A', null],
          ['vat:B', 2],
        ],
      ],
    ],
    ['a rejected document is no example', [verdict({ decision: 'rejected' })], [[]]],
    [
      'a document rejected later is an example no more',
      [verdict(), verdict({ revision: 2, decision: 'rejected' })],
      [[['vat:A', 1]], [['vat:A', null]]],
    ],
    [
      'what a second person has to agree with teaches nothing before that',
      [verdict({ secondWanted: true }), verdict({ revision: 2, reviewer: 'bob' })],
      [[], [['vat:A', 2]]],
    ],
    [
      'a document that comes before a second person later is no example meanwhile',
      [
        verdict(),
        verdict({ revision: 2, secondWanted: true }),
        verdict({ revision: 3, reviewer: 'bob' }),
      ],
      [[['vat:A', 1]], [['vat:A', null]], [['vat:A', 3]]],
    ],
    [
      'an erased document is no longer an example, and starts over if it comes again',
      [verdict({ revision: 4 }), null, verdict()],
      [[['vat:A', 4]], [['vat:A', null]], [['vat:A', 1]]],
    ],
    [
      'erasing what nobody has judged gives nothing',
      [null, verdict({ decision: 'rejected' }), null],
      [[], [], []],
    ],
    [
      'an unknown field is invalid',
      [
        verdict({
          fields: [
            {
              name: 'constructor',
              value: null,
              raw: null,
              confidence: 1,
              page: null,
              box: [],
              words: [],
              origin: 'human',
              originId: null,
            },
          ],
        }),
      ],
      ['VERDICT_INVALID'],
    ],
    [
      'a word that is not there is invalid',
      [
        verdict({
          fields: [
            {
              name: 'grand_total',
              value: '1.00',
              raw: null,
              confidence: 1,
              page: null,
              box: [],
              words: [3],
              origin: 'human',
              originId: null,
            },
          ],
        }),
      ],
      ['VERDICT_INVALID'],
    ],
    [
      'a field twice is invalid',
      [verdict({ fields: [confirmed('grand_total'), confirmed('grand_total')] })],
      ['VERDICT_INVALID'],
    ],
    [
      'two fields once each are not',
      [verdict({ fields: [confirmed('grand_total'), confirmed('issue_date')] })],
      [[['vat:A', 1]]],
    ],
    ['an empty reviewer is invalid', [verdict({ reviewer: '' })], ['VERDICT_INVALID']],
    ['an unknown profile has its own code', [verdict({ profile: 'poem' })], ['PROFILE_UNKNOWN']],
  ])('%s', (_promise, values, expected) => {
    expect(stream(...values)).toEqual(expected)
  })
})
