/**
 * Credentials for the local broker (ERRATA_LOCAL_SASL): whoever has none is refused.
 *
 *   clients      SCRAM-SHA-512, with the password that ERRATA_HOME keeps. It never goes over the
 *                wire, and the broker has to prove that it knows it: a program that takes the port
 *                while the broker is away learns nothing.
 *   the broker   speaks to itself and to its controller by PLAIN, with a secret of its own that is
 *                made at each start and of no use after it. Kafka keeps the users of SCRAM in its
 *                metadata, which it can read only once it runs.
 *
 * The storage of a home may have been formatted before it had credentials, and the file of the
 * password may be lost. So nothing is expected of the storage: after each start the password is
 * tried, and set where it is refused. No secret is ever on a command line, where everybody on the
 * machine could read it.
 *
 * What this does not cover: the registry, which knows nothing of Kafka and holds schemas only.
 */

import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { clusterSettings, readConfig, settings, type Config } from '../../config.ts'
import { openCluster } from '../../connectors/kafka/kafka.ts'
import { secretIn } from '../../connectors/files/secret-file.ts'
import { codeOf, ErrataError } from '../../errors.ts'
import { writeWhole } from '../../connectors/files/atomic-file.ts'
import type { Java } from './java.ts'

export type Credentials = Pick<Config, 'kafkaSaslMechanism' | 'kafkaUser' | 'kafkaPassword'>

/** Where a broker and a registry are, and what the broker asks for. */
export interface Addresses {
  readonly brokers: string
  readonly registryUrl: string
  readonly credentials: Credentials
  /** has all that a foreign client needs, where it is the local broker that asks */
  readonly clientFile: string | null
}

export const noCredentials: Credentials = {
  kafkaSaslMechanism: null,
  kafkaUser: null,
  kafkaPassword: null,
}

const mechanism = 'scram-sha-512'
const user = 'errata'
/** By which a broker and its controller know each other. */
export const ownUser = 'broker'
const ownerOnly = 0o600
const patienceMs = 10_000 // until the broker knows a password that was set

/** The password alone, for KAFKA_PASSWORD_FILE. */
export const passwordFileIn = (home: string): string => join(home, 'kafka.password')

/** All that a client built on librdkafka needs, such as kcat or Python. */
export const clientFileIn = (home: string): string => join(home, 'kafka-client.properties')

const adminFileIn = (home: string): string => join(home, 'kafka', 'admin.properties')

/** Made where there are none yet. */
export function credentialsIn(home: string): Credentials {
  const kafkaPassword = secretIn(passwordFileIn(home))
  return { kafkaSaslMechanism: mechanism, kafkaUser: user, kafkaPassword }
}

/**
 * What a process needs in its environment for the broker of this home; undefined takes away, as it
 * does what belongs to another cluster.
 */
export function environmentOf(home: string, asks: boolean): Record<string, string | undefined> {
  const foreign = clusterSettings.flatMap((name) => {
    const { env } = settings[name]
    return [env, `${env}_FILE`]
  })
  return {
    ...Object.fromEntries(foreign.map((name) => [name, undefined])),
    KAFKA_SASL_MECHANISM: asks ? mechanism : undefined,
    KAFKA_USERNAME: asks ? user : undefined,
    KAFKA_PASSWORD: undefined,
    KAFKA_PASSWORD_FILE: asks ? passwordFileIn(home) : undefined,
  }
}

/** Settings of a broker whose listener `name` and controller ask; `secret` is the broker's own. */
export function brokerSettings(name: string, secret: string): Record<string, string> {
  const scram = mechanism.toUpperCase()
  const listener = `listener.name.${name.toLowerCase()}`
  const plain = plainLogin(secret, `user_${ownUser}="${secret}"`)
  return {
    [`${listener}.sasl.enabled.mechanisms`]: `${scram},PLAIN`,
    [`${listener}.${mechanism}.sasl.jaas.config`]: `${modules}.scram.ScramLoginModule required;`,
    [`${listener}.plain.sasl.jaas.config`]: plain,
    'sasl.mechanism.inter.broker.protocol': 'PLAIN',
    'listener.name.controller.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.controller.plain.sasl.jaas.config': plain,
    'sasl.mechanism.controller.protocol': 'PLAIN',
  }
}

