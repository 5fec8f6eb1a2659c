/**
 * What is sent to a server instead of the embedded store: every statement, for one server and for a
 * cluster, is judged by the engine's own parser; what one engine can run is run.
 */

import { onCluster } from '../../../connectors/clickhouse/cluster.ts'
import { openClickhouse, type Clickhouse } from '../../../connectors/clickhouse/clickhouse.ts'
import { grantStatements } from '../../../connectors/clickhouse/grants.ts'
import { checkStore } from '../../../connectors/clickhouse/requirements.ts'
import { rowLifetimes } from '../../../connectors/clickhouse/row-lifetime.ts'
import {
  applySchema,
  dropSchema,
  plainForm,
  statementsFor,
} from '../../../connectors/clickhouse/schema.ts'
import { codeOf } from '../../../errors.ts'
import { startStore, type TestStore } from './store.ts'

let store: TestStore
let client: Clickhouse

beforeAll(async () => {
  store = await startStore()
  client = openClickhouse(store.writeUrl)
}, 180_000)

afterAll(async () => {
  await client?.close()
  await store?.remove()
})

const cluster = '{cluster}'

/** The statement as the engine prints it; it is refused where the parser refuses it. */
async function printed(statement: string): Promise<string> {
  const [row] = await client.query<{ text: string }>(
    'SELECT formatQuerySingleLine({statement:String}) AS text',
    { statement },
  )
  return row?.text ?? ''
}

async function syntaxTree(statement: string): Promise<string> {
  return (await client.bytes(`EXPLAIN AST ${statement}`, 'TabSeparatedRaw')).toString()
}

const windowOfPlain = /\bnon_replicated_deduplication_window = (\d+)/
const windowOfReplicated =
  /\breplicated_deduplication_window = (\d+), replicated_deduplication_window_seconds = \d+/

