/**
 * One document under review: what each field says now, how it came to say so, and every step back.
 * Pure values and functions; the page draws them. What is done to whole rows and columns is in
 * line-item-rows.ts.
 *
 * A field is unsure where a reason, a failed check or its absence brought the document here, until
 * a person confirms or changes it. An entry is addressed by its key: the field's name, or
 * `#2.quantity` for a cell of the third row.
 */

import type { Check, Field, LineItem, Origin, Reason } from '../../schemas/types.ts'
import type { FieldType, ProfileField } from '../../schemas/profiles.ts'
import type { FullTask, GivenValue, Reading } from '../shared/api-types.ts'

export type EntryState = 'unsure' | 'sure' | 'confirmed' | 'edited'

export interface Entry {
  readonly key: string
  readonly name: string
  readonly label: string
  readonly type: FieldType
  readonly required: boolean
  readonly value: string | null
  readonly raw: string | null
  readonly page: number | null
  readonly words: readonly number[]
  readonly box: readonly number[] // where words are missing
  readonly origin: Origin | null // null: nothing was found
  readonly originId: string | null
  readonly confidence: number
  readonly state: EntryState
  readonly reasons: readonly Reason[]
  readonly candidates: readonly Field[] // what else it may be
  readonly problem: string | null
  readonly notice: string | null
  readonly reading: boolean // the server has not yet said what the text means
}

export interface Session {
  readonly fields: readonly Entry[]
  readonly rows: readonly (readonly Entry[])[]
  readonly selected: string
  readonly declined: readonly string[] // fields whose correction shall teach no rule
}

export interface History {
  readonly past: readonly Session[]
  readonly present: Session
  readonly future: readonly Session[]
}

// confidence under which a value is shown as unsure where no reason names a field
const doubtBelow = 0.8

export function begin(task: FullTask): History {
  const known = task.truth?.fields ?? task.fields
  const unnamed =
    !task.reasons.some((reason) => reason.field !== null) &&
    !task.reasons.some((reason) => reason.code === 'sample')
  const fields = task.definition.fields.map((definition) => {
    const field = known.find((candidate) => candidate.name === definition.name) ?? null
    const reasons =
      task.second && looksTwice(definition)
        ? [{ code: 'second_look', field: definition.name, detail: null }]
        : [
            ...task.reasons.filter((reason) => reason.field === definition.name),
            ...failedChecks(task.checks, definition.name),
          ]
    const doubtful =
      (task.second && looksTwice(definition) && field?.value != null) ||
      (task.truth === null &&
        (reasons.length > 0 ||
          (definition.required && (field?.value ?? null) === null) ||
          (unnamed && (field?.confidence ?? 1) < doubtBelow)))
    return entryOf(
      definition.name,
      definition,
      field,
      doubtful ? 'unsure' : 'sure',
      dedupe(reasons),
      task.candidates.filter((candidate) => candidate.name === definition.name),
    )
  })
  const rows = (task.truth?.lineItems ?? task.lineItems).map((row, index) =>
    rowOf(task, row, index),
  )
  const selected = (fields.find((entry) => entry.state === 'unsure') ?? fields[0])?.key ?? ''
  return { past: [], present: { fields, rows, selected, declined: [] }, future: [] }
}

export function find(session: Session, key: string): Entry | null {
  return (
    session.fields.find((entry) => entry.key === key) ??
    session.rows.flat().find((entry) => entry.key === key) ??
    null
  )
}

/** A change that can be taken back. */
export function step(history: History, next: Session): History {
  return { past: [...history.past, history.present], present: next, future: [] }
}

/** A change that belongs to the step before, such as moving the selection. */
export function amend(history: History, next: Session): History {
  return { ...history, present: next }
}

export function undo(history: History): History {
  const before = history.past.at(-1)
  return before === undefined
    ? history
    : {
        past: history.past.slice(0, -1),
        present: before,
        future: [history.present, ...history.future],
      }
}

