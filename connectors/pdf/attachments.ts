/**
 * Files embedded in a PDF: the e-invoice among them.
 */

import { ErrataError } from '../../errors.ts'
import { invoiceRoots } from '../../processors/sources/einvoice-syntaxes.ts'
import { mostXmlBytes, xmlRoot, xmlText } from '../files/media-type.ts'
import { call, scratch, type Native } from './native.ts'

// in order of preference, any case
const invoiceNames = ['factur-x.xml', 'zugferd-invoice.xml', 'xrechnung.xml']
const maxAttachments = 100
// of all XML together; each is inflated completely before its size is known
const mostInflated = 8 * mostXmlBytes

/**
 * The invoice among the embedded files: by its standard name, else by its root element (Factur-X
 * 1.0, section 6). A file that has the name of an invoice but isn't one, or is too large, is
 * returned as it is or as empty text, so that it is reported. DOCUMENT_TOO_COMPLEX where all
 * together are too large.
 */
export function embeddedInvoice(native: Native, document: number): string | null {
  let inflated = 0
  const count = Math.min(call(native, 'FPDFDoc_GetAttachmentCount', document), maxAttachments)
  const found: { readonly name: string; readonly text: string; readonly isInvoice: boolean }[] = []
  for (let i = 0; i < count; i++) {
    const attachment = call(native, 'FPDFDoc_GetAttachment', document, i)
    if (attachment === 0) continue
    const name = attachmentName(native, attachment).toLowerCase()
    if (!name.endsWith('.xml')) continue
    const size = attachmentSize(native, attachment)
    inflated += size
    if (inflated > mostInflated)
      throw new ErrataError('DOCUMENT_TOO_COMPLEX', 'the embedded XML is too long', {
        limit: mostInflated,
      })
    const bytes =
      size === 0 || size > 2 * mostXmlBytes ? null : attachmentBytes(native, attachment, size)
    const whole = bytes === null ? '' : xmlText(bytes)
    const text = Buffer.byteLength(whole) > mostXmlBytes ? '' : whole
    const isInvoice = invoiceRoots.includes(xmlRoot(text) ?? '')
    if (isInvoice || invoiceNames.includes(name)) found.push({ name, text, isInvoice })
  }
  const rank = (name: string): number =>
    (invoiceNames.indexOf(name) + invoiceNames.length + 1) % (invoiceNames.length + 1)
  return (
    found.sort(
      (a, b) => Number(b.isInvoice) - Number(a.isInvoice) || rank(a.name) - rank(b.name),
    )[0]?.text ?? null
  )
}

function attachmentName(native: Native, attachment: number): string {
  // bytes of UTF-16, including the terminating zero
  const length = call(native, 'FPDFAttachment_GetName', attachment, 0, 0)
  if (length < 2 || length > 2048) return ''
  return scratch(native, length, (at) => {
    call(native, 'FPDFAttachment_GetName', attachment, at, length)
    return Buffer.from(native.HEAPU8.slice(at, at + length - 2)).toString('utf16le')
  })
}

/** Inflated size in bytes; 0 where PDFium can't tell. */
function attachmentSize(native: Native, attachment: number): number {
  return scratch(native, 4, (size) => {
    if (call(native, 'FPDFAttachment_GetFile', attachment, 0, 0, size) !== 1) return 0
    return new DataView(native.HEAPU8.buffer, size, 4).getUint32(0, true)
  })
}

function attachmentBytes(native: Native, attachment: number, length: number): Buffer | null {
  return scratch(native, 4 + length, (size) => {
    const at = size + 4
    if (call(native, 'FPDFAttachment_GetFile', attachment, at, length, size) !== 1) return null
    return Buffer.from(native.HEAPU8.slice(at, at + length))
  })
}
