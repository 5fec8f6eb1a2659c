/** A table that follows the first toy topic, as the tests of followers look at it. */

import type { Cluster } from '../../connectors/kafka/kafka.ts'
import { follow, type Following } from '../../runtime/follow.ts'
import type { Raw } from '../../schemas/types.ts'
import { quiet, toyRaw, type Toys } from '../toys.ts'

/** `current`: what the running test has opened, with the followers that it stops at its end. */
export function toyTables(
  current: () => { readonly toys: Toys; readonly topic: string; readonly following: Following[] },
) {
  const encoded = (key: string, tenant = 'default'): Buffer =>
    current().toys.registry.codec.encode('raw', toyRaw(key, { tenant }))
  const table = (name = current().topic, cluster: Cluster = current().toys.cluster) => {
    const { toys, following } = current()
    const rows = new Map<string, string>()
    const all: string[] = []
    const refused: string[] = []
    const apply = (key: string, value: Raw | null): void => {
      all.push(`${key}=${value?.tenant ?? 'nothing'}`)
      if (value === null) rows.delete(key)
      else rows.set(key, value.tenant)
    }
    const one = follow({
      cluster,
      registry: toys.registry,
      topic: 'raw',
      name,
      apply,
      refused: (key) => void refused.push(key),
      log: quiet,
    })
    following.push(one)
    return {
      ready: one.ready,
      position: () => one.position(),
      caughtUp: () => one.caughtUp(),
      stop: () => one.stop(),
      rows,
      all,
      refused,
    }
  }
  return { encoded, table }
}
