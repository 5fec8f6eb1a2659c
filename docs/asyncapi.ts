/**
 * The topology as an AsyncAPI 3 document: `npm run docs` writes docs/asyncapi.json, a test fails
 * where it is stale. Other people's producers and consumers start from it: channels are topics,
 * messages carry the Avro schema that the registry has, operations say which stage or edge sends
 * and receives.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { schemaOf } from '../schemas/schemas.ts'
import { allTopics } from '../runtime/existing-topics.ts'
import {
  deadTopicName,
  edges,
  fullNames,
  groupName,
  stageNames,
  stages,
  topicName,
  type TopicSettings,
} from '../topology.ts'
import type { Edge, TopicName } from '../processors/processor.ts'
import { keyName } from '../processors/validate.ts'

const prefix = 'invoices.'
const version = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
).version

const erased = 'A record without value: the document was erased, forget what was said of it.'

/** The document as a value. */
export function asyncapi(): object {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Errata',
      version,
      description: 'Invoices in, fields out, every correction learned.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/vnd.apache.avro+binary',
    channels: channels(),
    operations: Object.fromEntries([...stageOperations(), ...edgeOperations()]),
    components: { messages: messages() },
  }
}

function channels(): object {
  const described = allTopics(prefix).map(({ name, topic, settings }) => [
    name,
    {
      address: name,
      description: [
        `${settings.says}. Key: ${keyName(settings)}. ${retentionOf(settings)}`,
        ...(settings.erasable === true ? [erased] : []),
      ].join(' '),
      messages: { value: { $ref: `#/components/messages/${topic}` } },
      bindings: {
        kafka: {
          topic: name,
          ...(settings.partitions === 1 ? { partitions: 1 } : {}),
          topicConfiguration: {
            'cleanup.policy': [settings.compact ? 'compact' : 'delete'],
            'retention.ms': settings.retainMs,
          },
        },
      },
    },
  ])
  return Object.fromEntries(described)
}

function retentionOf({ compact, retainMs }: TopicSettings): string {
  if (compact) return 'Compacted.'
  return retainMs < 0 ? 'Kept for ever.' : `Kept for ${retainMs / 86_400_000} days.`
}

function messages(): object {
  return Object.fromEntries(
    [...new Set(allTopics(prefix).map(({ topic }) => topic))].map((topic) => [
      topic,
      {
        name: topic,
        contentType: 'application/vnd.apache.avro+binary',
        payload: {
          schemaFormat: 'application/vnd.apache.avro+json;version=1.9.0',
          schema: schemaOf(topic),
        },
        headers: {
          type: 'object',
          properties: {
            traceparent: {
              type: 'string',
              description: 'W3C trace context; one trace follows a document through all topics.',
            },
          },
        },
        bindings: {
          kafka: {
            key: { type: 'string' },
            schemaIdLocation: 'payload',
            schemaIdPayloadEncoding: 'confluent',
            schemaLookupStrategy: 'TopicNameStrategy',
          },
        },
      },
    ]),
  )
}

function operation(
  name: string,
  action: 'send' | 'receive',
  channel: string,
  group: string | null,
): [string, object] {
  return [
    `${name}.${action}.${channel.slice(prefix.length)}`,
    {
      action,
      channel: { $ref: `#/channels/${channel}` },
      ...(group === null
        ? {}
        : { bindings: { kafka: { groupId: { type: 'string', const: group } } } }),
    },
  ]
}

function stageOperations(): [string, object][] {
  return stageNames.flatMap((name) => [
    operation(name, 'receive', topicName(stages[name].reads, prefix), groupName(name, prefix)),
    ...stages[name].writes.map((topic) => operation(name, 'send', topicName(topic, prefix), null)),
    operation(name, 'send', deadTopicName(name, prefix), null),
  ])
}

function edgeOperations(): [string, object][] {
  return Object.entries(edges).flatMap(([name, edge]) => {
    const { reads = [], follows = [], looksUp = [], writes = [] }: Edge = edge
    const full = (topic: TopicName): readonly string[] => fullNames(topic, prefix)
    const read = [...new Set([...reads, ...follows, ...looksUp])]
    return [
      ...read.flatMap(full).map((channel) => operation(name, 'receive', channel, null)),
      ...writes.flatMap(full).map((channel) => operation(name, 'send', channel, null)),
    ]
  })
}

export function asyncapiText(): string {
  return `${JSON.stringify(asyncapi(), null, 1)}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('asyncapi.json', import.meta.url), asyncapiText())
