/**
 * The status of every document: how many are accepted, await review, failed, or are in flight.
 * Folded from the topics, which may interleave in any order, so it can't drift from them.
 *
 *   raw = accepted + review + dead + inFlight, always: each document of raw is counted in exactly one place
 *
 * A document is identified by its key in raw; a record whose key isn't its document id counts as a
 * document of its own, also when it is replayed from the dead letters. Its status follows from its
 * latest outcome: an extraction, or a dead letter of ocr or extract. A document in review counts as
 * accepted once a verdict covers it, by the rule of the review queue: a verdict on the same bytes,
 * or on the same reading of the same bytes under another id. Where the latest verdict needs a second
 * person, the document awaits review, and earlier verdicts on it cover nothing.
 *
 * Documents whose record has left raw by retention are not counted, nor are erased ones. Pure, and
 * plain data: it can be stored as JSON.
 */

import type { Dead, Extracted, Final, Verdict } from '../../schemas/types.ts'
import { shownDuplicates } from '../shared/shown-duplicates.ts'
import { subjectOf } from '../review/subject.ts'
import { keyText } from '../shared/record-key.ts'

export interface DocumentStatus {
  readonly raw: number
  readonly accepted: number
  readonly review: number
  readonly dead: number
  readonly inFlight: number
}

export interface ArrivalPosition {
  readonly partition: number
  readonly offset: number
}

interface Arrival extends ArrivalPosition {
  outcome:
    | { readonly at: number; readonly kind: 'accepted' | 'dead' | 'erased' }
    | {
        readonly at: number
        readonly kind: 'review'
        readonly sha256: string
        readonly subject: string
        /** Of the task: only a verdict of a higher one answers it. */
        readonly revision: number
      }
    | null
}

interface Judgement {
  readonly sha256: string
  readonly subject: string
  readonly revision: number
  readonly second: boolean // a second person must agree
}

export interface StatusState {
  readonly arrivals: Map<string, Arrival>
  /** Outcomes that were read before their document */
  readonly early: Map<string, NonNullable<Arrival['outcome']>>
  readonly judgements: Map<string, Judgement[]>
}

export function emptyStatus(): StatusState {
  return { arrivals: new Map(), early: new Map(), judgements: new Map() }
}

/**
 * Identity of a record of raw, or of its dead letter; `key`: null where it names no document;
 * `place`: the record's original position.
 */
export function statusDocumentOf(key: string | null, place: ArrivalPosition): string {
  return key ?? `\ud800${place.partition}/${place.offset}` // a lone surrogate: no key contains it
}

export function addArrival(
  { arrivals, early }: StatusState,
  document: string,
  place: ArrivalPosition,
): void {
  const outcome = arrivals.get(document)?.outcome ?? early.get(document) ?? null
  early.delete(document)
  arrivals.set(document, { partition: place.partition, offset: place.offset, outcome })
}

/** `at`: the record's time, in ms since 1970. */
export function addExtraction(
  state: StatusState,
  document: string,
  extracted: Extracted,
  at: number,
): void {
  const { route, sha256 } = extracted
  settle(
    state,
    document,
    route === 'accepted'
      ? { at, kind: 'accepted' }
      : {
          at,
          kind: 'review',
          sha256,
          subject: subjectOf(extracted, extracted.fields, extracted.lineItems),
          revision: 0,
        },
  )
}

/**
 * The last word: where it holds a document back for another one's sake, a person has to look.
 */
export function addFinal(state: StatusState, document: string, final: Final, at: number): void {
  const { status, sha256, duplicateOf, reasons } = final
  if (status !== 'duplicate') return
  const subject = subjectOf(final, final.fields, final.lineItems)
  const isNamed = duplicateOf !== null && shownDuplicates(reasons).includes(duplicateOf)
  const revision = isNamed ? final.revision : final.revision + 1 // else there is another task
  settle(state, document, { at, kind: 'review', sha256, subject, revision })
}

/** A tombstone among the extractions; the same document may come again later. */
export function addErasure(state: StatusState, document: string, at: number): void {
  settle(state, document, { at, kind: 'erased' })
}

