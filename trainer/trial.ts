/** Evaluates a model on held-out documents and replays all past verdicts through it. */

import { openModel } from '../connectors/onnx/onnx.ts'
import { readerOf } from '../processors/model/reader.ts'
import { acceptableShare } from '../processors/model/thresholds.ts'
import type { Profile } from '../schemas/profiles.ts'
import type { Verdict } from '../schemas/types.ts'
import { replayVerdicts } from './backtest.ts'
import type { Example } from './dataset.ts'
import { evaluateModel, type Evaluation } from './evaluate.ts'
import type { DocumentOutcomes } from './gate.ts'
import { acceptsLess, letsThroughMore, type Acceptable } from './gate-acceptance.ts'

/** The data that candidate and champion are both evaluated on. */
export interface Trial {
  readonly profile: Profile
  readonly verdicts: readonly Verdict[] // all verdicts
  readonly targetError: number
  readonly examples: readonly Example[]
  readonly vendors: ReadonlySet<string> // of training
  /** By document id. */
  readonly known: ReadonlyMap<string, Pick<DocumentOutcomes, 'reviewer' | 'settled' | 'passed'>>
}

export interface TrialOutcome {
  readonly evaluation: Evaluation
  readonly judged: readonly DocumentOutcomes[]
  readonly replayed: Awaited<ReturnType<typeof replayVerdicts>>
  readonly acceptable: Acceptable
}

export async function outcomeOf(bundle: Buffer, trial: Trial): Promise<TrialOutcome> {
  const { profile, verdicts, targetError, examples, vendors, known } = trial
  const model = await openModel(bundle)
  try {
    const { evaluation, judged } = await evaluateModel(model, profile, examples, vendors)
    const reader = readerOf(
      { name: profile.name, version: 0, sha256: model.sha256 },
      model,
      targetError,
    )
    return {
      evaluation,
      judged: judged.map((one) => ({ ...one, ...known.get(one.documentId) })),
      replayed: await replayVerdicts(reader, profile, verdicts, new Set(known.keys())),
      acceptable: acceptableShare(model.manifest, targetError),
    }
  } finally {
    await model.dispose()
  }
}

/** What F1 does not show: errors let through, and documents that people would have to review. */
export function objections(
  mine: TrialOutcome,
  theirs: TrialOutcome | null,
  targetError: number,
): (string | null)[] {
  const heldOut = theirs?.replayed.heldOut ?? null
  return [
    letsThroughMore(mine.replayed.heldOut, heldOut, targetError),
    theirs === null ? null : acceptsLess(mine.acceptable, theirs.acceptable, heldOut, targetError),
  ]
}
