/**
 * Evaluates a model on unseen documents: precision, recall and F1 for each field, separately for
 * known and unknown vendors, with a confidence interval that accounts for documents of a vendor
 * resembling each other (bootstrap of whole vendors: Efron and Tibshirani 1993, ch. 8).
 *
 * A value is right if it is the true one by its type's measure, or if it is exactly the run of
 * tokens nearest to the truth: a model that reads the printed text isn't penalised for an
 * annotator's spelling.
 */

import type { FieldType, Profile } from '../schemas/profiles.ts'
import { headsOf, trainableFields, type LoadedModel } from '../processors/model/model.ts'
import { predict } from '../processors/model/field-predictor.ts'
import { modelInputOf, type ModelInput } from '../processors/model/model-input.ts'
import { textOf } from '../processors/document/tokens.ts'
import { calibrationError } from './calibrate.ts'
import type { Example, Truth } from './dataset.ts'
import type { Outcome } from './f1.ts'
import type { DocumentOutcomes } from './gate.ts'
import { isSameValue, lettersAndDigits, targetsOf, type Targets } from './labels.ts'
import { added, figuresOf, tallyOf, type Figures } from './scorecard/tally.ts'
import { interval, type Interval } from './scorecard/interval.ts'

/** One field of one document, judged. */
export interface Verdict {
  readonly field: string
  readonly outcome: Outcome
  readonly confidence: number | null // of the predicted value
}

export interface JudgedDocument {
  readonly documentId: string
  readonly vendor: string
  readonly unseen: boolean
  readonly verdicts: readonly Verdict[]
}

export interface Evaluation {
  readonly documents: number
  readonly unseenDocuments: number // of vendors that were not in training
  readonly all: Figures
  readonly seen: Figures
  readonly unseen: Figures
  // 95 %, of F1, by vendor
  readonly intervals: Readonly<Record<'all' | 'seen' | 'unseen', Interval>>
  readonly fields: Readonly<Record<string, Figures>>
  readonly calibrationError: number
}

/** Runs the model over examples; `known`: the vendors in its training. */
export async function evaluateModel(
  model: LoadedModel,
  profile: Profile,
  examples: readonly Example[],
  known: ReadonlySet<string>,
): Promise<{ evaluation: Evaluation; judged: readonly DocumentOutcomes[] }> {
  const heads = headsOf(trainableFields(profile))
  const documents: JudgedDocument[] = []
  for (const example of examples) {
    const sheet = modelInputOf(example.print)
    const targets = targetsOf(example, sheet, heads)
    const prediction = await predict(example.print, profile, model, sheet)
    documents.push({
      documentId: example.documentId,
      vendor: example.vendor,
      unseen: !known.has(example.vendor),
      verdicts: prediction.fields.flatMap(({ name, best }) => {
        const truth = example.truth.get(name)
        const type = profile.fields.find((field) => field.name === name)?.type as FieldType
        return truth === undefined
          ? []
          : [
              {
                field: name,
                outcome: judgeField(type, best, truth, trueText(name, sheet, targets.spans)),
                confidence: best?.confidence ?? null,
              },
            ]
      }),
    })
  }
  const judged = documents.map(({ documentId, vendor, unseen, verdicts }) => ({
    documentId,
    vendor,
    unseen,
    fields: Object.fromEntries(verdicts.map(({ field, outcome }) => [field, outcome])),
  }))
  return { evaluation: summarise(documents), judged }
}

export function judgeField(
  type: FieldType,
  given: { readonly value: string; readonly raw: string } | null,
  truth: Truth,
  aligned: string | null,
): Outcome {
  if (given === null) return truth.value === null ? 'absent' : 'missing'
  if (truth.value === null) return 'extra'
  if (isSameValue(type, given.value, truth.value)) return 'right'
  const printed = lettersAndDigits(given.raw)
  if (type === 'text' || type === 'id')
    return aligned !== null && printed === lettersAndDigits(aligned) ? 'right' : 'wrong'
  return type === 'date' && truth.raw !== null && printed === lettersAndDigits(truth.raw)
    ? 'right'
    : 'wrong'
}

/** The text of the tokens that a tagged field was aligned with. */
export function trueText(field: string, sheet: ModelInput, spans: Targets['spans']): string | null {
  const place = spans.get(field)
  return place === undefined ? null : textOf(sheet.text.tokens, ...place)
}

/** `newcomers`: documents of vendors that were not in training, if they were judged separately. */
export function summarise(
  documents: readonly JudgedDocument[],
  newcomers: readonly JudgedDocument[] = documents.filter(({ unseen }) => unseen),
  seed = 13,
): Evaluation {
  const verdicts = (from: readonly JudgedDocument[]): Verdict[] =>
    from.flatMap((document) => document.verdicts)
  const every = verdicts(documents)
  const familiar = documents.filter(({ unseen }) => !unseen)
  const names = [...new Set(every.map(({ field }) => field))]
  const judgedValues = every.flatMap(({ outcome, confidence }) =>
    confidence === null ? [] : [{ confidence, right: outcome === 'right' }],
  )
  return {
    documents: documents.length,
    unseenDocuments: newcomers.length,
    all: figures(every),
    seen: figures(verdicts(familiar)),
    unseen: figures(verdicts(newcomers)),
    intervals: {
      all: vendorInterval(documents, seed),
      seen: vendorInterval(familiar, seed),
      unseen: vendorInterval(newcomers, seed),
    },
    fields: Object.fromEntries(
      names.map((name) => [name, figures(every.filter(({ field }) => field === name))]),
    ),
    calibrationError: calibrationError(judgedValues),
  }
}

const figures = (verdicts: readonly Pick<Verdict, 'outcome'>[]): Figures =>
  figuresOf(tallyOf(verdicts.map(({ outcome }) => outcome)))

const resamples = 400

function vendorInterval(documents: readonly JudgedDocument[], seed: number): Interval {
  const byVendor = new Map<string, Verdict[]>()
  for (const { vendor, verdicts } of documents) {
    const known = byVendor.get(vendor)
    if (known === undefined) byVendor.set(vendor, [...verdicts])
    else known.push(...verdicts)
  }
  const tallies = [...byVendor.values()].map((verdicts) =>
    tallyOf(verdicts.map(({ outcome }) => outcome)),
  )
  return interval(tallies, (drawn) => figuresOf(added(drawn)).f1, seed, resamples)
}
