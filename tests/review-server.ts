/**
 * A review service for tests: real server, real store, real pages, made documents. Verdicts go into
 * an array instead of a topic; the path through a real broker is tried end to end elsewhere.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import sharp from 'sharp'
import { openLocks } from '../connectors/redis/locks.ts'
import {
  openAccess,
  openTaskStore,
  review,
  secure,
  secureOptions,
  type ReviewDeps,
  type TaskStore,
} from '../connectors/http/review/review.ts'
import { ErrataError } from '../errors.ts'
import { holdToContract } from './contract.ts'
import { textWidth } from '../trainer/samples/canvas.ts'
import { packWords, unpackWords, type Word } from '../processors/document/words.ts'
import { normaliserOf } from '../processors/review/interpret-input.ts'
import { verdictOfAnswer, type ReviewAnswer } from '../processors/review/verdicts.ts'
import { documentContext } from '../processors/document/context.ts'
import { loadProfiles, profileOf } from '../schemas/profiles.ts'
import type { Field, LineItem, Page, Reason, Task, Verdict } from '../schemas/types.ts'

/** A printed line: where it begins, its size and its text, in points. */
export type PrintedLine = readonly [x: number, y: number, size: number, text: string, page?: number]

export const a4 = { width: 595, height: 842 } // points

export const invoiceLines: readonly PrintedLine[] = [
  [56, 60, 20, 'Nordlicht Werkzeuge GmbH'],
  [56, 84, 9, 'Hafenstraße 12, 20457 Hamburg'],
  [56, 98, 9, 'USt-IdNr. DE136695976'],
  [56, 160, 10, 'Atelier Sommer'],
  [56, 174, 10, 'Lindenweg 4'],
  [56, 188, 10, '50674 Köln'],
  [360, 160, 10, 'Rechnung Nr. RE-2024-00817'],
  [360, 176, 10, 'Datum 14.03.2024'],
  [360, 192, 10, 'Fällig am 13.04.2024'],
  [56, 260, 9, 'Pos Bezeichnung'],
  [330, 260, 9, 'Menge'],
  [400, 260, 9, 'Einzelpreis'],
  [490, 260, 9, 'Betrag'],
  [56, 282, 9, '1 Stechbeitel 12 mm, gehärtet'],
  [334, 282, 9, '4'],
  [410, 282, 9, '18,50'],
  [492, 282, 9, '74,00'],
  [56, 300, 9, '2 Japansäge Ryoba 240 mm'],
  [334, 300, 9, '2'],
  [410, 300, 9, '46,90'],
  [492, 300, 9, '93,80'],
  [56, 318, 9, '3 Schleifstein 1000/6000'],
  [334, 318, 9, '1'],
  [410, 318, 9, '1.066,70'],
  [492, 318, 9, '1.066,70'],
  [360, 372, 10, 'Summe netto'],
  [484, 372, 10, '1.234,50'],
  [360, 388, 10, 'zzgl. 19 % USt'],
  [484, 388, 10, '234,56'],
  [360, 408, 11, 'Gesamtbetrag EUR'],
  [480, 408, 11, '1.469,06'],
  [56, 760, 8, 'IBAN DE89 3704 0044 0532 0130 00'],
  [56, 774, 8, 'Zahlbar innerhalb von 30 Tagen ohne Abzug.'],
]

/** Of a letter of another script, as a share of the size: about, as it is drawn within a word. */
function letterWidth(letter: string): number {
  if ('וזיןנג اأإلنبتيئ'.includes(letter)) return 0.3
  if ('شسصضف'.includes(letter)) return 0.83
  return /[\u0590-\u05ff]/.test(letter) ? 0.6 : 0.52
}

/** Words of printed lines, each as wide as its letters. */
export function printWords(lines: readonly PrintedLine[]): Word[] {
  return lines.flatMap(([x, y, size, text, page = 1], line) => {
    const isRightToLeft = /^[\u0590-\u08ff]/.test(text)
    let left = x
    const parts = text.split(' ')
    return (isRightToLeft ? parts.reverse() : parts)
      .map((part) => {
        const width = /^[ -~äöüÄÖÜß,.]*$/.test(part)
          ? textWidth(part, { family: 'Helvetica', bold: false, size })
          : size * [...part].reduce((sum, letter) => sum + letterWidth(letter), 0)
        const box = [
          10 * left,
          10 * (y - 0.75 * size),
          10 * (left + width),
          10 * (y + 0.25 * size),
        ].map(Math.round) as [number, number, number, number]
        left += width + 0.28 * size
        return { text: part, page, line, box, confidence: 100 }
      })
      [isRightToLeft ? 'reverse' : 'slice']() // read from the right
  })
}

