/**
 * Reads documents with the code of the stages, without Kafka, rules and other documents, which
 * belong to a deployment. The model is a file, or none, and then only embedded XML gives values.
 */

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Config } from '../config.ts'
import type { DocumentReader } from '../connectors/reader/reader.ts'
import { isRegular } from '../connectors/files/regular-file.ts'
import { ErrataError } from '../errors.ts'
import { claimIndex } from '../processors/routing/duplicates.ts'
import type { readDocument, ExtractUse } from '../processors/extract.ts'
import type { FieldReader } from '../processors/model/reader.ts'
import { boxAsStored } from '../processors/document/page-rotation.ts'
import { packWords, type Box } from '../processors/document/words.ts'
import { noPayees } from '../processors/rules/payees.ts'
import type { Profile, Profiles } from '../schemas/profiles.ts'
import type { Field, LineItem, Ocr, Reason } from '../schemas/types.ts'
import { printOfWordsFile, type WordsFile } from '../trainer/dataset.ts'
import { openReaderOf } from './published-models.ts'

/** A line of the output, without its times. */
export interface Line {
  readonly id: string
  readonly profile: string
  readonly model: string | null
  readonly fields: Readonly<
    Record<
      string,
      Pick<Field, 'value' | 'raw' | 'origin' | 'page' | 'box'> & {
        readonly confidence: number | null
      }
    >
  >
  readonly line_items: readonly Readonly<Record<string, string | null>>[]
  readonly route: string
  readonly reasons: readonly Reason[]
}

type Document = Pick<
  Ocr,
  'documentId' | 'tenant' | 'profile' | 'sha256' | 'pages' | 'words' | 'codes' | 'xml'
>

/**
 * A document by its identifier: the file itself where there is one, and its words file where there
 * is one.
 */
export interface Source {
  readonly id: string
  readonly file: string | null
  readonly words: string | null
}

const documentFile = /\.(pdf|png|jpe?g|tiff?|webp|xml)$/i

/** What the stage read of a document, as a line. */
export function extractionLine(
  { fields, lineItems, routing, model }: Awaited<ReturnType<typeof readDocument>>,
  document: Document,
  profile: Profile,
): Line {
  const found = new Map(fields.map((field) => [field.name, field]))
  return {
    id: document.documentId,
    profile: profile.name,
    model: model?.name ?? null,
    fields: Object.fromEntries(
      profile.fields.map(({ name }) => {
        const {
          value = null,
          raw = null,
          confidence = 0,
          origin = 'model',
          page = null,
          box = [],
        } = found.get(name) ?? {}
        return [
          name,
          {
            value,
            raw,
            confidence: value === null ? null : roundTo(confidence, 5),
            origin,
            page,
            box: onFile(box, page, document.pages),
          },
        ]
      }),
    ),
    line_items: lineItems.map((item: LineItem) =>
      Object.fromEntries(item.cells.map(({ name, value }) => [name, value])),
    ),
    route: routing.route,
    reasons: routing.reasons,
  }
}

/** A box on the page as the file has it, whichever way that had to be turned. */
function onFile(
  box: readonly number[],
  number: number | null,
  pages: Document['pages'],
): readonly number[] {
  const page = pages.find((one) => one.number === number)
  return box.length !== 4 || page === undefined ? box : boxAsStored(box as unknown as Box, page)
}

/** What extraction needs to know about a deployment, without one: no rules, no other documents. */
export async function extractUse(
  config: Config,
  profiles: Profiles,
  profile: Profile,
  bundle: Buffer | null,
): Promise<ExtractUse> {
  const model = bundle === null ? null : await modelOf(config, profile, bundle)
  return {
    profiles,
    readerOf: () => model,
    rulesOf: () => new Map(),
    rulesVersion: '',
    now: Date.now(),
    sampleShare: 0,
    known: claimIndex(),
    payees: noPayees,
  }
}

async function modelOf(config: Config, profile: Profile, bundle: Buffer): Promise<FieldReader> {
  const sha256 = createHash('sha256').update(bundle).digest('hex')
  return openReaderOf(
    { name: `${profile.name}/${sha256.slice(0, 12)}`, version: 0, sha256 },
    bundle,
    config.targetError,
  )
}

/**
 * A document as the stage gets it: read by `reader`, or with its given words where that is null.
 * DOCUMENT_…
 */
export async function readSource(
  source: Source,
  profile: Profile,
  reader: DocumentReader | null,
): Promise<Document> {
  return reader === null ? withGivenWords(source, profile) : withOwnWords(source, profile, reader)
}

function withGivenWords(source: Source, profile: Profile): Document {
  if (source.words === null)
    throw new ErrataError('DOCUMENT_EMPTY', 'no words file beside the document', { id: source.id })
  const { pages, words } = printOfWordsFile(
    JSON.parse(readFileSync(source.words, 'utf8')) as WordsFile,
  )
  return {
    documentId: source.id,
    tenant: 'default',
    profile: profile.name,
    sha256: source.id,
    pages,
    words: packWords(words),
    codes: [],
    xml: null,
  }
}

async function withOwnWords(
  source: Source,
  profile: Profile,
  reader: DocumentReader,
): Promise<Document> {
  if (source.file === null)
    throw new ErrataError('DOCUMENT_EMPTY', 'there are words but no document: use --words given', {
      id: source.id,
    })
  return documentOf(readFileSync(source.file), profile, reader, source.id)
}

/** A document as the stage gets it, from its bytes; its sha256 names it where nothing else does. */
export async function documentOf(
  bytes: Uint8Array,
  profile: Profile,
  reader: DocumentReader,
  id?: string,
): Promise<Document> {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const { pages, words, codes, xml } = await reader.read({ bytes, sha256 })
  return {
    documentId: id ?? sha256,
    tenant: 'default',
    profile: profile.name,
    sha256,
    pages,
    words: packWords(words),
    codes,
    xml,
  }
}

/** Documents of files and folders, in the order of their identifiers within each folder. */
export function sourcesOf(paths: readonly string[]): Source[] {
  return paths.flatMap((path) => {
    if (!existsSync(path))
      throw new ErrataError('CONFIG_INVALID', 'no such file or folder', { path })
    if (statSync(path).isDirectory()) return inFolder(path)
    if (!isRegular(path))
      throw new ErrataError('CONFIG_INVALID', 'neither a file nor a folder', { path })
    return [sourceOf(path)]
  })
}

function inFolder(folder: string): Source[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )
  const sources = new Map<string, Source>()
  const below: Source[] = []
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) below.push(...inFolder(path))
    else if (
      (documentFile.test(entry.name) || entry.name.endsWith('.words.json')) &&
      isRegular(path)
    )
      sources.set(idOf(path), sourceOf(path))
  }
  return [...[...sources.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), ...below]
}

export function sourceOf(path: string): Source {
  const stem = path.replace(/\.words\.json$/, '').replace(documentFile, '')
  const words = `${stem}.words.json`
  const file = documentFile.test(path)
    ? path
    : (['.pdf', '.jpg', '.png', '.tif', '.xml'].map((ending) => stem + ending).find(isRegular) ??
      null)
  return { id: idOf(path), file, words: isRegular(words) ? words : null }
}

const idOf = (path: string): string =>
  basename(path)
    .replace(/\.words\.json$/, '')
    .replace(documentFile, '')

export function roundTo(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
