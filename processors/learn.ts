/**
 * corrected → training and claims: the latest verdict of each document, partitioned by vendor, and
 * what it decides on the invoice.
 *
 * Later wins by revision, not by arrival: a verdict whose revision isn't above the latest one of
 * its document is stale and becomes a dead letter, so no verdict is lost. The same verdict again
 * (same revision, reviewer and time) is a repetition and has no output.
 *
 * `training` is keyed by document and partitioned by vendor, so that teach finds all verdicts of a
 * vendor in one partition. A verdict that moves the document to another vendor writes a tombstone
 * at its old partition. So does one that rejects the document, which is then no training example,
 * and one that needs a second person: until they agree nothing is learned from the document, nor
 * from its earlier verdicts. A tombstone in the input erases the document's verdicts; if the
 * document comes again it starts over.
 *
 * Does not judge whether the reviewer is right: replay, the gate and the audit log do.
 */

import { ErrataError } from '../errors.ts'
import { profileOf, type Profiles } from '../schemas/profiles.ts'
import type { Verdict } from '../schemas/types.ts'
import type { Message, Output, Outputs } from './processor.ts'
import { claimOfVerdict } from './routing/claim.ts'

export interface LearnUse {
  readonly profiles: Profiles
}

interface Latest {
  readonly revision: number
  readonly signature: string // reviewer and time: tells a repetition from a conflict
  readonly vendor: string | null // null: no record in training
}

/** The latest verdict of each document of a partition. */
export type Verdicts = Map<string, Latest>

export const verdicts = (): Verdicts => new Map()

export function rememberVerdict(state: Verdicts, message: Message<'corrected'>): void {
  const verdict = message.value
  if (verdict === null) return void state.delete(message.key)
  if (verdict.revision <= (state.get(message.key)?.revision ?? 0)) return
  state.set(message.key, {
    revision: verdict.revision,
    signature: signature(verdict),
    vendor: teacher(verdict),
  })
}

export function learn(
  message: Message<'corrected'>,
  use: LearnUse,
  state: Verdicts,
): Outputs<'training' | 'claims'> {
  const verdict = message.value
  const latest = state.get(message.key)
  if (verdict === null)
    return latest?.vendor == null
      ? {}
      : { training: [{ key: message.key, value: null, partitionBy: latest.vendor }] }
  validate(verdict, use.profiles)
  if (latest !== undefined && verdict.revision <= latest.revision) {
    if (verdict.revision === latest.revision && signature(verdict) === latest.signature) return {}
    throw new ErrataError(
      'VERDICT_STALE',
      `revision ${verdict.revision} is not above ${latest.revision}`,
      { revision: verdict.revision, latest: latest.revision },
    )
  }
  const vendor = teacher(verdict)
  const training: Output<'training'>[] = []
  if (latest?.vendor != null && latest.vendor !== vendor)
    training.push({ key: message.key, value: null, partitionBy: latest.vendor })
  if (vendor !== null) training.push({ key: message.key, value: verdict, partitionBy: vendor })
  return { training, claims: [claimOfVerdict(verdict, use.profiles, message.origin)] }
}

/** The vendor for whom the verdict is a training example; null if none. */
function teacher({ decision, secondWanted, vendor }: Verdict): string | null {
  return decision === 'rejected' || secondWanted ? null : vendor.id
}

function signature(verdict: Verdict): string {
  return `${verdict.reviewer} ${verdict.decidedAt}`
}

/**
 * VERDICT_INVALID unless every field is one of the profile's, once, and points to words that exist.
 */
function validate(verdict: Verdict, profiles: Profiles): void {
  const profile = profileOf(profiles, verdict.profile)
  const known = new Set(profile.fields.map((field) => field.name))
  const columns = new Set(profile.lineItems.map((column) => column.name))
  const wrong = (message: string, field = ''): never => {
    throw new ErrataError('VERDICT_INVALID', message, { field })
  }
  if (verdict.reviewer === '') wrong('a verdict without reviewer')
  if (verdict.vendor.id === '') wrong('a verdict without vendor')
  if (verdict.revision < 1) wrong('revisions start at 1')
  const seen = new Set<string>()
  for (const field of verdict.fields) {
    if (!known.has(field.name)) wrong('a field that the profile does not have', field.name)
    if (seen.has(field.name)) wrong('a field twice', field.name)
    seen.add(field.name)
    if (field.words.some((index) => index < 0 || index >= verdict.words.ends.length))
      wrong('a word that the document does not have', field.name)
  }
  const cell = verdict.lineItems.flatMap((row) => row.cells).find((item) => !columns.has(item.name))
  if (cell !== undefined) wrong('a column that the profile does not have', cell.name)
}
