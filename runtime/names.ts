/** The names that a stage uses, from the topology. Tests pass their own. */

import {
  deadTopicName,
  groupName,
  stages,
  topicName,
  transactionalId,
  type StageName,
} from '../topology.ts'
import type { TopicName } from '../processors/processor.ts'

export interface StageNames {
  readonly group: string
  readonly input: string
  readonly dead: string
  output(topic: TopicName): string
  transactionalId(partition: number): string
}

export function namesOf(name: StageName, prefix: string): StageNames {
  const { reads } = stages[name]
  return {
    group: groupName(name, prefix),
    input: topicName(reads, prefix),
    dead: deadTopicName(name, prefix),
    output: (topic) => topicName(topic as Exclude<TopicName, 'dead'>, prefix),
    transactionalId: (partition) => transactionalId(name, partition, prefix),
  }
}
