/**
 * An OCR engine of your own: node own-ocr.mjs SERVICE FILE…
 *
 * SERVICE is an HTTP service that takes a page as PNG and answers with its lines:
 * [[{"text": "Total", "box": [x0, y0, x1, y1], "confidence": 0.98}, …], …], boxes in pixels. Pages with a
 * usable text layer are not sent to it.
 */

import { readFile } from 'node:fs/promises'
import { ErrataError, openReader } from 'errata'

const [service, ...files] = process.argv.slice(2)

const engine = {
  name: 'my-ocr',
  version: '1', // another version reads a document anew that is in the cache
  turns: true, // reads pages that lie on their side
  colour: false,
  async read({ bytes, deadlineMs = 120_000 }) {
    const response = await fetch(service, {
      method: 'POST',
      headers: { 'content-type': 'image/png' },
      body: bytes,
      signal: AbortSignal.timeout(deadlineMs),
    }).catch((cause) => {
      // the service's fault, not the document's: a stage would try again
      throw new ErrataError('READER_UNAVAILABLE', `${service} did not answer`, {}, cause)
    })
    if (!response.ok) throw new ErrataError('READER_UNAVAILABLE', `it says ${response.status}`)
    const lines = await response.json()
    const words = lines.flatMap((words, line) =>
      words.map(({ text, box, confidence }) => ({
        text,
        page: 1,
        line,
        box: box.map((pixels) => Math.round(10 * pixels)),
        confidence: Math.round(100 * confidence),
      })),
    )
    return { words, turn: 0, unread: 0 }
  },
  async close() {},
}

const reader = await openReader({ profile: 'receipt', engine, settings: process.env })
for (const file of files) {
  const { fields } = await reader.read(await readFile(file), file)
  console.log(file, fields.seller_name.value, fields.issue_date.value, fields.grand_total.value)
}
await reader.close()
