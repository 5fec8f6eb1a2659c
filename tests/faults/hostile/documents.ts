/**
 * Documents that nobody means well with: small on disk, large or endless for whoever reads them.
 * Each is made by the code below when it is asked for, so that none lies in the repository.
 *
 * `outcomes` are the codes that a reader may give, and `read` where a reading is right. What is not
 * here is in tests/connectors/reader/reader.test.ts and pdf.test.ts, beside the limit that it is
 * about.
 */

import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { signedDer } from '../../connectors/files/signing.ts'
import { encryptedPdf, imageOf, pdfOf, pngBomb, rawPdf } from '../../papers.ts'

export interface Hostile {
  readonly name: string
  readonly make: () => Buffer | Promise<Buffer>
  readonly outcomes: readonly string[]
}

const tooMuch = ['DOCUMENT_TOO_COMPLEX', 'DOCUMENT_TOO_LARGE', 'DOCUMENT_TIMEOUT']
const catalogue = '<< /Type /Catalog /Pages 2 0 R >>'

/** `count` little strokes, each a path of its own. */
const paths = (count: number): Buffer => Buffer.from('0 0 m 9 9 l S\n'.repeat(count))
/** Stream of a PDF, deflated as often as it has filters. */
function stream(content: Buffer, entries = '', filters = 1): string {
  let packed = content
  for (let i = 0; i < filters; i++) packed = deflateSync(packed, { level: 9 })
  const filter = `/Filter [${'/FlateDecode '.repeat(filters)}]`
  return `<< ${entries} ${filter} /Length ${packed.length} >>\nstream\n${packed.toString('latin1')}\nendstream`
}

/** A PDF whose pages all show the object 3. */
function sharedContent(
  pages: number,
  content: string,
  resources = '<< >>',
  ...more: readonly string[]
): Buffer {
  const first = 4 + more.length
  const kids = Array.from({ length: pages }, (_, i) => `${first + i} 0 R`).join(' ')
  const page = `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R /Resources ${resources} >>`
  return rawLatin(
    catalogue,
    `<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`,
    content,
    ...more,
    ...Array.from({ length: pages }, () => page),
  )
}

/** Like rawPdf, for objects that hold bytes. */
function rawLatin(...objects: readonly string[]): Buffer {
  return Buffer.from(rawLatinText(objects), 'latin1')
}

function rawLatinText(objects: readonly string[]): string {
  const body = objects.map((object, i) => `${i + 1} 0 obj\n${object}\nendobj\n`).join('')
  return `%PDF-1.7\n${body}trailer\n<< /Root 1 0 R /Size ${objects.length + 1} >>\n%%EOF\n`
}

const helvetica = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'
const withFont = '<< /Font << /F 4 0 R >> >>'

/** Words of a page, one in a place of its own each, so that none runs into the next. */
function manyWords(count: number): Buffer {
  const columns = 400
  const line = (y: number): string => `1 0 0 1 2 ${y} Tm (${'a '.repeat(columns)}) Tj\n`
  const lines = Array.from({ length: Math.ceil(count / columns) }, (_, i) =>
    line(Math.round(100 * (840 - i * 1.6)) / 100),
  )
  return Buffer.from(`BT /F 1 Tf\n${lines.join('')}ET`)
}

/**
 * One word, its letters pressed so that it stays on the page; a string of PDF ends at 32,767 bytes.
 */
function longWord(letters: number): Buffer {
  const piece = 25_000
  const pieces = Array.from(
    { length: letters / piece },
    () => `(${'abcdefghij'.repeat(piece / 10)}) Tj`,
  )
  return sharedContent(
    1,
    stream(
      Buffer.from(`BT /F 10 Tf ${100 / letters} Tz 1 0 0 1 20 400 Tm\n${pieces.join('\n')}\nET`),
    ),
    withFont,
    helvetica,
  )
}

