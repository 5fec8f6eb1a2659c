/**
 * Turns a person's answer into a verdict.
 *
 * A reviewer sends little: names, values, and the words that print them. The verdict is complete:
 * it repeats the task, the prediction and the words, so it serves as a training example and an
 * audit record by itself. The answer is validated against the profile and the document, values are
 * normalised, and the evidence (printed text, page, box) is taken from the words, not from the
 * sender.
 *
 * THE ACCOUNT. An answer without fields is the prediction, but it does not confirm an account that
 * its task asks about: that needs to be named, also where it is right or absent.
 *
 * Whether an answer confirms or corrects follows from its values, not from the sender's label.
 * Truth is not judged: a person may give a value that is nowhere on the document.
 */

import type { Profile, FieldType } from '../../schemas/profiles.ts'
import type {
  Basis,
  Decision,
  Field,
  FieldEvidence,
  LineItem,
  Task,
  Verdict,
} from '../../schemas/types.ts'
import { plainOf } from '../values/identifiers.ts'
import { commonFields } from '../document/common-fields.ts'
import { unpackWords, type Word } from '../document/words.ts'
import { statedField } from '../shared/stated-field.ts'
import {
  decisionBy,
  problemsIn,
  unnamedAccounts,
  type AnswerProblem,
  type Normalise,
} from './verdict-problems.ts'

/** A value given by a person. Absent from the document: value null and raw null. */
export interface GivenValue {
  readonly name: string
  readonly value?: string | null
  readonly raw?: string | null
  readonly page?: number | null
  readonly words?: readonly number[]
}

export interface ReviewAnswer {
  readonly revision: number
  readonly reviewer: string
  readonly decision: Decision
  /** All fields of the document; if omitted, the prediction. */
  readonly fields?: readonly GivenValue[]
  readonly lineItems?: readonly { readonly cells: readonly GivenValue[] }[]
  readonly comment?: string | null
  readonly openedAt?: number | null
  /** Fields whose correction must teach no rule. */
  readonly declined?: readonly string[]
  /** How the reviewer came to the fields. */
  readonly evidence?: Readonly<Record<string, FieldEvidence>>
  /** Warnings that the reviewer let stand: names of failed checks, or `duplicate:ID`. */
  readonly acceptedWarnings?: readonly string[]
}

export interface Judgement {
  readonly task: Task
  readonly profile: Profile
  readonly answer: ReviewAnswer
  readonly basis: 'task' | 'correction'
  readonly now: number // ms since 1970
  readonly normalise: Normalise
  /** Whether another person must check this answer before it is used. Default: never. */
  readonly wantsSecond?: (fields: readonly Field[]) => boolean
}

const longestValue = 2_000 // characters
const longestComment = 2_000 // characters

/** The verdict, or every problem with the answer. */
export function verdictOfAnswer({
  task,
  profile,
  answer,
  basis,
  now,
  normalise,
  wantsSecond = () => false,
}: Judgement): { readonly verdict: Verdict } | { readonly problems: readonly AnswerProblem[] } {
  const reviewer = clean(answer.reviewer)
  const comment =
    answer.comment == null ? null : clean(answer.comment).slice(0, longestComment) || null
  const problems = answer.fields === undefined ? accountsOpen(answer, task) : []
  const read = reader(task, normalise, problems)
  const fields =
    answer.fields === undefined
      ? task.fields.map(confirmed)
      : readFields(answer.fields, profile, task, problems, read)
  const lineItems =
    answer.lineItems === undefined
      ? task.lineItems.map((row) => ({ cells: row.cells.map(confirmed) }))
      : readRows(answer.lineItems, profile, task, problems, read)
  const { fields: predicted, lineItems: predictedLineItems } = task
  const decision =
    answer.decision === 'rejected'
      ? answer.decision
      : decisionBy({ fields, lineItems, predicted, predictedLineItems })
  const { vendor, model, rulesVersion, pages, reasons } = task
  const openedAt = answer.openedAt == null ? null : Math.min(answer.openedAt, now)
  const verdict: Verdict = {
    ...commonFields(task),
    revision: answer.revision,
    reviewer,
    decidedAt: now,
    openedAt,
    decision,
    basis: basisOf(task, basis),
    comment,
    declined: (answer.declined ?? []).filter((name) =>
      profile.fields.some((field) => field.name === name),
    ),
    secondWanted: decision !== 'rejected' && wantsSecond(fields),
    reasons,
    profileFields: profile.fields.map(({ name }) => name),
    evidence: answer.evidence ?? {},
    acceptedWarnings: answer.acceptedWarnings ?? [],
    vendor,
    fields,
    lineItems,
    predicted,
    predictedLineItems,
    model,
    rulesVersion,
    pages,
    words: task.words,
  }
  const isNew = ({ field }: AnswerProblem): boolean =>
    field === null || problems.every((known) => known.field !== field)
  problems.push(...problemsIn(verdict, profile, normalise).filter(isNew))
  return problems.length > 0 ? { problems } : { verdict }
}

/** An answer without fields names no account. */
function accountsOpen({ decision }: ReviewAnswer, { reasons }: Task): AnswerProblem[] {
  return decision === 'rejected' ? [] : unnamedAccounts([], reasons)
}

/** Reads given values from the task's words; unreadable ones become problems. */
function reader(task: Task, normalise: Normalise, problems: AnswerProblem[]): Read {
  const words = unpackWords(task.words)
  return (given, type, place, predicted) => {
    const result = fieldOf(given, { type, words, predicted, normalise })
    if ('field' in result) return result.field
    problems.push({ field: place, reason: result.problem })
    return null
  }
}

