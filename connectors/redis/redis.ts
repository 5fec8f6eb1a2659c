/**
 * The Redis client of this folder: commands fail immediately while Redis is unavailable instead of
 * being queued.
 */

import { Redis } from 'ioredis'
import type { Config } from '../../config.ts'
import { ErrataError } from '../../errors.ts'

export type { Redis } from 'ioredis'

const patienceMs = 1_000 // slower responses cost more than they save

export type RedisSettings = Pick<Config, 'redisUrl'> &
  Partial<Pick<Config, 'redisUser' | 'redisPassword' | 'redisCa'>>

/** A URL, or one whose user, password or authority are apart. */
export type RedisAddress = string | (RedisSettings & { readonly redisUrl: string })

/** These of more settings. */
export function redisSettingsOf(settings: RedisSettings): RedisSettings {
  const { redisUrl, redisUser = null, redisPassword = null, redisCa = null } = settings
  return { redisUrl, redisUser, redisPassword, redisCa }
}

/** Null where no Redis is set. */
export function redisOf(settings: RedisSettings): RedisAddress | null {
  const { redisUrl, ...apart } = redisSettingsOf(settings)
  return redisUrl === null ? null : { redisUrl, ...apart }
}

export function openRedis(address: RedisAddress): Redis {
  const { redisUrl, ...apart } = typeof address === 'string' ? { redisUrl: address } : address
  const { redisUser, redisPassword, redisCa } = apart as Partial<RedisSettings>
  const client = new Redis(redisUrl, {
    ...(redisUser == null ? {} : { username: redisUser }),
    ...(redisPassword == null ? {} : { password: redisPassword }),
    ...(redisCa == null ? {} : { tls: { ca: [redisCa] } }),
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: patienceMs,
    commandTimeout: patienceMs,
    retryStrategy: (times) => Math.min(30_000, 200 * 2 ** times),
  })
  // it reconnects by itself, and every command reports its own error
  client.on('error', () => undefined)
  return client
}

/** Asks whether Redis answers, by a connection of its own. STORE_UNREACHABLE. */
export function openRedisPing(address: RedisAddress): { ping(): Promise<void>; close(): void } {
  const client = openRedis(address)
  return {
    async ping() {
      await client.ping().catch((cause: unknown) => {
        throw new ErrataError('STORE_UNREACHABLE', 'Redis does not answer', {}, cause)
      })
    },
    close: () => client.disconnect(),
  }
}
