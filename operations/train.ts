/**
 * Training from the training topic, with gate and publication; trainer/candidate.ts does the part
 * in between.
 *
 *   training to its end offsets ─► snapshot ─► candidate, judged ─► decision with evidence ─► models
 *
 * Where a profile ships with a starter model, the generated invoices behind it are part of the
 * training set, and both models are also judged on a fixed set of others that are never trained on,
 * so a few verdicts can't make a model lose what it knew. One version for each fingerprint
 * (snapshot, code, seed, settings): a killed training can be run again, and of two concurrent
 * trainers the later one finds the other's version, or is fenced and then finds it.
 */

import { createHash } from 'node:crypto'
import type { Config } from '../config.ts'
import type { Blobs } from '../connectors/blobs/blobs.ts'
import {
  championOf,
  modelKey,
  nextVersion,
  promotion,
  withFingerprint,
  type ModelRegistry,
} from '../processors/model/model-registry.ts'
import { featureVersion } from '../processors/model/features.ts'
import { software } from '../runtime/headers.ts'
import { profileOf, type Profile, type Profiles } from '../schemas/profiles.ts'
import type { Model as Published } from '../schemas/types.ts'
import { topicName } from '../topology.ts'
import { trainCandidate, type TrainingProgress } from '../trainer/candidate.ts'
import { codeVersion } from '../trainer/code-version.ts'
import { splitRule, type Snapshot } from '../trainer/snapshot.ts'
import { starterSettings, startOf } from '../trainer/starter.ts'
import { trainingDefaults } from '../trainer/settings.ts'
import type { Connection } from './connect.ts'
import { judgesOf, judgingOf } from './judging.ts'
import { decideOnModels, readCatalogue } from './models.ts'
import { signed } from './model-signatures.ts'
import { readSnapshot } from './read-snapshot.ts'

export { exampleOfVerdict as exampleOf } from '../trainer/snapshot.ts'

export interface Trained {
  readonly outcome: 'promoted' | 'refused' | 'known' | 'nothing'
  readonly key: string | null // name/version
  readonly reasons: readonly string[]
}

const tries = 3 // trainings in a row during which somebody else makes another version the champion

export async function trainFromTopic(
  config: Config,
  connection: Connection,
  blobs: Blobs,
  profiles: Profiles,
  name: string,
  seed: number,
  say: (line: string) => void,
  onProgress: (progress: TrainingProgress) => void = () => {},
): Promise<Trained> {
  const profile = profileOf(profiles, name)
  onProgress({ step: 'snapshot', done: 0, of: 0 })
  const snapshot = await readSnapshot(config, connection, name)
  if (snapshot.verdicts.length === 0)
    return { outcome: 'nothing', key: null, reasons: ['there are no verdicts to learn from'] }
  const fingerprint = createHash('sha256')
    .update(
      JSON.stringify([
        snapshot.fingerprint,
        profile.fields,
        software,
        codeVersion(),
        featureVersion,
        seed,
        trainingDefaults,
        starterSettings,
      ]),
    )
    .digest('hex')
  const run: TrainingRun = {
    config,
    connection,
    blobs,
    profile,
    snapshot,
    fingerprint,
    seed,
    say,
    onProgress,
  }
  for (let left = tries; left > 0; left--) {
    const trained = await trainOnce(run)
    if (trained !== null) return trained
    say(
      `${name}: another version became the champion meanwhile, so the candidate is judged against that one`,
    )
  }
  return { outcome: 'nothing', key: null, reasons: ['the champion changed during every try'] }
}

/** What a training is done with, the same at every try. */
interface TrainingRun {
  readonly config: Config
  readonly connection: Connection
  readonly blobs: Blobs
  readonly profile: Profile
  readonly snapshot: Snapshot
  readonly fingerprint: string
  readonly seed: number
  readonly say: (line: string) => void
  readonly onProgress: (progress: TrainingProgress) => void
}

/** Null where the champion is another one at the end than at the beginning. */
async function trainOnce(run: TrainingRun): Promise<Trained | null> {
  const { config, connection, blobs, profile, snapshot, fingerprint, seed, say } = run
  const { name } = profile
  const catalogue = await readCatalogue(config, connection)
  const before = knownAs(catalogue, name, fingerprint)
  if (before !== null) return before
  const judges = judgesOf(catalogue, name)
  const judging = await judgingOf(config, blobs, judges, profile, snapshot, seed, say)
  const candidate = await trainCandidate({
    ...judging,
    ...startOf(profile),
    say,
    onProgress: run.onProgress,
  }).catch((error: unknown) => {
    if (error instanceof RangeError) return null
    throw error
  })
  if (candidate === null)
    return {
      outcome: 'nothing',
      key: null,
      reasons: ['too few verdicts so far, or every one is held out'],
    }
  const sha256 = await blobs.put(candidate.bundle)
  return publishCandidate(run, candidate, sha256, {
    parent: keyOf(championOf(catalogue, name)),
    best: judging.best?.key ?? keyOf(championOf(catalogue, name)),
  })
}

/** The keys of the models that a candidate was judged against. */
interface JudgedAgainst {
  readonly parent: string | null
  readonly best: string | null
}

const keyOf = (model: Published | null): string | null => (model === null ? null : modelKey(model))

/** Writes what the gate decided, unless the champion is no longer the one it was judged against. */
function publishCandidate(
  { config, connection, profile: { name }, snapshot, fingerprint }: TrainingRun,
  candidate: TrainedCandidate,
  sha256: string,
  { parent, best }: JudgedAgainst,
): Promise<Trained | null> {
  const { decision, evidence } = candidate
  const manifest = {
    ...candidate.trained,
    features: featureVersion,
    software,
    code: codeVersion(),
    snapshot: snapshot.fingerprint,
    topic: topicName('training', config.topicPrefix),
    offsets: snapshot.offsets,
    verdicts: snapshot.verdicts.length,
    split: splitRule,
    trainedOn: candidate.trainedOn,
    heldOut: candidate.heldOut,
    leftOut: evidence.leftOut,
    generated: candidate.generated,
    parent,
  }
  return decideOnModels(config, connection, (now) => {
    const known = knownAs(now, name, fingerprint)
    if (known !== null) return { records: [], result: known }
    const champion = championOf(now, name)
    if (keyOf(champion) !== parent) return { records: [], result: null }
    const number = nextVersion(now, name)
    const version: Published = signed(
      {
        name,
        version: number,
        sha256,
        bytes: candidate.bundle.length,
        state: decision.promote ? 'candidate' : 'refused',
        fingerprint,
        manifest: JSON.stringify({
          ...manifest,
          best: decision.isBest ? modelKey({ name, version: number }) : best,
        }),
        evidence: JSON.stringify(evidence),
        decidedBy: 'gate',
        decidedAt: Date.now(),
        reason: decision.reasons.join('; '),
        championSince: null,
        signature: null,
      },
      config,
    )
    return {
      records: decision.promote
        ? promotion(now, version, 'gate', version.decidedAt, version.reason)
        : [version],
      result: {
        outcome: decision.promote ? 'promoted' : 'refused',
        key: modelKey(version),
        reasons: decision.reasons,
      },
    }
  })
}

type TrainedCandidate = NonNullable<Awaited<ReturnType<typeof trainCandidate>>>

function knownAs(catalogue: ModelRegistry, name: string, fingerprint: string): Trained | null {
  const known = withFingerprint(catalogue, name, fingerprint)
  return known === null
    ? null
    : {
        outcome: 'known',
        key: modelKey(known),
        reasons: [`this snapshot was trained on before: ${known.state}, ${known.reason}`],
      }
}
