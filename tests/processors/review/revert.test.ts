import { learn, rememberTeacher, teachers } from '../../../processors/learn.ts'
import { reversalsOf } from '../../../processors/review/revert.ts'
import { loadProfiles } from '../../../schemas/profiles.ts'
import type { Verdict } from '../../../schemas/types.ts'
import { fieldOf, printOf, verdictOf } from '../../documents.ts'

const print = printOf('Shop', 'Total 5.00')
const said = (
  documentId: string,
  revision: number,
  reviewer: string,
  decidedAt: number,
  total = '5.00',
): Verdict =>
  verdictOf(documentId, print, [fieldOf(print, 'grand_total', total, null)], [], {
    revision,
    reviewer,
    decidedAt,
  })
const back = (list: readonly Verdict[]): Verdict[] =>
  reversalsOf(list, { reviewer: 'ann', since: 100, by: 'eve', now: 900, why: 'was guessing' })

describe('taking back what a reviewer taught', () => {
  test.each([
    [
      'what was never confirmed by anybody else is withdrawn and open for another person',
      [said('d1', 1, 'ann', 100)],
      [['d1', 2, 'eve', 'rejected', true]],
    ],
    [
      'what somebody said before is said again',
      [said('d1', 1, 'bob', 50, '4.00'), said('d1', 2, 'ann', 100)],
      [['d1', 3, 'bob', 'corrected', false]],
    ],
    ['what the reviewer said before the date stands', [said('d1', 1, 'ann', 99)], []],
    [
      'what somebody corrected since then stands',
      [said('d1', 1, 'ann', 100), said('d1', 2, 'bob', 120)],
      [],
    ],
    [
      'several of the same reviewer go back to the one before',
      [said('d1', 1, 'ann', 50, '4.00'), said('d1', 2, 'ann', 100), said('d1', 3, 'ann', 110)],
      [['d1', 4, 'ann', 'corrected', false]],
    ],
    [
      'a stale verdict never counted',
      [said('d1', 2, 'ann', 100), said('d1', 1, 'bob', 120)],
      [['d1', 3, 'eve', 'rejected', true]],
    ],
    [
      'other documents are left alone',
      [said('d1', 1, 'bob', 100), said('d2', 1, 'ann', 100)],
      [['d2', 2, 'eve', 'rejected', true]],
    ],
  ])('%s', (_promise, list, expected) => {
    expect(
      back(list).map(({ documentId, revision, reviewer, decision, secondWanted }) => [
        documentId,
        revision,
        reviewer,
        decision,
        secondWanted,
      ]),
    ).toEqual(expected)
  })

  test('the next person begins with what the machine read', () => {
    const predicted = [fieldOf(print, 'grand_total', '9.00', null)]
    const [withdrawn] = back([{ ...said('d1', 1, 'ann', 100), predicted }])
    expect(withdrawn).toMatchObject({ fields: predicted, lineItems: [] })
  })

  test('done twice it is done once', () => {
    const list = [said('d1', 1, 'ann', 100), said('d2', 1, 'bob', 50), said('d2', 2, 'ann', 100)]
    expect(back([...list, ...back(list)])).toEqual([])
  })

  test('training is what it was before', () => {
    const before = [said('d2', 1, 'bob', 50, '4.00')]
    const list = [...before, said('d1', 1, 'ann', 100), said('d2', 2, 'ann', 100, '9.99')]
    const training = (all: readonly Verdict[]): unknown => {
      const [state, table] = [teachers(), new Map<string, unknown>()]
      for (const value of all) {
        const message = {
          key: value.documentId,
          value,
          timestamp: 0,
          origin: { topic: 'verdicts' as const, partition: 0, offset: 0n },
        }
        for (const output of learn(message, { profiles: loadProfiles() }, state).training ?? []) {
          if (output.value === null) table.delete(output.key)
          else table.set(output.key, output.value.fields)
        }
        rememberTeacher(state, message)
      }
      return table
    }
    expect(training([...list, ...back(list)])).toEqual(training(before))
  })

  test('needs a reason', () => {
    expect(() =>
      reversalsOf([], { reviewer: 'ann', since: 0, by: 'eve', now: 1, why: ' ' }),
    ).toThrow(expect.objectContaining({ code: 'VERDICT_INVALID' }))
  })
})
