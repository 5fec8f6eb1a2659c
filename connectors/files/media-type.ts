/**
 * Detects a document's media type from its content alone. Names and headers come from the sender
 * and are ignored.
 *
 * Only the first kilobyte is read, so this is cheap enough for the intake; the decoder rejects a
 * file that merely begins like a PDF.
 */

import { ErrataError } from '../../errors.ts'
import { firstMessageType, isInterchange } from '../../processors/sources/edifact-segments.ts'
import { isOtherMessage, rootNamed } from '../../processors/sources/xml-root.ts'
import { isSigned } from './signed-data.ts'

export const mediaTypes = [
  'application/pdf',
  'image/png',
  'image/jpeg',
  'image/tiff',
  'image/webp',
  'application/xml',
  'application/edifact',
  'application/pkcs7-mime', // one of the others within a signature, see signed-data.ts
] as const
export type MediaType = (typeof mediaTypes)[number]

/**
 * Most bytes of XML, as UTF-8: it is sent in a record, whose limit is 10 MiB, and the largest real
 * ones have some hundred kilobytes.
 */
export const mostXmlBytes = 8 * 1024 * 1024

const headBytes = 1024 // PDF readers accept the header anywhere in the first kilobyte
const longestProlog = 65_536 // bytes of declarations and comments before the root element

/**
 * The type. DOCUMENT_EMPTY for no bytes, DOCUMENT_TYPE for anything but the types above,
 * DOCUMENT_NOT_INVOICE for orders and other messages of e-business.
 */
export function mediaTypeOf(bytes: Uint8Array): MediaType {
  if (bytes.length === 0) throw new ErrataError('DOCUMENT_EMPTY', 'the document has no bytes')
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, headBytes))
  const begins = (hex: string, at = 0): boolean =>
    head.subarray(at, at + hex.length / 2).toString('hex') === hex

  if (begins('89504e470d0a1a0a')) return 'image/png'
  if (begins('ffd8ff')) return 'image/jpeg'
  if (begins('49492a00') || begins('4d4d002a') || begins('49492b00') || begins('4d4d002b'))
    return 'image/tiff'
  if (begins('52494646') && begins('57454250', 8)) return 'image/webp'
  if (isSigned(bytes)) return 'application/pkcs7-mime'
  const type = textType(bytes, head)
  if (type !== null) return type
  throw new ErrataError(
    'DOCUMENT_TYPE',
    'neither PDF, PNG, JPEG, TIFF, WebP nor an e-invoice by content',
    { bytes: bytes.length },
  )
}

/** EDIFACT, XML, or the PDF that may have text before its header. */
function textType(bytes: Uint8Array, head: Buffer): MediaType | null {
  const letters = head.toString('latin1').replace(/^\u00ef\u00bb\u00bf/, '') // byte order mark
  if (isInterchange(letters)) {
    refuseOtherMessages(letters)
    return 'application/edifact'
  }
  const text = xmlText(bytes.subarray(0, longestProlog))
  const root = xmlRoot(text)
  if (root === null) return head.includes('%PDF-') ? 'application/pdf' : null
  if (['html', 'svg'].includes(root.toLowerCase())) return null
  refuseOthers(text, root)
  return 'application/xml'
}

function refuseOtherMessages(text: string): void {
  const type = firstMessageType(text)
  if (type !== null && type !== 'INVOIC') throw notInvoice(type)
}

function refuseOthers(text: string, name: string): void {
  if (isOtherMessage(rootNamed(text, name))) throw notInvoice(name)
}

const notInvoice = (message: string): ErrataError =>
  new ErrataError('DOCUMENT_NOT_INVOICE', 'a message of e-business, but not an invoice', {
    message: message.slice(0, 40),
  })

/**
 * Text of XML bytes: byte order mark or the pattern of its zeros, else the declared encoding, else
 * UTF-8 (XML 1.0, appendix F). Corrects two common errors of programs: declaring UTF-16 for 8-bit
 * text, and writing Windows-1252 instead of UTF-8.
 */
export function xmlText(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200))
  const declared =
    /^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([\w.:-]+)["']/.exec(
      start.toString('latin1').replace(/^\u00ef\u00bb\u00bf/, ''),
    )?.[1] ?? 'utf-8'
  const encoding =
    wideEncoding(start.subarray(0, 4).toString('hex')) ??
    (/^(?:utf-?16|ucs-?2)/i.test(declared) ? 'utf-8' : declared)
  if (!/^utf-?8$/i.test(encoding)) {
    try {
      return new TextDecoder(encoding).decode(bytes)
    } catch {
      return new TextDecoder('utf-8').decode(bytes) // an unknown encoding
    }
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

function wideEncoding(head: string): string | null {
  if (head.startsWith('fffe') || head === '3c003f00') return 'utf-16le'
  return head.startsWith('feff') || head === '003c003f' ? 'utf-16be' : null
}

/**
 * Local name of the root element, or null where the text is not XML. XML with a document type
 * declaration is rejected: e-invoices have none, and its entities could read files and exhaust
 * memory.
 */
export function xmlRoot(text: string): string | null {
  let at = /^[\ufeff\s]*/.exec(text)?.[0].length ?? 0
  while (text.startsWith('<?', at) || text.startsWith('<!--', at)) {
    const close = text.startsWith('<?', at) ? '?>' : '-->'
    const end = text.indexOf(close, at + 2)
    if (end < 0) return null
    at = end + close.length
    while (/\s/.test(text.charAt(at))) at++
  }
  return (
    /^<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]/.exec(text.slice(at, at + 300))?.[1] ?? null
  )
}