/** A tombstone among the verdicts: earlier verdicts on the document cover nothing. */
export function eraseJudgements({ judgements }: StatusState, document: string): void {
  judgements.delete(document)
}

export function addJudgement(
  { judgements }: StatusState,
  document: string,
  verdict: Verdict,
): void {
  const all = judgements.get(document) ?? []
  if (all.length === 0) judgements.set(document, all)
  all.push({
    sha256: verdict.sha256,
    subject: subjectOf(verdict, verdict.predicted, verdict.predictedLineItems),
    revision: verdict.revision,
    second: verdict.secondWanted,
  })
}

/**
 * `stage`: whose dead letter it is; `first`: the original position of its record; dead letters of
 * stages after extract don't change a status.
 */
export function addDead(
  state: StatusState,
  stage: string,
  dead: Dead,
  first: ArrivalPosition,
  at: number,
): void {
  const key = dead.code === 'KEY_INVALID' ? null : keyText(dead.key)
  const document = stage === 'ocr' ? statusDocumentOf(key, first) : key
  if ((stage === 'ocr' || stage === 'extract') && document !== null)
    settle(state, document, { at, kind: 'dead' })
}

/** `firsts`: for each partition the first offset that raw still has. Forgets earlier documents. */
export function documentStatusOf(
  { arrivals, judgements }: StatusState,
  firsts: ReadonlyMap<number, bigint>,
): DocumentStatus {
  const standing = new Map([...judgements].map(([document, all]) => [document, standingOf(all)]))
  const judged = new Set([...standing.values()].flat().map(({ subject }) => subject))
  const counts = { accepted: 0, review: 0, dead: 0, inFlight: 0 }
  let erased = 0
  for (const [document, { partition, offset, outcome }] of arrivals) {
    if (BigInt(offset) < (firsts.get(partition) ?? 0n)) arrivals.delete(document)
    else if (outcome === null) counts.inFlight++
    else if (outcome.kind === 'erased') erased++
    else if (outcome.kind !== 'review') counts[outcome.kind]++
    else {
      const isOfThese = ({ sha256, revision }: Judgement): boolean =>
        sha256 === outcome.sha256 && revision > outcome.revision
      const isAlike = outcome.revision === 0 && judged.has(outcome.subject)
      if ((standing.get(document) ?? []).some(isOfThese) || isAlike) counts.accepted++
      else counts.review++
    }
  }
  return { raw: arrivals.size - erased, ...counts }
}

/** The verdicts of a document that cover it: none where the latest needs a second person. */
function standingOf(all: readonly Judgement[]): readonly Judgement[] {
  const latest = all.reduce<Judgement | null>(
    (best, judgement) => (best === null || judgement.revision > best.revision ? judgement : best),
    null,
  )
  return latest?.second === true ? [] : all.filter(({ second }) => !second)
}

/**
 * The later one wins; at the same millisecond the extraction, since it is the retry that succeeded
 * after a dead letter.
 */
function settle(
  { arrivals, early }: StatusState,
  document: string,
  outcome: NonNullable<Arrival['outcome']>,
): void {
  const arrival = arrivals.get(document)
  const known = arrival === undefined ? early.get(document) : arrival.outcome
  if (
    known != null &&
    (known.at > outcome.at || (known.at === outcome.at && outcome.kind === 'dead'))
  )
    return
  if (arrival === undefined) early.set(document, outcome)
  else arrival.outcome = outcome
}

/** For keeping; `restoreStatus` is the way back. */
export function dumpStatus({ arrivals, early, judgements }: StatusState): object {
  return {
    arrivals: [...arrivals],
    early: [...early],
    judgements: [...judgements],
  }
}

export function restoreStatus(dump: object): StatusState {
  const { arrivals, early, judgements } = dump as {
    arrivals: [string, Arrival][]
    early: [string, NonNullable<Arrival['outcome']>][]
    judgements: [string, Judgement[]][]
  }
  return {
    arrivals: new Map(arrivals),
    early: new Map(early),
    judgements: new Map(judgements),
  }
}
