/**
 * Accepted or review, with reasons that a machine can count and a person can read.
 *
 * A document is accepted only if nothing speaks against it: every required field is there, every
 * value that is there has a confidence of at least its field's threshold (set by risk on held-out
 * verdicts, kept with the model; for a rule, whose confidence counts verdicts, one less the
 * operator's target), no check failed, and no rule of the vendor asks a person. With no evidence for a
 * field (no threshold) a person looks. A small share of the acceptable documents, drawn by their
 * identifier, goes to a person all the same: that keeps the measured error of accepted values
 * honest.
 *
 * Pure: the draw is a hash of the document's identifier, so the same document is always drawn or
 * never.
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
   * Least confidence of an accepted value, by field; a field without one is never accepted on a
   * model's word.
   */
  readonly thresholds: Readonly<Record<string, number>>
  /**
   * Share of wrong values among accepted ones that the operator bears: a rule is believed where its
   * own is smaller.
   */
  readonly targetError: number
  /** Fields where the vendor's corrections ask for a person. */
  readonly asks: readonly Reason[]
  /** Why a field has no value, where something can be said of that. */
  readonly whyAbsent: (field: string) => string | null
  /**
   * By how much less doubt may remain since this vendor is not what it was; 1 where nothing is
   * known of that.
   */
  readonly strictness: number
  readonly sampleShare: number
  /** Known so far, without this one. */
  readonly documentsOfVendor: number
}

export interface Routing {
  readonly route: Route
  readonly reasons: readonly Reason[]
  readonly sampled: boolean
  readonly priority: number
}

const worthOfTeaching = 10 // digits of an amount that weigh as much as ten documents
const certain = 1 - 1e-9 // a threshold from here on is one that no value can reach

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

/** Why a value is not accepted unseen; empty where it may be. */
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

/** Uniform in [0, 1) by the identifier. */
function drawn(documentId: string): number {
  return Number.parseInt(hash('sha256', `sample ${documentId}`).slice(0, 8), 16) / 2 ** 32
}

/**
 * More money first: the digits of the total. Where fields have no evidence yet, what teaches most
 * comes before any amount: the share of the fields that is uncertain, times how many documents of
 * this vendor have come already, since what is taught about a vendor serves all that it sends
 * (after Lewis and Gale 1994, weighted by how much each answer is worth).
 */
function priorityOf(
  profile: Profile,
  { thresholds, documentsOfVendor }: RoutingEvidence,
  found: ReadonlyMap<string, Field>,
): number {
  const amount = Math.abs(Number(found.get('grand_total')?.value ?? 0))
  const money = Number.isFinite(amount) ? Math.log10(1 + amount) : 0
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
  return Math.round(100 * (money + worthOfTeaching * Math.log10(1 + teaches))) / 100
}