const originIds: Readonly<Partial<Record<Field['origin'], string>>> = {
  model: 'invoice/3',
  rule: 'r-4c1d',
}

/**
 * A predicted field that stands on the words which print `raw`, the first of them from word `from`
 * on.
 */
export function found(
  words: readonly Word[],
  name: string,
  value: string | null,
  raw: string | null,
  confidence = 0.97,
  origin: Field['origin'] = 'model',
  from = 0,
): Field {
  const parts = raw?.split(' ') ?? []
  const start =
    raw === null
      ? -1
      : words.findIndex(
          (_, i) => i >= from && parts.every((part, k) => words[i + k]?.text === part),
        )
  const indexes = start < 0 ? [] : parts.map((_, k) => start + k)
  return {
    name,
    value,
    raw,
    confidence,
    page: start < 0 ? null : (words[start] as Word).page,
    box: [],
    words: indexes,
    origin,
    originId: originIds[origin] ?? null,
  }
}

export function makeTask(
  changes: Partial<Task> = {},
  lines: readonly PrintedLine[] = invoiceLines,
): Task {
  const words = printWords(lines)
  const rows: readonly (readonly [string, string, string, string])[] = [
    ['Stechbeitel 12 mm, gehärtet', '4', '18,50', '74,00'],
    ['Japansäge Ryoba 240 mm', '2', '46,90', '93,80'],
    ['Schleifstein 1000/6000', '1', '1.066,70', '1.066,70'],
  ]
  const lineItems: LineItem[] = rows.map(([description, quantity, price, total]) => {
    const name = found(words, 'description', description, description)
    // the row goes on after its name, cell by cell: the same figure may stand farther up, or twice
    // in it
    let after = (name.words.at(-1) ?? -1) + 1
    const cell = (column: string, value: string, raw: string): Field => {
      const field = found(words, column, value, raw, 0.97, 'model', after)
      after = (field.words.at(-1) ?? after - 1) + 1
      return field
    }
    return {
      cells: [
        name,
        cell('quantity', quantity, quantity),
        cell('unit_price', normal(price), price),
        cell('line_total', normal(total), total),
      ],
    }
  })
  const reasons: Reason[] = [
    { code: 'low_confidence', field: 'due_date', detail: '0.614 < 0.930' },
    { code: 'missing', field: 'invoice_number', detail: null },
    { code: 'check_failed', field: 'grand_total', detail: 'totals_add_up' },
  ]
  return {
    documentId: 'd-1',
    revision: 0,
    tenant: 'default',
    profile: 'invoice',
    fileName: 'nordlicht-2024-03.pdf',
    source: 'http',
    sha256: 'a'.repeat(64),
    receivedAt: 1_710_000_000_000,
    priority: 3.2,
    reasons,
    vendor: { id: 'vat:DE136695976', name: null, evidence: 'vat' },
    fields: [
      found(words, 'issue_date', '2024-03-14', '14.03.2024'),
      found(words, 'due_date', '2024-04-13', '13.04.2024', 0.614),
      found(
        words,
        'seller_name',
        'Nordlicht Werkzeuge GmbH',
        'Nordlicht Werkzeuge GmbH',
        0.99,
        'rule',
      ),
      found(
        words,
        'seller_address',
        'Hafenstraße 12, 20457 Hamburg',
        'Hafenstraße 12, 20457 Hamburg',
      ),
      found(words, 'seller_vat_id', 'DE136695976', 'DE136695976', 0.99, 'xml'),
      found(words, 'buyer_name', 'Atelier Sommer', 'Atelier Sommer', 0.91),
      found(words, 'currency', 'EUR', 'EUR', 0.99, 'rule'),
      found(words, 'net_total', '1234.50', '1.234,50'),
      found(words, 'tax_total', '234.56', '234,56'),
      found(words, 'grand_total', '1066.70', '1.066,70', 0.71),
      found(words, 'iban', 'DE89370400440532013000', 'DE89 3704 0044 0532 0130 00'),
    ],
    candidates: [
      found(words, 'grand_total', '1469.06', '1.469,06', 0.22),
      found(words, 'grand_total', '1234.50', '1.234,50', 0.04),
      found(words, 'invoice_number', 'RE-2024-00817', 'RE-2024-00817', 0.31),
    ],
    lineItems,
    checks: [
      {
        name: 'totals_add_up',
        outcome: 'failed',
        fields: ['grand_total', 'net_total', 'tax_total'],
        detail: null,
      },
      { name: 'iban', outcome: 'passed', fields: ['iban'], detail: null },
    ],
    model: { name: 'invoice', version: 3, sha256: 'b'.repeat(64) },
    rulesVersion: '0:12',
    pages: [{ number: 1, ...a4, unit: 'pt', source: 'text_layer' }],
    words: packWords(words),
    ...changes,
  }
}

