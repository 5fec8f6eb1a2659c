/**
 * The broker and registry of the tests: one of each for a run of jest, in a folder and on ports of
 * their own, started before the first test of the project `real` and stopped after its last one.
 * KAFKA_BROKERS with SCHEMA_REGISTRY_URL makes the tests use that cluster instead. Tests keep apart
 * by uniquePrefix().
 */

import { randomBytes } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig, type Config } from '../config.ts'
import { lives } from '../connectors/files/file-lock.ts'
import { stopLocal } from '../deploy/stack/local.ts'
import { startStack, type Stack } from '../deploy/stack/stack.ts'
import { openPort } from './ports.ts'

export interface TestStack {
  readonly brokers: string
  readonly registryUrl: string
}

/** Addresses of the running stack, for tests below tests/real and tests/faults. */
export function testStack(): TestStack {
  const { TEST_KAFKA_BROKERS: brokers, TEST_REGISTRY_URL: registryUrl } = process.env
  if (brokers === undefined || registryUrl === undefined)
    throw new Error(
      'no stack: only tests of the jest project `real` have one (tests/real, tests/faults)',
    )
  return { brokers, registryUrl }
}

/** A topic prefix that no other test has. */
export function uniquePrefix(): string {
  return `t${randomBytes(6).toString('hex')}.`
}

/**
 * Settings for a test that uses the stack: a unique prefix and two partitions unless said
 * otherwise.
 */
export function testConfig(changes: Partial<Config> = {}): Config {
  return {
    ...readConfig({}),
    ...testStack(),
    topicPrefix: uniquePrefix(),
    partitions: 2,
    home: join(tmpdir(), `${homePrefix}unused`),
    ...changes,
  }
}

const homePrefix = 'errata-test-stack-'
const running = globalThis as { errataTestStack?: Stack }
let ports: { readonly kafkaPort: number; readonly registryPort: number } | undefined

/** Where the broker and the registry of this run keep what they have. */
export function testStackHome(): string {
  return join(tmpdir(), `${homePrefix}${process.pid}`)
}

/** jest's globalSetup. */
export async function startTestStack(): Promise<void> {
  await sweep()
  running.errataTestStack = await startOwn()
  process.env['TEST_KAFKA_BROKERS'] = running.errataTestStack.brokers
  process.env['TEST_REGISTRY_URL'] = running.errataTestStack.registryUrl
}

/** Starts again what a test has killed. */
export async function restartTestStack(): Promise<void> {
  await startOwn()
}

async function startOwn(): Promise<Stack> {
  ports ??= { kafkaPort: await openPort(), registryPort: await openPort() }
  const fromEnvironment = readConfig(process.env)
  const home = testStackHome()
  const say = (line: string): void => void process.stderr.write(`stack: ${line}\n`)
  return startStack({ ...fromEnvironment, home, ...ports }, say)
}

/** jest's globalTeardown. */
export async function stopTestStack(): Promise<void> {
  const stack = running.errataTestStack
  if (stack === undefined) return
  await stack.stop()
  if (stack.kind !== 'external') rmSync(testStackHome(), { recursive: true, force: true })
}

/** Stops what a run left behind that was killed before its teardown. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(name.startsWith(homePrefix) ? name.slice(homePrefix.length) : NaN)
    if (!Number.isInteger(pid) || lives(pid)) continue
    await stopLocal(join(tmpdir(), name))
    rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
}
