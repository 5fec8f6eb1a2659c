/**
 * The index of all documents in a local SQLite file: one row for each document with what it is
 * listed, filtered and sorted by, its folded facts, its values and words (deflated), and a full-text
 * index (FTS5) over names and words.
 *
 *   documents   n, id and columns: small, so that all rows are looked through in a moment
 *   contents    n, what is listed, and deflated the facts, values and words
 *   search      n → names and words: an index without the text itself (full-text.ts)
 *
 * Memory is bounded by SQLite's page cache, whatever the number of documents.
 */

import { deflateRawSync, inflateRawSync } from 'node:zlib'
import {
  nothingKnown,
  type DocumentFacts,
  type DocumentValues,
} from '../../processors/search/document-facts.ts'
import type { DocumentIndex, IndexedDocument } from '../../processors/search/document-index.ts'
import type { Folded } from '../../processors/search/fold-records.ts'
import { listingOf, type ListedDocument } from '../../processors/search/listing.ts'
import { openLocalStore, type LocalStore } from './database.ts'
import { fullTextSchema, openFullText, type FullText } from './full-text.ts'
import { findIn, isInScope, neighboursIn } from './document-query.ts'

export interface RecordInTopic {
  readonly topic: string // full name
  readonly partition: number
  readonly offset: bigint
}

export interface DocumentStore extends DocumentIndex {
  /** Why it was opened empty; null where it goes on from before. */
  readonly emptied: LocalStore['emptied']
  /**
   * Takes in a record, once: `fold` is given what is known of the document and says what becomes of
   * it; null for a record that is of no document. DISK_FULL.
   */
  readonly take: (
    record: RecordInTopic,
    documentId: string | null,
    fold: (facts: DocumentFacts) => Folded | null,
  ) => void
  /** Position after the last record that was taken in, by partition. */
  readonly positions: LocalStore['positions']
  /** Whether the review queue has a document open. */
  readonly setOpen: (documentId: string, isOpen: boolean) => void
  /** Of those that are open. */
  readonly openDocuments: () => readonly string[]
  readonly empty: () => void
  readonly close: () => void
}

const version = 2 // of what the rows mean

const schema = `
  CREATE TABLE documents (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    open INTEGER NOT NULL,
    profile TEXT NOT NULL,
    vendor_id TEXT NOT NULL,
    vendor TEXT NOT NULL COLLATE NOCASE,
    file TEXT NOT NULL COLLATE NOCASE,
    number TEXT NOT NULL COLLATE NOCASE,
    amount REAL NOT NULL,
    issued TEXT NOT NULL,
    reviewer TEXT NOT NULL COLLATE NOCASE,
    received INTEGER NOT NULL,
    changed INTEGER NOT NULL
  );
  CREATE INDEX documents_received ON documents (received, n);
  CREATE INDEX documents_changed ON documents (changed, n);
  CREATE INDEX documents_file ON documents (file, n);
  CREATE INDEX documents_vendor ON documents (vendor, n);
  CREATE INDEX documents_number ON documents (number, n);
  CREATE INDEX documents_amount ON documents (amount, n);
  CREATE INDEX documents_issued ON documents (issued, n);
  CREATE INDEX documents_state ON documents (state, received, n);
  CREATE INDEX documents_open ON documents (open) WHERE open = 1;
  CREATE TABLE contents (
    n INTEGER PRIMARY KEY, named TEXT NOT NULL, listed TEXT NOT NULL, facts BLOB NOT NULL,
    shown BLOB NOT NULL, words BLOB NOT NULL
  );
  ${fullTextSchema}
`

const columns = [
  'id',
  'state',
  'open',
  'profile',
  'vendor_id',
  'vendor',
  'file',
  'number',
  'amount',
  'issued',
  'reviewer',
  'received',
  'changed',
] as const
const [insertRow, updateRow] = [
  `INSERT INTO documents (${columns.join()}) VALUES (${columns.map(() => '?').join()})`,
  `UPDATE documents SET ${columns.map((name) => `${name} = ?`).join()} WHERE n = ?`,
]

const noAmount = -1e300 // sorts before every amount
const noValues: DocumentValues = { fields: [], lineItems: [], checks: [] }

interface Stores {
  readonly store: LocalStore
  readonly texts: FullText
}

/** `log`: identifies the log that it is derived from. DISK_FULL. */
export function openDocumentStore(folder: string, log: string): DocumentStore {
  const store = openLocalStore({ folder, name: 'documents', version, log, schema })
  const texts = openFullText(store, (n) => textOf(store, n))
  store.beforeCommit(texts.write)
  return {
    emptied: store.emptied,
    positions: store.positions,
    take(record, documentId, fold) {
      const { topic, partition } = record
      const next = Number(record.offset) + 1
      store.change(() => {
        if (store.position(topic, partition) >= next) return
        if (documentId !== null) foldInto({ store, texts }, documentId, fold)
        store.move(topic, partition, next)
      })
    },
    setOpen: (documentId, isOpen) =>
      store.change(() => setOpen({ store, texts }, documentId, isOpen)),
    openDocuments: () =>
      (
        store.prepare('SELECT id FROM documents WHERE open = 1').all() as { readonly id: string }[]
      ).map(({ id }) => id),
    get(documentId, scope) {
      const row = rowOf(store, documentId)
      if (row === null || !isInScope(row, scope)) return null
      return indexedOf(contentsOf(store, row.n))
    },
    find(query, page) {
      texts.write()
      return findIn(store, query, page)
    },
    neighbours(documentId, query) {
      texts.write()
      return neighboursIn(store, documentId, query)
    },
    empty() {
      texts.reset()
      store.empty()
    },
    close() {
      texts.close()
      store.close()
    },
  }
}

