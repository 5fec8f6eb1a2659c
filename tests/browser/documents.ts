/** Documents that strain the review page: very tall, hostile, of many pages, right-to-left. */

import type { Task } from '../../schemas/types.ts'
import { a4, found, makeTask, printWords, type PrintedLine } from '../review-server.ts'

export function tallReceipt(): Task {
  const lines: PrintedLine[] = [
    [30, 40, 18, 'KEDAI RUNCIT MAJU'],
    [30, 60, 12, 'No 12 Jalan Besar, 43000 Kajang'],
    [30, 80, 12, 'Date: 25/12/2018 8:13 PM'],
  ]
  for (let i = 0; i < 330; i++)
    lines.push(
      [30, 120 + 20 * i, 12, `Item ${i + 1} of a long day`],
      [300, 120 + 20 * i, 12, `${(3 + (i % 17)).toFixed(2)}`],
    )
  lines.push([30, 6800, 16, 'TOTAL RM'], [300, 6800, 16, '3,510.00'])
  return makeTask({
    documentId: 'tall',
    profile: 'receipt',
    fileName: 'receipt-very-long.jpg',
    sha256: 'c'.repeat(64),
    lineItems: [],
    checks: [],
    priority: 2,
    fields: [],
    pages: [{ number: 1, width: 420, height: 7000, unit: 'px', source: 'ocr' }],
    reasons: [
      { code: 'missing', field: 'grand_total', detail: null },
      { code: 'missing', field: 'seller_name', detail: null },
    ],
    words: makeTask({}, lines).words,
  })
}

export function hostileTask(): Task {
  const lines: PrintedLine[] = [
    [40, 60, 12, '<img src=x onerror=document.title=1> <script>document.title=2</script>'],
    [40, 90, 12, 'חשבונית מס קבלה مرحبا \u202eevil\u202c'],
    [40, 120, 8, 'W'.repeat(200)],
    [40, 160, 12, 'Total 12.00'],
  ]
  const words = makeTask({}, lines).words
  const base = makeTask()
  const field = (name: string, value: string) => ({
    ...(base.fields[0] as Task['fields'][number]),
    name,
    value,
    raw: value,
    words: [0],
    confidence: 0.4,
  })
  return makeTask({
    documentId: 'hostile/../<b>',
    fileName: '"><img src=x onerror=document.title=3>.pdf',
    sha256: 'd'.repeat(64),
    words,
    lineItems: [],
    checks: [],
    priority: 1,
    vendor: { id: 'x', name: '<img src=x onerror=document.title=4> שלום עולם', evidence: 'name' },
    fields: [
      field('seller_name', '<img src=x onerror=document.title=5>'),
      field('buyer_name', 'חשבונית מס'),
      field('invoice_number', 'W'.repeat(200)),
    ],
    reasons: [{ code: '<b>odd</b>', field: 'seller_name', detail: '<script>' }],
  })
}

export const second = (): Task =>
  makeTask({
    documentId: 'd-2',
    sha256: 'b'.repeat(64),
    priority: 1,
    fileName: 'second.pdf',
    vendor: { id: 'x', name: 'Second Vendor Ltd', evidence: 'name' },
  })

export const third = (): Task =>
  makeTask({ documentId: 'd-3', sha256: 'c'.repeat(64), priority: 0.5, fileName: 'third.pdf' })

/** A document whose sums add up, so that nothing warns. */
export function balanced(changes: Partial<Task> = {}): Task {
  const task = makeTask()
  return {
    ...task,
    fields: task.fields.map((field) =>
      field.name === 'grand_total' ? { ...field, value: '1469.06' } : field,
    ),
    checks: task.checks.map((check) => ({ ...check, outcome: 'passed' })),
    ...changes,
  }
}

