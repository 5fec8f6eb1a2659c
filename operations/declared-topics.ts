/**
 * Topics and access rights as text for the tools that keep a cluster as it is declared:
 *
 *   terraform   resources of the provider Mongey/kafka
 *   strimzi     KafkaTopic and KafkaUser of its operators, version v1
 *
 * Both have what `errata topics` itself makes. Schemas are in neither: processes register them.
 */

import type { AccessRight } from '../connectors/kafka/kafka.ts'
import type { PlannedTopic } from './planned-topics.ts'

export interface Declared {
  readonly topics: readonly PlannedTopic[]
  readonly rights: readonly AccessRight[]
}

/** One for each resource of a principal, though it is read for one reason and written for another. */
function joined(rights: readonly AccessRight[]): readonly AccessRight[] {
  const byResource = new Map<string, AccessRight>()
  for (const right of rights) {
    const { principal, resource, name, pattern } = right
    const key = JSON.stringify([principal, resource, name, pattern])
    const operations = [...(byResource.get(key)?.operations ?? []), ...right.operations]
    byResource.set(key, { ...right, operations: [...new Set(operations)] })
  }
  return [...byResource.values()]
}

const quoted = (text: string): string => JSON.stringify(text).replaceAll('${', '$${')
const terraformName = (text: string): string =>
  text.replace(/[^A-Za-z0-9_-]/g, '_').replace(/^(?![A-Za-z_])/, '_')

const terraformTypes = {
  topic: 'Topic',
  group: 'Group',
  'transactional-id': 'TransactionalID',
} as const
const terraformPatterns = { literal: 'Literal', prefixed: 'Prefixed' } as const

export function terraformOf({ topics, rights }: Declared): string {
  const head = [
    'terraform {',
    '  required_providers {',
    '    kafka = {',
    '      source = "Mongey/kafka"',
    '    }',
    '  }',
    '}',
  ]
  return `${[head, ...topics.map(terraformTopic), ...joined(rights).flatMap(terraformAcls)]
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function terraformTopic({ name, partitions, replication, settings }: PlannedTopic): string[] {
  return [
    `resource "kafka_topic" ${quoted(terraformName(name))} {`,
    `  name               = ${quoted(name)}`,
    `  partitions         = ${partitions}`,
    `  replication_factor = ${replication}`,
    '  config = {',
    ...Object.entries(settings).map(([key, value]) => `    ${quoted(key)} = ${quoted(value)}`),
    '  }',
    '}',
  ]
}

function terraformAcls({
  principal,
  resource,
  name,
  pattern,
  operations,
}: AccessRight): string[][] {
  return operations.map((operation) => {
    const key = [principal, resource, name, pattern, operation].join('_')
    return [
      `resource "kafka_acl" ${quoted(terraformName(key))} {`,
      `  resource_name                = ${quoted(name)}`,
      `  resource_type                = ${quoted(terraformTypes[resource])}`,
      `  resource_pattern_type_filter = ${quoted(terraformPatterns[pattern])}`,
      `  acl_principal                = ${quoted(`User:${principal}`)}`,
      '  acl_host                     = "*"',
      `  acl_operation                = ${quoted(operation)}`,
      '  acl_permission_type          = "Allow"',
      '}',
    ]
  })
}

const strimziTypes = {
  topic: 'topic',
  group: 'group',
  'transactional-id': 'transactionalId',
} as const
const strimziPatterns = { literal: 'literal', prefixed: 'prefix' } as const

/** A name of Kubernetes for one of Kafka. */
const resourceName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')

/** `cluster`: the name of the Kafka resource. */
export function strimziOf({ topics, rights }: Declared, cluster: string): string {
  const users = [...new Set(rights.map(({ principal }) => principal))]
  const documents = [
    ...topics.map((topic) => strimziTopic(topic, cluster)),
    ...users.map((user) =>
      strimziUser(
        user,
        joined(rights).filter(({ principal }) => principal === user),
        cluster,
      ),
    ),
  ]
  return documents.map((lines) => `---\n${lines.join('\n')}\n`).join('')
}

function headOf(kind: string, name: string, cluster: string): string[] {
  return [
    'apiVersion: kafka.strimzi.io/v1',
    `kind: ${kind}`,
    'metadata:',
    `  name: ${resourceName(name)}`,
    '  labels:',
    `    strimzi.io/cluster: ${resourceName(cluster)}`,
    'spec:',
  ]
}

function strimziTopic(
  { name, partitions, replication, settings }: PlannedTopic,
  cluster: string,
): string[] {
  return [
    ...headOf('KafkaTopic', name, cluster),
    `  topicName: ${quotedYaml(name)}`,
    `  partitions: ${partitions}`,
    `  replicas: ${replication}`,
    '  config:',
    ...Object.entries(settings).map(([key, value]) => `    ${key}: ${quotedYaml(value)}`),
  ]
}

function strimziUser(user: string, rights: readonly AccessRight[], cluster: string): string[] {
  return [
    ...headOf('KafkaUser', user, cluster),
    '  authentication:',
    '    type: scram-sha-512',
    '  authorization:',
    '    type: simple',
    '    acls:',
    ...rights.flatMap(({ resource, name, pattern, operations }) => [
      '      - resource:',
      `          type: ${strimziTypes[resource]}`,
      `          name: ${quotedYaml(name)}`,
      `          patternType: ${strimziPatterns[pattern]}`,
      `        operations: [${operations.join(', ')}]`,
    ]),
  ]
}

const quotedYaml = (text: string): string => JSON.stringify(text)