type Read = (
  given: GivenValue,
  type: FieldType,
  place: string,
  predicted: Field | undefined,
) => Field | null

function readFields(
  given: readonly GivenValue[],
  profile: Profile,
  task: Task,
  problems: AnswerProblem[],
  read: Read,
): Field[] {
  return given.flatMap((item) => {
    const definition = profile.fields.find((field) => field.name === item.name)
    if (definition === undefined)
      problems.push({ field: item.name, reason: `the profile ${profile.name} has no such field` })
    const field =
      definition === undefined
        ? null
        : read(
            item,
            definition.type,
            item.name,
            task.fields.find((candidate) => candidate.name === item.name),
          )
    return field === null ? [] : [field]
  })
}

function readRows(
  given: readonly { readonly cells: readonly GivenValue[] }[],
  profile: Profile,
  task: Task,
  problems: AnswerProblem[],
  read: Read,
): LineItem[] {
  const rows = given.map((row, index) => ({
    cells: row.cells.flatMap((cell) => {
      const place = `lineItems[${index}].${cell.name}`
      const column = profile.lineItems.find((candidate) => candidate.name === cell.name)
      if (column === undefined)
        problems.push({ field: place, reason: `the profile ${profile.name} has no such column` })
      const field =
        column === undefined
          ? null
          : read(
              cell,
              column.type,
              place,
              task.lineItems[index]?.cells.find((candidate) => candidate.name === cell.name),
            )
      return field === null ? [] : [field]
    }),
  }))
  // an empty row is dropped
  return rows.filter((row) => row.cells.some((cell) => cell.value !== null))
}

interface About {
  readonly type: FieldType
  readonly words: readonly Word[] // of the document
  readonly predicted: Field | undefined
  readonly normalise: Normalise
}

function fieldOf(
  given: GivenValue,
  about: About,
): { readonly field: Field } | { readonly problem: string } {
  const { type, words, predicted, normalise } = about
  const text = clean(textOf(given, words))
  if (text === '') return { field: fieldByHand(given.name, null) }
  if (text.length > longestValue) return { problem: `longer than ${longestValue} characters` }
  const normal = predicted?.value === text ? { value: text } : normalise(type, text)
  if ('problem' in normal) return normal
  const kept = predicted?.value === normal.value ? predicted : undefined
  const indexes = wordsOf(given, kept)
  if (indexes.some((index) => words[index] === undefined))
    return { problem: 'points to a word that the document does not have' }
  if (indexes.length === 0) return { field: withoutWords(given, normal.value, kept) }
  if (kept !== undefined && sameWords(indexes, kept.words)) return { field: confirmed(kept) }
  return { field: onWords(fieldByHand(given.name, normal.value), indexes, about) }
}

const textOf = (given: GivenValue, words: readonly Word[]): string =>
  given.value ?? given.raw ?? (given.words ?? []).map((index) => words[index]?.text ?? '').join(' ')

const wordsOf = (given: GivenValue, kept: Field | undefined): readonly number[] =>
  given.words ?? kept?.words ?? []

/** A value given by a person, without evidence. */
export function fieldByHand(name: string, value: string | null): Field {
  return statedField(name, value, 'human', null)
}

/** A value without words: its text is the printed text unless the person gave another. */
function withoutWords(given: GivenValue, value: string, kept: Field | undefined): Field {
  const field = fieldByHand(given.name, value)
  if (kept === undefined || given.words !== undefined) return field
  return { ...field, raw: kept.raw, page: kept.page, box: kept.box }
}

/** A value with the evidence of its words, on the page of the first. */
function onWords(field: Field, indexes: readonly number[], { type, words }: About): Field {
  const stands = indexes.map((index) => words[index] as Word)
  const page = (stands[0] as Word).page
  const here = stands.filter((word) => word.page === page)
  const raw = printed(stands.map((word) => word.text).join(' '), type, field.value ?? '')
  return { ...field, raw, page, box: unionOf(here), words: [...indexes] }
}

/**
 * Words are chosen whole, although other text may be glued to them: takes the part that is meant.
 */
function printed(words: string, type: FieldType, value: string): string {
  return type === 'text' && words.includes(value) && plainOf(words) !== plainOf(value)
    ? value
    : words
}

function sameWords(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((index, k) => index === b[k])
}

/** A predicted value that a person kept. */
function confirmed(field: Field): Field {
  return { ...field, confidence: 1, origin: 'human', originId: null }
}

/**
 * A sample would have been accepted, so its truth is unbiased. A document with any other reason for
 * review is no sample.
 */
function basisOf(task: Task, basis: 'task' | 'correction'): Basis {
  if (basis === 'correction') return 'correction'
  return task.reasons.length > 0 && task.reasons.every((reason) => reason.code === 'sample')
    ? 'sample'
    : 'review'
}

function unionOf(words: readonly Word[]): number[] {
  const side = (i: 0 | 1 | 2 | 3, choose: (...values: number[]) => number) =>
    choose(...words.map((word) => word.box[i]))
  return [side(0, Math.min), side(1, Math.min), side(2, Math.max), side(3, Math.max)]
}

/**
 * NFC, white space collapsed to single spaces, without control and bidirectional formatting
 * characters.
 */
export function clean(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim()
}
