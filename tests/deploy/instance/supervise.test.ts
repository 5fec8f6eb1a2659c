import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  supervise,
  type SupervisedProcess,
  type ChildPlan,
} from '../../../deploy/instance/supervise.ts'
import { isOurProcess } from '../../../deploy/stack/processes.ts'

let home: string
let child: SupervisedProcess | null = null
let said: string[]
let server: Server
let readyUrl: string

beforeAll((done) => {
  server = createServer((_, response) => response.end())
  server.listen(0, '127.0.0.1', () => {
    readyUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ready`
    done()
  })
})
afterAll((done) => {
  server.closeAllConnections()
  server.close(() => done())
})
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'errata-supervise-'))
  said = []
})
afterEach(async () => {
  await child?.stop(0)
  child = null
  rmSync(home, { recursive: true })
})

function start(script: string, changes: Partial<ChildPlan> = {}): SupervisedProcess {
  const file = join(home, 'child.mjs')
  writeFileSync(file, script)
  return (child = supervise(
    home,
    {
      name: 'work',
      command: ['run', 'work'],
      environment: { TEST_VALUE: '7' },
      readyUrl,
      ...changes,
    },
    (line) => said.push(line),
    () => {},
    { path: file, loader: [] },
  ))
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20))
}

const log = (): string =>
  existsSync(join(home, 'logs', 'work.log'))
    ? readFileSync(join(home, 'logs', 'work.log'), 'utf8')
    : ''
const stay = 'setInterval(() => {}, 1000);'
const obey = `process.on('SIGTERM', () => { console.log('bye'); process.exit(0) });`

describe('a supervised process', () => {
  test('gets its command and environment, and its lines go to its log', async () => {
    start(`${obey}${stay}console.log(process.argv.slice(2).join(' '), process.env.TEST_VALUE)`)
    await until(() => log().includes(`${home} run work 7`))
    expect(await child?.isReady()).toBe(true)
    await child?.stop(10_000)
    expect(log()).toContain('bye')
  })

  test('is started again when it ends, and what it said on its way out is shown', async () => {
    start(`console.error('{"level":"error","msg":"ending","code":"FENCED"}'); process.exit(1)`)
    await until(() => (child?.restarts() ?? 0) >= 2)
    expect(said[0]).toBe('work: ending: FENCED')
    expect(said[1]).toMatch(/^work ended with exit code 1; it starts again in 1 s/)
    expect(said.at(-1)).toMatch(/starts again in 2 s/) // the pause doubles
    expect(child?.lastEnd()?.why).toBe('exit code 1, ending: FENCED')
  })

  test('that was stopped has not ended by itself', async () => {
    start(`${obey}${stay}console.log('up')`)
    await until(() => log().includes('up'))
    await child?.stop(10_000)
    expect(child?.lastEnd()).toBeNull()
  })

  test('that does not end in time is killed', async () => {
    start(`process.on('SIGTERM', () => {});${stay}console.log('up')`)
    await until(() => log().includes('up'))
    const pid = child?.pid() as number
    await child?.stop(200)
    expect(isOurProcess(pid, home)).toBe(false)
  })

  test('is not ready while it is not running', async () => {
    start('process.exit(0)')
    await until(() => said.some((line) => line.includes('ended')))
    expect(await child?.isReady()).toBe(false)
  })

  test('sees its standard input close when the supervisor is gone', async () => {
    // The other end of the pipe is what `supervised.ts` listens to; here the child tells that it is
    // a pipe that is open.
    start(
      `${obey}${stay}let open = true; process.stdin.on('end', () => { open = false }).resume(); setTimeout(() => console.log('open', open), 200)`,
    )
    await until(() => log().includes('open'))
    expect(log()).toContain('open true')
  })
})

test('a child that is asked to begin again does so at once, and that is no end to report', async () => {
  const file = join(home, 'begun')
  const work = start(
    `import { appendFileSync } from 'node:fs'
     appendFileSync(${JSON.stringify(file)}, process.pid + '\\n')
     process.on('SIGTERM', () => process.exit(0))
     setInterval(() => {}, 1000)`,
  )
  const begun = (): string[] =>
    existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
  await until(() => begun().length === 1)
  await new Promise((resolve) => setTimeout(resolve, 100)) // it listens for SIGTERM
  work.restart()
  await until(() => begun().length === 2)
  expect(work).toMatchObject({ name: 'work' })
  expect([work.restarts(), work.lastEnd(), said]).toEqual([0, null, []])
})
