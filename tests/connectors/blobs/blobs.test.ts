/** The blob store keeps what it acknowledged, and hands out nothing else. */

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { openBlobs, sha256Of } from '../../../connectors/blobs/blobs.ts'
import { codeOf } from '../../../errors.ts'

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

test.each([
  ['a hash that was never put', 'ab'.repeat(32)],
  ['a path', '../../etc/passwd'],
  ['upper case', 'AB'.repeat(32)],
  ['nothing', ''],
])('%s is BLOB_MISSING', async (_, name) => {
  expect(await blobs.has(name)).toBe(false)
  await expect(blobs.get(name).then(() => 'got', codeOf)).resolves.toBe('BLOB_MISSING')
})

test('bytes that changed on disk are BLOB_MISMATCH, and putting them again mends the file', async () => {
  const bytes = Buffer.from('as it was')
  const sha256 = await blobs.put(bytes)
  writeFileSync(pathOf(sha256), 'rotten')
  expect(await blobs.get(sha256).then(() => 'got', codeOf)).toBe('BLOB_MISMATCH')
  await blobs.put(bytes)
  expect((await blobs.get(sha256)).toString()).toBe('as it was')
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
})

test('the hash is that of SHA-256', () =>
  expect(sha256Of(Buffer.from('abc'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  ))
