/**
 * Locks on documents that are open in a browser; they expire by themselves. In Redis where several
 * instances share them, in memory of one instance otherwise.
 *
 * Locks are advisory: they keep two people from doing the same work, and expire without a renewal,
 * so that a closed laptop frees its document. The revision number guarantees that a document gets
 * one verdict for each revision. So while Redis is unavailable, each instance continues with the
 * locks that it knows.
 */

import { openRedis, type Redis, type RedisAddress } from './redis.ts'

/** `id`: of the page that holds it, since one person may have two pages open. */
export interface Holder {
  readonly id: string
  readonly name: string
  readonly since: number // ms since 1970
}

export interface Locks {
  /**
   * Takes or renews a lock: null on success, otherwise its holder. `force`: takes it from any
   * holder.
   */
  readonly take: (
    key: string,
    holder: Holder,
    forMs: number,
    force?: boolean,
  ) => Promise<Holder | null>
  readonly release: (key: string, id: string) => Promise<void>
  /** The holders of those that are locked. */
  readonly holders: (keys: readonly string[]) => Promise<ReadonlyMap<string, Holder>>
  readonly close: () => void
}

export function openLocks(redis: RedisAddress | null, prefix: string, now: () => number): Locks {
  const own = memory(now)
  return redis === null ? own : shared(openRedis(redis), `${prefix}lock:`, own)
}

function memory(now: () => number): Locks {
  const held = new Map<string, { readonly holder: Holder; readonly until: number }>()
  const live = (key: string): Holder | null => {
    const found = held.get(key)
    if (found === undefined) return null
    if (found.until > now()) return found.holder
    held.delete(key)
    return null
  }
  return {
    async take(key, holder, forMs, force = false) {
      const present = live(key)
      if (present !== null && present.id !== holder.id && !force) return present
      held.set(key, { holder: present?.id === holder.id ? present : holder, until: now() + forMs })
      return null
    },
    async release(key, id) {
      if (live(key)?.id === id) held.delete(key)
    },
    async holders(keys) {
      return new Map(
        keys.flatMap((key) => {
          const holder = live(key)
          return holder === null ? [] : [[key, holder] as const]
        }),
      )
    },
    close: () => held.clear(),
  }
}

// A value is `id` + a space + the holder as JSON; ids have no spaces. A foreign value, or one that
// would never expire, is no lock and blocks nobody
const longestLock = 4_096 // bytes
const presentOf = `
local function presentOf(key)
  if redis.call('TYPE', key).ok ~= 'string' or redis.call('PTTL', key) < 0 then return false end
  if redis.call('STRLEN', key) > ${longestLock} then return false end
  return redis.call('GET', key)
end`
const takeScript = `${presentOf}
local present = presentOf(KEYS[1])
local mine = present and string.sub(present, 1, #ARGV[1] + 1) == ARGV[1] .. ' '
if present and not mine and ARGV[4] ~= '1' then return present end
if mine then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
else
  redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2], 'PX', ARGV[3])
end
return false`
const releaseScript = `${presentOf}
local present = presentOf(KEYS[1])
if present and string.sub(present, 1, #ARGV[1] + 1) == ARGV[1] .. ' ' then
  redis.call('DEL', KEYS[1])
end
return false`
const holdersScript = `${presentOf}
local found = {}
for i, key in ipairs(KEYS) do found[i] = presentOf(key) end
return found`

function shared(client: Redis, prefix: string, own: Locks): Locks {
  const take: Locks['take'] = async (key, holder, forMs, force = false) => {
    const value = JSON.stringify(holder)
    const asked = [prefix + key, holder.id, value, forMs, force ? '1' : '0'] as const
    const present = await client.eval(takeScript, 1, ...asked).catch(() => undefined)
    if (present === undefined) return own.take(key, holder, forMs, force)
    if (present === null) return null
    return parseHolder(present) ?? take(key, holder, forMs, true)
  }
  return {
    take,
    async release(key, id) {
      const gone = client.eval(releaseScript, 1, prefix + key, id).catch(() => undefined)
      await Promise.all([own.release(key, id), gone]) // expires by itself
    },
    async holders(keys) {
      if (keys.length === 0) return new Map()
      const names = keys.map((key) => prefix + key)
      const values = await client.eval(holdersScript, names.length, ...names).catch(() => null)
      if (!Array.isArray(values)) return own.holders(keys)
      return new Map(
        keys.flatMap((key, i) => {
          const holder = parseHolder(values[i])
          return holder === null ? [] : [[key, holder] as const]
        }),
      )
    },
    close: () => client.disconnect(),
  }
}

/** Null for a value that is no lock of ours. */
function parseHolder(value: unknown): Holder | null {
  try {
    const [, ownId, json] = /^(\S+) (.*)$/s.exec(value as string) ?? []
    const { id, name, since } = JSON.parse(json ?? '') as Holder
    const isHolder = id === ownId && typeof name === 'string' && Number.isFinite(since)
    return isHolder ? { id, name, since } : null
  } catch {
    return null
  }
}