interface Row {
  readonly n: number
  readonly open: number
  readonly profile: string
  readonly vendor_id: string
  readonly vendor: string
}

interface Contents {
  readonly named: string
  readonly listed: string
  readonly facts: Uint8Array
  readonly shown: Uint8Array
  readonly words: Uint8Array
}

function rowOf(store: LocalStore, documentId: string): Row | null {
  const found = store
    .prepare('SELECT n, open, profile, vendor_id, vendor FROM documents WHERE id = ?')
    .get(documentId) as Row | undefined
  return found ?? null
}

function contentsOf(store: LocalStore, n: number): Contents {
  return store
    .prepare('SELECT named, listed, facts, shown, words FROM contents WHERE n = ?')
    .get(n) as Contents
}

const factsIn = ({ facts }: Contents): DocumentFacts => JSON.parse(unpack(facts)) as DocumentFacts
const valuesIn = ({ shown }: Contents): DocumentValues =>
  JSON.parse(unpack(shown)) as DocumentValues

function indexedOf(contents: Contents): IndexedDocument {
  return {
    listed: JSON.parse(contents.listed) as ListedDocument,
    facts: factsIn(contents),
    values: valuesIn(contents),
  }
}

function foldInto(
  { store, texts }: Stores,
  documentId: string,
  fold: (facts: DocumentFacts) => Folded | null,
): void {
  const row = rowOf(store, documentId)
  const contents = row === null ? null : contentsOf(store, row.n)
  const before = contents === null ? nothingKnown(documentId) : factsIn(contents)
  const folded = fold(before)
  if (folded === null) return
  put({ store, texts }, row, contents, folded)
  if (folded.facts.erasedAt !== before.erasedAt) texts.forget()
}

function put(
  { store, texts }: Stores,
  row: Row | null,
  contents: Contents | null,
  { facts, values, text }: Folded,
): void {
  const shown = values ?? (contents === null ? noValues : valuesIn(contents))
  const listed = listingOf(facts, shown, row?.open === 1)
  const n = putRow(store, row, listed)
  const named = namesOf(listed)
  const isNew = contents === null
  store
    .prepare('INSERT OR REPLACE INTO contents VALUES (?, ?, ?, ?, ?, ?)')
    .run(
      n,
      named,
      JSON.stringify(listed),
      pack(JSON.stringify(facts)),
      isNew || values !== undefined ? pack(JSON.stringify(shown)) : contents.shown,
      isNew || text !== undefined ? pack(text ?? '') : contents.words,
    )
  if (text !== undefined || named !== contents?.named)
    texts.change(n, contents === null ? null : searched(contents))
}

/** The number of the row. */
function putRow(store: LocalStore, row: Row | null, listed: ListedDocument): number {
  const cells = cellsOf(listed, row?.open === 1)
  if (row === null) return Number(store.prepare(insertRow).run(...cells).lastInsertRowid)
  store.prepare(updateRow).run(...cells, row.n)
  return row.n
}

function cellsOf(listed: ListedDocument, isOpen: boolean): (string | number)[] {
  return [
    listed.documentId,
    listed.state,
    isOpen ? 1 : 0,
    listed.profile,
    listed.vendorId ?? '',
    listed.vendor ?? '',
    listed.fileName ?? '',
    listed.number ?? '',
    listed.amount === null ? noAmount : Number(listed.amount),
    listed.issueDate ?? '',
    listed.reviewer ?? '',
    listed.receivedAt,
    listed.changedAt,
  ]
}

function setOpen({ store, texts }: Stores, documentId: string, isOpen: boolean): void {
  const row = rowOf(store, documentId)
  if (row === null || (row.open === 1) === isOpen) return
  const contents = contentsOf(store, row.n)
  put({ store, texts }, { ...row, open: isOpen ? 1 : 0 }, contents, { facts: factsIn(contents) })
}

/** What a document is found by besides its words. */
function namesOf(listed: ListedDocument): string {
  const { documentId, fileName, vendor, vendorId, number, amount, reviewer } = listed
  return [documentId, fileName, vendor, vendorId, number, amount, reviewer]
    .filter((text) => text !== null)
    .join('\n')
}

const pack = (text: string): Buffer => deflateRawSync(text, { level: 1 })
const unpack = (bytes: Uint8Array): string => inflateRawSync(bytes).toString('utf8')

/** What the full-text index has of a row. */
const searched = ({ named, words }: Pick<Contents, 'named' | 'words'>): string =>
  `${named}\n${unpack(words)}`

function textOf(store: LocalStore, n: number): string {
  return searched(contentsOf(store, n))
}
