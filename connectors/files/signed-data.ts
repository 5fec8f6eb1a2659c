/**
 * The document within a CMS signature (RFC 5652; files named .p7m): how FatturaPA and other
 * documents of Italy are signed.
 *
 *   ContentInfo { signedData, [0] SignedData { version, digestAlgorithms,
 *     EncapsulatedContentInfo { data, [0] OCTET STRING }, certificates, signers } }
 *
 * Only the content is taken out: the signature is NOT verified. Who trusts it has to verify it before
 * sending, by the rules of the country. Read are DER and BER (indefinite lengths, content in pieces),
 * and both of them as base64. Node's crypto reads no CMS, and a library for all of it (pkijs with
 * asn1js) is larger than the five nodes on the way to the content.
 *
 * The bytes are a stranger's: depth and pieces are bounded, no length is believed beyond its
 * container, and what is torn is DOCUMENT_CORRUPT.
 */

import { ErrataError } from '../../errors.ts'

const signedData = '06092a864886f70d010702' // 1.2.840.113549.1.7.2 with its tag and length
const mostLayers = 4 // signatures around one another
const mostDepth = 8 // constructed strings inside one another
const mostPieces = 100_000 // of the content; programs write pieces of a kilobyte
const longestHead = 64 // bytes in which the type of the content stands

/** Whether bytes begin like a CMS signature, as they are or as base64. */
export function isSigned(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4 * longestHead))
  if (isSignedBinary(head)) return true
  const text = base64Of(head.toString('latin1'))
  return text !== null && isSignedBinary(Buffer.from(text, 'base64'))
}

const isSignedBinary = (head: Buffer): boolean =>
  head[0] === 0x30 && head.subarray(1, longestHead).toString('hex').includes(signedData)

/** The base64 text, without the lines that PEM puts around it; null for any other text. */
function base64Of(text: string): string | null {
  const inner = text
    .replace(/^\s*-----BEGIN [A-Z0-9 ]+-----/, '')
    .replace(/-----END [A-Z0-9 ]+-----\s*$/, '')
    .replace(/\s+/g, '')
  return /^M[A-Z0-9+/=]+$/i.test(inner) ? inner : null
}

/** The innermost content; the bytes themselves where nothing is signed. DOCUMENT_CORRUPT. */
export function contentOf(bytes: Uint8Array): Uint8Array {
  let content = bytes
  for (let layer = 0; isSigned(content); layer++) {
    if (layer === mostLayers) throw torn('too many signatures around one another')
    content = contentOfOne(content)
  }
  return content
}

function contentOfOne(bytes: Uint8Array): Uint8Array {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const text = raw[0] === 0x30 ? null : base64Of(raw.toString('latin1'))
  const whole = text === null ? raw : Buffer.from(text, 'base64')
  const info = nodeAt(whole, 0, whole.length)
  const [, signed] = childrenOf(whole, info, 2)
  const inner = signed === undefined ? undefined : childrenOf(whole, signed, 1)[0]
  const encapsulated = inner === undefined ? undefined : childrenOf(whole, inner, 3)[2]
  const explicit = encapsulated === undefined ? undefined : childrenOf(whole, encapsulated, 2)[1]
  const string = explicit === undefined ? undefined : childrenOf(whole, explicit, 1)[0]
  if (string === undefined) throw torn('a signature without its content')
  const pieces: Buffer[] = []
  collect(whole, string, pieces, 0)
  return Buffer.concat(pieces)
}

interface Node {
  readonly tag: number
  readonly start: number // of the content
  readonly end: number // of the content; where the length is indefinite, of its container
  readonly isOpen: boolean // until a node of two zeros
}

const octetString = 0x04
const constructed = 0x20

function nodeAt(bytes: Buffer, at: number, end: number): Node {
  const [tag, first] = [bytes[at], bytes[at + 1]]
  if (tag === undefined || first === undefined || at + 2 > end || (tag & 0x1f) === 0x1f)
    throw torn('a signature that ends early')
  if (first === 0x80) return { tag, start: at + 2, end, isOpen: true }
  if (first < 0x80) return closed(tag, at + 2, first, end)
  const count = first & 0x7f
  if (count > 4 || at + 2 + count > end) throw torn('a length beyond the signature')
  return closed(tag, at + 2 + count, bytes.readUIntBE(at + 2, count), end)
}

function closed(tag: number, start: number, length: number, end: number): Node {
  if (start + length > end) throw torn('a length beyond the signature')
  return { tag, start, end: start + length, isOpen: false }
}

/** The first children of a constructed node. */
function childrenOf(bytes: Buffer, parent: Node, count: number): Node[] {
  const found: Node[] = []
  if ((parent.tag & constructed) === 0) return found
  for (let at = parent.start; at < parent.end && found.length < count;) {
    const node = nodeAt(bytes, at, parent.end)
    if (parent.isOpen && isEnd(node)) break
    found.push(node)
    if (found.length < count) at = endOf(bytes, node, 0)
  }
  return found
}

const isEnd = ({ tag, start, end, isOpen }: Node): boolean => tag === 0 && !isOpen && start === end

/** Where the node after this one begins. */
function endOf(bytes: Buffer, node: Node, depth: number): number {
  if (!node.isOpen) return node.end
  if (depth > mostDepth) throw torn('a signature nested too deep')
  for (let at = node.start; at < node.end;) {
    const inner = nodeAt(bytes, at, node.end)
    if (isEnd(inner)) return inner.end
    at = endOf(bytes, inner, depth + 1)
  }
  throw torn('a signature that ends early')
}

function collect(bytes: Buffer, node: Node, pieces: Buffer[], depth: number): void {
  if ((node.tag & ~constructed) !== octetString) throw torn('a content that is no octets')
  if (pieces.length > mostPieces || depth > mostDepth) throw torn('a content in too many pieces')
  if ((node.tag & constructed) === 0) {
    pieces.push(bytes.subarray(node.start, node.end))
    return
  }
  for (let at = node.start; at < node.end;) {
    const inner = nodeAt(bytes, at, node.end)
    if (node.isOpen && isEnd(inner)) return
    collect(bytes, inner, pieces, depth + 1)
    at = endOf(bytes, inner, depth + 1)
  }
  if (node.isOpen) throw torn('a signature that ends early')
}

const torn = (message: string): ErrataError => new ErrataError('DOCUMENT_CORRUPT', message)
