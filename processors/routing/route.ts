/**
 * Routes a document to accepted or review, with reasons that a machine can count and a person can
 * read.
 *
 * A document is accepted only if every required field has a value, every value has a confidence of
 * at least its field's threshold (set by risk on held-out verdicts, stored with the model; for a
 * rule, whose confidence counts verdicts, one less the operator's target error), no check failed,
 * and no rule of the vendor asks for review. A field without evidence (no threshold) goes to
 * review. A small share of the acceptable documents, sampled by identifier, goes to review as well:
 * that keeps the measured error of accepted values unbiased.
 *
 * Pure: sampling uses a hash of the document's identifier, so the same document is always sampled
 * or never.
 */

import { hash } from 'node:crypto'
import type { Profile } from '../../schemas/profiles.ts'
import type { Check, Field, Reason, Route } from '../../schemas/types.ts'
import { failsOwnCheck } from '../values/own-check.ts'

export interface RoutingEvidence {
  readonly documentId: string
  readonly fields: readonly Field[]
  readonly checks: readonly Check[]
  /**
   * Least confidence of an accepted value, by field; a field without one is never accepted from the
   * model alone.
   */
  readonly thresholds: Readonly<Record<string, number>>
  /**
   * The operator's target share of wrong values among accepted ones: a rule is accepted where its
   * own error is smaller.
   */
  readonly targetError: number
  /** Fields for which the vendor's corrections ask for review. */
  readonly asks: readonly Reason[]
  /** Why a field has no value, where known. */
  readonly whyAbsent: (field: string) => string | null
  /**
   * Factor by which less doubt is allowed since this vendor's documents have changed; 1 if they
   * have not.
   */
  readonly strictness: number
  readonly sampleShare: number
  /** The vendor's earlier documents, without this one. */
  readonly documentsOfVendor: number
}

export interface Routing {
  readonly route: Route
  readonly reasons: readonly Reason[]
  readonly sampled: boolean
  readonly priority: number
}

const worthOfTeaching = 10 // digits of an amount that weigh as much as ten documents
const certain = 1 - 1e-9 // a threshold from here on can't be reached by any value

export function routeOf(profile: Profile, evidence: RoutingEvidence): Routing {
  const found = new Map(
    evidence.fields.filter((field) => field.value !== null).map((field) => [field.name, field]),
  )
  const reasons: Reason[] = [...evidence.asks]
  const failed = evidence.checks.filter((check) => check.outcome === 'failed')
  const vetoed = new Set(failed.flatMap(({ fields }) => fields))
  for (const { name, required, type } of profile.fields) {
    const field = found.get(name)
    if (field === undefined) {
      if (required) reasons.push({ code: 'missing', field: name, detail: evidence.whyAbsent(name) })
    } else {
      reasons.push(...doubtsAbout(field, evidence))
      // Whatever the profile checks, and whatever said it
      if (!vetoed.has(name) && failsOwnCheck(type, field.value ?? ''))
        reasons.push({ code: 'malformed', field: name, detail: null })
    }
  }
  for (const check of failed)
    reasons.push({ code: 'check_failed', field: check.fields[0] ?? null, detail: check.name })
  const sampled = reasons.length === 0 && drawn(evidence.documentId) < evidence.sampleShare
  if (sampled) reasons.push({ code: 'sample', field: null, detail: null })
  return {
    route: reasons.length === 0 ? 'accepted' : 'review',
    reasons,
    sampled,
    priority: priorityOf(profile, evidence, found),
  }
}

/** Reasons why a value is not accepted without review; empty if it is. */
function doubtsAbout(
  { name, origin, confidence }: Field,
  { targetError, thresholds, strictness }: RoutingEvidence,
): Reason[] {
  if (origin === 'xml' || origin === 'code' || origin === 'human') return []
  const threshold = origin === 'rule' ? 1 - targetError : thresholds[name]
  if (threshold === undefined || threshold > certain)
    return [{ code: 'no_evidence', field: name, detail: null }]
  const below = (code: string, least: number): Reason[] =>
    confidence < least
      ? [{ code, field: name, detail: `${confidence.toFixed(3)} < ${least.toFixed(3)}` }]
      : []
  const low = below('low_confidence', threshold)
  return low.length > 0 ? low : below('drift', tightened(threshold, strictness))
}

function tightened(threshold: number, strictness: number): number {
  return 1 - (1 - threshold) / strictness
}

/** Uniform in [0, 1), from the identifier. */
function drawn(documentId: string): number {
  return Number.parseInt(hash('sha256', `sample ${documentId}`).slice(0, 8), 16) / 2 ** 32
}

/** Of a task without any other evidence: more money first. */
export function priorityByAmount(fields: readonly Field[]): number {
  return rounded(moneyOf(fields.find(({ name }) => name === 'grand_total')))
}

/** The digits of an amount; 0 where it is none. */
function moneyOf(total: Field | undefined): number {
  const amount = Math.abs(Number(total?.value ?? 0))
  return Number.isFinite(amount) ? Math.log10(1 + amount) : 0
}

function rounded(priority: number): number {
  return Math.round(100 * priority) / 100
}

/**
 * More money first: the digits of the total. Where fields have no evidence yet, the most
 * informative document comes before any amount: the share of uncertain fields, times the number of
 * this vendor's documents so far, since a lesson about a vendor serves all of them (after Lewis and
 * Gale 1994, weighted by how much each answer is worth).
 */
function priorityOf(
  profile: Profile,
  { thresholds, documentsOfVendor }: RoutingEvidence,
  found: ReadonlyMap<string, Field>,
): number {
  const money = moneyOf(found.get('grand_total'))
  const uncertain =
    profile.fields.reduce(
      (sum, { name, required }) => sum + 1 - (found.get(name)?.confidence ?? (required ? 0 : 1)),
      0,
    ) / profile.fields.length
  const teaches = profile.fields.some(
    ({ name, required }) => required && thresholds[name] === undefined,
  )
    ? uncertain * (1 + documentsOfVendor)
    : 0
  return rounded(money + worthOfTeaching * Math.log10(1 + teaches))
}
