/** The commands of docs/operating.md, as they stand there, on the real broker and registry. */

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { readConfig } from '../../config.ts'
import { fetchArtifacts } from '../../deploy/stack/artifacts.ts'
import { findJava } from '../../deploy/stack/java.ts'
import { mavenRepository } from '../../deploy/stack/mirror.ts'
import { cacheOf } from '../../deploy/stack/home.ts'
import { testConfig } from '../stack.ts'

jest.setTimeout(300_000) // ms; each command is a process, on a busy machine

const home = mkdtempSync(join(tmpdir(), 'errata-operating-'))
const config = testConfig({ home })
const page = readFileSync('docs/operating.md', 'utf8')
const environment = {
  PATH: process.env['PATH'],
  KAFKA_BROKERS: String(config.brokers),
  SCHEMA_REGISTRY_URL: String(config.registryUrl),
  ERRATA_TOPIC_PREFIX: config.topicPrefix,
  ERRATA_PARTITIONS: String(config.partitions),
  ERRATA_HOME: home,
}

afterAll(() => rmSync(home, { recursive: true, force: true }))

/** Lines of the page's blocks that begin so, as they are typed on this cluster. */
const typed = (command: string): string[][] =>
  page
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith(`${command} `))
    .map((line) =>
      line
        .replace('HOST:PORT', String(config.brokers))
        .replace('invoices.', config.topicPrefix)
        .split(' '),
    )

interface Said {
  readonly code: number
  readonly out: string
}

function call(command: string, words: readonly string[]): Promise<Said> {
  return new Promise((resolve) => {
    execFile(command, words, { env: environment }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), out: stdout + stderr }),
    )
  })
}

const errata = ([, , ...words]: readonly string[]): Promise<Said> =>
  call('node', ['cli/errata.mjs', ...words])

/** What Kafka's own script of this name runs. */
async function kafkaConfigs([, ...words]: readonly string[]): Promise<Said> {
  const own = readConfig({})
  const say = (): void => {}
  const { java } = await findJava(own.javaHome, cacheOf(own), say)
  const { kafka } = await fetchArtifacts(cacheOf(own), mavenRepository(own.mavenUrl), say)
  return call(String(java?.path), [
    '-cp',
    kafka.join(delimiter),
    'kafka.admin.ConfigCommand',
    ...words,
  ])
}

test('an update makes what is missing, and says before what that is', async () => {
  const [foresee, make, ...look] = typed('npx errata').filter(([, , word]) => word !== 'bench')
  expect(await errata(foresee as string[])).toMatchObject({
    code: 3,
    out: expect.stringContaining(`schema ${config.topicPrefix}raw-value`),
  })
  expect(await errata(make as string[])).toMatchObject({ code: 0 })
  expect(await errata(foresee as string[])).toEqual({ code: 0, out: 'nothing to do\n' })
  // Nothing runs here, and each says so
  for (const command of look) {
    const { code, out } = await errata(command)
    expect([command, code <= 1, out]).toEqual([command, true, expect.stringContaining('extract')])
  }
})

test('a retention that an operator changes is kept, and shown', async () => {
  const [change] = typed('kafka-configs.sh')
  expect(await kafkaConfigs(change as string[])).toMatchObject({ code: 0 })
  const { code, out } = await errata(['npx', 'errata', 'topics'])
  expect([code, out]).toEqual([0, expect.stringContaining('kept 90 days')])
})

test('what it says of settings and benchmarks exists', async () => {
  const names = [...page.matchAll(/`(ERRATA_[A-Z_]+)`/g)].map(([, name]) => name)
  const settings = readFileSync('docs/settings.md', 'utf8')
  expect(names.filter((name) => !settings.includes(`\`${name}\``))).toEqual([])
  const { out } = await errata(['npx', 'errata', 'bench', 'nothing'])
  expect(out).toContain('sizing')
})
