/**
 * verdicts → training and claims: the latest verdict of each document, partitioned by vendor, and
 * what it decides on the invoice.
 *
 * `training` is keyed by document and partitioned by vendor, so that teach finds all verdicts of a
 * vendor in one partition. A verdict that moves the document to another vendor writes a tombstone
 * at its old partition. So does one that rejects the document, which is then no training example,
 * and one that needs a second person: until they agree nothing is learned from the document, nor
 * from its earlier verdicts. A tombstone in the input erases the document's verdicts; if the
 * document comes again it starts over.
 *
 * Does not judge a verdict: judge has, and whether the reviewer is right, replay, the gate and the
 * audit log show.
 */

import type { Profiles } from '../schemas/profiles.ts'
import type { Verdict } from '../schemas/types.ts'
import type { Message, Output, Outputs } from './processor.ts'
import { claimOfVerdict } from './routing/claim.ts'

export interface LearnUse {
  readonly profiles: Profiles
}

/** Vendors in whose partition the documents of a partition are training examples. */
export type Teachers = Map<string, string>

export const teachers = (): Teachers => new Map()

export function rememberTeacher(
  state: Teachers,
  { key, value: verdict }: Message<'verdicts'>,
): void {
  const vendor = verdict === null ? null : teacher(verdict)
  if (vendor === null) state.delete(key)
  else state.set(key, vendor)
}

export function learn(
  { key, value: verdict, origin }: Message<'verdicts'>,
  use: LearnUse,
  state: Teachers,
): Outputs<'training' | 'claims'> {
  const before = state.get(key)
  const vendor = verdict === null ? null : teacher(verdict)
  const training: Output<'training'>[] = []
  if (before !== undefined && before !== vendor)
    training.push({ key, value: null, partitionBy: before })
  if (vendor !== null) training.push({ key, value: verdict, partitionBy: vendor })
  return {
    training,
    claims: verdict === null ? [] : [claimOfVerdict(verdict, use.profiles, origin)],
  }
}

/** The vendor for whom the verdict is a training example; null if none. */
function teacher({ decision, secondWanted, vendor }: Verdict): string | null {
  return decision === 'rejected' || secondWanted ? null : vendor.id
}
