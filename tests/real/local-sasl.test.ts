/**
 * The local broker with ERRATA_LOCAL_SASL, in a home that had none: `errata up` works as ever, with
 * its real processes, and whoever has no credentials is refused. Then switched off again.
 */

import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect as connectTo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Kafka, logLevel } from 'kafkajs'
import { readConfig, type Config } from '../../config.ts'
import {
  createTopics,
  endOffsets,
  openCluster,
  openProducer,
} from '../../connectors/kafka/kafka.ts'
import { findAddresses, reachedBy } from '../../operations/connect.ts'
import { examine } from '../../operations/doctor.ts'
import { readInstance } from '../../deploy/instance/instance.ts'
import { asksForCredentials, readState, stopLocal } from '../../deploy/stack/local.ts'
import { startStack } from '../../deploy/stack/stack.ts'
import { readStatus, type Status } from '../../operations/status.ts'
import { codeOf, fateOf } from '../../errors.ts'
import { portBlock } from '../ports.ts'
import { hasPython, venv } from '../python.ts'
import { startProxy } from './proxy.ts'

const home = mkdtempSync(join(tmpdir(), 'errata-sasl-'))
const base = portBlock()
const [kafkaPort, registryPort] = [base, base + 20]
const settings = {
  ERRATA_HOME: home,
  ERRATA_KAFKA_PORT: String(kafkaPort),
  ERRATA_REGISTRY_PORT: String(registryPort),
  ERRATA_HTTP_PORT: String(base + 40),
  ERRATA_CLICKHOUSE_PORT: String(base + 50),
  ERRATA_TRAINER_PORT: String(base + 60),
  ERRATA_METRICS_PORT: String(base + 70),
  ERRATA_PARTITIONS: '1',
  ERRATA_SAMPLES: '2',
}
const kept = 'kept'
const quiet = (): void => {}
const run = promisify(execFile)
let up: ChildProcess
let said = ''

const configOf = (changes: Partial<Config> = {}): Config => ({
  ...readConfig(settings),
  ...changes,
})

/** What a command sees that was told no more than the folder. */
const errata = async (...words: string[]): Promise<string> => {
  const env = { ...process.env, ERRATA_HOME: home, ERRATA_PARTITIONS: '1' }
  return (await run(process.execPath, ['cli/errata.mjs', ...words], { env })).stdout
}

const codeWith = async (
  credentials: Partial<Config>,
  broker = `127.0.0.1:${kafkaPort}`,
): Promise<unknown> => {
  const cluster = openCluster(configOf(credentials), [broker])
  try {
    return await cluster.ask((admin) => admin.listTopics())
  } catch (error) {
    return [codeOf(error), fateOf(error)]
  } finally {
    await cluster.close()
  }
}

/** Whether the controller answers DescribeQuorum (version 0) to somebody without a name. */
async function controllerAnswers(): Promise<boolean> {
  const properties = readFileSync(join(home, 'kafka', 'server.properties'), 'utf8')
  const port = Number(/CONTROLLER:\/\/127\.0\.0\.1:(\d+)/.exec(properties)?.[1])
  const noClientId = [0xff, 0xff]
  const header = [0, 55, 0, 0, 0, 0, 0, 1, ...noClientId, 0]
  const body = [1, 0] // topics: none; no tagged fields
  const length = header.length + body.length
  const socket = connectTo({ port, host: '127.0.0.1' })
  return (await new Promise((resolve, reject) => {
    socket.setTimeout(10_000, () => reject(new Error('the controller neither answers nor closes')))
    socket.once('error', reject)
    socket.once('data', () => resolve(true))
    socket.once('close', () => resolve(false))
    socket.write(Buffer.from([0, 0, 0, length, ...header, ...body]))
  }).finally(() => socket.destroy())) as boolean
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 100))
}

beforeAll(async () => {
  const config = configOf()
  const plain = await startStack(config, quiet)
  const cluster = openCluster(config, [plain.brokers])
  await createTopics(cluster, [{ name: kept, partitions: 1, replication: 1, settings: {} }])
  const producer = openProducer(cluster)
  await producer.send(kept, { key: 'a', value: Buffer.from('b') })
  await producer.close()
  await cluster.close()
  expect(await controllerAnswers()).toBe(true)
  await expect(startStack(configOf({ localSasl: true }), quiet)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('errata down') as string,
  })
  await plain.stop()

  const env = { ...process.env, ...settings, ERRATA_LOCAL_SASL: 'on', KAFKA_PASSWORD: 'of another' }
  const stdio = ['ignore', 'pipe', 'pipe'] as const
  up = spawn(process.execPath, ['cli/errata.mjs', 'up'], { env, stdio: [...stdio] })
  for (const stream of [up.stdout, up.stderr]) stream?.on('data', (text) => (said += String(text)))
  await until(() => said.includes('Ctrl-C stops') || up.exitCode !== null)
  if (up.exitCode !== null) throw new Error(said)
}, 240_000)

afterAll(async () => {
  if (up !== undefined && up.exitCode === null) {
    const ended = new Promise((resolve) => up.once('exit', resolve))
    up.kill('SIGTERM')
    await ended
  }
  await stopLocal(home)
  rmSync(home, { recursive: true, force: true })
}, 120_000)

