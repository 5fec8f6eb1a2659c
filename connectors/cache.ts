/**
 * A place for what can be worked out again: Redis where several instances share it, memory otherwise.
 *
 * Nothing depends on it. A cache that is away, slow or full of rubbish is a miss, never an error; and since values are
 * compressed with a checksum, rubbish is noticed.
 */

import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { openRedis } from './redis.ts'

export interface Cache {
  /** The value, or null. */
  readonly get: (key: string) => Promise<string | null>
  /** Keeps the value for a while, perhaps. */
  readonly put: (key: string, value: string) => Promise<void>
  readonly close: () => Promise<void>
}

export interface CacheSettings {
  readonly redisUrl: string | null
  readonly maxBytes?: number // of memory, compressed
}

const keepSeconds = 7 * 86_400 // in Redis; as long as the ocr topic keeps what was read
const compress = promisify(gzip)
const expand = promisify(gunzip)
const maxValueBytes = 64 * 1024 * 1024 // expanded: what is larger is not ours

export function openCache({ redisUrl, maxBytes = 64 * 1024 * 1024 }: CacheSettings): Cache {
  const store = redisUrl === null ? memory(maxBytes) : redis(redisUrl)
  return {
    get: async (key) => {
      try {
        const bytes = await store.get(key)
        return bytes === null ? null : (await expand(bytes, { maxOutputLength: maxValueBytes })).toString('utf8')
      } catch {
        return null
      }
    },
    put: async (key, value) => {
      try {
        await store.put(key, await compress(value))
      } catch {
        // Not kept: it will be worked out again.
      }
    },
    close: store.close,
  }
}

interface Store {
  readonly get: (key: string) => Promise<Buffer | null>
  readonly put: (key: string, bytes: Buffer) => Promise<void>
  readonly close: () => Promise<void>
}

/** The least recently used value goes first. */
function memory(maxBytes: number): Store {
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
    get: (key) => client.getBuffer(key),
    put: async (key, bytes) => { await client.set(key, bytes, 'EX', keepSeconds) },
    close: async () => client.disconnect(),
  }
}
