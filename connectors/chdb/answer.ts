/** The engine's result of a statement or insert, as a response of ClickHouse's HTTP interface. */

import type { ChdbResult, Session } from 'chdb'
import type { Request } from './http.ts'
import { type Insert, insertFormats } from './insert.ts'
import { StatementError } from './statement-error.ts'

export interface EngineAnswer {
  readonly body: Uint8Array
  readonly format: string
  /** Of the result: the engine doesn't say how many it read for it. */
  readonly rows: number
  readonly readBytes: number
  readonly writtenRows: number
  readonly elapsedSeconds: number
}

export async function storeRows(
  session: Session,
  insert: Insert,
  request: Request,
  rows: Buffer,
): Promise<EngineAnswer> {
  const settings: Record<string, string> = Object.fromEntries([
    ...request.settings,
    ...[...insert.settings].map(([name, value]) => [
      name,
      value.replace(/^'|'$/g, '').replace(/\\(.)/g, '$1'),
    ]),
  ])
  const format = insertFormats.find((known) => known === insert.format)
  if (format === undefined)
    throw new StatementError(73, 'UNKNOWN_FORMAT', `no rows in ${insert.format}`)
  const stored = await session.insert({
    table: insert.table,
    ...(insert.columns === null ? {} : { columns: insert.columns }),
    values: rows,
    format,
    settings,
  })
  return {
    body: new Uint8Array(0),
    format: 'TabSeparated',
    rows: 0,
    readBytes: 0,
    writtenRows: stored.rowsWritten,
    elapsedSeconds: stored.elapsed,
  }
}

export async function answerOf(
  running: Promise<ChdbResult>,
  format: string,
): Promise<EngineAnswer> {
  const result = await running
  return {
    body: result.bytes(),
    format,
    rows: result.rowsRead,
    readBytes: result.bytesRead,
    writtenRows: 0,
    elapsedSeconds: result.elapsed,
  }
}

export function answerSummary(answer: EngineAnswer): string {
  const counts = {
    read_rows: answer.rows,
    read_bytes: answer.readBytes,
    written_rows: answer.writtenRows,
    written_bytes: 0,
    total_rows_to_read: 0,
    result_rows: answer.rows, // where it is 0, the JDBC driver doesn't look for rows
    result_bytes: answer.body.length,
  }
  return JSON.stringify({
    ...Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, String(count)])),
    elapsed_ns: String(Math.round(answer.elapsedSeconds * 1e9)),
  })
}
