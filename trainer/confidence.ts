/**
 * Turns held-out predictions into calibrated confidences and the evidence behind thresholds.
 *
 * Every document is held out twice: once with all documents of its vendor, once by itself.
 * Calibration uses both. Confidences used as evidence come from coefficients fitted without the
 * documents of the same fold. The evidence is the documents held out one by one, with known and new
 * vendors mixed as in the stream, plus those that training never sees (among them every fifth
 * vendor): these do not take part in calibration and show the final model's predictions on unseen
 * documents.
 */

import { ocrAccuracyOf } from '../processors/model/ocr-accuracy.ts'
import { confidenceOf } from '../processors/model/field-predictor.ts'
import type { Guess } from '../processors/model/guess.ts'
import { placeOf, textOf } from '../processors/document/tokens.ts'
import { fitCalibration } from './calibrate.ts'
import type { Truth } from './dataset.ts'
import { judgeField, trueText } from './evaluate.ts'
import type { FieldEvidence, FieldModel, HeldOut } from '../processors/model/manifest.ts'
import type { HeldOutDocument } from './held-out.ts'

type Outcome = ReturnType<typeof judgeField>
type FieldOf = Pick<FieldModel, 'name' | 'type'>

export interface Calibrated {
  readonly coefficients: readonly number[]
  readonly least: number
  readonly evidence: FieldEvidence
  // for each held-out document; null where the truth is unknown
  readonly verdicts: readonly (JudgedGuess | null)[]
}

export interface JudgedGuess {
  readonly outcome: Outcome
  readonly confidence: number
}

// largest confidence up to which generated documents alone may leave a field empty
const mostSilent = 0.25
// judged real values of a field from which generated ones are left out of its calibration
const leastReal = 30

/** `guesses`: for each of `held`, by field. */
export function calibrate(
  field: FieldOf,
  held: readonly HeldOutDocument[],
  guesses: readonly ReadonlyMap<string, Guess>[],
): Calibrated {
  const judged = held.map((one, k) => judgedOf(field, one, guesses[k]?.get(field.name)))
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
  return { coefficients, least, verdicts, evidence: evidenceOf(held, verdicts, least) }
}

function judgedOf(
  field: FieldOf,
  { document: { example, sheet, targets } }: HeldOutDocument,
  guess: Guess | undefined,
): { outcome: Outcome; signals: readonly number[]; ocrAccuracy: number } | null {
  const truth: Truth | undefined = example.truth.get(field.name)
  if (truth === undefined) return null
  const best = guess?.options[0]
  const given =
    best === undefined
      ? null
      : { value: best.value, raw: textOf(sheet.text.tokens, best.first, best.last) }
  return {
    outcome: judgeField(field.type, given, truth, trueText(field.name, sheet, targets)),
    signals: guess?.signals ?? [],
    ocrAccuracy:
      best === undefined
        ? 1
        : ocrAccuracyOf(placeOf(sheet.text.tokens, best.first, best.last).words, example.print),
  }
}

function evidenceOf(
  held: readonly HeldOutDocument[],
  verdicts: readonly (JudgedGuess | null)[],
  least: number,
): FieldEvidence {
  const counted = inEvidence(held).flatMap((k) => givenBy(verdicts[k], least))
  const confidences = (right: boolean): number[] =>
    counted
      .filter(({ outcome }) => (outcome === 'right') === right)
      .map(({ confidence }) => floored(confidence))
      .sort((a, b) => a - b)
  return { right: confidences(true), wrong: confidences(false) }
}

/**
 * The consequence of accepting each real document: see HeldOut. For the stream as it is, or for
 * documents whose vendor was held out whole. Documents without a required value are never accepted.
 */
export function acceptances(
  of: 'stream' | 'strangers',
  held: readonly HeldOutDocument[],
  calibrated: ReadonlyMap<string, Calibrated>,
  required: readonly string[],
): HeldOut[] {
  return (of === 'stream' ? inEvidence(held) : strangersOf(held))
    .flatMap((k): HeldOut[] => {
      const given = [...calibrated].flatMap(([name, { verdicts, least }]) =>
        givenBy(verdicts[k], least).map((verdict) => ({ name, ...verdict })),
      )
      if (
        given.length === 0 ||
        required.some((name) => calibrated.has(name) && !given.some((value) => value.name === name))
      )
        return []
      return [
        [
          floored(Math.min(...given.map(({ confidence }) => confidence))),
          given.length,
          given.filter(({ outcome }) => outcome !== 'right').length,
        ],
      ]
    })
    .sort(([a], [b]) => b - a)
}

/** Real documents that were held out one by one, and those never trained on. */
function inEvidence(held: readonly HeldOutDocument[]): number[] {
  const deal = held.filter((one) => !isApart(one)).at(-1)?.deal
  return held.flatMap((one, k) =>
    (one.deal === deal || isApart(one)) && !isGenerated(one) ? [k] : [],
  )
}

/** Real documents of vendors unseen by the model that read them, from the folds by vendor. */
function strangersOf(held: readonly HeldOutDocument[]): number[] {
  return held.flatMap((one, k) =>
    one.deal === 'by vendor' && one.unseen && !isGenerated(one) ? [k] : [],
  )
}

/** A value is given if its confidence is high enough; otherwise the field is left empty. */
function givenBy(verdict: JudgedGuess | null | undefined, least: number): JudgedGuess[] {
  return !verdict || verdict.confidence < least || verdict.confidence === 0 ? [] : [verdict]
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
    return truths + given.length === 0 ? 0 : (2 * right) / (truths + given.length)
  }
  const steps = Array.from({ length: 11 }, (_, k) => k / 20)
  const best = Math.max(...steps.map(score))
  return steps.find((least) => score(least) >= best - 0.002) ?? 0
}

const isApart = ({ deal }: HeldOutDocument): boolean => deal === 'apart'
const isGenerated = ({ document }: HeldOutDocument): boolean => document.example.generated === true
const dealOf = ({ deal, fold }: HeldOutDocument): string => `${deal}/${fold}`
const floored = (confidence: number): number => Math.floor(confidence * 1e5) / 1e5
const round = (value: number, digits: number): number => Number(value.toFixed(digits))