describe('the local broker with ERRATA_LOCAL_SASL', () => {
  test('refuses a client without credentials', async () => {
    const kafka = new Kafka({
      brokers: [`127.0.0.1:${kafkaPort}`],
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
    })
    const admin = kafka.admin()
    await admin.connect() // a connection alone needs nothing
    await expect(admin.listTopics()).rejects.toThrow()
    await admin.disconnect()
    expect(await codeWith({})).toEqual(['BROKER_UNREACHABLE', 'retry'])
  })

  test('refuses a wrong password, an unknown user, and PLAIN with the right password', async () => {
    const { credentials } = findAddresses(configOf())
    const refused = ['CONFIG_INVALID', 'die']
    expect(await codeWith({ ...credentials, kafkaPassword: 'wrong' })).toEqual(refused)
    expect(await codeWith({ ...credentials, kafkaUser: 'somebody' })).toEqual(refused)
    expect(await codeWith({ ...credentials, kafkaSaslMechanism: 'plain' })).toEqual(refused)
    expect(await codeWith(credentials)).toContain(kept)
  })

  test('is away, and refuses nothing, where the connection is lost during the login', async () => {
    const { credentials } = findAddresses(configOf())
    const proxy = await startProxy(`127.0.0.1:${kafkaPort}`)
    try {
      for (const how of ['lose', 'tear'] as const) {
        proxy[how]('saslAuthenticate')
        expect(await codeWith(credentials, proxy.address)).toEqual(['BROKER_UNREACHABLE', 'retry'])
      }
      expect(proxy.lost()).toBe(2)
      expect(await codeWith(credentials, proxy.address)).toContain(kept)
    } finally {
      await proxy.close()
    }
  })

  test('keeps its controller from those without credentials', async () => {
    expect(await controllerAnswers()).toBe(false)
  })

  test('gets samples from raw to a reading, through every process', async () => {
    await until(async () => {
      const { balance, stages } = await readStatus(configOf())
      return balance.accepted + balance.review === 2 && stages['analytics']?.lag === 0
    })
    const now = JSON.parse(await errata('status', '--json')) as Status
    expect(now).toMatchObject({ ready: true, balance: { raw: 2, dead: 0, inFlight: 0 } })
    expect(now.balance.review).toBeGreaterThan(0)
    expect(Object.values(now.stages).every(({ running }) => running)).toBe(true)
    expect(readInstance(home)?.processes.map(({ restarts }) => restarts)).toEqual([0, 0, 0, 0, 0])
  }, 120_000)

  test('is no trouble for commands that are told no more than the folder', async () => {
    const findings = await examine(configOf())
    expect(findings.filter(({ grade }) => grade === 'wrong')).toEqual([])
    const broker = findings.find(({ what }) => what === 'broker')
    expect(broker?.found).toContain(join(home, 'kafka-client.properties'))
    expect(await errata('topics')).toContain('invoices.raw')
    expect(said).toContain(join(home, 'kafka-client.properties'))
  }, 60_000)

  const withPython = hasPython ? test : test.skip
  withPython(
    'lets Python in by the file (skipped where python3 has no venv)',
    async () => {
      const python = await venv('confluent-kafka', ['confluent-kafka[avro]==2.16.0'])
      const { brokers, registryUrl, clientFile } = findAddresses(configOf())
      const file = join(home, 'invoice.xml')
      writeFileSync(file, 'not much of one')
      const { stdout } = await run(
        join(python, 'bin', 'python'),
        ['docs/examples/produce.py', brokers, registryUrl, file],
        { env: { ...process.env, KAFKA_CLIENT_PROPERTIES: clientFile as string } },
      )
      expect(stdout).toMatch(/^[0-9a-f]{32}\n$/)
    },
    300_000,
  )

  test('keeps its secrets in files of the owner, and on no command line', async () => {
    const password = readFileSync(join(home, 'kafka.password'), 'utf8')
    const properties = readFileSync(join(home, 'kafka', 'server.properties'), 'utf8')
    const secret = /password="([0-9a-f]{48})"/.exec(properties)?.[1] as string
    expect(password).toMatch(/^[0-9a-f]{48}$/)
    const files = [
      'kafka.password',
      'kafka-client.properties',
      'kafka/server.properties',
      'kafka/admin.properties',
    ]
    const modes = files.map((file) => (statSync(join(home, file)).mode & 0o777).toString(8))
    expect(modes).toEqual(files.map(() => '600'))
    expect(readdirSync(join(home, 'kafka'))).not.toContain('scram.properties')
    const printed = [
      readFileSync(join(home, 'logs', 'kafka.log'), 'utf8'),
      readFileSync(`/proc/${readState(home)?.kafka?.pid}/cmdline`, 'utf8'),
      readFileSync(join(home, 'run.json'), 'utf8'),
      said,
    ]
    for (const text of printed) {
      expect(text).not.toContain(password)
      expect(text).not.toContain(secret)
    }
  })

  test('kept what was there before it asked', async () => {
    const addresses = findAddresses(configOf())
    const cluster = openCluster(reachedBy(configOf(), addresses), [addresses.brokers])
    expect(await endOffsets(cluster, kept)).toEqual(new Map([[0, 1n]]))
    await cluster.close()
  })

  test('goes on asking until it is switched off, and says how that is done', async () => {
    expect(await startStack(configOf(), quiet)).toMatchObject({
      found: true,
      credentials: { kafkaUser: 'errata' },
    })
    await expect(startStack(configOf({ localSasl: false }), quiet)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('errata down') as string,
    })
    const ended = new Promise((resolve) => up.once('exit', resolve))
    up.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(asksForCredentials(home, null)).toBe(true)

    const off = await startStack(configOf({ localSasl: false }), quiet)
    expect(await codeWith({})).toContain(kept)
    expect(readdirSync(home)).not.toContain('kafka-client.properties')
    await off.stop()
  }, 120_000)
})
