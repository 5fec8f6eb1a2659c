/**
 * Who may do what, from the topology: one principal for each stage and edge, with exactly what it
 * reads and writes. A stage may write to its own dead-letter topic and use the transactional ids
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
} from '../topology.ts'
import type { TopicName } from '../processors/processor.ts'

export interface AccessRight {
  /** `errata-ocr`; the user `User:errata-ocr` in Kafka's terms */
  readonly principal: string
  readonly resource: 'topic' | 'group' | 'transactional-id'
  readonly name: string
  readonly pattern: 'literal' | 'prefixed'
  readonly operations: readonly ('Read' | 'Write' | 'Describe')[]
}

/** All rights, stage by stage. Making topics needs an administrator and is not among them. */
export function accessRights(prefix: string): readonly AccessRight[] {
  const topic = (principal: string, name: string, operation: 'Read' | 'Write'): AccessRight => ({
    principal,
    resource: 'topic',
    name,
    pattern: 'literal',
    operations: [operation, 'Describe'],
  })
  const group = (principal: string, name: string): AccessRight => ({
    principal,
    resource: 'group',
    name,
    pattern: 'prefixed',
    operations: ['Read'],
  })

  const ofStages = stageNames.flatMap((name) => {
    const principal = `errata-${name}`
    const { reads, writes, follows } = stages[name]
    return [
      ...[reads, ...follows]
        .flatMap((read) => namesOf(read, prefix))
        .map((read) => topic(principal, read, 'Read')),
      ...writes
        .flatMap((written) => namesOf(written, prefix))
        .map((written) => topic(principal, written, 'Write')),
      topic(principal, deadTopicName(name, prefix), 'Write'),
      group(principal, groupName(name, prefix)),
      ...follows
        .flatMap((read) => namesOf(read, prefix))
        .map((read) => group(principal, followGroup(read))),
      {
        principal,
        resource: 'transactional-id',
        name: groupName(name, prefix),
        pattern: 'prefixed',
        operations: ['Write', 'Describe'],
      } as const,
    ]
  })
  const ofEdges = (Object.keys(edges) as EdgeName[]).flatMap((name) => {
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
      ...all.map((read) => topic(principal, read, 'Read')),
      ...writes
        .flatMap((written) => namesOf(written, prefix))
        .map((written) => topic(principal, written, 'Write')),
      ...(reads.length > 0 ? [group(principal, groupName(name, prefix))] : []),
      ...all.map((read) => group(principal, followGroup(read))),
    ]
  })
  const decides: AccessRight = {
    principal: 'errata-trainer',
    resource: 'transactional-id',
    name: groupName('trainer', prefix),
    pattern: 'prefixed',
    operations: ['Write', 'Describe'],
  }
  // Who sends dead letters back reads them, marks them, and writes to where they came from; who
  // decides on models and accounts writes those. A web process whose pages decide too needs these
  // rights besides those of the review edge.
  const operator = 'errata-operator'
  const ofOperator = [
    ...stageNames.flatMap((name) => [
      topic(operator, deadTopicName(name, prefix), 'Read'),
      topic(operator, deadTopicName(name, prefix), 'Write'),
      topic(operator, topicName(stages[name].reads, prefix), 'Write'),
    ]),
    {
      principal: operator,
      resource: 'transactional-id',
      name: `${prefix}dead-replay`,
      pattern: 'prefixed',
      operations: ['Write', 'Describe'],
    } as const,
    topic(operator, topicName('models', prefix), 'Read'),
    topic(operator, topicName('models', prefix), 'Write'),
    topic(operator, topicName('users', prefix), 'Read'),
    topic(operator, topicName('users', prefix), 'Write'),
    topic(operator, topicName('audit', prefix), 'Write'),
    { ...decides, principal: operator },
  ]
  return [...ofStages, ...ofEdges, decides, ...ofOperator]
}

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
