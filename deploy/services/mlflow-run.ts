/** A version as a run: parameters from the manifest, metrics from the evidence. */

import type { Config } from '../../config.ts'
import type { MlflowRun } from '../../connectors/mlflow/mlflow.ts'
import { modelKey } from '../../processors/model/model-registry.ts'
import { evidenceOf, provenanceOf } from '../../processors/model/published-model.ts'
import type { Model } from '../../schemas/types.ts'

export function runOf(model: Model, config: Pick<Config, 'topicPrefix'>): MlflowRun {
  const manifest = provenanceOf(model)
  const plain = Object.entries(manifest)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]) => [name, String(value)] as const)
  const settings = Object.entries(manifest.settings ?? {}).map(
    ([name, value]) => [name, String(value)] as const,
  )
  return {
    name: modelKey(model),
    startedAt: model.decidedAt,
    parameters: Object.fromEntries([...plain, ...settings]),
    metrics: metricsOf(evidenceOf(model)),
    tags: {
      'errata.version': modelKey(model),
      'errata.fingerprint': model.fingerprint,
      sha256: model.sha256,
      'mlflow.source.name': 'errata trainer',
      'mlflow.source.type': 'JOB',
    },
    dataset: {
      name: `${model.name} verdicts`,
      digest: (manifest.snapshot ?? manifest.dataset ?? model.sha256).slice(0, 36),
      source: {
        topic: manifest.topic ?? `${config.topicPrefix}training`,
        offsets: manifest.offsets ?? {},
      },
      profile: {
        verdicts: manifest.verdicts ?? 0,
        documents: manifest.documents ?? 0,
        generated: manifest.generated ?? 0,
      },
    },
  }
}

/** The numbers of an evidence, named by their path: candidate.all.f1, corrections.right. */
function metricsOf(evidence: object, path = ''): Record<string, number> {
  const found: Record<string, number> = {}
  for (const [name, value] of Object.entries(evidence)) {
    const at = path === '' ? name : `${path}.${name}`
    if (typeof value === 'number') found[at.replace(/[^\w.\- /:]/g, '_')] = value
    else if (name === 'comparisons')
      for (const { scope, ...figures } of value as readonly { scope: string }[])
        Object.assign(found, metricsOf(figures, `gate.${scope}`))
    else if (typeof value === 'object' && value !== null && !Array.isArray(value))
      Object.assign(found, metricsOf(value as object, at))
  }
  return found
}
