/**
 * Measures the index of documents: `npm run speed:documents [DOCUMENTS]`, by default 100,000. Folds
 * made-up records of accepted invoices into an index of its own, without a broker, then asks it as
 * the page does: lists, filters, words that few and that all documents have. Prints a table; no
 * figure is asserted anywhere.
 */

import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { openDocumentStore, type DocumentStore } from '../../../connectors/sqlite/document-index.ts'
import type { DocumentFilter, Sorting } from '../../../processors/search/document-index.ts'
import { foldExtracted, foldFinal, foldOcr } from '../../../processors/search/fold-records.ts'
import type { Extracted, Final, Ocr } from '../../../schemas/types.ts'
import { makeTask } from '../../review-server.ts'

const documents = Number(process.argv[2] ?? 100_000)
const vendors = 500
const atOnce = 1_000 // documents between two pauses, in which the index commits
const scope = { profiles: [], vendors: [] }
const task = makeTask()

const questions: readonly (readonly [name: string, filter: DocumentFilter, sort: Sorting])[] = [
  ['all, the latest first', {}, '-received'],
  ['all, by amount', {}, 'amount'],
  ['all, by vendor', {}, 'vendor'],
  ['accepted, by vendor', { states: ['accepted'] }, 'vendor'],
  ['a vendor, by amount', { vendor: 'Vendor 7' }, 'amount'],
  ['amounts in a range', { least: 1_000, most: 2_000 }, '-received'],
  ['a number', { q: 'RE-4711' }, '-received'],
  ['the beginning of a file name', { q: 'scan-99' }, '-received'],
  ['a word that all have', { q: 'nordlicht' }, '-received'],
]

const folder = mkdtempSync(join(tmpdir(), 'errata-speed-'))
try {
  const index = openDocumentStore(folder, 'log')
  const before = process.cpuUsage()
  for (let number = 0; number < documents; number++) {
    addDocument(index, number)
    if (number % atOnce === 0) await setImmediate()
  }
  const { user, system } = process.cpuUsage(before)
  await setImmediate()
  const { size } = statSync(join(folder, 'documents.sqlite'))
  const memory = process.memoryUsage().rss
  row('documents', documents)
  row('CPU seconds to fill', ((user + system) / 1e6).toFixed(1))
  row('file, MB', Math.round(size / 1e6))
  row('memory, MB', Math.round(memory / 1e6))
  for (const [name, filter, sort] of questions)
    row(
      `ms: ${name}`,
      msOf(() => index.find({ ...filter, sort, scope }, { limit: 100 })),
    )
  row(
    'ms: previous and next within a word that all have',
    msOf(() => index.neighbours('d500', { q: 'nordlicht', sort: '-received', scope })),
  )
  index.close()
} finally {
  rmSync(folder, { recursive: true })
}

/** As ocr, extract and settle would have written of it. */
function addDocument(index: DocumentStore, number: number): void {
  const documentId = `d${number}`
  const name = `Vendor ${number % vendors} GmbH`
  const fields = task.fields.map((field) => {
    if (field.name === 'grand_total') return { ...field, value: (number * 1.17).toFixed(2) }
    return field.name === 'invoice_number' ? { ...field, value: `RE-${number}` } : field
  })
  const record = {
    ...task,
    documentId,
    fields,
    vendor: { id: `vat:DE${number % vendors}`, name, evidence: 'vat' },
    fileName: `scan-${number}.pdf`,
    receivedAt: Date.UTC(2026, 0, 1) + 60_000 * number,
    mediaType: 'application/pdf',
    metadata: {},
  }
  const at = { partition: 0, offset: number, time: record.receivedAt, of: number }
  const place = (topic: string) => ({ topic, partition: 0, offset: BigInt(number) })
  const ocr = { ...record, engine: 'made' } as unknown as Ocr
  const extracted = { ...record, route: 'accepted' } as unknown as Extracted
  const final = {
    ...record,
    status: 'accepted',
    revision: 0,
    decidedBy: null,
    duplicateOf: null,
  } as unknown as Final
  index.take(place('ocr'), documentId, (facts) => foldOcr(facts, ocr, at))
  index.take(place('extracted'), documentId, (facts) => foldExtracted(facts, extracted, at))
  index.take(place('final'), documentId, (facts) => foldFinal(facts, final, at))
}

function msOf(act: () => unknown): string {
  const start = performance.now()
  act()
  return (performance.now() - start).toFixed(1)
}

function row(name: string, value: string | number): void {
  process.stdout.write(`${name.padEnd(52)}${String(value).padStart(10)}\n`)
}
