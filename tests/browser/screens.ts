/**
 * Screenshots of the pages: `node --import tsx tests/browser/screens.ts FOLDER`. Made documents, so that they may be shown.
 */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { makeTask, openDesk } from '../desk.ts'
import { openBrowser } from './chromium.ts'
import { hostileTask, tallReceipt } from './documents.ts'

const small = { width: 1280, height: 720 }
const large = { width: 1920, height: 1080 }

const figures: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  straight_through: [{ day: '2024-03-14', profile: 'invoice', documents: 412, accepted: 331, accepted_share: 0.8034, sampled: 8, reviewed: 73, corrected_later: 1 }, { day: '2024-03-15', profile: 'invoice', documents: 388, accepted: 326, accepted_share: 0.8402, sampled: 7, reviewed: 55, corrected_later: 0 }],
  quality_by_field: ['invoice_number', 'issue_date', 'grand_total', 'iban'].flatMap((field, i) => [{ profile: 'invoice', field, basis: 'review', judged: 128 - i, precision: 0.902 - i / 50, recall: 0.88, correction_rate: 0.11 }, { profile: 'invoice', field, basis: 'sample', judged: 15, precision: 1, recall: 1, correction_rate: 0 }]),
  review_time: [{ day: '2024-03-15', reviewer: 'Mara Lindqvist', verdicts: 55, edited_fields: 31, p50_seconds: 7.4, p95_seconds: 31.2 }],
  latency_by_stage: [{ stage: 'ocr', records: 800, p50_ms: 210, p95_ms: 1840, max_ms: 9120 }, { stage: 'extract', records: 800, p50_ms: 38, p95_ms: 120, max_ms: 410 }],
}

async function shoot(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const more = Array.from({ length: 9 }, (_, i) => makeTask({ documentId: `more-${i}`, sha256: `e${i}`.padEnd(64, '0'), priority: 3 - i / 10, receivedAt: Date.now() - i * 4_000_000, fileName: `invoice-${i}.pdf` }))
  const desk = await openDesk([makeTask({ receivedAt: Date.now() - 300_000 }), tallReceipt(), hostileTask(), ...more])
  const empty = await openDesk([], { query: async (name) => figures[name] ?? [] })
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
    const chosen = await open(`${desk.url}/review/d-1`, small, 'light')
    await chosen.locator('[data-key="grand_total"]').click()
    await chosen.waitForTimeout(200)
    await save(chosen, 'review-chosen')
    const keys = await open(`${desk.url}/review/d-1`, small, 'light')
    await keys.keyboard.press('?')
    await save(keys, 'keys')
    await save(await open(`${desk.url}/review/tall`, small, 'light'), 'review-tall')
    await save(await open(`${desk.url}/review/${encodeURIComponent('hostile/../<b>')}`, small, 'light'), 'review-hostile')
    await save(await open(`${empty.url}/review`, small, 'light'), 'empty')
    await save(await open(`${empty.url}/`, small, 'light'), 'start')
    await save(await open(`${empty.url}/dashboard`, small, 'light'), 'dashboard')
    await save(await open(`${empty.url}/documents`, small, 'dark'), 'documents')
  } finally {
    await browser.close()
    await desk.close()
    await empty.close()
  }
}

await shoot(process.argv[2] ?? 'screens')
