import { learn, rememberTeacher, teachers } from '../../processors/learn.ts'
import type { Message } from '../../processors/processor.ts'
import { loadProfiles } from '../../schemas/profiles.ts'
import type { Verdict } from '../../schemas/types.ts'
import { printOf, verdictOf } from '../documents.ts'

const use = { profiles: loadProfiles() }
const print = printOf('Total 12.00')

const verdict = (change: Partial<Verdict> = {}): Verdict => verdictOf('d1', print, [], [], change)
const message = (value: Verdict | null): Message<'verdicts'> => ({
  key: 'd1',
  value,
  timestamp: 0,
  origin: { topic: 'verdicts', partition: 0, offset: 0n },
})
const moved = { id: 'vat:B', name: null, evidence: 'vat' }

/** Feeds verdicts one after the other; gives the outputs of each. */
function stream(...values: readonly (Verdict | null)[]): unknown[] {
  const state = teachers()
  return values.map((value) => {
    const outputs = learn(message(value), use, state).training ?? []
    rememberTeacher(state, message(value))
    return outputs.map((output) => [
      output.partitionBy,
      output.value === null ? null : output.value.revision,
    ])
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
  ])('%s', (_promise, values, expected) => {
    expect(stream(...values)).toEqual(expected)
  })

  test.each([
    ['confirmed', {}],
    ['rejected', { decision: 'rejected' as const }],
    ['second_wanted', { secondWanted: true }],
  ])('a verdict claims the invoice: %s', (outcome, change) => {
    const [claim] = learn(message(verdict(change)), use, teachers()).claims ?? []
    expect(claim?.value?.decision?.outcome).toBe(outcome)
  })
})
