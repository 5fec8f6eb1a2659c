/** The rules topic as a table. */

import type { Config } from '../config.ts'
import { topicOffsets } from '../connectors/kafka/kafka.ts'
import { ruleTable, type RuleTable } from '../processors/rules/rule-table.ts'
import { usable } from '../runtime/message.ts'
import { scan } from '../runtime/read-topics.ts'
import { topicName } from '../topology.ts'
import type { Connection } from './connect.ts'

/** The rules topic as it stands now. */
export async function readRules(
  config: Config,
  { cluster, registry }: Connection,
): Promise<RuleTable> {
  const rules = ruleTable()
  const name = topicName('rules', config.topicPrefix)
  const ranges = [...(await topicOffsets(cluster, name))].map(([partition, { low, high }]) => ({
    topic: name,
    partition,
    from: low,
    to: high,
  }))
  await scan(cluster, ranges, config.topicPrefix, async (record) => {
    const message = await usable(record, 'rules', registry.codec, cluster.log)
    if (message !== null) rules.put(message.key, message.value)
  })
  return rules
}
