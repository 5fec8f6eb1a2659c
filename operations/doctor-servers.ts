/**
 * What `errata doctor` and `errata status` find about servers of others that the settings name: a
 * bucket, an external ClickHouse, and Redis.
 */

import { bucketOf } from '../config/blobs.ts'
import { blobsAt, blobsOf, type BlobSettings } from '../connectors/blobs/configured.ts'
import {
  hostOf,
  openClickhouse,
  storeOf,
  type StoreSettings,
} from '../connectors/clickhouse/clickhouse.ts'
import { checkStore } from '../connectors/clickhouse/requirements.ts'
import { storeFormOf, type FormSettings } from '../connectors/clickhouse/schema.ts'
import { openRedisPing, redisOf, type RedisSettings } from '../connectors/redis/redis.ts'
import { codeOf } from '../errors.ts'
import type { Finding } from './finding.ts'

type ServerSettings = StoreSettings & FormSettings

const patienceMs = 5_000
const pauseMs = 100 // between two tries of a connection that is being made

/** None where none is set. */
export async function checkServers(
  config: ServerSettings & RedisSettings & BlobSettings,
): Promise<readonly Finding[]> {
  const found = [checkBucket(config), checkClickhouse(config), checkRedis(config)]
  return (await Promise.all(found)).flat()
}

const neverStored = '0'.repeat(64)

/** By reading what isn't there: it changes nothing. Processes also check that they may write. */
async function checkBucket(config: BlobSettings): Promise<readonly Finding[]> {
  if (config.blobs === null || bucketOf(config.blobs) === null) return []
  const what = 'blob store'
  try {
    await blobsOf(config, { requestMs: patienceMs, idleMs: patienceMs }).get(neverStored)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'CONFIG_INVALID')
      return [{ what, grade: 'wrong', found: textOf(error), remedy: 'Correct this setting.' }]
    if (code !== 'BLOB_MISSING') {
      const remedy =
        'Documents and models wait for it. See that the bucket is there, that this machine reaches it, and that its key or role may read, write, delete and list in it.'
      return [{ what, grade: 'wrong', found: `${code}: ${textOf(error)}`, remedy }]
    }
  }
  return [{ what, grade: 'fine', found: `answers: ${blobsAt(config)}` }]
}

async function checkClickhouse(settings: ServerSettings): Promise<readonly Finding[]> {
  const address = storeOf(settings)
  if (address === null) return []
  const what = 'ClickHouse'
  try {
    const host = hostOf(address)
    const store = openClickhouse(address, { deadlineMs: patienceMs })
    try {
      // Not as a reader: of one who may only read the server says that every other right is lacking
      await checkStore(store, storeFormOf(settings))
      return [{ what, grade: 'fine', found: `answers at ${host}` }]
    } catch (error) {
      if (codeOf(error) === 'STORE_UNSUITABLE') {
        const remedy = 'Analytics waits until this is put right, and begins by itself then.'
        return [{ what, grade: 'wrong', found: `STORE_UNSUITABLE: ${textOf(error)}`, remedy }]
      }
      const found = `${codeOf(error)}: CLICKHOUSE_URL is set, but ${host} does not answer as it should: ${textOf(error)}`
      const remedy =
        'Analytics waits for it and stores everything once it is back. See that it runs, that this machine reaches it, and that CLICKHOUSE_USER and CLICKHOUSE_PASSWORD, or those in CLICKHOUSE_URL, are right.'
      return [{ what, grade: 'wrong', found, remedy }]
    } finally {
      await store.close()
    }
  } catch (error) {
    const remedy =
      'Set CLICKHOUSE_URL as https://host:8443/database, with CLICKHOUSE_USER, CLICKHOUSE_PASSWORD and CLICKHOUSE_CA where it needs them.'
    return [{ what, grade: 'wrong', found: textOf(error), remedy }]
  }
}

async function checkRedis(settings: RedisSettings): Promise<readonly Finding[]> {
  const address = redisOf(settings)
  if (address === null) return []
  const what = 'Redis'
  const redis = openRedisPing(address)
  try {
    for (const end = performance.now() + patienceMs; ; await pause()) {
      try {
        await redis.ping()
        return [{ what, grade: 'fine', found: 'answers' }]
      } catch (error) {
        if (performance.now() < end) continue
        const found = `${codeOf(error)}: REDIS_URL is set, but it does not answer`
        const remedy =
          'Everything goes on without it: readings are not shared between processes, and two people may open the same task.'
        return [{ what, grade: 'note', found, remedy }]
      }
    }
  } finally {
    redis.close()
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, pauseMs))

function textOf(error: unknown): string {
  const { facts = {} } = error as { facts?: { reason?: string } }
  const message = error instanceof Error ? error.message.slice(0, 200) : String(error)
  return facts.reason === undefined ? message : `${message} (${facts.reason})`
}
