/**
 * Drafts: unfinished answers to documents that were left, because the reviewer postponed them,
 * someone took them over, a login expired, or the answer could not be saved. A draft stays in this
 * tab and is restored when its document is opened again: with its whole undo history, or as a
 * single step if the page was reloaded since. A draft for another reading of the document or an
 * earlier revision is dropped, since its word indexes no longer apply.
 */

import type { FullTask } from '../../connectors/http/contract/types.ts'
import { step, type History } from './history.ts'
import { startHistory } from './start-session.ts'
import * as sessions from './session.ts'

interface AnswerDraft {
  readonly documentId: string
  readonly version: string
  readonly revision: number
  readonly session: sessions.Session
}

const storageKey = 'errata.kept'
const most = 20 // documents
const whole = new Map<string, History>() // whole histories, until the page is reloaded

export function saveDraft(task: FullTask, history: History): void {
  if (history.past.length === 0) return discardDraft(task)
  whole.delete(keyOf(task)) // moves it to the end
  whole.set(keyOf(task), history)
  for (const oldest of whole.keys()) if (whole.size > most) whole.delete(oldest)
  save(
    [
      ...others(task),
      {
        documentId: task.documentId,
        version: task.version,
        revision: task.nextRevision,
        session: settled(history.present),
      },
    ].slice(-most),
  )
}

/** The draft of a document if there is one, else a fresh session. */
export function restoreDraft(task: FullTask): History {
  const left = whole.get(keyOf(task))
  if (left !== undefined)
    return {
      past: left.past.map(settled),
      present: settled(left.present),
      future: left.future.map(settled),
    }
  const fresh = startHistory(task)
  const kept = load().find(
    (one) =>
      one.documentId === task.documentId &&
      one.version === task.version &&
      one.revision === task.nextRevision,
  )
  return kept === undefined ? fresh : step(fresh, kept.session)
}

export function discardDraft(task: FullTask): void {
  whole.delete(keyOf(task))
  const rest = others(task)
  if (rest.length < load().length) save(rest)
}

/**
 * Drops the marks of texts being read: nobody waits for those responses any more, and the server
 * reads the texts again with the answer.
 */
function settled(session: sessions.Session): sessions.Session {
  const settle = (entry: sessions.Entry): sessions.Entry =>
    entry.reading ? { ...entry, reading: false } : entry
  return {
    ...session,
    fields: session.fields.map(settle),
    rows: session.rows.map((row) => row.map(settle)),
  }
}

function keyOf({ documentId, version, nextRevision }: FullTask): string {
  return JSON.stringify([documentId, version, nextRevision])
}

function others({ documentId }: Pick<FullTask, 'documentId'>): AnswerDraft[] {
  return load().filter((one) => one.documentId !== documentId)
}

function load(): AnswerDraft[] {
  try {
    const list: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? '[]')
    return Array.isArray(list) ? (list as AnswerDraft[]) : []
  } catch {
    return []
  }
}

/** Leaves out the oldest drafts if session storage is full. */
function save(list: readonly AnswerDraft[]): void {
  for (let from = 0; from <= list.length; from++) {
    try {
      return sessionStorage.setItem(storageKey, JSON.stringify(list.slice(from)))
    } catch {
      // full: try without the oldest
    }
  }
}
