/**
 * `errata sql "SELECT …"`: one query to the analytics store, rows to stdout, errors to stderr with
 * ClickHouse's code.
 *
 * Where the store is: CLICKHOUSE_URL, else what the running instance says in run.json, else the
 * gateway's port in the settings. It reads and nothing else: the embedded store judges the
 * statement, a server is asked to be read-only.
 */

import { once } from 'node:events'
import type { Config } from '../config.ts'
import { openClickhouse, StoreRefused } from '../connectors/clickhouse/clickhouse.ts'
import { codeOf } from '../errors.ts'
import { runningClickhouseUrlOf } from '../operations/analytics-address.ts'

export interface SqlOptions {
  /** Any of ClickHouse's output formats; null: PrettyCompact on a terminal, else TSV with names. */
  readonly format: string | null
}

/** 0: answered; 1: refused or no store. The query's own FORMAT, where it has one, wins. */
export async function sql(config: Config, query: string, options: SqlOptions): Promise<number> {
  const store = openClickhouse(runningClickhouseUrlOf(config), { readOnly: true })
  try {
    const answer = await store.bytes(
      query,
      options.format ?? (process.stdout.isTTY ? 'PrettyCompact' : 'TabSeparatedWithNames'),
    )
    if (!process.stdout.write(answer)) await once(process.stdout, 'drain')
    return 0
  } catch (error) {
    if (error instanceof StoreRefused)
      process.stderr.write(`ClickHouse ${error.number} ${error.label}: ${error.message.trim()}\n`)
    else
      process.stderr.write(
        `${codeOf(error)}: ${(error as Error).message}${codeOf(error) === 'STORE_UNREACHABLE' ? '; is `errata up` running, or CLICKHOUSE_URL right?' : ''}\n`,
      )
    return 1
  } finally {
    await store.close()
  }
}
