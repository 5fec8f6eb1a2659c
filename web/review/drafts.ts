/**
 * Answers in the making of documents that were left: postponed, taken over by somebody, or
 * interrupted by a login that had ended, or answered but not saved. They stay in this tab, and are
 * there again when the document is opened: with every step that can be taken back, or where the
 * page was loaded again meanwhile as one step. An answer to another reading of the document, or to
 * an earlier revision, is dropped: its words are no longer those.
 */

import type { FullTask } from '../shared/api-types.ts'
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
const whole = new Map<string, History>() // of what is kept, for as long as this page isn't loaded again

export function saveDraft(task: FullTask, history: History): void {
  if (history.past.length === 0) return discardDraft(task)
  whole.delete(keyOf(task)) // to be the latest
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

/** The session of a document: as it was left, or from its beginning. */
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
 * Without questions to the server that nobody waits for any more: it reads such texts again with
 * the answer.
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

/** The oldest are left out where the tab has no more room. */
function save(list: readonly AnswerDraft[]): void {
  for (let from = 0; from <= list.length; from++) {
    try {
      return sessionStorage.setItem(storageKey, JSON.stringify(list.slice(from)))
    } catch {
      // too large: without the oldest
    }
  }
}
