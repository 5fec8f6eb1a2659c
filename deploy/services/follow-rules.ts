/**
 * The rules topic as the extractor uses it: what holds for a vendor, by field, always as new as the
 * log. Of what comes while it runs it is said how long it took from the verdict, or from the
 * decision about a rule, to here.
 */

import { ruleTable } from '../../processors/rules/rule-table.ts'
import { follow } from '../../runtime/follow.ts'
import { enteredOf } from '../../runtime/headers.ts'
import type { Rule } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { followedBy, type Followed, type ServiceContext } from './service.ts'

export interface RulesInUse extends Followed {
  readonly rulesOf: (vendor: string) => ReadonlyMap<string, Rule>
  /** The offsets that were applied, such as 0:12 2:4. */
  readonly version: () => string
  /** Resolves when every rule that was there at the call is in use. */
  readonly caughtUp: () => Promise<void>
}

/**
 * `active` hears of each rule that came after the start, with the milliseconds since the verdict
 * was written.
 */
export function followRules(
  { config, connection, log }: Pick<ServiceContext, 'config' | 'connection' | 'log'>,
  active: (ms: number) => void = () => {},
): RulesInUse {
  const rules = ruleTable()
  let live = false
  const table = follow({
    cluster: connection.cluster,
    registry: connection.registry,
    topic: 'rules',
    name: topicName('rules', config.topicPrefix),
    log,
    apply: (key, rule, at) => {
      rules.put(key, rule)
      if (live) active(Date.now() - enteredOf(at))
    },
  })
  table.ready.then(
    () => (live = true),
    () => {},
  )
  const version = (): string =>
    [...table.position()]
      .filter(([, offset]) => offset > 0n)
      .sort(([a], [b]) => a - b)
      .map(([partition, offset]) => `${partition}:${offset}`)
      .join(' ')
  return {
    rulesOf: rules.rulesOf,
    version,
    caughtUp: () => table.caughtUp(),
    ...followedBy(table),
  }
}
