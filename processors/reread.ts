/**
 * outdated → ocr: the record of a document that waits, once more, so that it is read with the model
 * and the rules of now. Extract reads it like any other and says why.
 *
 * Whoever sees that a waiting document is outdated asks for it, and several may: each model and rule
 * set is granted once for a document. What was granted is a fold of the requests, so it holds over
 * restarts. A record that has left the log can't be read again: the task stays as it is.
 */

import type { Ocr, Outdated, Reread } from '../schemas/types.ts'
import type { Message, Outputs } from './processor.ts'
import { isSame } from './review/outdated.ts'

export interface RereadUse {
  /** A record of ocr; null where it has left the log, or was erased. Codes of the world. */
  readonly documentAt: (source: Outdated['source']) => Promise<Ocr | null>
}

/** What each document of a partition was last read again for. */
export type Granted = Map<string, Reread>

export const granted = (): Granted => new Map()

export async function reread(
  { key, value: outdated }: Message<'outdated'>,
  use: RereadUse,
  state: Granted,
): Promise<Outputs<'ocr'>> {
  if (outdated === null) return {}
  const before = state.get(key)
  if (before !== undefined && isSame(before, outdated.reread)) return {}
  const document = await use.documentAt(outdated.source)
  return document === null || document.documentId !== key
    ? {}
    : { ocr: [{ key, value: { ...document, reread: outdated.reread } }] }
}

export function rememberGranted(state: Granted, { key, value }: Message<'outdated'>): void {
  if (value === null) state.delete(key)
  else state.set(key, value.reread)
}
