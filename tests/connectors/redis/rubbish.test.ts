/**
 * Whatever others have written into a real Redis: a document is read as if the cache were empty,
 * and nobody's work waits for a lock that is none.
 */

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from '../../../config.ts'
import { sha256Of } from '../../../connectors/blobs/blobs.ts'
import { openLocks, type Locks } from '../../../connectors/redis/locks.ts'
import { openDocumentReader, type DocumentReader } from '../../../connectors/reader/reader.ts'
import { pdfOf } from '../../papers.ts'
import { hasRedis, startRedis, type TestRedis } from '../../redis.ts'

const inRedis = hasRedis ? describe : describe.skip

inRedis('with a Redis that others write to', () => {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'errata-rubbish-'))
  let redis: TestRedis
  let reader: DocumentReader
  let locks: Locks

  beforeAll(async () => {
    redis = await startRedis()
    const config = { ...readConfig({}), ocrEngine: 'tesseract', redisUrl: redis.url }
    reader = await openDocumentReader(config, { cacheFolder })
    locks = openLocks(redis.url, 'z.', Date.now)
  })
  afterAll(async () => {
    await reader?.close()
    locks?.close()
    await redis?.stop()
    rmSync(cacheFolder, { recursive: true, force: true })
  })

  test('a reading of another shape is read again, whatever is wrong with it', async () => {
    const bytes = await pdfOf([{ text: 'Total Due 12.00', x: 50, y: 700 }])
    const document = { bytes, sha256: sha256Of(bytes) }
    const read = async () => {
      const { readMs: _, ...reading } = await reader.read(document)
      return reading
    }
    const first = await read()
    expect(first.words.map(({ text }) => text)).toEqual(['Total', 'Due', '12.00'])
    const [key = ''] = await redis.client.keys(`*${document.sha256}`)
    const { client } = redis
    const [word] = first.words
    const [page] = first.pages
    const content = (change: object): Buffer => gzipSync(JSON.stringify({ ...first, ...change }))
    const words = (change: object): Buffer => content({ words: [{ ...word, ...change }] })
    const values: Record<string, Buffer | string> = {
      'no bytes': '',
      'no gzip': 'reading',
      'cut off': content({}).subarray(0, -9),
      'a bomb': gzipSync(Buffer.alloc(200_000_000, 'x')),
      'more than any reading': Buffer.concat([content({}), randomBytes(20_000_000)]),
      'no JSON': gzipSync('{"pages": ['),
      nothing: gzipSync('null'),
      'a list': gzipSync('[]'),
      'nested without end': gzipSync('['.repeat(100_000)),
      'without XML, as an older version may': content({ xml: undefined }),
      'pages that are numbers': content({ pages: [1, 2] }),
      'a page of negative size': content({ pages: [{ ...page, width: -1 }] }),
      'a page from nowhere': content({ pages: [{ ...page, source: 'hand' }] }),
      'no pages': content({ pages: null }),
      'more pages than allowed': content({ pages: Array(1_000).fill(page) }),
      'words that are texts': content({ words: ['Total'] }),
      'words that are null': content({ words: [null] }),
      'a word without box': words({ box: null }),
      'half a box': words({ box: [1, 2] }),
      'a box of texts': words({ box: ['1', '2', '3', '4'] }),
      'a box beyond all numbers': words({ box: [1e300, 0, 1, 1] }),
      'a text that is a number': words({ text: 12 }),
      'a text that is an object': words({ text: { toString: 'x' } }),
      'a word on no page': words({ page: 7 }),
      'a word on half a line': words({ line: 0.5 }),
      'more confidence than there is': words({ confidence: 1e9 }),
      'codes that are texts': content({ codes: ['x'] }),
      'an engine that is a list': content({ engine: [] }),
    }
    for (const [what, value] of Object.entries(values)) {
      await client.set(key, value)
      expect([what, await read()]).toEqual([what, first])
    }
    const types: Record<string, () => Promise<unknown>> = {
      list: () => client.lpush(key, 'x'),
      hash: () => client.hset(key, 'a', 'b'),
      set: () => client.sadd(key, 'x'),
      stream: () => client.xadd(key, '*', 'a', 'b'),
    }
    for (const [what, put] of Object.entries(types)) {
      await client.del(key)
      await put()
      expect([what, await read()]).toEqual([what, first])
    }
    const [mended] = await client.keys(`*${document.sha256}`)
    expect([mended, await client.type(key)]).toEqual([key, 'string']) // written over
  }, 60_000)

  test('a lock of another shape is nobody’s, and is written over', async () => {
    const ann = { id: 'a1', name: 'ann', since: 1 }
    const ben = { id: 'b1', name: 'ben', since: 2 }
    while (!(await redis.client.exists('z.lock:probe'))) {
      await locks.take('probe', ann, 5_000)
      await sleep(20)
    }
    const { client } = redis
    const key = 'z.lock:d'
    const text = (value: string) => () => client.set(key, value, 'PX', 60_000)
    const rubbish: Record<string, () => Promise<unknown>> = {
      'no JSON': text('x1 {"id"'),
      'no space': text('rubbish'),
      nothing: text(''),
      null: text('x1 null'),
      'a number': text('x1 7'),
      'another id': text('x1 {"id":"y1","name":"y","since":1}'),
      'no name': text('x1 {"id":"x1","since":1}'),
      'a name that is an object': text('x1 {"id":"x1","name":{},"since":1}'),
      'a time that is a text': text('x1 {"id":"x1","name":"x","since":"1"}'),
      huge: text(`x1 ${'x'.repeat(5_000_000)}`),
      'one that never expires': () => client.set(key, 'x1 {"id":"x1","name":"x","since":1}'),
      'a list': () => client.lpush(key, 'x'),
      'a hash': () => client.hset(key, 'a', 'b'),
    }
    for (const [what, put] of Object.entries(rubbish)) {
      await client.del(key)
      await put()
      expect([what, (await locks.holders(['d', 'probe'])).has('d')]).toEqual([what, false])
      expect([what, await locks.take('d', ann, 60_000)]).toEqual([what, null])
      expect([what, await locks.take('d', ben, 60_000)]).toEqual([what, ann])
      expect([what, await client.type(key)]).toEqual([what, 'string'])
    }
  })
})
