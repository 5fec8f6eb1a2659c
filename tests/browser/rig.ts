/** A browser, a review service and a page for each test, all closed after it. */

import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { Task } from '../../schemas/types.ts'
import { invoiceLines, openReviewServer, printWords, type ReviewServer } from '../review-server.ts'
import { chromiumPath, openBrowser } from './chromium.ts'

export interface Opening {
  readonly size?: { readonly width: number; readonly height: number }
  readonly scheme?: 'light' | 'dark'
  readonly path?: string
  readonly reviewer?: string | null
}

export interface BrowserRig {
  /** `describe`, or a skipped one without Chromium. */
  readonly withBrowser: typeof describe
  readonly open: (
    tasks: readonly Task[],
    opening?: Opening,
    overrides?: Parameters<typeof openReviewServer>[1],
  ) => Promise<Page>
  /**
   * Another page on the same service; `apart`: for another person, with a browser context of its
   * own.
   */
  readonly visit: (opening?: Opening, apart?: boolean) => Promise<Page>
  readonly desk: () => ReviewServer
  /** Exceptions and console errors of all pages. */
  readonly errors: string[]
}

const small = { width: 1280, height: 720 }
const [patienceMs, testMs] = [100_000, 300_000] // for a machine under load

export function browserRig(): BrowserRig {
  jest.setTimeout(testMs)
  if (chromiumPath === null)
    console.warn(
      'SKIPPED: no Chromium at /usr/bin/chromium, so the pages are not tried in a browser',
    )
  let browser: Browser
  let desk: ReviewServer | null = null
  let contexts: BrowserContext[] = []
  const errors: string[] = []
  beforeAll(async () => {
    if (chromiumPath !== null) browser = await openBrowser()
  })
  afterAll(async () => {
    if (chromiumPath !== null) await browser.close()
  })
  afterEach(async () => {
    for (const context of contexts) await context.close()
    contexts = []
    await desk?.close()
    desk = null
  })
  const visit: BrowserRig['visit'] = async (
    { size = small, scheme = 'light', path = '/review', reviewer = 'mara' } = {},
    apart = false,
  ) => {
    const context =
      (apart ? undefined : contexts[0]) ??
      (await browser.newContext({ viewport: size, colorScheme: scheme }))
    if (!contexts.includes(context)) contexts.push(context)
    if (reviewer !== null)
      await context.addInitScript((name) => localStorage.setItem('errata.reviewer', name), reviewer)
    const page = await context.newPage()
    page.setDefaultTimeout(patienceMs)
    page.on('pageerror', (error) => errors.push(error.message))
    page.on(
      'console',
      (message) =>
        message.type() === 'error' &&
        !/Failed to load resource/.test(message.text()) &&
        errors.push(message.text()),
    )
    await page.goto((desk as ReviewServer).url + path)
    return page
  }
  return {
    withBrowser: chromiumPath === null ? (describe.skip as typeof describe) : describe,
    async open(tasks, opening = {}, overrides = {}) {
      errors.length = 0
      desk = await openReviewServer(tasks, overrides)
      return visit(opening)
    },
    visit,
    desk: () => desk as ReviewServer,
    errors,
  }
}

export const selected = (page: Page) =>
  page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.key ?? null)
export const valueOf = (page: Page, key: string) => page.locator(`[data-key="${key}"]`).inputValue()
export const ready = (page: Page) => page.waitForSelector('.field.selected textarea:focus')
export const until = (page: Page, text: string | RegExp) =>
  page.locator('.status', { hasText: text }).waitFor()
/**
 * Waits until the log has this many answers: the next document may be shown before they are saved.
 */
export const saved = async (page: Page, desk: ReviewServer, answers: number): Promise<void> => {
  while (desk.log.length < answers) await page.waitForTimeout(20)
}
export const shown = (page: Page, vendor: string) =>
  page.locator('.panel h1', { hasText: vendor }).waitFor()

/** Submits, also where fields are unsure; `submit` also where something warns. */
export const submitKeys = ['Control+Enter', 'Control+Shift+Enter']

/** Submits, also where fields are unsure, and lets every warning stand. */
export async function submit(page: Page): Promise<void> {
  for (const key of submitKeys) await page.keyboard.press(key)
  await acceptWarnings(page)
}

/** Answers every warning by Enter, and submits by the same key. */
export async function acceptWarnings(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Does this stand?' })
  await dialog.waitFor()
  const warnings = await dialog.getByRole('listitem').count()
  for (let answered = 0; answered <= warnings; answered++) await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
}

/** The position of a word of the made invoice on the screen: its middle and its edges. */
export async function place(
  page: Page,
  text: string,
): Promise<{ x: number; y: number; left: number; right: number; top: number; bottom: number }> {
  const box = printWords(invoiceLines).find((word) => word.text === text)?.box
  if (box === undefined) throw new Error(`no word ${text}`)
  const paper = await page.locator('.paper').first().boundingBox()
  if (paper === null) throw new Error('no page')
  const [left, top, right, bottom] = box.map((side, i) =>
    i % 2 === 0 ? paper.x + (side / 5950) * paper.width : paper.y + (side / 8420) * paper.height,
  ) as [number, number, number, number]
  return { x: (left + right) / 2, y: (top + bottom) / 2, left, right, top, bottom }
}

/** Draws a box on the page around two words. */
export async function drawAround(
  page: Page,
  first: string,
  last: string,
  slack = 6,
): Promise<void> {
  const [from, to] = [await place(page, first), await place(page, last)]
  await page.mouse.move(from.left - slack, from.top - 2)
  await page.mouse.down()
  await page.mouse.move(to.right + slack, to.bottom + 2, { steps: 4 })
  await page.mouse.up()
}

/** Waits until a page has loaded everything; it keeps listening to events, so it is never idle. */
export async function settled(page: Page): Promise<void> {
  await page.waitForSelector('h1')
  for (let before = ''; ;) {
    const now = await page.locator('#app').innerText()
    if (now === before && !now.includes('Loading…')) return
    before = now
    await page.waitForTimeout(400)
  }
}
