/** The topics that exist in a cluster; dead letters have one for each stage. */

import type { TopicName } from '../processors/processor.ts'
import { deadTopicName, stageNames, topicName, topics, type TopicSettings } from '../topology.ts'

/**
 * Every topic that exists in the cluster: full name, topic whose schema and settings it has,
 * settings.
 */
export function allTopics(
  prefix: string,
): readonly { name: string; topic: TopicName; settings: TopicSettings }[] {
  const plain = (Object.keys(topics) as TopicName[]).filter((topic) => topic !== 'dead')
  return [
    ...plain.map((topic) => ({
      name: topicName(topic as Exclude<TopicName, 'dead'>, prefix),
      topic,
      settings: topics[topic],
    })),
    ...stageNames.map((name) => ({
      name: deadTopicName(name, prefix),
      topic: 'dead' as const,
      settings: topics.dead,
    })),
  ]
}
