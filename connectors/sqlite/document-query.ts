/**
 * Questions to the index of documents, as SQL. What a person typed is only ever a parameter. Pages go
 * on after the last row of the one before (keyset), so they stay right while documents come, and cost
 * the same wherever they are.
 */

import type {
  DocumentQuery,
  FoundDocuments,
  Scope,
  Sorting,
} from '../../processors/search/document-index.ts'
import type { ListedDocument } from '../../processors/search/listing.ts'
import { termsOf, type SearchTerm } from '../../processors/search/search-text.ts'
import type { LocalStore } from './database.ts'

type Key = string | number

const sortColumns = {
  received: 'received',
  changed: 'changed',
  file: 'file',
  vendor: 'vendor',
  number: 'number',
  amount: 'amount',
  issued: 'issued',
} as const
const numeric: ReadonlySet<string> = new Set(['received', 'changed', 'amount'])

interface Order {
  readonly column: string
  readonly isDown: boolean
}

/** Conditions that must all hold, with their parameters. */
interface Conditions {
  readonly sql: readonly string[]
  readonly parameters: readonly Key[]
  readonly isSearch: boolean
}

/** RangeError for a cursor that is none of this sorting. */
export function findIn(
  store: LocalStore,
  query: DocumentQuery,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): FoundDocuments {
  const order = orderOf(query.sort)
  const wanted = conditionsOf(query)
  const start = after === undefined ? null : cursorIn(after, order)
  const { rows, total } = pageIn(store, wanted, order, { start, limit: limit + 1 })
  const shown = rows.slice(0, limit)
  const last = rows.length > limit ? shown.at(-1) : undefined
  return {
    documents: shown.map(({ n }) => listedAt(store, n)),
    total,
    next: last === undefined ? null : cursorOf(last),
  }
}

export function neighboursIn(
  store: LocalStore,
  documentId: string,
  query: DocumentQuery,
): { readonly previous: string | null; readonly next: string | null } {
  const order = orderOf(query.sort)
  const own = store
    .prepare(`SELECT ${order.column} AS key, n FROM documents WHERE id = ?`)
    .get(documentId) as Place | undefined
  if (own === undefined) return { previous: null, next: null }
  const wanted = conditionsOf(query)
  const beside = (direction: Order): string | null => {
    const [row] = select(store, wanted, direction, { start: own, limit: 1 })
    return row === undefined ? null : listedAt(store, row.n).documentId
  }
  return { previous: beside({ ...order, isDown: !order.isDown }), next: beside(order) }
}

export function isInScope(
  {
    profile,
    vendor_id,
    vendor,
  }: { readonly profile: string; readonly vendor_id: string; readonly vendor: string },
  { profiles, vendors }: Scope,
): boolean {
  return (
    (profiles.length === 0 || profiles.includes(profile)) &&
    (vendors.length === 0 || vendors.includes(vendor_id) || vendors.includes(vendor))
  )
}

interface Place {
  readonly key: Key
  readonly n: number
}

interface Part {
  readonly start: Place | null
  readonly limit: number
}

/** What was searched for is looked up once: that may be a hundred thousand rows. */
function pageIn(
  store: LocalStore,
  wanted: Conditions,
  order: Order,
  part: Part,
): { readonly rows: readonly Place[]; readonly total: number } {
  if (!wanted.isSearch)
    return { rows: select(store, wanted, order, part), total: count(store, wanted) }
  const { column } = order
  const [onwards, ordered] = [onwardsIn('key', order, part), orderedBy('key', order)]
  const found = store
    .prepare(
      `WITH found AS MATERIALIZED (SELECT ${column} AS key, n FROM documents ${whereOf(wanted.sql)})
       SELECT key, n, total FROM found, (SELECT count(*) AS total FROM found)
       ${whereOf(onwards.sql)} ${ordered} LIMIT ?`,
    )
    .all(...wanted.parameters, ...onwards.parameters, part.limit) as (Place & {
    readonly total: number
  })[]
  return { rows: found, total: found[0]?.total ?? count(store, wanted) }
}

function select(
  store: LocalStore,
  { sql, parameters }: Conditions,
  order: Order,
  part: Part,
): readonly Place[] {
  const { column } = order
  const onwards = onwardsIn(column, order, part)
  return store
    .prepare(
      `SELECT ${column} AS key, n FROM documents ${whereOf([...sql, ...onwards.sql])}
       ${orderedBy(column, order)} LIMIT ?`,
    )
    .all(...parameters, ...onwards.parameters, part.limit) as Place[]
}

