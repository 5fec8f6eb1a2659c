/**
 * Drift: whether a vendor's documents have changed. Four signals are watched for each vendor, over
 * its latest documents:
 *
 *   layout       fingerprints of the first page: how far a document's is from those of the others
 *   confidence   the lowest confidence of a document's values
 *   blockers     reasons against accepting a document: how many, and how rare they are
 *   calibration  values that a person judged and no check or rule doubted: wrong more often than predicted
 *
 * The first three compare a vendor with its own past (bets on ranks), the fourth with the model's
 * confidence (bets on odds); see change-detection.ts for the bets and their guarantee: on a vendor
 * that does not change, each signal gives a false alarm after `patience` documents or more on
 * average, whatever its documents are like, as long as their order says nothing. Copies of a document
 * are left out, and for the layout documents without a printed page. A new model reads differently, so confidence and
 * blockers are compared only among documents read by one model version.
 *
 * An alarm is a record on `rules`: a caution that makes every extractor stricter with this vendor.
 * It ends, also by a record, once people have found nothing wrong on `agreeing` documents in a row
 * after the alarm.
 *
 * Pure. A vendor's state is a set: the same records give the same cautions in any order of arrival,
 * up to `mostKept` documents. Beyond that the oldest are dropped, and the bets start over.
 */

import { createHash } from 'node:crypto'
import type { Extracted, Reason, Rule, Verdict } from '../../schemas/types.ts'
import { alarmIn, oddsBet, rankBets, type DetectedChange } from './change-detection.ts'
import { farness, rarity } from './drift-measures.ts'

export const signals = ['layout', 'confidence', 'blockers', 'calibration'] as const
export type Signal = (typeof signals)[number]

// least average number of a vendor's documents between false alarms of a signal
export const patience = 4000
const patienceWithVerdicts = 1000 // the same in verdicts, which are fewer
export const mostKept = 100 // of documents and of verdicts of a vendor; some 40 KB
const keptAfterwards = 60
export const agreeing = 5 // documents in a row without a wrong value that end a caution
const strictness = 5 // factor by which the allowed doubt of an accepted value shrinks
// least doubt of a value, however sure the model is: no calibration is more precise
const leastDoubt = 0.002
const ours: readonly string[] = [
  'sample',
  'drift',
  'duplicate',
  'no_evidence',
  'vendor_asks',
  'refuted',
  'conflict',
] // reasons that don't come from the document: sampling, a caution, another document, or rules

interface Event {
  readonly documentId: string
  readonly at: number // ms since 1970
}

export interface Seen extends Event {
  readonly tenant: string
  readonly profile: string
  readonly model: string // as name/version; empty without one
  readonly confidence: number // the lowest; 1 where nothing was read by a model or rule
  readonly blockers: readonly string[]
  readonly suspect: readonly string[] // fields with a reason against them
  readonly layout: readonly number[]
}

export interface JudgedValues extends Event {
  readonly review: boolean // a person had to look: only fields without such a reason are evidence
  readonly values: readonly {
    readonly field: string
    readonly doubt: number
    readonly wrong: boolean
  }[]
}

/** What is known of one vendor, by document. */
export interface Known {
  readonly seen: Map<string, Seen>
  readonly judged: Map<string, JudgedValues>
}

export const nothingKnown = (): Known => ({ seen: new Map(), judged: new Map() })

export function cautionField(signal: Signal): string {
  return `drift_${signal}`
}

/**
 * The effect of a vendor's cautions on its documents: how much less doubt is allowed, and whether
 * each goes to review.
 */
export function strictnessOf(rules: ReadonlyMap<string, Rule>): {
  readonly strictness: number
  readonly asks: readonly Reason[]
} {
  const open = signals.flatMap((signal) => {
    const rule = rules.get(cautionField(signal))
    return rule?.kind === 'caution' && rule.state !== 'disabled' ? [{ signal, rule }] : []
  })
  return {
    strictness: Math.max(1, ...open.map(({ rule }) => rule.tighten ?? 1)),
    asks: open
      .filter(({ rule }) => rule.state === 'asks')
      .map(({ signal }): Reason => ({ code: 'drift', field: null, detail: signal })),
  }
}

