/** The content of CMS signatures, made byte by byte. */

import fc from 'fast-check'
import { contentOf, isSigned } from '../../../connectors/files/signed-data.ts'
import { mediaTypeOf } from '../../../connectors/files/media-type.ts'
import { codeOf } from '../../../errors.ts'
import { derOf, signedDer, signedOf, signedPieces } from './signing.ts'

const xml = Buffer.from('<?xml version="1.0"?><FatturaElettronica>à</FatturaElettronica>')
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()
const lines = (bytes: Buffer): string =>
  (bytes.toString('base64').match(/.{1,64}/g) ?? []).join('\n')

test.each<[string, Buffer]>([
  ['as DER', signedDer(xml)],
  ['as BER of indefinite lengths, in pieces', signedPieces(xml)],
  ['as base64', Buffer.from(lines(signedDer(xml)))],
  ['as PEM', Buffer.from(`-----BEGIN PKCS7-----\n${lines(signedDer(xml))}\n-----END PKCS7-----\n`)],
  ['signed twice', signedDer(signedPieces(xml))],
])('a content %s is taken out', (_, bytes) => {
  expect(isSigned(bytes)).toBe(true)
  expect(mediaTypeOf(bytes)).toBe('application/pkcs7-mime')
  expect(text(contentOf(bytes))).toBe(xml.toString())
})

test('what is not signed is its own content', () => {
  for (const bytes of [xml, Buffer.from('%PDF-1.7'), Buffer.from('MILLER'), Buffer.alloc(0)]) {
    expect(isSigned(bytes)).toBe(false)
    expect(contentOf(bytes)).toBe(bytes)
  }
})

test.each<[string, Buffer]>([
  ['torn in its content', signedDer(xml).subarray(0, 60)],
  ['torn in a piece', signedPieces(xml).subarray(0, 60)],
  ['without its content', signedOf(derOf(0x30, Buffer.from('06092a864886f70d010701', 'hex')))],
  [
    'with a length beyond it',
    Buffer.concat([Buffer.from('3084ffffffff06092a864886f70d010702', 'hex'), Buffer.alloc(80)]),
  ],
  [
    'signed a hundred times',
    Array.from({ length: 100 }).reduce<Buffer>((inner) => signedDer(inner), xml),
  ],
  [
    'nested without end',
    Buffer.concat([
      Buffer.from('308006092a864886f70d010702', 'hex'),
      Buffer.from('a080'.repeat(100_000), 'hex'),
    ]),
  ],
])('a signature %s is DOCUMENT_CORRUPT', (_, bytes) => {
  expect(isSigned(bytes)).toBe(true)
  expect(() => contentOf(bytes)).toThrow(expect.objectContaining({ code: 'DOCUMENT_CORRUPT' }))
})

test('whatever the bytes, there is a content or a code', () => {
  const sources = [signedDer(xml), signedPieces(xml)]
  fc.assert(
    fc.property(
      fc.constantFrom(...sources),
      fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 6 }),
      fc.nat(300),
      (source, changes, length) => {
        const bytes = Buffer.from(source.subarray(0, length))
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        try {
          contentOf(bytes)
        } catch (error) {
          expect(codeOf(error)).toBe('DOCUMENT_CORRUPT')
        }
      },
    ),
    { numRuns: 3000 },
  )
})
