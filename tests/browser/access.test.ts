/**
 * Accessibility and self-containment of every page: axe-core finds nothing in light and dark,
 * nothing is loaded from elsewhere, the bundle is small, and filters are in the address.
 */

import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { bundle } from '../../connectors/http/review/bundle.ts'
import { madeAccounts } from '../accounts.ts'
import { makeTask } from '../review-server.ts'
import { violations } from './axe.ts'
import { longInvoice, second } from './documents.ts'
import { madeAnalytics, madeAudit, madeOperate } from './figures.ts'
import { browserRig, ready, settled, submit } from './rig.ts'

const { withBrowser, open, desk, errors } = browserRig()
const made = {
  ...madeAccounts(),
  analytics: madeAnalytics,
  operate: madeOperate,
  auditLog: madeAudit,
}
/** A fully loaded page; it keeps listening to events, so it is never idle. */
async function settle(page: Page, path: string): Promise<void> {
  await page.goto(desk().url + path)
  if (path.startsWith('/review')) await ready(page)
  else await settled(page)
}

test('the bundle is under 100 kB gzip', async () => {
  const { assets } = await bundle()
  const bytes = [...assets].map(
    ([name, { gzip }]) => [name.replace(/-\w+\./, '.'), gzip.length] as const,
  )
  console.info(`bundle, gzip bytes: ${bytes.map(([name, size]) => `${name} ${size}`).join(', ')}`)
  expect(bytes.reduce((sum, [, size]) => sum + size, 0)).toBeLessThan(100_000)
})

withBrowser('every page', () => {
  const pages = [
    '/',
    '/review/d-1',
    '/documents',
    '/documents/d-1',
    '/dashboard',
    '/models',
    '/rules',
    '/dead',
    '/audit',
    '/users',
    '/account',
    '/login',
  ] as const

  it.each(['light', 'dark'] as const)(
    'has nothing that axe-core objects to, in %s',
    async (scheme) => {
      const page = await open([makeTask()], { scheme }, made)
      await ready(page)
      for (const path of pages) {
        await settle(page, path)
        if (path === '/models') await page.getByLabel('Choose invoice/3').click()
        if (path === '/rules') {
          await page
            .getByRole('row', { name: /rechnung nr/ })
            .getByRole('button', { name: 'History' })
            .click()
          await page
            .getByText('switched off by Olga Operator: two numbers stand beside this label now')
            .waitFor()
        }
        if (path === '/dashboard') {
          // its tables load as they are scrolled to
          for (const table of await page.locator('section.table').all())
            await table.scrollIntoViewIfNeeded()
          await settled(page)
        }
        if (path === '/review/d-1') {
          await page.locator('[data-key="#1.quantity"]').click()
        }
        expect([path, await violations(page)]).toEqual([path, []])
        if (path === '/review/d-1') {
          await page.keyboard.press('?')
          expect(['keys', await violations(page)]).toEqual(['keys', []])
          await page.keyboard.press('Escape')
        }
      }
      expect(errors).toEqual([])
    },
  )

  it.each(['light', 'dark'] as const)(
    'of review has nothing that axe-core objects to in any of its states, in %s',
    async (scheme) => {
      const page = await open([makeTask(), second()], { scheme, reviewer: null })
      const found: unknown[] = []
      const look = async (state: string, selector: string): Promise<void> => {
        await page.locator(selector).first().waitFor()
        found.push(...((await violations(page)) as unknown[]).map((one) => [state, one]))
      }
      await look('who is reviewing', 'dialog input')
      await page.keyboard.type('mara')
      await page.keyboard.press('Enter')
      await ready(page)
      await page.keyboard.type('RE')
      await look('typing', '.completions li')
      await page.keyboard.press('Escape')
      await page.keyboard.press('Alt+q')
      await look('list', '.queue li')
      await page.keyboard.press('Alt+c')
      await look('lesson', '.lessons li')
      await page.keyboard.press('Tab')
      await page.keyboard.type('never')
      await look('problem', '.field.selected .problem')
      await page.keyboard.press('Escape')
      await page.keyboard.press('Alt+b')
      await look('drawing', '.hint-bar')
      await page.keyboard.press('Escape')
      await page.keyboard.press('Alt+w')
      await look('boxes', 'img.boxes')
      await page.keyboard.press('Alt+r')
      await look('rejecting', 'dialog input')
      await page.keyboard.press('Escape')
      desk().broken = true
      await page.keyboard.press('Alt+a')
      await page.keyboard.press('Enter')
      await submit(page)
      await look('not saved', '.trouble.away')
      desk().broken = false
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.locator('.panel h1', { hasText: 'Second' }).waitFor()
      await page.keyboard.press('Alt+p')
      await look('answered before', '.banner')
      await page.keyboard.press('Alt+s')
      await page.locator('.panel h1', { hasText: 'Second' }).waitFor()
      await fetch(`${desk().url}/api/tasks/d-2/lock`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ holder: 'page-of-ben', reviewer: 'ben', force: true }),
      })
      await look('taken over', '.trouble.locked')
      await page.getByRole('button', { name: 'Next document' }).click()
      await look('with others', '.empty')
      expect(found).toEqual([])
    },
  )

  it('talks to its own server only, by the documented API', async () => {
    const page = await open([makeTask()], { path: '/' }, made)
    const hosts = new Set<string>()
    const asked = new Set<string>()
    page.on('request', (request) => {
      const { origin, pathname } = new URL(request.url())
      hosts.add(origin.replace(/^null$/, 'inline'))
      if (request.resourceType() === 'fetch')
        asked.add(`${request.method().toLowerCase()} ${pathname}`)
    })
    for (const path of pages) {
      await settle(page, path)
    }
    expect([...hosts].filter((host) => host !== desk().url && host !== 'inline')).toEqual([])
    // and only members that the API documents
    const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as {
      paths: Record<string, object>
    }
    const known = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(
        (method) => new RegExp(`^${method} ${path.replace(/\{\w+\}/g, '[^/]+')}$`),
      ),
    )
    expect(asked.size).toBeGreaterThan(15)
    expect([...asked].filter((one) => !known.some((pattern) => pattern.test(one)))).toEqual([])
  })

  it('renders on an empty system', async () => {
    const page = await open(
      [],
      { path: '/dashboard' },
      {
        analytics: { query: async () => [], bytes: async () => Buffer.alloc(0) },
        operate: { ...madeOperate, models: () => [], rules: () => [], letters: async () => [] },
        auditLog: () => [],
      },
    )
    await page.getByText('No documents yet').waitFor()
    for (const [path, text] of [
      ['/models', 'No model was published yet'],
      ['/rules', 'Nothing was corrected yet'],
      ['/dead', 'every record could be processed'],
      ['/audit', 'Nothing yet'],
      ['/documents?list=documents', 'None.'],
    ] as const) {
      await page.goto(desk().url + path)
      await page.getByText(text).first().waitFor()
    }
    expect(errors).toEqual([])
  })
})

