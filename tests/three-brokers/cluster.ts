/**
 * Three brokers with replication 3 and two in sync, on loopback, for what one broker can't show:
 * partitions with leaders on different machines, the death of one of them, and ACLs. Each is a Java
 * process, broker and controller in one, with the jars of the local stack. Where they are secure,
 * clients need TLS and a password (SCRAM-SHA-512), as in a cluster that is not on loopback.
 */

import { randomBytes } from 'node:crypto'
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from '../../config.ts'
import { openCluster, type ClusterSettings } from '../../connectors/kafka/kafka.ts'
import { fetchArtifacts } from '../../deploy/stack/artifacts.ts'
import { findJava } from '../../deploy/stack/java.ts'
import { mavenRepository } from '../../deploy/stack/mirror.ts'
import { brokerSettings, ownUser, propertiesText } from '../../deploy/stack/sasl.ts'
import { cacheOf } from '../../deploy/stack/home.ts'
import { openPort } from '../ports.ts'

export interface TestCluster {
  readonly brokers: string // host:port of all, with commas
  /** Node ids, 1 to 3. */
  readonly nodes: readonly number[]
  /** The folder of what they keep, by node. */
  readonly home: string
  /** What a client needs. */
  readonly access: Partial<ClusterSettings>
  signal(node: number, signal: NodeJS.Signals): void
  /** Starts a node that was killed. */
  start(node: number): void
  stop(): Promise<void>
}

export interface ClusterOptions {
  readonly secure?: boolean
}

/** What all nodes share. */
interface Plan {
  readonly ports: Ports
  readonly home: string
  /** By which they know each other. */
  readonly secret: string
  /** Of the client `user`; null: nobody is asked. */
  readonly password: string | null
}

const nodes = [1, 2, 3] as const
const user = 'errata'
const readyMs = 120_000

export async function startCluster({ secure = false }: ClusterOptions = {}): Promise<TestCluster> {
  const config = readConfig({})
  const say = (line: string): void => void process.stderr.write(`cluster: ${line}\n`)
  const { java } = await findJava(config.javaHome, cacheOf(config), say)
  if (java === null) throw new Error('no Java for a cluster')
  const { kafka } = await fetchArtifacts(cacheOf(config), mavenRepository(config.mavenUrl), say)
  const home = mkdtempSync(join(tmpdir(), 'errata-cluster-'))
  const plan: Plan = {
    ports: await choosePorts(),
    home,
    secret: randomBytes(24).toString('hex'),
    password: secure ? randomBytes(24).toString('hex') : null,
  }
  const { ports, password } = plan
  if (secure) makeCertificate(home)
  const classPath = kafka.join(delimiter)
  const clusterId = `E${randomBytes(16).toString('base64url').slice(1)}`
  const children = new Map<number, ChildProcess>()
  for (const node of nodes) {
    const folder = join(home, String(node))
    mkdirSync(folder)
    writeFileSync(join(folder, 'server.properties'), propertiesOf(node, plan))
    const words = ['format', '-t', clusterId, '-c', join(folder, 'server.properties')]
    if (password !== null)
      words.push('--add-scram', `SCRAM-SHA-512=[name=${user},password=${password}]`)
    const tool = [
      '-Xmx128m',
      '-XX:TieredStopAtLevel=1',
      '-cp',
      classPath,
      'kafka.tools.StorageTool',
    ]
    const { status, stderr } = spawnSync(java.path, [...tool, ...words], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`storage of node ${node} was not formatted: ${stderr}`)
  }
  const start = (node: number): void => {
    const options = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xms64m', '-Xmx384m']
    const words = ['-cp', classPath, 'kafka.Kafka', join(home, String(node), 'server.properties')]
    const log = openSync(logOf(home, node), 'a')
    children.set(node, spawn(java.path, [...options, ...words], { stdio: ['ignore', log, log] }))
    closeSync(log)
  }
  const stop = async (): Promise<void> => {
    const running = [...children.values()].filter(({ exitCode, signalCode }) => {
      return exitCode === null && signalCode === null
    })
    const gone = running.map((child) => once(child, 'exit'))
    for (const child of running) child.kill('SIGKILL')
    await Promise.all(gone)
    rmSync(home, { recursive: true, force: true })
  }
  nodes.forEach(start)
  const brokers = nodes.map((node) => `127.0.0.1:${ports.clients[node]}`).join()
  const access: Partial<ClusterSettings> =
    password === null
      ? {}
      : {
          kafkaTls: true,
          kafkaCa: readFileSync(certificateIn(home), 'utf8'),
          kafkaSaslMechanism: 'scram-sha-512',
          kafkaUser: user,
          kafkaPassword: password,
        }
  try {
    await allJoined(brokers, access, () => {
      const ended = [...children].find(([, { exitCode, signalCode }]) => exitCode ?? signalCode)
      if (ended === undefined) return
      const [node] = ended
      throw new Error(`node ${node} ended at its start: ${lastLines(logOf(home, node))}`)
    })
  } catch (error) {
    await stop()
    throw error
  }
  return {
    brokers,
    nodes,
    home,
    access,
    signal: (node, signal) => void children.get(node)?.kill(signal),
    start,
    stop,
  }
}

