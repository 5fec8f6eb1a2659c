/** Starting instances, filling the toy pipeline and telling when it is empty. */

import { fork, type ChildProcess } from 'node:child_process'
import { groupLag, openProducer, openTransactions } from '../../connectors/kafka/kafka.ts'
import type { In } from '../history.ts'
import { toyNames, toyRaw, toyStages, type Toys } from '../toys.ts'
import type { InstanceSettings } from './instance.ts'

export function startInstance(settings: InstanceSettings): ChildProcess {
  return fork('tests/faults/instance.ts', [JSON.stringify(settings)], {
    execArgv: ['--import', 'tsx/esm'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
}

export function exitOf(child: ChildProcess): Promise<string | number | null> {
  if (child.exitCode !== null || child.signalCode !== null)
    return Promise.resolve(child.signalCode ?? child.exitCode)
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)))
}

/** Sends `count` records round robin into the partitions of topic one. */
export async function fill(
  { cluster, registry, prefix, partitions }: Toys,
  count: number,
): Promise<In[]> {
  const producer = openProducer(cluster)
  const inputs = Array.from({ length: count }, (_, i) => ({
    key: `doc${i}`,
    partition: i % partitions,
  }))
  await Promise.all(
    inputs.map(({ key, partition }) =>
      producer.send(`${prefix}one`, {
        key,
        value: registry.codec.encode('raw', toyRaw(key)),
        partition,
      }),
    ),
  )
  await producer.close()
  return inputs
}

/** Records that stages have not committed yet, control records included. */
export async function lagOf({ cluster, prefix }: Toys): Promise<number> {
  const lags = await Promise.all(
    toyStages.map((name) =>
      groupLag(cluster, toyNames(name, prefix).group, toyNames(name, prefix).input),
    ),
  )
  return lags.flatMap((lag) => [...lag.values()]).reduce((sum, lag) => sum + Number(lag), 0)
}

/** Ends transactions that the last kill left open, as the next owner would. */
export async function settle({ cluster, prefix, partitions }: Toys): Promise<void> {
  for (const name of toyStages) {
    for (let partition = 0; partition < partitions; partition++) {
      const producer = await openTransactions(
        cluster,
        toyNames(name, prefix).transactionalId(partition),
      )
      await producer.fence()
      producer.discard()
    }
  }
}
