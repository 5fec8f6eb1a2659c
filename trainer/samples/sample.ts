/**
 * One sample document: words with boxes and the truth about them, drawn from a seed. The same seed,
 * index and options give the same document, on every machine; no clock, no Math.random.
 *
 * The truth is in the format of any labelled folder (fields, printed, line_items,
 * line_items_printed, issuer, lang, layout), with one more key: `spans` names the words of every
 * printed occurrence of a field, so that a trainer needn't guess which of two equal amounts was
 * meant.
 */

import { print } from '../../processors/values/money.ts'
import type { Language } from '../../processors/values/normalise.ts'
import { canvasOf, type Canvas, type Color, type DrawnWord, type Face } from './canvas.ts'
import { issuerOf, type Company } from './companies.ts'
import { formatsOf } from './formats.ts'
import { invoiceOf, type SampleInvoice } from './invoice.ts'
import { drawInvoice, layoutNames, needFoot } from './layouts.ts'
import type { SampleSheet } from './parts.ts'
import { designOf, randomOf, type Design } from './random.ts'
import { drawReceipt } from './receipts.ts'

export interface SampleOptions {
  readonly profile?: 'invoice' | 'receipt' // invoice by default
  readonly languages?: readonly Language[] // all six by default
  // number of the issuer; the index by default, so every document has its own issuer
  readonly issuer?: number
  readonly layout?: string
  readonly latest?: string // ISO date: issue dates are moved into the year before it
}

export interface SampleWordsFile {
  readonly unit: 'pt' | 'px'
  readonly level: 'word'
  readonly pages: readonly {
    readonly page: number
    readonly width: number
    readonly height: number
    readonly words: readonly {
      readonly t: string
      readonly b: readonly [number, number, number, number]
    }[]
  }[]
}

export interface SampleTruth {
  readonly id: string
  readonly source: 'errata-samples'
  readonly doc_type: string
  readonly lang: Language
  readonly layout: string
  readonly issuer: string
  readonly fields: Readonly<Record<string, string | null>>
  readonly printed: Readonly<Record<string, boolean>>
  readonly line_items: readonly Readonly<Record<string, string>>[]
  readonly line_items_printed: readonly (readonly string[])[]
  /** For each field its occurrences, as indexes into the words of all pages. */
  readonly spans: Readonly<Record<string, readonly (readonly number[])[]>>
}

export interface SampleWords {
  readonly id: string
  readonly words: SampleWordsFile
  readonly truth: SampleTruth
}

export interface DrawnSample extends SampleWords {
  readonly canvas: Canvas
  readonly invoice: SampleInvoice | null // null for a receipt
  readonly issuer: Company
}

export const sampleLanguages: readonly Language[] = ['en', 'de', 'fr', 'es', 'it', 'nl']
// Letters are the most common invoices; forms vary most
const often: readonly string[] = [
  'letter',
  'letter',
  'form',
  'form',
  'form',
  'form',
  'listing',
  'listing',
  'registry',
]
const accents: readonly Color[] = [
  [0, 0, 0],
  [0.1, 0.23, 0.45],
  [0.55, 0.1, 0.12],
  [0.05, 0.4, 0.3],
  [0.85, 0.4, 0.05],
  [0.3, 0.3, 0.35],
  [0.35, 0.15, 0.5],
  [0, 0.45, 0.6],
]

/** Words and truth of a sample, without creating its file. */
export function sampleWords(seed: number, index: number, options: SampleOptions = {}): SampleWords {
  const { id, words, truth } = drawSample(seed, index, options)
  return { id, words, truth }
}

/** A sample with everything needed to create its file. */
export function drawSample(seed: number, index: number, options: SampleOptions = {}): DrawnSample {
  return options.profile === 'receipt'
    ? drawnReceipt(seed, index, options)
    : drawnInvoice(seed, index, options)
}

