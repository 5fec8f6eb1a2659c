/** Rows about models: a trainer that is killed, and models that are exchanged while they read. */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openBlobs, sha256Of } from '../../../connectors/blobs/blobs.ts'
import { topicOffsets } from '../../../connectors/kafka/kafka.ts'
import { decideOnModels, readCatalogue } from '../../../operations/models.ts'
import { scan } from '../../../runtime/read-topics.ts'
import { publishStarter } from '../../../operations/publish-starter.ts'
import { championOf, modelKey, promotion } from '../../../processors/model/model-registry.ts'
import { featureVersion } from '../../../processors/model/features.ts'
import type { Model } from '../../../schemas/types.ts'
import { topicName } from '../../../topology.ts'
import { starterBundle } from '../../../trainer/starter-bundle.ts'
import { bundleOf } from '../../bundles.ts'
import { startProxy, type Proxy } from '../../real/proxy.ts'
import { modelOf } from '../../records.ts'
import { drain, limitMs } from './check.ts'
import type { FaultRow } from './row.ts'
import type { System } from './system.ts'

const killPoints = ['snapshot', 'training', 'gate', 'in publication', 'after publication'] as const
const trainerMs = 180_000

/** One training, killed there; what it printed where it was not. */
async function train(
  system: System,
  proxy: Proxy,
  killAt: (typeof killPoints)[number] | null,
): Promise<string> {
  const { config, environment } = system
  const words = ['train', '--profile', 'receipt']
  const env = { PATH: process.env['PATH'], ...environment, KAFKA_BROKERS: proxy.address }
  const child = fork('cli/cli.ts', words, {
    execArgv: ['--import', 'tsx/esm'],
    env,
    silent: true,
  })
  const kill = (): void => void child.kill('SIGKILL')
  child.on('message', (message) => {
    if (killAt !== null && (message as { step?: unknown }).step === killAt) kill()
  })
  let said = ''
  child.stdout?.on('data', (text: Buffer) => (said += text.toString()))
  child.stderr?.resume()
  const models = topicName('models', config.topicPrefix)
  const end = async (): Promise<bigint> =>
    (await topicOffsets(system.connection.cluster, models)).get(0)?.high ?? 0n
  let latest = await end()
  let sentAt: bigint | null = null // the end when the records were sent; past it they are committed
  proxy.before('produce', () => {
    if (killAt === 'in publication') kill()
    else sentAt = latest
  })
  const watching = setInterval(() => {
    void end().then((now) => {
      latest = now
      if (killAt === 'after publication' && sentAt !== null && now > sentAt) kill()
    })
  }, 30)
  const late = setTimeout(kill, trainerMs)
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  clearTimeout(late)
  clearInterval(watching)
  return signal ?? `${code} ${said.trim()}`
}

async function publications({ config, connection }: System): Promise<Model[]> {
  const topic = topicName('models', config.topicPrefix)
  const at = (await topicOffsets(connection.cluster, topic)).get(0)
  const range = { topic, partition: 0, from: at?.low ?? 0n, to: at?.high ?? 0n }
  const found: Model[] = []
  await scan(connection.cluster, [range], config.topicPrefix, async ({ value }) => {
    if (value !== null) found.push(await connection.registry.codec.decode('models', value))
  })
  return found
}

