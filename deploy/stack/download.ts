/**
 * Reliable download of one file by HTTP: written to a temporary file, resumed where an earlier
 * attempt stopped, checked against its size and SHA-256, flushed to disk, then renamed into place.
 * Corrupt bytes are deleted and fetched once more; a second corrupt copy is an error. A stalled
 * connection is dropped and continued.
 *
 * It follows redirects, but doesn't support proxies (Maven does, and is tried first).
 */

import { createHash } from 'node:crypto'
import { createReadStream, existsSync, rmSync, statSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { ErrataError } from '../../errors.ts'

export interface Content {
  readonly bytes: number
  readonly sha256: string
}

const stallMs = 60_000 // without a byte
const tries = 4

/**
 * Fetches url to path; `onBytes` gets the length so far. STACK_UNAVAILABLE when it stays
 * unreachable or corrupt.
 */
export async function download(
  url: string,
  path: string,
  content: Content,
  onBytes: (bytes: number) => void = () => {},
): Promise<void> {
  const part = `${path}.part`
  let corrupt = 0
  let last: unknown = null
  for (let attempt = 0; attempt < tries; attempt++) {
    if (attempt > 0) await sleep(250 * 2 ** attempt)
    try {
      await fetchInto(url, part, content.bytes, onBytes)
    } catch (error) {
      last = error
      if (isFinal(error)) break
      continue
    }
    if (await matches(part, content)) return await settle(part, path)
    rmSync(part)
    last = new Error('bytes do not have the expected SHA-256')
    if (++corrupt === 2) break
  }
  throw new ErrataError(
    'STACK_UNAVAILABLE',
    `download failed: ${url}: ${last instanceof Error ? last.message : String(last)}`,
    {},
    last,
  )
}

/**
 * Moves a file that something else fetched into place, if its bytes are right; else
 * STACK_UNAVAILABLE.
 */
export async function adopt(from: string, path: string, content: Content): Promise<void> {
  if (!existsSync(from))
    throw new ErrataError('STACK_UNAVAILABLE', 'a file was not delivered', { path })
  if (!(await matches(from, content)))
    throw new ErrataError('STACK_UNAVAILABLE', 'a file has the wrong bytes', {
      path,
      expected: content.sha256,
    })
  await settle(from, path)
}

class HttpError extends Error {
  readonly status: number
  constructor(status: number) {
    super(`HTTP ${status}`)
    this.status = status
  }
}

function isFinal(error: unknown): boolean {
  return (
    error instanceof HttpError &&
    error.status >= 400 &&
    error.status < 500 &&
    error.status !== 429 &&
    error.status !== 416
  )
}

async function fetchInto(
  url: string,
  part: string,
  bytes: number,
  onBytes: (bytes: number) => void,
): Promise<void> {
  let length = existsSync(part) ? statSync(part).size : 0
  if (length >= bytes) return
  const abort = new AbortController()
  const stall = setTimeout(() => abort.abort(new Error('the connection stalled')), stallMs)
  try {
    const response = await fetch(url, {
      signal: abort.signal,
      headers: length > 0 ? { range: `bytes=${length}-` } : {},
    })
    if (response.status === 416) rmSync(part)
    if (!response.ok || response.body === null) throw new HttpError(response.status)
    if (response.status !== 206) length = 0 // the server ignores the range and sends the whole file
    const file = await open(part, length === 0 ? 'w' : 'a')
    try {
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        stall.refresh()
        await file.write(chunk)
        length += chunk.length
        if (length > bytes) break // wrong bytes: no need for more of them
        onBytes(length)
      }
    } finally {
      await file.close()
    }
  } finally {
    clearTimeout(stall)
    abort.abort()
  }
  if (length < bytes) throw new Error(`ended after ${length} of ${bytes} bytes`)
}

async function matches(path: string, { bytes, sha256 }: Content): Promise<boolean> {
  if (statSync(path).size !== bytes) return false
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk)
  return hash.digest('hex') === sha256
}

async function settle(from: string, path: string): Promise<void> {
  const file = await open(from, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(from, path)
}
