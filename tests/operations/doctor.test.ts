import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../config.ts'
import { examine } from '../../operations/doctor.ts'
import { checkServers } from '../../operations/doctor-servers.ts'
import { checkDisk, checkMemory, checkNode } from '../../operations/doctor-machine.ts'

const gibibyte = 2 ** 30
let home: string
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'errata-doctor-'))))
afterEach(() => rmSync(home, { recursive: true }))

describe('the doctor', () => {
  test.each([
    ['18.20.0', 'wrong'],
    ['20.18.3', 'wrong'],
    ['20.19.0', 'fine'],
    ['22.1.0', 'fine'],
  ])('finds Node %s %s', (version, grade) => {
    expect(checkNode(version).grade).toBe(grade)
  })

  test('finds little space and little memory, and says how to remedy it', () => {
    expect(checkDisk('/data', 100 * gibibyte).grade).toBe('fine')
    expect(checkDisk('/data', gibibyte)).toMatchObject({
      grade: 'wrong',
      remedy: expect.stringContaining('ERRATA_HOME') as string,
    })
    expect(checkMemory(8 * gibibyte, 16 * gibibyte).grade).toBe('fine')
    expect(checkMemory(gibibyte / 2, 16 * gibibyte)).toMatchObject({
      grade: 'wrong',
      remedy: expect.stringContaining('ERRATA_OCR_WORKERS') as string,
    })
  })

  test('finds a port that is taken, and that this is no fault', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    try {
      const findings = await examine({ ...readConfig({}), home, httpPort: port })
      expect(findings.find(({ what }) => what === 'ports')).toMatchObject({
        grade: 'note',
        found: expect.stringContaining(String(port)) as string,
      })
      expect(findings.find(({ what }) => what === 'stack')).toMatchObject({ grade: 'note' })
    } finally {
      server.close()
    }
  })

  test('finds a broker that does not answer, and a registry that is not set', async () => {
    const away = {
      ...readConfig({}),
      home,
      brokers: '127.0.0.1:1',
      registryUrl: 'http://127.0.0.1:1',
    }
    expect((await examine(away)).find(({ what }) => what === 'broker')).toMatchObject({
      grade: 'wrong',
      found: expect.stringContaining('BROKER_UNREACHABLE') as string,
    })
    expect(
      (await examine({ ...away, registryUrl: null })).find(({ what }) => what === 'stack'),
    ).toMatchObject({
      grade: 'wrong',
      found: expect.stringContaining('SCHEMA_REGISTRY_URL') as string,
    })
  })

  test('finds a ClickHouse and a Redis that are set and away, whatever else runs', async () => {
    const away = {
      ...readConfig({}),
      home,
      clickhouseUrl: 'http://errata:secret@127.0.0.1:1',
      redisUrl: 'redis://127.0.0.1:1',
    }
    const findings = await examine(away)
    expect(findings.find(({ what }) => what === 'ClickHouse')).toMatchObject({
      grade: 'wrong',
      found: expect.stringMatching(
        /^STORE_UNREACHABLE: CLICKHOUSE_URL is set, but 127\.0\.0\.1:1 /,
      ),
    })
    expect(findings.find(({ what }) => what === 'Redis')).toMatchObject({
      grade: 'note',
      found: expect.stringContaining('STORE_UNREACHABLE') as string,
    })
    expect(JSON.stringify(findings)).not.toContain('secret')
  })

  test('finds a bucket that is set and away, without its keys', async () => {
    const [found] = await checkServers(
      readConfig({
        ERRATA_BLOBS: 's3://documents/errata',
        AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
        AWS_ACCESS_KEY_ID: 'AKIA-OF-TEST',
        AWS_SECRET_ACCESS_KEY: 'secret-of-test',
      }),
    )
    expect(found).toMatchObject({
      what: 'blob store',
      grade: 'wrong',
      found: expect.stringMatching(/^STORE_UNREACHABLE: bucket documents at 127\.0\.0\.1:1 /),
    })
    expect(JSON.stringify(found)).not.toContain('OF-TEST')
    expect(JSON.stringify(found)).not.toContain('secret-of-test')
  })

  test('finds settings of a bucket that contradict each other', async () => {
    const half = { ERRATA_BLOBS: 's3://documents', ERRATA_S3_KMS_KEY: 'key' }
    expect(await checkServers(readConfig(half))).toMatchObject([
      { grade: 'wrong', found: expect.stringContaining('ERRATA_S3_ENCRYPTION') },
    ])
  })

  test('does not wait long for a ClickHouse that takes connections and never answers', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const sockets = new Set<Socket>()
    server.on('connection', (socket) => sockets.add(socket))
    try {
      const started = performance.now()
      const [found] = await checkServers({
        ...readConfig({}),
        clickhouseUrl: `http://127.0.0.1:${port}`,
        redisUrl: null,
      })
      expect(found).toMatchObject({ what: 'ClickHouse', grade: 'wrong' })
      expect(performance.now() - started).toBeLessThan(15_000)
    } finally {
      for (const socket of sockets) socket.destroy()
      server.close()
    }
  })
})
