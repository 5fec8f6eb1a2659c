/**
 * What somebody without the owner's token can't do through the gateway, tried on the real engine:
 * change a table, read or write a file, reach another address, lift a limit. A file with a secret,
 * a folder and a listening port tell.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { openClickhouse } from '../../../connectors/clickhouse/clickhouse.ts'
import { functionsQuery } from '../../../connectors/chdb/allowed.ts'
import { startStore, type TestStore } from '../clickhouse/store.ts'

const secret = 'canary-6f1d2a'
const statements = 3000 // of the property test; some 10 ms each
let store: TestStore
let folder: string
let listener: Server
let visits = 0
let before: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'errata-outside-'))
  writeFileSync(join(folder, 'secret'), `${secret}\n`)
  writeFileSync(join(folder, 'secret.csv'), `a\n${secret}\n`)
  listener = createServer((socket) => {
    visits++
    socket.destroy()
  }).listen(0, '127.0.0.1')
  store = await startStore()
  const owner = openClickhouse(store.writeUrl)
  await owner.command('CREATE TABLE t (id UInt64, s String) ENGINE = MergeTree ORDER BY id')
  await owner.command("INSERT INTO t VALUES (1, 'a'), (2, 'b')")
  await owner.command('CREATE VIEW v AS SELECT id FROM t WHERE id = {id:UInt64}')
  await owner.close()
  before = await state()
}, 180_000)

afterAll(async () => {
  listener?.close()
  await store?.remove()
  rmSync(folder, { recursive: true, force: true })
})

const ask = async (
  query: string,
  parameters: Record<string, string> = {},
): Promise<{ readonly code: string | null; readonly text: string }> => {
  const answer = await fetch(`${store.url}/?${new URLSearchParams(parameters)}`, {
    method: 'POST',
    body: query,
  })
  return { code: answer.headers.get('x-clickhouse-exception-code'), text: await answer.text() }
}

/** Everything that a statement could have changed. */
async function state(): Promise<string> {
  const owner = openClickhouse(store.writeUrl)
  const tables = await owner.query(
    "SELECT database, name, total_rows FROM system.tables WHERE database NOT IN ('system', 'information_schema', 'INFORMATION_SCHEMA') ORDER BY ALL",
  )
  const databases = await owner.query('SELECT name FROM system.databases ORDER BY name')
  await owner.close()
  return JSON.stringify([tables, databases, readdirSync(folder)])
}

/** The bad parts: `{file}`, `{folder}` and `{port}` are filled in. */
const reads = [
  "file('{file}', 'LineAsString')",
  "file('{file}')",
  "url('http://127.0.0.1:{port}/', LineAsString)",
  "remote('127.0.0.1:{port}', system.one)",
  "s3('http://127.0.0.1:{port}/a/b', 'CSV')",
  "executable('cat {file}', 'TSV', 'a String')",
  "sqlite('{file}', 'x')",
  "mysql('127.0.0.1:{port}', 'a', 'b', 'c', 'd')",
  "postgresql('127.0.0.1:{port}', 'a', 'b', 'c', 'd')",
  "redis('127.0.0.1:{port}', 'k', 'k String')",
  '`{file}`',
  '"{file}"',
  "'{file}'",
  '`{folder}/secret.csv`',
  '`http://127.0.0.1:{port}/x.csv`',
  '`s3://127.0.0.1:{port}/x.csv`',
  "merge('system', 'users')",
  'system.users',
  'system.processes',
  'system.query_log',
  'system.server_settings',
  "cluster('default', system.one)",
  "loop(file('{file}', LineAsString))",
  "view(SELECT * FROM file('{file}', LineAsString))",
  "viewIfPermitted(SELECT 1 AS a ELSE file('{file}', LineAsString))",
  "dictionary('x')",
  "input('a String')",
  "deltaLake('http://127.0.0.1:{port}/')",
  "filesystem('{folder}')",
  'mergeTreeIndex(default, t)',
  'INFORMATION_SCHEMA.`../../{file}`',
  'default.`{file}`',
  '`default`.`{folder}/secret.csv`',
]
const expressions = [
  "file('{file}')",
  "`file`('{file}')",
  "FILE('{file}')",
  '"file"(\'{file}\')',
  "file/**/('{file}')",
  'file($$' + '{file}' + '$$)',
  "hasColumnInTable('127.0.0.1:{port}', 'default', 't', 'id')",
  "catboostEvaluate('{file}', 1)",
  "dictGet('x', 'y', 1)",
  "joinGet('t', 's', 1)",
  'sleep(3)',
  'hostName()',
  'FQDN()',
  "getServerSetting('path')",
  "'{secret}' IN `{file}`",
  'filesystemAvailable()',
  "aiGenerate('x')",
  'addressToLine(1)',
  'showCertificate()',
]
const changes = [
  'DROP TABLE t',
  'TRUNCATE TABLE t',
  "INSERT INTO t VALUES (9, 'x')",
  'CREATE TABLE u (a UInt8) ENGINE = Memory',
  'CREATE DATABASE d',
  'ALTER TABLE t DELETE WHERE 1',
  'RENAME TABLE t TO u',
  "INSERT INTO FUNCTION url('http://127.0.0.1:{port}/') SELECT 1",
  "INSERT INTO FUNCTION file('{folder}/out.csv', CSV) SELECT 1",
  "SELECT 1 INTO OUTFILE '{folder}/out.csv'",
  'SET readonly = 0',
  'SET max_memory_usage = 0',
  'USE system',
  'SYSTEM FLUSH LOGS',
  'KILL QUERY WHERE 1',
  'OPTIMIZE TABLE t FINAL',
  'DETACH TABLE t',
  "BACKUP TABLE t TO File('{folder}/b')",
  'CREATE FUNCTION f AS (x) -> file(x)',
  'CREATE USER mallory',
  'GRANT ALL ON *.* TO mallory',
  'ATTACH DATABASE x ENGINE = Memory',
  'UNDROP TABLE t',
  'EXCHANGE TABLES t AND v',
  'EXECUTE AS default SELECT 1',
  'CREATE TEMPORARY TABLE tt (a UInt8)',
  'SHOW PROCESSLIST',
  'SHOW GRANTS',
  'CHECK TABLE t',
  'BEGIN TRANSACTION',
]

