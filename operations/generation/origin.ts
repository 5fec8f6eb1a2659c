/** A generation of topics to be copied: what is read of it. */

import { topicOffsets, type Cluster, type KafkaRecord } from '../../connectors/kafka/kafka.ts'
import type { Codec } from '../../schemas/codec.ts'
import { readMerged } from './merged.ts'

/** By partition, the position from which on to read. */
export type Positions = ReadonlyMap<number, bigint>

export interface Origin {
  /** What its full topic names begin with. */
  readonly prefix: string
  readonly partitions: number
  readonly codec: Codec
  /** Its records in order of time (merged.ts). `name`: full topic name. */
  read(name: string, from: Positions, take: (record: KafkaRecord) => Promise<void>): Promise<void>
  /** Whether retention had taken records of the topic before. */
  hasLost(name: string): boolean
  /** Whether it takes some meanwhile. */
  shrinks(name: string): Promise<boolean>
}

type TopicEnds = ReadonlyMap<number, { readonly low: bigint; readonly high: bigint }>

/** By full topic name and partition. */
export type Ends = ReadonlyMap<string, TopicEnds>

/** Where the topics begin and end now. */
export async function endsOf(cluster: Cluster, names: readonly string[]): Promise<Ends> {
  const ends = new Map<string, TopicEnds>()
  for (const name of names) ends.set(name, await topicOffsets(cluster, name))
  return ends
}

/** The topics of a cluster, up to `ends`. */
export function clusterOrigin(
  cluster: Cluster,
  generation: Pick<Origin, 'prefix' | 'partitions' | 'codec'>,
  ends: Ends,
): Origin {
  const endsAtFirst = (name: string): TopicEnds => ends.get(name) ?? new Map()
  return {
    ...generation,
    async read(topic, from, take) {
      // Retention may have taken more since
      const now = await topicOffsets(cluster, topic)
      const ranges = [...endsAtFirst(topic)].map(([partition, { low, high }]) => {
        const wanted = from.get(partition) ?? low
        const first = now.get(partition)?.low ?? low
        return { topic, partition, from: wanted > first ? wanted : first, to: high }
      })
      await readMerged(cluster, ranges, generation.prefix, take)
    },
    hasLost: (name) => [...endsAtFirst(name).values()].some(({ low }) => low > 0n),
    async shrinks(name) {
      const now = await topicOffsets(cluster, name)
      return [...endsAtFirst(name)].some(([partition, { low }]) => now.get(partition)?.low !== low)
    },
  }
}
