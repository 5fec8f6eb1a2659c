/**
 * `errata ingest PATH…`: files and folders to `raw`, by the same record that the intake makes.
 *
 * A named file is sent or reported; from a folder only documents are sent, recognised by content,
 * and other files are counted. A named link is followed, one in a folder is not; pipes, sockets and
 * devices are never read. On stdout a line {path, documentId} for each acknowledged document; on
 * stderr failures with their codes, and a summary. 1 where anything failed, 2 for an unknown
 * profile.
 *
 * --watch also sends new files, once they have stopped growing. It keeps no state: after a restart
 * all files are sent again, which is harmless, since the same bytes are the same document. While
 * the broker is unavailable it waits.
 */

import { watch as watchFiles } from 'chokidar'
import { once } from 'node:events'
import { readdir, stat, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import type { Config } from '../config.ts'
import { blobsOf } from '../connectors/blobs/configured.ts'
import { openProducer } from '../connectors/kafka/kafka.ts'
import { openRegular } from '../connectors/files/regular-file.ts'
import { mediaTypeOf, xmlRoot, xmlText } from '../connectors/files/media-type.ts'
import { invoiceRoots } from '../processors/sources/einvoice-syntaxes.ts'
import { codeOf, ErrataError, fateOf } from '../errors.ts'
import { rawRecord } from '../processors/document/raw.ts'
import type { Raw } from '../schemas/types.ts'
import { readProfiles } from '../operations/profiles.ts'
import { connect } from '../operations/connect.ts'
import { openLog } from '../deploy/instance/log.ts'
import { rawSender } from '../operations/publish.ts'
import { openProgressBar } from '../deploy/stack/progress-bar.ts'

export interface IngestOptions {
  readonly profile: string
  readonly watch: boolean
}

/** Where documents go. */
export interface IngestSink {
  readonly send: (record: { readonly key: string; readonly value: Raw }) => Promise<unknown>
  readonly putBlob: (bytes: Uint8Array) => Promise<string>
}

export interface IngestCounts {
  sent: number
  failed: number
  skipped: number
}

interface Found {
  readonly path: string
  readonly folder: string | null // the folder in which it was found; null where it was named
}

type Limits = Pick<Config, 'maxBytes' | 'inlineBytes'>

const atOnce = 4 // documents under way
const headBytes = 4_096 // enough to tell a document from another file
const stableMs = 1_000 // a file that did not grow for this long is complete
const patienceMs = 3_000 // between two attempts while the broker is unavailable

export async function ingest(
  config: Config,
  paths: readonly string[],
  { profile, watch }: IngestOptions,
): Promise<number> {
  const connection = await connect(config, openLog({ logLevel: 'error' }, 'ingest'))
  const profiles = await readProfiles(config, connection)
  if (!profiles.has(profile)) {
    process.stderr.write(
      `errata ingest: no profile ${profile}; there are ${[...profiles.keys()].join(', ')}\n`,
    )
    await connection.close()
    return 2
  }
  const producer = openProducer(connection.cluster)
  const sink: IngestSink = {
    send: rawSender(config, connection, producer),
    putBlob: blobsOf(config).put,
  }
  try {
    const counts = watch
      ? await watchAndSend(
          paths,
          profile,
          sink,
          config,
          Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]),
        )
      : await sendAll(paths, profile, sink, config)
    process.stderr.write(
      `${counts.sent} sent, ${counts.failed} failed${counts.skipped === 0 ? '' : `, ${counts.skipped} that are no documents`}\n`,
    )
    return counts.failed === 0 ? 0 : 1
  } finally {
    await producer.close()
    await connection.close()
  }
}

