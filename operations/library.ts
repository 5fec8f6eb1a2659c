/**
 * Documents read inside another program, with the code of the stages and without Kafka. Rules and
 * other documents belong to a deployment and play no part; what `errata extract` prints is the
 * same.
 */

import { readConfig } from '../config.ts'
import { openDocumentReader } from '../connectors/reader/reader.ts'
import type { OcrEngine } from '../connectors/tesseract/tesseract.ts'
import { readDocument as extractFrom } from '../processors/extract.ts'
import { loadProfiles, parseProfile, profileOf, type Profile } from '../schemas/profiles.ts'
import { starterBundle } from '../trainer/starter-bundle.ts'
import { documentOf, extractionLine, extractUse, type Line } from './extract.ts'
import { ocrFolderOf } from './ocr-models.ts'

/** What was read of a document. A field that was not found has null for value and raw. */
export type Reading = Line

export interface ReadOptions {
  /** The name of a profile that ships, or a profile as a file would say it. Default: `invoice`. */
  readonly profile?: string | ProfileFile
  /** A model as `errata train` writes it. Default: the one that ships for the profile, if any. */
  readonly model?: Uint8Array
  /** Reads scans, in place of PP-OCR or Tesseract. */
  readonly engine?: OcrEngine
  /**
   * Settings by the names of their environment variables; `process.env` takes those of the
   * environment. Default: none, so that every setting has its default.
   */
  readonly settings?: Readonly<Record<string, string | undefined>>
}

/** What a file of profiles says: docs/profile.schema.json. */
export type ProfileFile = Pick<Profile, 'name' | 'fields'> & Partial<Profile>

export interface OpenedReader {
  readonly profile: Profile
  /**
   * `id` names the document in what is returned; its sha256 otherwise. DOCUMENT_*: it can't be
   * read. READER_UNAVAILABLE: this machine is at fault.
   */
  readonly read: (bytes: Uint8Array, id?: string) => Promise<Reading>
  /** Ends the processes and threads that read. */
  readonly close: () => Promise<void>
}

/**
 * Opens a reader for many documents: models are loaded once, and processes that read PDF and images
 * stay. CONFIG_INVALID, PROFILE_UNKNOWN, MODEL_UNUSABLE.
 */
export async function openReader(options: ReadOptions = {}): Promise<OpenedReader> {
  const config = readConfig(options.settings ?? {})
  const profiles = new Map(loadProfiles())
  const profile = profileFrom(options.profile ?? 'invoice', profiles)
  profiles.set(profile.name, profile)
  const model = options.model ?? starterBundle(profile.name)
  const use = await extractUse(
    config,
    profiles,
    profile,
    model === null ? null : Buffer.from(model),
  )
  const reader = await openDocumentReader(config, {
    modelFolder: ocrFolderOf(config),
    ...(options.engine === undefined ? {} : { engine: options.engine }),
  })
  return {
    profile,
    async read(bytes, id) {
      const document = await documentOf(bytes, profile, reader, id)
      return extractionLine(await extractFrom(document, use), document, profile)
    },
    close: reader.close,
  }
}

/** Reads one document. For many, `openReader` loads the model once. The same errors. */
export async function readDocument(bytes: Uint8Array, options: ReadOptions = {}): Promise<Reading> {
  const reader = await openReader(options)
  try {
    return await reader.read(bytes)
  } finally {
    await reader.close()
  }
}

/** The model that ships for a profile; null where none does. */
export const shippedModel: (profile: string) => Buffer | null = starterBundle

function profileFrom(given: string | ProfileFile, profiles: ReadonlyMap<string, Profile>): Profile {
  return typeof given === 'string'
    ? profileOf(profiles, given)
    : parseProfile(JSON.stringify(given), given.name)
}