function normal(amount: string): string {
  return amount.replace('.', '').replace(',', '.')
}

/**
 * A page drawn from its words, as an image of it would look; a scan is never enlarged. Thousands of
 * words take seconds.
 */
export async function drawPage(task: Task, number: number, maxWidth: number): Promise<Buffer> {
  const page = task.pages.find((candidate) => candidate.number === number) as Page
  const width = Math.min(
    maxWidth,
    page.unit === 'px' ? page.width : maxWidth,
    Math.floor((16_000 * page.width) / page.height),
  ) // WebP ends at 16,383 pixels
  const escape = (text: string): string =>
    text.replace(/[<>&"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
  const texts = unpackWords(task.words)
    .filter((word) => word.page === number)
    .map(
      ({ text, box: [x0, y0, x1, y1] }) =>
        `<text x="${x0}" y="${y1 - 0.24 * (y1 - y0)}" font-size="${y1 - y0}" textLength="${Math.max(1, x1 - x0)}" lengthAdjust="spacingAndGlyphs">${escape(text)}</text>`,
    )
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" viewBox="0 0 ${page.width * 10} ${page.height * 10}" font-family="Liberation Sans, sans-serif"><rect width="100%" height="100%" fill="#fff"/>${texts.join('')}</svg>`
  return sharp(Buffer.from(svg), { limitInputPixels: 100_000_000 }).webp({ quality: 80 }).toBuffer()
}

export interface ReviewServer {
  readonly url: string
  readonly app: FastifyInstance
  readonly store: TaskStore
  readonly log: Verdict[]
  /** While true the broker takes nothing. */
  broken: boolean
  /** Takes a task in, as the follower would. */
  readonly add: (task: Task) => void
  readonly close: () => Promise<void>
}

type Overrides = Partial<ReviewDeps> & {
  readonly config?: Parameters<typeof openAccess>[0]['config']
}

export async function openReviewServer(
  tasks: readonly Task[] = [],
  { config, ...overrides }: Overrides = {},
): Promise<ReviewServer> {
  const folder = mkdtempSync(join(tmpdir(), 'errata-desk-'))
  const store = openTaskStore(folder)
  const byHash = new Map<string, Task>()
  const log: Verdict[] = []
  let offset = 0n
  const { accounts, audit } = overrides
  const access = openAccess({
    config: config ?? { token: null, host: '127.0.0.1' },
    accounts,
    audit,
  })
  const app = Fastify({
    ...secureOptions(access, { trustedProxies: null }),
    forceCloseConnections: true,
  })
  const desk = {
    app,
    store,
    log,
    broken: false,
    url: '',
    add: (task: Task): void => {
      byHash.set(task.sha256, task)
      store.addTask(task.documentId, task, { partition: 0, offset: offset++ })
    },
    close: async (): Promise<void> => {
      await app.close()
      store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  secure(app, access)
  holdToContract(app)
  await review(app, {
    access,
    tasks: store,
    locks: openLocks(null, '', () => Date.now()),
    profiles: () => loadProfiles(),
    now: () => Date.now(),
    publishVerdict: async (verdict) => {
      await new Promise((done) => setTimeout(done, 5)) // long enough for two posts to meet
      if (desk.broken) throw new ErrataError('BROKER_UNREACHABLE', 'no broker')
      return { partition: 0, offset: BigInt(log.push(verdict) - 1) }
    },
    pageImage: async (sha256, page, maxWidth) => {
      const task = byHash.get(sha256)
      if (task === undefined) throw new ErrataError('BLOB_MISSING', 'no such bytes')
      return { bytes: await drawPage(task, page, maxWidth), mediaType: 'image/webp' }
    },
    ...overrides,
  })
  tasks.forEach(desk.add)
  desk.url = await app.listen({ host: '127.0.0.1', port: 0 })
  return desk
}

/** The verdict that an answer to a task is. */
export function verdictOn(task: Task, changes: Partial<ReviewAnswer> = {}): Verdict {
  const result = verdictOfAnswer({
    task,
    profile: profileOf(loadProfiles(), task.profile),
    basis: 'task',
    now: 5,
    normalise: normaliserOf(documentContext({ pages: task.pages, words: unpackWords(task.words) })),
    answer: { revision: task.revision + 1, reviewer: 'mara', decision: 'confirmed', ...changes },
  })
  if ('problems' in result) throw new Error(JSON.stringify(result.problems))
  return result.verdict
}
