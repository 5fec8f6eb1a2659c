/** Documents that strain the review page: one very tall, one hostile. */

import type { Task } from '../../schemas/types.ts'
import { makeTask, type PrintedLine } from '../desk.ts'

export function tallReceipt(): Task {
  const lines: PrintedLine[] = [[30, 40, 18, 'KEDAI RUNCIT MAJU'], [30, 60, 12, 'No 12 Jalan Besar, 43000 Kajang'], [30, 80, 12, 'Date: 25/12/2018 8:13 PM']]
  for (let i = 0; i < 330; i++) lines.push([30, 120 + 20 * i, 12, `Item ${i + 1} of a long day`], [300, 120 + 20 * i, 12, `${(3 + (i % 17)).toFixed(2)}`])
  lines.push([30, 6800, 16, 'TOTAL RM'], [300, 6800, 16, '3,510.00'])
  return makeTask({
    documentId: 'tall', profile: 'receipt', fileName: 'receipt-very-long.jpg', sha256: 'c'.repeat(64), lineItems: [], checks: [], priority: 2, fields: [],
    pages: [{ number: 1, width: 420, height: 7000, unit: 'px', source: 'ocr' }], reasons: [{ code: 'missing', field: 'grand_total', detail: null }, { code: 'missing', field: 'seller_name', detail: null }],
    words: makeTask({}, lines).words,
  })
}

export function hostileTask(): Task {
  const lines: PrintedLine[] = [
    [40, 60, 12, '<img src=x onerror=document.title=1> <script>document.title=2</script>'], [40, 90, 12, 'חשבונית מס קבלה مرحبا \u202eevil\u202c'],
    [40, 120, 8, 'W'.repeat(200)], [40, 160, 12, 'Total 12.00'],
  ]
  const words = makeTask({}, lines).words
  const base = makeTask()
  const field = (name: string, value: string) => ({ ...(base.fields[0] as Task['fields'][number]), name, value, raw: value, words: [0], confidence: 0.4 })
  return makeTask({
    documentId: 'hostile/../<b>', fileName: '"><img src=x onerror=document.title=3>.pdf', sha256: 'd'.repeat(64), words, lineItems: [], checks: [], priority: 1, vendor: { id: 'x', name: '<img src=x onerror=document.title=4> שלום עולם', evidence: 'name' },
    fields: [field('seller_name', '<img src=x onerror=document.title=5>'), field('buyer_name', 'חשבונית מס'), field('invoice_number', 'W'.repeat(200))],
    reasons: [{ code: '<b>odd</b>', field: 'seller_name', detail: '<script>' }],
  })
}
