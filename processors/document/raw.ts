/**
 * An incoming document as a record of `raw`. Defines the document id. Intake, command line and
 * samples build their records here; other producers may choose their own ids.
 *
 * DOCUMENT ID. The first 32 hex digits of the sha256 of the bytes, so sending the same bytes twice
 * gives one document. The same bytes for another tenant or profile than the defaults are another
 * document: its id is the first 32 hex digits of the sha256 of `<sha256 of the
 * bytes>\n<tenant>\n<profile>`.
 */

import { createHash } from 'node:crypto'
import { ErrataError } from '../../errors.ts'
import type { Raw } from '../../schemas/types.ts'

export const defaultTenant = 'default'
export const defaultProfile = 'invoice'

export interface Arrival {
  readonly bytes: Buffer
  /** False: the bytes are in the blob store and the record only names them. */
  readonly inline: boolean
  readonly source: string
  readonly receivedAt: number // milliseconds since 1970
  readonly tenant?: string
  readonly profile?: string
  readonly mediaType?: string | null
  readonly fileName?: string | null
  readonly metadata?: Readonly<Record<string, string>>
}

/** Characters. Longer ids are rejected, so that every document's page has a valid address. */
export const longestDocumentId = 500

const longestName = 255 // characters of a file name, which is only displayed
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

/** Whether a document with this id has an address: ids of dots alone are relative paths. */
export function isDocumentId(id: string): boolean {
  return id !== '' && id !== '.' && id !== '..' && [...id].length <= longestDocumentId
}

/** A browser or a shell may send a whole path; only its last part is the file's name. */
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
