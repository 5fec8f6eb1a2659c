/**
 * The models topic mirrored in MLflow, and the one thing that comes back: where somebody moves the
 * alias `champion` there by hand, that is a request, which the gate judges as it judges a training.
 *
 *   models ─► a run and a registered version for each of ours ─► alias champion on our champion
 *   alias moved by hand ─► bytes of the stated sha256? ─► gate ─► promoted here, or the alias goes back with the reasons as tags
 *
 * Whether an alias was moved by hand is told by the tag `errata.champion` of the registered model:
 * it holds the version that we pointed to last. Everything is looked up before it is made, so a
 * round that was cut off is completed by the next, and an MLflow that is away for a day is caught
 * up with. Nothing waits for it: not a training, not a decision.
 *
 * The registered model is named errata-<profile>. A version that was registered there by somebody
 * else, with its sha256 as the tag `sha256`, can be asked for in the same way and becomes a version
 * of ours where the gate lets it pass.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../../config.ts'
import { sha256Of, type Blobs } from '../../connectors/blobs/blobs.ts'
import { openMlflow, type Mlflow, type MlflowVersion } from '../../connectors/mlflow/mlflow.ts'
import { openModel, type OpenModel } from '../../connectors/onnx/onnx.ts'
import { codeOf } from '../../errors.ts'
import {
  championOf,
  modelKey,
  nextVersion,
  promotion,
  versionsOf,
  type ModelRegistry,
} from '../../processors/model/model-registry.ts'
import { headsOf } from '../../processors/model/model.ts'
import { provenanceOf } from '../../processors/model/published-model.ts'
import type { Profile } from '../../schemas/profiles.ts'
import type { Model } from '../../schemas/types.ts'
import { judgeBundle } from '../../trainer/candidate.ts'
import type { GateDecision } from '../../trainer/gate.ts'
import { runOf } from './mlflow-run.ts'
import type { ServiceContext } from './service.ts'
import { distrust } from '../../operations/model-signatures.ts'
import { decideOnModels, readCatalogue } from '../../operations/models.ts'
import { judgesOf, judgingOf } from '../../operations/judging.ts'
import { readSnapshot } from '../../operations/read-snapshot.ts'

export interface Mirror {
  stop(): Promise<void>
}

type Use = Pick<ServiceContext, 'config' | 'connection' | 'blobs' | 'profiles' | 'log'>

const alias = 'champion'
const everyMs = 15_000
const longestPauseMs = 300_000 // between tries while MLflow is away

/** Null where no MLflow is named. `known`: the models topic as it stands. */
export function startMirror(use: Use, known: () => ModelRegistry): Mirror | null {
  const { config, log } = use
  if (config.mlflowUrl === null) return null
  const mlflow = openMlflow(config.mlflowUrl)
  const stopped = new AbortController()
  const live = async (): Promise<void> => {
    for (
      let pause = everyMs;
      !stopped.signal.aborted;
      await sleep(pause, undefined, { signal: stopped.signal }).catch(() => {})
    ) {
      try {
        await mirrorOnce(use, mlflow, known())
        pause = everyMs
      } catch (error) {
        log.warn({ error, code: codeOf(error) }, 'MLflow was not brought up to date')
        pause = Math.min(2 * pause, longestPauseMs)
      }
    }
  }
  const life = live()
  return {
    async stop() {
      stopped.abort()
      await life
    },
  }
}

/**
 * One round: everything of ours is there, the alias stands where it should, requests are judged.
 * MLFLOW_UNREACHABLE.
 */
export async function mirrorOnce(
  use: Use,
  mlflow: Mlflow,
  catalogue: ModelRegistry,
): Promise<void> {
  for (const profile of use.profiles.now().values()) {
    const ours = versionsOf(catalogue, profile.name)
      .map(({ model }) => model)
      .reverse()
    if (ours.length === 0) continue
    const name = `errata-${profile.name}`
    const listed = await mlflow.versionsOf(name)
    const there = new Map<string, MlflowVersion>()
    for (const model of ours) {
      const known = listed.find(
        ({ tags }) => tags['errata.version'] === modelKey(model) && tags['sha256'] === model.sha256,
      )
      there.set(
        modelKey(model),
        known ?? (await mirror(mlflow, name, model, use.config, use.blobs)),
      )
      if (known !== undefined && known.tags['errata.state'] !== model.state)
        await mlflow.tagVersion(name, known.version, 'errata.state', model.state)
    }
    await settleAlias(use, mlflow, name, profile, catalogue, there)
  }
}

async function mirror(
  mlflow: Mlflow,
  name: string,
  model: Model,
  config: Config,
  blobs: Blobs,
): Promise<MlflowVersion> {
  const key = modelKey(model)
  const bundle = await blobs.get(model.sha256)
  const opened = await openModel(bundle, model.sha256).catch(() => null) // an older one may not fit today's features
  const outputs = opened === null ? -1 : headsOf(opened.manifest.fields).outputs
  await opened?.dispose()
  const runId =
    (await mlflow.findRun(name, 'errata.version', key)) ??
    (await mlflow.logRun(name, runOf(model, config), bundle, outputs))
  return mlflow.register(name, runId, {
    sha256: model.sha256,
    'errata.version': key,
    'errata.state': model.state,
    'errata.decidedBy': model.decidedBy,
    'errata.reason': model.reason.slice(0, 4_000),
  })
}

