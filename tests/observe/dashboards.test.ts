/**
 * The dashboards: what Grafana needs to import them is there, Prometheus parses each expression, and
 * each SQL query runs on the store with the project's tables and views.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openClickhouse } from '../../connectors/clickhouse/clickhouse.ts'
import { applySchema } from '../../connectors/clickhouse/schema.ts'
import { describedMetrics } from '../../docs/metrics.ts'
import { startStore } from '../connectors/clickhouse/store.ts'
import { hasPromtool, promtool, seriesIn } from './promtool.ts'

interface Source {
  readonly type: string
  readonly uid: string
}
interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly datasource?: Source
  readonly gridPos: {
    readonly x: number
    readonly y: number
    readonly w: number
    readonly h: number
  }
  readonly targets?: readonly {
    readonly refId: string
    readonly datasource: Source
    readonly expr?: string
    readonly rawSql?: string
  }[]
}
interface Dashboard {
  readonly title: string
  readonly uid: string
  readonly schemaVersion: number
  readonly panels: readonly Panel[]
  readonly templating: {
    readonly list: readonly {
      readonly name: string
      readonly type: string
      readonly query: unknown
      readonly datasource?: Source
    }[]
  }
}

const read = (name: string): Dashboard =>
  JSON.parse(readFileSync(`deploy/observe/${name}.json`, 'utf8')) as Dashboard
const boards = [
  ['operators', 'prometheus'],
  ['quality', 'grafana-clickhouse-datasource'],
] as const
const targetsOf = ({ panels }: Dashboard) =>
  panels.flatMap(({ title, targets = [] }) => targets.map((target) => ({ title, ...target })))

test.each(boards)('%s can be imported with any data source of its kind', (name, kind) => {
  const board = read(name)
  expect(board).toMatchObject({ uid: `errata-${name}`, schemaVersion: expect.any(Number) })
  const [first, ...others] = board.templating.list
  expect(first).toMatchObject({ name: 'datasource', type: 'datasource', query: kind })
  const source = { type: kind, uid: '${datasource}' }
  const named = [
    ...others.map(({ datasource }) => datasource),
    ...board.panels.filter(({ type }) => type !== 'row').map(({ datasource }) => datasource),
    ...targetsOf(board).map(({ datasource }) => datasource),
  ]
  expect(named.length).toBeGreaterThan(40)
  for (const datasource of named) expect(datasource).toEqual(source)
})

test.each(boards)('panels of %s have a place, a title and a query of their own', (name) => {
  const { panels } = read(name)
  const taken = new Map<string, string>()
  for (const { title, type, gridPos, targets = [] } of panels) {
    const { x, y, w, h } = gridPos
    expect(`${title}: ${x + w <= 24}`).toBe(`${title}: true`)
    for (let column = x; column < x + w; column++)
      for (let line = y; line < y + h; line++) {
        expect(`${title} over ${taken.get(`${column} ${line}`)}`).toBe(`${title} over undefined`)
        taken.set(`${column} ${line}`, title)
      }
    expect(`${title}: ${targets.length > 0}`).toBe(`${title}: ${type !== 'row'}`)
  }
  for (const key of ['id', 'title'] as const)
    expect(new Set(panels.map((panel) => panel[key])).size).toBe(panels.length)
})

const expressions = targetsOf(read('operators')).map(({ expr = '' }) => expr)
const onlyWithPromtool = hasPromtool ? test : test.skip

onlyWithPromtool('Prometheus parses each expression of the dashboard of operators', () => {
  const folder = mkdtempSync(join(tmpdir(), 'errata-promql-'))
  const file = join(folder, 'rules.yaml')
  const plain = (expr: string): string => expr.replaceAll('$__rate_interval', '5m')
  const rules = expressions.map((expr, i) => ({ record: `panel:${i}`, expr: plain(expr) }))
  try {
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules }] }))
    expect(promtool('check', 'rules', file)).toContain(`${expressions.length} rules`)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('the dashboard of operators shows every metric, by labels that it has', async () => {
  const known = new Map((await describedMetrics()).map(({ name, labels }) => [name, labels]))
  const series = seriesIn(expressions.join('\n'))
  expect(
    series.filter(({ name, labels }) => !labels.every((label) => known.get(name)?.includes(label))),
  ).toEqual([])
  const shown = new Set(series.map(({ name }) => name))
  const notShown = ['errata_cache_unusable_total', 'errata_records_out_total', 'errata_retrying']
  expect([...known.keys()].filter((name) => !shown.has(name))).toEqual(notShown)
})

test('each query of the quality dashboard runs on the tables and views', async () => {
  const board = read('quality')
  const queries = [
    ...targetsOf(board).map(({ title, rawSql = '' }) => [title, rawSql] as const),
    ...board.templating.list.slice(1).map(({ name, query }) => [name, String(query)] as const),
  ]
  expect(queries.length).toBeGreaterThan(20)
  const store = await startStore()
  const writer = openClickhouse(store.writeUrl)
  const reader = openClickhouse(store.url)
  try {
    await applySchema(writer)
    const refused: string[] = []
    for (const [title, sql] of queries)
      await reader
        .query(withoutMacros(sql))
        .catch((error: Error) => refused.push(`${title}: ${error.message}`))
    expect(refused).toEqual([])
    await expect(reader.query('SELECT nothing FROM straight_through')).rejects.toThrow()
  } finally {
    await Promise.all([reader.close(), writer.close()])
    await store.remove()
  }
})

/** As the data source for ClickHouse sends it. */
function withoutMacros(sql: string): string {
  const plain = sql
    .replaceAll('${profile:singlequote}', "'invoice','receipt'")
    .replace(
      /\$__dateFilter\((\w+)\)/g,
      "$1 >= toDate('2024-01-01') AND $1 <= toDate('2024-02-01')",
    )
    .replace(
      /\$__timeFilter\((\w+)\)/g,
      '$1 >= toDateTime(1704067200) AND $1 <= toDateTime(1706745600)',
    )
  expect(plain).not.toContain('$')
  return plain
}
