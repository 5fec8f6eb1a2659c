/**
 * Every way to show brokers who one is, on one broker with a listener for each: a record is
 * produced, consumed and answered in a transaction, and who shows something wrong hears which
 * setting it is about. Amazon MSK can't be had here: its token is read as MSK would read it.
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig, type Config } from '../../config.ts'
import { signMskToken } from '../../connectors/kafka/msk-iam.ts'
import {
  createTopics,
  openCluster,
  openConsumer,
  openProducer,
  openTransactions,
  topicOffsets,
  type Cluster,
} from '../../connectors/kafka/kafka.ts'
import { codeOf } from '../../errors.ts'
import { makeAuthority, type Authority, type Signed } from '../certificates.ts'
import { openPort } from '../ports.ts'
import { startOneBroker } from './one-broker.ts'

jest.setTimeout(180_000) // ms; a broker starts on a busy machine

const listeners = ['INTERNAL', 'MTLS', 'SCRAM', 'PLAIN', 'OAUTH', 'CONTROLLER'] as const
type Listener = (typeof listeners)[number]

const tokenSeconds = 9
const reauthenticateMs = 5_000
const folder = mkdtempSync(join(tmpdir(), 'errata-access-'))
const ports: Partial<Record<Listener, number>> = {}
const opened: Cluster[] = []
let authority: Authority
let client: Signed
let tokenUrl = ''
let endpoint: ChildProcess
let stop: (() => Promise<void>) | null = null

const address = (listener: Listener): string => `127.0.0.1:${ports[listener]}`

/** A cluster as the environment of a process says. */
function open(listener: Listener, environment: Readonly<Record<string, string>>): Cluster {
  const registry = { SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1' }
  const config: Config = readConfig({
    KAFKA_BROKERS: address(listener),
    ...registry,
    ...environment,
  })
  const cluster = openCluster(config, [address(listener)])
  opened.push(cluster)
  return cluster
}

beforeAll(async () => {
  authority = makeAuthority(folder, 'authority')
  client = authority.sign('client', 'hush')
  const server = authority.sign('server')
  const store = join(folder, 'store.pem')
  writeFileSync(store, server.key + server.cert)
  for (const listener of listeners) ports[listener] = await openPort()
  const words = ['tests/real/token-endpoint.mjs', String(await openPort()), String(tokenSeconds)]
  endpoint = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'] })
  const lines = createInterface({ input: endpoint.stdout as NodeJS.ReadableStream })
  const [issuer] = (await once(lines, 'line')) as [string]
  tokenUrl = `${issuer}/token`
  const jwks = `${issuer}/jwks`
  const inside = openCluster(readConfig({}), [address('INTERNAL')])
  opened.push(inside)
  stop = await startOneBroker({
    home: folder,
    passwords: { scram: 'right' },
    javaOptions: [`-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${jwks}`],
    settings: settingsOf(store, issuer, jwks),
    isReady: () =>
      inside
        .ask((admin) => admin.describeCluster())
        .then(
          () => true,
          () => false,
        ),
  })
})

afterAll(async () => {
  await Promise.all(opened.map((cluster) => cluster.close()))
  await stop?.()
  endpoint.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

function settingsOf(store: string, issuer: string, jwks: string): Record<string, string | number> {
  const security = 'org.apache.kafka.common.security'
  const protocols: Record<Listener, string> = {
    INTERNAL: 'PLAINTEXT',
    MTLS: 'SSL',
    SCRAM: 'SASL_SSL',
    PLAIN: 'SASL_SSL',
    OAUTH: 'SASL_SSL',
    CONTROLLER: 'PLAINTEXT',
  }
  const places = listeners.map((listener) => `${listener}://${address(listener)}`)
  const oauth = 'listener.name.oauth'
  return {
    listeners: places.join(),
    'advertised.listeners': places.slice(0, -1).join(),
    'listener.security.protocol.map': listeners
      .map((listener) => `${listener}:${protocols[listener]}`)
      .join(),
    'inter.broker.listener.name': 'INTERNAL',
    'controller.quorum.voters': `1@${address('CONTROLLER')}`,
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': store,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': authority.file,
    'listener.name.mtls.ssl.client.auth': 'required',
    'listener.name.scram.sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.scram.scram-sha-512.sasl.jaas.config': `${security}.scram.ScramLoginModule required;`,
    'listener.name.plain.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.plain.plain.sasl.jaas.config': `${security}.plain.PlainLoginModule required user_plain="right";`,
    [`${oauth}.sasl.enabled.mechanisms`]: 'OAUTHBEARER',
    [`${oauth}.oauthbearer.sasl.jaas.config`]: `${security}.oauthbearer.OAuthBearerLoginModule required;`,
    [`${oauth}.oauthbearer.sasl.server.callback.handler.class`]: `${security}.oauthbearer.OAuthBearerValidatorCallbackHandler`,
    [`${oauth}.oauthbearer.connections.max.reauth.ms`]: reauthenticateMs,
    [`${oauth}.sasl.oauthbearer.jwks.endpoint.url`]: jwks,
    [`${oauth}.sasl.oauthbearer.expected.audience`]: 'kafka',
    [`${oauth}.sasl.oauthbearer.expected.issuer`]: issuer,
  }
}

const ca = (): Record<string, string> => ({ KAFKA_CA_FILE: authority.file })
const certificate = ({ certFile, keyFile }: Signed): Record<string, string> => ({
  KAFKA_CERT_FILE: certFile,
  KAFKA_KEY_FILE: keyFile,
})
const scram = (password: string): Record<string, string> => ({
  ...ca(),
  KAFKA_SASL_MECHANISM: 'scram-sha-512',
  KAFKA_USERNAME: 'scram',
  KAFKA_PASSWORD: password,
})
const plain = (password: string): Record<string, string> => ({
  ...ca(),
  KAFKA_SASL_MECHANISM: 'plain',
  KAFKA_USERNAME: 'plain',
  KAFKA_PASSWORD: password,
})
const oauth = (changes: Record<string, string> = {}): Record<string, string> => ({
  ...ca(),
  KAFKA_SASL_MECHANISM: 'oauthbearer',
  KAFKA_OAUTH_TOKEN_URL: tokenUrl,
  KAFKA_OAUTH_CLIENT_ID: 'errata',
  KAFKA_OAUTH_CLIENT_SECRET: 'a-secret-of-the-client-long-enough',
  KAFKA_OAUTH_SCOPE: 'kafka',
  ...changes,
})

interface Trip {
  readonly produce: (count: number) => Promise<void>
  /** Records answered so far, and the transactions it took, one for each batch. */
  readonly done: { records: number; transactions: number }
  /** How many records the second topic holds: answers, and a mark for each transaction. */
  readonly answers: () => Promise<number>
  readonly failures: readonly Error[]
  readonly stop: () => Promise<void>
}

/** A consumer that answers each record in a transaction, as a stage does. */
async function begin(cluster: Cluster, name: string): Promise<Trip> {
  const [input, output] = [`${name}.in`, `${name}.out`]
  const topic = { partitions: 1, replication: 1, settings: {} }
  await createTopics(cluster, [
    { name: input, ...topic },
    { name: output, ...topic },
  ])
  const producer = openProducer(cluster)
  const transactions = await openTransactions(cluster, `${name}.0`)
  await transactions.fence()
  const failures: Error[] = []
  const done = { records: 0, transactions: 0 }
  const consumer = await openConsumer(cluster, {
    group: name,
    topics: [input],
    joined: () => {},
    failed: (error) => failures.push(error),
    batch: async ({ records, next }) => {
      const transaction = await transactions.begin()
      const answers = records.map(({ key, value }) => ({ key, value, headers: {}, partition: 0 }))
      await transaction.send(answers.map((answer) => ({ topic: output, ...answer })))
      await transaction.offset(name, { topic: input, partition: 0 }, next)
      await transaction.commit()
      done.records += records.length
      done.transactions++
    },
  })
  return {
    produce: async (count) => {
      for (let at = 0; at < count; at++)
        await producer.send(input, { key: `k${at}`, value: Buffer.from('v'), partition: 0 })
    },
    done,
    answers: async () => Number((await topicOffsets(cluster, output)).get(0)?.high ?? 0n),
    failures,
    stop: async () => {
      await consumer.stop()
      await producer.close()
      transactions.discard()
    },
  }
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 30_000; !(await holds()); await sleep(100))
    if (Date.now() > end) throw new Error(what)
}

describe('a record is produced, consumed and answered in a transaction', () => {
  test.each<[string, Listener, () => Record<string, string>]>([
    [
      'with a certificate and an encrypted key',
      'MTLS',
      () => ({ ...ca(), ...certificate(client), KAFKA_KEY_PASSWORD: 'hush' }),
    ],
    ['by SCRAM', 'SCRAM', () => scram('right')],
    ['by PLAIN', 'PLAIN', () => plain('right')],
    [
      'by a token, with extensions',
      'OAUTH',
      () => oauth({ KAFKA_OAUTH_EXTENSIONS: 'logicalCluster=lkc-1,identityPoolId=pool-2' }),
    ],
  ])('%s', async (_, listener, environment) => {
    const trip = await begin(open(listener, environment()), `one.${listener}`)
    await trip.produce(3)
    await until(async () => (await trip.answers()) >= 3, 'no answers')
    await trip.stop()
    expect(trip.failures).toEqual([])
  })
})

describe('who shows something wrong hears which setting it is about', () => {
  const wrong: [string, Listener, () => Record<string, string>, string, RegExp][] = [
    ['a wrong password', 'SCRAM', () => scram('wrong'), 'CONFIG_INVALID', /KAFKA_PASSWORD/],
    ['a wrong plain password', 'PLAIN', () => plain('wrong'), 'CONFIG_INVALID', /KAFKA_PASSWORD/],
    [
      'another mechanism than the broker has',
      'PLAIN',
      () => scram('right'),
      'CONFIG_INVALID',
      /KAFKA_SASL_MECHANISM/,
    ],
    ['no certificate', 'MTLS', () => ca(), 'CONFIG_INVALID', /KAFKA_CERT/],
    [
      'a certificate of a foreign authority',
      'MTLS',
      () => ({ ...ca(), ...certificate(makeAuthority(folder, 'foreign').sign('client')) }),
      'CONFIG_INVALID',
      /KAFKA_CERT/,
    ],
    [
      'a foreign authority for the broker',
      'SCRAM',
      () => ({ ...scram('right'), KAFKA_CA_FILE: makeAuthority(folder, 'other').file }),
      'BROKER_UNREACHABLE',
      /KAFKA_CA/,
    ],
    [
      'a wrong secret',
      'OAUTH',
      () => oauth({ KAFKA_OAUTH_CLIENT_SECRET: 'wrong' }),
      'CONFIG_INVALID',
      /KAFKA_OAUTH_CLIENT_SECRET/,
    ],
    [
      'a token endpoint that is away',
      'OAUTH',
      () => oauth({ KAFKA_OAUTH_TOKEN_URL: 'http://127.0.0.1:9/token' }),
      'BROKER_UNREACHABLE',
      /KAFKA_OAUTH_TOKEN_URL/,
    ],
    [
      'a token that the broker does not know',
      'OAUTH',
      () => ({
        ...ca(),
        KAFKA_SASL_MECHANISM: 'aws-msk-iam',
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'AKIATEST',
        AWS_SECRET_ACCESS_KEY: 'secret-of-test',
      }),
      'CONFIG_INVALID',
      /refuses the token/,
    ],
  ]
  const said = new Map<string, { readonly code: string; readonly message: string }>()
  beforeAll(async () => {
    // at once, since each tries for a while
    const attempts = wrong.map(async ([what, listener, environment]) => {
      const asked = open(listener, environment()).ask((admin) => admin.listTopics())
      const error: unknown = await asked.catch((reason: unknown) => reason)
      said.set(what, { code: codeOf(error), message: String(error) })
    })
    await Promise.all(attempts)
  })
  test.each(wrong)('%s', (what, _listener, _environment, code, named) => {
    expect(said.get(what)).toMatchObject({ code, message: expect.stringMatching(named) })
    expect(said.get(what)?.message).not.toMatch(/secret-of-test|long-enough|hush/)
  })

  test('a key without its password, before anything connects', () => {
    expect(() => open('MTLS', { ...ca(), ...certificate(client) })).toThrow(/KAFKA_KEY_PASSWORD/)
  })
})

test('a stage outlives its tokens and its logins', async () => {
  const trip = await begin(open('OAUTH', oauth()), 'long')
  const granted = async (): Promise<number> =>
    Number(await (await fetch(tokenUrl.replace(/token$/, 'granted'))).text())
  const before = await granted()
  let sent = 0
  for (const end = Date.now() + 2 * tokenSeconds * 1_000; Date.now() < end; await sleep(50)) {
    await trip.produce(1)
    sent++
  }
  await until(async () => trip.done.records >= sent, 'no answers')
  await trip.stop()
  expect(trip.failures).toEqual([])
  // none was lost, none came twice
  expect(await trip.answers()).toBe(sent + trip.done.transactions)
  expect((await granted()) - before).toBeLessThan((2 * (2 * tokenSeconds)) / (tokenSeconds / 2))
})

test('Amazon MSK gets an address that is signed for the action of connecting', async () => {
  const keys = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret-of-test', sessionToken: 'token' }
  const token = await signMskToken('eu-central-1', keys, new Date('2026-01-02T03:04:05Z'))
  expect(token).toMatch(/^[\w-]+$/) // base64url without padding
  const url = new URL(Buffer.from(token, 'base64url').toString('utf8'))
  expect(url.origin + url.pathname).toBe('https://kafka.eu-central-1.amazonaws.com/')
  expect(Object.fromEntries(url.searchParams)).toEqual({
    Action: 'kafka-cluster:Connect',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'AKIATEST/20260102/eu-central-1/kafka-cluster/aws4_request',
    'X-Amz-Date': '20260102T030405Z',
    'X-Amz-Expires': '900',
    'X-Amz-Security-Token': 'token',
    'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    'X-Amz-SignedHeaders': 'host',
    'User-Agent': expect.stringMatching(/./),
  })
})
