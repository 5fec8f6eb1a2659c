/** The undo history of a session, unlimited in both directions. */

import type { Interpretation } from '../../connectors/http/contract/types.ts'
import { fill, find, type Session } from './session.ts'

export interface History {
  readonly past: readonly Session[]
  readonly present: Session
  readonly future: readonly Session[]
}

/** A change that can be undone by itself. */
export function step(history: History, next: Session): History {
  return { past: [...history.past, history.present], present: next, future: [] }
}

/** A change that is undone with the step before, such as moving the selection. */
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

/**
 * Fills in what the server made of a text, wherever in the history that text still waits for it.
 */
export function settle(
  history: History,
  key: string,
  text: string,
  reading: Interpretation,
): History {
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
