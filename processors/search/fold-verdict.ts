/** Folds a verdict into the facts of its document: who answered, how, and what they changed. */

import type { Verdict } from '../../schemas/types.ts'
import { sortedValues } from '../shared/field-values.ts'
import type { HistoryEvent } from './document-facts.ts'
import { isErased, madeBy, originOf, placeIn, withEvent, withValues, type Fold } from './folding.ts'
import { textOf } from './search-text.ts'

export const foldVerdict: Fold<Verdict> = (facts, verdict, at) => {
  const record = placeIn('verdicts', at)
  if (isErased(facts, at) || facts.events.some((event) => event.record === record)) return null
  const { revision, reviewer, decidedAt, decision, basis, comment, secondWanted, pages } = verdict
  const { acceptedWarnings = [] } = verdict
  const isLatest = revision > (facts.answered?.revision ?? 0)
  const event: HistoryEvent = {
    record,
    at: decidedAt,
    what: 'answered',
    by: reviewer,
    detail: {
      revision: String(revision),
      decision,
      basis,
      ...madeBy(verdict.model, verdict.rulesVersion),
      ...(comment === null ? {} : { comment }),
      ...(secondWanted ? { second: 'true' } : {}),
      ...(acceptedWarnings.length > 0 ? { warnings: acceptedWarnings.join('\n') } : {}),
      ...changesIn(verdict),
    },
  }
  const known = withEvent(facts, event)
  if (!isLatest) return { facts: known }
  const answered = {
    revision,
    reviewer,
    at: decidedAt,
    decision,
    basis,
    comment,
    second: secondWanted,
  }
  const folded = withValues(
    {
      ...known,
      answered,
      origin: originOf(verdict, facts.origin),
      read: facts.read ?? { ...at, offset: -1, of: null, pages },
      hasText: true,
    },
    verdict,
    { revision, time: at.time },
  )
  return facts.hasText ? folded : { ...folded, text: textOf(verdict.words) }
}

/** Names of the fields that a person changed, and how many cells. */
function changesIn(verdict: Verdict): { readonly changed?: string; readonly rows?: string } {
  if (verdict.decision !== 'corrected') return {}
  const before = new Map(sortedValues(verdict.predicted))
  const after = new Map(sortedValues(verdict.fields))
  const names = new Set([...before.keys(), ...after.keys()])
  const changed = [...names].filter((name) => before.get(name) !== after.get(name)).sort()
  const rowsOf = (rows: Verdict['lineItems']): string =>
    JSON.stringify(rows.map(({ cells }) => sortedValues(cells)))
  const hasRows = rowsOf(verdict.lineItems) !== rowsOf(verdict.predictedLineItems)
  return {
    ...(changed.length === 0 ? {} : { changed: changed.join(', ') }),
    ...(hasRows ? { rows: 'true' } : {}),
  }
}
