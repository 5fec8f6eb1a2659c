/**
 * A document that arrives, as a record of `raw`: the one place that says who a document is. The
 * intake, the command line and the samples build their records here; other producers may name their
 * documents as they like.
 *
 * DOCUMENT ID. The first 32 hex digits of the sha256 of the bytes, so that the same bytes twice are
 * one document. A document that is to be read for another tenant or by another profile than the
 * default ones is another document: there the id is the first 32 hex digits of the sha256 of
 * `<sha256 of the bytes>\n<tenant>\n<profile>`.
 */

import { createHash } from 'node:crypto'
import { ErrataError } from '../../errors.ts'
import type { Raw } from '../../schemas/types.ts'

export const defaultTenant = 'default'
export const defaultProfile = 'invoice'

export interface Arrival {
  readonly bytes: Buffer
  /** False: the bytes were put into the blob store and the record only names them. */
  readonly inline: boolean
  readonly source: string
  readonly receivedAt: number // milliseconds since 1970
  readonly tenant?: string
  readonly profile?: string
  readonly mediaType?: string | null
  readonly fileName?: string | null
  readonly metadata?: Readonly<Record<string, string>>
}

/** Characters. Whoever names documents is refused beyond it, so that each has a page of its own. */
export const longestDocumentId = 500

const longestName = 255 // characters of a file name; it's shown to people and means nothing else
const mostMetadata = 64 // entries
const longestMetadata = 4_096 // characters of a key and its value

/** Key and value. DOCUMENT_EMPTY for no bytes, RECORD_TOO_LARGE for too much metadata. */
export function rawRecord(arrival: Arrival): { readonly key: string; readonly value: Raw } {
  const {
    bytes,
    inline,
    source,
    receivedAt,
    tenant = defaultTenant,
    profile = defaultProfile,
    mediaType = null,
    fileName = null,
    metadata = {},
  } = arrival
  if (bytes.length === 0) throw new ErrataError('DOCUMENT_EMPTY', 'the document has no bytes')
  const sha256 = hash(bytes)
  const documentId = documentIdOf(sha256, tenant, profile)
  return {
    key: documentId,
    value: {
      documentId,
      tenant,
      profile,
      mediaType,
      fileName: fileName === null ? null : lastPart(fileName),
      source,
      sha256,
      bytes: inline ? bytes : null,
      receivedAt,
      metadata: bounded(metadata),
    },
  }
}

/** Hex, 32 digits. */
export function documentIdOf(
  sha256: string,
  tenant: string = defaultTenant,
  profile: string = defaultProfile,
): string {
  const plain = tenant === defaultTenant && profile === defaultProfile
  return (plain ? sha256 : hash(Buffer.from(`${sha256}\n${tenant}\n${profile}`))).slice(0, 32)
}

/** Whether a document can be asked for by this id: dots alone are folders in an address. */
export function isDocumentId(id: string): boolean {
  return id !== '' && id !== '.' && id !== '..' && [...id].length <= longestDocumentId
}

/**
 * A browser or a shell may send a whole path; only its last part says something about the document.
 */
function lastPart(name: string): string | null {
  const last =
    name
      .split(/[/\\]/)
      .at(-1)
      ?.replace(/\p{Cc}/gu, '')
      .normalize('NFC')
      .slice(0, longestName) ?? ''
  return last === '' ? null : last
}

function bounded(metadata: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(metadata)
  if (
    entries.length > mostMetadata ||
    entries.some(([key, value]) => key.length + value.length > longestMetadata)
  ) {
    throw new ErrataError('RECORD_TOO_LARGE', 'too much metadata', {
      entries: entries.length,
      limit: mostMetadata,
      characters: longestMetadata,
    })
  }
  return metadata
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
