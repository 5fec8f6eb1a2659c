/**
 * Every hostile document ends: in a code or a reading, in its time, within its memory, and the next
 * invoice is read.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256Of } from '../../../connectors/blobs/blobs.ts'
import { openDocumentReader, type DocumentReader } from '../../../connectors/reader/reader.ts'
import { readConfig } from '../../../config.ts'
import { codeOf } from '../../../errors.ts'
import { pdfOf } from '../../papers.ts'
import { hostileDocuments } from './documents.ts'

const documentTimeoutMs = 60_000
const memoryBytes = 1_600_000_000 // resident, of the reading process
const overshootBytes = 600_000_000 // until its parent looks again, on a machine under load
const largestOnDisk = 8_000_000 // bytes

const folder = mkdtempSync(join(tmpdir(), 'errata-hostile-'))
let reader: DocumentReader
beforeAll(async () => {
  reader = await openDocumentReader(
    {
      ...readConfig({}),
      documentTimeoutMs,
      ocrEngine: 'tesseract',
      ocrLanguages: 'eng',
      ocrWorkers: 1,
    },
    { cacheFolder: folder, memoryBytes },
  )
})
afterAll(async () => {
  await reader.close()
  rmSync(folder, { recursive: true })
})

const read = (bytes: Buffer): ReturnType<DocumentReader['read']> =>
  reader.read({ bytes, sha256: sha256Of(bytes) })

/** The largest resident memory of our reading processes, looked at again and again until `stop`. */
function watchChildren(): { readonly stop: () => number } {
  let most = 0
  const look = (): void => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const parent = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) . /, '')
          .split(' ')[0]
        if (parent === String(process.pid))
          most = Math.max(
            most,
            4096 * Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]),
          )
      } catch {
        // it has ended
      }
    }
  }
  const timer = setInterval(look, 50)
  return { stop: () => (clearInterval(timer), most) }
}

describe('the reader', () => {
  test.each(hostileDocuments.map((document) => [document.name, document] as const))(
    'ends with %s, and reads the next invoice',
    async (_, { make, outcomes }) => {
      const bytes = await make()
      expect(bytes.length).toBeLessThan(largestOnDisk)
      const memory = watchChildren()
      const began = performance.now()
      const outcome = await read(bytes).then(() => 'read', codeOf)
      const tookMs = performance.now() - began
      expect(memory.stop()).toBeLessThan(memoryBytes + overshootBytes)
      expect(outcomes).toContain(outcome)
      expect(tookMs).toBeLessThan(documentTimeoutMs + 60_000) // processes start, and are not the document's time
      const invoice = await pdfOf([
        { text: `Invoice ${sha256Of(bytes).slice(0, 8)}`, x: 50, y: 700 },
      ])
      expect((await read(invoice)).words.map(({ text }) => text)).toEqual([
        'Invoice',
        sha256Of(bytes).slice(0, 8),
      ])
    },
    180_000,
  )
})
