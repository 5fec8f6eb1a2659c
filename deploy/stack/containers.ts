/**
 * Broker and registry as containers, for a machine with a Docker daemon and without Java. They live
 * as long as the process that started them; their data stays in ERRATA_HOME. The images are the
 * projects' own, of the same versions as the local processes. Not covered by the tests, which run
 * where no image can be pulled.
 */

import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { StartedTestContainer } from 'testcontainers'
import { settings, type Config } from '../../config.ts'
import { kafkaVersion, registryVersion } from './artifacts.ts'
import { choosePort } from './ports.ts'
import { registryUrlOf } from './registry.ts'

/** Null where no Docker daemon answers. Throws what Docker says where an image cannot be had. */
export async function startContainers(
  home: string,
  config: Config,
  say: (line: string) => void,
): Promise<{ brokers: string; registryUrl: string; stop(): Promise<void> } | null> {
  // Loaded only here: it is a development dependency, and slow to load.
  const docker = await import('testcontainers').catch(() => null)
  if (docker === null || (await docker.getContainerRuntimeClient().catch(() => null)) === null)
    return null
  const { GenericContainer, Wait } = docker
  const claim = (
    what: string,
    setting: 'kafkaPort' | 'registryPort',
    taken: ReadonlySet<number>,
  ): Promise<number> =>
    choosePort(
      {
        what,
        variable: settings[setting].env,
        wanted: config[setting],
        isConfigured: config.configured.has(setting),
        before: null,
      },
      taken,
    )
  const port = await claim('the broker', 'kafkaPort', new Set())
  const schemasPort = await claim('the registry', 'registryPort', new Set([port]))
  say(
    `starting containers: apache/kafka:${kafkaVersion} and apicurio/apicurio-registry-mem:${registryVersion}`,
  )
  const started: StartedTestContainer[] = []
  const stop = async (): Promise<void> => {
    for (const container of started.splice(0).reverse()) await container.stop({ timeout: 30_000 })
  }
  try {
    started.push(
      await new GenericContainer(`apache/kafka:${kafkaVersion}`)
        .withExposedPorts({ container: 9092, host: port })
        .withBindMounts([
          { source: writable(home, 'kafka-container'), target: '/var/lib/kafka/data' },
        ])
        .withEnvironment({
          KAFKA_NODE_ID: '1',
          KAFKA_PROCESS_ROLES: 'broker,controller',
          KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
          KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
          KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
          KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
          KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
          KAFKA_LOG_DIRS: '/var/lib/kafka/data',
          KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
          KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
          KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
          KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
          KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
          KAFKA_OFFSETS_RETENTION_MINUTES: '5256000',
          KAFKA_MESSAGE_MAX_BYTES: '10485760',
          KAFKA_REPLICA_FETCH_MAX_BYTES: '10485760',
        })
        .withWaitStrategy(Wait.forLogMessage('Kafka Server started'))
        .start(),
    )
    // The image keeps schemas in memory; this is the same program as the local one, so the same
    // database file makes them last.
    started.push(
      await new GenericContainer(`apicurio/apicurio-registry-mem:${registryVersion}`)
        .withExposedPorts({ container: 8080, host: schemasPort })
        .withBindMounts([{ source: writable(home, 'registry-container'), target: '/data' }])
        .withEnvironment({ REGISTRY_DATASOURCE_URL: 'jdbc:h2:file:/data/registry;WRITE_DELAY=0' })
        .withWaitStrategy(Wait.forHttp('/apis/ccompat/v7/subjects', 8080))
        .start(),
    )
  } catch (error) {
    await stop()
    throw error
  }
  return { brokers: `127.0.0.1:${port}`, registryUrl: registryUrlOf(schemasPort), stop }
}

/** The images run as users of their own. */
function writable(home: string, name: string): string {
  const folder = join(home, name)
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o777)
  return folder
}
