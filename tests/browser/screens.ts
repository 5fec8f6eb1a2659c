/**
 * Screenshots of every page: `npm run screenshots [FOLDER]`, by default into docs/screenshots.
 * Documents and figures are made up, so the pictures may be published. Names are stable, so a
 * change of a page shows as a change of its picture.
 */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { openMadeDocuments } from '../made-documents.ts'
import { makeTask, openReviewServer } from '../review-server.ts'
import { openBrowser } from './chromium.ts'
import { hostileTask, longInvoice, rightToLeft, tallReceipt } from './documents.ts'
import { madeAnalytics, madeAudit, madeOperate } from './figures.ts'
import { settled } from './rig.ts'

const small = { width: 1280, height: 720 }
const large = { width: 1920, height: 1080 }
const patienceMs = 300_000 // a page of 7,000 pixels renders slowly under load
type Shot = readonly [
  name: string,
  path: string,
  options?: {
    readonly size?: typeof small
    readonly dark?: boolean
    readonly tall?: boolean
    readonly empty?: boolean
    readonly act?: (page: Page) => Promise<void>
  },
]

const key = (name: string): string => `[data-key="${name}"]`
const shots: readonly Shot[] = [
  ['review', '/review/d-1'],
  ['review-dark', '/review/d-1', { dark: true }],
  ['review-large', '/review/d-1', { size: large }],
  ['review-large-dark', '/review/d-1', { size: large, dark: true }],
  ['typing', '/review/d-1', { act: async (page) => page.keyboard.type('RE') }],
  ['candidates', '/review/d-1', { act: async (page) => page.locator(key('grand_total')).click() }],
  [
    'lesson',
    '/review/d-1',
    {
      act: async (page) => {
        await page.keyboard.press('Alt+c')
        await page.locator(key('seller_name')).click()
        await page.keyboard.press('F2')
        await page.locator('.field.selected textarea').fill('Nordlicht Werkzeuge')
        await page.keyboard.press('Enter')
        await page.locator('.lessons li').first().waitFor()
      },
    },
  ],
  [
    'grid',
    '/review/d-1',
    {
      act: async (page) => {
        await page.locator(key('#1.quantity')).click()
        await page.keyboard.press('Alt+g')
        await page.locator(key('#1.quantity')).scrollIntoViewIfNeeded()
      },
    },
  ],
  ['boxes', '/review/d-1', { act: async (page) => page.keyboard.press('Alt+w') }],
  ['keys', '/review/d-1', { act: async (page) => page.keyboard.press('?') }],
  ['receipt-7000', '/review/tall'],
  ['hostile', `/review/${encodeURIComponent('hostile/../<b>')}`],
  ['right-to-left', '/review/rtl'],
  ['pages-30', '/review/long', { act: async (page) => page.locator(key('#402.quantity')).click() }],
  ['queue-empty', '/review', { empty: true }],
  ['dashboard-empty', '/dashboard', { empty: true }],
  ['models-empty', '/models', { empty: true }],
  ['start', '/'],
  ['documents', '/documents', { tall: true }],
  ['document', '/documents/d-1'],
  ['dashboard', '/dashboard', { tall: true }],
  ['dashboard-dark', '/dashboard', { dark: true }],
  [
    'models',
    '/models',
    {
      act: async (page) => {
        await page.getByLabel('Choose invoice/3').click()
        await page.getByLabel('Choose invoice/2').click()
      },
    },
  ],
  [
    'rules',
    '/rules',
    { act: async (page) => page.getByRole('button', { name: 'History' }).first().click() },
  ],
  ['dead-letters', '/dead'],
  ['audit', '/audit', { dark: true }],
]

async function shoot(folder: string, only: string | null): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const more = Array.from({ length: 9 }, (_, i) =>
    makeTask({
      documentId: `more-${i}`,
      sha256: `e${i}`.padEnd(64, '0'),
      priority: 3 - i / 10,
      receivedAt: Date.now() - i * 4_000_000,
      fileName: `invoice-${i}.pdf`,
    }),
  )
  const now = Date.now() - 300_000
  const made = openMadeDocuments()
  made.accept('d-1', 'nordlicht-2024-03.pdf')
  for (const { documentId, fileName } of more) made.accept(documentId, fileName ?? documentId)
  const desk = await openReviewServer(
    [
      makeTask({ receivedAt: now }),
      { ...tallReceipt(), receivedAt: now },
      { ...hostileTask(), receivedAt: now },
      { ...longInvoice(), receivedAt: now },
      { ...rightToLeft(), receivedAt: now },
      ...more,
    ],
    {
      analytics: madeAnalytics,
      operate: madeOperate,
      auditLog: madeAudit,
      documents: made.documents,
    },
  )
  const empty = await openReviewServer([], {
    analytics: { query: async () => [], bytes: async () => Buffer.alloc(0) },
    operate: { ...madeOperate, models: () => [], rules: () => [], letters: async () => [] },
  })
  const browser = await openBrowser()
  try {
    for (const [
      name,
      path,
      { size = small, dark = false, tall = false, empty: isEmpty = false, act } = {},
    ] of shots.filter(([shot]) => only === null || shot === only)) {
      const context = await browser.newContext({
        viewport: size,
        colorScheme: dark ? 'dark' : 'light',
      })
      await context.addInitScript(() => localStorage.setItem('errata.reviewer', 'Mara Lindqvist'))
      const page = await context.newPage()
      page.setDefaultTimeout(patienceMs)
      await page.goto((isEmpty ? empty : desk).url + path)
      if (/review\/./.test(path)) await page.waitForSelector('.paper img')
      else await settled(page)
      if (tall) {
        await page.setViewportSize({
          ...size,
          height: await page.evaluate(() => document.body.scrollHeight),
        }) // tables are fetched as they come near the view
        await settled(page)
        await page.setViewportSize(size)
      }
      await page.waitForTimeout(300)
      await act?.(page)
      await page.waitForTimeout(act === undefined ? 200 : 600)
      const picture = await page.screenshot({ fullPage: tall })
      await sharp(picture)
        .png({ palette: true, effort: 7 })
        .toFile(join(folder, `${name}.png`)) // a third of the size
      await context.close()
      console.error(join(folder, `${name}.png`))
    }
  } finally {
    await browser.close()
    await desk.close()
    await empty.close()
    made.close()
  }
}

await shoot(process.argv[2] ?? 'docs/screenshots', process.argv[3] ?? null)
