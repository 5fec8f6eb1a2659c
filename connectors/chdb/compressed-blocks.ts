/**
 * ClickHouse's own compressed blocks, which its JDBC driver asks for unless told otherwise
 * (`compress=1`):
 *
 *   CityHash128 of what follows │ 0x82 (LZ4) │ size │ size unpacked │ one LZ4 block
 *   16 bytes                    │ 1          │ 4    │ 4             │
 *
 * Both sizes are little-endian; the first counts the 9 bytes before the data too. The blocks are
 * right and no smaller than what is in them, since LZ4 may be literals only: a store of one machine
 * needs no compression, its clients need the format.
 */

import { setImmediate } from 'node:timers/promises'
import { cityHash128 } from './city-hash.ts'

const lz4 = 0x82
const headBytes = 9
const mostBytes = 1 << 20 // of one block, as ClickHouse has it

/** All of `bytes` as blocks; other requests are served between two of them. */
export async function compressedBlocks(bytes: Uint8Array): Promise<Buffer> {
  const blocks: Buffer[] = []
  for (let start = 0; start < bytes.length; start += mostBytes) {
    blocks.push(blockOf(bytes.subarray(start, start + mostBytes)))
    await setImmediate()
  }
  return Buffer.concat(blocks)
}

function blockOf(bytes: Uint8Array): Buffer {
  const data = literals(bytes)
  const head = Buffer.alloc(headBytes)
  head.writeUInt8(lz4, 0)
  head.writeUInt32LE(headBytes + data.length, 1)
  head.writeUInt32LE(bytes.length, 5)
  const hashed = Buffer.concat([head, data])
  return Buffer.concat([cityHash128(hashed), hashed])
}

/**
 * An LZ4 block of one sequence: a token with the count of literals in its upper half, 15 where more
 * bytes of the count follow, each 255 but the last; then the literals.
 */
function literals(bytes: Uint8Array): Buffer {
  const { length } = bytes
  if (length < 15) return Buffer.concat([Buffer.of(length << 4), bytes])
  const rest = length - 15
  const count = Buffer.alloc(Math.floor(rest / 255) + 1, 255)
  count[count.length - 1] = rest % 255
  return Buffer.concat([Buffer.of(15 << 4), count, bytes])
}
