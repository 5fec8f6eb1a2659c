/**
 * What a request of POST /documents holds: the bytes of its documents, counted while they arrive,
 * and what is asked of them.
 */

import type { Multipart } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import type { Readable } from 'node:stream'
import { codeOf, ErrataError } from '../../errors.ts'
import { defaultProfile, defaultTenant } from '../../processors/document/raw.ts'
import { profileOf, type Profiles } from '../../schemas/profiles.ts'
import { formFields } from './contract/intake.ts'
import type { UploadAllowance } from './upload-budget.ts'

const longestName = 100 // characters of a name that is repeated in an answer

export interface UploadedDocument {
  readonly bytes: Buffer
  readonly fileName: string | null
  readonly mediaType: string | null
}

export interface Wishes {
  readonly profile: string
  readonly tenant: string
  readonly metadata: Readonly<Record<string, string>>
}

export interface RefusedUpload {
  readonly fileName: string | null
  readonly code: string
  readonly message: string
}

export async function readUpload(
  request: Pick<FastifyRequest, 'headers'> & { readonly body: unknown },
  fileName: string | undefined,
  maxBytes: number,
  holding: UploadAllowance,
): Promise<UploadedDocument> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
  const stream = request.body as Readable | undefined
  const bytes =
    stream === undefined || stream === null
      ? Buffer.alloc(0)
      : await readStream(stream, maxBytes, holding)
  return {
    bytes,
    fileName: fileName ?? null,
    mediaType: request.headers['content-type'] ?? null,
  }
}

/**
 * Files and fields of a form. A file that is too large is refused by itself and doesn't hinder its
 * neighbours.
 */
export async function readParts(
  parts: AsyncIterable<Multipart>,
  maxBytes: number,
  holding: UploadAllowance,
): Promise<{ uploads: (UploadedDocument | RefusedUpload)[]; fields: Record<string, string> }> {
  const uploads: (UploadedDocument | RefusedUpload)[] = []
  const fields: Record<string, string> = {}
  for await (const part of parts) {
    if (part.type === 'field') {
      if (!formFields.includes(part.fieldname)) throw unknownPart(part.fieldname)
      fields[part.fieldname] = String(part.value)
      continue
    }
    if (part.fieldname !== 'file') {
      part.file.resume()
      throw unknownPart(part.fieldname)
    }
    const fileName = part.filename === '' ? null : part.filename
    try {
      uploads.push({
        bytes: await readStream(part.file, maxBytes, holding),
        fileName,
        mediaType: part.mimetype,
      })
    } catch (error) {
      if (
        codeOf(error) !== 'DOCUMENT_TOO_LARGE' ||
        (error as ErrataError).facts['limit'] !== maxBytes
      )
        throw error
      part.file.resume()
      uploads.push({
        fileName,
        code: 'DOCUMENT_TOO_LARGE',
        message: (error as ErrataError).message,
      })
    }
  }
  return { uploads, fields }
}

async function readStream(
  stream: Readable,
  maxBytes: number,
  holding: UploadAllowance,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    holding.hold(chunk.length)
    if (size > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** PROFILE_UNKNOWN, REQUEST_INVALID. */
export async function wishesOf(
  given: Readonly<Record<string, string | undefined>>,
  profiles: (name: string) => Promise<Profiles>,
): Promise<Wishes> {
  const { profile = defaultProfile, tenant = defaultTenant, metadata = '{}' } = given
  profileOf(await profiles(profile), profile)
  if (!/^[\w.-]{1,64}$/.test(tenant))
    throw invalid('a tenant is up to 64 letters, digits, dots, dashes and underscores')
  let parsed: unknown
  try {
    parsed = JSON.parse(metadata)
  } catch {
    throw invalid('metadata must be JSON')
  }
  const entries =
    typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? Object.entries(parsed)
      : null
  if (entries === null || entries.some(([, value]) => typeof value !== 'string'))
    throw invalid('metadata must be an object of strings')
  return { profile, tenant, metadata: Object.fromEntries(entries) as Record<string, string> }
}

/** What the parser of forms throws without a status is the sender's broken form. */
export function asInvalid(error: unknown): unknown {
  return error instanceof ErrataError || (error as { statusCode?: number }).statusCode !== undefined
    ? error
    : invalid('the form can not be read')
}

const unknownPart = (name: string): Error =>
  invalid(`the part \`${name.slice(0, longestName)}\` of the form is not known`)
const invalid = (message: string): Error => Object.assign(new Error(message), { statusCode: 400 })
const tooLarge = (limit: number): ErrataError =>
  new ErrataError('DOCUMENT_TOO_LARGE', 'the document has too many bytes', { limit })