const trainer: FaultRow = {
  name: 'a trainer killed at each of five points',
  documents: 90, // with 30 verdicts
  inject: async (system) => {
    await sleep(5_000) // the stream ends; trainings of one snapshot share a fingerprint
    const lag = await drain(system, limitMs)
    if (lag !== null) return [lag]
    const proxy = await startProxy(system.config.brokers as string)
    const wrong: string[] = []
    const champion = async (): Promise<string> => {
      const found = championOf(await readCatalogue(system.config, system.connection), 'receipt')
      return found === null ? 'none' : modelKey(found)
    }
    const before = await champion()
    for (const point of killPoints) {
      const end = await train(system, proxy, point)
      if (end !== 'SIGKILL' && point !== 'after publication')
        wrong.push(`not killed at ${point}: ${end}`)
      const now = await champion()
      if (point !== 'after publication' && now !== before)
        wrong.push(`killed at ${point}: ${now} is the champion`)
    }
    const last = await train(system, proxy, null)
    if (!last.includes('"known"')) wrong.push(`the training after the kills says ${last}`)
    await proxy.close()
    return wrong
  },
  after: async (system) => {
    const versions = new Map<string, Set<number>>()
    for (const { name, fingerprint, version } of await publications(system)) {
      const key = `${name} ${fingerprint}`
      versions.set(key, (versions.get(key) ?? new Set()).add(version))
    }
    const twice = [...versions].filter(([, all]) => all.size > 1)
    return twice.map(([key, all]) => `published ${all.size} times: ${key}`)
  },
}

async function publishTwo(system: System): Promise<readonly Model[]> {
  const { config, connection } = system
  const blobs = openBlobs(join(config.home, 'blobs'))
  const catalogue = await readCatalogue(config, connection)
  const shipped = starterBundle('invoice')
  if (shipped === null) throw new Error('no model ships for invoices')
  await publishStarter(config, connection, blobs, catalogue, 'invoice', shipped)
  const good = championOf(await readCatalogue(config, connection), 'invoice') as Model
  // Reads worse than the one that ships, so that a record that both had a part in shows
  const bundle = bundleOf(1)
  await blobs.put(bundle)
  const poor = modelOf(good.version + 1, {
    sha256: sha256Of(bundle),
    bytes: bundle.length,
    manifest: JSON.stringify({ features: featureVersion }),
  })
  return [poor, good]
}

const swap: FaultRow = {
  name: 'models exchanged each second while documents are read',
  documents: 30,
  inject: async (system) => {
    const { config, connection, stream } = system
    const models = await publishTwo(system)
    for (let i = 0; i < 12; i++) {
      const model = models[i % 2] as Model
      await decideOnModels(config, connection, (now) => ({
        records: promotion(now, model, 'ann', Date.now(), 'a test'),
        result: null,
      }))
      for (const [k, bytes] of stream.bytes.pdf.entries()) {
        const key = `swap-${Date.now()}-${i}-${k}`
        system.sent.push(await stream.sendDocument(key, bytes, 'output'))
        await sleep(150)
      }
    }
  },
  after: async (system) => wholeReadings(system),
}

/** The same bytes, read by the same version under the same rules, have the same fields. */
async function wholeReadings({ config, connection }: System): Promise<string[]> {
  const topic = topicName('extracted', config.topicPrefix)
  const offsets = [...(await topicOffsets(connection.cluster, topic))]
  const ranges = offsets.map(([partition, { low, high }]) => ({
    topic,
    partition,
    from: low,
    to: high,
  }))
  const variants = new Map<string, Set<string>>()
  const versions = new Set<number>()
  await scan(connection.cluster, ranges, config.topicPrefix, async ({ value, key }) => {
    if (value === null || key?.toString().startsWith('swap-') !== true) return
    const { sha256, model, rulesVersion, fields } = await connection.registry.codec.decode(
      'extracted',
      value,
    )
    versions.add(model?.version ?? 0)
    const name = `${sha256} ${model?.sha256 ?? ''} ${rulesVersion}`
    variants.set(name, (variants.get(name) ?? new Set()).add(JSON.stringify(fields)))
  })
  const mixed = [...variants].filter(([, all]) => all.size > 1)
  if (!versions.has(1) || !versions.has(2))
    return [`only these versions read: ${[...versions].join(', ')}`]
  return mixed.map(([name, all]) => `${all.size} readings by one version: ${name}`)
}

export const modelRows: readonly FaultRow[] = [trainer, swap]
