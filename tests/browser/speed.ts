/**
 * Measures the review page in a real Chromium: `npm run speed`. Medians of several tries on a
 * made-up queue, with the service in the same process, so the page and its API are measured and not
 * a broker.
 *
 *   cold        from navigation, with an empty cache, to the first editable field, and to the page's image
 *   next        from Ctrl Enter to the next document's fields, and to its image, both painted
 *   typing      from a key to its completions, painted; 2,000 words on the page
 *   keys        from a key to its effect, painted, in an invoice of 30 pages and 900 rows: median, and 95th percentile
 *   panning     dropped frames, as the browser counts them, while scrolling over 2,000 boxes; beside them the same gestures
 *               over an empty page, in turn: frames dropped there are not the page's fault
 *
 * Painted means the frame that shows it: the first task after the one that rendered it. No figure
 * is asserted anywhere: they depend on the machine and its load.
 */

import type { BrowserContext, Page } from 'playwright-core'
import { bundle } from '../../connectors/http/review/bundle.ts'
import {
  found,
  invoiceLines,
  makeTask,
  openReviewServer,
  printWords,
  type PrintedLine,
} from '../review-server.ts'
import { openBrowser } from './chromium.ts'
import { longInvoice } from './documents.ts'
import { median } from '../../cli/bench/measure.ts'

const tries = 9
const size = { width: 1280, height: 720 }
const line = (what: string, figures: readonly number[], unit: string): void =>
  console.log(
    `${what.padEnd(52)} ${median(figures).toFixed(0).padStart(6)} ${unit}   (${Math.min(...figures).toFixed(0)} to ${Math.max(...figures).toFixed(0)})`,
  )

/** Resolves to the time, in ms since navigation, at which a condition held and was painted. */
const paintedWhen = (page: Page, condition: string): Promise<number> =>
  page.evaluate(`new Promise((done) => {
  const look = () => {
    if (!(${condition})) return requestAnimationFrame(look)
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => done(performance.now())
    port2.postMessage(null)
  }
  requestAnimationFrame(look)
})`)
const fieldReady = `document.activeElement?.matches('.field.selected textarea')`
const imageReady = `[...document.querySelectorAll('.paper img:not(.boxes)')].some((image) => image.complete && image.naturalWidth > 0)`

function dense(): readonly PrintedLine[] {
  return Array.from(
    { length: 100 },
    (_, y) =>
      [20, 20 + 8 * y, 5, Array.from({ length: 20 }, (__, x) => `w${y}x${x}`).join(' ')] as const,
  )
}

async function cold(browser: Awaited<ReturnType<typeof openBrowser>>, url: string): Promise<void> {
  const [fields, images]: number[][] = [[], []]
  for (let i = 0; i < tries; i++) {
    const context = await browser.newContext({ viewport: size })
    await context.addInitScript(() => localStorage.setItem('errata.reviewer', 'mara'))
    const page = await context.newPage()
    await page.goto(`${url}/review`, { waitUntil: 'commit' })
    fields?.push(await paintedWhen(page, fieldReady))
    images?.push(await paintedWhen(page, imageReady))
    await context.close()
  }
  line('cold: first field ready', fields as number[], 'ms')
  line('cold: page image shown', images as number[], 'ms')
}

async function next(page: Page, url: string): Promise<void> {
  const [fields, images]: number[][] = [[], []]
  await page.goto(`${url}/review`)
  await paintedWhen(page, `${fieldReady} && ${imageReady}`)
  for (let i = 0; i < tries; i++) {
    // as long as nobody needs to read a document: the next one is there
    await page.waitForTimeout(700)
    const before = await page.evaluate(
      () => document.querySelector<HTMLElement>('.desk')?.dataset.document,
    )
    await page.evaluate(() =>
      addEventListener('keydown', () => Object.assign(window, { pressedAt: performance.now() }), {
        capture: true,
        once: true,
      }),
    )
    const shown = `document.querySelector('.desk')?.dataset.document !== ${JSON.stringify(before)} && ${fieldReady}`
    const [field, image] = [
      paintedWhen(page, shown),
      paintedWhen(page, `${shown} && ${imageReady}`),
    ] // looked for from before the key on
    await page.keyboard.press('Control+Enter')
    const pressedAt = await page.evaluate(
      () => (window as unknown as { pressedAt: number }).pressedAt,
    )
    fields?.push((await field) - pressedAt)
    images?.push((await image) - pressedAt)
  }
  line('next: fields of the next document', fields as number[], 'ms')
  line('next: with its image', images as number[], 'ms')
}

async function typing(page: Page): Promise<void> {
  const figures: number[] = []
  for (let i = 0; i < tries; i++) {
    await page.evaluate(() =>
      addEventListener('keydown', () => Object.assign(window, { pressedAt: performance.now() }), {
        capture: true,
        once: true,
      }),
    )
    const painted = paintedWhen(page, `document.querySelector('.completions li') !== null`)
    await page.keyboard.press('w')
    figures.push(
      (await painted) -
        (await page.evaluate(() => (window as unknown as { pressedAt: number }).pressedAt)),
    )
    await page.keyboard.press('Escape')
  }
  line('typing: completions among 2,000 words', figures, 'ms')
}

