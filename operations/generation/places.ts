/**
 * Where the records of a generation lie in the next one. Records name others by their place: a claim
 * the reading that was decided on, a dead letter the record that died.
 *
 * In memory: 24 bytes a record of the topics that are named.
 */

export interface Place {
  readonly partition: number
  readonly offset: number
}

export interface Places {
  /** In order of the former offset within a partition. `topic`: its former full name. */
  add(topic: string, from: Place, to: Place): void
  /** Null where no such record was copied. */
  find(topic: string, from: Place): Place | null
}

/** Of a partition, by number; `from` ascends. */
interface Moves {
  readonly from: number[]
  readonly partitions: number[]
  readonly offsets: number[]
}

export function openPlaces(): Places {
  const moves = new Map<string, Moves>()
  const nameOf = (topic: string, partition: number): string => `${topic}/${partition}`
  return {
    add(topic, from, to) {
      const name = nameOf(topic, from.partition)
      const known = moves.get(name) ?? { from: [], partitions: [], offsets: [] }
      moves.set(name, known)
      known.from.push(from.offset)
      known.partitions.push(to.partition)
      known.offsets.push(to.offset)
    },
    find(topic, { partition, offset }) {
      const known = moves.get(nameOf(topic, partition))
      const at = known === undefined ? -1 : indexOf(known.from, offset)
      if (known === undefined || at < 0) return null
      return {
        partition: known.partitions[at] as number,
        offset: known.offsets[at] as number,
      }
    },
  }
}

/** -1 where it isn't there. */
function indexOf(ascending: readonly number[], wanted: number): number {
  let [low, high] = [0, ascending.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = ascending[middle] as number
    if (found === wanted) return middle
    if (found < wanted) low = middle + 1
    else high = middle - 1
  }
  return -1
}
