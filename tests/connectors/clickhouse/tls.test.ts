/** ClickHouse behind HTTPS with an authority of its own, with user and password as settings. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../../config.ts'
import { openClickhouse, storeOf } from '../../../connectors/clickhouse/clickhouse.ts'
import { makeAuthority } from '../../certificates.ts'
import { startTlsProxy, type TlsProxy } from '../../tls-proxy.ts'
import { startStore, type TestStore } from './store.ts'

const folder = mkdtempSync(join(tmpdir(), 'errata-clickhouse-'))
const authority = makeAuthority(folder, 'authority')
let store: TestStore
let proxy: TlsProxy

beforeAll(async () => {
  store = await startStore()
  proxy = await startTlsProxy(store.url, { server: authority.sign('server') })
}, 180_000)

afterAll(async () => {
  await proxy?.close()
  await store?.remove()
  rmSync(folder, { recursive: true, force: true })
})

async function created(environment: Readonly<Record<string, string>>): Promise<string> {
  const address = storeOf(readConfig({ CLICKHOUSE_URL: proxy.url, ...environment }))
  if (address === null) throw new Error('no address')
  const client = openClickhouse(address, { deadlineMs: 10_000 })
  try {
    await client.command('CREATE TABLE IF NOT EXISTS t (id UInt8) ENGINE = MergeTree ORDER BY id')
    return 'created'
  } catch (error) {
    return String(error)
  } finally {
    await client.close()
  }
}

test('lets its user write, and nobody who does not know it or is not known', async () => {
  const ca = { CLICKHOUSE_CA_FILE: authority.file }
  const { username, password } = new URL(store.writeUrl)
  const login = { CLICKHOUSE_USER: username, CLICKHOUSE_PASSWORD: password }
  expect(await created({ ...ca, ...login })).toBe('created')
  const wrong = await created({ ...ca, ...login, CLICKHOUSE_PASSWORD: 'hush-hush' })
  expect(wrong).toMatch(/^StoreRefused/)
  expect(wrong).not.toContain('hush')
  expect(await created(login)).toMatch(/^ErrataError: ClickHouse does not answer/)
})
