/**
 * Simulates a reviewer who sees the page, knows the truth and clicks words.
 *
 * Truth files hold an annotator's typing, which often differs from the printed text. A person who
 * clicks chooses printed words, so the answer for a text is the run of tokens nearest to the truth
 * (edit distance over letters and digits, at most 30 % of its length; the first on a tie), and a
 * reading of exactly those words is left unchanged. Dates, amounts and codes are compared by value.
 * A value that isn't printed near enough is typed as in the truth. A field of unknown truth is left
 * as it was read, and so are line items.
 */

import { locate, normaliserOf } from '../processors/review/interpret-input.ts'
import { documentContext } from '../processors/document/context.ts'
import { textOf, tokensOf } from '../processors/document/tokens.ts'
import type { GivenValue } from '../processors/review/verdicts.ts'
import type { FieldType, Profile, ProfileField } from '../schemas/profiles.ts'
import type { Field } from '../schemas/types.ts'
import type { Example, Truth } from './dataset.ts'
import { judgeField } from './evaluate.ts'
import { lettersAndDigits, nearestRun } from './labels.ts'

/** The person's answer for one field. */
export interface Remark {
  readonly field: string
  readonly outcome: 'right' | 'wrong' | 'unknown' // unknown: no truth about the field
  readonly counts: boolean // there is a predicted or true value
  // the corrected field; null: the document does not have it
  readonly given: GivenValue | null
}

const farthest = 0.3 // of the truth's length

/** One answer for each field of the profile. */
export function remarksOn(fields: readonly Field[], example: Example, profile: Profile): Remark[] {
  return profile.fields.map((definition): Remark => {
    const read =
      fields.find((field) => field.name === definition.name && field.value !== null) ?? null
    const truth = example.truth.get(definition.name)
    const asRead = read === null ? null : { name: read.name, value: read.value }
    if (truth === undefined)
      return { field: definition.name, outcome: 'unknown', counts: false, given: asRead }
    const run = isText(definition.type) && truth.value !== null ? printedRun(truth, example) : null
    const outcome = judgeField(
      definition.type,
      read === null
        ? null
        : { value: read.value as string, raw: read.raw ?? (read.value as string) },
      truth,
      run?.text ?? null,
    )
    const right = outcome === 'right' || outcome === 'absent'
    return {
      field: definition.name,
      outcome: right ? 'right' : 'wrong',
      counts: outcome !== 'absent',
      given: right ? asRead : wanted(definition, truth, run, read, example),
    }
  })
}

interface Run {
  readonly text: string
  readonly words: readonly number[]
}

function printedRun(truth: Truth, { print }: Example): Run | null {
  const { tokens } = tokensOf(print)
  const place = nearestRun(
    tokens,
    tokens.map((token) => lettersAndDigits(token.text)),
    truth.raw ?? (truth.value as string),
    farthest,
  )
  return place === null
    ? null
    : {
        text: textOf(tokens, ...place),
        words: [...new Set(tokens.slice(...place).map((token) => token.word))],
      }
}

function wanted(
  { name, type }: ProfileField,
  truth: Truth,
  run: Run | null,
  read: Field | null,
  { print }: Example,
): GivenValue | null {
  if (truth.value === null) return null
  if (run !== null) return { name, value: run.text, words: run.words }
  const context = documentContext(print)
  const normal = normaliserOf(context)(type, truth.value)
  const value = 'value' in normal ? normal.value : truth.value
  return {
    name,
    value,
    words: isText(type) ? [] : locate(type, value, print.words, context, read?.words ?? []),
  }
}

function isText(type: FieldType): boolean {
  return type === 'text' || type === 'id'
}
