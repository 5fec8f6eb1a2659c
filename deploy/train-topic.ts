/**
 * Training from the training topic, with gate and publication: a function of the snapshot.
 *
 *   training to its end offsets ─► snapshot ─► split ─► fit ─► candidate and champion judged on the same held-out documents
 *                                                                    └─► decision with evidence ─► models
 *
 * Where a profile ships with a starter model, the generated invoices behind it are part of the training set, and a fixed
 * set of others, never trained on, is part of what both are judged on: so a few verdicts can't make a model forget what it
 * knew. Published once for each fingerprint (snapshot, code, seed, settings): killed anywhere it can be run again, and two
 * trainers at once end with one publication more at most, of the same bytes.
 */

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { openBlobs, type Blobs } from '../connectors/blobs.ts'
import { openModel } from '../connectors/onnx.ts'
import { championOf, modelKey, nextVersion, promotion, withFingerprint, type Catalogue } from '../processors/catalogue.ts'
import { featureVersion } from '../processors/features.ts'
import { follow } from '../processors/runtime/follow.ts'
import { software } from '../processors/runtime/headers.ts'
import { loadProfiles, profileOf, type Profile, type Profiles } from '../schemas/profiles.ts'
import type { Model as Published, Verdict } from '../schemas/types.ts'
import { topicName } from '../topology.ts'
import type { Example, Truth } from '../trainer/dataset.ts'
import { evaluateModel } from '../trainer/evaluate.ts'
import { decide, gateDefaults, type Judged } from '../trainer/gate.ts'
import { printOf, snapshotOf, splitOf, type Snapshot } from '../trainer/snapshot.ts'
import { generatedExamples, starterDocuments, starterSettings } from '../trainer/starter.ts'
import { defaults, fit } from '../trainer/train.ts'
import { connect, type Connection } from './connect.ts'
import { openLog } from './log.ts'
import { publish, readCatalogue } from './models.ts'
import { homeOf } from './stack/stack.ts'

export interface Trained {
  readonly outcome: 'promoted' | 'refused' | 'known' | 'nothing'
  readonly key: string | null // name/version
  readonly reasons: readonly string[]
}

const generatedHeldOut = 60 // documents, of another seed

/** `errata train` without --data: one run, whose outcome is a line on stdout; 0 also where the gate refuses. */
export async function trainCommandFromTopic(config: Config, name: string, seed: number): Promise<number> {
  const connection = await connect(config, openLog(config, 'train'))
  const home = homeOf(config)
  try {
    const say = (line: string): void => void process.stderr.write(`${line}\n`)
    const trained = await trainFromTopic(config, connection, openBlobs(join(home, 'blobs')), loadProfiles(join(home, 'profiles')), name, seed, say)
    process.stdout.write(`${JSON.stringify(trained)}\n`)
    return 0
  } finally {
    await connection.close()
  }
}

export async function trainFromTopic(config: Config, connection: Connection, blobs: Blobs, profiles: Profiles, name: string, seed: number, say: (line: string) => void): Promise<Trained> {
  const profile = profileOf(profiles, name)
  const catalogue = await readCatalogue(config, connection)
  const snapshot = await readSnapshot(config, connection, name)
  if (snapshot.verdicts.length === 0) return { outcome: 'nothing', key: null, reasons: ['there are no verdicts to learn from'] }
  const fingerprint = createHash('sha256').update(JSON.stringify([snapshot.fingerprint, software, featureVersion, seed, defaults, starterSettings, starterDocuments])).digest('hex')
  const known = withFingerprint(catalogue, name, fingerprint)
  if (known !== null) return { outcome: 'known', key: modelKey(known), reasons: [`this snapshot was trained on before: ${known.state}, ${known.reason}`] }

  const { training, heldOut, unseen } = splitOf(snapshot.verdicts)
  say(`${name}: ${snapshot.verdicts.length} verdicts, ${training.length} to train on, ${heldOut.length} held out (${unseen.size} vendors unseen)`)
  const generated = generatedExamples(profile, starterDocuments)
  const settings = { ...(generated.length > 0 ? starterSettings : {}), seed }
  const examples = [...generated, ...training.map((verdict) => exampleOf(verdict, profile))]
  if (examples.length === 0) return { outcome: 'nothing', key: null, reasons: ['every verdict so far is held out'] }
  const fitted = await fit(examples, profile, settings)
  const judges = [...generatedExamples(profile, generatedHeldOut, 'held out'), ...heldOut.map((verdict) => exampleOf(verdict, profile))]
  const vendors = new Set(examples.map((example) => example.vendor))
  const candidate = await judgedBy(fitted.bundle, profile, judges, vendors)
  const champion = championOf(catalogue, name)
  const reigning = champion === null ? null : await judgedBy(await blobs.get(champion.sha256), profile, judges, vendors)
  const decision = decide(reigning?.judged ?? null, candidate.judged, { ...gateDefaults, required: profile.fields.filter((field) => field.required).map((field) => field.name), seed })

  const sha256 = await blobs.put(fitted.bundle)
  const version: Published = {
    name, version: nextVersion(catalogue, name), sha256, bytes: fitted.bundle.length, state: decision.promote ? 'candidate' : 'refused', fingerprint,
    manifest: JSON.stringify({ ...fitted.manifest.trained, features: featureVersion, software, snapshot: snapshot.fingerprint, offsets: snapshot.offsets, verdicts: snapshot.verdicts.length, trainedOn: training.map((verdict) => verdict.documentId), generated: examples.length - training.length, parent: champion === null ? null : modelKey(champion) }),
    evidence: JSON.stringify({ ...decision, candidate: candidate.evaluation, champion: reigning?.evaluation ?? null, outOfFold: fitted.evaluation, corrections: await corrections(snapshot.verdicts, fitted.bundle, profile) }),
    decidedBy: 'gate', decidedAt: Date.now(), reason: decision.reasons.join('; '),
  }
  await publish(config, connection, decision.promote ? promotion(catalogue, version, 'gate', version.decidedAt, version.reason) : [version])
  return { outcome: decision.promote ? 'promoted' : 'refused', key: modelKey(version), reasons: decision.reasons }
}

