/**
 * claims → screened: each claim with the documents that claimed the same invoice before.
 *
 * Documents of one invoice lie in different partitions of every other topic. Here they meet, since
 * `claims` is partitioned by the invoice: one process sees them one after the other, however close
 * together they came and on however many machines they were read. The first in the log holds the
 * invoice; a document keeps its place when it is decided on again.
 *
 * A document leaves the line when a person rejects it, when it is erased, and when it turns out to
 * be another invoice; settle says so by a claim without a decision. The next in line holds the
 * invoice then.
 */

import type { Claim } from '../schemas/types.ts'
import type { Message, Outputs } from './processor.ts'
import { isStale } from './routing/claim.ts'
import { before, join, leave, type ClaimLines } from './routing/claim-lines.ts'

type Standing = Pick<Claim, 'identity' | 'sha256' | 'revision' | 'sequence'>

// of a record; the next verdict meets those behind them
const mostUnshown = 1_000

/** Of a partition of `claims`. */
export interface Claimants {
  /** By invoice. */
  readonly lines: ClaimLines
  /** By document. */
  readonly standings: Map<string, Standing>
}

export const claimants = (): Claimants => ({ lines: new Map(), standings: new Map() })

export function screen(
  { key, value: claim }: Message<'claims'>,
  _use: object,
  { lines, standings }: Claimants,
): Outputs<'screened'> {
  if (claim === null) return { screened: [{ key, value: null, partitionBy: key }] }
  if (claim.decision === null || isStale(claim, standings.get(key))) return {}
  const others = isClaimant(claim) ? before(lines, claim.identity, key) : []
  const { shown } = claim.decision
  const unshown = others.filter((other) => !shown.includes(other)).slice(0, mostUnshown)
  const value = { ...claim, duplicateOf: others[0] ?? null, unshown }
  return { screened: [{ key, value, partitionBy: key }] }
}

export function rememberClaim(
  { lines, standings }: Claimants,
  { key, value: claim }: Message<'claims'>,
): void {
  const known = standings.get(key)
  if (claim !== null && isStale(claim, known)) return
  // A release concerns one invoice; the document may claim another one of this partition by now
  if (claim?.decision === null && claim.identity !== known?.identity) return
  if (known !== undefined && !(isClaimant(claim) && claim.identity === known.identity)) {
    leave(lines, known.identity, key)
    standings.delete(key)
  }
  if (!isClaimant(claim)) return
  const { identity, sha256, revision, sequence } = claim
  join(lines, identity, key)
  standings.set(key, { identity, sha256, revision, sequence })
}

/** Whether the document stands in line for the invoice. */
function isClaimant(claim: Claim | null): claim is Claim & { decision: object } {
  return claim?.decision != null && claim.decision.outcome !== 'rejected'
}
