/**
 * One document under review: the value of each field and where it comes from. Pure values and
 * functions; the page renders them. See start-session.ts for how a session begins, history.ts for
 * undo, and line-item-rows.ts for whole rows and columns.
 *
 * A field is unsure if a reason, a failed check or a missing value sent the document to review,
 * until a person confirms or changes it. An entry is addressed by its key: the field's name, or
 * `#2.quantity` for a cell of the third row.
 */

import type { Check, Field, FieldEvidence, Origin, Reason } from '../../schemas/types.ts'
import type { FieldType } from '../../schemas/profiles.ts'
import type { AnswerValue, FullTask, Interpretation } from '../../connectors/http/contract/types.ts'

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
  readonly box: readonly number[] // used if there are no words
  readonly origin: Origin | null // null: no value
  readonly originId: string | null
  readonly confidence: number
  readonly state: EntryState
  readonly looked: boolean // confirmed by itself
  readonly reasons: readonly Reason[]
  readonly candidates: readonly Field[] // other values it may have
  readonly problem: string | null
  readonly notice: string | null
  readonly reading: boolean // the server has not read the text yet
}

export interface Session {
  readonly fields: readonly Entry[]
  readonly rows: readonly (readonly Entry[])[]
  readonly selected: string
  readonly declined: readonly string[] // fields whose corrections teach no rule
}

export function find(session: Session, key: string): Entry | null {
  const row = rowOf(key)
  const entries = row === null ? session.fields : session.rows[row]
  return entries?.find((entry) => entry.key === key) ?? null
}

/** The index of the row that a cell's key names; null for the key of a field. */
function rowOf(key: string): number | null {
  const row = /^#(\d+)\./.exec(key)?.[1]
  return row === undefined ? null : Number(row)
}

export function select(session: Session, key: string): Session {
  return find(session, key) === null ? session : { ...session, selected: key }
}

/** The account that the task asks about; such an entry is confirmed by itself only. */
export function isAskedAccount(entry: Entry): boolean {
  return entry.reasons.some(isAccountReason)
}

export function isAccountReason({ code }: Reason): boolean {
  return code === 'account_changed' || code === 'account_first'
}

/** The accounts that people confirmed for the vendor, the newest first. */
export function knownAccounts(entry: Entry): readonly string[] {
  return entry.reasons.find(isAccountReason)?.detail?.split(' ') ?? []
}

export function patch(session: Session, key: string, changes: Partial<Entry>): Session {
  const change = (entry: Entry): Entry => (entry.key === key ? { ...entry, ...changes } : entry)
  // An unchanged row keeps its identity, so the grid doesn't render it again
  const at = rowOf(key)
  if (at !== null)
    return { ...session, rows: session.rows.map((row, i) => (i === at ? row.map(change) : row)) }
  return { ...session, fields: session.fields.map(change) }
}

/** Fills in what the server made of a text or words. */
export function fill(
  session: Session,
  key: string,
  text: string,
  reading: Interpretation,
): Session {
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

/** Sets a text, which counts before the server has read it. */
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

const passedNotice = 'Confirmed faster than it can be read: it teaches nothing.'

/** `by`: whether the person looked at this one, went past it, or confirmed all at once. */
export function confirm(session: Session, key: string, by: 'itself' | 'passing' | 'all'): Session {
  const entry = find(session, key)
  if (entry === null || entry.state === 'edited') return session
  const looked = entry.looked || by === 'itself'
  const own = entry.notice === passedNotice ? null : entry.notice
  const notice = by === 'passing' && !looked ? passedNotice : own
  return patch(session, key, { state: 'confirmed', looked, notice })
}

/** Takes another candidate, as if its words had been clicked. */
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

/** Toggles whether a correction of this field may teach a rule. */
export function decline(session: Session, name: string): Session {
  return {
    ...session,
    declined: session.declined.includes(name)
      ? session.declined.filter((other) => other !== name)
      : [...session.declined, name],
  }
}

/**
 * Applies the checks of the current values: a field that only a check doubted is settled once the
 * check passes, and a sure field becomes unsure if its check fails.
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
    if (settled) return { ...entry, reasons, state: 'sure' }
    const doubted = entry.state === 'sure' && before === 0 && failed.length > 0
    return { ...entry, reasons, state: doubted ? 'unsure' : entry.state }
  })
  return { ...session, fields }
}

/** Whether the value differs from what was read. */
export function isChanged(task: FullTask, entry: Entry): boolean {
  return entry.value !== (task.fields.find((field) => field.name === entry.name)?.value ?? null)
}

/** The next unsure field after `from`, wrapping around once; null if all are settled. */
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
  readonly fields: AnswerValue[]
  readonly lineItems: { readonly cells: AnswerValue[] }[]
} {
  const give = ({ name, value, raw, page, words }: Entry): AnswerValue => ({
    name,
    value,
    raw,
    page,
    words,
  })
  return {
    fields: session.fields
      .filter((entry) => entry.value !== null || isAskedAccount(entry))
      .map(give),
    lineItems: session.rows
      .map((row) => ({ cells: row.filter((entry) => entry.value !== null).map(give) }))
      .filter((row) => row.cells.length > 0),
  }
}

/** How the person came to each field. */
export function evidenceIn({ fields }: Session): Readonly<Record<string, FieldEvidence>> {
  return Object.fromEntries(fields.map((entry) => [entry.name, evidenceFor(entry)]))
}

function evidenceFor({ state, looked }: Entry): FieldEvidence {
  if (state === 'edited') return 'typed'
  return state === 'confirmed' && looked ? 'looked' : 'passed'
}

/** The row with the keys of its new index. */
export function renumber(row: readonly Entry[], index: number): readonly Entry[] {
  return row[0]?.key === `#${index}.${row[0]?.name}`
    ? row
    : row.map((entry) => ({ ...entry, key: `#${index}.${entry.name}` }))
}

export function failedChecks(checks: readonly Check[], field: string): Reason[] {
  return checks
    .filter((check) => check.outcome === 'failed' && check.fields.includes(field))
    .map((check) => ({ code: 'check_failed', field, detail: check.name }))
}

export function dedupe(reasons: readonly Reason[]): Reason[] {
  return reasons.filter(
    (reason, index) =>
      reasons.findIndex((other) => other.code === reason.code && other.detail === reason.detail) ===
      index,
  )
}
