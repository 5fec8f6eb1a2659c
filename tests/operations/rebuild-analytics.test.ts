/** What `errata analytics rebuild` throws away, and that nothing is thrown away without it. */

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../config.ts'
import { applySchema, dropSchema } from '../../connectors/clickhouse/schema.ts'
import { openClickhouse } from '../../connectors/clickhouse/clickhouse.ts'
import { discardMarkedStore, rebuildAnalytics } from '../../operations/rebuild-analytics.ts'
import { startStore } from '../connectors/clickhouse/store.ts'

let home: string
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'errata-rebuild-'))))
afterEach(() => rmSync(home, { recursive: true }))

test('the folder of the embedded store goes at the next start, once, and only where that was asked for', async () => {
  const folder = join(home, 'analytics')
  mkdirSync(join(folder, 'data'), { recursive: true })
  expect([discardMarkedStore(folder), existsSync(folder)]).toEqual([false, true])
  expect(await rebuildAnalytics({ ...readConfig({}), home }, () => {})).toBe(0)
  expect([discardMarkedStore(folder), existsSync(folder)]).toEqual([true, false])
  mkdirSync(folder)
  expect([discardMarkedStore(folder), existsSync(folder)]).toEqual([false, true])
})

test('of a server every table and view goes, and the next start makes them all again', async () => {
  const store = await startStore()
  const client = openClickhouse(store.writeUrl)
  const names = async (): Promise<string[]> =>
    (
      await client.query<{ name: string }>(
        "SELECT name FROM system.tables WHERE database = 'default' ORDER BY name",
      )
    ).map(({ name }) => name)
  try {
    await applySchema(client)
    const made = await names()
    expect(made.length).toBeGreaterThan(40)
    await dropSchema(client)
    expect(await names()).toEqual([])
    await applySchema(client)
    expect(await names()).toEqual(made)
  } finally {
    await client.close()
    await store.remove()
  }
}, 180_000)