/** A shipped bundle becomes version 1 of a profile that has none. */
export async function publishStarter(config: Config, connection: Connection, blobs: Blobs, catalogue: Catalogue, name: string, bundle: Buffer): Promise<boolean> {
  if (nextVersion(catalogue, name) > 1) return false
  const { manifest } = await openModel(bundle)
  const sha256 = await blobs.put(bundle)
  const version: Published = {
    name, version: 1, sha256, bytes: bundle.length, state: 'candidate', fingerprint: sha256,
    manifest: JSON.stringify({ ...manifest.trained, features: manifest.features, software, generated: manifest.trained.documents, parent: null }), evidence: '{}',
    decidedBy: 'starter', decidedAt: Date.now(), reason: 'ships with Errata, trained on generated documents only',
  }
  await publish(config, connection, promotion(catalogue, version, 'starter', version.decidedAt, version.reason))
  return true
}

async function readSnapshot(config: Config, { cluster, registry }: Connection, profile: string): Promise<Snapshot> {
  // A document that changed its vendor has a tombstone in one partition and a verdict in another: each partition for itself.
  const standing = new Map<string, Verdict>()
  const table = follow({
    cluster, registry, topic: 'training', name: topicName('training', config.topicPrefix), log: cluster.log,
    apply: (key, value, { partition }) => {
      if (value === null) standing.delete(`${partition}/${key}`)
      else standing.set(`${partition}/${key}`, value)
    },
  })
  try {
    await Promise.race([table.ready, table.failed])
    const latest = new Map<string, Verdict>()
    for (const verdict of standing.values()) if ((latest.get(verdict.documentId)?.revision ?? 0) < verdict.revision) latest.set(verdict.documentId, verdict)
    return snapshotOf(profile, latest.values(), table.position())
  } finally {
    await table.stop()
  }
}

/** A verdict as an example: a field of the profile that it does not name is absent from the document. */
export function exampleOf(verdict: Verdict, profile: Profile): Example {
  const truth = profile.fields.map(({ name }): [string, Truth] => {
    const field = verdict.fields.find((candidate) => candidate.name === name)
    return [name, { value: field?.value ?? null, raw: field?.raw ?? null, words: field?.words ?? [] }]
  })
  return { documentId: verdict.documentId, vendor: verdict.vendor.id, print: printOf(verdict), profile: profile.name, truth: new Map(truth) }
}

async function judgedBy(bundle: Buffer, profile: Profile, judges: readonly Example[], vendors: ReadonlySet<string>): Promise<Awaited<ReturnType<typeof evaluateModel>>> {
  const model = await openModel(bundle)
  try {
    return await evaluateModel(model, profile, judges, vendors)
  } finally {
    await model.dispose()
  }
}

/** Of all fields that a person ever changed: how many the model now reads as the person wanted. */
async function corrections(verdicts: readonly Verdict[], bundle: Buffer, profile: Profile): Promise<{ total: number; right: number }> {
  const changed = verdicts.map((verdict) => ({ verdict, fields: profile.fields.map(({ name }) => name).filter((name) => valueOf(verdict.fields, name) !== valueOf(verdict.predicted, name)) })).filter(({ fields }) => fields.length > 0)
  const { judged } = await judgedBy(bundle, profile, changed.map(({ verdict }) => exampleOf(verdict, profile)), new Set())
  const outcomes = changed.flatMap(({ verdict, fields }) => fields.map((field) => (judged.find((one: Judged) => one.documentId === verdict.documentId) as Judged).fields[field]))
  return { total: outcomes.length, right: outcomes.filter((outcome) => outcome === 'right' || outcome === 'absent').length }
}

function valueOf(fields: Verdict['fields'], name: string): string | null {
  return fields.find((field) => field.name === name)?.value ?? null
}
