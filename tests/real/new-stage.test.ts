/**
 * What a new stage costs, by adding one to a copy of the tree: `stamp` reads `extracted` and writes
 * `stamped`. One schema, one file, its lines in topology.ts and one test table; what else changes is
 * generated. There it compiles, is tested, and runs on the real broker.
 */

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import avro from 'avsc'
import { openProducer, topicOffsets, type KafkaRecord } from '../../connectors/kafka/kafka.ts'
import { connect, type Connection } from '../../operations/connect.ts'
import { scan } from '../../runtime/read-topics.ts'
import { topicName } from '../../topology.ts'
import { readingOf } from '../records.ts'
import { testConfig } from '../stack.ts'
import { quiet, until } from '../toys.ts'

const copy = mkdtempSync(join(tmpdir(), 'errata-new-stage-'))
const config = testConfig({ home: join(copy, '.errata') })
const environment = {
  PATH: process.env['PATH'],
  KAFKA_BROKERS: String(config.brokers),
  SCHEMA_REGISTRY_URL: String(config.registryUrl),
  ERRATA_TOPIC_PREFIX: config.topicPrefix,
  ERRATA_PARTITIONS: String(config.partitions),
  ERRATA_HOME: config.home,
}
let connection: Connection

const write = (path: string, text: string): void => writeFileSync(join(copy, path), text)
const read = (path: string): string => readFileSync(join(copy, path), 'utf8')
const git = (...words: readonly string[]): string[] =>
  execFileSync('git', words, { cwd: copy, encoding: 'utf8' }).split('\n').filter(Boolean)

/** Exit code and all that a program said in the copy. */
function call(command: string, ...words: readonly string[]): { code: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(command, words, {
    cwd: copy,
    encoding: 'utf8',
    env: environment,
  })
  return { code: status, said: stdout + stderr }
}
const tool = (name: string): string => join('node_modules/.bin', name)

/** What it said, where it went well. */
function done(command: string, ...words: readonly string[]): string {
  const { code, said } = call(command, ...words)
  expect({ code, said }).toEqual({ code: 0, said })
  return said
}

const processor = `/** extracted → stamped: each reading, with a stamp that says which model read it. */

import type { Message, Outputs } from './processor.ts'

export function stamp({ key, value }: Message<'extracted'>): Outputs<'stamped'> {
  if (value === null) return { stamped: [{ key, value }] }
  const stamp = value.model === null ? 'no model' : \`\${value.model.name}/\${value.model.version}\`
  return { stamped: [{ key, value: { ...value, stamp } }] }
}
`

const topic = `  stamped: {
    key: 'documentId',
    partitions: 'P',
    retainMs: 30 * day,
    compact: false,
    erasable: true,
    says: 'extracted, with a stamp',
    analytics: null,
  },
`

const table = `import { stamp } from '../../processors/stamp.ts'
import { readingOf } from '../records.ts'

const model = { name: 'invoice', version: 7, sha256: '' }

test.each([
  [{ ...readingOf('d1'), model }, 'invoice/7'],
  [readingOf('d1'), 'no model'],
  [null, undefined],
])('a reading gets its stamp: %#', (value, wanted) => {
  const origin = { topic: 'extracted', partition: 0, offset: 0n } as const
  const [output] = stamp({ key: 'd1', value, timestamp: 0, origin }).stamped ?? []
  expect([output?.key, output?.value?.stamp]).toEqual(['d1', wanted])
})
`

/** The schema of extracted with a field more. */
function schema(): string {
  const extracted = JSON.parse(read('schemas/extracted.avsc')) as { fields: object[] }
  const fields = [...extracted.fields, { name: 'stamp', type: 'string' }]
  return JSON.stringify({ ...extracted, name: 'Stamped', fields }, null, 2)
}

