/** The type of a document is what its bytes say. */

import { mediaTypeOf, xmlRoot, xmlText } from '../../../connectors/files/media-type.ts'
import { codeOf } from '../../../errors.ts'

const typeOf = (bytes: Buffer | string): string => {
  try {
    return mediaTypeOf(Buffer.from(bytes as string))
  } catch (error) {
    return codeOf(error)
  }
}

test.each<[string, Buffer | string, string]>([
  ['PDF', '%PDF-1.4\n', 'application/pdf'],
  ['PDF with rubbish in front', 'junk\n%PDF-1.4\n', 'application/pdf'],
  ['PNG', Buffer.from('89504e470d0a1a0a00', 'hex'), 'image/png'],
  ['JPEG', Buffer.from('ffd8ffe000', 'hex'), 'image/jpeg'],
  ['TIFF, little end first', Buffer.from('49492a0008', 'hex'), 'image/tiff'],
  ['TIFF, big end first', Buffer.from('4d4d002a00', 'hex'), 'image/tiff'],
  [
    'WebP',
    Buffer.concat([Buffer.from('RIFF'), Buffer.alloc(4), Buffer.from('WEBPVP8 ')]),
    'image/webp',
  ],
  [
    'UBL',
    '<?xml version="1.0"?>\n<!-- made by us -->\n<Invoice xmlns="urn:oasis">',
    'application/xml',
  ],
  [
    'CII with prefix and byte order mark',
    '\ufeff<rsm:CrossIndustryInvoice xmlns:rsm="x">',
    'application/xml',
  ],
  ['UTF-16', Buffer.from('\ufeff<Invoice>', 'utf16le'), 'application/xml'],
  [
    'UTF-16 without a byte order mark',
    Buffer.from('<?xml version="1.0" encoding="UTF-16"?><Invoice>', 'utf16le'),
    'application/xml',
  ],
  ['FatturaPA', '<p:FatturaElettronica xmlns:p="urn:any">', 'application/xml'],
  [
    'an order of UBL',
    '<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2">',
    'DOCUMENT_NOT_INVOICE',
  ],
  [
    'a response to an order, with a prefix',
    '<a:OrderResponse xmlns="urn:b" xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:OrderResponse-2">',
    'DOCUMENT_NOT_INVOICE',
  ],
  ['an order without a namespace', '<Order><ID>1</ID></Order>', 'DOCUMENT_NOT_INVOICE'],
  [
    'an order of Order-X',
    '<rsm:SCRDMCCBDACIOMessageStructure xmlns:rsm="urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:100">',
    'DOCUMENT_NOT_INVOICE',
  ],
  [
    'a receipt of the Italian exchange',
    '<t:RicevutaConsegna xmlns:t="http://www.fatturapa.gov.it/sdi/messaggi/v1.0">',
    'DOCUMENT_NOT_INVOICE',
  ],
  ['an order of another program', '<Order xmlns="http://example.org/shop">', 'application/xml'],
  [
    'EDIFACT',
    "UNA:+.? 'UNB+UNOC:3+A+B+260305:1200+1'UNH+1+INVOIC:D:96A:UN'",
    'application/edifact',
  ],
  [
    'EDIFACT with a byte order mark and line breaks',
    "\ufeff\r\nUNB+UNOW:4+A+B'\r\nUNH+1+INVOIC:D:01B:UN'\r\n",
    'application/edifact',
  ],
  [
    'an order of EDIFACT',
    "UNB+UNOA:2+A+B+260305:1200+1'UNH+1+ORDERS:D:96A:UN'",
    'DOCUMENT_NOT_INVOICE',
  ],
  ['a letter in capitals', 'UNBEKANNT VERZOGEN', 'DOCUMENT_TYPE'],
  ['nothing', '', 'DOCUMENT_EMPTY'],
  ['text', 'Dear Sir or Madam', 'DOCUMENT_TYPE'],
  ['a ZIP', 'PK\u0003\u0004', 'DOCUMENT_TYPE'],
  ['a GIF', 'GIF89a', 'DOCUMENT_TYPE'],
  ['HTML', '<!DOCTYPE html><html><body>', 'DOCUMENT_TYPE'],
  ['HTML that hides a PDF', '<html><!-- %PDF-1.4 -->', 'DOCUMENT_TYPE'],
  ['SVG', '<svg xmlns="http://www.w3.org/2000/svg">', 'DOCUMENT_TYPE'],
  [
    'XML that reaches for a file',
    '<!DOCTYPE i [<!ENTITY e SYSTEM "file:///etc/passwd">]><Invoice>&e;</Invoice>',
    'DOCUMENT_TYPE',
  ],
  ['an unclosed comment', '<!-- <Invoice>', 'DOCUMENT_TYPE'],
])('%s', (_, bytes, expected) => expect(typeOf(bytes)).toBe(expected))

test('XML text is read in the encoding that it declares', () => {
  expect(
    xmlText(Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>ü</a>', 'latin1')),
  ).toContain('<a>ü</a>')
  expect(xmlText(Buffer.from('<?xml version="1.0" encoding="no-such"?><a>ü</a>'))).toContain(
    '<a>ü</a>',
  )
  expect(
    xmlText(Buffer.from('<?xml version="1.0" encoding="UTF-16"?><a>ü</a>', 'utf16le').swap16()),
  ).toContain('<a>ü</a>')
  expect(xmlRoot(xmlText(Buffer.from('\ufeff<ns:Root a="1"/>', 'utf16le')))).toBe('Root')
})

test('what declares another encoding than it has is read in the one that it has', () => {
  expect(xmlText(Buffer.from('<?xml version="1.0" encoding="utf-16"?><a>ü</a>'))).toContain(
    '<a>ü</a>',
  )
  expect(
    xmlText(Buffer.from('<?xml version="1.0" encoding="UTF-8"?><a>ü</a>', 'latin1')),
  ).toContain('<a>ü</a>')
})
