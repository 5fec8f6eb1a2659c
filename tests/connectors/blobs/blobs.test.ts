/** The blob store in a folder keeps what it acknowledged, and hands out nothing else. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBlobs, sha256Of } from '../../../connectors/blobs/blobs.ts'
import { codeOf } from '../../../errors.ts'
import { holdsThePromisesOfBlobs } from './contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'errata-blobs-'))
afterAll(() => rmSync(folder, { recursive: true }))

const pathIn = (store: string, sha256: string): string =>
  join(store, sha256.slice(0, 2), sha256.slice(2, 4), sha256)

describe('a folder', () => {
  holdsThePromisesOfBlobs(async () => {
    const place = mkdtempSync(join(folder, 'store-'))
    return {
      open: () => openBlobs(place),
      damage: async (sha256, bytes) => writeFileSync(pathIn(place, sha256), bytes),
      takeAway: async () => rmSync(place, { recursive: true }),
      putEmpty: async () => mkdirSync(place),
    }
  })
})

test('many writers of the same bytes leave one whole file and no leftovers', async () => {
  const store = join(folder, 'many')
  const bytes = Buffer.alloc(300_000, 7)
  const [name = ''] = await Promise.all(
    Array.from({ length: 8 }, () => openBlobs(store).put(bytes)),
  )
  expect(readdirSync(join(pathIn(store, name), '..'))).toEqual([name])
})

test('a folder that has gone is not made again for a put', async () => {
  const store = join(folder, 'gone')
  const blobs = openBlobs(store)
  await blobs.check()
  rmSync(store, { recursive: true })
  const put = await blobs.put(Buffer.from('x')).then(() => 'put', codeOf)
  expect(put).toBe('STORE_UNREACHABLE')
})

test('a store that can not be written is STORE_UNREACHABLE, which is tried again', async () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const put = await openBlobs(file)
    .put(Buffer.from('x'))
    .then(() => 'put', codeOf)
  expect(put).toBe('STORE_UNREACHABLE')
})

test('the hash is that of SHA-256', () =>
  expect(sha256Of(Buffer.from('abc'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  ))