function onwardsIn(key: string, { isDown }: Order, { start }: Part): Omit<Conditions, 'isSearch'> {
  return start === null
    ? { sql: [], parameters: [] }
    : { sql: [`(${key}, n) ${isDown ? '<' : '>'} (?, ?)`], parameters: [start.key, start.n] }
}

function orderedBy(key: string, { isDown }: Order): string {
  const direction = isDown ? 'DESC' : 'ASC'
  return `ORDER BY ${key} ${direction}, n ${direction}`
}

const whereOf = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`

function count(store: LocalStore, { sql, parameters }: Conditions): number {
  const row = store
    .prepare(`SELECT count(*) AS total FROM documents ${whereOf(sql)}`)
    .get(...parameters) as { readonly total: number }
  return row.total
}

function listedAt(store: LocalStore, n: number): ListedDocument {
  const row = store.prepare('SELECT listed FROM contents WHERE n = ?').get(n) as {
    readonly listed: string
  }
  return JSON.parse(row.listed) as ListedDocument
}

function conditionsOf(query: DocumentQuery): Conditions {
  const sql: string[] = []
  const parameters: Key[] = []
  const add: Add = (condition, ...its) => {
    sql.push(condition)
    parameters.push(...its)
  }
  const { states, profile, vendor, reviewer, from, until, least, most, scope } = query
  if (states !== undefined) add('state IN (SELECT value FROM json_each(?))', JSON.stringify(states))
  if (profile !== undefined) add('profile = ?', profile)
  if (vendor !== undefined)
    add(`(vendor_id = ? OR vendor LIKE ? ESCAPE '\\')`, vendor, `${likeOf(vendor)}%`)
  if (reviewer !== undefined) add('reviewer = ?', reviewer)
  if (from !== undefined) add('received >= ?', from)
  if (until !== undefined) add('received < ?', until)
  if (least !== undefined) add('amount >= ?', least)
  if (most !== undefined) add('amount > -1e299 AND amount <= ?', most)
  addScope(scope, add)
  const terms = query.q === undefined ? [] : termsOf(query.q)
  for (const term of terms) addTerm(term, add)
  // nothing that could be searched was typed
  if (query.q !== undefined && query.q.trim() !== '' && terms.length === 0) add('0')
  return { sql, parameters, isSearch: terms.length > 0 }
}

type Add = (condition: string, ...its: readonly Key[]) => void

function addScope(scope: Scope, add: Add): void {
  if (scope.profiles.length > 0)
    add('profile IN (SELECT value FROM json_each(?))', JSON.stringify(scope.profiles))
  if (scope.vendors.length > 0) {
    const vendors = JSON.stringify(scope.vendors)
    const either = ['vendor_id', 'vendor'].map(
      (column) => `${column} COLLATE BINARY IN (SELECT value FROM json_each(?))`,
    )
    add(`(${either.join(' OR ')})`, vendors, vendors)
  }
}

/** The words of a term one after the other, the last of them perhaps just begun; or its amount. */
function addTerm({ text, amount }: SearchTerm, add: Add): void {
  const match = `"${text.replaceAll('"', '""')}"*`
  const isFound = 'n IN (SELECT rowid FROM search WHERE search MATCH ?)'
  if (amount === null) add(isFound, match)
  else add(`(${isFound} OR amount IN (?, ?))`, match, amount, -amount)
}

const likeOf = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

function orderOf(sort: Sorting): Order {
  const isDown = sort.startsWith('-')
  const name = (isDown ? sort.slice(1) : sort) as keyof typeof sortColumns
  return { column: sortColumns[name], isDown }
}

function cursorOf({ key, n }: Place): string {
  return Buffer.from(JSON.stringify([key, n])).toString('base64url')
}

function cursorIn(text: string, { column }: Order): Place {
  const [key, n] = parsed(Buffer.from(text, 'base64url').toString('utf8'))
  if (typeof key === (numeric.has(column) ? 'number' : 'string') && Number.isInteger(n))
    return { key: key as Key, n: n as number }
  throw new RangeError('not a cursor of this list')
}

function parsed(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}