function drawnReceipt(seed: number, index: number, options: SampleOptions): DrawnSample {
  const number = options.issuer ?? index
  const issuer = issuerOf(seed, number, options.languages ?? sampleLanguages, ['goods', 'food'])
  const design = designOf(seed, 'design', number)
  const random = randomOf(seed, 'document', index, 'receipt')
  const formats = formatsOf(issuer, design)
  const id = idOf('receipt', seed, index)
  const { canvas, layout, values } = drawReceipt(issuer, formats, design, random, options.layout)
  return {
    id,
    canvas,
    invoice: null,
    issuer,
    ...filesOf({ id, canvas, issuer, layout, kind: 'receipt', values, rows: [] }),
  }
}

function drawnInvoice(seed: number, index: number, options: SampleOptions): DrawnSample {
  const number = options.issuer ?? index
  const issuer = issuerOf(seed, number, options.languages ?? sampleLanguages)
  const design = designOf(seed, 'design', number)
  const random = randomOf(seed, 'document', index, options.profile ?? 'invoice')
  const id = idOf('sample', seed, index)
  const made = invoiceOf(issuer, design, random)
  const invoice = options.latest === undefined ? made : moved(made, options.latest)
  const layout = layoutOf(design, options.layout)
  const sheet = sheetOf(invoice, issuer, design, layout)
  const { canvas } = sheet
  drawInvoice(sheet, layout)
  const rows = invoice.lines.map((line) => ({
    description: line.description,
    quantity: print(line.quantity),
    unit_price: print(line.price),
    line_total: print(line.total),
    tax_rate: line.rate,
  }))
  const kind = invoice.credit ? 'credit_note' : 'invoice'
  const values = valuesOf(issuer, invoice)
  return {
    id,
    canvas,
    invoice,
    issuer,
    ...filesOf({ id, canvas, issuer, layout, kind, values, rows }),
  }
}

function idOf(prefix: string, seed: number, index: number): string {
  return `${prefix}_${seed}_${String(index).padStart(5, '0')}`
}

/** The requested layout or the issuer's own; one that names the issuer somewhere. */
function layoutOf(design: Design, asked: string | undefined): string {
  const wished = asked ?? design.pick('layout', [...layoutNames, ...often])
  const footless =
    design.pick('foot', ['columns', 'columns', 'columns', 'centred', 'rule', 'none']) === 'none'
  return needFoot.has(wished) && footless ? 'letter' : wished
}

function sheetOf(
  invoice: SampleInvoice,
  issuer: Company,
  design: Design,
  layout: string,
): SampleSheet {
  const american = issuer.country.code === 'US'
  const canvas = canvasOf(american ? 612 : 595.28, american ? 792 : 841.89)
  const body = bodyFace(design, layout)
  const margin = design.between('margin', 34, 66)
  return {
    canvas,
    invoice,
    issuer,
    design,
    formats: formatsOf(issuer, design),
    body,
    strong: { ...body, bold: true },
    small: { ...body, size: Math.max(5.8, body.size - 1.8) },
    accent: design.pick('accent', accents),
    left: margin,
    right: canvas.width - margin,
    top: design.between('top', 30, 60),
    said: new Map(),
  }
}

function bodyFace(design: Design, layout: string): Face {
  const family = design.pick('font', [
    'Helvetica',
    'Helvetica',
    'Helvetica',
    'Helvetica',
    'Times',
    layout === 'typed' ? 'Courier' : 'Times',
    layout === 'typed' ? 'Courier' : 'Helvetica',
  ] as const)
  const size =
    (family === 'Courier' ? 8 : design.between('size', 7.6, 10.4)) *
    (layout === 'grid' || layout === 'market' ? 0.9 : 1)
  return { family, bold: false, size }
}

function valuesOf(issuer: Company, invoice: SampleInvoice): Record<string, string | null> {
  return {
    invoice_number: invoice.number,
    issue_date: invoice.issueDate,
    due_date: invoice.dueDate,
    seller_name: issuer.legalName,
    seller_address: issuer.address.join(' '),
    seller_vat_id: issuer.vatId,
    buyer_name: invoice.buyer.legalName,
    buyer_vat_id: invoice.buyer.vatId,
    purchase_order: invoice.purchaseOrder,
    currency: issuer.country.currency,
    net_total: print(invoice.net),
    tax_total: print(invoice.tax),
    grand_total: print(invoice.grand),
    due_payable: print(invoice.due),
    iban: issuer.iban,
  }
}

