/**
 * The rules at a point in time: `rules` is compacted, but `verdicts` is kept forever, and learn
 * and teach are pure. So the verdicts up to that time are replayed in order; the same verdicts give
 * the same rules. Manual changes of rules are not in `verdicts`, and so not included.
 */

import { topicOffsets } from '../connectors/kafka/kafka.ts'
import type { Message } from '../processors/processor.ts'
import { ruleTable } from '../processors/rules/rule-table.ts'
import { openInMemory } from '../runtime/in-memory.ts'
import { usable } from '../runtime/message.ts'
import type { Profiles } from '../schemas/profiles.ts'
import type { Rule } from '../schemas/types.ts'
import { topicName } from '../topology.ts'
import type { Connection } from './connect.ts'
import { scan } from '../runtime/read-topics.ts'

/** A change of a rule, with the verdict that brought it about. */
export interface RuleChange {
  readonly by: Message<'verdicts'>
  readonly key: string
  readonly rule: Rule | null
}

export type RulesOf = (vendor: string) => ReadonlyMap<string, Rule> // by field

/** `at`: ms since 1970. */
export async function rulesAt(
  prefix: string,
  connection: Pick<Connection, 'cluster' | 'registry'>,
  profiles: Profiles,
  at: number,
): Promise<RulesOf> {
  return taught(await readVerdicts(prefix, connection, at), profiles)
}

/**
 * Every verdict that counts up to a moment, in the order in which they came; those that can't be used and those
 * of erased documents are left out.
 */
export async function readVerdicts(
  prefix: string,
  { cluster, registry }: Pick<Connection, 'cluster' | 'registry'>,
  at = Infinity,
): Promise<Message<'verdicts'>[]> {
  const name = topicName('verdicts', prefix)
  const ranges = [...(await topicOffsets(cluster, name))].map(([partition, { low, high }]) => ({
    topic: name,
    partition,
    from: low,
    to: high,
  }))
  let messages: Message<'verdicts'>[] = []
  await scan(cluster, ranges, prefix, async (record) => {
    const message = await usable(record, 'verdicts', registry.codec, cluster.log)
    if (message === null) return
    if (message.value === null) messages = messages.filter((one) => one.key !== message.key)
    else if (message.timestamp <= at) messages.push(message)
  })
  return messages.sort(
    (a, b) =>
      a.timestamp - b.timestamp ||
      a.origin.partition - b.origin.partition ||
      Number(a.origin.offset - b.origin.offset),
  )
}

/** What verdicts teach, in their order. */
export async function taught(
  messages: readonly Message<'verdicts'>[],
  profiles: Profiles,
): Promise<RulesOf> {
  const rules = ruleTable()
  for await (const { key, rule } of changesTaught(messages, profiles)) rules.put(key, rule)
  return rules.rulesOf
}

/** Every change, in order. */
export async function* changesTaught(
  messages: readonly Message<'verdicts'>[],
  profiles: Profiles,
): AsyncGenerator<RuleChange> {
  let now = 0
  let changes: Message<'rules'>[] = []
  const use = { profiles }
  const topology = openInMemory({
    now: () => now,
    uses: { learn: () => use, teach: () => use },
    follow: { rules: (message) => void changes.push(message) },
  })
  for (const by of messages) {
    now = by.timestamp
    await topology.write('verdicts', by.key, by.value)
    for (const { key, value } of changes) yield { by, key, rule: value }
    changes = []
  }
}
