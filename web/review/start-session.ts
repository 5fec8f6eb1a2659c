/**
 * The initial session of a document: the values read, or the latest verdict, and which are unsure.
 */

import type { Field, LineItem, Reason } from '../../schemas/types.ts'
import type { ProfileField } from '../../schemas/profiles.ts'
import type { FullTask } from '../../connectors/http/contract/types.ts'
import type { History } from './history.ts'
import { dedupe, failedChecks, isAccountReason, type Entry, type EntryState } from './session.ts'

// below this confidence a value is unsure if no reason names a field
const doubtBelow = 0.8

/** A history without steps; the first unsure field is selected. */
export function startHistory(task: FullTask): History {
  const known = task.truth?.fields ?? task.fields
  const fields = task.definition.fields.map((definition) =>
    startEntry(
      task,
      definition,
      known.find((candidate) => candidate.name === definition.name) ?? null,
    ),
  )
  const rows = (task.truth?.lineItems ?? task.lineItems).map((row, index) =>
    rowEntries(task, row, index),
  )
  const selected = (fields.find((entry) => entry.state === 'unsure') ?? fields[0])?.key ?? ''
  return { past: [], present: { fields, rows, selected, declined: [] }, future: [] }
}

function startEntry(task: FullTask, definition: ProfileField, field: Field | null): Entry {
  const { name } = definition
  const own = task.reasons.filter((reason) => reason.field === name)
  const isSecondLook = task.second && looksTwice(definition)
  const reasons = isSecondLook
    ? [{ code: 'second_look', field: name, detail: null }, ...own.filter(isAccountReason)]
    : [...own, ...failedChecks(task.checks, name)]
  const isUnsure =
    (isSecondLook && field?.value != null) ||
    (task.truth === null && (reasons.length > 0 || isDoubtful(task, definition, field)))
  return entryOf(
    name,
    definition,
    field,
    isUnsure ? 'unsure' : 'sure',
    dedupe(reasons),
    task.candidates.filter((candidate) => candidate.name === name),
  )
}

/** Whether a field needs a look although no reason names it. */
function isDoubtful(task: FullTask, { required }: ProfileField, field: Field | null): boolean {
  if (required && (field?.value ?? null) === null) return true
  return !explainsItself(task) && (field?.confidence ?? 1) < doubtBelow
}

/** Whether the reasons say where to look: one names a field, or the document is a random sample. */
function explainsItself({ reasons }: FullTask): boolean {
  return reasons.some((reason) => reason.field !== null || reason.code === 'sample')
}

export function rowEntries(task: FullTask, row: LineItem, index: number): Entry[] {
  return task.definition.lineItems.map((column) => {
    const cell = row.cells.find((candidate) => candidate.name === column.name) ?? null
    return entryOf(`#${index}.${column.name}`, { ...column, required: false }, cell, 'sure', [])
  })
}

const nothing = {
  value: null,
  raw: null,
  page: null,
  words: [],
  box: [],
  origin: null,
  originId: null,
  confidence: 0,
} satisfies Partial<Entry>

function entryOf(
  key: string,
  definition: Pick<ProfileField, 'name' | 'label' | 'type' | 'required'>,
  field: Field | null,
  state: EntryState,
  reasons: readonly Reason[],
  candidates: readonly Field[] = [],
): Entry {
  const { name, label, type, required } = definition
  const { value, raw, page, words, box, origin, originId, confidence } = field ?? nothing
  return {
    key,
    name,
    label: label ?? name,
    type,
    required,
    state,
    looked: false,
    reasons,
    candidates,
    problem: null,
    notice: null,
    reading: false,
    value,
    raw,
    page,
    words,
    box,
    origin: value === null ? null : origin,
    originId,
    confidence,
  }
}

/** What a second reviewer checks even if the first was sure: amounts and bank accounts. */
function looksTwice({ type }: Pick<ProfileField, 'type'>): boolean {
  return type === 'money' || type === 'iban'
}
