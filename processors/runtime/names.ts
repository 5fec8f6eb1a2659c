/** The names and the kind of input that a stage runs with, from the topology. Tests pass their own. */

import { deadTopicName, groupName, stages, topicName, topics, transactionalId, type StageName, type TopicSettings } from '../../topology.ts'
import type { TopicName } from '../processor.ts'

export interface StageNames {
  readonly group: string
  readonly input: string
  readonly dead: string
  output(topic: TopicName): string
  transactionalId(partition: number): string
  /** Whether a null value is a tombstone. */
  readonly erasable: boolean
  /** Whether the key must be the value's documentId. */
  readonly keyedByDocument: boolean
}

export function namesOf(name: StageName, prefix: string): StageNames {
  const { reads } = stages[name]
  return {
    group: groupName(name, prefix),
    input: topicName(reads, prefix),
    dead: deadTopicName(name, prefix),
    output: (topic) => topicName(topic as Exclude<TopicName, 'dead'>, prefix),
    transactionalId: (partition) => transactionalId(name, partition, prefix),
    erasable: isErasable(topics[reads]),
    keyedByDocument: topics[reads].key === 'documentId',
  }
}

const isErasable = ({ compact, erasable }: TopicSettings): boolean => compact || erasable === true
