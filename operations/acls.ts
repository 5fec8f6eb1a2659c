/**
 * Access rights derived from the topology: one principal for each stage and edge, with exactly what
 * it reads and writes. A stage may write to its own dead-letter topic and use the transactional ids
 * that begin with its group's name; nobody but trainer and operator write models, nobody but the
 * review edge writes verdicts.
 */

import {
  edges,
  groupName,
  stageNames,
  stages,
  deadTopicName,
  topicName,
  type EdgeName,
  type StageName,
} from '../topology.ts'
import type { Stage, TopicName } from '../processors/processor.ts'

export interface AccessRight {
  /** `errata-ocr`; the user `User:errata-ocr` in Kafka's terms */
  readonly principal: string
  readonly resource: 'topic' | 'group' | 'transactional-id'
  readonly name: string
  readonly pattern: 'literal' | 'prefixed'
  readonly operations: readonly ('Read' | 'Write' | 'Describe')[]
}

/** All rights, stage by stage. Creating topics needs an administrator and is not included. */
export function accessRights(prefix: string): readonly AccessRight[] {
  return [
    ...stageNames.flatMap((name) => stageRights(name, prefix)),
    ...(Object.keys(edges) as EdgeName[]).flatMap((name) => edgeRights(name, prefix)),
    decisionRight('errata-trainer', prefix),
    ...operatorRights(prefix),
  ]
}

type AnyStage = Pick<
  Stage<TopicName, TopicName, unknown, unknown>,
  'reads' | 'writes' | 'follows' | 'formerly'
> & { readonly recalls?: { readonly topic: TopicName } }

function stageRights(name: StageName, prefix: string): AccessRight[] {
  const principal = `errata-${name}`
  const { reads, writes, follows, recalls, formerly }: AnyStage = stages[name]
  const named = (topics: readonly TopicName[]): string[] =>
    topics.flatMap((one) => namesOf(one, prefix))
  return [
    ...named([reads, ...follows, ...(recalls === undefined ? [] : [recalls.topic])]).map((read) =>
      topicRight(principal, read, 'Read'),
    ),
    ...named(writes).map((written) => topicRight(principal, written, 'Write')),
    topicRight(principal, deadTopicName(name, prefix), 'Write'),
    groupRight(principal, groupName(name, prefix)),
    ...named(follows).map((read) => groupRight(principal, followGroup(read))),
    // What a group has committed in the topic that it read formerly
    ...named(formerly === undefined ? [] : [formerly]).map((read) =>
      topicRight(principal, read, 'Read'),
    ),
    ...stageNames
      .filter((other) => (stages[other] as AnyStage).formerly === reads)
      .map((other) => ({
        ...groupRight(principal, groupName(other, prefix)),
        operations: ['Describe'] as const,
      })),
    transactionRight(principal, groupName(name, prefix)),
  ]
}

function edgeRights(name: EdgeName, prefix: string): AccessRight[] {
  const principal = `errata-${name}`
  const {
    reads = [],
    follows = [],
    writes = [],
  }: {
    reads?: readonly TopicName[]
    follows?: readonly TopicName[]
    writes?: readonly TopicName[]
  } = edges[name]
  const all = [...reads, ...follows].flatMap((read) => namesOf(read, prefix))
  return [
    ...all.map((read) => topicRight(principal, read, 'Read')),
    ...writes
      .flatMap((written) => namesOf(written, prefix))
      .map((written) => topicRight(principal, written, 'Write')),
    ...(reads.length > 0 ? [groupRight(principal, groupName(name, prefix))] : []),
    ...all.map((read) => groupRight(principal, followGroup(read))),
  ]
}

/**
 * Replaying dead letters needs reading and marking them, and writing to their original topics;
 * decisions on models and accounts need writing those. A web process with operator pages needs
 * these rights besides those of the review edge.
 */
function operatorRights(prefix: string): AccessRight[] {
  const operator = 'errata-operator'
  return [
    ...stageNames.flatMap((name) => [
      topicRight(operator, deadTopicName(name, prefix), 'Read'),
      topicRight(operator, deadTopicName(name, prefix), 'Write'),
      topicRight(operator, topicName(stages[name].reads, prefix), 'Write'),
    ]),
    transactionRight(operator, `${prefix}dead-replay`),
    topicRight(operator, topicName('models', prefix), 'Read'),
    topicRight(operator, topicName('models', prefix), 'Write'),
    topicRight(operator, topicName('users', prefix), 'Read'),
    topicRight(operator, topicName('users', prefix), 'Write'),
    topicRight(operator, topicName('audit', prefix), 'Write'),
    decisionRight(operator, prefix),
  ]
}

/** To decide on models. */
const decisionRight = (principal: string, prefix: string): AccessRight =>
  transactionRight(principal, groupName('trainer', prefix))

const topicRight = (principal: string, name: string, operation: 'Read' | 'Write'): AccessRight => ({
  principal,
  resource: 'topic',
  name,
  pattern: 'literal',
  operations: [operation, 'Describe'],
})

const groupRight = (principal: string, name: string): AccessRight => ({
  principal,
  resource: 'group',
  name,
  pattern: 'prefixed',
  operations: ['Read'],
})

const transactionRight = (principal: string, name: string): AccessRight => ({
  principal,
  resource: 'transactional-id',
  name,
  pattern: 'prefixed',
  operations: ['Write', 'Describe'],
})

/** Groups of follow-tables: one for each process, named after the topic. */
function followGroup(topic: string): string {
  return `${topic}.follow.`
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

function namesOf(topic: TopicName, prefix: string): readonly string[] {
  return topic === 'dead'
    ? stageNames.map((name) => deadTopicName(name, prefix))
    : [topicName(topic, prefix)]
}
