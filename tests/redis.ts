/** A real Redis for a test, on a socket of its own; null where none is installed, which is said. */

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'

export interface TestRedis {
  readonly url: string
  readonly client: Redis
  stop(): Promise<void>
}

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0
if (!hasRedis) console.warn('SKIPPED: no redis-server on this machine')

export async function startRedis(): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'errata-redis-'))
  const url = join(folder, 'redis.sock')
  const options = ['--port', '0', '--unixsocket', url, '--save', '', '--appendonly', 'no']
  const server = spawn('redis-server', [...options, '--dir', folder], { stdio: 'ignore' })
  while (!existsSync(url)) await sleep(20)
  const client = new Redis(url)
  await client.ping()
  return {
    url,
    client,
    async stop() {
      client.disconnect()
      const gone = once(server, 'exit')
      server.kill('SIGKILL')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
