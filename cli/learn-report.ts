/**
 * What `errata learn` prints: a line for each document, figures for each hundred of them, and the
 * summary.
 */

import type { LearningCurve } from '../trainer/curve.ts'
import type { Arm, Step } from '../trainer/progressive-validation.ts'

/** Figures over some documents; shares from 0 to 1, null where there is nothing to count. */
export interface LearnFigures {
  readonly documents: number
  readonly edits: number
  readonly touched: number
  readonly accepted: number
  readonly acceptedValues: number
  readonly wrongAccepted: number
  readonly repeated: number
  readonly recurred: number
}

export function learnFigures(steps: readonly Step[]): LearnFigures {
  const accepted = steps.filter(({ route }) => route === 'accepted')
  const sum = (from: readonly Step[], of: (step: Step) => number): number =>
    from.reduce((total, step) => total + of(step), 0)
  return {
    documents: steps.length,
    edits: sum(steps, ({ edits }) => edits.length),
    touched: steps.length - accepted.length,
    accepted: accepted.length,
    acceptedValues: sum(accepted, ({ counted }) => counted.length),
    wrongAccepted: sum(accepted, ({ wrong }) => wrong.length),
    repeated: sum(accepted, ({ repeated }) => repeated.length),
    recurred: sum(accepted, ({ recurred }) => recurred.length),
  }
}

/** The summary of --jsonl: its names are a contract. */
export function learnSummary(steps: readonly Step[]): Readonly<Record<string, number>> {
  const figures = learnFigures(steps)
  return {
    documents: figures.documents,
    edits_per_100: round((100 * figures.edits) / figures.documents, 2),
    documents_touched_per_100: round((100 * figures.touched) / figures.documents, 2),
    accepted_share: round(figures.accepted / figures.documents, 4),
    wrong_accepted_share: round(figures.wrongAccepted / Math.max(1, figures.acceptedValues), 5),
    repeated_mistakes_accepted: figures.repeated,
  }
}

export function learnLine(step: Step, arm: Arm | null): unknown {
  return {
    id: step.id,
    ...(arm === null ? {} : { arm }),
    vendor: step.vendor,
    model: step.model,
    fields: Object.fromEntries(
      step.fields.map(({ name, value, raw, confidence, origin, originId }) => [
        name,
        {
          value,
          raw,
          confidence: round(confidence, 5),
          origin,
          ...(origin === 'rule' ? { rule: originId } : {}),
        },
      ]),
    ),
    route: step.route,
    reasons: step.reasons,
    sampled: step.sampled,
    edits: step.edits,
    wrong: step.wrong,
    repeated: step.repeated,
    recurred: step.recurred,
  }
}

const hundred = 100 // documents of a row of the table

/** A table for each arm: a row for each hundred documents, and all. */
export function tableOf(runs: ReadonlyMap<Arm, readonly Step[]>): string {
  return [...runs]
    .map(([arm, steps]) => {
      const parts = Array.from({ length: Math.ceil(steps.length / hundred) }, (_, k) =>
        steps.slice(hundred * k, hundred * (k + 1)),
      )
      const rows = parts.map((part, k) =>
        rowOf(`${hundred * k + 1}–${hundred * k + part.length}`, part),
      )
      return [`${arm}\n`, header, ...rows, rowOf('all', steps), '\n'].join('')
    })
    .join('')
}

const columns = [
  'documents',
  'edits/100',
  'touched/100',
  'accepted',
  'wrong accepted',
  'repeated',
  'recurred',
] as const
const header = `  ${columns.map((name) => name.padStart(15)).join('')}\n`

function rowOf(name: string, steps: readonly Step[]): string {
  const { documents, edits, touched, accepted, acceptedValues, wrongAccepted, repeated, recurred } =
    learnFigures(steps)
  const per = (count: number): string => ((100 * count) / documents).toFixed(1)
  const cells = [
    name,
    per(edits),
    per(touched),
    `${per(accepted)} %`,
    `${wrongAccepted}/${acceptedValues} ${acceptedValues === 0 ? '' : `${((100 * wrongAccepted) / acceptedValues).toFixed(2)} %`}`,
    String(repeated),
    String(recurred),
  ]
  return `  ${cells.map((cell) => cell.padStart(15)).join('')}\n`
}

/** The learning curve in words. */
export function curveOf({ heldOut, measured, expected }: LearningCurve): string {
  const line = ({ documents, f1 }: LearningCurve['measured'][number], how: string): string =>
    `  ${String(documents).padStart(6)} documents  F1 ${(100 * f1).toFixed(1).padStart(5)}  ${how}\n`
  const now = measured.at(-1)
  const [twice] = expected
  const advice =
    now === undefined || twice === undefined
      ? '  more documents did not help: look at what they say that contradicts itself\n'
      : `  ${twice.documents - now.documents} more documents would take away about ${(100 * (twice.f1 - now.f1)).toFixed(1)} of the ${(100 * (1 - now.f1)).toFixed(1)} points of error\n`
  return [
    `learning curve, on ${heldOut} documents of vendors not trained on\n`,
    ...measured.map((point) => line(point, '')),
    ...expected.map((point) => line(point, 'expected')),
    advice,
  ].join('')
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
