/**
 * What `errata doctor` and `errata status` find about servers of others that the settings name and
 * that no stage needs to run: an external ClickHouse, and Redis.
 */

import type { Config } from '../config.ts'
import { openClickhouse } from '../connectors/clickhouse/clickhouse.ts'
import { openRedisPing } from '../connectors/redis/redis.ts'
import { codeOf } from '../errors.ts'
import type { Finding } from './finding.ts'

const patienceMs = 5_000
const pauseMs = 100 // between two tries of a connection that is being made

/** None where neither is set. */
export async function checkServers(
  config: Pick<Config, 'clickhouseUrl' | 'redisUrl'>,
): Promise<readonly Finding[]> {
  return [...(await checkClickhouse(config)), ...(await checkRedis(config))]
}

async function checkClickhouse({
  clickhouseUrl,
}: Pick<Config, 'clickhouseUrl'>): Promise<readonly Finding[]> {
  if (clickhouseUrl === null) return []
  const what = 'ClickHouse'
  try {
    const { host } = new URL(clickhouseUrl)
    const store = openClickhouse(clickhouseUrl, { readOnly: true, deadlineMs: patienceMs })
    try {
      await store.query('SELECT 1')
      return [{ what, grade: 'fine', found: `answers at ${host}` }]
    } catch (error) {
      const found = `${codeOf(error)}: CLICKHOUSE_URL is set, but ${host} does not answer as it should: ${textOf(error)}`
      const remedy =
        'Analytics waits for it and stores everything once it is back. See that it runs, that this machine reaches it, and that user and password in CLICKHOUSE_URL are right.'
      return [{ what, grade: 'wrong', found, remedy }]
    } finally {
      await store.close()
    }
  } catch (error) {
    const remedy = 'Set CLICKHOUSE_URL as http://user:password@host:8123/database.'
    return [{ what, grade: 'wrong', found: textOf(error), remedy }]
  }
}

async function checkRedis({ redisUrl }: Pick<Config, 'redisUrl'>): Promise<readonly Finding[]> {
  if (redisUrl === null) return []
  const what = 'Redis'
  const redis = openRedisPing(redisUrl)
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
