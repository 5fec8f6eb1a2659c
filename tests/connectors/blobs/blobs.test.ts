/** The blob store keeps what it acknowledged, and hands out nothing else. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { openBlobs, sha256Of } from '../../../connectors/blobs/blobs.ts'
import { codeOf, fateOf } from '../../../errors.ts'

const folder = mkdtempSync(join(tmpdir(), 'errata-blobs-'))
const blobs = openBlobs(folder)
afterAll(() => rmSync(folder, { recursive: true }))

const pathOf = (sha256: string): string =>
  join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256)

test('what was put is got back, byte for byte, and twice is once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
      const sha256 = await blobs.put(bytes)
      expect(await blobs.put(bytes)).toBe(sha256)
      expect(await blobs.has(sha256)).toBe(true)
      expect(Buffer.compare(await blobs.get(sha256), bytes)).toBe(0)
    }),
    { numRuns: 30 },
  )
})

test('many writers of the same bytes leave one whole file and no leftovers', async () => {
  const bytes = Buffer.alloc(300_000, 7)
  const names = await Promise.all(Array.from({ length: 8 }, () => blobs.put(bytes)))
  expect(new Set(names).size).toBe(1)
  expect(readdirSync(join(pathOf(names[0]!), '..'))).toEqual([names[0]])
})

test('a hash that was never put is BLOB_MISSING, which is the fault of the world', async () => {
  const name = 'ab'.repeat(32)
  expect(await blobs.has(name)).toBe(false)
  const error = await blobs.get(name).catch((reason: unknown) => reason)
  expect([codeOf(error), fateOf(error)]).toEqual(['BLOB_MISSING', 'retry'])
})

test.each([
  ['a path', '../../etc/passwd'],
  ['upper case', 'AB'.repeat(32)],
  ['nothing', ''],
])('%s is the name of no blob, which is the fault of the record', async (_, name) => {
  expect(await blobs.has(name)).toBe(false)
  const error = await blobs.get(name).catch((reason: unknown) => reason)
  expect([codeOf(error), fateOf(error)]).toEqual(['RECORD_INVALID', 'dead'])
})

test.each(['rotten', 'as it wAs'])(
  'bytes that changed on disk (%s) are BLOB_DAMAGED, and putting them again mends the file',
  async (rotten) => {
    const bytes = Buffer.from('as it was')
    const sha256 = await blobs.put(bytes)
    writeFileSync(pathOf(sha256), rotten)
    const error = await blobs.get(sha256).catch((reason: unknown) => reason)
    expect([codeOf(error), fateOf(error)]).toEqual(['BLOB_DAMAGED', 'retry'])
    await blobs.put(bytes)
    expect((await blobs.get(sha256)).toString()).toBe('as it was')
  },
)

describe('the check of the store', () => {
  let place: string
  beforeEach(() => (place = mkdtempSync(join(tmpdir(), 'errata-store-'))))
  afterEach(() => rmSync(place, { recursive: true, force: true }))
  const outcome = (checked: Promise<unknown>): Promise<string> => checked.then(() => 'fine', codeOf)

  test('creates it the first time, and several processes find the same store', async () => {
    const at = join(place, 'blobs')
    const [one, other] = [openBlobs(at), openBlobs(at)]
    const checks = [one.check(), other.check(), one.check()].map(outcome)
    expect(await Promise.all(checks)).toEqual(['fine', 'fine', 'fine'])
    expect(await outcome(openBlobs(at).check())).toBe('fine')
  })

  test('finds a folder that has gone, and nothing is put into a new one in its place', async () => {
    const store = openBlobs(place)
    await store.check()
    rmSync(place, { recursive: true })
    expect(await outcome(store.check())).toBe('STORE_UNREACHABLE')
    expect(await outcome(store.put(Buffer.from('x')))).toBe('STORE_UNREACHABLE')
  })

  test('finds an empty folder where a volume was, and another volume', async () => {
    const store = openBlobs(place)
    await store.check()
    rmSync(place, { recursive: true })
    mkdirSync(place)
    expect(await outcome(store.check())).toBe('STORE_UNREACHABLE')
    await openBlobs(place).check()
    expect(await outcome(store.check())).toBe('STORE_UNREACHABLE')
  })
})

test('a store that can not be written is STORE_UNREACHABLE, which is tried again', async () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  expect(
    await openBlobs(file)
      .put(Buffer.from('x'))
      .then(() => 'put', codeOf),
  ).toBe('STORE_UNREACHABLE')
})

test('what is removed is gone, and nothing else is', async () => {
  const [one, other] = [await blobs.put(Buffer.from('one')), await blobs.put(Buffer.from('other'))]
  expect([
    await blobs.remove(one),
    await blobs.remove(one),
    await blobs.remove('../../etc/passwd'),
  ]).toEqual([true, false, false])
  expect([await blobs.has(one), await blobs.has(other)]).toEqual([false, true])
  const error = await blobs.get(one).catch((reason: unknown) => reason)
  expect([codeOf(error), fateOf(error)]).toEqual(['BLOB_ERASED', 'dead']) // nobody waits for it
  await blobs.put(Buffer.from('one'))
  expect((await blobs.get(one)).toString()).toBe('one')
})

test('bytes that were lost can be given up', async () => {
  const lost = 'cd'.repeat(32)
  expect(await blobs.remove(lost)).toBe(false)
  expect(await blobs.get(lost).then(() => 'got', codeOf)).toBe('BLOB_ERASED')
})

test('the hash is that of SHA-256', () =>
  expect(sha256Of(Buffer.from('abc'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  ))
