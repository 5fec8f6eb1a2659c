/**
 * The topics as a page: `npm run docs` writes docs/topics.md from topology.ts, a test fails where it
 * is stale.
 */

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TopicName } from '../processors/processor.ts'
import { isOfDocument, keyName } from '../processors/validate.ts'
import { edges, stages, topicNames, topics, type TopicSettings } from '../topology.ts'

const day = 86_400_000 // ms

interface Reads {
  readonly reads?: TopicName | readonly TopicName[]
  readonly writes?: readonly TopicName[]
}
const parts: readonly (readonly [string, Reads])[] = [
  ...Object.entries(stages),
  ...Object.entries(edges),
]

/** What a topic keeps, and with what it grows. */
function keeps({ compact, retainMs }: TopicSettings): string {
  if (compact) return 'the latest of each key'
  return retainMs < 0 ? '**everything, for ever**' : `${retainMs / day} days`
}

/** Whether a document can be taken out of it. */
function erased(topic: TopicName): string {
  const settings: TopicSettings = topics[topic]
  if (!isOfDocument(settings)) return '–'
  return settings.compact || settings.erasable === true ? 'yes' : 'no'
}

const namesOf = (which: keyof Reads, topic: TopicName): string =>
  parts
    .filter(([, part]) => [part[which] ?? []].flat().includes(topic))
    .map(([name]) => name)
    .join(', ')

function writersOf(topic: TopicName): string {
  return topic === 'dead' ? 'each stage its own' : namesOf('writes', topic)
}

/** The page as Markdown. */
export function topicsText(): string {
  const rows = topicNames.map((name) => {
    const settings: TopicSettings = topics[name]
    const { says, partitions } = settings
    const count = partitions === 1 ? '1' : '`P`'
    const cells = [`\`${name}\``, says, keyName(settings), count, keeps(settings)]
    return `| ${[...cells, erased(name), writersOf(name)].join(' | ')} |`
  })
  return [
    '# Topics',
    '',
    'What each topic says and for how long it is kept. Names carry `ERRATA_TOPIC_PREFIX`; `dead` is one topic for each stage, `STAGE.dead`. `P` is',
    '`ERRATA_PARTITIONS`. *Erased*: `errata erase` takes a document out by a record without value; elsewhere its records go with the retention.',
    '[Retention and disk](operating.md#retention-and-disk) says how to change it. Schemas are in [AsyncAPI](asyncapi.json). Generated from',
    '`topology.ts` by `npm run docs`.',
    '',
    '| topic | says | key | partitions | keeps | erased | written by |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('topics.md', import.meta.url), topicsText())
