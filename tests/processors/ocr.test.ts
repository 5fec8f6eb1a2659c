/** raw → ocr: identity and limits are settled before anything is decoded. */

import { createHash } from 'node:crypto'
import { ocr, type OcrUse, type OcrReading } from '../../processors/ocr.ts'
import type { Message } from '../../processors/processor.ts'
import { unpackWords } from '../../processors/document/words.ts'
import { codeOf, ErrataError } from '../../errors.ts'
import { loadProfiles } from '../../schemas/profiles.ts'
import type { Raw } from '../../schemas/types.ts'

const bytes = Buffer.from('%PDF-1.4 an invoice')
const sha256 = createHash('sha256').update(bytes).digest('hex')
const raw: Raw = {
  documentId: 'd1',
  tenant: 'acme',
  profile: 'invoice',
  mediaType: 'text/plain',
  fileName: 'a.pdf',
  source: 'http',
  sha256,
  bytes,
  receivedAt: 5,
  metadata: { order: '7', constructor: 'x' },
}
const reading: OcrReading = {
  mediaType: 'application/pdf',
  engine: 'pdfium-1',
  xml: '<a/>',
  readMs: 12,
  codes: [{ kind: 'qr', text: 'SPC', page: 1 }],
  pages: [{ number: 1, width: 595, height: 842, unit: 'pt', source: 'text_layer' }],
  words: [{ text: 'Größe', page: 1, line: 0, box: [1, 2, 3, 4], confidence: 100 }],
}

interface Seen {
  readonly read: string[]
  readonly stored: string[]
}

function useOf(seen: Seen, change: Partial<OcrUse> = {}): OcrUse {
  return {
    read: async (document) => {
      seen.read.push(document.sha256)
      return reading
    },
    blobs: {
      get: async (name) => {
        if (name !== sha256) throw new ErrataError('BLOB_MISSING', 'no')
        return bytes
      },
      put: async (stored) => {
        seen.stored.push(createHash('sha256').update(stored).digest('hex'))
        return sha256
      },
    },
    profiles: loadProfiles(),
    limits: { maxBytes: 1000 },
    ...change,
  }
}
const message = (value: Raw | null, key = 'd1'): Message<'raw'> => ({
  key,
  value,
  timestamp: 9,
  origin: { topic: 'raw', partition: 0, offset: 3n },
})
const nothing = (): Seen => ({ read: [], stored: [] })

test('inline bytes are read, stored for the review page, and described', async () => {
  const seen = nothing()
  const { ocr: [output] = [], ...others } = await ocr(message(raw), useOf(seen))
  expect(others).toEqual({})
  expect(output?.key).toBe('d1')
  const { words, ...value } = output!.value!
  expect(value).toEqual({
    documentId: 'd1',
    tenant: 'acme',
    profile: 'invoice',
    mediaType: 'application/pdf',
    fileName: 'a.pdf',
    source: 'http',
    sha256,
    receivedAt: 5,
    metadata: raw.metadata,
    engine: 'pdfium-1',
    pages: reading.pages,
    codes: reading.codes,
    xml: '<a/>',
    readMs: 12,
  })
  expect(unpackWords(words)).toEqual(reading.words)
  expect(seen).toEqual({ read: [sha256], stored: [sha256] })
})

test('a document by its hash comes from the blob store', async () => {
  const seen = nothing()
  const outputs = await ocr(
    message({ ...raw, bytes: null, sha256: sha256.toUpperCase() }),
    useOf(seen),
  )
  expect(outputs.ocr?.[0]?.value?.sha256).toBe(sha256)
  expect(seen).toEqual({ read: [sha256], stored: [] })
})

test('a sender that states no hash gets one', async () =>
  expect(
    (await ocr(message({ ...raw, sha256: null }), useOf(nothing()))).ocr?.[0]?.value?.sha256,
  ).toBe(sha256))

test.each<[string, Message<'raw'>, Partial<OcrUse>, string]>([
  ['a tombstone', message(null), {}, 'RECORD_UNDECODABLE'],
  ['a key that is not the document', message(raw, 'd2'), {}, 'KEY_INVALID'],
  ['an empty id', message({ ...raw, documentId: '' }, ''), {}, 'KEY_INVALID'],
  ['an unknown profile', message({ ...raw, profile: 'constructor' }), {}, 'PROFILE_UNKNOWN'],
  [
    'another hash than that of the bytes',
    message({ ...raw, sha256: 'ab'.repeat(32) }),
    {},
    'BLOB_MISMATCH',
  ],
  ['neither bytes nor hash', message({ ...raw, bytes: null, sha256: null }), {}, 'RECORD_INVALID'],
  [
    'a hash that is not stored',
    message({ ...raw, bytes: null, sha256: 'ab'.repeat(32) }),
    {},
    'BLOB_MISSING',
  ],
  ['no bytes', message({ ...raw, bytes: Buffer.alloc(0), sha256: null }), {}, 'DOCUMENT_EMPTY'],
  ['too many bytes', message(raw), { limits: { maxBytes: 5 } }, 'DOCUMENT_TOO_LARGE'],
  [
    'too many stored bytes',
    message({ ...raw, bytes: null }),
    { limits: { maxBytes: 5 } },
    'DOCUMENT_TOO_LARGE',
  ],
])('%s is refused before it is read', async (_, given, change, code) => {
  const seen = nothing()
  expect(await ocr(given, useOf(seen, change)).then(() => 'read', codeOf)).toBe(code)
  expect(seen).toEqual(nothing())
})

test("a blob store that is away is the world's fault, and nothing is read for naught", async () => {
  const seen = nothing()
  const use = useOf(seen)
  const broken = {
    ...use,
    blobs: {
      ...use.blobs,
      put: async () => {
        throw new ErrataError('DISK_FULL', 'full')
      },
    },
  }
  expect(await ocr(message(raw), broken).then(() => 'read', codeOf)).toBe('DISK_FULL')
  expect(seen.read).toEqual([])
})