interface Drawn {
  readonly id: string
  readonly canvas: Canvas
  readonly issuer: Company
  readonly layout: string
  readonly kind: string // type of document
  readonly values: Readonly<Record<string, string | null>>
  readonly rows: readonly Record<string, string>[]
}

function filesOf({ id, canvas, issuer, layout, kind, values, rows }: Drawn): {
  words: SampleWordsFile
  truth: SampleTruth
} {
  const pages = Array.from({ length: canvas.pageCount() }, (_, index) =>
    canvas.words.filter((word) => word.page === index + 1),
  )
  const all = pages.flat()
  const { spans, cells } = marksOf(all)
  // A printed address reads as printed: with or without commas
  const address = spans['seller_address']?.[0]
    ?.map((index) => (all[index] as DrawnWord).text)
    .join(' ')
  const fields = { ...values, ...(address === undefined ? {} : { seller_address: address }) }
  const tenths = (value: number): number => Math.round(value * 10) / 10
  return {
    words: {
      unit: 'pt',
      level: 'word',
      pages: pages.map((words, index) => ({
        page: index + 1,
        width: canvas.width,
        height: canvas.height,
        words: words.map(({ text, box }) => ({
          t: text,
          b: [tenths(box[0]), tenths(box[1]), tenths(box[2]), tenths(box[3])] as const,
        })),
      })),
    },
    truth: {
      id,
      source: 'errata-samples',
      doc_type: kind,
      lang: issuer.language,
      layout,
      issuer: issuer.legalName,
      fields,
      printed: Object.fromEntries(
        Object.entries(fields)
          .filter(([, value]) => value !== null)
          .map(([name]) => [name, spans[name] !== undefined]),
      ),
      line_items: rows,
      line_items_printed: rows.map((_, index) =>
        ['description', 'quantity', 'unit_price', 'line_total', 'tax_rate'].filter((column) =>
          cells.has(`line:${index}:${column}`),
        ),
      ),
      spans,
    },
  }
}

function marksOf(words: readonly DrawnWord[]): {
  spans: Record<string, number[][]>
  cells: ReadonlySet<string>
} {
  const found = new Map<string, Map<number, number[]>>()
  const cells = new Set<string>()
  words.forEach((word, index) => {
    for (const { field, occurrence } of word.marks) {
      if (field.startsWith('line:')) cells.add(field)
      else {
        const occurrences = found.get(field) ?? new Map<number, number[]>()
        const indexes = occurrences.get(occurrence)
        if (indexes === undefined) occurrences.set(occurrence, [index])
        else indexes.push(index)
        found.set(field, occurrences)
      }
    }
  })
  return {
    spans: Object.fromEntries(
      [...found].map(([field, occurrences]) => [field, [...occurrences.values()]]),
    ),
    cells,
  }
}

/**
 * The same invoice with its dates moved by whole days, so that it is dated in the year before
 * `latest`.
 */
function moved(invoice: SampleInvoice, latest: string): SampleInvoice {
  const dayMs = 86_400_000
  const end = Date.parse(`${latest}T00:00:00Z`)
  const issued = Date.parse(`${invoice.issueDate}T00:00:00Z`)
  const shift = end - ((end - issued) % (300 * dayMs)) - issued
  const move = (iso: string): string =>
    new Date(Date.parse(`${iso}T00:00:00Z`) + shift).toISOString().slice(0, 10)
  const [year, to] = [invoice.issueDate.slice(0, 4), move(invoice.issueDate).slice(0, 4)]
  return {
    ...invoice,
    number: invoice.number.replace(year, to),
    issueDate: move(invoice.issueDate),
    dueDate: move(invoice.dueDate),
    deliveryDate: move(invoice.deliveryDate),
    orderDate: move(invoice.orderDate),
  }
}
