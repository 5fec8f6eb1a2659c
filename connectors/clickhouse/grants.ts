/**
 * Rights on a ClickHouse server as SQL, for its administrator: a role for the sink, and one for
 * analysts, who read the tables and views by name and nothing else. Views read with the rights of
 * who asks, so the tables that they read are on the list as well.
 *
 * Roles, not users: how people and programs log in is the server's matter, and no password passes
 * through here.
 */

import { sinkRights } from './requirements.ts'
import { readableNames, type StoreForm } from './schema.ts'
import { identifier } from './sql.ts'

export const sinkRole = 'errata_sink'
export const analystRole = 'errata_analyst'

/** As the embedded store limits its readers (connectors/chdb/gateway.ts). */
const analystLimits = [
  'readonly = 2', // may set how an answer looks, changes nothing
  'max_execution_time = 60 MAX 60', // s
  'max_memory_usage = 4294967296 MAX 4294967296', // bytes
  'max_result_bytes = 268435456 MAX 268435456',
  "result_overflow_mode = 'throw'",
]

/** Statements that may be repeated; names that are new since then get their rights. */
export function grantStatements(
  database: string,
  { cluster }: Pick<StoreForm, 'cluster'>,
): readonly string[] {
  const on = cluster === null ? '' : ` ON CLUSTER ${identifier(cluster)}`
  const grant = (right: string, place: string, role: string): string =>
    `GRANT${on} ${right} ON ${place} TO ${role}`
  const inDatabase = (name: string): string => `${identifier(database)}.${name}`
  return [
    `CREATE ROLE IF NOT EXISTS ${sinkRole}${on}`,
    grant(sinkRights.join(', '), inDatabase('*'), sinkRole),
    ...(cluster === null
      ? []
      : [grant('CLUSTER', '*.*', sinkRole), grant('SELECT', 'system.clusters', sinkRole)]),
    `CREATE ROLE IF NOT EXISTS ${analystRole}${on} SETTINGS ${analystLimits.join(', ')}`,
    ...readableNames().map((name) => grant('SELECT', inDatabase(name), analystRole)),
  ]
}