/** Words of one line, pressed so that they stay on the page. */
function longLine(words: number): Buffer {
  const pieces = Array.from({ length: words / 5_000 }, () => `(${'a '.repeat(5_000)}) Tj`)
  return sharedContent(
    1,
    stream(
      Buffer.from(`BT /F 10 Tf ${6_000 / words} Tz 1 0 0 1 20 400 Tm\n${pieces.join('\n')}\nET`),
    ),
    withFont,
    helvetica,
  )
}

/** Forms that each draw the next one ten times: ten levels are ten thousand million. */
function formPyramid(levels: number): Buffer {
  const form = (next: number | null): string => {
    const resources = next === null ? '<< >>' : `<< /XObject << /X ${next} 0 R >> >>`
    const content = next === null ? paths(10) : Buffer.from('/X Do '.repeat(10))
    return stream(
      content,
      `/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources ${resources}`,
    )
  }
  const forms = Array.from({ length: levels }, (_, i) => form(i === levels - 1 ? null : 5 + i))
  return sharedContent(1, stream(Buffer.from('/X Do')), '<< /XObject << /X 4 0 R >> >>', ...forms)
}

/** A form that draws itself. */
function formRing(): Buffer {
  const form = stream(
    Buffer.from('0 0 m 9 9 l S /X Do /X Do'),
    '/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X 4 0 R >> >>',
  )
  return sharedContent(1, stream(Buffer.from('/X Do')), '<< /XObject << /X 4 0 R >> >>', form)
}

/**
 * Attachments that call themselves e-invoices: 400 megabytes of blanks each, in a few kilobytes for
 * all.
 */
function explodingAttachments(count: number): Buffer {
  const packed = deflatedBlanks(400_000_000)
  const bomb = `<< /Type /EmbeddedFile /Filter [/FlateDecode /FlateDecode] /Length ${packed.length} >>\nstream\n${packed.toString('latin1')}\nendstream`
  const names = Array.from(
    { length: count },
    (_, i) => `(factur-x${i}.xml) << /Type /Filespec /F (factur-x${i}.xml) /EF << /F 4 0 R >> >>`,
  ).join(' ')
  const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>'
  return rawLatin(
    `<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [${names}] >> >> >>`,
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    page,
    bomb,
  )
}

/** So many blanks, deflated twice. */
function deflatedBlanks(bytes: number): Buffer {
  return deflateSync(deflateSync(Buffer.alloc(bytes, 32), { level: 9 }), { level: 9 })
}

/** A font whose glyphs have names that say nothing, and no table back to letters. */
function fontWithoutLetters(): Buffer {
  const codes = Array.from({ length: 94 }, (_, i) => i + 33)
  const names = codes.map((code) => `/g${code}`).join(' ')
  const glyphs = codes.map((code) => `/g${code} 6 0 R`).join(' ')
  const font = `<< /Type /Font /Subtype /Type3 /FontBBox [0 0 10 10] /FontMatrix [0.1 0 0 0.1 0 0] /FirstChar 33 /LastChar 126 /Widths [${codes.map(() => 10).join(' ')}] /Encoding << /Type /Encoding /Differences [33 ${names}] >> /CharProcs << ${glyphs} >> >>`
  const glyph = stream(Buffer.from('10 0 0 0 8 8 d1 0 0 8 8 re f'))
  const content = Array.from(
    { length: 40 },
    (_, i) => `1 0 0 1 50 ${800 - 18 * i} Tm (Rechnung 4711 99,00 EUR) Tj`,
  ).join('\n')
  return sharedContent(
    1,
    stream(Buffer.from(`BT /F 10 Tf\n${content}\nET`)),
    withFont,
    font,
    '<< >>',
    glyph,
  )
}

/**
 * A TIFF of one page that promises strips of `side` × `side` pixels in 32 bits each, and holds none
 * of them.
 */
