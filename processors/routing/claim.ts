/**
 * The claim that a decision makes: which document, decided how, on which invoice. A claim goes to
 * the partition of its invoice, where all who claim the same invoice meet.
 *
 * Of two claims of a document the later one counts: by revision, then by the offset of what was
 * decided on. Other bytes under the same document id are another document: there the one that
 * arrives later counts.
 */

import { profileOf, type Profiles } from '../../schemas/profiles.ts'
import type { Claim, Extracted, FinalDecision, Verdict } from '../../schemas/types.ts'
import { shownDuplicates } from '../shared/shown-duplicates.ts'
import { identityOf } from './duplicates.ts'

/** A claim on its way to those who claim the same invoice. */
interface ClaimOutput {
  readonly key: string
  readonly value: Claim
  readonly partitionBy: string
}

/** The record that was decided on. */
interface DecidedOn {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
}

type Order = Pick<Claim, 'sha256' | 'revision' | 'sequence'>

/** Whether `claim` comes before what is known, and so no longer counts. */
export function isStale(claim: Order, known: Order | undefined): boolean {
  if (known === undefined || claim.sha256 !== known.sha256) return false
  return claim.revision === known.revision
    ? claim.sequence < known.sequence
    : claim.revision < known.revision
}

/** Of what the machine decided; `origin`: the record of ocr that was read. */
export function claimOfReading(
  reading: Extracted,
  profiles: Profiles,
  origin: DecidedOn,
  now: number,
): ClaimOutput {
  const { documentId, sha256 } = reading
  return outputOf({
    documentId,
    identity: identityOf(reading, profileOf(profiles, reading.profile)),
    revision: 0,
    sequence: Number(origin.offset),
    sha256,
    duplicateOf: null,
    unshown: [],
    decision: {
      ...decisionOf(reading, origin),
      outcome: reading.route,
      reviewer: null,
      decidedAt: now,
      comment: null,
      shown: shownDuplicates(reading.reasons),
      mediaType: reading.mediaType,
      metadata: reading.metadata,
      reasons: reading.reasons,
      checks: reading.checks,
    },
  })
}

/** Of what a person decided; `origin`: the record of corrected. */
export function claimOfVerdict(
  verdict: Verdict,
  profiles: Profiles,
  origin: DecidedOn,
): ClaimOutput {
  const { documentId, sha256, revision, decision, secondWanted, reasons = [] } = verdict
  return outputOf({
    documentId,
    identity: identityOf(verdict, profileOf(profiles, verdict.profile)),
    revision,
    sequence: Number(origin.offset),
    sha256,
    duplicateOf: null,
    unshown: [],
    decision: {
      ...decisionOf(verdict, origin),
      outcome: secondWanted ? 'second_wanted' : decision,
      reviewer: verdict.reviewer,
      decidedAt: verdict.decidedAt,
      comment: verdict.comment,
      shown: shownDuplicates(reasons),
      mediaType: null,
      metadata: {},
      reasons,
      checks: [],
    },
  })
}

/** Takes the document out of the line for an invoice that `claim` says it is not. */
export function releaseOf(claim: Claim, identity: string): ClaimOutput {
  return outputOf({ ...claim, identity, decision: null, duplicateOf: null, unshown: [] })
}

/** What a reading and a verdict state alike. */
function decisionOf(
  {
    tenant,
    profile,
    fileName,
    source: sender,
    receivedAt,
    vendor,
    fields,
    lineItems,
    model,
    rulesVersion,
  }: Extracted | Verdict,
  { topic, partition, offset }: DecidedOn,
): Pick<
  FinalDecision,
  | 'source'
  | 'tenant'
  | 'profile'
  | 'fileName'
  | 'sender'
  | 'receivedAt'
  | 'vendor'
  | 'fields'
  | 'lineItems'
  | 'model'
  | 'rulesVersion'
> {
  return {
    source: { topic, partition, offset: Number(offset) },
    tenant,
    profile,
    fileName,
    sender,
    receivedAt,
    vendor,
    fields,
    lineItems,
    model,
    rulesVersion,
  }
}

function outputOf(claim: Claim): ClaimOutput {
  return { key: claim.documentId, value: claim, partitionBy: claim.identity }
}