/** Keys that a reviewer presses in a grid, one after the other. */
async function keys(page: Page): Promise<void> {
  await page.locator('[data-key="#450.quantity"]').click()
  await page.evaluate(() => {
    const figures: number[] = []
    Object.assign(window, { figures })
    addEventListener(
      'keydown',
      () => {
        const pressedAt = performance.now()
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = () => figures.push(performance.now() - pressedAt)
          port2.postMessage(null)
        })
      },
      { capture: true },
    )
  })
  const pressed = ['Tab', 'Tab', 'ArrowDown', 'ArrowUp', '7', 'Enter', 'Control+z', 'Shift+Tab']
  for (let i = 0; i < tries; i++) {
    for (const key of pressed) {
      await page.keyboard.press(key)
      await page.waitForTimeout(60)
    }
  }
  const figures = await page.evaluate(() => (window as unknown as { figures: number[] }).figures)
  figures.sort((a, b) => a - b)
  line('keys: among 900 rows', figures, 'ms')
  const late = figures[Math.floor(figures.length * 0.95)] ?? NaN
  console.log(`${'keys: 95th percentile'.padEnd(52)} ${late.toFixed(0).padStart(6)} ms`)
}

interface Frames {
  readonly dropped: number
  readonly all: number
}

/**
 * Frames of a smooth scroll down and up again, and how many of them the browser counts as dropped.
 */
async function scrolled(page: Page): Promise<Frames> {
  await page.bringToFront()
  await page.waitForTimeout(500)
  const session = await page.context().newCDPSession(page)
  const events: {
    name: string
    args?: { frame_reporter?: { state?: string; scroll_state?: string } }
  }[] = []
  session.on('Tracing.dataCollected', ({ value }) =>
    events.push(...(value as unknown as typeof events)),
  )
  const complete = new Promise<void>((done) =>
    session.once('Tracing.tracingComplete', () => done()),
  )
  const box = await page.locator('.view').boundingBox()
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      includedCategories: ['cc', 'benchmark', 'disabled-by-default-devtools.timeline.frame'],
    },
  })
  for (const distance of [-400, 400])
    await session.send('Input.synthesizeScrollGesture', {
      x: (box?.x ?? 0) + 300,
      y: (box?.y ?? 0) + 300,
      yDistance: distance,
      speed: 900,
      gestureSourceType: 'mouse',
    })
  await session.send('Tracing.end')
  await complete
  await session.detach()
  const frames = events
    .flatMap(({ name, args }) =>
      name === 'PipelineReporter' && args?.frame_reporter !== undefined
        ? [args.frame_reporter]
        : [],
    )
    .filter(
      ({ state, scroll_state: scroll }) =>
        scroll !== 'SCROLL_NONE' && state !== 'STATE_NO_UPDATE_DESIRED',
    )
  return {
    dropped: frames.filter(({ state }) => state === 'STATE_DROPPED').length,
    all: frames.length,
  }
}

async function panning(page: Page, context: BrowserContext): Promise<void> {
  const peer = await context.newPage()
  const [viewHeight, height] = (await page.evaluate(() =>
    ['.view', '.paper'].flatMap(
      (name) => document.querySelector<HTMLElement>(name)?.offsetHeight ?? 0,
    ),
  )) as [number, number]
  await peer.setContent(
    `<body style="margin:0"><div class="view" style="overflow:auto;height:${viewHeight}px;width:860px;background:#eee"><div style="height:${height}px;margin:16px;background:#fff"></div></div>`,
  )
  const [ours, empty]: Frames[][] = [[], []]
  for (let i = 0; i < 4; i++) {
    empty?.push(await scrolled(peer))
    ours?.push(await scrolled(page))
  }
  const sum = (list: readonly Frames[] = []): Frames => ({
    dropped: list.reduce((all, { dropped }) => all + dropped, 0),
    all: list.reduce((so, { all }) => so + all, 0),
  })
  const say = (what: string, { dropped, all }: Frames): void =>
    console.log(
      `${what.padEnd(52)} ${String(dropped).padStart(6)} of ${all} (${((100 * dropped) / all).toFixed(1)} %)`,
    )
  say('panning: 2,000 boxes, frames dropped', sum(ours))
  say('         an empty page, the same gestures', sum(empty))
  await peer.close()
}

const sure = {
  checks: [],
  reasons: [{ code: 'sample', field: null, detail: null }],
  fields: [
    ...makeTask().fields,
    found(printWords(invoiceLines), 'invoice_number', 'RE-2024-00817', 'RE-2024-00817'),
  ],
}
const many = Array.from({ length: 4 * tries }, (_, i) =>
  makeTask({
    ...sure,
    documentId: `d-${i}`,
    sha256: String(i).padStart(64, '0'),
    priority: 3 - i / 100,
  }),
)
const desk = await openReviewServer(many)
const words = dense()
const wordy = await openReviewServer([
  makeTask({
    words: makeTask({}, words).words,
    fields: [found(printWords(words), 'invoice_number', 'w5x5', 'w5x5')],
    lineItems: [],
  }),
])
const long = await openReviewServer([longInvoice(30)])
const browser = await openBrowser()
try {
  await cold(browser, desk.url)
  const context = await browser.newContext({ viewport: size })
  await context.addInitScript(() => localStorage.setItem('errata.reviewer', 'mara'))
  const page = await context.newPage()
  await next(page, desk.url)
  await page.goto(`${wordy.url}/review`)
  await paintedWhen(page, `${fieldReady} && ${imageReady}`)
  await typing(page)
  await page.keyboard.press('Alt+w')
  await page.waitForSelector('img.boxes')
  await page.waitForTimeout(500)
  await panning(page, context)
  await page.goto(`${long.url}/review`)
  await paintedWhen(page, `${fieldReady} && ${imageReady}`)
  await keys(page)
  const { assets } = await bundle()
  console.log(
    `${'bundle, gzip'.padEnd(52)} ${([...assets.values()].reduce((sum, { gzip }) => sum + gzip.length, 0) / 1000).toFixed(1).padStart(6)} kB`,
  )
} finally {
  await browser.close()
  await desk.close()
  await wordy.close()
  await long.close()
}
