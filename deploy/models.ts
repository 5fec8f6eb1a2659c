/**
 * `errata models …`: versions with their evidence, and decisions by hand. A decision is an event on the models topic like
 * those of the gate, with who and why; nothing is overwritten without a trace, since analytics keeps every record.
 */

import { userInfo } from 'node:os'
import type { Config } from '../config.ts'
import { openProducer } from '../connectors/kafka.ts'
import { ErrataError } from '../errors.ts'
import { championOf, emptyCatalogue, modelKey, previousChampionOf, promotion, withModel, type Catalogue } from '../processors/catalogue.ts'
import { follow } from '../processors/runtime/follow.ts'
import type { Model } from '../schemas/types.ts'
import { topicName } from '../topology.ts'
import { connect, type Connection } from './connect.ts'
import { openLog } from './log.ts'

export async function listModels(config: Config): Promise<number> {
  const catalogue = await withConnection(config, (connection) => readCatalogue(config, connection))
  const listed = [...catalogue.versions.values()].map(({ model }) => model).sort((a, b) => (a.name === b.name ? b.version - a.version : a.name < b.name ? -1 : 1))
  for (const model of listed) process.stdout.write(`${[modelKey(model).padEnd(16), model.state.padEnd(10), new Date(model.decidedAt).toISOString(), model.decidedBy.padEnd(10), model.reason].join('  ')}\n`)
  if (listed.length === 0) process.stderr.write('no model was published yet\n')
  return 0
}

export async function showModel(config: Config, key: string): Promise<number> {
  const model = versionOf(await withConnection(config, (connection) => readCatalogue(config, connection)), key)
  const { manifest, evidence, ...rest } = model
  process.stdout.write(`${JSON.stringify({ ...rest, manifest: JSON.parse(manifest) as unknown, evidence: JSON.parse(evidence) as unknown }, null, 2)}\n`)
  return 0
}

export async function promoteModel(config: Config, key: string, why: string): Promise<number> {
  return withConnection(config, async (connection) => {
    const catalogue = await readCatalogue(config, connection)
    const model = versionOf(catalogue, key)
    await publish(config, connection, promotion(catalogue, model, userInfo().username, Date.now(), why))
    process.stderr.write(`${key} is the champion now\n`)
    return 0
  })
}

export async function rollbackModel(config: Config, name: string, why: string): Promise<number> {
  return withConnection(config, async (connection) => {
    const catalogue = await readCatalogue(config, connection)
    const previous = previousChampionOf(catalogue, name)
    if (championOf(catalogue, name) === null || previous === null) throw new ErrataError('MODEL_UNKNOWN', `there is no earlier champion of ${name}`, { name })
    await publish(config, connection, promotion(catalogue, previous, userInfo().username, Date.now(), why))
    process.stderr.write(`${modelKey(previous)} is the champion again\n`)
    return 0
  })
}

/** The models topic as it stands now. */
export async function readCatalogue(config: Config, { cluster, registry }: Connection): Promise<Catalogue> {
  let catalogue = emptyCatalogue
  const table = follow({
    cluster, registry, topic: 'models', name: topicName('models', config.topicPrefix), log: cluster.log,
    apply: (key, model, at) => {
      catalogue = withModel(catalogue, key, model, at.offset)
    },
  })
  try {
    await Promise.race([table.ready, table.failed])
    return catalogue
  } finally {
    await table.stop()
  }
}

/** Sends records to the models topic, one after the other. */
export async function publish(config: Config, { cluster, registry }: Connection, models: readonly Model[]): Promise<void> {
  const producer = openProducer(cluster)
  try {
    for (const model of models) await producer.send(topicName('models', config.topicPrefix), { key: modelKey(model), value: registry.codec.encode('models', model), partition: 0 })
  } finally {
    await producer.close()
  }
}

function versionOf(catalogue: Catalogue, key: string): Model {
  const listed = catalogue.versions.get(key)
  if (listed === undefined) throw new ErrataError('MODEL_UNKNOWN', `there is no version ${key}`, { version: key })
  return listed.model
}

async function withConnection<T>(config: Config, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connect(config, openLog(config, 'models'))
  try {
    return await work(connection)
  } finally {
    await connection.close()
  }
}
