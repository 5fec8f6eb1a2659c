/**
 * The brokers that the fault matrix breaks: the one of the test stack, as `errata up` starts it, or
 * the cluster of three, with replication 3 and two in sync. The registry is that of the test stack
 * either way: it keeps nothing in Kafka.
 */

import { cpSync } from 'node:fs'
import { readState } from '../../deploy/stack/local.ts'
import { startCluster } from '../three-brokers/cluster.ts'
import { restartTestStack, testStack, testStackHome } from '../stack.ts'

export interface Brokers {
  /** host:port of all, with commas. */
  readonly addresses: string
  readonly nodes: readonly number[]
  readonly replication: number
  signal(node: number, signal: NodeJS.Signals): void
  /** Starts a node that was killed. */
  start(node: number): Promise<void>
  /** Copies what the brokers keep on disk, for whoever has to find out what went wrong. */
  keep(folder: string): void
  stop(): Promise<void>
}

/** On a test stack that runs. */
export async function openBrokers(count: 1 | 3): Promise<Brokers> {
  if (count === 1) return theOne()
  const cluster = await startCluster()
  return {
    addresses: cluster.brokers,
    nodes: cluster.nodes,
    replication: cluster.nodes.length,
    signal: (node, signal) => cluster.signal(node, signal),
    start: (node) => Promise.resolve(cluster.start(node)),
    keep: (folder) => cpSync(cluster.home, folder, { recursive: true }),
    stop: () => cluster.stop(),
  }
}

function theOne(): Brokers {
  return {
    addresses: testStack().brokers,
    nodes: [1],
    replication: 1,
    signal(_, signal) {
      const pid = readState(testStackHome())?.kafka?.pid
      if (pid === undefined) throw new Error('the broker of the tests is not ours to break')
      process.kill(pid, signal)
    },
    start: () => restartTestStack(), // starts what doesn't run
    keep: (folder) => cpSync(testStackHome(), folder, { recursive: true }),
    stop: async () => {},
  }
}
