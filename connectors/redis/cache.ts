/**
 * A cache of recomputable values: Redis where several instances share it, memory otherwise.
 *
 * Correctness never depends on it. An unavailable, slow or corrupted cache is a miss, never an
 * error; values are compressed with a checksum, so corruption is detected. Foreign values are
 * counted, since somebody put them there.
 */

import { once } from 'node:events'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { Counter } from 'prom-client'
import { ErrataError } from '../../errors.ts'
import { openRedis, redisOf, type RedisAddress, type RedisSettings } from './redis.ts'

export interface Cache {
  /** The value, or null where there is none that `parse` accepts. */
  readonly get: <T>(key: string, parse: (value: string) => T | null) => Promise<T | null>
  /** Stores the value for a while, best effort. */
  readonly put: (key: string, value: string) => Promise<void>
  readonly close: () => Promise<void>
}

export interface CacheSettings extends RedisSettings {
  readonly maxBytes?: number // of memory, compressed
  readonly memoryMs?: number // how long memory keeps a value
}

const keepSeconds = 7 * 86_400 // in Redis; as long as the retention of the ocr topic
// in memory, for a retried record: short, since erasing can't delete from other processes' memory
const keepMs = 10 * 60_000
const patienceMs = 10_000 // to connect
const compress = promisify(gzip)
const expand = promisify(gunzip)
const maxValueBytes = 64 * 1024 * 1024 // decompressed: larger values are not ours
const maxCompressedBytes = 16 * 1024 * 1024 // the same limit for the value as stored in Redis

const unusable = new Counter({
  name: 'errata_cache_unusable_total',
  help: 'Cached values that were none of ours, by what was wrong with them',
  labelNames: ['cause'] as const,
})

export function openCache({
  maxBytes = 64 * 1024 * 1024,
  memoryMs = keepMs,
  ...settings
}: CacheSettings): Cache {
  const address = redisOf(settings)
  const store = address === null ? memory(maxBytes, memoryMs) : redis(address)
  return {
    get: async (key, parse) => {
      const bytes = await store.get(key).catch(() => null)
      if (bytes === null) return null
      const text = await expand(bytes, { maxOutputLength: maxValueBytes }).catch(() => null)
      const value = text === null ? null : parse(text.toString('utf8'))
      if (value === null) unusable.inc({ cause: text === null ? 'bytes' : 'content' })
      return value
    },
    put: async (key, value) => {
      try {
        const bytes = await compress(value)
        if (bytes.length <= maxCompressedBytes) await store.put(key, bytes)
      } catch {
        // Not cached: it will be computed again
      }
    },
    close: store.close,
  }
}

/** Deletes every value from Redis whose key matches; returns their number. STORE_UNREACHABLE. */
export async function forgetCached(
  address: RedisAddress,
  patterns: readonly string[],
): Promise<number> {
  const client = openRedis(address)
  try {
    await once(client, 'ready', { signal: AbortSignal.timeout(patienceMs) })
    let gone = 0
    for (const match of patterns) {
      for await (const keys of client.scanStream({ match, count: 1_000 })) {
        if (keys.length > 0) gone += await client.unlink(...(keys as string[]))
      }
    }
    return gone
  } catch (cause) {
    throw new ErrataError('STORE_UNREACHABLE', 'Redis can not be asked to forget', {}, cause)
  } finally {
    client.disconnect()
  }
}

interface Store {
  readonly get: (key: string) => Promise<Buffer | null>
  readonly put: (key: string, bytes: Buffer) => Promise<void>
  readonly close: () => Promise<void>
}

/** Evicts the least recently used value first. */
function memory(maxBytes: number, keepForMs: number): Store {
  const kept = new Map<string, Buffer>()
  let size = 0
  const drop = (key: string): void => {
    size -= kept.get(key)?.length ?? 0
    kept.delete(key)
  }
  return {
    get: async (key) => {
      const bytes = kept.get(key)
      if (bytes === undefined) return null
      kept.delete(key)
      kept.set(key, bytes)
      return bytes
    },
    put: async (key, bytes) => {
      drop(key)
      if (bytes.length > maxBytes) return
      kept.set(key, bytes)
      size += bytes.length
      setTimeout(() => kept.get(key) === bytes && drop(key), keepForMs).unref()
      for (const oldest of kept.keys()) {
        if (size <= maxBytes) break
        drop(oldest)
      }
    },
    close: async () => kept.clear(),
  }
}

function redis(address: RedisAddress): Store {
  const client = openRedis(address)
  return {
    get: async (key) => {
      // One byte more than the limit: a larger value is truncated, and so invalid
      const bytes = await client.getrangeBuffer(key, 0, maxCompressedBytes)
      return bytes.length === 0 ? null : bytes
    },
    put: async (key, bytes) => {
      await client.set(key, bytes, 'EX', keepSeconds)
    },
    close: async () => client.disconnect(),
  }
}
