/**
 * The index of all documents, as whoever asks it sees it. It is derived from the log: whoever lost it
 * makes it again. See connectors/sqlite/document-index.ts.
 */

import type { DocumentFacts, DocumentValues } from './document-facts.ts'
import type { DocumentState } from './document-state.ts'
import type { ListedDocument } from './listing.ts'

export const sortings = [
  '-received',
  'received',
  '-changed',
  'changed',
  'file',
  '-file',
  'vendor',
  '-vendor',
  'number',
  '-number',
  'amount',
  '-amount',
  'issued',
  '-issued',
] as const
/** A minus means the highest, or latest, first. */
export type Sorting = (typeof sortings)[number]

/** All that is given must hold. */
export interface DocumentFilter {
  /** Words, phrases and amounts; see search-text.ts. */
  readonly q?: string | undefined
  readonly states?: readonly DocumentState[] | undefined
  readonly profile?: string | undefined
  /** Id, or the beginning of the name. */
  readonly vendor?: string | undefined
  readonly reviewer?: string | undefined
  /** Days of arrival in UTC, both included: ms since 1970 of the first, and of the end of the last. */
  readonly from?: number | undefined
  readonly until?: number | undefined
  readonly least?: number | undefined // amount
  readonly most?: number | undefined
}

/** What somebody may see: profiles by name, and vendors by id or name; empty: any. */
export interface Scope {
  readonly profiles: readonly string[]
  readonly vendors: readonly string[]
}

export interface DocumentQuery extends DocumentFilter {
  readonly sort: Sorting
  readonly scope: Scope
}

export interface FoundDocuments {
  readonly documents: readonly ListedDocument[]
  readonly total: number
  readonly next: string | null // a cursor
}

export interface DocumentIndex {
  /** `after`: a cursor of an earlier answer to the same question. RangeError for none of its sorting. */
  readonly find: (
    query: DocumentQuery,
    page: { readonly limit: number; readonly after?: string | undefined },
  ) => FoundDocuments
  /** Null: unknown, or outside the scope. */
  readonly get: (documentId: string, scope: Scope) => IndexedDocument | null
  /** The documents before and after one in what a query finds. */
  readonly neighbours: (
    documentId: string,
    query: DocumentQuery,
  ) => { readonly previous: string | null; readonly next: string | null }
}

export interface IndexedDocument {
  readonly listed: ListedDocument
  readonly facts: DocumentFacts
  readonly values: DocumentValues
}
