/** The gateway as its users meet it: @clickhouse/client, curl, an analyst who may only read. */

import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { createClient } from '@clickhouse/client'
import { openClickhouse, StoreRefused } from '../../../connectors/clickhouse/clickhouse.ts'
import { startStore, type TestStore } from '../clickhouse/store.ts'

let store: TestStore
let token: string
let client: ReturnType<typeof createClient>

beforeAll(async () => {
  store = await startStore()
  token = new URL(store.writeUrl).password
  client = createClient({ url: store.writeUrl, compression: { request: true, response: true } })
  await client.command({
    query:
      'CREATE TABLE t (id UInt64, s String) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100',
  })
  await client.command({
    query:
      'CREATE TABLE summed (n SimpleAggregateFunction(sum, UInt64)) ENGINE = AggregatingMergeTree ORDER BY tuple() SETTINGS non_replicated_deduplication_window = 100',
  })
  await client.command({
    query: 'CREATE MATERIALIZED VIEW into_summed TO summed AS SELECT count() AS n FROM t',
  })
}, 180_000)

afterAll(async () => {
  await client?.close()
  await store?.remove()
})

beforeEach(() =>
  Promise.all(['t', 'summed'].map((table) => client.command({ query: `TRUNCATE TABLE ${table}` }))),
)