async function settleAlias(
  use: Use,
  mlflow: Mlflow,
  name: string,
  profile: Profile,
  catalogue: ModelRegistry,
  there: ReadonlyMap<string, MlflowVersion>,
): Promise<void> {
  const champion = championOf(catalogue, profile.name)
  const ours = champion === null ? null : (there.get(modelKey(champion)) ?? null)
  const stands = await mlflow.aliasOf(name, alias)
  const last = (await mlflow.tagsOfModel(name))['errata.champion'] ?? null
  const point = async (version: string): Promise<void> => {
    if (stands?.version !== version) await mlflow.setAlias(name, alias, version)
    if (last !== version) await mlflow.tagModel(name, 'errata.champion', version)
  }
  const movedByHand = stands !== null && stands.version !== last && stands.version !== ours?.version
  if (!movedByHand) return ours === null ? undefined : point(ours.version)

  const { promote, reasons, key } = await judgeRequest(use, profile, stands, mlflow)
  use.log.info(
    { model: name, version: stands.version, key, promote, reasons },
    'asked for in MLflow',
  )
  await mlflow.tagVersion(
    name,
    stands.version,
    'errata.request',
    `${promote ? 'promoted' : 'refused'}: ${reasons.join('; ')}`,
  )
  if (key !== null && stands.tags['errata.version'] === undefined)
    await mlflow.tagVersion(name, stands.version, 'errata.version', key)
  if (promote) await mlflow.tagModel(name, 'errata.champion', stands.version)
  else if (ours !== null) await point(ours.version)
}

interface Answer extends Pick<GateDecision, 'promote' | 'reasons'> {
  readonly key: string | null // name/version
}

/**
 * The gate's answer, as an event on the models topic where there is a version of ours to speak of.
 */
async function judgeRequest(
  { config, connection, blobs, log }: Use,
  profile: Profile,
  wanted: MlflowVersion,
  mlflow: Mlflow,
): Promise<Answer> {
  const catalogue = await readCatalogue(config, connection)
  const claimed = wanted.tags['errata.version'] ?? null
  const ours = claimed === null ? null : (catalogue.versions.get(claimed)?.model ?? null)
  const refuse = (reason: string): Answer => ({
    promote: false,
    reasons: [reason],
    key: ours === null ? null : modelKey(ours),
  })
  const checked = await checkBytes(wanted, ours, profile, mlflow)
  if ('reason' in checked) return refuse(checked.reason)
  const { bundle } = checked

  const snapshot = await readSnapshot(config, connection, profile.name)
  const judging = await judgingOf(
    config,
    blobs,
    judgesOf(catalogue, profile.name),
    profile,
    snapshot,
    config.seed,
    (line) => log.info({}, line),
  )
  const { trainedOn = [] } = ours === null ? {} : provenanceOf(ours)
  const { decision, evidence } = await judgeBundle(bundle, judging, new Set(trainedOn))
  await blobs.put(bundle)
  const champion = championOf(catalogue, profile.name)
  return decideOnModels(config, connection, (now) => {
    const current = championOf(now, profile.name)
    if (current?.version !== champion?.version)
      return { records: [], result: refuse('another version became the champion meanwhile') }
    const model =
      ours ?? versionAsked(wanted, { ...checked, version: nextVersion(now, profile.name) })
    const asked: Model = { ...model, evidence: JSON.stringify(evidence) }
    // what comes from there is signed by a person who promotes it, or by nobody
    const doubt = distrust(asked, config)
    if (doubt !== null) return { records: [], result: refuse(doubt) }
    const reason = `asked for in MLflow (version ${wanted.version}): ${decision.reasons.join('; ')}`
    const records = decision.promote
      ? promotion(now, asked, 'gate', Date.now(), reason)
      : [{ ...asked, decidedBy: 'gate', decidedAt: Date.now(), reason }]
    return {
      records,
      result: { promote: decision.promote, reasons: decision.reasons, key: modelKey(asked) },
    }
  })
}

/** A model of MLflow whose bytes have been checked. */
interface CheckedModel {
  readonly bundle: Buffer
  readonly sha256: string
  readonly manifest: OpenModel['manifest']
}

/** The bytes of a version, or why they can't be what its tags say. */
async function checkBytes(
  wanted: MlflowVersion,
  ours: Model | null,
  profile: Profile,
  mlflow: Mlflow,
): Promise<CheckedModel | { readonly reason: string }> {
  const sha256 = wanted.tags['sha256']
  if (sha256 === undefined)
    return { reason: 'the version has no tag sha256, so its bytes can not be checked' }
  if (ours !== null && ours.sha256 !== sha256)
    return { reason: `the tag sha256 is not that of ${modelKey(ours)}` }
  const bundle = await mlflow.download(wanted).catch((error: unknown) => {
    if (codeOf(error) === 'MODEL_UNUSABLE') return (error as Error).message
    throw error
  })
  if (typeof bundle === 'string') return { reason: bundle }
  if (sha256Of(bundle) !== sha256)
    return { reason: 'the bytes in MLflow do not have the sha256 of its tag' }
  const manifest = await openModel(bundle, sha256).then(
    async (model) => {
      await model.dispose()
      return model.manifest
    },
    (error: Error) => error.message,
  )
  if (typeof manifest === 'string')
    return { reason: `the bytes are no model that can be used here: ${manifest}` }
  if (manifest.profile !== profile.name) return { reason: `the model reads ${manifest.profile}` }
  return { bundle, sha256, manifest }
}

/** A version of ours for a model that came from MLflow; the gate has yet to decide on it. */
function versionAsked(
  { runId }: MlflowVersion,
  { bundle, sha256, manifest, version }: CheckedModel & { readonly version: number },
): Model {
  return {
    name: manifest.profile,
    version,
    sha256,
    bytes: bundle.length,
    state: 'refused',
    fingerprint: sha256,
    manifest: JSON.stringify({
      ...manifest.trained,
      features: manifest.features,
      from: 'mlflow',
      run: runId,
      parent: null,
    }),
    evidence: '{}',
    decidedBy: 'gate',
    decidedAt: 0,
    reason: '',
    championSince: null,
    signature: null,
  }
}
