/**
 * screened → final: the last word on each document, and its task where it claims an invoice that
 * another document claimed before.
 *
 *   accepted by the machine or a person          → accepted
 *   the same, of an invoice that is claimed      → duplicate, and a task that names the others
 *   the same, by a person who was shown them all → accepted
 *   accepted by the machine after it had waited  → accepted, and its open task is closed
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
  /** The highest revision of the tasks that it has had; null where nobody was asked. */
  readonly asked: number | null
  /**
   * Documents that a task named as the same invoice, with the task's revision. A verdict that doesn't
   * say what it was shown is taken to have seen the tasks of lower revisions.
   */
  readonly shown: ReadonlyMap<string, number>
  readonly mediaType: string | null
  readonly metadata: FinalDecision['metadata']
}

const mostNamed = 20 // other documents in one task

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
  const { decision } = claim
  const { word, names } = rulingOn(claim, decision, known)
  const { status } = word
  const isAccepted = decision.outcome === 'accepted' && names.length === 0
  const closes = isAccepted ? (known?.asked ?? null) : null
  return {
    final:
      status === null ? [] : [{ key, value: finalOf(claim, decision, { ...word, status }, names) }],
    'needs-review':
      names.length > 0 || closes !== null
        ? [{ key, value: await taskOf(claim, decision, { names, closes }, use) }]
        : [],
    claims:
      known === undefined || known.identity === claim.identity
        ? []
        : [releaseOf(claim, known.identity)],
  }
}

export function rememberLastWord(
  state: LastWords,
  { key, value: claim }: Message<'screened'>,
): void {
  const known = state.get(key)
  if (claim === null) return void state.delete(key)
  if (claim.decision === null || isStale(claim, known)) return
  state.set(key, rulingOn(claim, claim.decision, known).word)
}

/** What is said of a document after this claim, and the others that a person is asked about. */
function rulingOn(
  claim: Claim,
  decision: FinalDecision,
  before: LastWord | undefined,
): { readonly word: LastWord; readonly names: readonly string[] } {
  const { identity, sha256, revision, sequence, duplicateOf } = claim
  const known = before?.sha256 === sha256 ? before : undefined
  const unseen = unseenDuplicates(claim, decision, known)
  const names = undecided.has(decision.outcome) ? [] : unseen.slice(0, mostNamed)
  const shown = new Map(known?.shown)
  for (const other of decision.shown) shown.set(other, revision)
  for (const other of names) shown.set(other, revision + 1)
  const word: LastWord = {
    identity,
    sha256,
    revision,
    sequence,
    status: statusOf(decision, {
      duplicateOf,
      unseen: unseen.length > 0,
      before: before?.status ?? null,
    }),
    asked: askedAfter(before, askedBy(claim, decision, names)),
    shown,
    mediaType: decision.mediaType ?? known?.mediaType ?? null,
    metadata: decision.reviewer === null ? decision.metadata : (known?.metadata ?? {}),
  }
  return { word, names }
}

/** The revision of the task that comes with this claim; null where none does. */
function askedBy(
  { revision }: Claim,
  { outcome }: FinalDecision,
  names: readonly string[],
): number | null {
  if (names.length > 0) return revision + 1
  return outcome === 'review' ? revision : null
}

function askedAfter(before: LastWord | undefined, asked: number | null): number | null {
  const known = before?.asked ?? null
  return known === null || asked === null ? (known ?? asked) : Math.max(known, asked)
}

/** Outcomes by which the document is not accepted, whatever else claims its invoice. */
const undecided: ReadonlySet<FinalDecision['outcome']> = new Set(['rejected', 'second_wanted'])

function statusOf(
  { outcome, shown }: FinalDecision,
  {
    duplicateOf,
    unseen,
    before,
  }: {
    readonly duplicateOf: string | null
    readonly unseen: boolean
    readonly before: FinalStatus | null
  },
): FinalStatus | null {
  const again = before === null ? null : 'withdrawn'
  switch (outcome) {
    case 'rejected':
      return 'rejected'
    case 'second_wanted':
      return again
    case 'review':
      return duplicateOf !== null || shown.length > 0 ? 'duplicate' : again
    case 'accepted':
      return duplicateOf === null ? 'accepted' : 'duplicate'
    case 'confirmed':
    case 'corrected':
      return unseen ? 'duplicate' : 'accepted'
  }
}

/** Documents that claimed the invoice before and that whoever decided was not shown. */
function unseenDuplicates(
  { duplicateOf, unshown, revision }: Claim,
  { shown, reviewer, reasons }: FinalDecision,
  known: LastWord | undefined,
): readonly string[] {
  // a record of an earlier version names the first one alone
  const isBare = unshown.length === 0 && duplicateOf !== null && !shown.includes(duplicateOf)
  const others = isBare ? [duplicateOf] : unshown
  if (reviewer === null || reasons.length > 0) return others // its task named other things
  return others.filter((other) => {
    const shownIn = known?.shown.get(other)
    return shownIn === undefined || revision <= shownIn
  })
}

function finalOf(
  { documentId, revision, sha256, duplicateOf }: Claim,
  { outcome, reviewer, sender, shown, source: _source, ...stated }: FinalDecision,
  { status, mediaType, metadata }: LastWord & { readonly status: FinalStatus },
  names: readonly string[],
): Final {
  return {
    ...stated,
    documentId,
    status,
    decidedBy: reviewer,
    decision:
      outcome === 'confirmed' || outcome === 'corrected' || outcome === 'rejected' ? outcome : null,
    revision,
    duplicateOf: names[0] ?? duplicateOf ?? shown[0] ?? null,
    mediaType,
    source: sender,
    sha256,
    metadata,
  }
}

/**
 * The task of a document that was decided on without knowledge of others: only a verdict that is
 * later than it answers it. Where it names none, the record that closes the task of revision
 * `closes`, as whole as that was, so that a person can still see and correct the document.
 */
async function taskOf(
  { documentId, revision, sequence, sha256 }: Claim,
  decision: FinalDecision,
  { names, closes }: { readonly names: readonly string[]; readonly closes: number | null },
  use: SettleUse,
): Promise<Task> {
  const { tenant, profile, fileName, sender, receivedAt, vendor, fields, lineItems } = decision
  const { checks, model, rulesVersion, reasons } = decision
  const print = await use.printOf(decision.source)
  return {
    documentId,
    revision: closes ?? revision + 1,
    tenant,
    profile,
    fileName,
    source: sender,
    sha256,
    receivedAt,
    priority: priorityByAmount(fields),
    reasons: [
      ...reasons,
      ...names.map((other) => ({ code: 'duplicate', field: null, detail: other })),
    ],
    vendor,
    fields: print === null ? fields.map((field) => ({ ...field, words: [] })) : fields,
    candidates: [],
    lineItems,
    checks,
    model,
    rulesVersion,
    pages: print?.pages ?? [],
    words: print?.words ?? noWords,
    sequence: decision.reviewer === null ? sequence : -1,
    closed: closes !== null,
  }
}

const noWords: Words = { text: '', ends: [], pages: [], lines: [], boxes: [], confidences: [] }
