/**
 * A place for what can be worked out again: Redis where several instances share it, memory
 * otherwise.
 *
 * Nothing depends on it. A cache that is away, slow or full of rubbish is a miss, never an error;
 * and since values are compressed with a checksum, rubbish is noticed. What is none of ours is
 * counted, since somebody put it there.
 */

import { once } from 'node:events'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { Counter } from 'prom-client'
import { ErrataError } from '../../errors.ts'
import { openRedis } from './redis.ts'

export interface Cache {
  /** The value, or null where there is none that `parse` can use. */
  readonly get: <T>(key: string, parse: (value: string) => T | null) => Promise<T | null>
  /** Keeps the value for a while, perhaps. */
  readonly put: (key: string, value: string) => Promise<void>
  readonly close: () => Promise<void>
}

export interface CacheSettings {
  readonly redisUrl: string | null
  readonly maxBytes?: number // of memory, compressed
  readonly memoryMs?: number // how long memory keeps a value
}

const keepSeconds = 7 * 86_400 // in Redis; as long as the ocr topic keeps what was read
// in memory, for a record that is tried again: nobody can take out of it what is erased
const keepMs = 10 * 60_000
const patienceMs = 10_000 // until a connection must stand
const compress = promisify(gzip)
const expand = promisify(gunzip)
const maxValueBytes = 64 * 1024 * 1024 // expanded: what is larger is not ours
const maxCompressedBytes = 16 * 1024 * 1024 // the same, as it lies in Redis

const unusable = new Counter({
  name: 'errata_cache_unusable_total',
  help: 'Cached values that were none of ours, by what was wrong with them',
  labelNames: ['cause'] as const,
})

export function openCache({
  redisUrl,
  maxBytes = 64 * 1024 * 1024,
  memoryMs = keepMs,
}: CacheSettings): Cache {
  const store = redisUrl === null ? memory(maxBytes, memoryMs) : redis(redisUrl)
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
        // Not kept: it will be worked out again.
      }
    },
    close: store.close,
  }
}

/** Takes every value out of Redis whose key matches; how many those were. STORE_UNREACHABLE. */
export async function forgetCached(redisUrl: string, patterns: readonly string[]): Promise<number> {
  const client = openRedis(redisUrl)
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

/** The least recently used value goes first. */
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

function redis(url: string): Store {
  const client = openRedis(url)
  return {
    get: async (key) => {
      // A little more than the most: a value that is larger is cut, and so none of ours
      const bytes = await client.getrangeBuffer(key, 0, maxCompressedBytes)
      return bytes.length === 0 ? null : bytes
    },
    put: async (key, bytes) => {
      await client.set(key, bytes, 'EX', keepSeconds)
    },
    close: async () => client.disconnect(),
  }
}
