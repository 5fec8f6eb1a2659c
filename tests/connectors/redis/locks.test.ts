/** Locks in memory, and in a real Redis where one is installed: the same promises. */

import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSharedSignals } from '../../../connectors/redis/signals.ts'
import { openLocks, type Locks } from '../../../connectors/redis/locks.ts'
import { makeTask, openReviewServer } from '../../review-server.ts'

const hasRedis = spawnSync('redis-server', ['--version']).status === 0
if (!hasRedis)
  console.warn('SKIPPED: no redis-server on this machine, so locks are tried in memory only')

let time = 1000
const ann = { id: 'a1', name: 'ann', since: 1 }
const ben = { id: 'b1', name: 'ben', since: 2 }

async function promises(
  locks: Locks,
  other: Locks,
  pass: (ms: number) => Promise<void>,
): Promise<void> {
  expect(await locks.take('d', ann, 300)).toBeNull()
  expect(await other.take('d', ben, 300)).toEqual(ann)
  expect(await locks.take('d', { ...ann, since: 9 }, 300)).toBeNull() // prolonged
  expect(await other.holders(['d', 'e'])).toEqual(new Map([['d', ann]]))
  await other.release('d', 'b1') // not ben's
  expect((await locks.holders(['d'])).size).toBe(1)
  await pass(400)
  expect(await other.take('d', ben, 300)).toBeNull() // ann was silent
  expect(await locks.take('d', ann, 300)).toEqual(ben)
  expect(await locks.take('d', ann, 300, true)).toBeNull() // taken over
  await locks.release('d', 'a1')
  expect((await other.holders(['d'])).size).toBe(0)
}

test('in memory a lock is one person’s until it expires, is released or taken over', async () => {
  const locks = openLocks(null, 'x.', () => time)
  await promises(locks, locks, async (ms) => void (time += ms))
})

;(hasRedis ? describe : describe.skip)('in Redis', () => {
  let server: ChildProcess
  let port = 0
  beforeAll(async () => {
    const probe = createServer().listen(0, '127.0.0.1')
    await new Promise((done) => probe.once('listening', done))
    port = (probe.address() as { port: number }).port
    await new Promise((done) => probe.close(done))
    server = spawn(
      'redis-server',
      ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
      { stdio: 'ignore' },
    )
  })
  afterAll(() => void server.kill())

  test('two instances keep the same promises to one another, and each goes on alone while Redis is away', async () => {
    const url = `redis://127.0.0.1:${port}`
    const [one, two] = [openLocks(url, 'x.', () => time), openLocks(url, 'x.', () => time)]
    // Whether both are connected shows in that one sees what the other holds
    for (const until = Date.now() + 10_000; Date.now() < until; await sleep(50)) {
      await one.take('probe', ann, 5_000)
      if ((await two.holders(['probe'])).size === 1) break
    }
    await promises(one, two, (ms) => sleep(ms))
    server.kill('SIGKILL')
    await new Promise((done) => server.once('exit', done))
    expect(await one.take('d', ann, 60_000)).toBeNull()
    expect(await one.take('d', ben, 60_000)).toEqual(ann)
    one.close()
    two.close()
  })
})

/** Everything that a page hears of a server. */
function hearOf(url: string): { readonly text: () => string; readonly end: () => void } {
  const ended = new AbortController()
  let text = ''
  const read = async (): Promise<void> => {
    const { body } = await fetch(url, { signal: ended.signal })
    const decoder = new TextDecoder()
    for await (const chunk of body as AsyncIterable<Uint8Array>) text += decoder.decode(chunk)
  }
  read().catch(() => {}) // it ends with the test
  return { text: () => text, end: () => ended.abort() }
}

;(hasRedis ? describe : describe.skip)('two instances of the review service', () => {
  test('give nobody what somebody has open at the other, say who has it at once, and take no answer that passes by', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'errata-redis-'))
    const socket = join(folder, 'redis.sock')
    const server = spawn(
      'redis-server',
      ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no', '--dir', folder],
      { stdio: 'ignore' },
    )
    const tasks = ['a', 'b'].map((id, i) =>
      makeTask({ documentId: id, sha256: id.repeat(64), priority: 3 - i }),
    )
    const locks = [0, 1].map(() => openLocks(socket, 'y.', Date.now))
    const signals = [0, 1].map(() => openSharedSignals(socket, 'y.'))
    const desks = await Promise.all(
      locks.map((own, at) => {
        const shared = signals[at]
        return openReviewServer(tasks, { locks: own, ...(shared === undefined ? {} : { shared }) })
      }),
    )
    const heard = hearOf(`${desks[1]?.url}/api/events`)
    try {
      const call = async (at: number, path: string, body: object) =>
        (
          await fetch(`${desks[at]?.url}/api/tasks/${path}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          })
        ).json()
      while (!(await locks[1]?.holders(['probe']))?.has('probe')) {
        // until both are connected
        await locks[0]?.take('probe', ann, 5_000)
        await sleep(50)
      }
      while (!heard.text().includes('"by":"probe"')) {
        signals[0]?.send('{"name":"locked","data":{"by":"probe"}}') // until it is subscribed
        await sleep(50)
      }
      signals[0]?.send('{"name":"opened","data":{}}') // nothing that instances tell one another
      signals[0]?.send('not JSON')
      expect(await call(0, 'claim', { holder: 'ann-page-1', reviewer: 'ann' })).toMatchObject({
        documentId: 'a',
      })
      const locked = 'event: locked\ndata: {"documentId":"a","by":"ann"}'
      while (!heard.text().includes(locked)) await sleep(20)
      expect(heard.text()).not.toContain('event: opened')
      expect(await call(1, 'claim', { holder: 'ben-page-1', reviewer: 'ben' })).toMatchObject({
        documentId: 'b',
      })
      expect(await call(1, 'claim', { holder: 'cem-page-1', reviewer: 'cem' })).toMatchObject({
        code: 'NOTHING_FREE',
        open: 2,
        withOthers: [
          { name: 'ann', count: 1 },
          { name: 'ben', count: 1 },
        ],
      })
      expect(
        await call(1, 'a/verdict', {
          revision: 1,
          reviewer: 'ben',
          decision: 'confirmed',
          holder: 'ben-page-1',
        }),
      ).toMatchObject({ code: 'LOCKED', by: 'ann' })
      await fetch(`${desks[0]?.url}/api/tasks/a/lock?holder=ann-page-1`, { method: 'DELETE' })
      expect(await call(1, 'claim', { holder: 'cem-page-1', reviewer: 'cem' })).toMatchObject({
        documentId: 'a',
      })
    } finally {
      heard.end()
      for (const desk of desks) await desk.close()
      for (const own of [...locks, ...signals]) own.close()
      server.kill('SIGKILL')
      await new Promise((done) => server.once('exit', done))
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
