/**
 * The local broker: one Apache Kafka in KRaft mode, broker and controller in one process, on
 * loopback.
 *
 * WHAT ONE BROKER PROMISES. An acknowledged record survives the death of any process, the broker's
 * own included: it is in the operating system's page cache and the log is recovered at the next
 * start. It does not survive a power cut within the seconds before the page cache is written, nor
 * the loss of the disk; Kafka's answer to both is three brokers (replication 3, two in sync), not a
 * flush for each record. Transactions are complete or absent either way.
 */

import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { ErrataError } from '../../errors.ts'
import { writeWhole } from '../../connectors/files/atomic-file.ts'
import type { Java } from './java.ts'
import { jvmOptions, type Archive } from './jvm.ts'
import { launch } from './processes.ts'
import { brokerSettings, propertiesText, removeClientFiles, writeClientFiles } from './sasl.ts'

export interface BrokerPlan {
  readonly java: Java
  readonly jars: readonly string[]
  readonly version: string
  readonly cache: string
  /**
   * the data of the stack; also the mark in the command line by which the process is known as ours
   */
  readonly home: string
  readonly port: number
  readonly controllerPort: number
  /** whether it asks clients for credentials */
  readonly sasl: boolean
}

/** Formats the storage where it is new and starts the process; it is not ready yet. */
export async function startBroker(
  plan: BrokerPlan,
): Promise<{ pid: number; archive: Archive | null; log: string }> {
  const folder = join(plan.home, 'kafka')
  mkdirSync(folder, { recursive: true })
  const properties = join(folder, 'server.properties')
  const secret = plan.sasl ? randomBytes(24).toString('hex') : null
  writeWhole(properties, propertiesOf(plan, join(folder, 'data'), secret), 0o600)
  if (secret === null) removeClientFiles(plan.home)
  else writeClientFiles(plan.home, plan.port, secret)
  const classPath = plan.jars.join(delimiter)
  if (!existsSync(join(folder, 'data', 'meta.properties'))) format(plan.java, classPath, properties)

  const { options, archive } = jvmOptions(plan.java, plan.cache, `kafka-${plan.version}`, [
    '-Xms128m',
    '-Xmx512m',
  ])
  // Everything below a warning is silenced but the one line that says that the broker is ready.
  const logging = [
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-Dorg.slf4j.simpleLogger.showDateTime=true',
    `-Dorg.slf4j.simpleLogger.log.${readyLogger}=info`,
  ]
  const log = join(plan.home, 'logs', 'kafka.log')
  const pid = await launch(
    plan.java.path,
    [...options, ...logging, '-cp', classPath, 'kafka.Kafka', properties],
    { cwd: folder, log },
  )
  if (pid === null)
    throw new ErrataError('STACK_UNAVAILABLE', 'Java could not be started', {
      java: plan.java.path,
    })
  return { pid, archive, log }
}

const readyLogger = 'kafka.server.KafkaRaftServer'
export const readyLine = 'Kafka Server started'

function format(java: Java, classPath: string, properties: string): void {
  // 16 bytes; a leading dash would read as an option
  const clusterId = `E${randomBytes(16).toString('base64url').slice(1)}`
  const quick = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx128m']
  const { status, stderr } = spawnSync(
    java.path,
    [
      ...quick,
      '-cp',
      classPath,
      'kafka.tools.StorageTool',
      'format',
      '-t',
      clusterId,
      '-c',
      properties,
    ],
    { encoding: 'utf8' },
  )
  if (status !== 0)
    throw new ErrataError(
      'STACK_UNAVAILABLE',
      `the broker's storage could not be formatted: ${stderr.trim().split('\n').at(-1) ?? ''}`,
    )
}

/** `secret`: the broker's own where it asks for credentials. */
function propertiesOf(
  { port, controllerPort }: BrokerPlan,
  data: string,
  secret: string | null,
): string {
  const years = 10
  const protocol = secret === null ? 'PLAINTEXT' : 'SASL_PLAINTEXT'
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    listeners: `${protocol}://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `${protocol}://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': `${protocol}:${protocol},CONTROLLER:${protocol}`,
    'inter.broker.listener.name': protocol,
    ...(secret === null ? {} : brokerSettings(protocol, secret)),
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'log.dirs': data.replaceAll('\\', '/'),
    // Topics come from the topology, never from a typing mistake.
    'auto.create.topics.enable': false,
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 5,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 5,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
    // A stack that rests for longer than the default seven days must not forget where its groups
    // are.
    'offsets.retention.minutes': years * 365 * 24 * 60,
    'transactional.id.expiration.ms': 2 ** 31 - 1,
    // What a killed process left open is aborted within a second of its timeout, not within ten.
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': 1_000,
    'message.max.bytes': 10 * 2 ** 20,
    'replica.fetch.max.bytes': 10 * 2 ** 20,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.threads': 1,
    'log.cleaner.dedupe.buffer.size': 4 * 2 ** 20,
    'log.cleaner.backoff.ms': 1_000,
    'controlled.shutdown.enable': false,
  }
  return propertiesText(settings)
}
