/**
 * The statements of tables.sql and views.sql for a cluster of replicas, from the same text as for
 * one server:
 *
 *   CREATE, ALTER, DROP     ON CLUSTER, so that every replica has the object
 *   …MergeTree              Replicated…MergeTree; the server's default path and macros say where in Keeper
 *   deduplication window    of replicated tables, as long as that of plain ones
 *   INSERT, OPTIMIZE        as they are: what one replica stores, the others get
 */

import { ErrataError } from '../../errors.ts'
import { identifier, tokens } from './sql.ts'

// s: tokens of blocks are forgotten by age too, ClickHouse 25.10 and later forget them after an
// hour. A sink that was killed may come back later than that.
const deduplicationSeconds = 2_592_000

const toEveryReplica =
  /^(?:CREATE (?:OR REPLACE )?(?:MATERIALIZED )?(?:TABLE|VIEW)|ALTER TABLE|DROP (?:TABLE|VIEW))(?: IF (?:NOT )?EXISTS)? \w+/
const toOneReplica = /^(?:INSERT INTO|OPTIMIZE TABLE) \w+/

export function onCluster(statement: string, cluster: string): string {
  // Comments before the statement may hold its words
  const text = statement.slice([...tokens(statement)][0]?.start ?? 0)
  if (toOneReplica.test(text)) return text
  const head = toEveryReplica.exec(text)?.[0]
  if (head === undefined)
    throw new ErrataError('BUG', `no form for a cluster: ${text.slice(0, 60)}`)
  const rest = text
    .slice(head.length)
    .replace(/\bENGINE = (?=\w*MergeTree\b)/, 'ENGINE = Replicated')
    .replace(
      /\bnon_replicated_deduplication_window = (\d+)/,
      `replicated_deduplication_window = $1, replicated_deduplication_window_seconds = ${deduplicationSeconds}`,
    )
  return `${head} ON CLUSTER ${identifier(cluster)}${rest}`
}
