/**
 * One broker that asks everybody for a password (SCRAM-SHA-512) and lets them do what an ACL says,
 * and nothing else. A Java process, broker and controller in one, with the jars of the local stack.
 */

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ResourcePatternTypes,
} from 'kafkajs'
import { readConfig, type Config } from '../../config.ts'
import { openCluster, type Cluster } from '../../connectors/kafka/kafka.ts'
import { freePort } from '../../deploy/stack/ports.ts'
import { brokerSettings, ownUser } from '../../deploy/stack/sasl.ts'
import type { AccessRight } from '../../operations/acls.ts'
import { startOneBroker } from './one-broker.ts'

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
  const home = mkdtempSync(join(tmpdir(), 'errata-acls-'))
  const taken = new Set<number>()
  const port = await freePort(25_500 + (process.pid % 400), taken)
  taken.add(port)
  const controllerPort = await freePort(port + 1, taken)
  const password = randomBytes(24).toString('hex')
  const address = `127.0.0.1:${port}`
  const access: AclBroker['access'] = (name) => ({
    brokers: address,
    kafkaSaslMechanism: 'scram-sha-512',
    kafkaUser: name,
    kafkaPassword: password,
  })
  const cluster = openCluster({ ...config, ...access('admin') }, [address])
  const end = await startOneBroker({
    home,
    settings: settingsOf(port, controllerPort),
    passwords: Object.fromEntries(['admin', ...users].map((name) => [name, password])),
    isReady: () => answers(cluster),
  })
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
    async stop() {
      await cluster.close()
      await end()
      rmSync(home, { recursive: true, force: true })
    },
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

function settingsOf(port: number, controllerPort: number): Record<string, string | boolean> {
  const protocol = 'SASL_PLAINTEXT'
  return {
    listeners: `${protocol}://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `${protocol}://127.0.0.1:${port}`,
    'listener.security.protocol.map': `${protocol}:${protocol},CONTROLLER:${protocol}`,
    'inter.broker.listener.name': protocol,
    ...brokerSettings(protocol, randomBytes(24).toString('hex')),
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'super.users': `User:${ownUser};User:admin`,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'allow.everyone.if.no.acl.found': false,
  }
}
