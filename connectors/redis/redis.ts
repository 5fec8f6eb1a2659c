/**
 * The Redis client of this folder: commands fail immediately while Redis is unavailable instead of
 * being queued.
 */

import { Redis } from 'ioredis'

export type { Redis } from 'ioredis'

const patienceMs = 1_000 // slower responses cost more than they save

export function openRedis(url: string): Redis {
  const client = new Redis(url, {
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