/** Ways to write a statement so that a check that isn't the engine's may overlook it. */
const hidings: readonly ((statement: string) => string)[] = [
  (sql) => sql,
  (sql) => `SELECT 1 AS a$x$; ${sql}; SELECT 2 AS b$x$`,
  (sql) => `SELECT 1 /* /* */ ; ${sql} -- */`,
  (sql) => `SELECT 1 -- \n; ${sql}`,
  (sql) => `SELECT 1 AS \`a\\\`\`; ${sql}; SELECT \`b\\\``,
  (sql) => `SELECT ‘a’; ${sql}; --’`,
  (sql) => `SELECT 'a\\'; ${sql}; SELECT '`,
  (sql) => `SELECT $$ a $$; ${sql}`,
  (sql) => `SELECT $tag$ $tag$ ; ${sql} ; SELECT $tag$ $tag$`,
  (sql) => `SELECT 1 #! ; \n; ${sql}`,
  (sql) => `${sql};`,
  (sql) => `;${sql}`,
  (sql) => `\u00a0${sql}`,
  (sql) => `EXPLAIN ${sql}`,
  (sql) => `EXPLAIN AST ${sql}`,
  (sql) => `(${sql})`,
  (sql) => `SELECT 1 PARALLEL WITH ${sql}`,
  (sql) => `${sql} FORMAT CSV SETTINGS readonly = 0`,
  (sql) => `${sql} INTO OUTFILE '${folder}/out.csv'`,
  (sql) => `SELECT 1\0; ${sql}`,
]

/** Places of a SELECT where an expression may stand. */
const places: readonly ((expression: string) => string)[] = [
  (e) => `SELECT ${e}`,
  (e) => `WITH ${e} AS x SELECT x`,
  (e) => `SELECT (SELECT ${e})`,
  (e) => `SELECT * FROM (SELECT ${e} AS a SETTINGS readonly = 0)`,
  (e) => `SELECT id FROM t WHERE toString(${e}) != ''`,
  (e) => `SELECT arrayMap(x -> ${e}, [1])`,
  (e) => `SELECT * REPLACE (${e} AS s) FROM t`,
  (e) => `SELECT count() OVER (ORDER BY ${e}) FROM t`,
  (e) => `SELECT sum(id) OVER w FROM t WINDOW w AS (PARTITION BY ${e})`,
  (e) => `SELECT id FROM t ORDER BY ${e}`,
  (e) => `SELECT id FROM t ORDER BY id WITH FILL FROM 1 TO 3 INTERPOLATE (s AS toString(${e}))`,
  (e) => `SELECT id FROM t GROUP BY id HAVING toString(max(${e})) != ''`,
  (e) => `SELECT id FROM t GROUP BY GROUPING SETS ((id), (${e}))`,
  (e) => `SELECT 1 FROM t JOIN (SELECT 1 AS id) AS y ON t.id = y.id AND toString(${e}) != ''`,
  (e) => `SELECT id FROM t LIMIT 1 BY ${e}`,
  (e) => `SELECT id FROM t LIMIT length(toString(${e}))`,
  (e) => `SELECT quantile(length(toString(${e})))(id) FROM t`,
  (e) => `SELECT a FROM t ARRAY JOIN [${e}] AS a`,
  (e) => `SELECT count() FILTER (WHERE toString(${e}) != '') FROM t`,
  (e) => `SELECT * FROM values('a String', ${e})`,
  (e) => `SHOW TABLES WHERE name = ${e}`,
  (e) => `SHOW COLUMNS FROM t WHERE name = ${e}`,
  (e) => `DESCRIBE (SELECT ${e})`,
  (e) => `EXPLAIN SYNTAX SELECT ${e}`,
  (e) => `SELECT * FROM viewExplain('EXPLAIN SYNTAX', '', (SELECT ${e}))`,
  (e) => `SELECT * FROM (EXPLAIN SELECT ${e})`,
  (e) => `SELECT 1 SETTINGS max_threads = ${e}`,
  (e) => `SELECT * APPLY (x -> ${e}) FROM t`,
  (e) => `SELECT id FROM t QUALIFY toString(${e}) != ''`,
  (e) => `WITH RECURSIVE r AS (SELECT ${e} AS a UNION ALL SELECT a FROM r WHERE 0) SELECT * FROM r`,
]

