/**
 * Reverts a reviewer's verdicts since a given time, by further verdicts: so the reversal is in the
 * log, is replayed with it, and rules and training follow from it.
 *
 *   bob r1 ─► ann r2 (wrong)        => bob's verdict again, as r3
 *   ann r1 (wrong)                  => withdrawn as r2: no training example, and open for another
 *                                      person with the machine's reading
 *   ann r1 (wrong) ─► bob r2        => nothing: bob has corrected it already
 *
 * A second run finds nothing to do. Nothing is erased: the audit log keeps every verdict, its
 * author, and who reverted it.
 */

import { ErrataError } from '../../errors.ts'
import type { Verdict } from '../../schemas/types.ts'

export interface Reversal {
  readonly reviewer: string // whose verdicts are reverted
  readonly since: number // ms since 1970, by the time of decision
  readonly by: string
  readonly now: number // ms since 1970
  readonly why: string
}

/**
 * The verdicts to publish, one for each document, from all verdicts in the order of arrival.
 * VERDICT_INVALID without a reason.
 */
export function reversalsOf(
  verdicts: Iterable<Verdict>,
  { reviewer, since, by, now, why }: Reversal,
): Verdict[] {
  if (why.trim() === '' || by.trim() === '')
    throw new ErrataError('VERDICT_INVALID', 'taking verdicts back needs a reason and a name')
  const taken = (verdict: Verdict): boolean =>
    verdict.reviewer === reviewer && verdict.decidedAt >= since
  const byDocument = new Map<string, Verdict[]>()
  for (const verdict of verdicts) {
    const before = byDocument.get(verdict.documentId) ?? []
    if (verdict.revision > (before.at(-1)?.revision ?? 0))
      byDocument.set(verdict.documentId, [...before, verdict]) // stale ones never took effect
  }
  return [...byDocument.values()].flatMap((history): Verdict[] => {
    const standing = history.at(-1) as Verdict
    if (!taken(standing)) return []
    const revision = standing.revision + 1
    const before = history.filter((verdict) => !taken(verdict)).at(-1)
    if (before !== undefined)
      return [
        {
          ...before,
          revision,
          basis: 'correction',
          comment: `said before, and again since ${by} took back what came after: ${why}`,
        },
      ]
    return [
      {
        ...standing,
        revision,
        reviewer: by,
        decidedAt: now,
        openedAt: null,
        decision: 'rejected',
        basis: 'correction',
        declined: [],
        acceptedWarnings: [],
        // The next person begins with what the machine read, not with what was taken back
        fields: standing.predicted,
        lineItems: standing.predictedLineItems,
        secondWanted: true,
        comment: `${by} took back what ${reviewer} said: ${why}`,
      },
    ]
  })
}
