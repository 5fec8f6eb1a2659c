/**
 * Screenshots of the pages: `node --import tsx tests/browser/screens.ts FOLDER`. Made documents, so that they may be shown.
 */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { Task } from '../../schemas/types.ts'
import { makeTask, openDesk, type PrintedLine } from '../desk.ts'
import { openBrowser } from './chromium.ts'

const small = { width: 1280, height: 720 }
const large = { width: 1920, height: 1080 }

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

async function shoot(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const more = Array.from({ length: 9 }, (_, i) => makeTask({ documentId: `more-${i}`, sha256: `e${i}`.padEnd(64, '0'), priority: 3 - i / 10, receivedAt: Date.now() - i * 4_000_000, fileName: `invoice-${i}.pdf` }))
  const desk = await openDesk([makeTask({ receivedAt: Date.now() - 300_000 }), tallReceipt(), hostileTask(), ...more])
  const empty = await openDesk()
  const browser = await openBrowser()
  const open = async (url: string, viewport: { width: number; height: number }, colorScheme: 'light' | 'dark'): Promise<Page> => {
    const context = await browser.newContext({ viewport, colorScheme })
    await context.addInitScript(() => localStorage.setItem('errata.reviewer', 'Mara Lindqvist'))
    const page = await context.newPage()
    await page.goto(url)
    await page.waitForLoadState('load')
    if (/review\/./.test(url)) await page.waitForSelector('.paper img')
    await page.waitForTimeout(500)
    return page
  }
  const save = async (page: Page, name: string): Promise<void> => {
    await page.screenshot({ path: join(folder, `${name}.png`) })
    await page.context().close()
  }
  try {
    for (const [size, viewport] of [['small', small], ['large', large]] as const) {
      for (const scheme of ['light', 'dark'] as const) await save(await open(`${desk.url}/review/d-1`, viewport, scheme), `review-${size}-${scheme}`)
    }
    const typing = await open(`${desk.url}/review/d-1`, small, 'light')
    await typing.keyboard.type('RE')
    await typing.waitForTimeout(500)
    await save(typing, 'review-typing')
    const keys = await open(`${desk.url}/review/d-1`, small, 'light')
    await keys.keyboard.press('?')
    await save(keys, 'keys')
    await save(await open(`${desk.url}/review/tall`, small, 'light'), 'review-tall')
    await save(await open(`${desk.url}/review/${encodeURIComponent('hostile/../<b>')}`, small, 'light'), 'review-hostile')
    await save(await open(`${empty.url}/review`, small, 'light'), 'empty')
    await save(await open(`${empty.url}/`, small, 'light'), 'start')
    await save(await open(`${empty.url}/documents`, small, 'dark'), 'documents')
  } finally {
    await browser.close()
    await desk.close()
    await empty.close()
  }
}

if (process.argv[1]?.endsWith('screens.ts') === true) await shoot(process.argv[2] ?? 'screens')
