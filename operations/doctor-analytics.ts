/**
 * What `errata doctor` finds about analytics: whether the store responds, whether its positions are
 * behind those of the group, and whether it has every document of the log.
 *
 * The counts are compared once the sink is up to date; before that the store lacks recent
 * documents.
 */

import type { Config } from '../config.ts'
import {
  type Clickhouse,
  openClickhouse,
  StoreRefused,
} from '../connectors/clickhouse/clickhouse.ts'
import { stateOf } from '../connectors/clickhouse/sink-progress.ts'
import { committedOffsets, topicOffsets } from '../connectors/kafka/kafka.ts'
import { codeOf } from '../errors.ts'
import { groupName, topicName } from '../topology.ts'
import { readDocumentStatus } from './document-status.ts'
import { runningClickhouseUrlOf } from './analytics-address.ts'
import type { Connection } from './connect.ts'
import { readStages } from './status.ts'
import type { Finding } from './finding.ts'

const what = 'analytics store'
const deadlineMs = 30_000 // of one that takes connections and never answers
const rebuild = '`errata analytics rebuild` fills the store again from the topics.'

export async function checkAnalytics(
  config: Config,
  connection: Pick<Connection, 'cluster' | 'registry'>,
): Promise<Finding> {
  const store = openClickhouse(runningClickhouseUrlOf(config), { readOnly: true, deadlineMs })
  try {
    const status = await readDocumentStatus(config, connection)
    const { lag, running } = (await readStages(config, connection.cluster))['analytics'] ?? {
      lag: 0,
      running: false,
    }
    const behind = await recordsBehind(config, connection, store)
    if (behind > 0n)
      return lacking(`${behind} records of raw that the group was told are stored`, running)
    if (lag > 0) return { what, grade: 'fine', found: `answers, ${lag} records behind` }
    const documents = await storedDocuments(config, connection, store)
    const missing = status.raw - documents
    if (missing > 0) return lacking(`${missing} of ${status.raw} documents of the log`, running)
    return { what, grade: 'fine', found: `has all ${status.raw} documents of the log` }
  } catch (error) {
    if (error instanceof StoreRefused && error.number === 60) return lacking('its tables', true)
    if (!(error instanceof StoreRefused) && codeOf(error) !== 'STORE_UNREACHABLE') throw error
    const found = `does not answer as it should: ${(error as Error).message.slice(0, 200)}`
    const remedy = 'Embedded: see logs/analytics.log. A server: see that CLICKHOUSE_URL is right.'
    return { what, grade: 'wrong', found, remedy }
  } finally {
    await store.close()
  }
}

function lacking(things: string, running: boolean): Finding {
  const remedy = running ? rebuild : 'Start analytics: it stores what is missing by itself.'
  return { what, grade: 'wrong', found: `lacks ${things}`, remedy }
}

/**
 * Between where the store is and where the group is, over the partitions of raw, which has no
 * control records.
 */
async function recordsBehind(
  config: Config,
  { cluster }: Pick<Connection, 'cluster'>,
  store: Pick<Clickhouse, 'query'>,
): Promise<bigint> {
  const topic = topicName('raw', config.topicPrefix)
  const { heldOf } = await stateOf(store)
  const committed = await committedOffsets(
    cluster,
    groupName('analytics', config.topicPrefix),
    topic,
  )
  const lows = await topicOffsets(cluster, topic)
  let behind = 0n
  for (const [partition, { position }] of committed) {
    const low = lows.get(partition)?.low ?? 0n
    const from = heldOf({ topic, partition }).position
    const first = from > low ? from : low
    if (position !== null && position > first) behind += position - first
  }
  return behind
}

/**
 * Documents of raw that the store has and the log still has too, counted as the document status counts
 * them. Of those that came in an earlier generation of topics all count: the log may have a copy.
 */
async function storedDocuments(
  config: Config,
  { cluster }: Pick<Connection, 'cluster'>,
  store: Pick<Clickhouse, 'query'>,
): Promise<number> {
  const topic = topicName('raw', config.topicPrefix)
  const partitions = [...(await topicOffsets(cluster, topic))]
  const kept = partitions.map(
    ([partition, { low }]) => `(_partition = ${partition} AND _offset >= ${low})`,
  )
  const where = `_topic = {topic:String} AND (${kept.join(' OR ')}) OR _topic < {topic:String} AND endsWith(_topic, 'raw')`
  const named = "if(_key = '', concat('#', toString(_partition), '/', toString(_offset)), _key)"
  const sql = `SELECT toString(uniqExact(name)) AS documents FROM (
    SELECT ${named} AS name FROM documents_raw WHERE ${where}
    UNION ALL SELECT ${named} AS name FROM unreadable WHERE ${where})`
  const [row] = await store.query<{ documents: string }>(sql, { topic })
  return Number(row?.documents ?? 0)
}