function addToTopology(): void {
  const text = read('topology.ts')
    .replace(/^import \{ rememberExample/m, "import { stamp } from './processors/stamp.ts'\n$&")
    .replace(/^ {2}dead: \{/m, `${topic}$&`)
    .replace(
      /^ {2}shadow: stage\(/m,
      "  stamp: stage({ reads: 'extracted', writes: ['stamped'], run: stamp }),\n$&",
    )
  write('topology.ts', text)
}

beforeAll(() => {
  const listed = ['ls-files', '--cached', '--others', '--exclude-standard']
  const files = execFileSync('git', listed, { encoding: 'utf8' }).split('\n').filter(Boolean)
  for (const file of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(file, join(copy, file))
  }
  symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'))
  git('init', '--quiet')
  write('.git/info/exclude', 'node_modules\n')
  git('add', '--all')
})

afterAll(async () => {
  await connection?.close()
  rmSync(copy, { recursive: true, force: true })
})

test('a schema alone does not compile until the topology says what its topic is', () => {
  write('schemas/stamped.avsc', schema())
  done(tool('prettier'), '--write', 'schemas/stamped.avsc')
  done('npm', 'run', 'schemas')
  const { said } = call(tool('tsc'), '--noEmit')
  const wrong = said.split('\n').flatMap((line) => /^(\S+)\(\d.*/.exec(line)?.[1] ?? [])
  expect([...new Set(wrong)]).toEqual(['topology.ts'])
}, 120_000)

test('with a file, its lines in the topology and a test table it is whole', () => {
  write('processors/stamp.ts', processor)
  addToTopology()
  write('tests/processors/stamp.test.ts', table)
  done('npm', 'run', 'docs')
  done(tool('tsc'), '--noEmit')
  const own = ['topology.ts', 'processors/stamp.ts', 'tests/processors/stamp.test.ts']
  done(tool('oxlint'), '--type-aware', ...own)
  done(tool('prettier'), '--check', ...own)
  const tests = ['structure', 'schemas', 'docs/asyncapi', 'processors/(stamp|analytics)']
  done(tool('jest'), `tests/(${tests.join('|')})`)
  expect([
    git('diff', '--name-only'),
    git('diff', '--numstat', 'topology.ts').map((line) => line.split('\t')[1]),
    git('ls-files', '--others', '--exclude-standard'),
  ]).toEqual([
    [
      'deploy/chart/files/topology.json',
      'docs/asyncapi.json',
      'docs/topics.md',
      'schemas/types.ts',
      'topology.ts',
    ],
    ['0'],
    [
      'processors/stamp.ts',
      'schemas/history/stamped.1.json',
      'schemas/stamped.avsc',
      'tests/processors/stamp.test.ts',
    ],
  ])
}, 300_000)

test('it has topics and rights, and runs', async () => {
  expect(done('node', 'cli/errata.mjs', 'topics')).toMatch(/stamp\.dead/)
  expect(done('node', 'cli/errata.mjs', 'topics', '--acls')).toMatch(
    /User:errata-stamp .*--operation Write .*stamped'/,
  )
  connection = await connect(config, quiet)
  const running = spawn('node', ['cli/errata.mjs', 'run', 'stamp'], { cwd: copy, env: environment })
  const exit = once(running, 'exit')
  const producer = openProducer(connection.cluster)
  await producer.send(topicName('extracted', config.topicPrefix), {
    key: 'd1',
    value: connection.registry.codec.encode('extracted', readingOf('d1')),
  })
  await producer.close()
  const name = `${config.topicPrefix}stamped`
  const found: KafkaRecord[] = []
  await until(async () => {
    const ranges = [...(await topicOffsets(connection.cluster, name))].map(
      ([partition, { low, high }]) => ({ topic: name, partition, from: low, to: high }),
    )
    await scan(connection.cluster, ranges, config.topicPrefix, (record) => void found.push(record))
    return found.length > 0
  }, 'a stamped record')
  running.kill('SIGTERM')
  expect(await exit).toEqual([0, null])
  const [{ key, value }] = found as [KafkaRecord]
  const bytes = value as Buffer
  const text = await connection.registry.schemaOf(bytes.readInt32BE(1))
  const type = avro.Type.forSchema(JSON.parse(text) as avro.Schema, { registry: {} })
  expect([String(key), type.fromBuffer(bytes.subarray(5))]).toEqual([
    'd1',
    expect.objectContaining({ documentId: 'd1', stamp: 'no model' }),
  ])
}, 120_000)
