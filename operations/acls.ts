/**
 * Access rights derived from the topology: a principal for each process that `errata run` can be
 * asked for, and for each edge, with exactly what it reads, follows, looks up, writes and decides.
 * A stage may write to its own dead-letter topic and use the transactional ids of its partitions.
 *
 * A process has one principal: a web server needs the rights of the intake, of the review and of
 * operators, so `errata-web` has all of them. `errata-intake`, `errata-review` and `errata-operator`
 * are for programs and people that need only one of these.
 *
 * Creating topics needs an administrator and is not included. A producer that is idempotent needs
 * no right beyond writing to its topic. The registry knows nothing of these principals.
 */

import {
  deadTopicName,
  type EdgeName,
  edges,
  fullNames,
  groupName,
  type ServiceName,
  services,
  type StageName,
  stageNames,
  stages,
} from '../topology.ts'
import type { AccessRight } from '../connectors/kafka/kafka.ts'
import { decisionId, followGroups, leaderGroup, lookUpGroups } from '../runtime/names.ts'
import type { Edge, Stage, TopicName } from '../processors/processor.ts'

type Right = Omit<AccessRight, 'principal'>

/** All rights, principal by principal. */
export function accessRights(prefix: string): readonly AccessRight[] {
  const edgeNames = Object.keys(edges) as EdgeName[]
  const rights = new Map<string, readonly Right[]>([
    ...stageNames.map((name) => [name, stageRights(name, prefix)] as const),
    ...edgeNames.map((name) => [name, edgeRights(name, prefix)] as const),
    ...(Object.keys(services) as ServiceName[]).map(
      (name) => [name, services[name].flatMap((edge) => edgeRights(edge, prefix))] as const,
    ),
  ])
  return [...rights].flatMap(([name, its]) =>
    once(its).map((right) => ({ principal: `errata-${name}`, ...right })),
  )
}

type AnyStage = Pick<
  Stage<TopicName, TopicName, unknown, unknown>,
  'reads' | 'follows' | 'looksUp' | 'writes' | 'formerly'
> & { readonly recalls?: { readonly topic: TopicName } }

function stageRights(name: StageName, prefix: string): Right[] {
  const { reads, follows, looksUp, writes, recalls, formerly }: AnyStage = stages[name]
  const group = groupName(name, prefix)
  return [
    ...topicRights([reads], 'Read', prefix),
    groupRight(group, 'literal'),
    ...readingRights({ follows, looksUp }, prefix),
    ...(recalls === undefined
      ? []
      : [
          ...topicRights([recalls.topic], 'Read', prefix),
          groupRight(lookUpGroups(`${group}.`), 'prefixed'),
        ]),
    ...formerRights(reads, formerly, prefix),
    ...topicRights(writes, 'Write', prefix),
    topicRight(deadTopicName(name, prefix), 'Write'),
    transactionRight(`${group}.`, 'prefixed'),
  ]
}

/**
 * What a group has committed in the topic that it read formerly, for the group itself and for the
 * stage that reads the topic now.
 */
function formerRights(reads: TopicName, formerly: TopicName | undefined, prefix: string): Right[] {
  const successors = stageNames.filter((other) => (stages[other] as AnyStage).formerly === reads)
  return [
    ...topicRights(formerly === undefined ? [] : [formerly], 'Read', prefix),
    ...successors.map((other): Right => ({
      ...groupRight(groupName(other, prefix), 'literal'),
      operations: ['Describe'],
    })),
  ]
}

function edgeRights(name: EdgeName, prefix: string): Right[] {
  const { reads = [], writes = [], decides = [], leads, ...others }: Edge = edges[name]
  return [
    ...topicRights(reads, 'Read', prefix),
    ...(reads.length > 0 ? [groupRight(groupName(name, prefix), 'literal')] : []),
    ...readingRights(others, prefix),
    ...(leads === undefined
      ? []
      : [
          ...topicRights([leads], 'Read', prefix),
          groupRight(leaderGroup(name, prefix), 'literal'),
        ]),
    ...topicRights(writes, 'Write', prefix),
    ...decides.map((decision) => transactionRight(decisionId(decision, prefix), 'literal')),
  ]
}

/** What is read in groups that come and go. */
function readingRights(
  { follows = [], looksUp = [] }: Pick<Edge, 'follows' | 'looksUp'>,
  prefix: string,
): Right[] {
  return [
    ...topicRights([...follows, ...looksUp], 'Read', prefix),
    ...follows
      .flatMap((topic) => fullNames(topic, prefix))
      .map((topic) => groupRight(followGroups(topic), 'prefixed')),
    ...(looksUp.length > 0 ? [groupRight(lookUpGroups(prefix), 'prefixed')] : []),
  ]
}

function topicRights(
  topics: readonly TopicName[],
  operation: 'Read' | 'Write',
  prefix: string,
): Right[] {
  return topics
    .flatMap((topic) => fullNames(topic, prefix))
    .map((topic) => topicRight(topic, operation))
}

const topicRight = (name: string, operation: 'Read' | 'Write'): Right => ({
  resource: 'topic',
  name,
  pattern: 'literal',
  operations: [operation, 'Describe'],
})

const groupRight = (name: string, pattern: AccessRight['pattern']): Right => ({
  resource: 'group',
  name,
  pattern,
  operations: ['Read'],
})

const transactionRight = (name: string, pattern: AccessRight['pattern']): Right => ({
  resource: 'transactional-id',
  name,
  pattern,
  operations: ['Write', 'Describe'],
})

function once(rights: readonly Right[]): readonly Right[] {
  return [...new Map(rights.map((right) => [JSON.stringify(right), right])).values()]
}

/** For the command that comes with Kafka; a line each. */
export function aclCommands(rights: readonly AccessRight[], brokers: string): readonly string[] {
  return rights.map(({ principal, resource, name, pattern, operations }) =>
    [
      `kafka-acls --bootstrap-server ${brokers} --add --allow-principal User:${principal}`,
      ...operations.map((operation) => `--operation ${operation}`),
      `--${resource} '${name}' --resource-pattern-type ${pattern}`,
    ].join(' '),
  )
}
