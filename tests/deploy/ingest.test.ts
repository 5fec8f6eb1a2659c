/** Files and folders as documents: by content, each reported, none twice by another name. */

import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sendAll, watchAndSend, type Sink } from '../../deploy/ingest.ts'
import { ErrataError } from '../../errors.ts'
import type { Raw } from '../../schemas/types.ts'

const limits = { maxBytes: 10_000, inlineBytes: 1_000 }
const pdf = (text: string): string => `%PDF-1.4\n${text}`
let folder: string
let sent: Raw[]
let stored: number[]
let out: string[]
let err: string[]
const sink: Sink = {
  send: async ({ value }) => { sent.push(value) },
  putBlob: async (bytes) => { stored.push(bytes.length); return '' },
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'errata-ingest-'));
  [sent, stored, out, err] = [[], [], [], []]
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => { out.push(String(text)); return true })
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => { err.push(String(text)); return true })
})
afterEach(() => {
  jest.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

const put = (name: string, content: string | Buffer): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

test('a folder gives its documents, by content and below subfolders, and nothing else', async () => {
  mkdirSync(join(folder, 'sub'))
  mkdirSync(join(folder, '.hidden'))
  const a = put('a.pdf', pdf('a'))
  const misnamed = put('b.txt', pdf('b'))
  const invoice = put('sub/c.xml', '<Invoice xmlns="urn:oasis"/>')
  put('pom.xml', '<project/>')
  put('notes.pdf', 'not a PDF at all')
  put('empty.pdf', '')
  put('.hidden/d.pdf', pdf('d'))
  symlinkSync(a, join(folder, 'link.pdf'))
  expect(await sendAll([folder], 'receipt', sink, limits)).toEqual({ sent: 3, failed: 0, skipped: 3 })
  expect(sent.map(({ fileName, profile, source, mediaType }) => [fileName, profile, source, mediaType]).sort()).toEqual([
    ['a.pdf', 'receipt', 'folder', 'application/pdf'], ['b.txt', 'receipt', 'folder', 'application/pdf'], ['c.xml', 'receipt', 'folder', 'application/xml'],
  ])
  const lines = out.map((line) => JSON.parse(line) as { path: string; documentId: string })
  expect(lines.map((line) => line.path).sort()).toEqual([a, misnamed, invoice])
  expect(new Set(lines.map((line) => line.documentId))).toEqual(new Set(sent.map((value) => value.documentId)))
})

test('a file that is named and can not be sent is reported with its code, and the others are sent', async () => {
  const paths = [put('text.pdf', 'text'), put('big.pdf', pdf('x'.repeat(20_000))), put('empty.pdf', ''), join(folder, 'nowhere.pdf'), put('good.pdf', pdf('g'))]
  expect(await sendAll(paths, 'invoice', sink, limits)).toEqual({ sent: 1, failed: 4, skipped: 0 })
  const said = err.join('')
  for (const part of [`${paths[0]}: DOCUMENT_TYPE`, `${paths[1]}: DOCUMENT_TOO_LARGE`, `${paths[2]}: DOCUMENT_EMPTY`, `${paths[3]}: no such file`]) expect(said).toContain(part)
})

test('a broker that is away fails the file, not the run', async () => {
  const broken: Sink = { ...sink, send: async ({ value }) => { if (value.fileName === 'a.pdf') throw new ErrataError('BROKER_UNREACHABLE', 'away'); sent.push(value) } }
  expect(await sendAll([put('a.pdf', pdf('a')), put('b.pdf', pdf('b'))], 'invoice', broken, limits)).toEqual({ sent: 1, failed: 1, skipped: 0 })
  expect(err.join('')).toContain('BROKER_UNREACHABLE')
})

test('large documents go to the blob store, small ones into the record', async () => {
  await sendAll([put('small.pdf', pdf('s')), put('large.pdf', pdf('l'.repeat(5_000)))], 'invoice', sink, limits)
  expect(stored).toEqual([5_009])
  expect(sent.map(({ fileName, bytes }) => [fileName, bytes === null])).toEqual(expect.arrayContaining([['small.pdf', false], ['large.pdf', true]]))
})

test('a watched folder sends what is there and what arrives, and waits while the broker is away', async () => {
  put('there.pdf', pdf('1'))
  let end: (value: unknown) => void = () => undefined
  const ended = new Promise((resolve) => { end = resolve })
  let away = true
  const flaky: Sink = { ...sink, send: async ({ value }) => { if (away) { away = false; throw new ErrataError('BROKER_UNREACHABLE', 'away') } sent.push(value) } }
  const watching = watchAndSend([folder], 'invoice', flaky, limits, ended)
  const until = async (count: number): Promise<void> => { while (sent.length < count) await new Promise((resolve) => setTimeout(resolve, 50)) }
  await until(1)
  put('.upload', pdf('2'))
  renameSync(join(folder, '.upload'), join(folder, 'arrived.pdf'))
  put('readme.txt', 'text')
  await until(2)
  put('last.pdf', pdf('3'))
  await until(3)
  end(null)
  const counts = await watching
  expect(counts).toMatchObject({ sent: 3, failed: 0 })
  expect(sent.map((value) => value.fileName)).toEqual(['there.pdf', 'arrived.pdf', 'last.pdf'])
})
