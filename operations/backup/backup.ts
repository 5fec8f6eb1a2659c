/**
 * Writes all topics into a folder, at a moment at which all stages have read what there is: then the
 * ends of the topics say everything, and nothing is on its way. Processes may run meanwhile; what
 * comes later is not in it.
 *
 * Blobs are files named by their sha256, which never change: they are copied beside it by any tool,
 * after the topics.
 */

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../../config.ts'
import type { Cluster, KafkaRecord } from '../../connectors/kafka/kafka.ts'
import { openRegistry, type Registry } from '../../connectors/registry/registry.ts'
import { codeOf, fateOf } from '../../errors.ts'
import { software } from '../../runtime/headers.ts'
import { allTopics } from '../../runtime/existing-topics.ts'
import { type StageName } from '../../topology.ts'
import { partitionsOf } from '../generation/copy.ts'
import { assertUnmoved, drainedStages } from '../generation/drained.ts'
import { clusterOrigin, endsOf, type Ends } from '../generation/origin.ts'
import { withCluster } from '../generation/with-cluster.ts'
import {
  makeFolder,
  openTopicWriter,
  topicFile,
  writeManifest,
  type BackedUpTopic,
  type Schemas,
} from './files.ts'

/** Records of each topic, by name without prefix. SOURCE_BUSY, TARGET_NOT_EMPTY. */
export function backUp(
  config: Config,
  folder: string,
  say: (line: string) => void,
): Promise<Readonly<Record<string, BackedUpTopic>>> {
  makeFolder(folder)
  return withCluster(config, say, async ({ config: reached, cluster, registryUrl }) => {
    const prefix = reached.topicPrefix
    const names = allTopics(prefix).map(({ name }) => name)
    const partitions = await partitionsOf(cluster, names, prefix)
    const registry = await openRegistry(reached, registryUrl, allTopics(prefix))
    const { ends, stages } = await quietEnds(cluster, prefix)
    const origin = clusterOrigin(cluster, { prefix, partitions, codec: registry.codec }, ends)
    const schemas = noteSchemas(registry)
    const topics: Record<string, BackedUpTopic> = {}
    for (const name of names) {
      const topic = name.slice(prefix.length)
      const writer = openTopicWriter(topicFile(folder, topic))
      await origin.read(name, new Map(), async (record) => {
        await schemas.note(topic, record)
        await writer.add(record)
      })
      topics[topic] = { ...(await writer.close()), hasLost: origin.hasLost(name) }
      say(`${name}: ${topics[topic].records} records`)
    }
    writeManifest(folder, schemas.found(), {
      format: 1,
      id: randomUUID(),
      software,
      takenAt: new Date().toISOString(),
      prefix,
      partitions,
      stages,
      topics,
    })
    return topics
  })
}

const patienceMs = 60_000
const pauseMs = 500

/** Ends of all topics at a moment at which stages had read everything. SOURCE_BUSY. */
async function quietEnds(
  cluster: Cluster,
  prefix: string,
): Promise<{ readonly ends: Ends; readonly stages: readonly StageName[] }> {
  const all = allTopics(prefix)
  const worked = all.filter(({ settings }) => settings.partitions === 'P').map(({ name }) => name)
  for (const end = performance.now() + patienceMs; ; await sleep(pauseMs)) {
    try {
      const ends = await endsOf(
        cluster,
        all.map(({ name }) => name),
      )
      const stages = await drainedStages(cluster, prefix, { analytics: false })
      const before = new Map(worked.map((name) => [name, ends.get(name) ?? new Map()]))
      assertUnmoved(before, await endsOf(cluster, worked))
      return { ends, stages }
    } catch (error) {
      if (codeOf(error) !== 'SOURCE_BUSY' || performance.now() > end) throw error
    }
  }
}

/** The schemas that values were written with, also those inside dead letters. */
function noteSchemas(registry: Registry): {
  note(topic: string, record: KafkaRecord): Promise<void>
  found(): Schemas
} {
  const found: Record<string, { topic: string; schema: string }> = {}
  const noteValue = async (topic: string, value: Uint8Array | null): Promise<void> => {
    const bytes = value === null ? null : Buffer.from(value)
    if (bytes === null || bytes.length < 5 || bytes[0] !== 0) return
    const id = bytes.readInt32BE(1)
    if (String(id) in found) return
    const schema = await unlessUnknown(() => registry.schemaOf(id))
    if (schema !== null) found[id] = { topic, schema }
  }
  return {
    async note(topic, { value, topic: name }) {
      await noteValue(topic, value)
      if (!topic.endsWith('.dead') || value === null) return
      const letter = await unlessUnknown(() => registry.codec.decode('dead', value))
      if (letter === null) return
      const prefix = name.slice(0, name.length - topic.length)
      if (letter.topic.startsWith(prefix))
        await noteValue(letter.topic.slice(prefix.length), letter.value)
    },
    found: () => found,
  }
}

/** Null for an id or a value that nobody can read: its bytes are kept as they are. */
async function unlessUnknown<T>(act: () => Promise<T>): Promise<T | null> {
  try {
    return await act()
  } catch (error) {
    if (codeOf(error) === 'SCHEMA_UNKNOWN' || fateOf(error) === 'dead') return null
    throw error
  }
}
