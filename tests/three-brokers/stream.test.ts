/**
 * Three stages in two processes each over three brokers with replication 3: every record comes out
 * once, with and without the death of a broker. The registry is that of the test stack.
 */

import type { ChildProcess } from 'node:child_process'
import { checkHistory, nothingWrong } from '../history.ts'
import { numbersOf, openToys, until, type Toys } from '../toys.ts'
import { fill, lagOf, settle, startInstance } from '../faults/processes.ts'
import { testStack, uniquePrefix } from '../stack.ts'
import { startCluster, type TestCluster } from './cluster.ts'

jest.setTimeout(600_000) // ms; three brokers and two processes on a busy machine

const records = 600
const deadlineMs = 240_000

let brokers: TestCluster
let toys: Toys
let children: ChildProcess[] = []

beforeAll(async () => {
  brokers = await startCluster()
})
afterAll(() => brokers.stop())
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  children = []
  await toys.close()
})

/** Two processes that run all stages, with records on their way. */
async function begin(): Promise<{ readonly inputs: Awaited<ReturnType<typeof fill>> }> {
  const settings = {
    brokers: brokers.brokers,
    registryUrl: testStack().registryUrl,
    prefix: uniquePrefix(),
    partitions: 3,
    replication: 3,
    delayMs: 5,
  }
  toys = await openToys(settings)
  const inputs = await fill(toys, records)
  children = [startInstance(settings), startInstance(settings)]
  const running = children.map((child) => new Promise((resolve) => child.once('message', resolve)))
  await Promise.all(running)
  return { inputs }
}

/** What is wrong with what came out, once nothing is on its way. */
async function outcome(inputs: Awaited<ReturnType<typeof fill>>): Promise<object> {
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

test('every record comes out once', async () => {
  const { inputs } = await begin()
  expect(await outcome(inputs)).toEqual(right)
})

test('a broker that dies and comes back costs nothing', async () => {
  const { inputs } = await begin()
  const whole = await lagOf(toys)
  await until(async () => (await lagOf(toys)) < whole, 'work has begun', deadlineMs)
  const victim = brokers.nodes[1] as number
  brokers.signal(victim, 'SIGKILL')
  await new Promise((resolve) => setTimeout(resolve, 15_000))
  brokers.start(victim)
  expect(await outcome(inputs)).toEqual(right)
})
