/** Redis over TLS, with a user and a password of its own, and an authority of its own. */

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from '../../../config.ts'
import { openRedisPing, redisOf } from '../../../connectors/redis/redis.ts'
import { codeOf } from '../../../errors.ts'
import { makeAuthority } from '../../certificates.ts'
import { openPort } from '../../ports.ts'
import { hasRedis } from '../../redis.ts'

const folder = mkdtempSync(join(tmpdir(), 'errata-redis-tls-'))
const authority = makeAuthority(folder, 'authority')
let server: ChildProcess
let port = 0

beforeAll(async () => {
  if (!hasRedis) return
  const { certFile, keyFile } = authority.sign('server')
  port = await openPort()
  const rules = join(folder, 'users.acl')
  writeFileSync(rules, 'user default off\nuser errata on >right ~* &* +@all\n')
  const tls = ['--tls-cert-file', certFile, '--tls-key-file', keyFile, '--tls-auth-clients', 'no']
  const words = ['--port', '0', '--tls-port', String(port), ...tls, '--aclfile', rules]
  server = spawn('redis-server', [...words, '--save', '', '--dir', folder], { stdio: 'ignore' })
})

afterAll(async () => {
  if (server !== undefined) {
    const gone = once(server, 'exit')
    server.kill('SIGKILL')
    await gone
  }
  rmSync(folder, { recursive: true, force: true })
})

/** `answers`, or the code after so many ms. */
async function outcome(
  environment: Readonly<Record<string, string>>,
  patienceMs: number,
): Promise<string> {
  const address = redisOf(readConfig({ REDIS_URL: `rediss://127.0.0.1:${port}`, ...environment }))
  if (address === null) throw new Error('no address')
  const redis = openRedisPing(address)
  try {
    for (const end = Date.now() + patienceMs; ; await sleep(50)) {
      const said = await redis.ping().then(
        () => 'answers',
        (error: unknown) => codeOf(error),
      )
      if (said === 'answers' || Date.now() > end) return said
    }
  } finally {
    redis.close()
  }
}

const login = { REDIS_USERNAME: 'errata', REDIS_PASSWORD: 'right' }

const onlyWithRedis = hasRedis ? test : test.skip
onlyWithRedis('answers who knows its authority and has a user', async () => {
  const right = { ...login, REDIS_CA_FILE: authority.file }
  expect(await outcome(right, 15_000)).toBe('answers')
  expect(await outcome({ ...right, REDIS_PASSWORD: 'wrong' }, 1_000)).toBe('STORE_UNREACHABLE')
  expect(await outcome(login, 1_000)).toBe('STORE_UNREACHABLE')
})
