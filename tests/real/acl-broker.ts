/**
 * One broker that asks everybody for a password (SCRAM-SHA-512) and lets them do what an ACL says,
 * and nothing else. A Java process, broker and controller in one, with the jars of the local stack.
 */

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig, type Config } from '../../config.ts'
import {
  createAcls,
  openCluster,
  type AccessRight,
  type Cluster,
} from '../../connectors/kafka/kafka.ts'
import { brokerSettings, ownUser } from '../../deploy/stack/sasl.ts'
import { openPort } from '../ports.ts'
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

export async function startAclBroker(users: readonly string[]): Promise<AclBroker> {
  const config = readConfig({})
  const home = mkdtempSync(join(tmpdir(), 'errata-acls-'))
  const port = await openPort()
  const controllerPort = await openPort()
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
      await createAcls(cluster, rights)
    },
    async stop() {
      await cluster.close()
      await end()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

const answers = (cluster: Cluster): Promise<boolean> =>
  cluster
    .ask((admin) => admin.describeCluster())
    .then(
      () => true,
      () => false,
    )

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
