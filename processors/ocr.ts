/**
 * raw → ocr: bytes become pages and words.
 *
 * Checked here, before anything decodes a byte: the document's id, the checksum and size of the
 * bytes, and that the profile exists. Bytes inside the record are put into the blob store, so that
 * the review page finds every document there. The sender's metadata passes through unchanged.
 *
 * The record holds the duration of reading, which is all that differs when the same message is
 * processed again.
 */

import { createHash } from 'node:crypto'
import { ErrataError } from '../errors.ts'
import { profileOf, type Profiles } from '../schemas/profiles.ts'
import type { Page, PageCode, Raw } from '../schemas/types.ts'
import type { Message, Outputs } from './processor.ts'
import { packWords, type Word } from './document/words.ts'

/** The contents of a document, without any interpretation. */
export interface OcrReading {
  readonly mediaType: string // media type, detected from the content
  readonly pages: readonly Page[]
  readonly words: readonly Word[]
  readonly codes: readonly PageCode[]
  readonly xml: string | null
  readonly engine: string // engines that read the words, joined by +; empty where none was needed
  readonly readMs: number // wall time
}

export interface OcrUse {
  /** Reads a document within limits of pages, pixels and time; DOCUMENT_* where it can't. */
  readonly read: (document: {
    readonly bytes: Uint8Array
    readonly sha256: string
  }) => Promise<OcrReading>
  readonly blobs: {
    readonly get: (sha256: string) => Promise<Buffer>
    readonly put: (bytes: Uint8Array) => Promise<string>
  }
  readonly profiles: Profiles
  readonly limits: { readonly maxBytes: number }
}

/** PROFILE_UNKNOWN, RECORD_INVALID, BLOB_MISSING, BLOB_ERASED, BLOB_MISMATCH, DOCUMENT_*. */
export async function ocr(message: Message<'raw'>, use: OcrUse): Promise<Outputs<'ocr'>> {
  const raw = message.value
  if (raw === null)
    throw new ErrataError('RECORD_UNDECODABLE', 'a document can not be taken back by a tombstone')
  if (raw.documentId === '' || raw.documentId !== message.key)
    throw new ErrataError('KEY_INVALID', 'the key is not the document id')
  profileOf(use.profiles, raw.profile)

  const { bytes, sha256 } = await bytesOf(raw, use)
  const reading = await use.read({ bytes, sha256 })
  const { documentId, tenant, profile, fileName, source, receivedAt, metadata } = raw
  const { mediaType, engine, pages, words, codes, xml, readMs } = reading
  return {
    ocr: [
      {
        key: documentId,
        value: {
          documentId,
          tenant,
          profile,
          mediaType,
          fileName,
          source,
          sha256,
          receivedAt,
          metadata,
          engine,
          pages,
          words: packWords(words),
          codes,
          xml,
          readMs,
        },
      },
    ],
  }
}

/** The document's bytes, known to be those of the sha256 and to be in the blob store. */
async function bytesOf(raw: Raw, use: OcrUse): Promise<{ bytes: Buffer; sha256: string }> {
  const stated = raw.sha256?.toLowerCase() ?? null
  if (raw.bytes === null) {
    if (stated === null)
      throw new ErrataError('RECORD_INVALID', 'the record has neither bytes nor a sha256')
    const bytes = await use.blobs.get(stated)
    checkSize(bytes.length, use.limits.maxBytes)
    return { bytes, sha256: stated }
  }
  checkSize(raw.bytes.length, use.limits.maxBytes)
  const sha256 = createHash('sha256').update(raw.bytes).digest('hex')
  if (stated !== null && stated !== sha256)
    throw new ErrataError('BLOB_MISMATCH', 'the bytes have another sha256 than the record states', {
      sha256,
    })
  await use.blobs.put(raw.bytes)
  return { bytes: raw.bytes, sha256 }
}

function checkSize(bytes: number, limit: number): void {
  if (bytes === 0) throw new ErrataError('DOCUMENT_EMPTY', 'the document has no bytes')
  if (bytes > limit)
    throw new ErrataError('DOCUMENT_TOO_LARGE', 'the document has too many bytes', { bytes, limit })
}
