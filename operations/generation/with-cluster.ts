/** Brokers and registry for work on topics that nothing else works on: the local stack is started for it. */

import type { Config } from '../../config.ts'
import { startStack } from '../../deploy/stack/stack.ts'
import type { Cluster } from '../../connectors/kafka/kafka.ts'
import { clusterAt, reachedBy } from '../connect.ts'

export interface ReachedCluster {
  /** The settings with what reaches it. */
  readonly config: Config
  readonly cluster: Cluster
  readonly registryUrl: string
}

/** STACK_UNAVAILABLE, BROKER_UNREACHABLE, REGISTRY_UNREACHABLE; errors of `work`. */
export async function withCluster<T>(
  config: Config,
  say: (line: string) => void,
  work: (reached: ReachedCluster) => Promise<T>,
): Promise<T> {
  const stack = await startStack(config, say)
  const reached = reachedBy(config, stack)
  const cluster = clusterAt(reached, stack.brokers)
  try {
    return await work({ config: reached, cluster, registryUrl: stack.registryUrl })
  } finally {
    await cluster.close()
    if (!stack.found) await stack.stop()
  }
}