/** Places where a table may stand. */
const sources: readonly ((table: string) => string)[] = [
  (t) => `SELECT * FROM ${t}`,
  (t) => `FROM ${t} SELECT *`,
  (t) => `SELECT 1 IN ${t}`,
  (t) => `SELECT '${secret}' NOT IN (SELECT * FROM ${t})`,
  (t) => `WITH x AS (SELECT * FROM ${t}) SELECT * FROM x`,
  (t) => `SELECT * FROM t, ${t} AS other`,
  (t) => `SELECT 1 UNION ALL SELECT toUInt8(length(toString(tuple(*)))) FROM ${t}`,
  (t) => `DESCRIBE TABLE ${t}`,
  (t) => `DESCRIBE ${t}`,
  (t) => `EXISTS TABLE ${t}`,
  (t) => `SHOW CREATE TABLE ${t}`,
  (t) => `EXPLAIN SELECT * FROM ${t}`,
  (t) => `EXPLAIN ESTIMATE SELECT * FROM ${t}`,
  (t) => `SELECT * FROM view(SELECT * FROM ${t})`,
  (t) => `SELECT * FROM (SELECT * FROM ${t} SETTINGS readonly = 0)`,
  (t) => `SELECT * FROM (WITH hidden AS (SELECT 1) SELECT 1) AS a JOIN ${t} AS b ON 1`,
  (t) => `SHOW TABLES WHERE name IN ${t}`,
  (t) => `SELECT columns FROM v(id = (SELECT count() FROM ${t}))`,
]

const fill = (text: string): string =>
  text
    .replaceAll('{file}', join(folder, 'secret'))
    .replaceAll('{folder}', folder)
    .replaceAll('{secret}', secret)
    .replaceAll('{port}', String((listener.address() as AddressInfo).port))

/** What of an answer may hold the secret: nothing but the question that it quotes. */
const leaks = (question: string, answer: string): boolean =>
  answer.replaceAll(question, '').includes(`${secret}\n`)

test('thousands of statements, however they are written: nothing is changed, read outside or reached', async () => {
  const bad = fc.oneof(
    fc
      .tuple(fc.constantFrom(...expressions), fc.constantFrom(...places))
      .map(([expression, place]) => place(expression)),
    fc
      .tuple(fc.constantFrom(...reads), fc.constantFrom(...sources))
      .map(([table, source]) => source(table)),
    fc.constantFrom(...changes),
  )
  const written = fc
    .tuple(
      bad,
      fc.constantFrom(...hidings),
      fc.constantFrom('', ' ', '\n', '/**/', '-- x\n'),
      fc.boolean(),
    )
    .map(([sql, hide, space, lower]) => {
      const hidden = hide(fill(sql)).replace(/ /g, space === '' ? ' ' : ` ${space}`)
      return lower
        ? hidden.replace(/\b(SELECT|FROM|DROP|INSERT|WHERE|FILE)\b/g, (word) => word.toLowerCase())
        : hidden
    })
  const problems: string[] = []
  const kinds = new Map<string, number>()
  for (const batch of chunks(fc.sample(written, { numRuns: statements, seed: 17 }), 20)) {
    const answers = await Promise.all(batch.map((sql) => ask(sql)))
    for (const [i, { code, text }] of answers.entries()) {
      kinds.set(code ?? 'answered', (kinds.get(code ?? 'answered') ?? 0) + 1)
      if (leaks(batch[i] as string, text)) problems.push(`${batch[i]} -> ${text.slice(0, 200)}`)
    }
  }
  expect(problems).toEqual([])
  expect([await state(), visits]).toEqual([before, 0])
  // Refused as READONLY, as no SQL, and as an unknown table: were one of them missing, the sample
  // would be a bad one.
  for (const code of ['164', '62', '60']) expect(kinds.get(code) ?? 0).toBeGreaterThan(20)
}, 300_000)

