/**
 * Parses a request's statement: its kind, FORMAT, SETTINGS and parameters. insert.ts parses an
 * INSERT with rows.
 *
 * WHY REWRITE THE TEXT. chDB keeps state for each connection: a setting given with SET would apply
 * to later requests (a leftover deduplication token discards the following insert), USE would
 * switch the database for everybody, and bound parameters of concurrent queries overwrite each
 * other. So settings become a SETTINGS clause, parameters become casts of literals, and SET and USE
 * are rejected.
 *
 * This file tokenizes the text without understanding it, which is sufficient for the owner of the
 * store. Access of readers is decided in read-only.ts, by the engine's parser.
 */

import { identifier, literal, type SqlToken, tokens, unquote } from '../clickhouse/sql.ts'
import { StatementError } from './statement-error.ts'

/** Setting name to SQL literal. */
export type QuerySettings = ReadonlyMap<string, string>

export interface Query {
  /** read: returns rows and accepts settings. command: everything else. */
  readonly kind: 'read' | 'command'
  /** Without FORMAT, SETTINGS and a closing semicolon. */
  readonly text: string
  readonly format: string | null
  readonly settings: QuerySettings
}

const reading = new Set(['SELECT', 'WITH', 'SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN', 'EXISTS', '('])

/** Any statement except an INSERT with rows. */
export function parseQuery(sql: string): Query {
  const all = [...tokens(sql)]
  while (all.at(-1)?.text === ';') all.pop()
  const first = all[0]
  const last = all.at(-1)
  if (first === undefined || last === undefined)
    throw new StatementError(62, 'SYNTAX_ERROR', 'empty query')
  if (all.some((token) => token.text === ';' && token.kind === 'symbol'))
    throw new StatementError(62, 'SYNTAX_ERROR', 'only one statement per request is allowed')
  if (['SET', 'USE'].some((word) => is(first, word)))
    throw new StatementError(
      48,
      'NOT_IMPLEMENTED',
      `${first.text.toUpperCase()} would change the connection that all requests share: pass settings with the query, and name tables by database.table`,
    )
  if (all.some((token, i) => is(token, 'OUTFILE') && is(all[i - 1], 'INTO')))
    throw new StatementError(48, 'NOT_IMPLEMENTED', 'INTO OUTFILE is not served here')
  const kind =
    reading.has(first.text.toUpperCase()) &&
    !all.some((token) => token.depth === 0 && is(token, 'INSERT'))
      ? 'read'
      : 'command'
  if (kind === 'command')
    return { kind, text: sql.slice(first.start, last.end), format: null, settings: new Map() }
  // … [SETTINGS …] [FORMAT …], in either order, at the very end
  let end = all.length
  let format: string | null = null
  let settings: QuerySettings = new Map()
  for (;;) {
    const open = findClause(all, end)
    if (open < 0) break
    if (is(all[open], 'FORMAT')) format = (all[open + 1] as SqlToken).text
    else settings = settingsOf(sql, all.slice(open + 1, end))
    end = open
  }
  const stop = all[end - 1]
  if (stop === undefined) throw new StatementError(62, 'SYNTAX_ERROR', 'empty query')
  return { kind, text: sql.slice(first.start, stop.end), format, settings }
}

/** The text with its settings as one clause; the values are SQL literals. */
export function withSettings(text: string, settings: QuerySettings): string {
  for (const name of settings.keys()) {
    if (!/^\w+$/.test(name))
      throw new StatementError(115, 'UNKNOWN_SETTING', 'invalid name of a setting')
  }
  return settings.size === 0
    ? text
    : `${text}\nSETTINGS ${[...settings].map(([name, value]) => `${name} = ${value}`).join(', ')}`
}

/**
 * Replaces `{name:Type}` by a cast of the value, which is escaped as in a tab-separated file, as
 * every ClickHouse client does. A placeholder without a value stays: views may have parameters of
 * their own.
 */