describe('for a cluster', () => {
  test('every statement says the same as for one server, on every replica', async () => {
    const plain = statementsFor({ cluster: null })
    const replicated = statementsFor({ cluster })
    expect(replicated.slice(plain.length)).toEqual([
      expect.stringContaining('CREATE OR REPLACE VIEW views_applied ON CLUSTER'),
    ])
    for (const [i, statement] of replicated.slice(0, plain.length).entries()) {
      const text = await printed(statement)
      const back = text
        .replace(' ON CLUSTER `{cluster}`', '')
        .replace('ENGINE = Replicated', 'ENGINE = ')
        .replace(windowOfReplicated, 'non_replicated_deduplication_window = $1')
      expect(back).toBe(await printed(plain[i] ?? ''))
      expect([text, text.includes(' ON CLUSTER `{cluster}`')]).toEqual([
        text,
        !/^(INSERT|OPTIMIZE)/.test(text),
      ])
    }
  })

  test('every table is replicated, and remembers as many tokens as a plain one, for weeks', async () => {
    const plain = statementsFor({ cluster: null })
    let tables = 0
    for (const [i, statement] of statementsFor({ cluster }).entries()) {
      const tree = await syntaxTree(statement)
      const engines = [...tree.matchAll(/Function (\w*MergeTree)\b/g)].map(([, name]) => name)
      expect(
        engines.filter((name) => !/^Replicated(Replacing|Aggregating)/.test(`${name}`)),
      ).toEqual([])
      tables += engines.length
      const was = windowOfPlain.exec(plain[i] ?? '')?.[1]
      expect(windowOfReplicated.exec(statement)?.[1]).toBe(was)
    }
    expect(tables).toBeGreaterThan(15)
  })

  test('dropping it names every replica, and waits until the names are free', async () => {
    const sent: string[] = []
    await dropSchema({ command: async (sql) => void sent.push(sql) }, cluster)
    for (const statement of sent)
      expect(await printed(statement)).toMatch(
        /^DROP (TABLE|VIEW) IF EXISTS \w+ ON CLUSTER `\{cluster\}` SYNC$/,
      )
    expect(sent.at(-1)).toContain(' schema_versions ')
  })

  test('a replica that has everything is sent nothing, and all views where one is another', async () => {
    await applySchema(client)
    const sent: string[] = []
    const own = (sql: string): string => sql.replace(/ ON CLUSTER `[^`]+`/, '')
    const replica = {
      ...client,
      command: async (sql: string) => {
        sent.push(sql)
        await client.command(own(sql))
      },
    }
    const start = async (): Promise<readonly string[]> => {
      sent.length = 0
      await applySchema(replica, { cluster, days: 0 })
      return sent
    }
    const views = statementsFor({ cluster }).filter((sql) => sql.startsWith('CREATE OR REPLACE'))
    expect(await start()).toEqual(views)
    expect(await start()).toEqual([])
    await client.command('DROP VIEW audit_log')
    expect(await start()).toEqual(views)
    await client.command("CREATE OR REPLACE VIEW views_applied AS SELECT 'another' AS views")
    expect(await start()).toEqual(views)
    await client.command('DROP VIEW views_applied')
  })

  test('a statement of a kind that nobody thought of is no guess', () => {
    expect(onCluster('-- ENGINE = x\nALTER TABLE t ADD COLUMN a UInt8', 'main')).toBe(
      'ALTER TABLE t ON CLUSTER `main` ADD COLUMN a UInt8',
    )
    for (const statement of ['RENAME TABLE a TO b', 'TRUNCATE TABLE a', 'CREATE DICTIONARY d'])
      expect(() => onCluster(statement, 'main')).toThrow('no form for a cluster')
  })
})

describe('rows that have had their time', () => {
  const days = 100
  const ttlOf = async (): Promise<Record<string, string>> => {
    const rows = await client.query<{ name: string; ttl: string }>(
      "SELECT name, extract(engine_full, 'TTL (.+) SETTINGS') AS ttl FROM system.tables WHERE database = currentDatabase() AND ttl != ''",
    )
    return Object.fromEntries(rows.map(({ name, ttl }) => [name, ttl]))
  }

  test('are those of topics that are not kept for ever', () => {
    expect(Object.fromEntries(rowLifetimes(days).map((one) => [one.table, one.where]))).toEqual({
      documents_raw: null,
      documents_ocr: null,
      documents_extracted: null,
      documents_shadow: null,
      tasks: null,
      dead: null,
      field_events: "kind = 'extraction'",
    })
  })

  test('never go before their topic lets go of the record', () => {
    const daysOf = Object.fromEntries(rowLifetimes(1).map((one) => [one.table, one.days]))
    expect(daysOf).toMatchObject({ documents_raw: 38, documents_ocr: 15, tasks: 98, dead: 98 })
  })

  test('go by the engine’s own TTL, what people decided stays, and 0 days keep everything', async () => {
    await applySchema(client)
    expect(await ttlOf()).toEqual({})
    await applySchema(client, { cluster: null, days })
    const ttl = 'toDateTime(_ingested) + toIntervalDay(100)'
    expect(await ttlOf()).toMatchObject({
      documents_raw: ttl,
      field_events: `${ttl} WHERE kind = 'extraction'`,
    })
    expect(Object.keys(await ttlOf())).toHaveLength(7)

    const place = { _topic: 'x', _partition: 0, document_id: 'd' }
    const ages = { old: '2026-01-01 00:00:00', recent: '2100-01-01 00:00:00' }
    for (const [i, _ingested] of Object.values(ages).entries()) {
      await client.insert('documents_raw', [{ ...place, _offset: i, _ingested }])
      for (const [seq, kind] of ['extraction', 'verdict'].entries())
        await client.insert('field_events', [{ ...place, _offset: i, seq, kind, _ingested }])
    }
    await client.command(
      "INSERT INTO verdicts (_topic, _offset, _ingested) VALUES ('x', 0, '2020-01-01 00:00:00')",
    )
    for (const table of ['documents_raw', 'field_events', 'verdicts'])
      await client.command(`OPTIMIZE TABLE ${table} FINAL`)
    expect(await client.query('SELECT _offset FROM documents_raw')).toEqual([{ _offset: '1' }])
    expect(
      await client.query('SELECT _offset, kind FROM field_events ORDER BY _offset, seq'),
    ).toEqual([
      { _offset: '0', kind: 'verdict' },
      { _offset: '1', kind: 'extraction' },
      { _offset: '1', kind: 'verdict' },
    ])
    expect(await client.query('SELECT count() AS n FROM verdicts')).toEqual([{ n: '1' }])

    const sent: string[] = []
    const watched = {
      ...client,
      command: async (sql: string) => {
        sent.push(sql)
        await client.command(sql)
      },
    }
    await applySchema(watched, { cluster: null, days })
    expect(sent.filter((sql) => sql.includes('TTL'))).toEqual([])
    await applySchema(watched, plainForm)
    expect(sent.filter((sql) => sql.includes('TTL'))).toHaveLength(7)
    expect(await ttlOf()).toEqual({})
  }, 120_000)
})

describe('rights', () => {
  test.each([
    ['one server', null],
    ['a cluster', 'main'],
  ])('of %s are statements that the engine reads', async (_, name) => {
    for (const statement of grantStatements('errata', { cluster: name })) {
      const text = await printed(statement)
      expect([text, text.includes(' ON CLUSTER main')]).toEqual([text, name !== null])
    }
  })

  test('of an analyst are SELECT on each table and view by name, and nothing else', async () => {
    await applySchema(client)
    const made = await client.query<{ name: string }>(
      "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine != 'MaterializedView'",
    )
    const granted: string[] = []
    for (const statement of grantStatements('default', { cluster: null })) {
      const text = await printed(statement)
      if (!text.startsWith('GRANT') || !text.endsWith('TO errata_analyst')) continue
      expect(text).toMatch(/^GRANT SELECT ON default\.\w+ TO errata_analyst$/)
      granted.push(/default\.(\w+)/.exec(text)?.[1] ?? '')
    }
    expect(granted.sort()).toEqual(made.map(({ name }) => name).sort())
    const [role = ''] = grantStatements('default', { cluster: null }).filter((one) =>
      one.startsWith('CREATE ROLE IF NOT EXISTS errata_analyst'),
    )
    expect(await syntaxTree(role)).not.toBe('')
    expect(await printed(role)).toContain('readonly = 2')
  })
})

test('the engine of the embedded store is one that a sink accepts, and no cluster is taken for one', async () => {
  await applySchema(client)
  await checkStore(client, { cluster: null })
  for (const name of ['main', cluster]) {
    const error: unknown = await checkStore(client, { cluster: name }).catch((one: unknown) => one)
    expect([codeOf(error), (error as Error).message]).toEqual([
      'STORE_UNSUITABLE',
      expect.stringContaining('CLICKHOUSE_CLUSTER'),
    ])
  }
})

test('inserts as for replicas are known to the engine, and as exact', async () => {
  const sink = openClickhouse(store.writeUrl, { replicated: true })
  await applySchema(sink)
  const rows = [{ _topic: 'q', _partition: 1, _offset: 5, _key: 'k', document_id: 'q' }]
  for (const token of ['a', 'a']) await sink.insert('documents_ocr', rows, { token })
  expect(await sink.query("SELECT count() AS n FROM documents_ocr WHERE _topic = 'q'")).toEqual([
    { n: '1' },
  ])
  expect(
    await sink.query("SELECT sum(records) AS n FROM records_by_hour WHERE _topic = 'q'"),
  ).toEqual([{ n: '1' }])
  await sink.close()
})
