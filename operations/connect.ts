/**
 * The broker and the registry as a command meets them: the cluster that the settings name, or the local stack of this
 * ERRATA_HOME if it runs. Commands other than `up` start nothing.
 */

import { join } from 'node:path'
import type { Config } from '../config.ts'
import { openCluster, type Cluster, type Log } from '../connectors/kafka/kafka.ts'
import { openRegistry, type Registry } from '../connectors/registry/registry.ts'
import { secretIn } from '../connectors/files/secret-file.ts'
import { ErrataError } from '../errors.ts'
import { allTopics } from '../topology.ts'
import { isSupervised, readInstance } from '../deploy/instance/instance.ts'
import { hostFor } from '../deploy/instance/processes.ts'
import { localRuns, readState } from '../deploy/stack/local.ts'
import { registryUrlOf } from '../deploy/stack/registry.ts'
import { homeOf } from '../deploy/stack/stack.ts'

export interface Addresses {
  readonly brokers: string
  readonly registryUrl: string
}

export interface Connection extends Addresses {
  readonly cluster: Cluster
  readonly registry: Registry
  close(): Promise<void>
}

/** Where broker and registry are; STACK_UNAVAILABLE where nothing is named and nothing runs. */
export function findAddresses(config: Config): Addresses {
  if (config.brokers !== null) {
    if (config.registryUrl === null) throw new ErrataError('CONFIG_INVALID', 'KAFKA_BROKERS needs SCHEMA_REGISTRY_URL beside it')
    return { brokers: config.brokers, registryUrl: config.registryUrl }
  }
  const home = homeOf(config)
  const instance = readInstance(home)
  if (instance !== null && isSupervised(instance)) return { brokers: instance.brokers, registryUrl: instance.registryUrl }
  const state = localRuns(home) ? readState(home) : null
  if (state?.kafka == null || state.registry == null) throw new ErrataError('STACK_UNAVAILABLE', 'nothing runs in this folder; `npm start` starts it', { home })
  return { brokers: `127.0.0.1:${state.kafka.port}`, registryUrl: registryUrlOf(state.registry.port) }
}

/** The analytics store for readers: the server that the settings name, or the gateway of this machine. */
export function clickhouseUrlOf(config: Config): string {
  return config.clickhouseUrl ?? withReadToken(config, `http://${hostFor(config.host)}:${config.clickhousePort}`)
}

/** The same for a command, which asks the running instance for its port. */
export function runningClickhouseUrlOf(config: Config): string {
  const running = config.clickhouseUrl === null ? readInstance(homeOf(config))?.urls.clickhouse : undefined
  return running === undefined ? clickhouseUrlOf(config) : withReadToken(config, running)
}

/** Where the embedded store keeps its folder; its tokens lie beside it. */
export function storeFolderOf(config: Config): string {
  return join(homeOf(config), 'analytics')
}

/** With it processes of this home ask the trainer what it does. */
export function trainerTokenOf(home: string): string {
  return secretIn(join(home, 'trainer.read-token'))
}

function withReadToken(config: Config, address: string): string {
  const url = new URL(address)
  url.username = 'reader'
  url.password = secretIn(`${storeFolderOf(config)}.read-token`)
  return url.href
}

/** Connects, and registers the schemas of all topics where that was not done. */
export async function connect(config: Config, log: Log): Promise<Connection> {
  const { brokers, registryUrl } = findAddresses(config)
  const cluster = openCluster(config, brokers.split(',').map((broker) => broker.trim()), log)
  const registry = await openRegistry(config, registryUrl, allTopics(config.topicPrefix))
  return { brokers, registryUrl, cluster, registry, close: () => cluster.close() }
}
