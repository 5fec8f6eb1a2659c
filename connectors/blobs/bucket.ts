/**
 * One bucket of an S3-compatible store: the only file that uses the AWS SDK.
 *
 * The SDK is loaded by the first request, since loading takes half a second that a process with its
 * blobs in a folder need not spend. It retries what may succeed later (503 SlowDown, 500, a broken
 * connection) with exponential backoff; every request ends by its deadline, reading included.
 *
 * With an access key in the settings nobody else is asked for credentials. Without one the SDK
 * looks for a role: of the pod, the task, or the instance.
 *
 * The SDK's errors are not passed on as causes: some carry the key id and what was signed.
 */

import type { S3Client } from '@aws-sdk/client-s3'
import { ErrataError } from '../../errors.ts'
import type { Encryption } from '../../config/blobs.ts'

export interface BucketPlace {
  readonly bucket: string
  readonly endpoint: string | null // null: that of AWS
  readonly region: string
  readonly pathStyle: boolean
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  } | null
  readonly encryption: Encryption | null
  readonly kmsKey: string | null
}

export interface Deadlines {
  /** Of a request with its retries and its body, in ms. */
  readonly requestMs: number
  /** Of a connection on which nothing moves, in ms. */
  readonly idleMs: number
}

/** Keys and bytes. Every function: STORE_UNREACHABLE. */
export interface Bucket {
  /** The store verifies the sha256, in base64, before it keeps the bytes. DISK_FULL. */
  readonly put: (key: string, bytes: Uint8Array, sha256: string) => Promise<void>
  /** Only where there is no such key; of several writers the first one wins. DISK_FULL. */
  readonly create: (key: string, bytes: Uint8Array) => Promise<void>
  /** Null where there is no such key. */
  readonly get: (key: string, requestMs?: number) => Promise<Buffer | null>
  readonly has: (key: string) => Promise<boolean>
  /** Earlier versions too, where the bucket keeps them. */
  readonly remove: (key: string) => Promise<void>
}

const usual: Deadlines = { requestMs: 60_000, idleMs: 15_000 }
const connectMs = 5_000
const mostAttempts = 8 // the deadline ends most requests before
const pauseMs = 200 // before a body that broke off is read again; doubles

export function openBucket(place: BucketPlace, deadlines: Deadlines = usual): Bucket {
  const { bucket: Bucket, encryption, kmsKey } = place
  const sdk = load(place, deadlines)
  const within = async <T>(
    work: (signal: AbortSignal) => Promise<T>,
    requestMs = deadlines.requestMs,
  ): Promise<T> => {
    const signal = AbortSignal.timeout(requestMs)
    return work(signal).catch((error: unknown) => {
      throw storeError(error, place, signal.aborted ? requestMs : null)
    })
  }
  const encrypted = {
    ...(encryption === null ? {} : { ServerSideEncryption: encryption }),
    ...(kmsKey === null ? {} : { SSEKMSKeyId: kmsKey }),
  }

  const put: Bucket['put'] = (Key, Body, ChecksumSHA256) =>
    within(async (abortSignal) => {
      const { client, PutObjectCommand } = await sdk()
      const command = new PutObjectCommand({ Bucket, Key, Body, ChecksumSHA256, ...encrypted })
      await client.send(command, { abortSignal })
    })

  const create: Bucket['create'] = (Key, Body) =>
    within(async (abortSignal) => {
      const { client, PutObjectCommand } = await sdk()
      const command = new PutObjectCommand({ Bucket, Key, Body, IfNoneMatch: '*', ...encrypted })
      await client.send(command, { abortSignal }).catch((error: unknown) => {
        if (![409, 412].includes(statusOf(error))) throw error // somebody else was first
      })
    })

  const get: Bucket['get'] = (Key, requestMs) =>
    within(async (abortSignal) => {
      const { client, GetObjectCommand } = await sdk()
      for (let tried = 1; ; tried++) {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }), { abortSignal })
        try {
          return await bytesOf(Body as AsyncIterable<Uint8Array>, abortSignal)
        } catch (error) {
          if (tried === mostAttempts || abortSignal.aborted) throw error
        }
        await new Promise((resolve) => setTimeout(resolve, pauseMs * 2 ** (tried - 1)))
      }
    }, requestMs).catch(nullIfMissing)

  const has: Bucket['has'] = (Key) =>
    within(async (abortSignal) => {
      const { client, HeadObjectCommand } = await sdk()
      await client.send(new HeadObjectCommand({ Bucket, Key }), { abortSignal })
      return true
    })
      .catch(nullIfMissing)
      .then((found) => found === true)

  const remove: Bucket['remove'] = (Key) =>
    within(async (abortSignal) => {
      const { client, DeleteObjectCommand, ListObjectVersionsCommand } = await sdk()
      const gone = await client.send(new DeleteObjectCommand({ Bucket, Key }), { abortSignal })
      if (gone.VersionId === undefined && gone.DeleteMarker !== true) return
      const list = new ListObjectVersionsCommand({ Bucket, Prefix: Key })
      const { Versions = [], DeleteMarkers = [] } = await client.send(list, { abortSignal })
      for (const { Key: found, VersionId } of [...Versions, ...DeleteMarkers])
        if (found === Key)
          await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }), { abortSignal })
    })

  return { put, create, get, has, remove }
}

