/**
 * `errata up` killed and started again at once, with its real processes: clients find it where it
 * was.
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readInstance, type Instance } from '../../deploy/instance/instance.ts'
import { childrenOf } from '../../deploy/stack/processes.ts'
import { portBlock } from '../ports.ts'
import { testStack, uniquePrefix } from '../stack.ts'

const home = mkdtempSync(join(tmpdir(), 'errata-supervisor-'))
const { brokers, registryUrl } = testStack()
const base = portBlock()
const port = (offset: number): string => String(base + offset)
const environment = {
  ...process.env,
  ERRATA_HOME: home,
  KAFKA_BROKERS: brokers,
  SCHEMA_REGISTRY_URL: registryUrl,
  ERRATA_TOPIC_PREFIX: uniquePrefix(),
  ERRATA_PARTITIONS: '1',
  ERRATA_SAMPLES: '0',
  ERRATA_HTTP_PORT: port(0),
  ERRATA_CLICKHOUSE_PORT: port(40),
  ERRATA_TRAINER_PORT: port(50),
  ERRATA_METRICS_PORT: port(60),
}
const started: {
  readonly process: ChildProcess
  said: string
  readonly ended: Promise<number | null>
}[] = []

function up(): (typeof started)[number] {
  const child = spawn(process.execPath, ['cli/errata.mjs', 'up'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const one = {
    process: child,
    said: '',
    ended: new Promise<number | null>((resolve) => child.once('exit', resolve)),
  }
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text) => (one.said += String(text)))
  started.push(one)
  return one
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 50))
}

const pidOf = (name: string): number =>
  readInstance(home)?.processes.find((one) => one.name === name)?.pid as number
const places = ({ urls, processes }: Instance): unknown => ({
  urls,
  metrics: processes.map(({ metrics }) => metrics),
})

afterAll(async () => {
  for (const one of started) if (one.process.exitCode === null) one.process.kill('SIGINT')
  await Promise.all(started.map(({ ended }) => ended))
  rmSync(home, { recursive: true, force: true })
}, 60_000)

test('a supervisor that was killed and is started at once is found at the same address', async () => {
  const first = up()
  await until(() => first.said.includes('Ctrl-C stops'))
  const before = places(readInstance(home) as Instance)
  const old = childrenOf(home)

  // Two that hold their ports for long: one that ends once it goes on, and one that never does.
  const [web, trainer] = [pidOf('web'), pidOf('trainer')]
  for (const pid of [web, trainer]) process.kill(pid, 'SIGSTOP')
  first.process.kill('SIGKILL')
  const second = up()
  setTimeout(() => process.kill(web, 'SIGCONT'), 5_000)
  await until(() => second.said.includes('Ctrl-C stops') || second.process.exitCode !== null)
  expect(second.said).toContain(`killing ${trainer}`)
  expect(second.said).not.toMatch(/PORT_TAKEN|is taken/)
  expect(places(readInstance(home) as Instance)).toEqual(before)
  expect(childrenOf(home).filter((pid) => old.includes(pid))).toEqual([])
  expect((await fetch(`http://127.0.0.1:${port(0)}/review`)).status).toBe(200)

  // Another program on a port that was configured: an error that names it, instead of another
  // address.
  second.process.kill('SIGINT')
  expect(await second.ended).toBe(0)
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(Number(port(0)), '127.0.0.1', resolve))
  const third = up()
  expect(await third.ended).toBe(1)
  expect(third.said).toMatch(
    new RegExp(`PORT_TAKEN: port ${port(0)} is taken by pid ${process.pid} .*ERRATA_HTTP_PORT`),
  )
  expect(childrenOf(home)).toEqual([])
  await new Promise((resolve) => server.close(resolve))
}, 240_000)
