/**
 * Training from the training topic, with gate and publication; what happens in between is
 * trainer/candidate.ts.
 *
 *   training to its end offsets ─► snapshot ─► candidate, judged ─► decision with evidence ─► models
 *
 * Where a profile ships with a starter model, the generated invoices behind it are part of the
 * training set, and a fixed set of others, never trained on, is part of what both are judged on: so
 * a few verdicts can't make a model forget what it knew. Published once for each fingerprint
 * (snapshot, code, seed, settings): killed anywhere it can be run again, and of two trainers at
 * once the later one finds the version of the other, or is shut out and then finds it.
 */

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { openBlobs, sha256Of, type Blobs } from '../connectors/blobs/blobs.ts'
import { openModel } from '../connectors/onnx/onnx.ts'
import { codeOf } from '../errors.ts'
import {
  championOf,
  modelKey,
  nextVersion,
  promotion,
  readersOf,
  withFingerprint,
  type Catalogue,
} from '../processors/model/model-registry.ts'
import { featureVersion } from '../processors/model/features.ts'
import { evidenceOf, provenanceOf } from '../processors/model/published-model.ts'
import { follow } from '../runtime/follow.ts'
import { software } from '../runtime/headers.ts'
import { loadProfiles, profileOf, type Profile, type Profiles } from '../schemas/profiles.ts'
import type { Model as Published, Verdict } from '../schemas/types.ts'
import { topicName } from '../topology.ts'
import { trainCandidate, type Evidence, type Judging, type Progress } from '../trainer/candidate.ts'
import { codeVersion } from '../trainer/code-version.ts'
import { snapshotOf, splitRule, type Snapshot } from '../trainer/snapshot.ts'
import { generatedExamples, starterDocuments, starterSettings } from '../trainer/starter.ts'
import { defaults } from '../trainer/settings.ts'
import { connect, type Connection } from './connect.ts'
import { openLog } from '../deploy/instance/log.ts'
import { describeEvidence } from './models-show.ts'
import { decideOnModels, readCatalogue } from './models.ts'
import { signed } from './model-signatures.ts'
import { openPublished } from './published-models.ts'
import { homeOf } from '../deploy/stack/stack.ts'

export { exampleOfVerdict as exampleOf } from '../trainer/snapshot.ts'

export interface Trained {
  readonly outcome: 'promoted' | 'refused' | 'known' | 'nothing'
  readonly key: string | null // name/version
  readonly reasons: readonly string[]
}

export const generatedHeldOut = 60 // documents, of another seed
const tries = 3 // trainings in a row during which somebody else makes another version the champion

/**
 * `errata train` without --data: one run, whose outcome is a line on stdout, after what the gate
 * saw on stderr; 0 also where it refuses.
 */
export async function trainCommandFromTopic(
  config: Config,
  name: string,
  seed: number,
): Promise<number> {
  const connection = await connect(config, openLog(config, 'train'))
  const home = homeOf(config)
  try {
    const say = (line: string): void => void process.stderr.write(`${line}\n`)
    const tell = (progress: Progress): void =>
      // where the trainer began it and still listens
      void (process.connected && process.send?.(progress, undefined, undefined, () => {}))
    const trained = await trainFromTopic(
      config,
      connection,
      openBlobs(join(home, 'blobs')),
      loadProfiles(join(home, 'profiles')),
      name,
      seed,
      say,
      tell,
    )
    const published =
      trained.key === null || process.connected
        ? undefined
        : (await readCatalogue(config, connection)).versions.get(trained.key)?.model
    if (published !== undefined) say(`\n${describeEvidence(evidenceOf<Evidence>(published))}`)
    process.stdout.write(`${JSON.stringify(trained)}\n`)
    return 0
  } finally {
    await connection.close()
  }
}

export async function trainFromTopic(
  config: Config,
  connection: Connection,
  blobs: Blobs,
  profiles: Profiles,
  name: string,
  seed: number,
  say: (line: string) => void,
  onProgress: (progress: Progress) => void = () => {},
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
        defaults,
        starterSettings,
        starterDocuments,
      ]),
    )
    .digest('hex')
  for (let left = tries; left > 0; left--) {
    const trained = await trainOnce(
      config,
      connection,
      blobs,
      profile,
      snapshot,
      fingerprint,
      seed,
      say,
      onProgress,
    )
    if (trained !== null) return trained
    say(
      `${name}: another version became the champion meanwhile, so the candidate is judged against that one`,
    )
  }
  return { outcome: 'nothing', key: null, reasons: ['the champion changed during every try'] }
}

