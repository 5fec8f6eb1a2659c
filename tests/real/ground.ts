/** The real broker as a ground for promises, with a proxy for what fails. */

import { openCluster, type Cluster } from '../../connectors/kafka/kafka.ts'
import type { Ground } from '../promises/ground.ts'
import { testStack, uniquePrefix } from '../stack.ts'
import { openToys, type Toys } from '../toys.ts'
import { startProxy } from './proxy.ts'

export async function openRealGround(partitions: number): Promise<Ground> {
  const stack = testStack()
  const proxy = await startProxy(stack.brokers)
  const prefix = uniquePrefix()
  const toys = await openToys({ ...stack, prefix, partitions })
  const opened: (Toys | Cluster)[] = [toys]
  return {
    toys,
    async behind(config = {}) {
      const more = await openToys({ ...stack, brokers: proxy.address, prefix, partitions, config })
      opened.push(more)
      return more
    },
    faults: proxy,
    another() {
      const cluster = openCluster(toys.config, stack.brokers.split(','))
      opened.push(cluster)
      return cluster
    },
    async close() {
      for (const one of opened) await one.close()
      await proxy.close()
    },
  }
}
