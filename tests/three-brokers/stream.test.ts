/**
 * Three stages in two processes each over three brokers with replication 3: every record comes out
 * once, with and without the death of a broker, and so over TLS with a password. The registry is
 * that of the test stack.
 */

import type { ChildProcess } from 'node:child_process'
import { checkHistory, nothingWrong } from '../history.ts'
import { numbersOf, openToys, until, type Toys } from '../toys.ts'
import { fill, lagOf, settle, startInstance } from '../faults/processes.ts'
import { testStack, uniquePrefix } from '../stack.ts'
import { readConfig } from '../../config.ts'
import { openCluster } from '../../connectors/kafka/kafka.ts'
import { startCluster, type TestCluster } from './cluster.ts'

jest.setTimeout(600_000) // ms; three brokers and two processes on a busy machine

const records = 600
const deadlineMs = 240_000

let brokers: TestCluster
let opened: Toys[] = []
let children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  children = []
  for (const toys of opened) await toys.close()
  opened = []
})

interface Work {
  readonly toys: Toys
  readonly inputs: Awaited<ReturnType<typeof fill>>
}

/** Two processes that run all stages, with records on their way. */
async function begin(): Promise<Work> {
  const settings = {
    brokers: brokers.brokers,
    registryUrl: testStack().registryUrl,
    prefix: uniquePrefix(),
    partitions: 3,
    replication: 3,
    delayMs: 5,
    access: brokers.access,
  }
  const toys = await openToys({ ...settings, config: brokers.access })
  opened.push(toys)
  const inputs = await fill(toys, records)
  children = [startInstance(settings), startInstance(settings)]
  const running = children.map((child) => new Promise((resolve) => child.once('message', resolve)))
  await Promise.all(running)
  return { toys, inputs }
}

/** What is wrong with what came out, once nothing is on its way. */
async function outcome({ toys, inputs }: Work): Promise<object> {
  const lag = (): Promise<number> => lagOf(toys).catch(() => Number.POSITIVE_INFINITY)
  await until(async () => (await lag()) === 0, 'everything is processed', deadlineMs)
  const ended = children.filter(({ exitCode, signalCode }) => exitCode ?? signalCode).length
  for (const child of children) child.kill('SIGKILL')
  await settle(toys)
  const outputs = await toys.read('four', 'raw')
  const numbers = numbersOf(outputs).map((partition) => partition.filter((n, at) => n !== at))
  return { ...checkHistory(inputs, outputs), ended, misnumbered: numbers.flat() }
}

const right = { ...nothingWrong, ended: 0, misnumbered: [] }

describe.each([
  ['that ask nobody', false],
  ['that ask for TLS and a password', true],
])('brokers %s', (_, secure) => {
  beforeAll(async () => {
    brokers = await startCluster({ secure })
  })
  afterAll(() => brokers.stop())

  test('every record comes out once', async () => {
    expect(await outcome(await begin())).toEqual(right)
  })

  test('a broker that dies and comes back costs nothing', async () => {
    const work = await begin()
    const { toys } = work
    const whole = await lagOf(toys)
    await until(async () => (await lagOf(toys)) < whole, 'work has begun', deadlineMs)
    const victim = brokers.nodes[1] as number
    brokers.signal(victim, 'SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, 15_000))
    brokers.start(victim)
    expect(await outcome(work)).toEqual(right)
  })

  const refused = secure
    ? ([
        ['with a wrong password', { kafkaPassword: 'wrong' }, 'CONFIG_INVALID'],
        ['who does not know the certificate', { kafkaCa: null }, 'BROKER_UNREACHABLE'],
      ] as const)
    : []
  for (const [whom, access, code] of refused) {
    test(`let nobody in ${whom}`, async () => {
      const settings = { ...readConfig({}), ...brokers.access, ...access }
      const cluster = openCluster(settings, brokers.brokers.split(','))
      const reached = cluster.ask((admin) => admin.listTopics())
      await expect(reached).rejects.toMatchObject({ code })
      await cluster.close()
    })
  }
})
