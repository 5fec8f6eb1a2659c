/**
 * Blobs in a bucket: `<prefix>/ab/cd/<sha256>`, as in a folder, so that any program that copies
 * folders into buckets moves a store (`aws s3 sync .errata/blobs s3://bucket/prefix`).
 *
 * A put is stored when its promise resolves: S3 reads what it has acknowledged. It is always sent,
 * even if the key is there, since only reading everything would tell whether those bytes are whole.
 *
 * An erasure writes its mark before and after it removes the bytes. A put removes the mark and then
 * writes. So wherever the two meet, bytes that are gone have a mark, and nobody waits for them.
 */

import { ErrataError } from '../../errors.ts'
import { damaged, erased, isHash, missing, sha256Of, type Blobs } from './blobs.ts'
import { openBucket, type BucketPlace, type Deadlines } from './bucket.ts'
import { openIdentity } from './store-identity.ts'

const checkMs = 10_000 // a check that takes longer has found that the store is away

export function openS3Blobs(place: BucketPlace, prefix: string, deadlines?: Deadlines): Blobs {
  const bucket = openBucket(place, deadlines)
  const at = (name: string): string => (prefix === '' ? name : `${prefix}/${name}`)
  const keyOf = (sha256: string): string => {
    if (!isHash(sha256))
      throw new ErrataError('RECORD_INVALID', 'not the sha256 of a stored document')
    return at(`${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`)
  }
  const markOf = (sha256: string): string => `${keyOf(sha256)}.erased`
  const mark = (sha256: string): Promise<void> =>
    bucket.put(markOf(sha256), nothing, base64Of(sha256Of(nothing)))

  const identity = openIdentity({
    where: `s3://${place.bucket}/${prefix}`,
    async create(name) {
      await bucket.create(at('store-id'), Buffer.from(name))
    },
    async read() {
      const name = await bucket.get(at('store-id'), checkMs)
      return name?.toString('utf8') ?? null
    },
    async tryWrite() {
      await bucket.put(at('store-check'), nothing, base64Of(sha256Of(nothing)))
    },
  })

  const put = async (bytes: Uint8Array): Promise<string> => {
    const sha256 = sha256Of(bytes)
    if (identity.isKnown()) await identity.check()
    // in a bucket with versions every removal leaves a trace, so only of what is there
    if (await bucket.has(markOf(sha256))) await bucket.remove(markOf(sha256))
    await bucket.put(keyOf(sha256), bytes, base64Of(sha256))
    return sha256
  }

  const get = async (sha256: string): Promise<Buffer> => {
    const bytes = await bucket.get(keyOf(sha256))
    if (bytes === null) throw (await bucket.has(markOf(sha256))) ? erased(sha256) : missing(sha256)
    if (sha256Of(bytes) !== sha256) throw damaged(sha256)
    return bytes
  }

  const has = async (sha256: string): Promise<boolean> =>
    isHash(sha256) && (await bucket.has(keyOf(sha256)))

  const remove = async (sha256: string): Promise<boolean> => {
    if (!isHash(sha256)) return false
    const held = await has(sha256)
    await mark(sha256)
    await bucket.remove(keyOf(sha256))
    await mark(sha256)
    return held
  }

  return { put, get, has, remove, check: identity.check }
}

const nothing = Buffer.alloc(0)

const base64Of = (sha256: string): string => Buffer.from(sha256, 'hex').toString('base64')
