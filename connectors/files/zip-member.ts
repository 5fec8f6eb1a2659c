/**
 * One member of a zip archive, found by the archive's central directory: stored or deflated, not
 * encrypted, below 4 GiB. Python wheels are such archives. What the bytes are worth, the caller
 * decides by their checksum.
 */

import { inflateRawSync } from 'node:zlib'

const endOfDirectory = 0x06054b50
const entryOfDirectory = 0x02014b50
const [stored, deflated] = [0, 8] // methods

/** Null where the archive has no such member or can't be read; at most `mostBytes`. */
export function zipMember(archive: Buffer, name: string, mostBytes: number): Buffer | null {
  try {
    return memberOf(archive, name, mostBytes)
  } catch {
    return null // a length or an offset that leads nowhere, or data that does not inflate
  }
}

function memberOf(archive: Buffer, name: string, mostBytes: number): Buffer | null {
  const signature = Buffer.alloc(4)
  signature.writeUInt32LE(endOfDirectory)
  const end = archive.lastIndexOf(signature)
  if (end < 0) return null
  let at = archive.readUInt32LE(end + 16)
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (archive.readUInt32LE(at) !== entryOfDirectory) return null
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      archive.readUInt16LE(at + offset),
    ) as [number, number, number]
    if (archive.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      const local = archive.readUInt32LE(at + 42)
      const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
      const bytes = archive.subarray(from, from + archive.readUInt32LE(at + 20))
      const method = archive.readUInt16LE(at + 10)
      if (method === stored) return bytes
      return method === deflated ? inflateRawSync(bytes, { maxOutputLength: mostBytes }) : null
    }
    at += 46 + nameLength + extraLength + commentLength
  }
  return null
}
