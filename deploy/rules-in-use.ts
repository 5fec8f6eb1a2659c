/** The rules topic as the extractor uses it: by vendor, then by field, always as new as the log. */

import { follow } from '../processors/runtime/follow.ts'
import type { Rule } from '../schemas/types.ts'
import { topicName } from '../topology.ts'
import type { Context } from './parts/part.ts'

export interface RulesInUse {
  readonly rulesOf: (vendor: string) => ReadonlyMap<string, Rule>
  /** The offsets that were applied, such as 0:12 2:4. */
  readonly version: () => string
  readonly ready: Promise<unknown>
  readonly failed: Promise<never>
  stop(): Promise<void>
}

const none: ReadonlyMap<string, Rule> = new Map()

export function followRules({ config, connection, log }: Pick<Context, 'config' | 'connection' | 'log'>): RulesInUse {
  const byVendor = new Map<string, Map<string, Rule>>()
  const vendorOf = new Map<string, string>() // by key, since a tombstone says nothing but its key
  const table = follow({
    cluster: connection.cluster, registry: connection.registry, topic: 'rules', name: topicName('rules', config.topicPrefix), log,
    apply: (key, rule) => {
      const field = key.slice((vendorOf.get(key)?.length ?? 0) + 1)
      if (rule === null) {
        byVendor.get(vendorOf.get(key) ?? '')?.delete(field)
        vendorOf.delete(key)
        return
      }
      vendorOf.set(key, rule.vendor)
      byVendor.set(rule.vendor, (byVendor.get(rule.vendor) ?? new Map<string, Rule>()).set(rule.field, rule))
    },
  })
  const version = (): string => [...table.position()].filter(([, offset]) => offset > 0n).sort(([a], [b]) => a - b).map(([partition, offset]) => `${partition}:${offset}`).join(' ')
  return { rulesOf: (vendor) => byVendor.get(vendor) ?? none, version, ready: table.ready, failed: table.failed, stop: table.stop }
}
