/**
 * Training as a function: from a snapshot to a bundle, a decision and the evidence for it. No
 * Kafka, clock or randomness: the same snapshot, champion, settings and code give the same bytes
 * and the same decision, on any machine.
 *
 *   snapshot ─► split ─► fit ─► candidate and champion on the same held-out documents ─► gate
 *
 * ONE REVIEWER WRONG ABOUT EVERYTHING. If the gate finds a candidate worse on the other reviewers'
 * verdicts, training is repeated without the suspect reviewer's verdicts; if the result passes, it
 * is published with that reason. Without a champion there is no baseline, so the candidate is
 * compared with models trained without each active reviewer in turn. Where two reviewers contradict
 * each other, nobody can tell who is right: the gate rejects and names both.
 */

import { evidenceFor } from '../processors/review/judged-fields.ts'
import type { Profile } from '../schemas/profiles.ts'
import type { Verdict } from '../schemas/types.ts'
import type { Example } from './dataset.ts'
import { encountersOf } from './encounter.ts'
import type { Evaluation } from './evaluate.ts'
import { decidePromotion, gateDefaults, type GateDecision, type DocumentOutcomes } from './gate.ts'
import type { ReplayResult } from './backtest.ts'
import { objections, outcomeOf, type Trial } from './trial.ts'
import { exampleOfVerdict, verdictMark, splitOf, type Snapshot } from './snapshot.ts'
import { fit, type Fitted } from './train.ts'
import type { TrainingSettings } from './settings.ts'
import type { Manifest } from '../processors/model/manifest.ts'

export interface Champion {
  readonly bundle: Buffer
  /** Identifiers of the verdicts that its own training held out; see snapshot.ts. */
  readonly heldOut: readonly string[]
}

export interface Judging {
  readonly snapshot: Snapshot
  readonly profile: Profile
  readonly champion: Champion | null
  /** The best champion so far, where that is another one; its key is name/version. */
  readonly best: { readonly key: string; readonly bundle: Buffer } | null
  /** Why the existing champion can't be evaluated here; nothing is promoted then. */
  readonly withheld: string | null
  /** Generated documents that no model was trained on. */
  readonly generatedHeldOut: readonly Example[]
  readonly targetError: number
  /** Of acceptable documents, how many people see anyway; 0 to 1. */
  readonly sampleShare: number
  readonly seed: number
}

export interface TrainingInputs extends Judging {
  readonly settings: Partial<TrainingSettings>
  readonly generated: readonly Example[]
  readonly say: (line: string) => void
  /** Trained taggers, of all; then the gate. */
  readonly onProgress?: (progress: TrainingProgress) => void
}

/** Progress of a training. `of` is 0 where there is nothing to count. */
export interface TrainingProgress {
  readonly step: 'snapshot' | 'training' | 'gate'
  readonly done: number
  readonly of: number
}

export interface Candidate {
  readonly bundle: Buffer
  readonly trained: Manifest['trained']
  readonly decision: GateDecision
  readonly evidence: GateEvidence
  readonly trainedOn: readonly string[] // document ids
  readonly heldOut: readonly string[] // marks
  readonly generated: number
}

export interface GateEvidence extends GateDecision {
  readonly candidate: Evaluation
  readonly champion: Evaluation | null
  readonly outOfFold: Evaluation | null
  /** All past verdicts replayed through the candidate and the champion. */
  readonly corrections: ReplayResult
  readonly replayed: {
    readonly candidate: { readonly all: ReplayResult; readonly heldOut: ReplayResult }
    readonly champion: { readonly all: ReplayResult; readonly heldOut: ReplayResult } | null
  }
  /** Reviewers whose verdicts were excluded, and how many verdicts those are. */
  readonly leftOut: Readonly<Record<string, number>>
}

const busyShare = 0.2 // of all verdicts: a reviewer with fewer can't distort a first model

/** Null where there is nothing to train on. Throws RangeError if no field has enough examples. */
export async function trainCandidate(inputs: TrainingInputs): Promise<Candidate | null> {
  const first = await attempt(inputs, [])
  if (first === null) return null
  if (inputs.champion !== null)
    return first.decision.doubted.length === 0
      ? first
      : ((await withoutDoubted(inputs, first, first.decision.doubted)) ?? first)
  const doubted = await contradicting(inputs, first)
  if (doubted.length === 0) return first
  const refused = refusal(first, doubted)
  return doubted.length > 1
    ? refused
    : ((await withoutDoubted(inputs, refused, doubted)) ?? refused)
}