/** Thirty pages of line items, 600 rows in all unless a page has more of them. */
export function longInvoice(rowsOfPage = 20): Task {
  const lines: PrintedLine[] = [[56, 60, 18, 'Grosshandel Mayer & Söhne Nachfolger GmbH & Co. KG']]
  for (let page = 1; page <= 30; page++) {
    for (let row = 0; row < rowsOfPage; row++) {
      const y = 120 + (600 / rowsOfPage) * row
      lines.push(
        [56, y, 9, `Artikel ${page}-${row} Sechskantschraube DIN 933 verzinkt`, page],
        [334, y, 9, `${row + 1}`, page],
        [410, y, 9, '2,50', page],
        [492, y, 9, `${((row + 1) * 2.5).toFixed(2).replace('.', ',')}`, page],
      )
    }
  }
  lines.push([360, 780, 11, 'Gesamtbetrag EUR 15.750,00', 30])
  const words = printWords(lines)
  const at = (start: number, count: number) => Array.from({ length: count }, (_, i) => start + i)
  let next = words.findIndex((word) => word.text === 'Artikel')
  const cell = (name: string, value: string, indexes: readonly number[]) => ({
    name,
    value,
    raw: indexes.map((index) => words[index]?.text).join(' '),
    confidence: 0.95,
    page: words[indexes[0] as number]?.page ?? 1,
    box: [],
    words: indexes,
    origin: 'model' as const,
    originId: 'invoice/3',
  })
  const lineItems = Array.from({ length: 30 * rowsOfPage }, (_, i) => {
    const start = next
    next += 9
    const row = i % rowsOfPage
    return {
      cells: [
        cell(
          'description',
          at(start, 6)
            .map((index) => words[index]?.text)
            .join(' '),
          at(start, 6),
        ),
        cell('quantity', String(row + 1), [start + 6]),
        cell('unit_price', '2.50', [start + 7]),
        cell('line_total', ((row + 1) * 2.5).toFixed(2), [start + 8]),
      ],
    }
  })
  return makeTask({
    documentId: 'long',
    sha256: '9'.repeat(64),
    fileName: 'sammelrechnung-2024-quartal-1.pdf',
    vendor: {
      id: 'name:mayer',
      name: 'Grosshandel Mayer & Söhne Nachfolger GmbH & Co. KG',
      evidence: 'name',
    },
    priority: 0.5,
    pages: at(1, 30).map((number) => ({
      number,
      ...a4,
      unit: 'pt' as const,
      source: 'text_layer' as const,
    })),
    words: makeTask({}, lines).words,
    lineItems,
    candidates: [],
    checks: [],
    fields: [
      found(words, 'grand_total', '15750.00', '15.750,00', 0.8),
      found(
        words,
        'seller_name',
        'Grosshandel Mayer & Söhne Nachfolger GmbH & Co. KG',
        'Grosshandel Mayer & Söhne Nachfolger GmbH & Co. KG',
        0.99,
      ),
    ],
    reasons: [{ code: 'missing', field: 'invoice_number', detail: null }],
  })
}

export function rightToLeft(): Task {
  const lines: PrintedLine[] = [
    [340, 60, 18, 'شركة النور للتجارة'],
    [340, 90, 10, 'فاتورة ضريبية رقم 1042'],
    [340, 110, 10, 'التاريخ 2024/03/14'],
    [56, 160, 10, 'חשבונית מס קבלה 7731'],
    [56, 240, 9, 'وصف'],
    [334, 240, 9, 'كمية'],
    [492, 240, 9, 'المجموع'],
    [56, 260, 9, 'ورق طباعة A4'],
    [334, 260, 9, '10'],
    [492, 260, 9, '250.00'],
    [340, 380, 11, 'الإجمالي 250.00 SAR'],
  ]
  const words = printWords(lines)
  return makeTask({
    documentId: 'rtl',
    sha256: '8'.repeat(64),
    fileName: 'فاتورة.pdf',
    vendor: { id: 'name:nur', name: 'شركة النور للتجارة', evidence: 'name' },
    words: makeTask({}, lines).words,
    checks: [],
    priority: 0.4,
    candidates: [],
    fields: [
      found(words, 'seller_name', 'شركة النور للتجارة', 'شركة النور للتجارة', 0.6),
      found(words, 'buyer_name', 'חשבונית מס', 'חשבונית מס', 0.4),
      found(
        words,
        'grand_total',
        '250.00',
        '250.00',
        0.9,
        'model',
        words.findIndex(({ text }) => text === 'الإجمالي'),
      ),
    ],
    lineItems: [
      {
        cells: [
          found(words, 'description', 'ورق طباعة A4', 'ورق طباعة A4'),
          found(words, 'quantity', '10', '10'),
          found(words, 'line_total', '250.00', '250.00'),
        ],
      },
    ],
    reasons: [
      { code: 'low_confidence', field: 'seller_name', detail: '0.600 < 0.900' },
      { code: 'missing', field: 'invoice_number', detail: null },
    ],
  })
}
