/**
 * One broker that asks everybody for a password (SCRAM-SHA-512) and lets them do what an ACL says,
 * and nothing else. A Java process, broker and controller in one, with the jars of the local stack.
 */

import { randomBytes } from 'node:crypto'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ResourcePatternTypes,
} from 'kafkajs'
import { readConfig, type Config } from '../../config.ts'
import { openCluster, type Cluster } from '../../connectors/kafka/kafka.ts'
import { fetchArtifacts } from '../../deploy/stack/artifacts.ts'
import { findJava } from '../../deploy/stack/java.ts'
import { mavenRepository } from '../../deploy/stack/mirror.ts'
import { freePort } from '../../deploy/stack/ports.ts'
import { brokerSettings, ownUser, propertiesText } from '../../deploy/stack/sasl.ts'
import { cacheOf } from '../../deploy/stack/stack.ts'
import type { AccessRight } from '../../operations/acls.ts'

export interface AclBroker {
  readonly address: string
  /** What a client of this name needs; `admin` may do everything. */
  access(
    name: string,
  ): Pick<Config, 'brokers' | 'kafkaSaslMechanism' | 'kafkaUser' | 'kafkaPassword'>
  grant(rights: readonly AccessRight[]): Promise<void>
  stop(): Promise<void>
}

const readyMs = 120_000

export async function startAclBroker(users: readonly string[]): Promise<AclBroker> {
  const config = readConfig({})
  const say = (line: string): void => void process.stderr.write(`acl broker: ${line}\n`)
  const { java } = await findJava(config.javaHome, cacheOf(config), say)
  if (java === null) throw new Error('no Java for a broker')
  const { kafka } = await fetchArtifacts(cacheOf(config), mavenRepository(config.mavenUrl), say)
  const home = mkdtempSync(join(tmpdir(), 'errata-acls-'))
  const taken = new Set<number>()
  const port = await freePort(25_500 + (process.pid % 400), taken)
  taken.add(port)
  const controllerPort = await freePort(port + 1, taken)
  const password = randomBytes(24).toString('hex')
  const file = join(home, 'server.properties')
  writeFileSync(file, propertiesOf(home, port, controllerPort))
  const quick = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', kafka.join(delimiter)]
  const known = ['admin', ...users].flatMap((name) => [
    '--add-scram',
    `SCRAM-SHA-512=[name=${name},password=${password}]`,
  ])
  const clusterId = `E${randomBytes(16).toString('base64url').slice(1)}`
  const format = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', file, ...known]
  const { status, stderr } = spawnSync(java.path, ['-Xmx128m', ...quick, ...format], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the storage was not formatted: ${stderr}`)
  const child = spawn(java.path, ['-Xmx384m', ...quick, 'kafka.Kafka', file], { stdio: 'ignore' })
  const address = `127.0.0.1:${port}`
  const access: AclBroker['access'] = (name) => ({
    brokers: address,
    kafkaSaslMechanism: 'scram-sha-512',
    kafkaUser: name,
    kafkaPassword: password,
  })
  const cluster = openCluster({ ...config, ...access('admin') }, [address])
  const stop = async (): Promise<void> => {
    await cluster.close()
    await end(child)
    rmSync(home, { recursive: true, force: true })
  }
  try {
    for (const began = Date.now(); !(await answers(cluster)); await sleep(300))
      if (Date.now() - began > readyMs) throw new Error(`no broker after ${readyMs} ms`)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    address,
    access,
    async grant(rights) {
      // A topic that is read and written may be described by either right
      const every = rights.flatMap(aclsOf)
      const acl = [...new Map(every.map((one) => [JSON.stringify(one), one])).values()]
      await cluster.ask(async (admin) => admin.createAcls({ acl }))
      for (const began = Date.now(); (await countOf(cluster)) < acl.length; await sleep(50))
        if (Date.now() - began > readyMs) throw new Error('the broker has not heard of all ACLs')
    },
    stop,
  }
}

/** How many ACLs the broker goes by: it hears of new ones a moment after they were made. */
async function countOf(cluster: Cluster): Promise<number> {
  const { resources } = await cluster.ask((admin) =>
    admin.describeAcls({
      resourceType: AclResourceTypes.ANY,
      resourcePatternType: ResourcePatternTypes.ANY,
      operation: AclOperationTypes.ANY,
      permissionType: AclPermissionTypes.ANY,
    }),
  )
  return resources.reduce((sum, { acls }) => sum + acls.length, 0)
}

const answers = (cluster: Cluster): Promise<boolean> =>
  cluster
    .ask((admin) => admin.describeCluster())
    .then(
      () => true,
      () => false,
    )

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

const resourceTypes = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  'transactional-id': AclResourceTypes.TRANSACTIONAL_ID,
}
const operationTypes = {
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
  Describe: AclOperationTypes.DESCRIBE,
}

function aclsOf({ principal, resource, name, pattern, operations }: AccessRight) {
  return operations.map((operation) => ({
    resourceType: resourceTypes[resource],
    resourceName: name,
    resourcePatternType:
      pattern === 'literal' ? ResourcePatternTypes.LITERAL : ResourcePatternTypes.PREFIXED,
    principal: `User:${principal}`,
    host: '*',
    operation: operationTypes[operation],
    permissionType: AclPermissionTypes.ALLOW,
  }))
}

function propertiesOf(home: string, port: number, controllerPort: number): string {
  const protocol = 'SASL_PLAINTEXT'
  return propertiesText({
    'process.roles': 'broker,controller',
    'node.id': 1,
    listeners: `${protocol}://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `${protocol}://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': `${protocol}:${protocol},CONTROLLER:${protocol}`,
    'inter.broker.listener.name': protocol,
    ...brokerSettings(protocol, randomBytes(24).toString('hex')),
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'log.dirs': join(home, 'data').replaceAll('\\', '/'),
    'auto.create.topics.enable': false,
    'super.users': `User:${ownUser};User:admin`,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'allow.everyone.if.no.acl.found': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
    'message.max.bytes': 10 * 2 ** 20,
    'log.cleaner.dedupe.buffer.size': 4 * 2 ** 20,
  })
}
