/**
 * An instance has the ports that it was told, and those that it had before: it never moves in
 * silence.
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../../config.ts'
import { endOrphans } from '../../../deploy/instance/orphans.ts'
import { planProcesses } from '../../../deploy/instance/processes.ts'
import { choosePort } from '../../../deploy/stack/ports.ts'
import { childrenOf, isChildOf } from '../../../deploy/stack/processes.ts'

const addresses = { registryUrl: '', environment: {} }
const base = 27_000 // below what the system gives to outgoing connections
let home: string
let said: string[]
const servers: Server[] = []
const children: ChildProcess[] = []
const say = (line: string): void => void said.push(line)

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'errata-ports-'))
  said = []
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await release()
  rmSync(home, { recursive: true })
})

async function hold(port: number): Promise<number> {
  const server = createServer()
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function release(): Promise<void> {
  await Promise.all(
    servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))),
  )
}

const environment = {
  ERRATA_CLICKHOUSE_PORT: String(base + 10),
  ERRATA_TRAINER_PORT: String(base + 20),
  ERRATA_METRICS_PORT: String(base + 30),
}
const configured = readConfig({ ...environment, ERRATA_HTTP_PORT: String(base) })
const byDefault = { ...readConfig(environment), httpPort: base }

describe('a port', () => {
  const wish = { what: 'the page', variable: 'ERRATA_HTTP_PORT', before: null }

  test('that was configured and is taken is an error that names who has it', async () => {
    const wanted = await hold(0)
    const choice = choosePort({ ...wish, wanted, isConfigured: true }, new Set())
    await expect(choice).rejects.toMatchObject({ code: 'PORT_TAKEN' })
    await expect(choice).rejects.toThrow(
      new RegExp(`port ${wanted} is taken by pid ${process.pid} \\(.*node.*ERRATA_HTTP_PORT`),
    )
  })

  test('that was left at its default may be the next free one at a first start', async () => {
    const wanted = await hold(0)
    expect(await choosePort({ ...wish, wanted, isConfigured: false }, new Set())).toBeGreaterThan(
      wanted,
    )
  })

  test('of an earlier start is kept, free or not, until another is asked for', async () => {
    const port = await hold(0)
    const before = { wanted: base, port }
    await expect(
      choosePort({ ...wish, before, wanted: base, isConfigured: false }, new Set()),
    ).rejects.toMatchObject({ code: 'PORT_TAKEN' })
    expect(
      await choosePort({ ...wish, before, wanted: base + 1, isConfigured: true }, new Set()),
    ).toBe(base + 1)
    await release()
    expect(
      await choosePort({ ...wish, before, wanted: base, isConfigured: false }, new Set()),
    ).toBe(port)
  })

  test('counts as configured also where it is set to the default', () => {
    expect(readConfig({ ERRATA_HTTP_PORT: '8080' }).configured).toEqual(new Set(['httpPort']))
    expect(readConfig({}).configured).toEqual(new Set())
  })
})

describe('an instance', () => {
  test('that moved aside at its first start is found at the same address ever after', async () => {
    await hold(base)
    const first = await planProcesses(byDefault, home, addresses, say)
    expect(first.urls.review).toBe(`http://127.0.0.1:${base + 1}/`)
    expect(said).toEqual([expect.stringContaining(String(base + 1))])
    await release()
    expect(await planProcesses(byDefault, home, addresses, say)).toEqual(first)
    await hold(base + 1)
    await expect(planProcesses(byDefault, home, addresses, say)).rejects.toMatchObject({
      code: 'PORT_TAKEN',
    })
  })

  test('does not start beside its configured port, nor with the metrics of somebody else', async () => {
    for (const port of [base, base + 10, base + 20, base + 32]) {
      await hold(port)
      await expect(planProcesses(configured, home, addresses, say)).rejects.toThrow(
        `port ${port} is taken`,
      )
      await release()
    }
    const { plans } = await planProcesses(configured, home, addresses, say)
    expect(plans.map(({ metrics }) => Number(new URL(metrics).port))).toEqual(
      [0, 1, 2, 3, 4].map((index) => base + 30 + index),
    )
  })
})

describe('processes of an earlier start', () => {
  const start = (script: string, name: string, ...rest: string[]): ChildProcess => {
    const file = join(home, name)
    writeFileSync(file, script)
    const child = spawn(process.execPath, ['--import', 'tsx/esm', file, ...rest], {
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    children.push(child)
    return child
  }
  const slow = "process.stdin.on('end', () => setTimeout(() => process.exit(0), 1_500)).resume()"
  const found = async (): Promise<void> => {
    while (childrenOf(home).length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  // Before any test that kills: what this says yes to is killed.
  test.each([
    [
      'a stage',
      ['node', '--import', 'tsx/esm', '/opt/errata/cli/supervised.ts', '/data', 'run', 'web', ''],
      true,
    ],
    [
      'the analytics store',
      [
        'node',
        '/opt/errata/deploy/instance/chdb-server.ts',
        '/data/analytics',
        '127.0.0.1',
        '8123',
        '',
      ],
      true,
    ],
    [
      'a stage of another home',
      ['node', '/opt/errata/cli/supervised.ts', '/data2', 'run', 'web', ''],
      false,
    ],
    ['somebody who reads a log', ['tail', '-f', '/data/logs/web.log', ''], false],
    ['an editor of the script', ['vi', '/opt/errata/cli/supervised.ts', ''], false],
    ['the supervisor', ['node', '/opt/errata/cli/errata.mjs', 'up', ''], false],
    ['a kernel thread', [''], false],
    ['words that name properties', ['constructor', '__proto__', 'toString', ''], false],
  ])('%s is one of them or not', (_, words, expected) =>
    expect(isChildOf('/data', words)).toBe(expected),
  )

  test('are waited for, and nothing else that names the folder', async () => {
    const child = start(slow, 'supervised.ts', home, 'run', 'web')
    const reader = start(
      'setInterval(() => {}, 1_000)',
      'reader.mjs',
      home,
      join(home, 'logs', 'web.log'),
    )
    await found()
    expect(childrenOf(home)).toEqual([child.pid])
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.stdin?.end()
    await endOrphans(home, say)
    expect(await ended).toBe(0)
    expect(reader.exitCode).toBeNull()
    expect(said).toEqual(['waiting for 1 processes of the last start to end'])
  })

  test('that do not end in time are killed', async () => {
    const child = start('setInterval(() => {}, 1_000)', 'supervised.ts', home, 'run', 'ocr')
    await found()
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))
    await endOrphans(home, say, undefined, 500)
    expect(childrenOf(home)).toEqual([])
    expect(await ended).toBe('SIGKILL')
  })
})