/** Writes the files by which the password can be set and foreign clients connect. */
export function writeClientFiles(home: string, port: number, secret: string): void {
  const admin = {
    'security.protocol': 'SASL_PLAINTEXT',
    'sasl.mechanism': 'PLAIN',
    'sasl.jaas.config': plainLogin(secret),
  }
  const client = {
    'bootstrap.servers': `127.0.0.1:${port}`,
    'security.protocol': 'SASL_PLAINTEXT',
    'sasl.mechanism': mechanism.toUpperCase(),
    'sasl.username': user,
    'sasl.password': credentialsIn(home).kafkaPassword ?? '',
  }
  writeWhole(adminFileIn(home), propertiesText(admin), ownerOnly)
  writeWhole(clientFileIn(home), propertiesText(client), ownerOnly)
}

/** The password is kept: who switches this on again has the same. */
export function removeClientFiles(home: string): void {
  for (const file of [adminFileIn(home), clientFileIn(home)]) rmSync(file, { force: true })
}

export interface KafkaTools {
  readonly java: Java
  readonly jars: readonly string[]
}

/** Sets the password where the running broker refuses it. STACK_UNAVAILABLE, BROKER_UNREACHABLE. */
export async function ensureCredentials(
  home: string,
  port: number,
  tools: () => Promise<KafkaTools>,
): Promise<void> {
  if (await accepts(home, port)) return
  setPassword(home, port, await tools())
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(100)) {
    if (await accepts(home, port)) return
  }
  throw new ErrataError('STACK_UNAVAILABLE', 'the local broker refuses the password it was given')
}

async function accepts(home: string, port: number): Promise<boolean> {
  const policy = { ...readConfig({}), ...credentialsIn(home), kafkaTls: false }
  const cluster = openCluster(policy, [`127.0.0.1:${port}`])
  try {
    await cluster.ask(async () => {}) // connecting says it
    return true
  } catch (error) {
    if (codeOf(error) === 'CONFIG_INVALID') return false
    throw error
  } finally {
    await cluster.close()
  }
}

function setPassword(home: string, port: number, { java, jars }: KafkaTools): void {
  const file = join(home, 'kafka', 'scram.properties')
  const quick = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx128m']
  const logging = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'
  const tool = [...quick, logging, '-cp', jars.join(delimiter), 'kafka.admin.ConfigCommand']
  const server = ['--bootstrap-server', `127.0.0.1:${port}`, '--command-config', adminFileIn(home)]
  const change = ['--entity-type', 'users', '--entity-name', user, '--add-config-file', file]
  try {
    const password = `password=${credentialsIn(home).kafkaPassword ?? ''}`
    writeWhole(file, propertiesText({ [mechanism.toUpperCase()]: password }), ownerOnly)
    const { status, stdout, stderr } = spawnSync(
      java.path,
      [...tool, ...server, '--alter', ...change],
      { encoding: 'utf8', timeout: 60_000 },
    )
    if (status === 0) return
    const said =
      `${stdout ?? ''}${stderr ?? ''}`.split('\n').find((line) => /Exception|Error/.test(line)) ??
      ''
    throw new ErrataError('STACK_UNAVAILABLE', `the broker's password could not be set: ${said}`)
  } finally {
    rmSync(file, { force: true })
  }
}

const modules = 'org.apache.kafka.common.security'

function plainLogin(secret: string, users = ''): string {
  const login = `${modules}.plain.PlainLoginModule required username="${ownUser}"`
  return `${login} password="${secret}" ${users};`
}

export function propertiesText(
  values: Readonly<Record<string, string | number | boolean>>,
): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}