/** Null where the champion is another one at the end than at the beginning. */
async function trainOnce(
  config: Config,
  connection: Connection,
  blobs: Blobs,
  profile: Profile,
  snapshot: Snapshot,
  fingerprint: string,
  seed: number,
  say: (line: string) => void,
  onProgress: (progress: Progress) => void,
): Promise<Trained | null> {
  const { name } = profile
  const catalogue = await readCatalogue(config, connection)
  const before = knownAs(catalogue, name, fingerprint)
  if (before !== null) return before
  const generated = generatedExamples(profile, starterDocuments)
  const judging = await judgingOf(
    config,
    blobs,
    readersOf(catalogue, name),
    profile,
    snapshot,
    seed,
    say,
  )
  const candidate = await trainCandidate({
    ...judging,
    settings: generated.length > 0 ? starterSettings : {},
    generated,
    say,
    onProgress,
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

  const { decision, evidence, trainedOn, heldOut, trained } = candidate
  const parent = championOf(catalogue, name)
  const sha256 = await blobs.put(candidate.bundle)
  const manifest = {
    ...trained,
    features: featureVersion,
    software,
    code: codeVersion(),
    snapshot: snapshot.fingerprint,
    topic: topicName('training', config.topicPrefix),
    offsets: snapshot.offsets,
    verdicts: snapshot.verdicts.length,
    split: splitRule,
    trainedOn,
    heldOut,
    leftOut: evidence.leftOut,
    generated: candidate.generated,
    parent: parent === null ? null : modelKey(parent),
  }
  return decideOnModels(config, connection, (now) => {
    const known = knownAs(now, name, fingerprint)
    if (known !== null) return { records: [], result: known }
    const champion = championOf(now, name)
    if ((champion === null ? null : modelKey(champion)) !== manifest.parent)
      return { records: [], result: null }
    const version: Published = signed(
      {
        name,
        version: nextVersion(now, name),
        sha256,
        bytes: candidate.bundle.length,
        state: decision.promote ? 'candidate' : 'refused',
        fingerprint,
        manifest: JSON.stringify(manifest),
        evidence: JSON.stringify(evidence),
        decidedBy: 'gate',
        decidedAt: Date.now(),
        reason: decision.reasons.join('; '),
        championSince: null,
        signature: null,
      },
      config,
    )
    const records = decision.promote
      ? promotion(now, version, 'gate', version.decidedAt, version.reason)
      : [version]
    return {
      records,
      result: {
        outcome: decision.promote ? 'promoted' : 'refused',
        key: modelKey(version),
        reasons: decision.reasons,
      },
    }
  })
}

/**
 * All that a model of this profile is judged with now: the snapshot, what reads (the first of
 * `readers` that can be used), the generated documents.
 */
export async function judgingOf(
  config: Config,
  blobs: Blobs,
  readers: readonly Published[],
  profile: Profile,
  snapshot: Snapshot,
  seed: number,
  say: (line: string) => void,
): Promise<Judging> {
  return {
    snapshot,
    profile,
    seed,
    targetError: config.targetError,
    generatedHeldOut: generatedExamples(profile, generatedHeldOut, 'held out'),
    ...(await openChampion(config, readers, blobs, say)),
  }
}

/**
 * The first that can be used, as for extractors; none where none can, as after an update that
 * changed the features: nobody reads with one then. One whose bytes are only missing here may be in
 * use elsewhere, so nothing may take its place unseen.
 */
async function openChampion(
  config: Config,
  readers: readonly Published[],
  blobs: Blobs,
  say: (line: string) => void,
): Promise<Pick<Judging, 'champion' | 'withheld'>> {
  for (const model of readers) {
    const key = modelKey(model)
    try {
      await (await openPublished(model, blobs, config)).dispose()
      return {
        champion: {
          bundle: await blobs.get(model.sha256),
          heldOut: provenanceOf(model).heldOut ?? [],
        },
        withheld: null,
      }
    } catch (error) {
      const code = codeOf(error)
      if (!['MODEL_UNUSABLE', 'BLOB_MISSING', 'BLOB_MISMATCH'].includes(code)) throw error
      say(`the champion ${key} can't be used here (${code}), so nothing is compared with it`)
      if (code !== 'MODEL_UNUSABLE')
        return {
          champion: null,
          withheld: `the champion ${key} is not in the blob store here (${code}), so nothing can be compared with it; a person may decide`,
        }
    }
  }
  return { champion: null, withheld: null }
}

function knownAs(catalogue: Catalogue, name: string, fingerprint: string): Trained | null {
  const known = withFingerprint(catalogue, name, fingerprint)
  return known === null
    ? null
    : {
        outcome: 'known',
        key: modelKey(known),
        reasons: [`this snapshot was trained on before: ${known.state}, ${known.reason}`],
      }
}

/**
 * A shipped bundle becomes a version: the first of a profile, and after an update of Errata where
 * the champion is an earlier one that shipped, or was trained on other features and can't be used
 * any more.
 */
export async function publishStarter(
  config: Config,
  connection: Connection,
  blobs: Blobs,
  catalogue: Catalogue,
  name: string,
  bundle: Buffer,
): Promise<boolean> {
  const fingerprint = sha256Of(bundle)
  if (!wantsStarter(catalogue, name, fingerprint)) return false
  const model = await openModel(bundle)
  const { manifest } = model
  await model.dispose()
  const sha256 = await blobs.put(bundle)
  return decideOnModels(config, connection, (now) => {
    if (!wantsStarter(now, name, fingerprint)) return { records: [], result: false }
    const version: Published = signed(
      {
        name,
        version: nextVersion(now, name),
        sha256,
        bytes: bundle.length,
        state: 'candidate',
        fingerprint,
        manifest: JSON.stringify({
          ...manifest.trained,
          features: manifest.features,
          software,
          generated: manifest.trained.documents,
          parent: null,
        }),
        evidence: '{}',
        decidedBy: 'starter',
        decidedAt: Date.now(),
        reason: 'ships with Errata, trained on generated documents only',
        championSince: null,
        signature: null,
      },
      config,
    )
    return {
      records: promotion(now, version, 'starter', version.decidedAt, version.reason),
      result: true,
    }
  })
}

function wantsStarter(catalogue: Catalogue, name: string, fingerprint: string): boolean {
  const champion = championOf(catalogue, name)
  if (champion === null) return nextVersion(catalogue, name) === 1
  const { features } = provenanceOf(champion)
  return (
    withFingerprint(catalogue, name, fingerprint) === null &&
    (champion.decidedBy === 'starter' || (features !== undefined && features !== featureVersion))
  )
}

/**
 * The verdicts of a profile as the training topic holds them now, with the offsets up to which that
 * is true. Compaction may take an older record away before we come to it, because of a newer one
 * behind the end that we first saw: so the end is asked for once more after it was reached, and
 * nothing that stood then is missed.
 */
export async function readSnapshot(
  config: Config,
  { cluster, registry }: Connection,
  profile: string,
): Promise<Snapshot> {
  // A document that changed its vendor has a tombstone in one partition and a verdict in another:
  // each partition for itself.
  const standing = new Map<string, Verdict>()
  const table = follow({
    cluster,
    registry,
    topic: 'training',
    name: topicName('training', config.topicPrefix),
    log: cluster.log,
    apply: (key, value, { partition }) => {
      if (value === null) standing.delete(`${partition}/${key}`)
      else standing.set(`${partition}/${key}`, value)
    },
  })
  try {
    await Promise.race([table.ready, table.failed])
    await table.caughtUp()
    const latest = new Map<string, Verdict>()
    for (const verdict of standing.values())
      if ((latest.get(verdict.documentId)?.revision ?? 0) < verdict.revision)
        latest.set(verdict.documentId, verdict)
    return snapshotOf(profile, latest.values(), table.position())
  } finally {
    await table.stop()
  }
}
