/**
 * The latest documents that somebody types into, unpacked: a keystroke then costs no decompression.
 */

import { documentContext } from '../../../processors/document/context.ts'
import type { DocumentContext } from '../../../processors/values/normalise.ts'
import { unpackWords, type Word } from '../../../processors/document/words.ts'
import type { Profile } from '../../../schemas/profiles.ts'
import type { Task } from '../../../schemas/types.ts'
import type { ReviewDeps } from './context.ts'

export interface CachedDocument {
  readonly task: Task
  readonly version: string
  readonly profile: Profile
  readonly words: readonly Word[]
  readonly context: DocumentContext
}

/** Null for a document without a task, or of a profile that is gone. */
export type DocumentCache = (documentId: string) => Promise<CachedDocument | null>

const kept = 16 // documents

export function openDocumentCache({
  tasks,
  profiles,
}: Pick<ReviewDeps, 'tasks' | 'profiles'>): DocumentCache {
  const prints = new Map<string, CachedDocument>()
  tasks.onErased((documentId) => void prints.delete(documentId))
  return async (documentId) => {
    const known = prints.get(documentId)
    if (
      known !== undefined &&
      known.version === tasks.version(documentId) &&
      known.profile === profiles().get(known.task.profile)
    )
      return known
    const stored = await tasks.get(documentId)
    const profile = stored === null ? undefined : profiles().get(stored.task.profile)
    if (stored === null || profile === undefined) return null
    const words = unpackWords(stored.task.words)
    const print = {
      task: stored.task,
      version: stored.version,
      profile,
      words,
      context: documentContext({ pages: stored.task.pages, words }),
    }
    // not erased meanwhile
    if (print.version === tasks.version(documentId)) prints.set(documentId, print)
    const oldest = prints.keys().next()
    if (prints.size > kept && oldest.done === false) prints.delete(oldest.value)
    return print
  }
}