type Sdk = typeof import('@aws-sdk/client-s3')

/** The SDK with a client, loaded once. */
function load(
  { endpoint, region, pathStyle, credentials }: BucketPlace,
  { idleMs }: Deadlines,
): () => Promise<Sdk & { readonly client: S3Client }> {
  let loading: Promise<Sdk & { readonly client: S3Client }> | null = null
  return () =>
    (loading ??= import('@aws-sdk/client-s3').then((sdk) => ({
      ...sdk,
      client: new sdk.S3Client({
        region,
        forcePathStyle: pathStyle,
        ...(endpoint === null ? {} : { endpoint }),
        ...(credentials === null ? {} : { credentials: { ...credentials } }),
        maxAttempts: mostAttempts,
        requestHandler: { connectionTimeout: connectMs, socketTimeout: idleMs },
        // bytes are hashed by sha256 at both ends; a second checksum of the SDK's adds nothing
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
      }),
    })))
}

async function bytesOf(body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  const stream = body as AsyncIterable<Uint8Array> & { destroy(error: Error): void }
  const end = (): void => stream.destroy(new Error('the deadline has passed'))
  signal.addEventListener('abort', end, { once: true })
  try {
    for await (const chunk of stream) chunks.push(chunk)
  } finally {
    signal.removeEventListener('abort', end)
  }
  return Buffer.concat(chunks)
}

interface StoreFailure {
  readonly name?: string
  readonly message?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

const statusOf = (error: unknown): number => (error as StoreFailure).$metadata?.httpStatusCode ?? 0

/** Rethrows anything but a missing key. */
function nullIfMissing(error: unknown): null {
  if (error instanceof ErrataError && error.facts.reason === 'NoSuchKey') return null
  throw error
}

/** `deadline` in ms, where it is what ended the request. */
function storeError(error: unknown, place: BucketPlace, deadline: number | null): ErrataError {
  if (error instanceof ErrataError) return error
  const { bucket, endpoint, region } = place
  const status = statusOf(error)
  const where = `${bucket} at ${endpoint === null ? `AWS ${region}` : new URL(endpoint).host}`
  const { reason, says } = reasonOf(error, status, deadline)
  const facts = { bucket, reason, ...(status === 0 ? {} : { status }) }
  // 507 Insufficient Storage
  if (status === 507) return new ErrataError('DISK_FULL', `bucket ${where} is full`, facts)
  const why = `bucket ${where} can not be read or written (${reason})${says}`
  return new ErrataError('STORE_UNREACHABLE', why, facts)
}

const longestText = 200 // characters

function reasonOf(
  error: unknown,
  status: number,
  deadline: number | null,
): { readonly reason: string; readonly says: string } {
  if (deadline !== null) return { reason: `no answer in ${deadline} ms`, says: '' }
  const { name = 'Error', message = '', code } = error as StoreFailure & { readonly code?: string }
  // the answer to HEAD has no body that could name the key
  if (name === 'NotFound') return { reason: 'NoSuchKey', says: '' }
  const reason = status === 0 && code !== undefined ? code : name
  return { reason, says: message === '' ? '' : `: ${message.slice(0, longestText)}` }
}
