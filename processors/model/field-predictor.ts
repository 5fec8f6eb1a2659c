/**
 * What a model predicts for a document: for each field its best value with evidence and a
 * calibrated confidence, and a few alternatives for the person who may have to decide.
 *
 * Three steps, shared with the trainer so that what is trained is what is served: `sheetOf` (print
 * → tokens, features, candidates), `guess` (scores → options with probabilities) and `confidenceOf`
 * (scores of the heads → a probability that holds on vendors that were not in training).
 *
 * A field whose best confidence is below the model's `least` is left empty: a wrong value costs
 * more than none. The alternatives are still given.
 */

import type { FieldType, Profile } from '../../schemas/profiles.ts'
import { decode, guessesOf, type Guess, type Option } from './guess.ts'
import type { LexiconSets } from './lexicons.ts'
import { lockstep } from './lockstep.ts'
import type { FieldModel } from './manifest.ts'
import { modelInputOf, typesOf, type ModelInput } from './model-input.ts'
import type { LoadedModel, Parts } from './model.ts'
import { ocrAccuracyOf } from './ocr-accuracy.ts'
import { partyFields } from './party-constraint.ts'
import { corrected } from './spelling-correction.ts'
import { placeOf, textOf } from '../document/tokens.ts'
import type { Box, Print, Word } from '../document/words.ts'
import { normaliseValue } from '../values/normalise.ts'

export interface PredictedValue {
  readonly value: string
  readonly raw: string // as printed, in reading order with single spaces
  readonly confidence: number // 0 to 1
  readonly page: number
  readonly box: Box
  readonly words: readonly number[] // indexes into the document's words
}

export interface PredictedField {
  readonly name: string
  readonly best: PredictedValue | null
  readonly alternatives: readonly PredictedValue[]
}

export interface Prediction {
  readonly fields: readonly PredictedField[] // in the profile's order
}

const mostOptions = 4

/**
 * Fields that the model was not trained for stay empty. `sheet`: the document's sheet, if already
 * computed.
 */
export async function predict(
  print: Print,
  profile: Profile,
  model: LoadedModel,
  sheet: ModelInput = modelInputOf(print, typesOf(model.parts)),
): Promise<Prediction> {
  await lockstep
  const scores =
    sheet.text.tokens.length === 0 ? new Float32Array(0) : await model.score(sheet.features)
  const decoded = decode(sheet, scores, model.parts)
  await lockstep
  const guesses = new Map(
    guessesOf(sheet, decoded, model.parts).map((found) => [found.field, found]),
  )
  const trained = new Map(model.manifest.fields.map((field) => [field.name, field]))
  const fields = profile.fields.map(({ name }) => {
    const [found, field] = [guesses.get(name), trained.get(name)]
    return found === undefined || field === undefined
      ? { name, best: null, alternatives: [] }
      : readings(found, field, sheet, print, model.parts)
  })
  return { fields: noSurerThanParties(fields) }
}

/** Whose a tax identifier is can't be surer than who that is. */
export function noSurerThanParties(fields: readonly PredictedField[]): PredictedField[] {
  return fields.map((field) => {
    const [, party] = partyFields.find(([identifier]) => identifier === field.name) ?? []
    const named = fields.find(({ name }) => name === party)?.best ?? null
    return field.best === null || named === null
      ? field
      : {
          ...field,
          best: { ...field.best, confidence: Math.min(field.best.confidence, named.confidence) },
        }
  })
}

/** The logistic of signals and coefficients (Platt 1999). */
export function confidenceOf(signals: readonly number[], coefficients: readonly number[]): number {
  return (
    1 /
    (1 + Math.exp(-signals.reduce((sum, signal, k) => sum + signal * (coefficients[k] ?? 0), 0)))
  )
}

function readings(
  found: Guess,
  field: FieldModel,
  sheet: ModelInput,
  print: Print,
  parts: Parts,
): PredictedField {
  const { name } = field
  const { options } = found
  const first = options[0]
  if (first === undefined) return { name, best: null, alternatives: [] }
  const confidence = confidenceOf(found.signals, field.calibration)
  const others = options.reduce((sum, { probability }, k) => (k === 0 ? 0 : sum + probability), 0)
  const all: PredictedValue[] = []
  for (let k = 0; k < options.length && k < mostOptions; k++) {
    const option = options[k] as Option
    const { value, raw } = spelled(option, field.type, sheet, print.words, parts.lexicons.get(name))
    const { page, box, words } = placeOf(sheet.text.tokens, option.first, option.last)
    // The remaining probability is shared among the alternatives in proportion
    const share =
      k === 0
        ? confidence
        : Math.min(
            confidence,
            (((1 - confidence) * option.probability) / Math.max(1e-9, others)) *
              Math.min(1, first.probability),
          )
    all.push({ value, raw, confidence: share * ocrAccuracyOf(words, print), page, box, words })
  }
  const best = all[0] as PredictedValue
  return best.confidence < field.least
    ? { name, best: null, alternatives: all }
    : { name, best, alternatives: all.slice(1) }
}

function spelled(
  { value, first, last }: Option,
  type: FieldType,
  sheet: ModelInput,
  words: readonly Word[],
  lexicon: LexiconSets | undefined,
): Pick<PredictedValue, 'value' | 'raw'> {
  const raw = textOf(sheet.text.tokens, first, last)
  if (type !== 'text' || lexicon === undefined) return { value, raw }
  const known = textOf(
    corrected(sheet.text.tokens.slice(first, last), words, lexicon),
    0,
    last - first,
  )
  return known === raw
    ? { value, raw }
    : { value: normaliseValue(type, known, sheet.context) ?? value, raw: known }
}
