/** The rules topic as the extractor uses it: what holds for a vendor, by field, always as new as the log. */

import { ruleTable } from '../processors/rule-table.ts'
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

export function followRules({ config, connection, log }: Pick<Context, 'config' | 'connection' | 'log'>): RulesInUse {
  const rules = ruleTable()
  const table = follow({ cluster: connection.cluster, registry: connection.registry, topic: 'rules', name: topicName('rules', config.topicPrefix), log, apply: rules.put })
  const version = (): string => [...table.position()].filter(([, offset]) => offset > 0n).sort(([a], [b]) => a - b).map(([partition, offset]) => `${partition}:${offset}`).join(' ')
  return { rulesOf: rules.rulesOf, version, ready: table.ready, failed: table.failed, stop: table.stop }
}
