/**
 * screened → final: the last word on each document, and its task where it claims an invoice that
 * another document claimed before.
 *
 *   accepted by the machine or a person          → accepted
 *   the same, of an invoice that is claimed      → duplicate, and a task that names the other document
 *   the same, by a person who was shown that     → accepted
 *   rejected by a person                         → rejected
 *   to be looked at again, after any of these     → withdrawn
 *
 * A document's claims pass through the partition of the invoice that they claim, so a later one may
 * arrive here first: what comes before the last word is stale and changes nothing. Where a document
 * turns out to be another invoice, the former one is released, so that nobody is a duplicate of it.
 */

import type {
  Claim,
  Final,
  FinalDecision,
  FinalStatus,
  Page,
  Task,
  Words,
} from '../schemas/types.ts'
import type { Message, Outputs } from './processor.ts'
import { isStale, releaseOf } from './routing/claim.ts'
import { priorityByAmount } from './routing/route.ts'

export interface SettleUse {
  /**
   * Pages and words of the record that was decided on; null where it has left the log. Codes of the
   * world.
   */
  readonly printOf: (
    source: FinalDecision['source'],
  ) => Promise<{ readonly pages: readonly Page[]; readonly words: Words } | null>
}

interface LastWord extends Pick<Claim, 'identity' | 'sha256' | 'revision' | 'sequence'> {
  /** Null while nothing was said. */
  readonly status: FinalStatus | null
  /**
   * Documents that a task named as the same invoice, with the task's revision. A verdict that doesn't
   * say what it was shown is taken to have seen the tasks of lower revisions.
   */
  readonly shown: ReadonlyMap<string, number>
  readonly mediaType: string | null
  readonly metadata: FinalDecision['metadata']
}

/** By document of a partition. */
export type LastWords = Map<string, LastWord>

export const lastWords = (): LastWords => new Map()

export async function settle(
  { key, value: claim }: Message<'screened'>,
  use: SettleUse,
  state: LastWords,
): Promise<Outputs<'final' | 'needs-review' | 'claims'>> {
  const known = state.get(key)
  if (claim === null) return { final: [{ key, value: null }] }
  if (claim.decision === null || isStale(claim, known)) return {}
  const word = wordOn(claim, claim.decision, known)
  const asks = asksFor(claim, claim.decision, known)
  return {
    ...(word.status === null
      ? {}
      : { final: [{ key, value: finalOf(claim, claim.decision, word, word.status) }] }),
    ...(asks ? { 'needs-review': [{ key, value: await taskOf(claim, claim.decision, use) }] } : {}),
    ...(known === undefined || known.identity === claim.identity
      ? {}
      : { claims: [releaseOf(claim, known.identity)] }),
  }
}

export function rememberLastWord(
  state: LastWords,
  { key, value: claim }: Message<'screened'>,
): void {
  const known = state.get(key)
  if (claim === null) return void state.delete(key)
  if (claim.decision === null || isStale(claim, known)) return
  state.set(key, wordOn(claim, claim.decision, known))
}

/** What is said of a document after this claim. */
function wordOn(claim: Claim, decision: FinalDecision, before: LastWord | undefined): LastWord {
  const { identity, sha256, revision, sequence, duplicateOf } = claim
  const known = before?.sha256 === sha256 ? before : undefined
  const shown = new Map(known?.shown)
  for (const other of decision.shown) shown.set(other, revision)
  if (asksFor(claim, decision, known)) shown.set(duplicateOf as string, revision + 1)
  return {
    identity,
    sha256,
    revision,
    sequence,
    status: statusOf(claim, decision, before),
    shown,
    mediaType: decision.mediaType ?? known?.mediaType ?? null,
    metadata: decision.reviewer === null ? decision.metadata : (known?.metadata ?? {}),
  }
}

function statusOf(
  claim: Claim,
  decision: FinalDecision,
  known: LastWord | undefined,
): FinalStatus | null {
  const again = known?.status == null ? null : 'withdrawn'
  switch (decision.outcome) {
    case 'rejected':
      return 'rejected'
    case 'second_wanted':
      return again
    case 'review':
      return claim.duplicateOf !== null || decision.shown.length > 0 ? 'duplicate' : again
    case 'accepted':
      return claim.duplicateOf === null ? 'accepted' : 'duplicate'
    case 'confirmed':
    case 'corrected':
      return isUnseen(claim, decision, known) ? 'duplicate' : 'accepted'
  }
}

/** Whether a person has yet to see which other document claims the invoice. */
function asksFor(claim: Claim, decision: FinalDecision, known: LastWord | undefined): boolean {
  const { outcome } = decision
  return outcome !== 'rejected' && outcome !== 'second_wanted' && isUnseen(claim, decision, known)
}

function isUnseen(
  { duplicateOf, sha256, revision }: Claim,
  { shown, reviewer, reasons }: FinalDecision,
  known: LastWord | undefined,
): boolean {
  if (duplicateOf === null || shown.includes(duplicateOf)) return false
  if (reviewer === null || reasons.length > 0) return true // its task named other things
  const shownIn = known?.sha256 === sha256 ? known.shown.get(duplicateOf) : undefined
  return shownIn === undefined || revision <= shownIn
}

function finalOf(
  { documentId, revision, sha256, duplicateOf }: Claim,
  decision: FinalDecision,
  { mediaType, metadata }: LastWord,
  status: FinalStatus,
): Final {
  const { outcome, reviewer, sender, shown } = decision
  const { decidedAt, comment, tenant, profile, fileName, receivedAt, vendor } = decision
  const { fields, lineItems, reasons, checks, model, rulesVersion } = decision
  return {
    documentId,
    status,
    decidedBy: reviewer,
    decision:
      outcome === 'confirmed' || outcome === 'corrected' || outcome === 'rejected' ? outcome : null,
    decidedAt,
    revision,
    comment,
    duplicateOf: duplicateOf ?? shown[0] ?? null,
    tenant,
    profile,
    mediaType,
    fileName,
    source: sender,
    sha256,
    receivedAt,
    metadata,
    vendor,
    fields,
    lineItems,
    reasons,
    checks,
    model,
    rulesVersion,
  }
}

/**
 * The task of a document that was decided on without knowledge of the other one. Only a verdict that
 * is later than it answers it.
 */
async function taskOf(claim: Claim, decision: FinalDecision, use: SettleUse): Promise<Task> {
  const { documentId, revision, sha256, duplicateOf } = claim
  const { tenant, profile, fileName, sender, receivedAt, vendor, fields, lineItems } = decision
  const { checks, model, rulesVersion, reasons } = decision
  const print = await use.printOf(decision.source)
  return {
    documentId,
    revision: revision + 1,
    tenant,
    profile,
    fileName,
    source: sender,
    sha256,
    receivedAt,
    priority: priorityByAmount(fields),
    reasons: [...reasons, { code: 'duplicate', field: null, detail: duplicateOf }],
    vendor,
    fields: print === null ? fields.map((field) => ({ ...field, words: [] })) : fields,
    candidates: [],
    lineItems,
    checks,
    model,
    rulesVersion,
    pages: print?.pages ?? [],
    words: print?.words ?? noWords,
  }
}

const noWords: Words = { text: '', ends: [], pages: [], lines: [], boxes: [], confidences: [] }
