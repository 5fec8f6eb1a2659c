/** Records of the first toy topic, as the tests of stages send them and ask what became of them. */

import { committedOffsets, type Producer } from '../../connectors/kafka/kafka.ts'
import type { Raw } from '../../schemas/types.ts'
import type { In } from '../history.ts'
import { toyNames, toyRaw, type Toys } from '../toys.ts'

/** `current`: what the running test has opened. */
export function toyRecords(current: () => { readonly toys: Toys; readonly producer: Producer }) {
  const encoded = (key: string, changes: Partial<Raw> = {}): Buffer =>
    current().toys.registry.codec.encode('raw', toyRaw(key, changes))
  const send = (
    key: string | Buffer,
    value: Buffer | null,
    partition = 0,
    headers: Record<string, string> = {},
  ) => {
    const { toys, producer } = current()
    return producer.send(`${toys.prefix}one`, { key, value, partition, headers })
  }
  const sendMany = async (count: number, from = 0): Promise<In[]> => {
    const { toys } = current()
    const inputs = Array.from({ length: count }, (_, i) => ({
      key: `doc${from + i}`,
      partition: (from + i) % toys.partitions,
    }))
    await Promise.all(inputs.map(({ key, partition }) => send(key, encoded(key), partition)))
    return inputs
  }
  const isDone = async (
    name: 'first' | 'second',
    positions: readonly bigint[],
  ): Promise<boolean> => {
    const { toys } = current()
    const { group, input } = toyNames(name, toys.prefix)
    const committed = await committedOffsets(toys.cluster, group, input)
    return positions.every(
      (position, partition) => (committed.get(partition)?.position ?? 0n) >= position,
    )
  }
  return { encoded, send, sendMany, isDone }
}
