/** CMS signatures around a content, without a signer: what stands before the content is whole. */

const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const typeSigned = hex('06092a864886f70d010702')
const typeData = hex('06092a864886f70d010701')
const version = hex('020101')
const algorithms = hex('310d300b0609608648016503040201')
const end = hex('0000')

/** A node of definite length. */
export function derOf(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content])
  const size = Buffer.alloc(4)
  size.writeUInt32BE(length)
  return Buffer.concat([Buffer.from([tag, 0x84]), size, content])
}

const berOf = (tag: number, ...parts: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from([tag, 0x80]), ...parts, end])

export const signedOf = (encapsulated: Buffer): Buffer =>
  derOf(0x30, typeSigned, derOf(0xa0, derOf(0x30, version, algorithms, encapsulated, derOf(0x31))))

export const signedDer = (content: Buffer): Buffer =>
  signedOf(derOf(0x30, typeData, derOf(0xa0, derOf(0x04, content))))

export function signedPieces(content: Buffer): Buffer {
  const pieces: Buffer[] = []
  for (let at = 0; at < content.length; at += 10)
    pieces.push(derOf(0x04, content.subarray(at, at + 10)))
  const encapsulated = berOf(0x30, typeData, berOf(0xa0, berOf(0x24, ...pieces)))
  return berOf(
    0x30,
    typeSigned,
    berOf(0xa0, berOf(0x30, version, algorithms, encapsulated, derOf(0x31))),
  )
}