/** The gate's decision on an existing bundle, as if it had just been trained. */
export async function judgeBundle(
  bundle: Buffer,
  judging: Judging,
  trainedOn: ReadonlySet<string>,
): Promise<{ readonly decision: GateDecision; readonly evidence: GateEvidence }> {
  const { heldOut } = splitOf(judging.snapshot.verdicts)
  // an imported model may have seen any document
  const clean = heldOut.filter(({ documentId }) => !trainedOn.has(documentId))
  const vendors = new Set(
    judging.snapshot.verdicts
      .filter(({ documentId }) => trainedOn.has(documentId))
      .map(({ vendor }) => vendor.id),
  )
  return judge(bundle, judging, clean, vendors, null, {})
}

async function attempt(
  inputs: TrainingInputs,
  leftOut: readonly string[],
): Promise<Attempt | null> {
  const { snapshot, profile, settings, generated, seed, say, onProgress = () => {} } = inputs
  const verdicts = snapshot.verdicts.filter(({ reviewer }) => !leftOut.includes(reviewer))
  const { training, heldOut, unseen } = splitOf(verdicts)
  const exampleOf = exampleReader(inputs)
  const examples = [...generated, ...training.map(exampleOf)]
  if (examples.length === 0) return null
  say(
    `${profile.name}: ${verdicts.length} verdicts, ${training.length} to train on, ${heldOut.length} held out (${unseen.size} vendors unseen)${leftOut.length > 0 ? `, without those of ${leftOut.join(', ')}` : ''}`,
  )
  const fitted = await fit(
    examples,
    profile,
    { ...settings, seed },
    {
      onProgress: (done, of) => onProgress({ step: 'training', done, of }),
      apart: heldOut.map(exampleOf),
    },
  ).catch((error: unknown) => {
    // nobody else has given enough verdicts
    if (error instanceof RangeError && leftOut.length > 0) return null
    throw error
  })
  if (fitted === null) return null
  const counts = Object.fromEntries(
    leftOut.map((reviewer) => [
      reviewer,
      snapshot.verdicts.filter((verdict) => verdict.reviewer === reviewer).length,
    ]),
  )
  onProgress({ step: 'gate', done: 0, of: 0 })
  const judged = await judge(
    fitted.bundle,
    inputs,
    heldOut,
    new Set(examples.map(({ vendor }) => vendor)),
    fitted,
    counts,
  )
  return {
    ...judged,
    bundle: fitted.bundle,
    trained: fitted.manifest.trained,
    trainedOn: training.map(({ documentId }) => documentId),
    heldOut: heldOut.map(verdictMark),
    generated: generated.length,
  }
}

type Attempt = Candidate & { readonly judged: readonly DocumentOutcomes[] }

/** Trains again without some reviewers; null if that does not pass either. */
async function withoutDoubted(
  inputs: TrainingInputs,
  first: Candidate,
  doubted: readonly string[],
): Promise<Candidate | null> {
  const again = await attempt(inputs, doubted)
  if (again === null || !again.decision.promote) return null
  const reasons = [
    ...again.decision.reasons,
    `trained without the verdicts of ${doubted.join(', ')}: with them, ${first.decision.reasons.join('; ')}`,
  ]
  return {
    ...again,
    decision: { ...again.decision, reasons, doubted },
    evidence: { ...again.evidence, reasons, doubted },
  }
}

/** Without a champion: reviewers without whom the documents of all others are read better. */
async function contradicting(inputs: TrainingInputs, first: Attempt): Promise<readonly string[]> {
  const { verdicts } = inputs.snapshot
  const reviewers = [...new Set(verdicts.map(({ reviewer }) => reviewer))].sort()
  const busy =
    reviewers.length < 2
      ? []
      : reviewers.filter(
          (name) =>
            verdicts.filter(({ reviewer }) => reviewer === name).length >=
            busyShare * verdicts.length,
        )
  const doubted: string[] = []
  for (const reviewer of busy) {
    const mine = first.judged.filter(
      (judged) => judged.reviewer !== undefined && judged.reviewer !== reviewer,
    )
    if (mine.length < gateDefaults.leastDocuments) continue
    const without = await attempt(inputs, [reviewer])
    if (without === null) continue
    const compared = decidePromotion(
      without.judged.filter((judged) => judged.reviewer !== undefined),
      first.judged,
      { ...gateDefaults, required: [], seed: inputs.seed },
    )
    if (compared.doubted.includes(reviewer)) doubted.push(reviewer)
  }
  return doubted
}

