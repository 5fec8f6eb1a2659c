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

await shoot(process.argv[2] ?? 'screens')
