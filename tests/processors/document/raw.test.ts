/** Who a document is. */

import fc from 'fast-check'
import { documentIdOf, rawRecord, type Arrival } from '../../../processors/document/raw.ts'

const arrival: Arrival = {
  bytes: Buffer.from('abc'),
  inline: true,
  source: 'folder',
  receivedAt: 1,
}
const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'

test('the id of a document is the beginning of the hash of its bytes', () => {
  expect(rawRecord(arrival)).toEqual({
    key: sha256.slice(0, 32),
    value: {
      documentId: sha256.slice(0, 32),
      tenant: 'default',
      profile: 'invoice',
      mediaType: null,
      fileName: null,
      source: 'folder',
      sha256,
      bytes: arrival.bytes,
      receivedAt: 1,
      metadata: {},
    },
  })
})

test('tenant and profile make another document, and no two pairs the same', () => {
  const text = fc.stringMatching(/^[a-z0-9_.-]{1,12}$/)
  fc.assert(
    fc.property(text, text, text, text, (tenant, profile, otherTenant, otherProfile) => {
      fc.pre(tenant !== otherTenant || profile !== otherProfile)
      expect(documentIdOf(sha256, tenant, profile)).not.toBe(
        documentIdOf(sha256, otherTenant, otherProfile),
      )
      expect(documentIdOf(sha256, tenant, profile)).toMatch(/^[0-9a-f]{32}$/)
    }),
  )
})

test.each<[string, string | null]>([
  ['C:\\scans\\März.pdf', 'März.pdf'],
  ['../../etc/passwd', 'passwd'],
  ['a\u0000\n.pdf', 'a.pdf'],
  ['folder/', null],
  ['Ma\u0308rz', 'März'],
])('a file name is its last part, printable and composed: %j', (fileName, shown) =>
  expect(rawRecord({ ...arrival, fileName }).value.fileName).toBe(shown),
)

test('no bytes and too much metadata are refused', () => {
  expect(() => rawRecord({ ...arrival, bytes: Buffer.alloc(0) })).toThrow(
    expect.objectContaining({ code: 'DOCUMENT_EMPTY' }),
  )
  expect(() => rawRecord({ ...arrival, metadata: { a: 'x'.repeat(5_000) } })).toThrow(
    expect.objectContaining({ code: 'RECORD_TOO_LARGE' }),
  )
  expect(() =>
    rawRecord({
      ...arrival,
      metadata: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, ''])),
    }),
  ).toThrow(expect.objectContaining({ code: 'RECORD_TOO_LARGE' }))
})

test('a document that was stored elsewhere is named, not carried', () =>
  expect(rawRecord({ ...arrival, inline: false }).value).toMatchObject({ bytes: null, sha256 }))