test('each bad expression in each place, and each bad table in each, is refused as it stands', async () => {
  const all = [
    ...expressions.flatMap((e) => places.map((place) => place(e))),
    ...reads.flatMap((t) => sources.map((source) => source(t))),
    ...changes,
  ].map(fill)
  const answered: string[] = []
  for (const batch of chunks(all, 20)) {
    const answers = await Promise.all(batch.map((sql) => ask(sql)))
    for (const [i, { code }] of answers.entries())
      if (code === null) answered.push(batch[i] as string)
  }
  expect(answered).toEqual([])
  expect([await state(), visits]).toEqual([before, 0])
}, 300_000)

test.each([
  ['an escape in a name', 'SELECT * FROM `t\\n`'],
  ['a name that prints like a node of its own', 'SELECT * FROM `t (alias x)`'],
  ['a parameter that is a name', 'SELECT * FROM {f:Identifier}'],
  ['a parameter that is a setting', 'SELECT 1 SETTINGS {f:Identifier} = 0'],
])('%s is refused', async (_, sql) => {
  expect((await ask(sql, { param_f: join(folder, 'secret') })).code).not.toBeNull()
})

test.each([
  'SELECT count() FROM t',
  'SELECT t.id, s FROM default.t ORDER BY id',
  'SELECT * FROM v(id = 1)',
  'WITH x AS (SELECT id FROM t) SELECT * FROM x WHERE id IN x',
  'SELECT countIf(id > 1), uniqExactIf(s, id > 0), quantilesExact(0.5, 0.9)(id), groupArray(5)(s), argMaxOrNull(s, id) FROM t',
  'SELECT id, row_number() OVER (PARTITION BY s ORDER BY id) AS n FROM t QUALIFY n = 1',
  "SELECT toStartOfDay(now()), toDate('2026-01-02') + INTERVAL 1 DAY, CASE WHEN 1 THEN 'a' ELSE 'b' END, CASE 1 WHEN 2 THEN 3 END, CAST('1' AS UInt8), '1'::UInt8, [1, 2][1], (1, 'a').2, {x:String}",
  'SELECT number FROM numbers(3) UNION ALL (SELECT 5 INTERSECT SELECT 5)',
  'SELECT a, b FROM t ARRAY JOIN [1] AS a, [2] AS b',
  "SELECT COLUMNS('i.*'), * EXCEPT (s), * REPLACE (id + 1 AS id) FROM t",
  'SELECT "sum(id)" FROM (SELECT sum(id) FROM t)',
  'SHOW TABLES',
  "SHOW TABLES LIKE 't%'",
  'SHOW COLUMNS FROM t',
  'SHOW CREATE TABLE t',
  'SHOW DATABASES',
  'DESCRIBE t',
  'EXISTS t',
  'EXPLAIN indexes = 1 SELECT id FROM t',
  'SELECT name FROM system.tables',
  'SELECT table_name FROM information_schema.tables',
  'SELECT id FROM t FORMAT JSON',
  'SELECT id FROM t SETTINGS max_threads = 1, output_format_json_quote_64bit_integers = 0 FORMAT JSONEachRow',
  '/* why */ select 1 -- done',
  "SELECT 'DROP TABLE t; file(x)', $$;$$",
  "SELECT id FROM t WHERE id IN (SELECT id FROM t) AND s LIKE '%a'",
  "SELECT extract(YEAR FROM now()), substring('abc' FROM 1 FOR 2), trim(BOTH 'x' FROM 'xax'), position('b' IN 'abc'), now() BETWEEN 1 AND 2, NOT 1, -id, id IS NULL, s || 'x', id % 2 FROM t",
  'SELECT id FROM t ORDER BY id DESC NULLS LAST LIMIT 1 WITH TIES',
  'SELECT sum(id) FROM t GROUP BY s WITH TOTALS',
])('%s is answered', async (sql) => {
  expect(await ask(sql, { param_x: "it's {y}" })).toMatchObject({ code: null })
})

test('which functions are allowed is written down, so that a new engine shows what it brings', async () => {
  const owner = openClickhouse(store.writeUrl)
  const names = (await owner.query<{ name: string }>(functionsQuery)).map(({ name }) => name).sort()
  await owner.close()
  const file = join(__dirname, 'functions.txt')
  if (process.env['UPDATE_FUNCTIONS'] !== undefined) writeFileSync(file, `${names.join('\n')}\n`)
  expect(names).toEqual(readFileSync(file, 'utf8').trim().split('\n'))
})

function* chunks<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let i = 0; i < all.length; i += size) yield all.slice(i, i + size)
}
