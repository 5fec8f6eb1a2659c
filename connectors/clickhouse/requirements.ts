/**
 * What a ClickHouse server must be before tables are made in it: new enough, with the rights that
 * the sink needs, and, for a cluster, with one shard of which it is a replica.
 *
 * Checked at each start of the sink and by `errata doctor`, so that what is wrong has a name before
 * a statement fails halfway. An administrator can put all of it right, so the sink waits.
 */

import { ErrataError } from '../../errors.ts'
import { StoreRefused, type Clickhouse } from './clickhouse.ts'
import type { StoreForm } from './schema.ts'

/** Year and month; long-term support that isn't over. Older servers are not tried. */
export const leastVersion = [25, 8] as const

/** On the tables of the database. */
export const sinkRights = [
  'SELECT',
  'INSERT',
  'ALTER',
  'CREATE TABLE',
  'CREATE VIEW',
  'DROP TABLE',
  'DROP VIEW',
  'OPTIMIZE',
] as const

const noSuchMacro = 139 // NO_ELEMENTS_IN_CONFIG

type Store = Pick<Clickhouse, 'query' | 'bytes'>

/** STORE_UNSUITABLE, with what is wrong; STORE_UNREACHABLE. */
export async function checkStore(
  store: Store,
  { cluster }: Pick<StoreForm, 'cluster'>,
): Promise<void> {
  const [server] = await store.query<{ version: string; deduplicates: string }>(
    `SELECT version() AS version, (SELECT any(value) FROM system.settings WHERE name = 'deduplicate_insert') AS deduplicates`,
  )
  const { version = '', deduplicates = '' } = server ?? {}
  if (!isEnough(version)) {
    const least = leastVersion.join('.')
    throw unsuitable(`ClickHouse ${version} is too old: ${least} or later is needed`)
  }
  if (deduplicates === 'disable')
    throw unsuitable('the profile of the user sets deduplicate_insert to disable: remove that')
  await checkRights(store, cluster)
  if (cluster !== null) await checkCluster(store, cluster)
  await checkEngine(store, cluster)
}

function isEnough(version: string): boolean {
  const [year = 0, month = 0] = version.split('.').map(Number)
  const [leastYear, leastMonth] = leastVersion
  return year > leastYear || (year === leastYear && month >= leastMonth)
}

async function checkRights(store: Store, cluster: string | null): Promise<void> {
  const wanted = [
    ...sinkRights.map((right) => [right, '*'] as const),
    ...(cluster === null ? [] : ([['CLUSTER', '*.*']] as const)),
  ]
  const lacking: string[] = []
  for (const [right, place] of wanted) {
    // Has no FORMAT clause, which a query of the client would end with
    const answer = await store.bytes(`CHECK GRANT ${right} ON ${place}`, 'TabSeparated')
    if (answer.toString().trim() !== '1') lacking.push(right)
  }
  if (lacking.length > 0)
    throw unsuitable(
      `the user lacks ${lacking.join(', ')}: \`errata analytics grants\` prints what it needs`,
    )
}

async function checkCluster(store: Store, cluster: string): Promise<void> {
  const name = await clusterName(store, cluster)
  const [found] = await store.query<{ shards: string }>(
    'SELECT uniqExact(shard_num) AS shards FROM system.clusters WHERE cluster = {name:String}',
    { name },
  )
  const shards = Number(found?.shards ?? 0)
  if (shards === 0)
    throw unsuitable(`CLICKHOUSE_CLUSTER: the server has no cluster ${name} in system.clusters`)
  if (shards > 1)
    throw unsuitable(
      `CLICKHOUSE_CLUSTER: ${name} has ${shards} shards, and all rows have to be on each replica: name a cluster of one shard`,
    )
}

async function clusterName(store: Store, cluster: string): Promise<string> {
  const macro = /^\{(\w+)\}$/.exec(cluster)?.[1]
  if (macro === undefined) return cluster
  try {
    const [row] = await store.query<{ name: string }>('SELECT getMacro({macro:String}) AS name', {
      macro,
    })
    return row?.name ?? ''
  } catch (error) {
    if (!(error instanceof StoreRefused) || error.number !== noSuchMacro) throw error
    throw unsuitable(`CLICKHOUSE_CLUSTER is ${cluster}, and the server has no macro of that name`)
  }
}

/** Tables that exist stay as they are, so the setting must be that with which they were made. */
async function checkEngine(store: Store, cluster: string | null): Promise<void> {
  const [table] = await store.query<{ engine: string }>(
    "SELECT engine FROM system.tables WHERE database = currentDatabase() AND name = 'schema_versions'",
  )
  if (table === undefined) return
  if (table.engine.startsWith('Replicated') === (cluster !== null)) return
  const found =
    cluster === null
      ? 'CLICKHOUSE_CLUSTER is not set, and the tables are replicated'
      : 'CLICKHOUSE_CLUSTER is set, and the tables are not replicated'
  throw unsuitable(`${found}: run \`errata analytics rebuild\` before changing it`)
}

function unsuitable(why: string): ErrataError {
  return new ErrataError('STORE_UNSUITABLE', why)
}