withBrowser('the dashboard', () => {
  it('keeps its filters in the address, links to documents, and exports tables as files', async () => {
    const page = await open([makeTask()], { path: '/dashboard?profile=invoice' }, made)
    const vendor = page.getByLabel('Vendor', { exact: true })
    await vendor.fill('vat:DE136695976')
    await vendor.press('Enter')
    await page.waitForURL('**/dashboard?profile=invoice&vendor=vat%3ADE136695976')
    await page.goBack()
    await page.waitForURL('**/dashboard?profile=invoice')
    expect(await vendor.inputValue()).toBe('')
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Fields as CSV' }).click()
    expect((await download).suggestedFilename()).toBe('fields.csv')
    await page.locator('.chart .point').first().click()
    await page.waitForURL(
      '**/documents?list=documents&profile=invoice&read_from=2024-01-08&read_to=2024-01-08',
    )
    await page.locator('td.document a').first().click()
    await page.waitForURL('**/documents/*')
    await page.getByRole('heading').first().waitFor()
  })

  it('shows what the trainer does, its progress and its outcome; the versions follow when it ends', async () => {
    let [ended, changed]: [boolean, (what: 'models' | 'rules') => void] = [false, () => {}]
    const trainer: typeof madeOperate.trainer = () => {
      const now = madeOperate.trainer()
      const [running, ...before] = now.trainings
      if (running === undefined || !ended) return now
      const done = { state: 'done', outcome: 'promoted', version: 'invoice/5' } as const
      const endedAt = 1_700_000_000_000
      return { ...now, trainings: [{ ...running, ...done, endedAt, progress: null }, ...before] }
    }
    const [newest] = madeOperate.models()
    const page = await open(
      [],
      { path: '/models' },
      {
        ...made,
        operate: {
          ...madeOperate,
          trainer,
          onChange: (listener) => {
            changed = listener
            return () => {}
          },
          models: () =>
            ended && newest !== undefined ? [{ ...newest, version: 5 }] : madeOperate.models(),
        },
      },
    )
    const section = page.getByRole('region', { name: 'Trainer' })
    await section.getByText('invoice trains').waitFor()
    expect(
      await section
        .getByRole('progressbar')
        .evaluate((bar) => [(bar as HTMLProgressElement).value, (bar as HTMLProgressElement).max]),
    ).toEqual([4, 11])
    await section.getByText('invoice/4 was refused by the gate').waitFor()
    ended = true
    changed('models') // as the log of decisions reports it
    await section
      .getByText('Idle. New answers until the next training: invoice: 57 of 50, receipt: 12 of 50')
      .waitFor()
    await page.getByRole('cell', { name: 'invoice/5', exact: true }).waitFor()
  })

  it('names the filters that a figure ignores, links to answers, values and times, and updates when the store has more', async () => {
    let [stored, documents] = [1, 7]
    const query = async (sql: string, parameters: Readonly<Record<string, string>>) => {
      if (sql.includes('sink_progress')) return [{ topic: 'x.raw', next: String(stored) }]
      if (!sql.includes('corrected_later')) return madeAnalytics.query(sql, parameters)
      return [
        {
          day: '2024-01-08',
          documents: String(documents),
          accepted: '5',
          accepted_share: 0.5,
          reviewed: '2',
          sampled: '0',
          corrected_later: '0',
        },
      ]
    }
    const page = await open(
      [],
      { path: '/dashboard?field=iban' },
      { ...made, analytics: { ...madeAnalytics, query } },
    )
    const tile = page.locator('.tiles > div', { hasText: 'Documents' }).first()
    await tile.getByText('7', { exact: true }).waitFor()
    await tile.getByText('Not filtered by field.').waitFor()
    await page.getByText('Edits of iban per 100 documents, by day').waitFor()
    await page.getByText('connected', { exact: true }).waitFor({ state: 'attached' })
    documents = 8
    stored = 2
    await tile.getByText('8', { exact: true }).waitFor()
    for (const [list, heading] of [
      ['answers', 'Answers'],
      ['values', 'Values'],
      ['times', 'Stage times'],
    ] as const) {
      await page.goto(`${desk().url}/documents?list=${list}`)
      await page.getByRole('heading', { name: heading, exact: true }).waitFor()
    }
  })

  it('says so if no trainer runs', async () => {
    const page = await open(
      [],
      { path: '/models' },
      {
        ...made,
        operate: {
          ...madeOperate,
          trainer: () => ({ reachable: false, trainings: [], next: null }),
        },
      },
    )
    await page.getByText('No trainer runs.').waitFor()
  })

  it('lets an operator decide with a reason, and nobody else', async () => {
    const decided: string[] = []
    const page = await open(
      [],
      { path: '/models' },
      {
        ...made,
        operate: {
          ...madeOperate,
          promote: async (key, why, by) => void decided.push(`${by} ${key} ${why}`),
        },
      },
    )
    await page
      .locator('tr', { hasText: 'invoice/2' })
      .getByRole('button', { name: 'Promote' })
      .click()
    await page.getByLabel('Why').fill('better on the new layout')
    await page.keyboard.press('Enter')
    await page.getByText('invoice/2 is the champion now.').waitFor()
    expect(decided).toEqual(['local invoice/2 better on the new layout'])
    await page.goto(`${desk().url}/dead`)
    await page.getByRole('button', { name: 'Choose all 3' }).click()
    await page.getByRole('button', { name: 'Send 3 back' }).click()
    await page.getByText('3 of 3 sent back.').waitFor()
  })

  it.each(['light', 'dark'] as const)(
    'lets an operator take back what a person taught, after showing what that changes, in %s',
    async (scheme) => {
      const asked: string[] = []
      const revert: typeof madeOperate.revert = async (reversal) => {
        asked.push(JSON.stringify(reversal))
        return madeOperate.revert(reversal)
      }
      const page = await open(
        [],
        { path: '/rules', scheme },
        { ...made, operate: { ...madeOperate, revert } },
      )
      await page.getByRole('button', { name: 'Take back what a person taught' }).click()
      await page.getByLabel('Whose answers').fill('mallory')
      await page.getByLabel('Given since').fill('2024-03-31')
      await page.getByLabel('Why', { exact: true }).fill('swapped net and gross')
      await page.keyboard.press('Enter')
      await page
        .getByText(
          'That is 15 answers (12 documents open again, 3 back to an earlier answer) and 1 rule made or switched by hand.',
        )
        .waitFor()
      expect(await violations(page)).toEqual([])
      await page.getByRole('button', { name: 'Take back', exact: true }).click()
      await page.getByText('Taken back from mallory: 15 answers').waitFor()
      const since = await page.evaluate(() => Date.parse('2024-03-31T00:00:00'))
      expect(asked).toEqual(
        [true, false].map((dryRun) =>
          JSON.stringify({
            reviewer: 'mallory',
            since,
            by: 'local',
            why: 'swapped net and gross',
            dryRun,
          }),
        ),
      )
    },
  )
})

withBrowser('2,000 words and more', () => {
  it('are painted as boxes once, shown as an image, and scrolling paints nothing again', async () => {
    const page = await open([longInvoice()])
    await ready(page)
    await page.keyboard.press('Alt+w')
    await page.locator('img.boxes').first().waitFor()
    expect(await page.locator('img.boxes').count()).toBeLessThan(5) // only pages near the view
    // a canvas would be a layer composited in each frame
    expect(await page.locator('.paper canvas').count()).toBe(0)
    const painted = await page.evaluate(async () => {
      let count = 0
      const { prototype } = CanvasRenderingContext2D
      prototype.strokeRect = new Proxy(
        Reflect.get(prototype, 'strokeRect') as typeof prototype.fillRect,
        {
          apply(original, context, box) {
            count++
            return Reflect.apply(original, context, box)
          },
        },
      )
      const view = document.querySelector('.view') as HTMLElement
      for (let i = 0; i < 20; i++) {
        view.scrollTop += 10
        await new Promise(requestAnimationFrame)
      }
      return count
    })
    expect(painted).toBe(0)
  })
})