function tiffOfStrips(side: number, stripBytes: number): Buffer {
  const entry = (tag: number, type: number, count: number, value: number): Buffer => {
    const bytes = Buffer.alloc(12)
    bytes.writeUInt16LE(tag, 0)
    bytes.writeUInt16LE(type, 2)
    bytes.writeUInt32LE(count, 4)
    bytes.writeUInt32LE(value, 8)
    return bytes
  }
  // width, height, bits, compression, photometric, strip offset, samples, rows per strip, strip
  // bytes
  const entries = [
    entry(256, 4, 1, side),
    entry(257, 4, 1, side),
    entry(258, 3, 1, 8),
    entry(259, 3, 1, 1),
    entry(262, 3, 1, 1),
    entry(273, 4, 1, 8),
    entry(277, 3, 1, 1),
    entry(278, 4, 1, side),
    entry(279, 4, 1, stripBytes),
  ]
  const head = Buffer.from([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, entries.length, 0])
  return Buffer.concat([head, ...entries, Buffer.alloc(4)])
}

const ubl = (inside: string): string =>
  `<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">${inside}</Invoice>`

export const hostileDocuments: readonly Hostile[] = [
  {
    name: 'a hundred pages that share 150,000 paths',
    make: () => sharedContent(100, stream(paths(150_000))),
    outcomes: tooMuch,
  },
  {
    name: 'a page of two million paths',
    make: () => sharedContent(1, stream(paths(2_000_000))),
    outcomes: tooMuch,
  },
  {
    name: 'a stream of a gigabyte',
    make: () => sharedContent(1, stream(Buffer.alloc(1_000_000_000, 32))),
    outcomes: [...tooMuch, 'read'],
  },
  {
    name: 'a hundred pages that share a stream of 200 megabytes',
    make: () => sharedContent(100, stream(Buffer.alloc(200_000_000, 32), '', 2)),
    outcomes: [...tooMuch, 'read'],
  },
  {
    name: 'a stream deflated ten times',
    make: () => sharedContent(1, stream(paths(100_000), '', 10)),
    outcomes: [...tooMuch, 'read'],
  },
  {
    name: 'a stream behind a thousand filters',
    make: () => sharedContent(1, stream(Buffer.from('q Q'), '', 1000)),
    outcomes: ['read', 'DOCUMENT_CORRUPT'],
  },
  {
    name: 'a PNG of 2,500 million pixels',
    make: () => pngBomb(50_000, 50_000),
    outcomes: ['DOCUMENT_TOO_MANY_PIXELS'],
  },
  {
    name: 'a page tree in a ring',
    make: () =>
      rawPdf(
        catalogue,
        '<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 9 >>',
        '<< /Type /Page /Parent 2 0 R /Contents 3 0 R >>',
      ),
    outcomes: ['read', 'DOCUMENT_CORRUPT', 'DOCUMENT_EMPTY'],
  },
  {
    name: 'a form that draws itself',
    make: formRing,
    outcomes: ['read', 'DOCUMENT_CORRUPT', ...tooMuch],
  },
  {
    name: 'forms that draw forms, ten thousand million times',
    make: () => formPyramid(10),
    outcomes: tooMuch,
  },
  {
    name: 'a hundred attachments of 400 megabytes',
    make: () => explodingAttachments(100),
    outcomes: tooMuch,
  },
  { name: 'a PDF that needs a password', make: encryptedPdf, outcomes: ['DOCUMENT_ENCRYPTED'] },
  {
    name: 'a PDF without pages',
    make: () => rawPdf(catalogue, '<< /Type /Pages /Kids [] /Count 0 >>'),
    outcomes: ['DOCUMENT_EMPTY', 'DOCUMENT_CORRUPT'],
  },
  {
    name: 'ten thousand pages',
    make: () => sharedContent(10_000, stream(Buffer.from('q Q'))),
    outcomes: ['DOCUMENT_TOO_MANY_PAGES'],
  },
  { name: 'a font without a way back to letters', make: fontWithoutLetters, outcomes: ['read'] },
  {
    name: 'a PDF that is a web page too',
    make: async () =>
      Buffer.concat([Buffer.from('<html><script>alert(1)</script>'), await pdfOf([])]),
    outcomes: ['DOCUMENT_TYPE'],
  },
  {
    name: 'a JPEG cut off in its middle',
    make: async () =>
      (
        await sharp(await imageOf(['Total']))
          .jpeg()
          .toBuffer()
      ).subarray(0, 3_000),
    outcomes: ['DOCUMENT_CORRUPT'],
  },
  {
    name: 'a TIFF with a strip of four gigabytes',
    make: () => tiffOfStrips(8_000, 0xffff_fff0),
    outcomes: ['DOCUMENT_CORRUPT', 'DOCUMENT_TOO_LARGE'],
  },
  {
    name: 'a TIFF of four thousand million pixels',
    make: () => tiffOfStrips(65_000, 1_000),
    outcomes: ['DOCUMENT_TOO_MANY_PIXELS'],
  },
  {
    name: 'amounts of 400 digits',
    make: () =>
      pdfOf(
        Array.from({ length: 30 }, (_, i) => ({
          text: `Total ${'9'.repeat(400)},99 EUR`,
          x: 20,
          y: 800 - 20 * i,
          size: 2,
        })),
      ),
    outcomes: ['read'],
  },
  {
    name: 'two hundred thousand words on a page',
    make: () => sharedContent(1, stream(manyWords(200_000)), withFont, helvetica),
    outcomes: ['read', ...tooMuch],
  },
  {
    name: 'a hundred pages of fifty thousand words',
    make: () => sharedContent(100, stream(manyWords(50_000)), withFont, helvetica),
    outcomes: tooMuch,
  },
  {
    name: 'a line of fifty thousand words',
    make: () => longLine(50_000),
    outcomes: ['DOCUMENT_TOO_COMPLEX'],
  },
  {
    name: 'a word of a megabyte',
    make: () => longWord(1_000_000),
    outcomes: ['DOCUMENT_TOO_COMPLEX'],
  },
  { name: 'a word of 150,000 letters', make: () => longWord(150_000), outcomes: ['read'] },
  {
    name: 'XML whose entities are a thousand million',
    make: () =>
      Buffer.from(
        `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "${'lol'.repeat(1_000)}"><!ENTITY b "${'&a;'.repeat(1_000)}">]><x>${'&b;'.repeat(1_000)}</x>`,
      ),
    outcomes: ['DOCUMENT_TYPE'],
  },
  {
    name: 'XML a million levels deep',
    make: () => Buffer.from(ubl('<a>'.repeat(1_000_000) + '</a>'.repeat(1_000_000))),
    outcomes: ['read'],
  },
  {
    name: 'XML of a million elements',
    make: () => Buffer.from(ubl('<a/>'.repeat(1_000_000))),
    outcomes: ['read'],
  },
  {
    name: 'a signature around a signature, a hundred times',
    make: () =>
      Array.from({ length: 100 }).reduce<Buffer>((inner) => signedDer(inner), Buffer.from(ubl(''))),
    outcomes: ['DOCUMENT_CORRUPT'],
  },
  {
    name: 'a signature of a million open nodes',
    make: () =>
      Buffer.concat([
        Buffer.from('308006092a864886f70d010702', 'hex'),
        Buffer.alloc(2_000_000, Buffer.from('a080', 'hex')),
      ]),
    outcomes: ['DOCUMENT_CORRUPT'],
  },
  {
    name: 'EDIFACT of two million segments',
    make: () => Buffer.from(`UNB+UNOA:1'UNH+1+INVOIC'${"A'".repeat(2_000_000)}`),
    outcomes: ['read'],
  },
  {
    name: 'a segment of EDIFACT of three million components',
    make: () => Buffer.from(`UNB+UNOA:1'UNH+1+INVOIC'${':'.repeat(3_000_000)}'`),
    outcomes: ['read'],
  },
]