function refusal(first: Attempt, doubted: readonly string[]): Attempt {
  const reasons = doubted.map(
    (reviewer) =>
      `the documents of others are read better where what ${reviewer} taught is left out`,
  )
  const decision = { ...first.decision, promote: false, reasons, doubted }
  return { ...first, decision, evidence: { ...first.evidence, ...decision } }
}

/** The backtest in one line. */
function meaning({
  documents,
  total,
  right,
  accepted,
  minutesSaved,
  errorsLetThrough,
}: ReplayResult): string {
  return `of ${total} past corrections it reads ${right} rightly; ${accepted} of ${documents} documents would have needed nobody, ${minutesSaved} minutes, with ${errorsLetThrough} errors let through`
}

async function judge(
  bundle: Buffer,
  judging: Judging,
  heldOut: readonly Verdict[],
  vendors: ReadonlySet<string>,
  fitted: Fitted | null,
  leftOut: Readonly<Record<string, number>>,
): Promise<{
  decision: GateDecision
  evidence: GateEvidence
  judged: readonly DocumentOutcomes[]
}> {
  const { profile, champion, best, withheld, targetError, seed } = judging
  const trial = trialOf(judging, heldOut, vendors)
  const mine = await outcomeOf(bundle, trial)
  const theirs = champion === null ? null : await outcomeOf(champion.bundle, trial)
  const settings = {
    ...gateDefaults,
    required: profile.fields.filter((field) => field.required).map((field) => field.name),
    seed,
  }
  const bestBefore = best === null ? null : (await outcomeOf(best.bundle, trial)).judged
  const gated = decidePromotion(theirs?.judged ?? null, mine.judged, settings, bestBefore)
  const against = [withheld, ...objections(mine, theirs, targetError)].filter(
    (reason) => reason !== null,
  )
  const final = against.length === 0 ? gated : refusedAlso(gated, against)
  const decision = { ...final, reasons: [...final.reasons, meaning(mine.replayed.all)] }
  const evidence: GateEvidence = {
    ...decision,
    candidate: mine.evaluation,
    champion: theirs?.evaluation ?? null,
    outOfFold: fitted?.evaluation ?? null,
    corrections: mine.replayed.all,
    replayed: { candidate: mine.replayed, champion: theirs?.replayed ?? null },
    leftOut,
  }
  return { decision, evidence, judged: mine.judged }
}

/** Verdicts of a snapshot as examples that know how the stage met the document. */
function exampleReader({ snapshot, profile, sampleShare }: Judging): (verdict: Verdict) => Example {
  const encounters = encountersOf(snapshot.verdicts, profile, sampleShare)
  return (verdict) => {
    const encounter = encounters.get(verdict.documentId)
    const example = exampleOfVerdict(verdict, profile)
    return encounter === undefined ? example : { ...example, encounter }
  }
}

function trialOf(
  judging: Judging,
  heldOut: readonly Verdict[],
  vendors: ReadonlySet<string>,
): Trial {
  const { snapshot, profile, champion, generatedHeldOut, targetError } = judging
  return {
    profile,
    verdicts: snapshot.verdicts,
    targetError,
    vendors,
    examples: [
      ...generatedHeldOut,
      ...heldOut.map((verdict) => exampleOfVerdict(verdict, profile)),
    ],
    known: new Map(
      heldOut.map((verdict) => [
        verdict.documentId,
        {
          reviewer: verdict.reviewer,
          passed: profile.fields.flatMap(({ name }) =>
            evidenceFor(verdict, name) === 'passed' ? [name] : [],
          ),
          settled: champion?.heldOut.includes(verdictMark(verdict)) === true,
        },
      ]),
    ),
  }
}

function refusedAlso(gated: GateDecision, against: readonly string[]): GateDecision {
  const reasons = gated.promote ? against : [...gated.reasons, ...against]
  return { ...gated, promote: false, reasons }
}
