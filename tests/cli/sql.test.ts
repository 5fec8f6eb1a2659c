/** `errata sql` as it is typed. */

import { execFile } from 'node:child_process'
import { startStore, type TestStore } from '../connectors/clickhouse/store.ts'

let store: TestStore

beforeAll(async () => {
  store = await startStore()
}, 180_000)
afterAll(() => store?.remove())

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function sql(args: readonly string[], url = store.url): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx/esm', 'cli/cli.ts', 'sql', ...args],
      { env: { PATH: process.env['PATH'], CLICKHOUSE_URL: url }, maxBuffer: 64 << 20 },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })
}

test('rows go to stdout, tab-separated with names where that is no terminal', async () => {
  expect(await sql(["SELECT 1 AS a, 'ü' AS b;"])).toEqual({
    code: 0,
    stdout: 'a\tb\n1\tü\n',
    stderr: '',
  })
})

test('any format may be asked for, and the query’s own wins', async () => {
  expect((await sql(['SELECT 1 AS a', '--format', 'JSONEachRow'])).stdout).toBe('{"a":1}\n')
  expect((await sql(['SELECT 1 AS a FORMAT CSV', '--format', 'JSONEachRow'])).stdout).toBe('1\n')
})

test('a large answer arrives whole', async () => {
  const { stdout } = await sql(['SELECT number FROM numbers(300000)'])
  expect([stdout.split('\n').length, stdout.endsWith('299999\n')]).toEqual([300_002, true])
})

test('a refused query says why, with ClickHouse’s code, and exits with 1', async () => {
  const { code, stdout, stderr } = await sql(['SELECT nosuch'])
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^ClickHouse 47 UNKNOWN_IDENTIFIER: /)
})

test('it reads, and nothing else', async () => {
  expect(await sql(['CREATE TABLE t (a UInt8) ENGINE = Memory'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^ClickHouse 164 READONLY/) as string,
  })
})

test('no store is an error that says what to look at', async () => {
  expect(await sql(['SELECT 1'], 'http://127.0.0.1:1')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('STORE_UNREACHABLE') as string,
  })
})