/** Adds a reading; the last of several of a document counts. */
export function see(known: Known, extracted: Extracted): void {
  const read = extracted.fields.filter(
    ({ value, origin }) => value !== null && (origin === 'model' || origin === 'rule'),
  )
  known.seen.set(extracted.documentId, {
    documentId: extracted.documentId,
    at: extracted.receivedAt,
    tenant: extracted.tenant,
    profile: extracted.profile,
    model: extracted.model === null ? '' : `${extracted.model.name}/${extracted.model.version}`,
    confidence: read.reduce((least, { confidence }) => Math.min(least, confidence), 1),
    blockers: extracted.reasons
      .filter(({ code }) => !ours.includes(code))
      .map(({ code, field, detail }) => `${code} ${field ?? detail ?? ''}`)
      .sort(),
    suspect: extracted.reasons.flatMap(({ field }) => field ?? []),
    layout: extracted.layout ?? [],
  })
  forget(known.seen)
}

/** Adds a verdict; one that rejects the document is no evidence about its values. */
export function addJudgedValues(known: Known, verdict: Verdict): void {
  if (verdict.decision === 'rejected') known.judged.delete(verdict.documentId)
  else {
    const truth = new Map(verdict.fields.map(({ name, value }) => [name, value]))
    const read = verdict.predicted.filter(
      ({ value, origin }) => value !== null && (origin === 'model' || origin === 'rule'),
    )
    known.judged.set(verdict.documentId, {
      documentId: verdict.documentId,
      at: verdict.decidedAt,
      review: verdict.basis === 'review',
      values: read.map(({ name, value, confidence }) => ({
        field: name,
        doubt: Math.max(leastDoubt, 1 - confidence),
        wrong: value !== (truth.get(name) ?? null),
      })),
    })
    forget(known.judged)
  }
}

/**
 * The cautions that begin or end. `published`: the vendor's record of a signal on the topic, if
 * any.
 */
export function cautions(
  vendor: string,
  known: Known,
  published: (field: string) => Rule | null,
): Rule[] {
  return signals.flatMap((signal) => {
    const last = published(cautionField(signal))
    const next =
      last !== null && last.until == null
        ? ending(last, known)
        : beginning(vendor, signal, last, known)
    return next === null ? [] : [next]
  })
}

function ending(open: Rule, known: Known): Rule | null {
  const after = inTime(known.judged).filter(({ at }) => at > open.since)
  const row = after.findIndex(
    (_, i) => i + 1 >= agreeing && after.slice(i + 1 - agreeing, i + 1).every(isRight),
  )
  return row < 0
    ? null
    : {
        ...open,
        state: 'disabled',
        until: (after[row] as JudgedValues).at,
        why: `${open.why}; ended: ${agreeing} documents in a row had nothing wrong`,
      }
}

function beginning(vendor: string, signal: Signal, last: Rule | null, known: Known): Rule | null {
  const latest = inTime(known.seen).at(-1)
  if (latest === undefined) return null
  // observations before an earlier alarm are no baseline
  const since = last === null ? -Infinity : (last.from ?? last.since)
  const documents = withoutCopies(
    inTime(known.seen).filter((one) => one.at >= since && one.profile === latest.profile),
  )
  const read = documents.filter(({ model }) => model === latest.model)
  const begun = (
    events: readonly Event[],
    change: DetectedChange | null,
    says: string,
  ): Rule | null =>
    change === null
      ? null
      : cautionOf(
          vendor,
          signal,
          latest,
          events[change.at] as Event,
          (events[change.from] as Event).at,
          `${says}, for ${change.at - change.from + 1} of ${change.at + 1} documents`,
        )
  switch (signal) {
    case 'layout': {
      const printed = documents.filter(({ layout }) => layout.length > 0)
      return begun(printed, changeOfRank(printed, signal, farness), 'the layout is another one')
    }
    case 'confidence':
      return begun(
        read,
        changeOfRank(read, signal, (all) => (n) => all.slice(0, n).map((one) => -one.confidence)),
        'the reader is less sure than it was',
      )
    case 'blockers':
      return begun(
        read,
        changeOfRank(read, signal, rarity),
        'more or other reasons speak against accepting',
      )
    case 'calibration': {
      const judged = inTime(known.judged)
        .filter(({ at }) => last?.until == null || at > last.until)
        .flatMap((one) => evidenceOf(one, known.seen.get(one.documentId)))
      return begun(
        judged,
        alarmIn(
          judged.map(({ doubt, wrong }) => oddsBet(doubt, wrong)),
          patienceWithVerdicts,
        ),
        'values are wrong more often than their confidence says',
      )
    }
    default:
      return signal satisfies never
  }
}

