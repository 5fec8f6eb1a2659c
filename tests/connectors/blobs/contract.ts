/** What every blob store promises, whatever it keeps its bytes in. */

import fc from 'fast-check'
import { type Blobs, sha256Of } from '../../../connectors/blobs/blobs.ts'
import { codeOf, fateOf } from '../../../errors.ts'

export interface StoreOfTest {
  /** The same store each time, as another process sees it. */
  readonly open: () => Blobs
  /** Other bytes under the name of stored ones. */
  readonly damage: (sha256: string, bytes: Uint8Array) => Promise<void>
  /** Takes the whole store away. */
  readonly takeAway: () => Promise<void>
  /** An empty one where it was. */
  readonly putEmpty: () => Promise<void>
}

const failureOf = async (work: Promise<unknown>): Promise<readonly string[]> =>
  work.then(
    () => ['none'],
    (error: unknown) => [codeOf(error), fateOf(error)],
  )

export function holdsThePromisesOfBlobs(newStore: () => Promise<StoreOfTest>): void {
  let store: StoreOfTest
  let blobs: Blobs
  beforeEach(async () => {
    store = await newStore()
    blobs = store.open()
  })

  test('what was put is got back, byte for byte, and twice is once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
        const sha256 = await blobs.put(bytes)
        expect(sha256).toBe(sha256Of(bytes))
        expect(await blobs.put(bytes)).toBe(sha256)
        expect(await blobs.has(sha256)).toBe(true)
        expect(Buffer.compare(await store.open().get(sha256), bytes)).toBe(0)
      }),
      { numRuns: 10 },
    )
  })

  test('a model of many megabytes is got back whole', async () => {
    const bytes = Buffer.alloc(20_000_000, 'a model')
    const sha256 = await blobs.put(bytes)
    expect((await blobs.get(sha256)).equals(bytes)).toBe(true)
  })

  test('many writers of the same bytes do not disturb each other', async () => {
    const bytes = Buffer.alloc(300_000, 7)
    const names = await Promise.all(Array.from({ length: 8 }, () => store.open().put(bytes)))
    expect(new Set(names)).toEqual(new Set([sha256Of(bytes)]))
    expect((await blobs.get(sha256Of(bytes))).equals(bytes)).toBe(true)
  })

  test('a hash that was never put is BLOB_MISSING, which is the fault of the world', async () => {
    const name = 'ab'.repeat(32)
    expect(await blobs.has(name)).toBe(false)
    expect(await failureOf(blobs.get(name))).toEqual(['BLOB_MISSING', 'retry'])
  })

  test.each([
    ['a path', '../../etc/passwd'],
    ['upper case', 'AB'.repeat(32)],
    ['nothing', ''],
  ])('%s is the name of no blob, which is the fault of the record', async (_, name) => {
    expect(await blobs.has(name)).toBe(false)
    expect(await blobs.remove(name)).toBe(false)
    expect(await failureOf(blobs.get(name))).toEqual(['RECORD_INVALID', 'dead'])
  })

  test.each(['rotten', 'as it wAs', ''])(
    'bytes that changed in the store (%j) are BLOB_DAMAGED, and putting them again mends it',
    async (rotten) => {
      const bytes = Buffer.from('as it was')
      const sha256 = await blobs.put(bytes)
      await store.damage(sha256, Buffer.from(rotten))
      expect(await failureOf(blobs.get(sha256))).toEqual(['BLOB_DAMAGED', 'retry'])
      await blobs.put(bytes)
      expect((await blobs.get(sha256)).toString()).toBe('as it was')
    },
  )

  test('what is removed is gone, and nothing else is', async () => {
    const one = await blobs.put(Buffer.from('one'))
    const other = await blobs.put(Buffer.from('other'))
    expect([await blobs.remove(one), await blobs.remove(one)]).toEqual([true, false])
    expect([await blobs.has(one), await blobs.has(other)]).toEqual([false, true])
    expect(await failureOf(blobs.get(one))).toEqual(['BLOB_ERASED', 'dead']) // nobody waits for it
    await blobs.put(Buffer.from('one'))
    expect((await blobs.get(one)).toString()).toBe('one')
  })

  test('bytes that were lost can be given up', async () => {
    const lost = 'cd'.repeat(32)
    expect(await blobs.remove(lost)).toBe(false)
    expect(await failureOf(blobs.get(lost))).toEqual(['BLOB_ERASED', 'dead'])
  })

  test('an erasure beside a put leaves no bytes without a mark and without themselves', async () => {
    const bytes = Buffer.from('contested')
    for (let round = 0; round < 10; round++) {
      const both = [store.open().put(bytes), store.open().remove(sha256Of(bytes))]
      // what fails is tried again by those who asked, so only what succeeded has promised anything
      const done = await Promise.allSettled(both)
      if (done.some(({ status }) => status === 'rejected')) continue
      expect(['none', 'BLOB_ERASED']).toContain((await failureOf(blobs.get(sha256Of(bytes))))[0])
    }
  })

  test('the first check creates the store, and several processes find the same one', async () => {
    const checks = [blobs, store.open(), store.open(), blobs].map((one) => one.check())
    expect(await Promise.all(checks.map(failureOf))).toEqual(Array(4).fill(['none']))
    expect(await failureOf(store.open().check())).toEqual(['none'])
  })

  test('a store that is gone is STORE_UNREACHABLE, and nothing is put into an empty one in its place', async () => {
    await blobs.check()
    await store.takeAway()
    const away = ['STORE_UNREACHABLE', 'retry']
    expect(await failureOf(blobs.check())).toEqual(away)
    await store.putEmpty()
    expect(await failureOf(blobs.check())).toEqual(away)
    expect(await failureOf(blobs.put(Buffer.from('x')))).toEqual(away)
    await store.open().check()
    expect(await failureOf(blobs.check())).toEqual(away) // now another store
  })
}
