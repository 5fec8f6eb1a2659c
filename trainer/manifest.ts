/** The manifest of a trained model: everything but the weights of its features. */

import { featureVersion } from '../processors/model/features.ts'
import {
  modelFormat,
  type FieldModel,
  type Heads,
  type Lexicon,
  type Manifest,
} from '../processors/model/manifest.ts'
import type { Profile } from '../schemas/profiles.ts'
import { acceptances } from './acceptances.ts'
import type { Calibrated } from './confidence.ts'
import type { Tagger } from './crf.ts'
import type { LaidDown } from './documents.ts'
import type { HeldOutDocument, TrainingDocument } from './held-out.ts'
import { relearnedFrom } from './relearned.ts'
import type { FittedReranker } from './reranker.ts'
import type { TrainingSettings } from './settings.ts'

/** Results of training, by field where each has its own. */
export interface Learned {
  readonly tagger: Tagger
  readonly rerankers: ReadonlyMap<string, FittedReranker>
  readonly lexicons: ReadonlyMap<string, Lexicon>
  readonly calibrated: ReadonlyMap<string, Calibrated>
  readonly heard: readonly HeldOutDocument[] // in the order of the verdicts of `calibrated`
}

export function manifestOf(
  profile: Profile,
  fields: readonly Pick<FieldModel, 'name' | 'type'>[],
  heads: Heads,
  learned: Learned,
  trained: Manifest['trained'],
): Manifest {
  const { tagger, calibrated, heard } = learned
  const relearned = relearnedFrom(heard, calibrated)
  return {
    format: modelFormat,
    profile: profile.name,
    features: featureVersion,
    fields: fields.map((field) => fieldModel(field, heads, learned)),
    transitions: [...tagger.transitions].map((weight) =>
      Number.isFinite(weight) ? round(weight, 5) : null,
    ),
    rows: tagger.features.length,
    given: profile.fields.map(({ name }) => name),
    strata: acceptances(profile, { held: heard, calibrated, relearned }),
    relearned: relearned.pairs,
    trained,
  }
}

/** The training data. */
export function trainedOn(
  documents: readonly TrainingDocument[],
  { vendorKeys, dataset }: LaidDown['identity'],
  settings: TrainingSettings,
): Manifest['trained'] {
  const { seed, deals, ...numbers } = settings
  return {
    documents: documents.length,
    vendors: new Set(documents.map(({ vendor }) => vendor)).size,
    vendorKeys,
    seed,
    dataset,
    settings: { ...numbers, deals: deals.length },
  }
}

function fieldModel(
  field: { readonly name: string; readonly type: FieldModel['type'] },
  heads: Heads,
  { tagger, rerankers, lexicons, calibrated }: Learned,
): FieldModel {
  const reranker = rerankers.get(field.name)
  const { coefficients, least } = calibrated.get(field.name) as Calibrated
  const pointer = heads.pointers.findIndex((head) => head.field === field.name)
  return {
    name: field.name,
    type: field.type,
    absent: pointer < 0 ? 0 : round(tagger.absent[pointer] as number, 5),
    reranker:
      reranker === undefined
        ? null
        : {
            score: round(reranker.score, 5),
            weights: [...reranker.weights]
              .sort(([a], [b]) => a - b)
              .map(([feature, weight]) => [feature, round(weight, 4)] as const),
          },
    lexicon: lexicons.get(field.name) ?? null,
    calibration: coefficients,
    least,
  }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))
