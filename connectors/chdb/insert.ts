/** The head of an INSERT that is followed by rows: the table and the format of the rows. */

import { literal, type SqlToken, sqlTextOf, tokens } from '../clickhouse/sql.ts'
import { is, type QuerySettings } from './statement.ts'
import { StatementError } from './statement-error.ts'

export interface Insert {
  readonly table: string
  readonly columns: readonly string[] | null
  readonly format: string
  readonly settings: QuerySettings
  /** Where the rows begin in the text, if they follow it. */
  readonly dataAt: number
}

/** Row formats that reach the engine complete; others would be stored wrongly or not at all. */
export const insertFormats = [
  'JSONEachRow',
  'JSONCompactEachRow',
  'CSV',
  'CSVWithNames',
  'TSV',
  'TabSeparated',
  'TSVWithNames',
  'TabSeparatedWithNames',
] as const

/** Consecutive tokens; SYNTAX_ERROR at the end of the text. */
type Next = () => SqlToken

/** Null for any other statement, and for an INSERT from a query. */
export function parseInsert(sql: string): Insert | null {
  const words = tokens(sql)
  const next: Next = () => {
    const result = words.next()
    if (result.done === true) throw new StatementError(62, 'SYNTAX_ERROR', 'INSERT is incomplete')
    return result.value
  }
  if (!is(next(), 'INSERT')) return null
  const { table, after } = tableIn(next)
  let token = after
  let columns: string[] | null = null
  if (token.text === '(') {
    columns = columnsIn(next)
    if (columns === null) return null
    token = next()
  }
  const settings = new Map<string, string>()
  if (is(token, 'SETTINGS')) token = readSettings(next, settings)
  if (!is(token, 'FORMAT')) return null
  const written = next()
  if (is(written, 'VALUES')) return null
  // Rows begin after the line break, or after the one space that ends the name.
  const gap = /^[^\S\n]*\n|^\s/.exec(sql.slice(written.end, written.end + 100))?.[0] ?? ''
  const format = knownFormat(written.text)
  return { table, columns, format, settings, dataAt: written.end + gap.length }
}

/** The table, and the token after it. */
function tableIn(next: Next): { readonly table: string; readonly after: SqlToken } {
  let token = next()
  if (is(token, 'INTO')) token = next()
  if (is(token, 'TABLE')) token = next()
  if (is(token, 'FUNCTION'))
    throw new StatementError(48, 'NOT_IMPLEMENTED', 'INSERT INTO FUNCTION is not served here')
  const after = next()
  return after.text === '.'
    ? { table: `${token.text}.${next().text}`, after: next() }
    : { table: token.text, after }
}

/** The names up to the closing bracket; null for EXCEPT, COLUMNS(…): for the engine to parse. */
function columnsIn(next: Next): string[] | null {
  const columns: string[] = []
  for (let token = next(); token.text !== ')'; token = next()) {
    if (token.kind === 'word' || token.kind === 'name') columns.push(token.text)
    else if (token.text !== ',') return null
  }
  return columns
}

/** Reads name = value, … into `settings`; the token after them. */
function readSettings(next: Next, settings: Map<string, string>): SqlToken {
  for (;;) {
    const name = next().text
    if (next().text !== '=')
      throw new StatementError(62, 'SYNTAX_ERROR', 'SETTINGS must be name = value')
    const value = next()
    settings.set(name, value.kind === 'string' ? literal(sqlTextOf(value)) : value.text)
    const after = next()
    if (after.text !== ',') return after
  }
}

function knownFormat(format: string): (typeof insertFormats)[number] {
  const known = insertFormats.find((name) => name.toUpperCase() === format.toUpperCase())
  if (known === undefined)
    throw new StatementError(
      73,
      'UNKNOWN_FORMAT',
      `rows in ${format} cannot be stored through this gateway; use one of ${insertFormats.join(', ')}`,
    )
  return known
}