const post = (
  query: string,
  parameters: Record<string, string> = {},
  body = '',
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${store.url}/?${new URLSearchParams({ ...parameters, query })}`, {
    method: 'POST',
    body,
    headers,
  })
const asOwner = (): Record<string, string> => ({
  'X-ClickHouse-User': 'errata',
  'X-ClickHouse-Key': token,
})
const count = async (): Promise<number> =>
  Number(await (await post('SELECT count() FROM t')).text())

describe('@clickhouse/client', () => {
  test('reads back what it inserted, with parameters of every kind, compressed both ways', async () => {
    const s = 'it\'s \\ "ü" \n\t🧾'
    await client.insert({
      table: 't',
      values: [
        { id: '18446744073709551615', s },
        { id: 2, s: 'x'.repeat(5000) },
      ],
      format: 'JSONEachRow',
    })
    const answer = await client.query({
      query:
        'SELECT id, s, {q:String} AS q, {l:Array(String)} AS l, {m:Map(String, UInt8)} AS m, {n:Nullable(String)} AS n, {d:DateTime64(3)} AS d, {b:Bool} AS b FROM {t:Identifier} ORDER BY id DESC LIMIT {k:UInt8}',
      query_params: {
        q: s,
        l: ["it's", 'b\\'],
        m: { a: 1 },
        n: null,
        d: '2026-01-02 03:04:05.678',
        b: true,
        t: 't',
        k: 1,
      },
      format: 'JSONEachRow',
      clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
    })
    expect(await answer.json()).toEqual([
      {
        id: '18446744073709551615',
        s,
        q: s,
        l: ["it's", 'b\\'],
        m: { a: 1 },
        n: null,
        d: '2026-01-02 03:04:05.678',
        b: true,
      },
    ])
  })

  test('streams rows of a large answer', async () => {
    const answer = await client.query({
      query: 'SELECT number FROM numbers(100000)',
      format: 'JSONEachRow',
    })
    let sum = 0
    for await (const rows of answer.stream<{ number: number }>())
      for (const row of rows) sum += Number(row.json().number)
    expect(sum).toBe(4_999_950_000)
  })

  test('inserts CSV and says how many rows', async () => {
    const stored = await client.exec({
      query: 'INSERT INTO t FORMAT CSV',
      values: (await import('node:stream')).Readable.from(['1,a\n2,b\n'], { objectMode: false }),
    })
    stored.stream.resume()
    expect([await count(), Number(stored.summary?.written_rows) >= 2]).toEqual([2, true])
  })
})

describe('the JDBC driver, by the requests that version 0.9.2 sends with compress=false', () => {
  const ask = (statement: string, parameters: Record<string, string> = {}): Promise<Response> =>
    fetch(`${store.url}/?${new URLSearchParams({ query_id: 'one', ...parameters })}`, {
      method: 'POST',
      body: statement,
      headers: {
        'content-type': 'text/plain',
        'x-clickhouse-format': 'RowBinaryWithNamesAndTypes',
        'x-clickhouse-database': 'default',
        'accept-encoding': 'gzip, x-gzip, deflate',
      },
    })
  const always = { async_insert: '0', wait_end_of_query: '0' }

  test('is told how many rows an answer has: where there are none it looks for none', async () => {
    const rowsOf = async (statement: string): Promise<unknown> => {
      const answer = await ask(statement, { wait_end_of_query: '1' })
      expect(answer.status).toBe(200)
      const summary = answer.headers.get('x-clickhouse-summary') ?? ''
      return (JSON.parse(summary) as { result_rows: unknown }).result_rows
    }
    expect(await rowsOf('SELECT version() as server_version')).toBe('1')
    expect(await rowsOf('SELECT count() FROM numbers(1000)')).toBe('1')
    expect(await rowsOf('SELECT number FROM numbers(1000) LIMIT 7')).toBe('7')
    expect(await rowsOf('SELECT number FROM numbers(10) WHERE number > 10')).toBe('0')
  })

  test.each([
    'SELECT 1 FORMAT TabSeparated',
    "SELECT 'local' AS TABLE_CAT  WHERE 1 = 0",
    "SELECT name AS TABLE_SCHEM, '' AS TABLE_CATALOG FROM system.databases ORDER BY name",
    "SELECT arrayJoin(['DICTIONARY','TABLE','VIEW']) AS TABLE_TYPE ORDER BY TABLE_TYPE",
    "SELECT name AS TYPE_NAME, attrs.c2::Nullable(Int32) AS PRECISION, not(dt.case_insensitive)::Boolean AS CASE_SENSITIVE FROM system.data_type_families dt  LEFT JOIN (SELECT * FROM VALUES ( ('Bool',1,true,0,0),('Date',10,false,0,0) )) as attrs ON (dt.name = attrs.c1)",
    "SELECT name::Nullable(String) AS FUNCTION_NAME, concat(description, '(', origin, ')') AS REMARKS FROM system.functions WHERE name LIKE '%'",
    "SELECT system.tables.name AS TABLE_NAME, trim(c.1) AS COLUMN_NAME, c.2::Int16 AS KEY_SEQ FROM system.tables ARRAY JOIN arrayZip(splitByChar(',', primary_key), arrayEnumerate(splitByChar(',', primary_key))) as c WHERE system.tables.primary_key <> '' AND system.tables.database ILIKE 'default' ORDER BY COLUMN_NAME",
    'SELECT NULL::Nullable(String) AS PKTABLE_CAT, NULL::Nullable(Int16) AS KEY_SEQ LIMIT 0',
  ])('is answered: %s', async (statement) => {
    const answer = await ask(statement, always)
    expect([answer.status, answer.ok ? '' : await answer.text()]).toEqual([200, ''])
  })

  test('has an answer cut at the rows that it asks for, not refused', async () => {
    const few = {
      ...always,
      max_result_rows: '2',
      result_overflow_mode: 'break',
      max_block_size: '2',
    }
    const answer = await ask('SELECT number FROM numbers(10) FORMAT TabSeparated', few)
    expect(await answer.text()).toBe('0\n1\n')
  })
})

describe('exactly once', () => {
  test('a token counts once, its materialized view too, and never for the insert that follows', async () => {
    const owner = openClickhouse(store.writeUrl)
    for (const token of ['a', 'a', 'b']) await owner.insert('t', [{ id: 1, s: 'x' }], { token })
    // with a token left behind this one would be swallowed
    await owner.insert('t', [{ id: 7, s: 'x' }])
    await owner.insert('t', [{ id: 8, s: 'x' }])
    expect([await count(), Number(await (await post('SELECT sum(n) FROM summed')).text())]).toEqual(
      [4, 4],
    )
    await owner.close()
  })

  test('fifty inserts at once, each sent twice, are fifty', async () => {
    const owner = openClickhouse(store.writeUrl)
    const send = (): Promise<unknown> =>
      Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          owner.insert('t', [{ id: i, s: `${i}` }], { token: `t${i}` }),
        ),
      )
    await send()
    await send()
    expect(await count()).toBe(50)
    await owner.close()
  })

  test('settings of one request are unknown to the next', async () => {
    expect(
      await (await post("SELECT getSetting('max_threads')", { max_threads: '3' })).text(),
    ).toBe('3\n')
    expect(await (await post("SELECT getSetting('max_threads')")).text()).not.toBe('3\n')
    expect(
      (await post('SET max_threads = 3', {}, '', asOwner())).headers.get(
        'x-clickhouse-exception-code',
      ),
    ).toBe('48')
  })

  test('rows that the table does not know are refused whole', async () => {
    const owner = openClickhouse(store.writeUrl)
    await expect(
      owner.insert('t', [
        { id: 1, s: 'x' },
        { id: 2, other: 'x' },
      ]),
    ).rejects.toThrow(StoreRefused)
    await expect(
      owner.insert('t', [
        { id: 1, s: 'x' },
        { id: 'two', s: 'x' },
      ]),
    ).rejects.toThrow(StoreRefused)
    expect(await count()).toBe(0)
    await owner.close()
  })

  test.each(['Native', 'RowBinary', 'Parquet', 'Arrow', 'JSONColumns'])(
    'an insert in %s is refused instead of storing nothing',
    async (format) => {
      const answer = await post(`INSERT INTO t FORMAT ${format}`, {}, '\x01\x01', asOwner())
      expect([
        answer.status,
        answer.headers.get('x-clickhouse-exception-code'),
        await count(),
      ]).toEqual([404, '73', 0])
    },
  )
})

describe('HTTP', () => {
  test.each([
    ['SELECT 1 AS a FORMAT JSONCompactEachRow', {}, '[1]\n', 'application/x-ndjson; charset=UTF-8'],
    [
      'SELECT 1 AS a, 2 AS b',
      { default_format: 'CSVWithNames' },
      '"a","b"\n1,2\n',
      'text/csv; charset=UTF-8',
    ],
    ['SELECT 1 AS a', {}, '1\n', 'text/tab-separated-values; charset=UTF-8'],
    ['SELECT {x:UInt8} + 1', { param_x: '2' }, '3\n', 'text/tab-separated-values; charset=UTF-8'],
    ['SELECT 1', { database: 'default' }, '1\n', 'text/tab-separated-values; charset=UTF-8'],
  ])('%s %j', async (query, parameters, text, type) => {
    const answer = await post(query, parameters as Record<string, string>)
    expect([answer.status, await answer.text(), answer.headers.get('content-type')]).toEqual([
      200,
      text,
      type,
    ])
  })

  test('the query may be the body, the address, or both, and compressed', async () => {
    const send = (path: string, init: RequestInit): Promise<string> =>
      fetch(store.url + path, init).then((answer) => answer.text())
    expect(await send('/', { method: 'POST', body: 'SELECT 5' })).toBe('5\n')
    expect(await send('/?query=SELECT%206', {})).toBe('6\n')
    expect(await send('/?query=SELECT', { method: 'POST', body: '7' })).toBe('7\n')
    expect(
      await send('/', {
        method: 'POST',
        body: gzipSync('SELECT 8'),
        headers: { 'content-encoding': 'gzip' },
      }),
    ).toBe('8\n')
    expect(
      await send('/', {
        method: 'POST',
        body: 'INSERT INTO t FORMAT JSONEachRow\n{"id":1,"s":"ü"}\n{"id":2,"s":"b"}',
        headers: asOwner(),
      }),
    ).toBe('')
    expect(
      await send('/?query=INSERT%20INTO%20t%20VALUES', {
        method: 'POST',
        body: "(3,'c')",
        headers: asOwner(),
      }),
    ).toBe('')
    expect(
      await send('/', {
        method: 'POST',
        body: 'SELECT groupArray(s) FROM (SELECT s FROM t ORDER BY id)',
      }),
    ).toBe("['ü','b','c']\n")
    expect(await send('/ping', {})).toBe('Ok.\n')
    expect(await send('/', {})).toBe('Ok.\n')
  })

  test.each([
    ['SELECT * FROM nosuch', 404, '60', 'UNKNOWN_TABLE'],
    ['SELECT nosuch', 404, '47', 'UNKNOWN_IDENTIFIER'],
    ['SELEC 1', 400, '62', 'SYNTAX_ERROR'],
    ['SELECT 1 FORMAT Nosuch', 404, '73', 'UNKNOWN_FORMAT'],
    ['SELECT 1; SELECT 2', 400, '62', 'SYNTAX_ERROR'],
    ['SELECT throwIf(1)', 500, '395', 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO'],
  ])('%s fails with its code', async (query, status, code, name) => {
    const answer = await post(query, {}, '', asOwner())
    expect([answer.status, answer.headers.get('x-clickhouse-exception-code')]).toEqual([
      status,
      code,
    ])
    expect(await answer.text()).toMatch(
      new RegExp(`^Code: ${code}\\. DB::Exception: .*\\(${name}\\)\\n$`, 's'),
    )
  })

  test('other failures say what is wrong', async () => {
    expect(
      (await post('SELECT 1', { database: 'other' })).headers.get('x-clickhouse-exception-code'),
    ).toBe('81')
    expect((await post('SELECT 1', { decompress: '1' })).status).toBe(501)
    expect(
      (await post('SELECT 1', { default_format: 'Native', client_protocol_version: '54460' }))
        .status,
    ).toBe(501) // its blocks would be misread
    expect(
      (await post('SELECT 1', { default_format: 'Native', client_protocol_version: '0' })).status,
    ).toBe(200)
    expect(
      (
        await fetch(`${store.url}/`, {
          method: 'POST',
          body: 'x',
          headers: { 'content-encoding': 'zstd' },
        })
      ).headers.get('x-clickhouse-exception-code'),
    ).toBe('432')
    expect(
      (
        await fetch(`${store.url}/`, {
          method: 'POST',
          body: 'not gzip',
          headers: { 'content-encoding': 'gzip' },
        })
      ).headers.get('x-clickhouse-exception-code'),
    ).toBe('432')
    expect(
      (
        await post('SELECT count() FROM numbers(100000000000)', { max_execution_time: '1' })
      ).headers.get('x-clickhouse-exception-code'),
    ).toBe('159')
    expect((await fetch(`${store.url}/play`)).status).toBe(501)
  })

  test('what a failed question had already answered is in nobody else’s answer', async () => {
    for (let i = 0; i < 4; i++) {
      const failed = await post('SELECT throwIf(number = 3000000), number FROM numbers(4000000)', {
        max_block_size: '1000',
      })
      expect(failed.headers.get('x-clickhouse-exception-code')).toBe('395')
      expect(
        await Promise.all([1, 2, 3].map(async () => (await post("SELECT 'mine'")).text())),
      ).toEqual(Array(3).fill('mine\n'))
    }
  })

  test('a hundred questions at once each get their own answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, i) =>
        (
          await post(`SELECT {i:UInt32}, sum(number) FROM numbers(1000)`, { param_i: String(i) })
        ).text(),
      ),
    )
    expect(answers).toEqual(Array.from({ length: 100 }, (_, i) => `${i}\t499500\n`))
  })
})

describe('without the token', () => {
  test('a wrong one is worth nothing, even where none is needed', async () => {
    const answer = await post('DROP TABLE t', {}, '', {
      'X-ClickHouse-User': 'errata',
      'X-ClickHouse-Key': 'guess',
    })
    expect([answer.status, answer.headers.get('x-clickhouse-exception-code')]).toEqual([403, '164'])
  })

  test('the engine refuses a change that nobody saw in the text', async () => {
    // Cut where a heredoc seems to be, this is one question; the owner's questions aren't judged
    // beforehand.
    const hidden = 'SELECT 1 AS a$x$; DROP TABLE t; SELECT 2 AS b$x$'
    const answer = await post(hidden, {}, '', asOwner())
    expect([answer.status, answer.headers.get('x-clickhouse-exception-code')]).toEqual([403, '164'])
    expect(await count()).toBe(0)
  })

  test('limits are set where a question cannot lift them', async () => {
    expect(
      await (await post("SELECT getSetting('readonly'), getSetting('max_memory_usage')")).text(),
    ).toBe('2\t4294967296\n')
    for (const name of [
      'max_memory_usage',
      'max_result_bytes',
      'readonly',
      'allow_introspection_functions',
      'output_format_schema',
      'format_template_row',
    ]) {
      for (const asked of [
        await post('SELECT 1', { [name]: '0' }),
        await post(`SELECT 1 SETTINGS ${name} = 0`),
      ]) {
        expect([name, asked.headers.get('x-clickhouse-exception-code')]).toEqual([name, '164'])
      }
    }
    expect(
      (await post('SELECT 1', { readonly: '1', output_format_json_quote_64bit_integers: '1' }))
        .status,
    ).toBe(200)
  })

  test('a GET writes nothing, whoever sends it', async () => {
    const answer = await fetch(
      `${store.url}/?query=${encodeURIComponent("INSERT INTO t VALUES (1,'a')")}`,
      { headers: asOwner() },
    )
    expect(answer.headers.get('x-clickhouse-exception-code')).toBe('164')
  })
})

describe('another web page', () => {
  const ask = (headers: Record<string, string>, method = 'GET'): Promise<number> =>
    new Promise((resolve, reject) => {
      const asking = request(`${store.url}/?query=SELECT%201`, { headers, method }, (answer) =>
        resolve(answer.resume().statusCode ?? 0),
      )
      asking.on('error', reject).end()
    })

  test.each([
    ['whose name was pointed at this machine', { host: 'evil.example:8123' }],
    ['that says where it is from', { origin: 'http://evil.example' }],
    ['without an origin to speak of', { origin: 'null' }],
    ['on another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['that the browser calls another site', { 'sec-fetch-site': 'cross-site' }],
    ['that the browser calls the same site', { 'sec-fetch-site': 'same-site' }],
  ])('%s gets nothing', async (_, headers) => {
    for (const method of ['GET', 'POST'])
      expect(await ask({ ...headers, 'X-ClickHouse-Key': token }, method)).toBe(403)
  })

  test('its own address, typed by hand, is served', async () => {
    expect(await ask({ 'sec-fetch-site': 'none' })).toBe(200)
  })
})

describe('who may read', () => {
  const read = (key?: string): Promise<number> =>
    post('SELECT 1', {}, '', key === undefined ? {} : { 'X-ClickHouse-Key': key }).then(
      ({ status }) => status,
    )
  const until = async (key: string | undefined, status: number): Promise<void> => {
    while ((await read(key)) !== status) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  afterEach(async () => {
    store.allow(null)
    await until(undefined, 200)
  })

  test('everybody on this machine, until there are accounts; then those with a token', async () => {
    store.allow([createHash('sha256').update('of-mara').digest('hex')])
    await until(undefined, 403)
    const ours = readFileSync(`${store.folder}.read-token`, 'utf8')
    expect([
      await read('of-mara'),
      await read('of-mallory'),
      await read(ours),
      await read(token),
    ]).toEqual([200, 403, 200, 200])
    expect(
      (await post('DROP TABLE t', {}, '', { 'X-ClickHouse-Key': 'of-mara' })).headers.get(
        'x-clickhouse-exception-code',
      ),
    ).toBe('164')
  })

  test('the files with tokens are their owner’s alone', () => {
    expect(
      ['token', 'read-token'].map((name) => statSync(`${store.folder}.${name}`).mode & 0o777),
    ).toEqual([0o600, 0o600])
  })
})

test('an address where nobody answers is the world’s fault, and is tried again', async () => {
  const nobody = openClickhouse('http://127.0.0.1:1')
  await expect(nobody.query('SELECT 1')).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' })
  await expect(nobody.insert('t', [{ id: 1 }])).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' })
  await expect(nobody.ping()).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' })
  await nobody.close()
})

test('a second process on the same folder is told why it cannot have it', async () => {
  await expect(startStore(store.folder)).rejects.toThrow('before it was ready')
})
