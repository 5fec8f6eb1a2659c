/** The stages with what each of them uses: the only place where pure processors meet the world. */

import { join } from 'node:path'
import { openDocumentReader } from '../../connectors/reader/reader.ts'
import { candidateOf, type ModelRegistry } from '../../processors/model/model-registry.ts'
import type { ExtractUse } from '../../processors/extract.ts'
import { metricsOf } from '../../runtime/metrics.ts'
import { namesOf } from '../../runtime/names.ts'
import { runStage } from '../../runtime/run-stage.ts'
import type { Model } from '../../schemas/types.ts'
import { stages } from '../../topology.ts'
import { followClaims } from './follow-claims.ts'
import { followModels, type ModelsInUse } from './follow-models.ts'
import { ocrFolderOf } from '../../operations/ocr-models.ts'
import { followRules } from './follow-rules.ts'
import type { ServiceContext, Part } from './service.ts'

export async function startOcr(context: ServiceContext): Promise<Part> {
  const { config, home, blobs, profiles } = context
  const reader = await openDocumentReader(config, {
    cacheFolder: join(home, 'cache'),
    modelFolder: ocrFolderOf(config),
  })
  const use = { read: reader.read, blobs, profiles, limits: { maxBytes: config.maxBytes } }
  const running = await runStage({ ...common(context, 'ocr'), stage: stages.ocr, use: () => use })
  return {
    ...running,
    async stop() {
      try {
        await running.stop()
      } finally {
        await reader.close()
      }
    },
  }
}

export async function startExtract(context: ServiceContext): Promise<Part> {
  return startReading(context, 'extract', followModels(context))
}

/**
 * Watches a candidate: the version that ERRATA_SHADOW_MODEL names, or the newest after the
 * champion.
 */
export async function startShadow(context: ServiceContext): Promise<Part> {
  const { shadowModel } = context.config
  const wanted = (catalogue: ModelRegistry, profile: string): readonly Model[] => {
    const model =
      shadowModel === null
        ? candidateOf(catalogue, profile)
        : catalogue.versions.get(shadowModel)?.model
    return model?.name === profile ? [model] : []
  }
  return startReading(context, 'shadow', followModels(context, wanted))
}

async function startReading(
  context: ServiceContext,
  name: 'extract' | 'shadow',
  models: ModelsInUse,
): Promise<Part> {
  const { config, profiles } = context
  const metrics = metricsOf(name)
  const rules = followRules(context, (ms) => metrics.ruleActive(ms))
  const known = followClaims(context)
  const followsReady = Promise.all([models.ready, rules.ready, known.ready])
  followsReady.catch(() => {}) // the stage waits for it and says so
  const use = (): ExtractUse => ({
    profiles,
    readerOf: models.readerOf,
    rulesOf: rules.rulesOf,
    rulesVersion: rules.version(),
    now: Date.now(),
    sampleShare: config.sampleShare,
    known,
  })
  const running =
    name === 'extract'
      ? await runStage({ ...common(context, name), stage: stages.extract, use, followsReady })
      : await runStage({ ...common(context, name), stage: stages.shadow, use, followsReady })
  return {
    ready: () => running.ready() && models.complete(),
    notes: models.notes,
    failed: Promise.race([running.failed, models.failed, rules.failed, known.failed]),
    async stop() {
      await running.stop()
      await Promise.all([models.stop(), rules.stop(), known.stop()])
    },
  }
}

export async function startLearn(context: ServiceContext): Promise<Part> {
  return runStage({
    ...common(context, 'learn'),
    stage: stages.learn,
    use: () => ({ profiles: context.profiles }),
  })
}

export async function startTeach(context: ServiceContext): Promise<Part> {
  return runStage({
    ...common(context, 'teach'),
    stage: stages.teach,
    use: () => ({ profiles: context.profiles }),
  })
}

function common<N extends keyof typeof stages>(
  { config, connection, log }: ServiceContext,
  name: N,
) {
  return {
    name,
    names: namesOf(name, config.topicPrefix),
    cluster: connection.cluster,
    registry: connection.registry,
    config,
    log,
  }
}
