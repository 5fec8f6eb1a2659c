/** `errata analytics grants`: the rights of sink and analysts on a ClickHouse server, as SQL. */

import type { Config } from '../config.ts'
import { grantStatements } from '../connectors/clickhouse/grants.ts'
import { storeFormOf, type FormSettings } from '../connectors/clickhouse/schema.ts'
import { ErrataError } from '../errors.ts'

/** Asks no server. CONFIG_INVALID without CLICKHOUSE_URL: the embedded store has no roles. */
export function analyticsGrants(config: Pick<Config, 'clickhouseUrl'> & FormSettings): string {
  const { clickhouseUrl } = config
  if (clickhouseUrl === null)
    throw new ErrataError(
      'CONFIG_INVALID',
      'CLICKHOUSE_URL is not set, and the embedded store has no roles',
      { key: 'CLICKHOUSE_URL' },
    )
  const statements = grantStatements(databaseOf(clickhouseUrl), storeFormOf(config))
  return statements.map((statement) => `${statement};\n`).join('')
}

function databaseOf(url: string): string {
  const named = decodeURIComponent(URL.parse(url)?.pathname.slice(1) ?? '')
  return named === '' ? 'default' : named
}
