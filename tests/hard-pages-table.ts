/**
 * How much of each hard page is read, and what of a stamped total:
 *
 *   node --import tsx/esm tests/hard-pages-table.ts ppocr|tesseract [NAME]
 */

import { createHash } from 'node:crypto'
import { readConfig } from '../config.ts'
import { openDocumentReader } from '../connectors/reader/reader.ts'
import { ocrFolderOf } from '../operations/ocr-models.ts'
import type { Word } from '../processors/document/words.ts'
import { hardPage, hardships, readOf, readTotal, stamped, stamps, total } from './hard-pages.ts'

async function print([engine = 'ppocr', only]: readonly string[]): Promise<void> {
  const config = { ...readConfig(process.env), ocrEngine: engine, ocrWorkers: 1 }
  const reader = await openDocumentReader(config, { modelFolder: ocrFolderOf(config) })
  const read = async (bytes: Buffer): Promise<readonly Word[]> =>
    (await reader.read({ bytes, sha256: createHash('sha256').update(bytes).digest('hex') })).words
  const say = (line: string): void => void process.stdout.write(`${line}\n`)
  const wanted = (name: string): boolean => only === undefined || name.includes(only)
  for (const [name, changes] of Object.entries(hardships).filter(([name]) => wanted(name))) {
    const { recall, precision } = readOf(await read(await hardPage(changes)))
    say(
      `${name.padEnd(24)} ${(100 * recall).toFixed(0).padStart(4)} % of the printed words, ${(100 * precision).toFixed(0).padStart(4)} % of the read ones right`,
    )
  }
  for (const [name, stamp] of Object.entries(stamps).filter(([name]) => wanted(`stamp ${name}`))) {
    const found = readTotal(await read(await hardPage([stamped(stamp)])))
    const text = found.map((word) => `${word.text} (${word.confidence})`).join(' ')
    const right = found.some((word) => word.text === total)
    say(`stamp ${name.padEnd(18)} ${right ? 'right' : 'WRONG'}: ${text}`)
  }
  await reader.close()
}

await print(process.argv.slice(2))
