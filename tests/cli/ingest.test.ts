/** Files and folders as documents: by content, each reported, none twice by another name. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sourcesOf } from '../../operations/extract.ts'
import { sendAll, watchAndSend, type IngestSink } from '../../cli/ingest.ts'
import { ErrataError } from '../../errors.ts'
import type { Raw } from '../../schemas/types.ts'
import { truthFiles } from '../../trainer/dataset.ts'

const limits = { maxBytes: 10_000, inlineBytes: 1_000 }
const pdf = (text: string): string => `%PDF-1.4\n${text}`
let folder: string
let sent: Raw[]
let stored: number[]
let out: string[]
let err: string[]
const sink: IngestSink = {
  send: async ({ value }) => {
    sent.push(value)
  },
  putBlob: async (bytes) => {
    stored.push(bytes.length)
    return ''
  },
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'errata-ingest-'))
  ;[sent, stored, out, err] = [[], [], [], []]
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out.push(String(text))
    return true
  })
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err.push(String(text))
    return true
  })
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
  expect(await sendAll([folder], 'receipt', sink, limits)).toEqual({
    sent: 3,
    failed: 0,
    skipped: 3,
  })
  expect(
    sent
      .map(({ fileName, profile, source, mediaType }) => [fileName, profile, source, mediaType])
      .sort(([a], [b]) => String(a).localeCompare(String(b))),
  ).toEqual([
    ['a.pdf', 'receipt', 'folder', 'application/pdf'],
    ['b.txt', 'receipt', 'folder', 'application/pdf'],
    ['c.xml', 'receipt', 'folder', 'application/xml'],
  ])
  const lines = out.map((line) => JSON.parse(line) as { path: string; documentId: string })
  expect(lines.map((line) => line.path).sort()).toEqual([a, misnamed, invoice])
  expect(new Set(lines.map((line) => line.documentId))).toEqual(
    new Set(sent.map((value) => value.documentId)),
  )
})

test('a file that is named and can not be sent is reported with its code, and the others are sent', async () => {
  const paths = [
    put('text.pdf', 'text'),
    put('big.pdf', pdf('x'.repeat(20_000))),
    put('empty.pdf', ''),
    join(folder, 'nowhere.pdf'),
    put('good.pdf', pdf('g')),
  ]
  expect(await sendAll(paths, 'invoice', sink, limits)).toEqual({ sent: 1, failed: 4, skipped: 0 })
  const said = err.join('')
  for (const part of [
    `${paths[0]}: DOCUMENT_TYPE`,
    `${paths[1]}: DOCUMENT_TOO_LARGE`,
    `${paths[2]}: DOCUMENT_EMPTY`,
    `${paths[3]}: no such file`,
  ])
    expect(said).toContain(part)
})

test('a broker that is away fails the file, not the run', async () => {
  const broken: IngestSink = {
    ...sink,
    send: async ({ value }) => {
      if (value.fileName === 'a.pdf') throw new ErrataError('BROKER_UNREACHABLE', 'away')
      sent.push(value)
    },
  }
  expect(
    await sendAll([put('a.pdf', pdf('a')), put('b.pdf', pdf('b'))], 'invoice', broken, limits),
  ).toEqual({ sent: 1, failed: 1, skipped: 0 })
  expect(err.join('')).toContain('BROKER_UNREACHABLE')
})

test('large documents go to the blob store, small ones into the record', async () => {
  await sendAll(
    [put('small.pdf', pdf('s')), put('large.pdf', pdf('l'.repeat(5_000)))],
    'invoice',
    sink,
    limits,
  )
  expect(stored).toEqual([5_009])
  expect(sent.map(({ fileName, bytes }) => [fileName, bytes === null])).toEqual(
    expect.arrayContaining([
      ['small.pdf', false],
      ['large.pdf', true],
    ]),
  )
})

test('a watched folder sends what is there and what arrives, and waits while the broker is away', async () => {
  put('there.pdf', pdf('1'))
  let end: (value: unknown) => void = () => undefined
  const ended = new Promise((resolve) => {
    end = resolve
  })
  let away = true
  const flaky: IngestSink = {
    ...sink,
    send: async ({ value }) => {
      if (away) {
        away = false
        throw new ErrataError('BROKER_UNREACHABLE', 'away')
      }
      sent.push(value)
    },
  }
  const watching = watchAndSend([folder], 'invoice', flaky, limits, ended)
  const until = async (count: number): Promise<void> => {
    while (sent.length < count) await new Promise((resolve) => setTimeout(resolve, 50))
  }
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

describe('what is no regular file', () => {
  const fifo = (name: string): string => {
    const path = join(folder, name)
    execFileSync('mkfifo', [path])
    return path
  }

  test('is refused where it is named, and a link that is named is followed', async () => {
    const socket = createServer().listen(join(folder, 'socket.pdf'))
    const real = put('a.pdf', pdf('a'))
    const [link, linkedPipe] = [join(folder, 'link.pdf'), join(folder, 'pipe-link.pdf')]
    symlinkSync(real, link)
    symlinkSync(fifo('pipe.pdf'), linkedPipe)
    const paths = [
      join(folder, 'pipe.pdf'),
      linkedPipe,
      join(folder, 'socket.pdf'),
      '/dev/zero',
      link,
    ]
    expect(await sendAll(paths, 'invoice', sink, limits)).toEqual({
      sent: 1,
      failed: 4,
      skipped: 0,
    })
    for (const path of paths.slice(0, 4))
      expect(err.join('')).toContain(`${path}: DOCUMENT_TYPE: not a regular file`)
    expect(sent.map(({ bytes }) => bytes?.toString())).toEqual([pdf('a')])
    socket.close()
  })

  test('in a watched folder is passed over: pipes, links, and folders behind links', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'errata-outside-'))
    writeFileSync(join(outside, 'secret.pdf'), pdf('secret'))
    fifo('a-pipe.pdf')
    symlinkSync(join(outside, 'secret.pdf'), join(folder, 'b-link.pdf'))
    symlinkSync(outside, join(folder, 'c-folder'))
    put('z.pdf', pdf('z'))
    let end: (value: unknown) => void = () => undefined
    const watching = watchAndSend(
      [folder],
      'invoice',
      sink,
      limits,
      new Promise((resolve) => {
        end = resolve
      }),
    )
    const until = async (count: number): Promise<void> => {
      while (sent.length < count) await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await until(1)
    symlinkSync(join(outside, 'secret.pdf'), join(folder, 'd-later.pdf'))
    fifo('e-later.pdf')
    put('zz.pdf', pdf('zz'))
    await until(2)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    end(null)
    await watching
    expect(sent.map(({ fileName }) => fileName)).toEqual(['z.pdf', 'zz.pdf'])
    rmSync(outside, { recursive: true })
  })

  test('does not become one by a folder that turns into a link after it was seen', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'errata-outside-'))
    for (const name of ['0.pdf', '1.pdf']) writeFileSync(join(outside, name), pdf(`secret ${name}`))
    mkdirSync(join(folder, 'sub'))
    put('sub/0.pdf', pdf('first'))
    put('sub/1.pdf', pdf('second'))
    let end: (value: unknown) => void = () => undefined
    const swapping: IngestSink = {
      ...sink,
      send: async ({ value }) => {
        sent.push(value)
        if (sent.length > 1) return
        renameSync(join(folder, 'sub'), join(folder, '.sub'))
        symlinkSync(outside, join(folder, 'sub'))
      },
    }
    const watching = watchAndSend(
      [folder],
      'invoice',
      swapping,
      limits,
      new Promise((resolve) => {
        end = resolve
      }),
    )
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    end(null)
    await watching
    expect(
      sent.map(({ bytes }) => bytes?.toString()).filter((text) => text?.includes('secret')),
    ).toEqual([])
    expect(sent).toHaveLength(1)
    rmSync(outside, { recursive: true })
  })

  test('is no document of a data set, and does not hold up the command', () => {
    const [truth] = [put('a.truth.json', '{}'), put('a.pdf', pdf('a'))]
    const linked = join(folder, 'l.truth.json')
    symlinkSync(truth, linked)
    for (const name of ['p.pdf', 'p.truth.json', 'a.words.json']) fifo(name)
    expect(truthFiles(folder)).toEqual([truth, linked])
    expect(sourcesOf([folder])).toEqual([{ id: 'a', file: join(folder, 'a.pdf'), words: null }])
    expect(() => sourcesOf([join(folder, 'p.pdf')])).toThrow('neither a file nor a folder')
  })
})
