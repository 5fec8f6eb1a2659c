/** What taggers found on held-out documents, in a file until the re-rankers are fitted. */

import { deserialize, serialize } from 'node:v8'
import type { ScratchFile } from '../connectors/files/scratch-file.ts'
import type { Decoded } from '../processors/model/guess.ts'
import { column } from './columns.ts'

/** The words that the lexicons know follow from the document. */
export type Found = Pick<Decoded, 'spans' | 'pointed'>

export interface DecodedFile {
  readonly add: (found: Found | null) => void
  readonly at: (k: number) => Found | null
}

export function decodedFile(file: ScratchFile): DecodedFile {
  const places = column(new Float64Array(0))
  const sizes = column(new Int32Array(0))
  return {
    add(found) {
      const bytes = serialize(found)
      places.push(file.append(bytes))
      sizes.push(bytes.length)
    },
    at(k) {
      const bytes = Buffer.allocUnsafe(sizes.values()[k] as number)
      file.read(bytes, places.values()[k] as number)
      return deserialize(bytes) as Found | null
    },
  }
}
