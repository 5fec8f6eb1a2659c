/** The cache saves time and never costs a document. */

import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { openCache, type Cache } from '../../../connectors/redis/cache.ts'
import { openPort } from '../../ports.ts'

describe('in memory', () => {
  test('keeps what is used and drops what was not, within its size', async () => {
    const cache = openCache({ redisUrl: null, maxBytes: 3_000 })
    const value = (seed: number): string =>
      Array.from({ length: 500 }, (_, i) =>
        String.fromCharCode(33 + ((i * seed * 7919) % 90)),
      ).join('')
    for (let i = 1; i <= 4; i++) await cache.put(`k${i}`, value(i))
    expect(await got(cache, 'k1')).toBe(value(1))
    for (let i = 5; i <= 60; i++) {
      await cache.put(`k${i}`, value(i))
      expect(await got(cache, 'k1')).toBe(value(1))
    }
    expect(await got(cache, 'k2')).toBeNull()
    await cache.put(
      'huge',
      Array.from({ length: 20_000 }, (_, i) => ((i * 7919) % 65_536).toString(36)).join(),
    )
    expect([await got(cache, 'huge'), await got(cache, 'k1')]).toEqual([null, value(1)])
    await cache.close()
  })
})

/** As it was put. */
const got = (cache: Cache, key: string): Promise<string | null> => cache.get(key, (value) => value)

const installed = spawnSync('redis-server', ['--version']).status === 0
const withRedis = installed ? describe : describe.skip
withRedis('in a real Redis (skipped where redis-server is not installed)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'errata-redis-'))
  let server: ChildProcess
  let port = 0
  let cache: Cache
  const start = (): ChildProcess =>
    spawn(
      'redis-server',
      [
        '--bind',
        '127.0.0.1',
        '--port',
        String(port),
        '--dir',
        folder,
        '--save',
        '',
        '--appendonly',
        'no',
      ],
      { stdio: 'ignore' },
    )
  const answers = async (): Promise<void> => {
    while (
      !(await new Promise<boolean>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => {
          socket.destroy()
          resolve(true)
        }).on('error', () => resolve(false))
      }))
    )
      await new Promise((resolve) => setTimeout(resolve, 20))
  }
  /** The client reconnects by itself. */
  const kept = async (key: string, value: string): Promise<void> => {
    while ((await got(cache, key)) !== value) {
      await cache.put(key, value)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  beforeAll(async () => {
    port = await openPort()
    server = start()
    await answers()
    cache = openCache({ redisUrl: `redis://127.0.0.1:${port}` })
  })
  afterAll(async () => {
    await cache.close()
    server.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })

  test('a value is kept for another instance, for a while', async () => {
    await kept('a', 'Größe '.repeat(1000))
    const other = openCache({ redisUrl: `redis://127.0.0.1:${port}` })
    let seen: string | null = null
    while ((seen = await got(other, 'a')) === null)
      await new Promise((resolve) => setTimeout(resolve, 20)) // it connects in the background
    expect(seen).toBe('Größe '.repeat(1000))
    await other.close()
    const client = new Redis(port, '127.0.0.1')
    expect(await client.ttl('a')).toBeGreaterThan(0)
    client.disconnect()
  })

  test('rubbish under a key is a miss', async () => {
    const client = new Redis(port, '127.0.0.1')
    for (const rubbish of ['not compressed', '', Buffer.from('1f8b0800000000000003ff', 'hex')]) {
      await client.set('b', rubbish)
      expect(await got(cache, 'b')).toBeNull()
    }
    await client.lpush('c', 'a list')
    expect(await got(cache, 'c')).toBeNull()
    client.disconnect()
  })

  test('a server that dies is a miss, and serves again when it is back', async () => {
    await kept('d', '1')
    const gone = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGKILL')
    await gone
    expect(await got(cache, 'd')).toBeNull()
    await expect(cache.put('d', '2')).resolves.toBeUndefined()
    server = start()
    await answers()
    await kept('d', '3')
  })

  test('a server that hangs is a miss after a second, not a wait for ever', async () => {
    await kept('e', '1')
    server.kill('SIGSTOP')
    expect(await got(cache, 'e')).toBeNull()
    server.kill('SIGCONT')
  })
})
