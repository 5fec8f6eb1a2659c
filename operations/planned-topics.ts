/** The topics as they are to be: name, partitions and what a broker is told of each. */

import type { Config } from '../config.ts'
import type { NewTopic } from '../connectors/kafka/kafka.ts'
import { allTopics } from '../runtime/existing-topics.ts'
import { type TopicSettings } from '../topology.ts'

const maxMessageBytes = 10_485_760 // 10 MiB: the largest record and its frame
const hour = 3_600_000 // ms

export interface PlannedTopic extends NewTopic {
  readonly facts: TopicSettings
}

/**
 * What each topic is told: all that it wants, or, with `skipConfigs`, only what decides which
 * records are kept, for brokers that refuse the rest and have settings of their own.
 */
export function plannedTopics(
  config: Pick<Config, 'topicPrefix' | 'partitions'>,
  replication: number,
  skipConfigs = false,
): readonly PlannedTopic[] {
  return allTopics(config.topicPrefix).map(({ name, settings }) => ({
    name,
    partitions: settings.partitions === 'P' ? config.partitions : settings.partitions,
    replication,
    settings: {
      ...retentionOf(settings),
      ...(skipConfigs ? {} : detailsOf(settings, replication)),
    },
    facts: settings,
  }))
}

function retentionOf({ compact, retainMs }: TopicSettings): Record<string, string> {
  return compact
    ? { 'cleanup.policy': 'compact' }
    : { 'cleanup.policy': 'delete', 'retention.ms': String(retainMs) }
}

function detailsOf({ compact }: TopicSettings, replication: number): Record<string, string> {
  return {
    'max.message.bytes': String(maxMessageBytes),
    ...(replication >= 3 ? { 'min.insync.replicas': '2' } : {}),
    'unclean.leader.election.enable': 'false',
    ...(compact ? compactionDetails : {}),
  }
}

const compactionDetails: Readonly<Record<string, string>> = {
  // Only closed segments are compacted: one an hour, so that a fact that was taken back is gone
  // within a day.
  'segment.ms': String(hour),
  'segment.bytes': String(64 * 2 ** 20),
  'min.cleanable.dirty.ratio': '0.1',
  'max.compaction.lag.ms': String(24 * hour),
  // A follower that was away for a week still learns what was deleted.
  'delete.retention.ms': String(7 * 24 * hour),
}
