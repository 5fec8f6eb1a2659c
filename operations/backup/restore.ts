/**
 * Fills empty topics from a backup, also with another number of partitions and under another prefix.
 * The files are checked before anything is written, and what was written is compared with them.
 */

import type { Config } from '../../config.ts'
import { registerSchemas } from '../../connectors/registry/register.ts'
import { createCodec } from '../../schemas/codec.ts'
import { ErrataError } from '../../errors.ts'
import { stageNames } from '../../topology.ts'
import { fillTopics, patientlyFilling } from '../generation/fill.ts'
import type { Origin } from '../generation/origin.ts'
import { copyStateOf } from '../generation/target.ts'
import type { Compared } from '../generation/verify.ts'
import { withCluster, type ReachedCluster } from '../generation/with-cluster.ts'
import { readBackup, readTopicFile, type Manifest, type Schemas } from './files.ts'

/** Null where it was restored before. BACKUP_DAMAGED, and codes of fillTopics. */
export async function restore(
  config: Config,
  folder: string,
  say: (line: string) => void,
): Promise<readonly Compared[] | null> {
  const { manifest, schemas } = await readBackup(folder)
  return withCluster(config, say, (reached) =>
    patientlyFilling(() => fillFrom(folder, { manifest, schemas }, reached, say), say),
  )
}

async function fillFrom(
  folder: string,
  { manifest, schemas }: { readonly manifest: Manifest; readonly schemas: Schemas },
  target: ReachedCluster,
  say: (line: string) => void,
): Promise<readonly Compared[] | null> {
  const { cluster, config, registryUrl } = target
  const { topicPrefix } = config
  if ((await copyStateOf(cluster, topicPrefix, manifest.id)) === 'done') return null
  // In the order in which they came, since each has to read what the ones before it wrote
  const brought = Object.entries(schemas).sort(([a], [b]) => Number(a) - Number(b))
  const ids = await registerSchemas(
    config,
    registryUrl,
    brought.map(([, { topic, schema }]) => ({ topic: `${topicPrefix}${topic}`, schema })),
  )
  return fillTopics({
    target,
    origin: folderOrigin(folder, manifest, schemas),
    originId: manifest.id,
    stages: stageNames.filter((name) => manifest.stages.includes(name)),
    schemaIds: new Map(brought.map(([id], nth) => [Number(id), ids[nth] as number])),
    assertUnmoved: async () => {},
    say,
  })
}

function folderOrigin(folder: string, manifest: Manifest, schemas: Schemas): Origin {
  const { prefix, partitions, topics } = manifest
  const topicIn = (name: string): string => name.slice(prefix.length)
  return {
    prefix,
    partitions,
    codec: createCodec({
      idOf(topic) {
        throw new ErrataError('BUG', `nothing is written with the schemas of a backup: ${topic}`)
      },
      async schemaOf(id) {
        const known = schemas[id]
        if (known !== undefined) return known.schema
        throw new ErrataError('SCHEMA_FOREIGN', `the backup has no schema ${id}`, { id })
      },
      isReleased: async (topic, id) => schemas[id]?.topic === topic,
    }),
    async read(name, from, take) {
      const topic = topicIn(name)
      if (topics[topic] === undefined) return // of a later version
      await readTopicFile(folder, topic, name, async (record) => {
        if (record.offset >= (from.get(record.partition) ?? 0n)) await take(record)
      })
    },
    hasLost: (name) => topics[topicIn(name)]?.hasLost === true,
    shrinks: async () => false,
  }
}
