/** Blobs in a bucket, against real S3 servers, and against servers that fail as S3 does. */

import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from '../../../config.ts'
import { sha256Of, type Blobs } from '../../../connectors/blobs/blobs.ts'
import { openS3Blobs } from '../../../connectors/blobs/s3-blobs.ts'
import { codeOf, ErrataError } from '../../../errors.ts'
import { checkServers } from '../../../operations/doctor-servers.ts'
import { servers, testKeys, type TestS3 } from '../../s3.ts'
import { holdsThePromisesOfBlobs } from './contract.ts'

const deadlines = { requestMs: 20_000, idleMs: 2_000 }
const failureOf = async (work: Promise<unknown>): Promise<ErrataError> =>
  work.then(
    () => new ErrataError('BUG', 'nothing failed'),
    (error: unknown) => error as ErrataError,
  )

/** The way to a server, on which a test lets things happen. */
interface Link {
  readonly endpoint: string
  /** Handles a request instead of the server; false leaves it to the server. */
  through: (asked: IncomingMessage, answer: ServerResponse) => boolean
  readonly close: () => Promise<void>
}

async function openLink(to: string): Promise<Link> {
  const server = createServer((asked, answer) => {
    if (link.through(asked, answer)) return
    const { method, url: path, headers } = asked
    const passed = request(to, { method, path, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 500, answered.headers)
      answered.pipe(answer)
    })
    passed.on('error', () => answer.destroy())
    asked.on('error', () => passed.destroy())
    asked.pipe(passed)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const link: Link = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    through: () => false,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return link
}

function refuse(answer: ServerResponse, status: number, code: string): true {
  answer.writeHead(status, { 'content-type': 'application/xml' })
  answer.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`)
  return true
}

describe.each(servers)('a bucket of %s', (name, startS3) => {
  let s3: TestS3
  let link: Link
  let count = 0
  beforeAll(async () => {
    s3 = await startS3()
    link = await openLink(s3.endpoint)
  }, 300_000)
  afterAll(async () => {
    await link.close()
    await s3.stop()
  })
  afterEach(() => (link.through = () => false))

  const newBucket = async (): Promise<string> => {
    const bucket = `blobs-${++count}`
    await s3.makeBucket(bucket)
    return bucket
  }
  const overLink = (bucket: string, of = deadlines): Blobs =>
    openS3Blobs({ ...s3.place(bucket), endpoint: link.endpoint }, 'a/prefix', of)
  const keyOf = (sha256: string): string =>
    `a/prefix/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`

  holdsThePromisesOfBlobs(async () => {
    const bucket = await newBucket()
    return {
      open: () => openS3Blobs(s3.place(bucket), 'a/prefix', deadlines),
      damage: (sha256, bytes) => s3.put(bucket, keyOf(sha256), bytes),
      takeAway: () => s3.dropBucket(bucket),
      putEmpty: () => s3.makeBucket(bucket),
    }
  })

  test('two prefixes of a bucket are two stores', async () => {
    const bucket = await newBucket()
    const [one, other] = ['one', ''].map((prefix) => openS3Blobs(s3.place(bucket), prefix))
    const sha256 = (await one?.put(Buffer.from('x'))) ?? ''
    expect([await one?.has(sha256), await other?.has(sha256)]).toEqual([true, false])
  })

  test('a bucket that is not there is STORE_UNREACHABLE for whoever reads, writes or checks', async () => {
    const blobs = openS3Blobs(s3.place('no-such-bucket'), '', deadlines)
    const all = [blobs.check(), blobs.put(Buffer.from('x')), blobs.get('ab'.repeat(32))]
    for (const error of await Promise.all(all.map(failureOf))) {
      expect(codeOf(error)).toBe('STORE_UNREACHABLE')
      expect(error.message).toContain('NoSuchBucket')
    }
  })

  test('a server that says SlowDown is asked again until it answers', async () => {
    const blobs = overLink(await newBucket())
    let refusals = 0
    link.through = (_asked, answer) => ++refusals <= 2 && refuse(answer, 503, 'SlowDown')
    const sha256 = await blobs.put(Buffer.from('patience'))
    refusals = 0
    expect((await blobs.get(sha256)).toString()).toBe('patience')
    expect(refusals).toBe(3)
  })

  test('a server that only says SlowDown is STORE_UNREACHABLE by the deadline', async () => {
    const blobs = overLink(await newBucket(), { requestMs: 1_500, idleMs: 1_000 })
    link.through = (_asked, answer) => refuse(answer, 503, 'SlowDown')
    const begun = performance.now()
    expect(codeOf(await failureOf(blobs.get('ab'.repeat(32))))).toBe('STORE_UNREACHABLE')
    expect(performance.now() - begun).toBeLessThan(5_000)
  })

  test.each([
    ['never answers', (): boolean => true],
    [
      'stops in the middle of a body',
      (_asked: IncomingMessage, answer: ServerResponse): boolean => {
        answer.writeHead(200, { 'content-length': '1000' })
        answer.write('half of')
        return true
      },
    ],
  ])('a server that %s is STORE_UNREACHABLE by the deadline', async (_what, through) => {
    const blobs = overLink(await newBucket(), { requestMs: 1_500, idleMs: 60_000 })
    link.through = through
    const begun = performance.now()
    const error = await failureOf(blobs.get('ab'.repeat(32)))
    expect([codeOf(error), error.facts.reason]).toEqual([
      'STORE_UNREACHABLE',
      'no answer in 1500 ms',
    ])
    expect(performance.now() - begun).toBeLessThan(5_000)
  })

  test('a body that breaks off is read again, and whole', async () => {
    const blobs = overLink(await newBucket())
    const bytes = Buffer.alloc(1_000_000, 3)
    const sha256 = await blobs.put(bytes)
    let broken = 0
    link.through = (asked, answer) => {
      if (asked.method !== 'GET' || broken === 2) return false
      broken++
      answer.writeHead(200, { 'content-length': String(bytes.length) })
      answer.write(bytes.subarray(0, 1_000), () => answer.destroy())
      return true
    }
    expect((await blobs.get(sha256)).equals(bytes)).toBe(true)
    expect(broken).toBe(2)
  })

  test('a bucket without room is DISK_FULL', async () => {
    const blobs = overLink(await newBucket())
    link.through = (asked, answer) =>
      asked.method === 'PUT' && refuse(answer, 507, 'XMinioStorageFull')
    expect(codeOf(await failureOf(blobs.put(Buffer.from('x'))))).toBe('DISK_FULL')
  })

  test('a slow server gets the time it needs while bytes move', async () => {
    const blobs = overLink(await newBucket())
    const sha256 = await blobs.put(Buffer.alloc(100_000, 5))
    link.through = (asked, answer) => {
      if (asked.method !== 'GET') return false
      answer.writeHead(200, { 'content-length': '100000' })
      void (async () => {
        for (let part = 0; part < 10; part++) {
          await sleep(300)
          answer.write(Buffer.alloc(10_000, 5))
        }
        answer.end()
      })()
      return true
    }
    expect((await blobs.get(sha256)).length).toBe(100_000)
  })

  test('encryption that the settings name is asked for with everything that is written', async () => {
    const place = { ...s3.place(await newBucket()), endpoint: link.endpoint }
    const blobs = openS3Blobs({ ...place, encryption: 'aws:kms', kmsKey: 'a-key' }, '', deadlines)
    const seen: unknown[] = []
    link.through = ({ method, headers }, answer) => {
      if (method !== 'PUT') return false
      const algorithm = headers['x-amz-server-side-encryption']
      seen.push([algorithm, headers['x-amz-server-side-encryption-aws-kms-key-id']])
      answer.writeHead(200).end()
      return true
    }
    await blobs.put(Buffer.from('x'))
    await blobs.remove(sha256Of(Buffer.from('x')))
    expect(seen).toEqual(Array(3).fill(['aws:kms', 'a-key']))
  })

  test('an erasure removes every version that a bucket keeps', async () => {
    const bucket = await newBucket()
    await s3.keepVersions(bucket)
    const blobs = openS3Blobs(s3.place(bucket), '', deadlines)
    const bytes = Buffer.from('to be forgotten')
    const sha256 = await blobs.put(bytes)
    await blobs.put(bytes)
    await blobs.remove(sha256)
    expect(await s3.versions(bucket)).toEqual([
      expect.stringContaining('.erased'),
      expect.stringContaining('.erased'),
    ])
  })

  test('errata doctor finds that it answers, and changes nothing', async () => {
    const bucket = await newBucket()
    const config = readConfig({
      ERRATA_BLOBS: `s3://${bucket}/errata`,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ACCESS_KEY_ID: testKeys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: testKeys.secretAccessKey,
    })
    const found = `answers: s3://${bucket}/errata at ${new URL(s3.endpoint).host}`
    expect(await checkServers(config)).toEqual([{ what: 'blob store', grade: 'fine', found }])
    expect(await s3.keys(bucket)).toEqual([])
  })

  if (name === 'moto') return // it takes any key and any bytes, and keeps its buckets in memory

  test('the server refuses bytes that changed on their way', async () => {
    const blobs = overLink(await newBucket())
    const bytes = Buffer.alloc(1_000, 1)
    link.through = (asked, answer) => {
      if (asked.method !== 'PUT') return false
      const { method, url: path, headers } = asked
      const passed = request(s3.endpoint, { method, path, headers }, (answered) => {
        answer.writeHead(answered.statusCode ?? 500, answered.headers)
        answered.pipe(answer)
      })
      asked.resume().on('end', () => passed.end(Buffer.alloc(1_000, 2)))
      return true
    }
    expect(codeOf(await failureOf(blobs.put(bytes)))).toBe('STORE_UNREACHABLE')
    link.through = () => false
    expect(await blobs.has(sha256Of(bytes))).toBe(false)
  })

  test.each([
    ['a wrong secret', { ...testKeys, secretAccessKey: 'not-the-secret' }],
    ['an unknown key', { ...testKeys, accessKeyId: 'AKIANOBODY' }],
    ['an ended session', { ...testKeys, sessionToken: 'a-session-token' }],
  ])('%s is STORE_UNREACHABLE, and no error shows a credential', async (_what, credentials) => {
    const place = { ...s3.place(await newBucket()), credentials }
    const error = await failureOf(openS3Blobs(place, '', deadlines).check())
    expect(codeOf(error)).toBe('STORE_UNREACHABLE')
    const shown = `${error.message} ${JSON.stringify(error.facts)} ${String(error.cause)}`
    for (const secret of Object.values(credentials)) expect(shown).not.toContain(secret)
  })

  /** Kills the server at the first bytes of a put; `then` goes on from there. */
  const killAtPut = (then: () => Promise<void>): { readonly ended: () => Promise<void> } => {
    let ending: Promise<void> | null = null
    link.through = (asked) => {
      if (asked.method === 'PUT')
        asked.once('data', () => {
          ending ??= s3.kill().then(then)
        })
      return false
    }
    return { ended: async () => (ending === null ? expect(ending).not.toBeNull() : ending) }
  }

  test('a server that is killed in the middle of a put and comes back has the whole blob', async () => {
    const blobs = overLink(await newBucket(), { requestMs: 60_000, idleMs: 2_000 })
    const bytes = Buffer.alloc(32_000_000, 'large')
    const killed = killAtPut(() => sleep(500).then(s3.start))
    const sha256 = await blobs.put(bytes)
    await killed.ended()
    expect((await blobs.get(sha256)).equals(bytes)).toBe(true)
  })

  test('a server that is killed in the middle of a put for good leaves nothing behind', async () => {
    const bucket = await newBucket()
    const killed = killAtPut(async () => {})
    const put = overLink(bucket, { requestMs: 1_000, idleMs: 500 }).put(Buffer.alloc(32_000_000, 1))
    expect(codeOf(await failureOf(put))).toBe('STORE_UNREACHABLE')
    await killed.ended()
    await s3.start()
    expect(await s3.keys(bucket)).toEqual([])
  })
})
