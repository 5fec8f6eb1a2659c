/**
 * The names that a stage uses, from the topology; tests pass their own. Also the names of what the
 * others use beside topics.
 */

import {
  deadTopicName,
  groupName,
  stages,
  topicName,
  transactionalId,
  type EdgeName,
  type StageName,
} from '../topology.ts'
import type { Decision, TopicName } from '../processors/processor.ts'

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

/** The transactional id of those who decide: the later one fences the earlier one. */
export function decisionId(decision: Decision, prefix: string): string {
  return {
    profiles: `${groupName('operator', prefix)}.profiles`,
    models: `${groupName('trainer', prefix)}.models`,
    'training-runs': `${groupName('trainer', prefix)}.runs`,
    replay: `${prefix}dead-replay`,
  }[decision]
}

/** The group of the processes of an edge of which one works at a time. */
export function leaderGroup(name: EdgeName, prefix: string): string {
  return `${groupName(name, prefix)}.leader`
}

/** Groups of those who follow a topic: one for each process. */
export function followGroups(topic: string): string {
  return `${topic}.follow.`
}

/** Groups of those who look something up: one for each time. */
export function lookUpGroups(prefix: string): string {
  return `${prefix}scan.`
}

/**
 * What copies a generation into the topics of `prefix`: the group that holds its progress, the one
 * that says from where and whether it is done, and its transactional id.
 */
export function copyNames(prefix: string): {
  readonly progress: string
  readonly state: string
  readonly transactionalId: string
} {
  return {
    progress: `${prefix}copy`,
    state: `${prefix}copy.state`,
    transactionalId: `${prefix}copy`,
  }
}