export function redo(history: History): History {
  const [after, ...future] = history.future
  return after === undefined
    ? history
    : { past: [...history.past, history.present], present: after, future }
}

export function select(session: Session, key: string): Session {
  return find(session, key) === null ? session : { ...session, selected: key }
}

export function patch(session: Session, key: string, changes: Partial<Entry>): Session {
  const change = (entry: Entry): Entry => (entry.key === key ? { ...entry, ...changes } : entry)
  // A row that stays as it is stays the same value: the grid then draws it no second time
  if (key.startsWith('#'))
    return {
      ...session,
      rows: session.rows.map((row) =>
        row.some((entry) => entry.key === key) ? row.map(change) : row,
      ),
    }
  return { ...session, fields: session.fields.map(change) }
}

/** What a text or words mean, as the server read them. */
export function fill(session: Session, key: string, text: string, reading: Reading): Session {
  const value = text.trim() === '' ? null : (reading.value ?? text.trim())
  return patch(session, key, {
    value,
    raw: reading.raw,
    page: reading.page,
    words: reading.words,
    box: [],
    origin: 'human',
    originId: null,
    confidence: 1,
    state: 'edited',
    problem: reading.problem,
    notice: reading.notice,
    reading: false,
  })
}

/** A text that counts at once, whatever the server will say it means. */
export function typed(
  session: Session,
  key: string,
  text: string,
  words: readonly number[] = [],
  page: number | null = null,
): Session {
  if (text === '') return absent(session, key)
  return patch(session, key, {
    value: text,
    raw: words.length > 0 ? text : null,
    words,
    box: [],
    page,
    origin: 'human',
    originId: null,
    confidence: 1,
    state: 'edited',
    problem: null,
    notice: null,
    reading: true,
  })
}

export function absent(session: Session, key: string): Session {
  return patch(session, key, {
    value: null,
    raw: null,
    page: null,
    words: [],
    box: [],
    origin: 'human',
    originId: null,
    confidence: 1,
    state: 'edited',
    problem: null,
    notice: null,
    reading: false,
  })
}

export function confirm(session: Session, key: string): Session {
  return find(session, key)?.state === 'edited'
    ? session
    : patch(session, key, { state: 'confirmed' })
}

/** Another value that the document may mean, as if its words had been clicked. */
export function choose(
  session: Session,
  key: string,
  { value, raw, page, box, words }: Field,
): Session {
  return patch(session, key, {
    value,
    raw,
    page,
    box,
    words,
    origin: 'human',
    originId: null,
    confidence: 1,
    state: 'edited',
    problem: null,
    notice: null,
    reading: false,
  })
}

/** Teaches, or teaches no more, what is corrected in a field. */
export function decline(session: Session, name: string): Session {
  return {
    ...session,
    declined: session.declined.includes(name)
      ? session.declined.filter((other) => other !== name)
      : [...session.declined, name],
  }
}

/**
 * What the checks say about the values as they are now: a field that only they doubted is settled
 * where they hold, and the other way round.
 */
export function withChecks(session: Session, checks: readonly Check[]): Session {
  const fields = session.fields.map((entry): Entry => {
    const failed = failedChecks(checks, entry.name)
    const others = entry.reasons.filter((reason) => reason.code !== 'check_failed')
    const before = entry.reasons.length - others.length
    if (failed.length === 0 && before === 0) return entry
    const reasons = dedupe([...others, ...failed])
    const settled =
      entry.state === 'unsure' && before > 0 && reasons.length === 0 && entry.value !== null
    const doubted = entry.state === 'sure' && before === 0 && failed.length > 0
    return { ...entry, reasons, state: settled ? 'sure' : doubted ? 'unsure' : entry.state }
  })
  return { ...session, fields }
}

/** Whether a field says something else than was read. */
export function isChanged(task: FullTask, entry: Entry): boolean {
  return entry.value !== (task.fields.find((field) => field.name === entry.name)?.value ?? null)
}

