/**
 * A reviewer who knows the truth: what a person would do with a reading who sees the page and
 * clicks words.
 *
 * Truth files hold what an annotator typed, which often is not what is printed. A person who clicks
 * chooses printed words, so a text is answered by the run of tokens nearest to the truth (edit
 * distance over letters and digits, at most 30 % of its length; the first on a tie), and a reading
 * that names those words is right and left alone. Dates, amounts and codes are compared by value.
 * What isn't printed near enough is typed as the truth has it. A field whose truth is unknown is
 * left as it was read. Rows of the table are left alone too.
 */

import { locate, normaliserOf } from '../processors/review/interpret-input.ts'
import { documentContext } from '../processors/values/normalise.ts'
import { textOf, tokensOf } from '../processors/document/tokens.ts'
import type { GivenValue } from '../processors/review/verdicts.ts'
import type { FieldType, Profile, ProfileField } from '../schemas/profiles.ts'
import type { Field } from '../schemas/types.ts'
import type { Example, Truth } from './dataset.ts'
import { judgeField } from './evaluate.ts'
import { lettersAndDigits, nearestRun } from './labels.ts'

/** What the person says about one field. */
export interface Remark {
  readonly field: string
  readonly outcome: 'right' | 'wrong' | 'unknown' // unknown: the truth doesn't say
  readonly counts: boolean // there is a value, read or true
  // the field as it should be; null: the document does not have it
  readonly given: GivenValue | null
}

const farthest = 0.3 // of the truth's length

/** One remark for each field of the profile. */
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
