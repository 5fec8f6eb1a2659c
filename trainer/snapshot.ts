/**
 * The training topic at fixed end offsets, as an identified data set.
 *
 * Its fingerprint is a hash of every document, revision, vendor and reviewer, but not of offsets,
 * so compaction during the read doesn't change it. Two snapshots with the same fingerprint are the
 * same data set.
 *
 * SPLIT. What is held out depends only on identifiers, not on randomness or time: all documents of
 * every fifth vendor, and every fifth document of the others. So it was held out from every earlier
 * model too, and the champion can be judged on it without having seen it.
 */

import { isJudged } from '../processors/review/judged-fields.ts'
import { createHash } from 'node:crypto'
import { unpackWords, type Print } from '../processors/document/words.ts'
import type { Profile } from '../schemas/profiles.ts'
import type { Verdict } from '../schemas/types.ts'
import type { Example, Truth } from './dataset.ts'

export interface Snapshot {
  readonly profile: string
  readonly fingerprint: string // hex
  readonly verdicts: readonly Verdict[] // by documentId
  readonly offsets: Readonly<Record<string, string>> // end offset of each partition of training
}

export interface Split {
  readonly training: readonly Verdict[]
  readonly heldOut: readonly Verdict[]
  readonly unseen: ReadonlySet<string> // held-out vendors without any document in training
}

const everyNth = 5

/** The split in words, for manifests. */
export const splitRule = `held out: all documents of one vendor in ${everyNth} and one document in ${everyNth} of the others, by sha256 of their identifiers`

/** The verdicts of one profile; rejected documents are no examples. */
export function snapshotOf(
  profile: string,
  table: Iterable<Verdict>,
  offsets: ReadonlyMap<number, bigint>,
): Snapshot {
  const verdicts = [...table]
    .filter((verdict) => verdict.profile === profile && verdict.decision !== 'rejected')
    .sort((a, b) => (a.documentId < b.documentId ? -1 : 1))
  const hash = createHash('sha256').update(`${profile}\n`)
  for (const verdict of verdicts)
    hash.update(
      `${verdict.documentId} ${verdict.revision} ${verdict.vendor.id} ${verdict.reviewer} ${truthOf(verdict)}\n`,
    )
  return {
    profile,
    fingerprint: hash.digest('hex'),
    verdicts,
    offsets: Object.fromEntries(
      [...offsets].map(([partition, offset]) => [String(partition), String(offset)]),
    ),
  }
}

export function splitOf(verdicts: readonly Verdict[]): Split {
  const outside = (verdict: Verdict): boolean =>
    bucket(`vendor ${verdict.vendor.id}`) === 0 || bucket(`document ${verdict.documentId}`) === 0
  const training = verdicts.filter((verdict) => !outside(verdict))
  const heldOut = verdicts.filter(outside)
  const known = new Set(training.map((verdict) => verdict.vendor.id))
  return {
    training,
    heldOut,
    unseen: new Set(
      heldOut.map((verdict) => verdict.vendor.id).filter((vendor) => !known.has(vendor)),
    ),
  }
}

/** Identifies a verdict: another revision is another verdict. */
export function verdictMark({
  documentId,
  revision,
}: Pick<Verdict, 'documentId' | 'revision'>): string {
  return `${documentId}@${revision}`
}

/**
 * A verdict as an example: a field that it does not name is absent from the document, and one that
 * the profile has got since is unknown.
 */
export function exampleOfVerdict(verdict: Verdict, profile: Profile): Example {
  const judged = profile.fields.filter(({ name }) => isJudged(verdict, name))
  const truth = judged.map(({ name }): [string, Truth] => {
    const field = verdict.fields.find((candidate) => candidate.name === name)
    return [
      name,
      { value: field?.value ?? null, raw: field?.raw ?? null, words: field?.words ?? [] },
    ]
  })
  return {
    documentId: verdict.documentId,
    vendor: verdict.vendor.id,
    print: printOfVerdict(verdict),
    profile: profile.name,
    truth: new Map(truth),
  }
}

export function printOfVerdict(verdict: Verdict): Print {
  return { pages: verdict.pages, words: unpackWords(verdict.words) }
}

function bucket(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) % everyNth
}

function truthOf(verdict: Verdict): string {
  return JSON.stringify(
    verdict.fields.map((field) => [field.name, field.value, field.raw, field.words]),
  )
}