/** The next unsure field after `from`, going round once; null where all are settled. */
export function nextUnsure(session: Session, from: string): string | null {
  const start = session.fields.findIndex((entry) => entry.key === from) + 1
  const inTurn = [...session.fields.slice(start), ...session.fields.slice(0, start)]
  return inTurn.find((entry) => entry.state === 'unsure')?.key ?? null
}

export function neighbour(session: Session, from: string, by: number): string {
  const all = [...session.fields, ...session.rows.flat()]
  const place = all.findIndex((entry) => entry.key === from)
  return all[Math.min(all.length - 1, Math.max(0, place + by))]?.key ?? from
}

export function openQuestions(session: Session): {
  readonly unsure: number
  readonly problems: number
  readonly reading: boolean
} {
  const all = [...session.fields, ...session.rows.flat()]
  return {
    unsure: all.filter((entry) => entry.state === 'unsure').length,
    problems: all.filter((entry) => entry.problem !== null).length,
    reading: all.some((entry) => entry.reading),
  }
}

export function given(session: Session): {
  readonly fields: GivenValue[]
  readonly lineItems: { readonly cells: GivenValue[] }[]
} {
  const give = ({ name, value, raw, page, words }: Entry): GivenValue => ({
    name,
    value,
    raw,
    page,
    words,
  })
  return {
    fields: session.fields.filter((entry) => entry.value !== null).map(give),
    lineItems: session.rows
      .map((row) => ({ cells: row.filter((entry) => entry.value !== null).map(give) }))
      .filter((row) => row.cells.length > 0),
  }
}

export function rowOf(task: FullTask, row: LineItem, index: number): Entry[] {
  return task.definition.lineItems.map((column) => {
    const cell = row.cells.find((candidate) => candidate.name === column.name) ?? null
    return entryOf(`#${index}.${column.name}`, { ...column, required: false }, cell, 'sure', [])
  })
}

/** Entries whose keys say where the row stands. */
export function renumber(row: readonly Entry[], index: number): readonly Entry[] {
  return row[0]?.key === `#${index}.${row[0]?.name}`
    ? row
    : row.map((entry) => ({ ...entry, key: `#${index}.${entry.name}` }))
}

function entryOf(
  key: string,
  definition: Pick<ProfileField, 'name' | 'label' | 'type' | 'required'>,
  field: Field | null,
  state: EntryState,
  reasons: readonly Reason[],
  candidates: readonly Field[] = [],
): Entry {
  const { name, label, type, required } = definition
  const found = field !== null && field.value !== null
  return {
    key,
    name,
    label: label ?? name,
    type,
    required,
    state,
    reasons,
    candidates,
    problem: null,
    notice: null,
    reading: false,
    value: field?.value ?? null,
    raw: field?.raw ?? null,
    page: field?.page ?? null,
    words: field?.words ?? [],
    box: field?.box ?? [],
    origin: found ? field.origin : null,
    originId: field?.originId ?? null,
    confidence: field?.confidence ?? 0,
  }
}

/** What a second person looks at even where the first was sure: money, and where it goes. */
function looksTwice({ type }: Pick<ProfileField, 'type'>): boolean {
  return type === 'money' || type === 'iban'
}

function failedChecks(checks: readonly Check[], field: string): Reason[] {
  return checks
    .filter((check) => check.outcome === 'failed' && check.fields.includes(field))
    .map((check) => ({ code: 'check_failed', field, detail: check.name }))
}

function dedupe(reasons: readonly Reason[]): Reason[] {
  return reasons.filter(
    (reason, index) =>
      reasons.findIndex((other) => other.code === reason.code && other.detail === reason.detail) ===
      index,
  )
}

/** The server's reading of a text, wherever in the history that text still waits for it. */
export function settle(history: History, key: string, text: string, reading: Reading): History {
  const apply = (session: Session): Session => {
    const entry = find(session, key)
    return entry?.reading === true && entry.value === text
      ? fill(session, key, text, reading)
      : session
  }
  return {
    past: history.past.map(apply),
    present: apply(history.present),
    future: history.future.map(apply),
  }
}