function changeOfRank(
  documents: readonly Seen[],
  signal: Signal,
  measure: (documents: readonly Seen[]) => (n: number) => readonly number[],
): DetectedChange | null {
  return alarmIn(
    rankBets(documents.length, measure(documents), (i) =>
      uniform(`${signal} ${(documents[i] as Seen).documentId}`),
    ),
    patience,
  )
}

/**
 * Whether a document's values were wrong where no reason spoke against them; their doubts add up
 * (union bound).
 */
function evidenceOf(
  judged: JudgedValues,
  seen: Seen | undefined,
): (Event & { readonly doubt: number; readonly wrong: boolean })[] {
  if (
    judged.review &&
    (seen === undefined || seen.blockers.some((blocker) => blocker.startsWith('check_failed')))
  )
    return []
  const values = judged.values.filter(
    ({ field }) => !judged.review || seen?.suspect.includes(field) === false,
  )
  if (values.length === 0) return []
  return [
    {
      documentId: judged.documentId,
      at: judged.at,
      doubt: values.reduce((sum, { doubt }) => sum + doubt, 0),
      wrong: values.some(({ wrong }) => wrong),
    },
  ]
}

function cautionOf(
  vendor: string,
  signal: Signal,
  { profile, tenant }: Seen,
  alarm: Event,
  from: number,
  why: string,
): Rule {
  const id = createHash('sha256')
    .update(JSON.stringify([vendor, signal, alarm.documentId]))
    .digest('hex')
    .slice(0, 16)
  return {
    vendor,
    field: cautionField(signal),
    profile,
    tenant,
    id,
    state: signal === 'calibration' ? 'asks' : 'active',
    kind: 'caution',
    strict: false,
    value: null,
    raw: null,
    anchor: null,
    relation: null,
    spellings: {},
    box: [],
    page: null,
    pattern: null,
    refuted: [],
    taughtBy: [`${alarm.documentId}@0`],
    since: alarm.at,
    tighten: strictness,
    from,
    until: null,
    decidedBy: null,
    why,
  }
}

/**
 * A copy of a document says nothing about the next one, and bets on ranks are fair only where each
 * observation stands by itself.
 */
function withoutCopies(documents: readonly Seen[]): Seen[] {
  const readings = new Set<string>()
  return documents.filter(({ layout, confidence, blockers, model }) => {
    const reading = JSON.stringify([layout, confidence, blockers, model])
    return !readings.has(reading) && readings.add(reading)
  })
}

function isRight({ values }: JudgedValues): boolean {
  return values.every(({ wrong }) => !wrong)
}

/** In order of creation, whatever order they arrived in. */
function inTime<T extends Event>(known: ReadonlyMap<string, T>): T[] {
  return [...known.values()].sort((a, b) => a.at - b.at || (a.documentId < b.documentId ? -1 : 1))
}

function forget<T extends Event>(known: Map<string, T>): void {
  if (known.size > mostKept)
    for (const { documentId } of inTime(known).slice(0, known.size - keptAfterwards))
      known.delete(documentId)
}

function uniform(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32
}
