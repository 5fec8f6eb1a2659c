/**
 * ClickHouse's JDBC driver as DBeaver has it, with its defaults, under a client for any database
 * (SQLLine), which asks for tables and columns as such tools do.
 */

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openClickhouse } from '../../../connectors/clickhouse/clickhouse.ts'
import { javaWith } from '../../jars.ts'
import { startStore, type TestStore } from '../clickhouse/store.ts'

const jars = [
  {
    group: 'com.clickhouse',
    artifact: 'clickhouse-jdbc',
    version: '0.9.9',
    classifier: 'all',
    type: 'jar',
    bytes: 12_252_310,
    sha256: '56b49bb9e40df699eff03215e3853ce028be9a6bf17f33687434901a74ee28e0',
  },
  {
    group: 'org.slf4j',
    artifact: 'slf4j-api',
    version: '2.0.17',
    classifier: '',
    type: 'jar',
    bytes: 69_908,
    sha256: '7b751d952061954d5abfed7181c1f645d336091b679891591d63329c622eb832',
  },
  {
    group: 'sqlline',
    artifact: 'sqlline',
    version: '1.12.0',
    classifier: 'jar-with-dependencies',
    type: 'jar',
    bytes: 3_127_944,
    sha256: '95106610c9e859e5ba0719139878f143107c5c2ef32dd613edebe6ca20c09077',
  },
]
const rows = 60_000 // more than one block
let store: TestStore
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'errata-jdbc-'))
  store = await startStore()
  const owner = openClickhouse(store.writeUrl)
  await owner.command(
    'CREATE TABLE t (id UInt64, s String, d Decimal(18, 2), m Map(String, String)) ENGINE = MergeTree ORDER BY id',
  )
  await owner.command(
    `INSERT INTO t SELECT number, repeat('x', number % 50), number / 4, map('k', 'v') FROM numbers(${rows})`,
  )
  await owner.close()
}, 180_000)
afterAll(async () => {
  await store?.remove()
  rmSync(folder, { recursive: true, force: true })
})

interface Said {
  readonly stdout: string
  readonly stderr: string
}

/** What SQLLine prints for these lines: values in quotes, separated by commas. */
async function said(...lines: readonly string[]): Promise<readonly string[]> {
  const script = join(folder, 'lines.sql')
  writeFileSync(script, `${lines.join('\n')}\n`)
  const [java, ...words] = await javaWith(jars)
  const url = `jdbc:clickhouse://${new URL(store.url).host}/default`
  const program = ['sqlline.SqlLine', '-d', 'com.clickhouse.jdbc.Driver', '-u', url, '-n', 'ann']
  const how = ['-p', 'any', '--silent=true', '--outputformat=csv', '--force=true']
  const run = promisify(execFile)
  // a statement that failed is in its exit status, after all others were run
  const { stdout, stderr } = await run(java, [...words, ...program, ...how, `--run=${script}`], {
    maxBuffer: 64 << 20,
  }).catch((error: Said) => error)
  return `${stdout}${stderr}`.split('\n')
}

test('lists tables and columns', async () => {
  const lines = await said('!tables', '!columns t')
  expect(lines).toContainEqual(expect.stringMatching(/^'','default','t','TABLE'/))
  const columns = lines.flatMap((line) => {
    const [, name, type] = /^'','default','t','(\w+)','\d+','([^']+)'/.exec(line) ?? []
    return name === undefined ? [] : [[name, type]]
  })
  expect(columns).toEqual([
    ['id', 'UInt64'],
    ['s', 'String'],
    ['d', 'Decimal(18, 2)'],
    ['m', 'Map(String, String)'],
  ])
}, 120_000)

test('reads answers of no block, of one and of several, and errors in words', async () => {
  const lines = await said(
    'SELECT number AS none FROM numbers(0);',
    'SELECT count(), sum(length(s)) FROM t;',
    'SELECT id, d, m FROM t WHERE id = 5;',
    'SELECT * FROM t ORDER BY id;',
    'SELECT nonsense FROM t;',
    'DROP TABLE t;',
  )
  expect(lines).toEqual(
    expect.arrayContaining([
      "'none'",
      `'${rows}','1470000'`,
      "'5','1.25','{k=v}'",
      `'${rows - 1}','${'x'.repeat(49)}','14999.75','{k=v}'`,
      expect.stringMatching(/Code: 47.*nonsense.*UNKNOWN_IDENTIFIER/),
      expect.stringMatching(/Code: 164.*READONLY/),
    ]),
  )
  expect(lines.filter((line) => /^'\d+','x*',/.test(line))).toHaveLength(rows)
}, 120_000)
