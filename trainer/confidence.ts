/**
 * Turns held-out predictions into calibrated confidences and the evidence behind thresholds.
 *
 * Every document is held out twice: once with all documents of its vendor, once by itself.
 * Calibration uses both. Confidences used as evidence come from coefficients fitted without the
 * documents of the same fold. The evidence of a field is the documents held out one by one, plus
 * those that training never sees (among them every fifth vendor): these do not take part in
 * calibration and show the final model's predictions on unseen documents. acceptances.ts makes
 * evidence about whole documents of it.
 */

import { ocrAccuracyOf } from '../processors/model/ocr-accuracy.ts'
import { confidenceOf } from '../processors/model/field-predictor.ts'
import type { Guess } from '../processors/model/guess.ts'
import { placeOf, textOf } from '../processors/document/tokens.ts'
import { fitCalibration } from './calibrate.ts'
import type { Truth } from './dataset.ts'
import { judgeField, trueText } from './evaluate.ts'
import type { FieldModel } from '../processors/model/manifest.ts'
import { isApart, isGenerated, type JudgedGuess } from './held-out-readings.ts'
import type { HeldOutDocument, OpenDocument } from './held-out.ts'

export interface Calibrated {
  readonly coefficients: readonly number[]
  readonly least: number
  // for each held-out document; null where the truth is unknown
  readonly verdicts: readonly (JudgedGuess | null)[]
}

// largest confidence up to which generated documents alone may leave a field empty
const mostSilent = 0.25
// judged real values of a field from which generated ones are left out of its calibration
const leastReal = 30

/** `judged`: the model's value of each of `held`, before calibration; null: the truth is unknown. */
export function calibrate(
  held: readonly HeldOutDocument[],
  judged: readonly (UncalibratedGuess | null)[],
): Calibrated {
  // Generated documents are used for calibration only while there are hardly any real ones
  const real =
    judged.filter(
      (one, k) =>
        one !== null &&
        !isApart(held[k] as HeldOutDocument) &&
        !isGenerated(held[k] as HeldOutDocument),
    ).length >= leastReal
  const teaching = judged.flatMap((one, k) =>
    one === null ||
    one.signals.length === 0 ||
    isApart(held[k] as HeldOutDocument) ||
    (real && isGenerated(held[k] as HeldOutDocument))
      ? []
      : [
          {
            at: held[k] as HeldOutDocument,
            signals: one.signals,
            ocrAccuracy: one.ocrAccuracy,
            right: one.outcome === 'right',
          },
        ],
  )
  const coefficients = fitCalibration(teaching).map((weight) => round(weight, 5))
  const members = new Map<string, Set<HeldOutDocument['document']>>()
  for (const one of held)
    members.set(dealOf(one), (members.get(dealOf(one)) ?? new Set()).add(one.document))
  const without = new Map(
    [...members].map(([deal, documents]) => [
      deal,
      fitCalibration(teaching.filter(({ at }) => !documents.has(at.document))),
    ]),
  )
  const verdicts = judged.map((one, k): JudgedGuess | null =>
    one === null
      ? null
      : {
          value: one.value,
          isAbsent: one.isAbsent,
          outcome: one.outcome,
          confidence:
            one.signals.length === 0
              ? 0
              : one.ocrAccuracy *
                confidenceOf(
                  one.signals,
                  without.get(dealOf(held[k] as HeldOutDocument)) as number[],
                ),
        },
  )
  const found = leastConfidence(
    verdicts.filter(
      (verdict, k): verdict is JudgedGuess =>
        verdict !== null &&
        !isApart(held[k] as HeldOutDocument) &&
        !(real && isGenerated(held[k] as HeldOutDocument)),
    ),
  )
  const least = real ? found : Math.min(found, mostSilent)
  return { coefficients, least, verdicts }
}

/** A model's value of a field, judged, and what its confidence follows from. */
export interface UncalibratedGuess extends Omit<JudgedGuess, 'confidence'> {
  readonly signals: readonly number[]
  readonly ocrAccuracy: number
}

/** Null where the truth is unknown. */
export function judgedGuess(
  field: Pick<FieldModel, 'name' | 'type'>,
  { example, sheet, spans }: OpenDocument,
  guess: Guess | undefined,
): UncalibratedGuess | null {
  const truth: Truth | undefined = example.truth.get(field.name)
  if (truth === undefined) return null
  const best = guess?.options[0]
  const given =
    best === undefined
      ? null
      : { value: best.value, raw: textOf(sheet.text.tokens, best.first, best.last) }
  return {
    value: given?.value ?? null,
    isAbsent: truth.value === null,
    outcome: judgeField(field.type, given, truth, trueText(field.name, sheet, spans)),
    signals: guess?.signals ?? [],
    ocrAccuracy:
      best === undefined
        ? 1
        : ocrAccuracyOf(placeOf(sheet.text.tokens, best.first, best.last).words, example.print),
  }
}

/** The lowest confidence, in steps of 5 %, below which leaving a field empty gains F1. */
function leastConfidence(verdicts: readonly JudgedGuess[]): number {
  const truths = verdicts.filter(
    ({ outcome }) => outcome === 'right' || outcome === 'wrong' || outcome === 'missing',
  ).length
  const score = (least: number): number => {
    const given = verdicts.filter(
      ({ outcome, confidence }) =>
        confidence >= least && outcome !== 'missing' && outcome !== 'absent',
    )
    const right = given.filter(({ outcome }) => outcome === 'right').length
    // of a field that no document has, every value is one too many
    if (truths === 0) return given.length === 0 ? 1 : 0
    return (2 * right) / (truths + given.length)
  }
  const steps = Array.from({ length: 11 }, (_, k) => k / 20)
  const best = Math.max(...steps.map(score))
  return steps.find((least) => score(least) >= best - 0.002) ?? 0
}

const dealOf = ({ deal, fold }: HeldOutDocument): string => `${deal}/${fold}`
const round = (value: number, digits: number): number => Number(value.toFixed(digits))
