/**
 * corrected → verdicts: the verdicts that count. Whoever gives one, a person at the page, an import
 * or another program, writes it to `corrected`; here it is judged, and nowhere else.
 *
 *   it is of a task that the document has, or of its latest verdict    else TASK_UNKNOWN
 *   its revision is above the latest that counts                       else VERDICT_STALE
 *   its fields, values and words hold (review/verdict-problems.ts)     else VERDICT_INVALID
 *   it lies in the partition of its key, where the others are          else PARTITION_WRONG
 *
 * A refusal is a dead letter and changes nothing: the task stays open, and the same revision can be
 * sent again. The same verdict again is a repetition and has no output. A tombstone erases the
 * document's verdicts and is passed on; if the document comes again it starts over.
 *
 * Whether a document has a task depends on another topic and on time, so the state is what was
 * decided: a fold of `verdicts`.
 *
 * What learn had taken before there was a judge counts on, by the rules of then: a profile may have
 * changed since, and the task is long gone.
 */

import { ErrataError } from '../errors.ts'
import { profileOf, type Profiles } from '../schemas/profiles.ts'
import type { Verdict } from '../schemas/types.ts'
import { unpackWords } from './document/words.ts'
import type { Message, Output, Outputs, RecordOrigin } from './processor.ts'
import { answeredPrint } from './review/asked-task.ts'
import { normaliserOf } from './review/interpret-input.ts'
import { flawsIn, problemsIn } from './review/verdict-problems.ts'
import { sortedValues } from './shared/field-values.ts'
import { documentContext } from './document/context.ts'
import { textHash } from './shared/text-hash.ts'

/** A task as a verdict names it. */
export interface AskedTask {
  readonly documentId: string
  /** asked-task.ts */
  readonly print: string
  /** When the document came, in ms since 1970: the task is no older. */
  readonly since: number
}

export interface JudgeUse {
  readonly profiles: Profiles
  readonly partitionOf: (key: string) => number
  /**
   * Whether the document has this task, or may have had it before the first task that is still
   * there. Codes of the world.
   */
  readonly hasTask: (asked: AskedTask) => Promise<boolean>
  /** Whether learn took the record before there was a judge. */
  readonly isTaken: (origin: RecordOrigin) => boolean
}

interface Counted {
  readonly revision: number
  /** Of every verdict that counts: tells a repetition from a conflict. */
  readonly signatures: ReadonlySet<string>
  /** Of the task that the latest one answered. */
  readonly print: string
}

/** What counts of each document of a partition. */
export type CountedVerdicts = Map<string, Counted>

export const countedVerdicts = (): CountedVerdicts => new Map()

export function rememberCounted(
  state: CountedVerdicts,
  { key, value: verdict }: Pick<Output<'verdicts'>, 'key' | 'value'>,
): void {
  if (verdict === null) return void state.delete(key)
  const before = state.get(key)
  state.set(key, {
    revision: Math.max(verdict.revision, before?.revision ?? 0),
    signatures: new Set([...(before?.signatures ?? []), signatureOf(verdict)]),
    print: answeredPrint(verdict),
  })
}

export async function judge(
  { key, value: verdict, timestamp, origin }: Message<'corrected'>,
  use: JudgeUse,
  state: CountedVerdicts,
): Promise<Outputs<'verdicts'>> {
  const counted = state.get(key)
  const isAtHome = use.partitionOf(key) === origin.partition
  // Where no verdict of the document counts, and none can, there is nothing to erase
  if (verdict === null)
    return isAtHome || counted !== undefined ? { verdicts: [{ key, value: null }] } : {}
  if (counted?.signatures.has(signatureOf(verdict)) === true) return {}
  const isTaken = use.isTaken(origin)
  if (!isAtHome && !isTaken)
    throw new ErrataError(
      'PARTITION_WRONG',
      `partition ${origin.partition} is not that of the key, which is ${use.partitionOf(key)}`,
      { partition: origin.partition },
    )
  assertSound(verdict, use, isTaken)
  if (counted !== undefined && verdict.revision <= counted.revision)
    throw new ErrataError(
      'VERDICT_STALE',
      `revision ${verdict.revision} is not above ${counted.revision}`,
      { revision: verdict.revision, latest: counted.revision },
    )
  if (!isTaken) await assertAsked(verdict, timestamp, use, counted)
  return { verdicts: [{ key, value: verdict }] }
}

/** VERDICT_INVALID, PROFILE_UNKNOWN. */
function assertSound(verdict: Verdict, { profiles }: JudgeUse, isTaken: boolean): void {
  const profile = profileOf(profiles, verdict.profile)
  const { pages, words } = verdict
  const problems = isTaken
    ? flawsIn(verdict, profile)
    : problemsIn(
        verdict,
        profile,
        normaliserOf(documentContext({ pages, words: unpackWords(words) })),
      )
  if (problems.length === 0) return
  const said = problems.map(({ field, reason }) =>
    field === null ? reason : `${field}: ${reason}`,
  )
  throw new ErrataError('VERDICT_INVALID', said.join('; '), { problems: problems.length })
}

/** TASK_UNKNOWN, and codes of the world. */
async function assertAsked(
  verdict: Verdict,
  timestamp: number,
  { hasTask }: JudgeUse,
  counted: Counted | undefined,
): Promise<void> {
  const { documentId, receivedAt } = verdict
  const print = answeredPrint(verdict)
  if (counted?.print === print) return
  const since = timestamp > 0 ? Math.min(timestamp, receivedAt) : receivedAt
  if (await hasTask({ documentId, print, since })) return
  throw new ErrataError(
    'TASK_UNKNOWN',
    'the document has no task with this tenant, profile, sha256, prediction and words',
  )
}

/** Of what a verdict says and who says it when. */
function signatureOf(verdict: Verdict): string {
  const { revision, reviewer, decidedAt, decision, secondWanted, comment, vendor } = verdict
  const values = [verdict.fields, ...verdict.lineItems.map(({ cells }) => cells)].map(sortedValues)
  const said = [revision, reviewer, decidedAt, decision, secondWanted, comment, vendor.id, values]
  return textHash(JSON.stringify(said))
}
