/** Positions in the logs of several topics, by `topic/partition`. */

import { topicOffsets, type Assigned, type Cluster } from '../connectors/kafka/kafka.ts'

/** Where the log of each topic begins and ends, by its full name and partition. */
export type LogEnds = ReadonlyMap<
  string,
  ReadonlyMap<number, { readonly low: bigint; readonly high: bigint }>
>

/** Where to begin: as wanted, or at the first record that is left. */
export function setPositions(
  positions: Map<string, bigint>,
  ends: LogEnds,
  begins: ReadonlyMap<string, ReadonlyMap<number, bigint>> | undefined,
): void {
  for (const [topic, partitions] of ends)
    for (const [partition, { low }] of partitions) {
      const wanted = begins?.get(topic)?.get(partition) ?? low
      positions.set(placeOf({ topic, partition }), wanted > low ? wanted : low)
    }
}

/** Of one topic, by partition. */
export function positionsIn(
  topic: string,
  positions: ReadonlyMap<string, bigint>,
): ReadonlyMap<number, bigint> {
  const its = [...positions].filter(([place]) => place.startsWith(`${topic}/`))
  return new Map(its.map(([place, at]) => [Number(place.slice(topic.length + 1)), at]))
}

export const placeOf = ({ topic, partition }: Pick<Assigned, 'topic' | 'partition'>): string =>
  `${topic}/${partition}`

export async function endsOf(cluster: Cluster, names: readonly string[]): Promise<LogEnds> {
  return new Map(
    await Promise.all(
      names.map(async (name) => [name, await topicOffsets(cluster, name)] as const),
    ),
  )
}

/** Resolves when all positions are at these ends; `waiting` is called whenever they have moved. */
export function reached(
  ends: LogEnds,
  positions: ReadonlyMap<string, bigint>,
  waiting: Set<() => void>,
): Promise<void> {
  const all = [...ends].flatMap(([topic, partitions]) =>
    [...partitions].map(([partition, { high }]) => [placeOf({ topic, partition }), high] as const),
  )
  return new Promise((resolve) => {
    const look = (): void => {
      if (all.some(([place, high]) => (positions.get(place) ?? 0n) < high)) return
      waiting.delete(look)
      resolve()
    }
    waiting.add(look)
    look()
  })
}
