/**
 * Broker and registry for a command: the cluster of the settings, or the local stack of this
 * ERRATA_HOME if it runs. Commands other than `up` start nothing.
 */

import { join } from 'node:path'
import { withoutCluster, type Config } from '../config.ts'
import { storeOf, type StoreAddress } from '../connectors/clickhouse/clickhouse.ts'
import { openCluster, type Cluster, type Log } from '../connectors/kafka/kafka.ts'
import { openRegistry, type Registry } from '../connectors/registry/registry.ts'
import { secretIn } from '../connectors/files/secret-file.ts'
import { ErrataError } from '../errors.ts'
import { allTopics } from '../runtime/existing-topics.ts'
import { isSupervised, readInstance } from '../deploy/instance/instance.ts'
import { hostFor } from '../deploy/instance/processes.ts'
import { localAddresses, localRuns } from '../deploy/stack/local.ts'
import type { Addresses } from '../deploy/stack/sasl.ts'
import { homeOf } from '../deploy/stack/stack.ts'

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
 * The analytics store for readers: the server that the settings name, or the gateway of this
 * machine.
 */
export function clickhouseUrlOf(config: Config): StoreAddress {
  return (
    storeOf(config) ??
    withReadToken(config, `http://${hostFor(config.host)}:${config.clickhousePort}`)
  )
}

/** The same for a command, which asks the running instance for its port. */
export function runningClickhouseUrlOf(config: Config): StoreAddress {
  const running =
    config.clickhouseUrl === null ? readInstance(homeOf(config))?.urls.clickhouse : undefined
  return running === undefined ? clickhouseUrlOf(config) : withReadToken(config, running)
}

/** Where the embedded store keeps its folder; its tokens lie beside it. */
export function storeFolderOf(config: Config): string {
  return join(homeOf(config), 'analytics')
}

function withReadToken(config: Config, address: string): string {
  const url = new URL(address)
  url.username = 'reader'
  url.password = secretIn(`${storeFolderOf(config)}.read-token`)
  return url.href
}

/** Connects, and registers the schemas of all topics if that was not done. */
export async function connect(config: Config, log: Log): Promise<Connection> {
  const addresses = findAddresses(config)
  const { brokers, registryUrl } = addresses
  const reached = reachedBy(config, addresses)
  const cluster = clusterAt(reached, brokers, log)
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
export function clusterAt(reached: Config, brokers: string, log?: Log): Cluster {
  return openCluster(
    reached,
    brokers.split(',').map((broker) => broker.trim()),
    log,
  )
}