export function bindParameters(text: string, values: ReadonlyMap<string, string>): string {
  if (values.size === 0) return text
  const all = [...tokens(text)]
  let bound = ''
  let from = 0
  for (let i = 0; i < all.length; i++) {
    const open = all[i] as SqlToken
    const name = all[i + 1]
    if (
      open.text !== '{' ||
      open.kind !== 'symbol' ||
      name?.kind !== 'word' ||
      all[i + 2]?.text !== ':'
    )
      continue
    const close = all.findIndex(
      (token, j) => j > i && token.text === '}' && token.depth === open.depth,
    )
    const value = values.get(name.text)
    if (close < 0 || value === undefined) continue
    const type = text.slice((all[i + 3] as SqlToken).start, (all[close] as SqlToken).start).trim()
    bound += text.slice(from, open.start) + castOf(value, type)
    from = (all[close] as SqlToken).end
    i = close
  }
  return bound + text.slice(from)
}

/** The settings of an INSERT from a query or with VALUES: they come before the inserted rows. */
export function withInsertSettings(text: string, settings: QuerySettings): string {
  if (settings.size === 0) return text
  const clause = [...settings].map(([name, value]) => `${name} = ${value}`).join(', ')
  for (const token of tokens(text)) {
    if (token.depth > 0) continue
    if (is(token, 'SETTINGS'))
      return `${text.slice(0, token.end)} ${clause},${text.slice(token.end)}`
    if (['SELECT', 'WITH', 'VALUES', 'FORMAT'].some((word) => is(token, word)))
      return `${text.slice(0, token.start)}SETTINGS ${clause} ${text.slice(token.start)}`
  }
  return text
}

function castOf(value: string, type: string): string {
  if (type === 'Identifier') return identifier(unquote(value))
  if (value === '\\N') return `_CAST(NULL, ${literal(type)})`
  // Text is unescaped here; arrays, maps and tuples are written as literals, whose escapes the cast
  // itself undoes.
  const plain = /^(Array|Map|Tuple|Nested)\b/.test(type) ? value : unquote(value)
  // A string can't be cast to a map, but JSON text can
  return type.startsWith('Map')
    ? `JSONExtract(${literal(plain.replaceAll("'", '"'))}, ${literal(type)})`
    : `_CAST(${literal(plain)}, ${literal(type)})`
}

/** Whether a token is this keyword. */
export const is = (token: SqlToken | undefined, word: string): boolean =>
  token?.kind === 'word' && token.text.toUpperCase() === word

/** Index of the SETTINGS or FORMAT that begins the last clause of all[0..end), or -1. */
function findClause(all: readonly SqlToken[], end: number): number {
  if (end > 2 && isFormatClause(all[end - 2], all[end - 1])) return end - 2
  for (let i = end - 1; i > 0; i--) {
    const token = all[i] as SqlToken
    if (token.depth > 0 || token.kind !== 'word') continue
    if (is(token, 'SETTINGS') && all[i + 1]?.kind === 'word' && all[i + 2]?.text === '=') return i
    if (/^(SELECT|FROM|WHERE|LIMIT|BY|FORMAT|UNION)$/i.test(token.text)) return -1
  }
  return -1
}

const isFormatClause = (word: SqlToken | undefined, name: SqlToken | undefined): boolean =>
  is(word, 'FORMAT') && word?.depth === 0 && name?.kind === 'word'

function settingsOf(sql: string, list: readonly SqlToken[]): QuerySettings {
  const settings = new Map<string, string>()
  let start = 0
  for (let i = 0; i <= list.length; i++) {
    const token = list[i]
    if (token !== undefined && !(token.text === ',' && token.depth === 0)) continue
    const [name, equals, value] = [list[start], list[start + 1], list[start + 2]]
    const last = list[i - 1]
    if (name?.kind !== 'word' || equals?.text !== '=' || value === undefined || last === undefined)
      throw new StatementError(62, 'SYNTAX_ERROR', 'SETTINGS must be name = value')
    settings.set(name.text, sql.slice(value.start, last.end))
    start = i + 1
  }
  return settings
}
