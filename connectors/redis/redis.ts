/**
 * A Redis client as everything here uses it: it never queues while Redis is away, so that a caller
 * learns at once.
 */

import { Redis } from 'ioredis'

export type { Redis } from 'ioredis'

const patienceMs = 1_000 // a slower answer than this costs more than it saves

export function openRedis(url: string): Redis {
  const client = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: patienceMs,
    commandTimeout: patienceMs,
    retryStrategy: (times) => Math.min(30_000, 200 * 2 ** times),
  })
  // it reconnects by itself, and every command reports its own failure
  client.on('error', () => undefined)
  return client
}
