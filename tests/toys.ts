/**
 * Toy stages over the real runtime: each copies a `raw` record to the next topic and adds its name
 * to the record's path. Topics are <prefix>one … <prefix>four; stages are called first, second and
 * third. The second keeps state: it numbers the records of its partition.
 */

import { createTopics, openCluster, type Cluster, type Log } from '../connectors/kafka/kafka.ts'
import { openRegistry } from '../connectors/registry/registry.ts'
import { readConfig, type Config } from '../config.ts'
import { ErrataError } from '../errors.ts'
import { stage, type Message, type Stage } from '../processors/processor.ts'
import { follow, type Applied } from '../runtime/follow.ts'
import type { StageNames } from '../runtime/names.ts'
import { runStage, type RunningStage, type StageOptions } from '../runtime/run-stage.ts'
import type { Codec } from '../schemas/codec.ts'
import type { Dead, Raw } from '../schemas/types.ts'

export const toyStages = ['first', 'second', 'third'] as const
export type ToyName = (typeof toyStages)[number]
const topicsOf: Readonly<Record<ToyName, readonly [input: string, output: string]>> = {
  first: ['one', 'two'],
  second: ['two', 'three'],
  third: ['three', 'four'],
}

export const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} }

export function toyNames(name: ToyName, prefix: string): StageNames {
  const [input, output] = topicsOf[name]
  return {
    group: `${prefix}${name}`,
    input: prefix + input,
    dead: `${prefix}${name}.dead`,
    output: () => prefix + output,
    transactionalId: (partition) => `${prefix}${name}.${partition}`,
  }
}

export type Copy = (message: Message<'raw'>) => void | Promise<void>

/** `before` may wait or throw. */
export function copying(
  name: ToyName,
  before: Copy = () => {},
  concurrency = 1,
): Stage<'raw', 'raw', object, undefined> {
  return stage({
    reads: 'raw',
    writes: ['raw'],
    concurrency,
    run: async (message) => {
      await before(message)
      const value = message.value as Raw
      return {
        raw: [
          {
            key: message.key,
            value: {
              ...value,
              metadata: { ...value.metadata, path: `${value.metadata['path'] ?? ''}/${name}` },
            },
          },
        ],
      }
    },
  })
}

/**
 * Numbers the records of each partition: a record that is counted twice, or forgotten, shows in all
 * that follow.
 */
export const numbering: Stage<'raw', 'raw', object, { count: number }> = stage({
  reads: 'raw',
  writes: ['raw'],
  state: () => ({ count: 0 }),
  fold: (state) => void state.count++,
  run: (message, _, state) => {
    const value = message.value as Raw
    const metadata = {
      ...value.metadata,
      path: `${value.metadata['path'] ?? ''}/second`,
      number: String(state.count),
    }
    return { raw: [{ key: message.key, value: { ...value, metadata } }] }
  },
})

/** The numbers that `numbering` gave, in order of offset, for each partition. */
export function numbersOf(records: readonly Seen<Raw>[]): readonly (readonly number[])[] {
  const numbers: number[][] = []
  for (const { partition, value } of records)
    (numbers[partition] ??= []).push(Number(value?.metadata['number']))
  return numbers
}

export function toyRaw(documentId: string, changes: Partial<Raw> = {}): Raw {
  return {
    documentId,
    tenant: 'default',
    profile: 'invoice',
    mediaType: null,
    fileName: null,
    source: 'toy',
    sha256: null,
    bytes: Buffer.from(documentId),
    receivedAt: 1_700_000_000_000,
    metadata: {},
    ...changes,
  }
}

export interface Toys {
  readonly config: Config
  readonly cluster: Cluster
  readonly registry: { readonly codec: Codec }
  readonly prefix: string
  readonly partitions: number
  /** The copying stage of that name, or another one. */
  run<State = undefined>(
    name: ToyName,
    changes?: Partial<StageOptions<'raw', 'raw', object, State>>,
  ): Promise<RunningStage>
  /**
   * All records of a topic (without the prefix) that committed readers see, in order of partition
   * and offset.
   */
  read<T extends 'raw' | 'dead'>(
    topic: string,
    type: T,
  ): Promise<readonly Seen<T extends 'raw' ? Raw : Dead>[]>
  /** Stops what still runs, so that a test that fails leaves nothing behind. */
  close(): Promise<void>
}

export interface Seen<V> extends Applied {
  readonly key: string
  readonly value: V | null
}

interface ToyTopics {
  readonly prefix: string
  readonly partitions?: number
  readonly replication?: number
  readonly log?: Log
}

export interface ToySettings extends ToyTopics {
  readonly brokers: string
  readonly registryUrl: string
  readonly config?: Partial<Config>
}

/** On a real broker. */
export async function openToys({
  brokers,
  registryUrl,
  config: changes = {},
  ...settings
}: ToySettings): Promise<Toys> {
  const config: Config = { ...readConfig({}), ...changes }
  const cluster = openCluster(config, brokers.split(','), settings.log)
  const registry = await openRegistry(config, registryUrl, [
    { name: `${settings.prefix}one`, topic: 'raw' },
    { name: `${settings.prefix}first.dead`, topic: 'dead' },
  ])
  return toysOn({ ...settings, config, cluster, registry })
}

export interface ToyGround extends ToyTopics {
  readonly config: Config
  readonly cluster: Cluster
  readonly registry: { readonly codec: Codec }
}

/** Makes the toy topics where they don't exist. */
export async function toysOn({
  config,
  cluster,
  registry,
  prefix,
  partitions = 2,
  replication = 1,
  log = quiet,
}: ToyGround): Promise<Toys> {
  const names = ['one', 'two', 'three', 'four', ...toyStages.map((name) => `${name}.dead`)]
  await createTopics(
    cluster,
    names.map((name) => ({
      name: prefix + name,
      partitions,
      replication,
      settings: { 'max.message.bytes': '10485760' },
    })),
  )
  const running = new Set<RunningStage>()
  return {
    config,
    cluster,
    registry,
    prefix,
    partitions,
    async run<State>(
      name: ToyName,
      options: Partial<StageOptions<'raw', 'raw', object, State>> = {},
    ) {
      const plain = {
        name,
        stage: copying(name) as unknown as Stage<'raw', 'raw', object, State>,
        names: toyNames(name, prefix),
      }
      const stage = await runStage({
        ...plain,
        cluster,
        registry,
        config,
        use: () => ({}),
        log,
        ...options,
      })
      running.add(stage)
      return {
        ...stage,
        stop() {
          running.delete(stage)
          return stage.stop()
        },
      }
    },
    async read(topic, type) {
      const seen: Seen<never>[] = []
      const all = follow({
        cluster,
        registry,
        topic: type,
        name: prefix + topic,
        log,
        apply: (key, value, at) => void seen.push({ key, value: value as never, ...at }),
      })
      await all.ready
      await all.stop()
      return seen.sort((a, b) => a.partition - b.partition || Number(a.offset - b.offset))
    },
    async close() {
      await Promise.all([...running].map((stage) => stage.stop()))
      await cluster.close()
    },
  }
}

const longestPause = 30 // ms

/**
 * Waits until it holds; fails with what it says after the deadline, which only a defect reaches.
 */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  deadlineMs = 120_000,
): Promise<void> {
  const start = performance.now()
  for (let pause = 1; !(await holds()); pause = Math.min(2 * pause, longestPause)) {
    if (performance.now() - start > deadlineMs)
      throw new Error(`not within ${deadlineMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

export const refusal = (): ErrataError => new ErrataError('DOCUMENT_CORRUPT', 'refused by the toy')
