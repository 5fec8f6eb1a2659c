/**
 * The full-text index (FTS5) over the texts of rows. It keeps no text, so whoever changes one gives
 * the text before.
 *
 * Changes are gathered and written before the next search or commit: written one by one inside of
 * savepoints each would become a segment of its own. A text that was taken out leaves its words in
 * older segments until those are merged; `forget` merges all of them, in steps short enough that
 * requests are answered in between. What a stop interrupts goes on after the next start.
 */

import type { LocalStore } from './database.ts'

export interface FullText {
  /** The text of a row will be another; `before`: as it is, null: none. */
  readonly change: (n: number, before: string | null) => void
  /** Writes what was changed. Inside of a transaction. */
  readonly write: () => void
  /** Takes the words of all former texts out of the file. Inside of a transaction. */
  readonly forget: () => void
  /** An empty file has no text. */
  readonly reset: () => void
  /** Before the store is closed. */
  readonly close: () => void
}

const pagesInStep = 250 // of 4 KiB: some 10 ms
const restMs = 20 // between two steps

export const fullTextSchema = `
  CREATE VIRTUAL TABLE search USING fts5 (
    text, content = '', tokenize = 'unicode61 remove_diacritics 2'
  );
  CREATE TABLE forgetting (n INTEGER PRIMARY KEY); -- a row, until all is merged
`

/** `textOf`: the text that a row has now. */
export function openFullText(store: LocalStore, textOf: (n: number) => string): FullText {
  const changed = new Map<number, string | null>()
  let merging: NodeJS.Timeout | null = null
  const write = (): void => {
    for (const [n, before] of changed) {
      if (before !== null)
        store
          .prepare("INSERT INTO search (search, rowid, text) VALUES ('delete', ?, ?)")
          .run(n, before)
      store.prepare('INSERT INTO search (rowid, text) VALUES (?, ?)').run(n, textOf(n))
    }
    changed.clear()
  }
  const step = (): void => {
    merging = null
    store.scrub() // what was changed is written before it is merged
    if (mergeSome(store)) return goOn(restMs)
    store.change(() => store.prepare('DELETE FROM forgetting').run())
    store.scrub()
  }
  const goOn = (ms: number): void => void (merging ??= setTimeout(step, ms).unref())
  if (store.prepare('SELECT n FROM forgetting').get() !== undefined) goOn(0)
  return {
    change: (n, before) => void (changed.has(n) || changed.set(n, before)),
    write,
    forget() {
      store.prepare('INSERT OR REPLACE INTO forgetting VALUES (1)').run()
      goOn(0)
    },
    reset: () => changed.clear(),
    close: () => clearTimeout(merging ?? undefined),
  }
}

/** Whether there was something to merge. */
function mergeSome(store: LocalStore): boolean {
  const changes = (): number =>
    (store.prepare('SELECT total_changes() AS count').get() as { readonly count: number }).count
  const before = changes()
  store.prepare("INSERT INTO search (search, rank) VALUES ('merge', ?)").run(-pagesInStep)
  return changes() - before >= 2 // by the manual: fewer where there was nothing to do
}
