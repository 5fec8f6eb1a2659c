/**
 * Broker and registry for a command: the cluster of the settings, or the local stack of this
 * ERRATA_HOME if it runs. Commands other than `up` start nothing.
 */

import { withoutCluster, type Config } from '../config.ts'
import {
  openCluster,
  type Cluster,
  type ClusterSettings,
  type Log,
} from '../connectors/kafka/kafka.ts'
import { openRegistry, type Registry } from '../connectors/registry/registry.ts'
import { ErrataError } from '../errors.ts'
import { allTopics } from '../runtime/existing-topics.ts'
import { isSupervised, readInstance } from '../deploy/instance/instance.ts'
import { localAddresses, localRuns } from '../deploy/stack/local.ts'
import type { Addresses } from '../deploy/stack/sasl.ts'
import { homeOf } from '../deploy/stack/home.ts'

export interface Connection {
  readonly brokers: string
  readonly registryUrl: string
  readonly cluster: Cluster
  readonly registry: Registry
  close(): Promise<void>
}

/**
 * Addresses of broker and registry; STACK_UNAVAILABLE where none is configured and nothing runs.
 */
export function findAddresses(config: Config): Addresses {
  const { brokers, registryUrl, kafkaSaslMechanism, kafkaUser, kafkaPassword } = config
  const credentials = { kafkaSaslMechanism, kafkaUser, kafkaPassword }
  const foreign = { credentials, clientFile: null }
  if (brokers !== null) {
    if (registryUrl === null)
      throw new ErrataError('CONFIG_INVALID', 'KAFKA_BROKERS needs SCHEMA_REGISTRY_URL beside it')
    return { brokers, registryUrl, ...foreign }
  }
  const home = homeOf(config)
  const instance = readInstance(home)
  const running = instance !== null && isSupervised(instance) ? instance : null
  if (running !== null && running.stack.kind !== 'java') {
    return { brokers: running.brokers, registryUrl: running.registryUrl, ...foreign }
  }
  const local = running !== null || localRuns(home) ? localAddresses(home) : null
  if (local !== null) return local
  const why = 'nothing runs in this folder; `npx errata up` starts it'
  throw new ErrataError('STACK_UNAVAILABLE', why, { home })
}

/** The settings with what reaches that broker and that registry. */
export function reachedBy(config: Config, addresses: Addresses): Config {
  const { brokers, registryUrl, credentials } = addresses
  const own = config.brokers === null ? withoutCluster(config) : config
  return { ...own, ...credentials, brokers, registryUrl }
}

/**
 * Connects, and registers the schemas of all topics if that was not done. `fetchWaitMs` is that of
 * the cluster.
 */
export async function connect(
  config: Config,
  log: Log,
  waits: Pick<ClusterSettings, 'fetchWaitMs'> = {},
): Promise<Connection> {
  const addresses = findAddresses(config)
  const { brokers, registryUrl } = addresses
  const reached = reachedBy(config, addresses)
  const cluster = clusterAt({ ...reached, ...waits }, brokers, log)
  const registry = await openRegistry(reached, registryUrl, allTopics(config.topicPrefix))
  return { brokers, registryUrl, cluster, registry, close: () => cluster.close() }
}

/** Works with a connection, and closes it however that ends. Codes as above. */
export async function withConnection<T>(
  config: Config,
  log: Log,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connect(config, log)
  try {
    return await work(connection)
  } finally {
    await connection.close()
  }
}

/** The cluster of these brokers, host:port and comma separated. */
export function clusterAt(reached: ClusterSettings, brokers: string, log?: Log): Cluster {
  return openCluster(
    reached,
    brokers.split(',').map((broker) => broker.trim()),
    log,
  )
}