interface Ports {
  readonly clients: Readonly<Record<number, number>>
  readonly controllers: Readonly<Record<number, number>>
}

async function choosePorts(): Promise<Ports> {
  const clients: Record<number, number> = {}
  const controllers: Record<number, number> = {}
  for (const node of nodes) {
    clients[node] = await openPort()
    controllers[node] = await openPort()
  }
  return { clients, controllers }
}

const certificateIn = (home: string): string => join(home, 'certificate.pem')
const keyStoreIn = (home: string): string => join(home, 'key-store.pem')

/** One for all three, signed by itself. */
function makeCertificate(home: string): void {
  const [key, certificate] = [join(home, 'key.pem'), certificateIn(home)]
  const make = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2']
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  execFileSync('openssl', [...make, ...name, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  })
  writeFileSync(keyStoreIn(home), readFileSync(key, 'utf8') + readFileSync(certificate, 'utf8'))
}

function tlsSettings(home: string): Record<string, string> {
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': keyStoreIn(home).replaceAll('\\', '/'),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': certificateIn(home).replaceAll('\\', '/'),
  }
}

function propertiesOf(node: number, { ports, home, secret, password }: Plan): string {
  const { clients, controllers } = ports
  const protocol = password === null ? 'PLAINTEXT' : 'SASL_SSL'
  const folder = join(home, String(node))
  const voters = nodes.map((one) => `${one}@127.0.0.1:${controllers[one]}`).join()
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': node,
    listeners: `${protocol}://127.0.0.1:${clients[node]},CONTROLLER://127.0.0.1:${controllers[node]}`,
    'advertised.listeners': `${protocol}://127.0.0.1:${clients[node]}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': `${protocol}:${protocol},CONTROLLER:SASL_PLAINTEXT`,
    'inter.broker.listener.name': protocol,
    ...brokerSettings(protocol, secret),
    ...(password === null ? {} : tlsSettings(home)),
    'controller.quorum.voters': voters,
    'log.dirs': join(folder, 'data').replaceAll('\\', '/'),
    'auto.create.topics.enable': false,
    // Whatever no ACL speaks of is allowed to everybody. The controllers talk before ACLs are known
    'super.users': `User:${ownUser}`,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'allow.everyone.if.no.acl.found': true,
    'default.replication.factor': 3,
    'min.insync.replicas': 2,
    'offsets.topic.replication.factor': 3,
    'offsets.topic.num.partitions': 6,
    'transaction.state.log.replication.factor': 3,
    'transaction.state.log.min.isr': 2,
    'transaction.state.log.num.partitions': 6,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': 1_000,
    'message.max.bytes': 10 * 2 ** 20,
    'replica.fetch.max.bytes': 10 * 2 ** 20,
    'num.network.threads': 2,
    'num.io.threads': 2,
    'log.cleaner.dedupe.buffer.size': 4 * 2 ** 20,
  }
  return propertiesText(settings)
}

const logOf = (home: string, node: number): string => join(home, `node-${node}.log`)
const lastLines = (path: string): string =>
  readFileSync(path, 'utf8').trim().split('\n').slice(-30).join('\n')

/** `checkAlive` throws where a node has ended, so that nobody waits for it. */
async function allJoined(
  brokers: string,
  access: Partial<ClusterSettings>,
  checkAlive: () => void,
): Promise<void> {
  const cluster = openCluster({ ...readConfig({}), ...access }, brokers.split(','))
  for (const began = Date.now(); ; await sleep(300)) {
    const known = await cluster.ask((admin) => admin.describeCluster()).catch(() => null)
    if (known?.brokers.length === nodes.length) return
    checkAlive()
    if (Date.now() - began > readyMs) throw new Error(`no three brokers after ${readyMs} ms`)
  }
}