/** Sends files, and the documents in folders. */
export async function sendAll(
  paths: readonly string[],
  profile: string,
  sink: IngestSink,
  limits: Limits,
): Promise<IngestCounts> {
  const counts: IngestCounts = { sent: 0, failed: 0, skipped: 0 }
  const files: Found[] = []
  for (const path of paths) {
    try {
      if (!(await stat(path)).isDirectory()) files.push({ path, folder: null })
      else
        for await (const file of filesIn(path)) {
          if (await isDocument({ path: file, folder: path }))
            files.push({ path: file, folder: path })
          else counts.skipped++
        }
    } catch (error) {
      report(path, error, counts)
    }
  }
  const bar = openProgressBar('ingest', files.length, 'documents')
  let done = 0
  const left = [...files]
  const work = async (): Promise<void> => {
    for (let file = left.shift(); file !== undefined; file = left.shift()) {
      const { path } = file
      await sendFile(file, profile, sink, limits).then(
        (documentId) => told(path, documentId, counts),
        (error: unknown) => report(path, error, counts),
      )
      bar.update(++done)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  bar.stop()
  return counts
}

/** Sends existing and new files, until `ended`. */
export async function watchAndSend(
  paths: readonly string[],
  profile: string,
  sink: IngestSink,
  limits: Limits,
  ended: Promise<unknown>,
): Promise<IngestCounts> {
  const counts: IngestCounts = { sent: 0, failed: 0, skipped: 0 }
  let stopped = false
  let turn: Promise<void> = Promise.resolve()
  const take = async (path: string): Promise<void> => {
    const file = { path, folder: paths.includes(path) ? null : folderOf(path, paths) }
    while (!stopped) {
      try {
        if (!(await isDocument(file))) return void counts.skipped++
        return told(path, await sendFile(file, profile, sink, limits), counts)
      } catch (error) {
        // moved away before it could be read
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
        if (fateOf(error) !== 'retry') return report(path, error, counts)
        process.stderr.write(`${codeOf(error)}: waiting\n`)
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, patienceMs))])
      }
    }
  }
  const watcher = watchFiles([...paths], {
    ignored: (path) => basename(path).startsWith('.') && !paths.includes(path),
    awaitWriteFinish: { stabilityThreshold: stableMs, pollInterval: 100 },
    followSymlinks: false,
  })
  for (const event of ['add', 'change'] as const)
    watcher.on(event, (path) => {
      turn = turn.then(() => take(path))
    })
  watcher.on('error', (error) => report(paths.join(' '), error, counts))
  process.stderr.write(`watching ${paths.join(', ')}; Ctrl-C ends\n`)
  await ended
  stopped = true
  await watcher.close()
  await turn
  return counts
}

/** The document id. DOCUMENT_TOO_LARGE, DOCUMENT_TYPE, DOCUMENT_EMPTY, and what the sink throws. */
async function sendFile(
  { path, folder }: Found,
  profile: string,
  { send, putBlob }: IngestSink,
  { maxBytes, inlineBytes }: Limits,
): Promise<string> {
  const bytes = await readAtMost(await openRegular(path, folder), maxBytes)
  const mediaType = mediaTypeOf(bytes)
  const inline = bytes.length <= inlineBytes
  const record = rawRecord({
    bytes,
    inline,
    source: 'folder',
    receivedAt: Date.now(),
    profile,
    mediaType,
    fileName: basename(path),
  })
  if (!inline) await putBlob(bytes)
  await send(record)
  return record.key
}

/** Counted while reading, since the file may grow. */
async function readAtMost(file: FileHandle, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of file.createReadStream({ start: 0, end: limit }))
    chunks.push(chunk as Buffer) // `end` is read too
  const bytes = Buffer.concat(chunks)
  if (bytes.length > limit)
    throw new ErrataError('DOCUMENT_TOO_LARGE', 'the document has too many bytes', { limit })
  return bytes
}

/** The watched folder that contains the path. */
function folderOf(path: string, folders: readonly string[]): string {
  const isBelow = (folder: string): boolean => !relative(folder, path).startsWith('..')
  return folders.find(isBelow) ?? dirname(path)
}

/** Files below a folder, sorted by name; hidden files and links are skipped. */
async function* filesIn(folder: string): AsyncGenerator<string> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(
    (entry) => !entry.name.startsWith('.'),
  )
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesIn(path)
    else if (entry.isFile()) yield path
  }
}

/** By content; of XML only e-invoices, since a folder may contain any XML. */
async function isDocument({ path, folder }: Found): Promise<boolean> {
  let file: FileHandle | null = null
  try {
    file = await openRegular(path, folder)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    const head = buffer.subarray(0, bytesRead)
    return (
      mediaTypeOf(head) !== 'application/xml' || invoiceRoots.includes(xmlRoot(xmlText(head)) ?? '')
    )
  } catch (error) {
    if (error instanceof ErrataError) return false
    throw error
  } finally {
    await file?.close()
  }
}

function told(path: string, documentId: string, counts: IngestCounts): void {
  counts.sent++
  process.stdout.write(`${JSON.stringify({ path, documentId })}\n`)
}

function report(path: string, error: unknown, counts: IngestCounts): void {
  counts.failed++
  process.stderr.write(`${path}: ${reasonOf(error)}\n`)
}

function reasonOf(error: unknown): string {
  if (error instanceof ErrataError) return `${error.code}: ${error.message}`
  const system = (error as NodeJS.ErrnoException).code
  if (system === undefined) return `${codeOf(error)}: ${String(error)}`
  return system === 'ENOENT' ? 'no such file' : system
}
