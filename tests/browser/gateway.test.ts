/**
 * A page of another origin in a real browser, on the machine of the analytics store: whatever it
 * tries, it reads and changes nothing, although the store requires no token.
 */

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { openClickhouse } from '../../connectors/clickhouse/clickhouse.ts'
import { startStore, type TestStore } from '../connectors/clickhouse/store.ts'
import { chromiumPath, openBrowser } from './chromium.ts'

const withBrowser = chromiumPath === null ? describe.skip : describe
if (chromiumPath === null)
  console.warn('SKIPPED: no Chromium, so the gateway is not tried from a foreign page')

let store: TestStore
let browser: Browser
let site: Server

withBrowser('a page of another origin', () => {
  beforeAll(async () => {
    store = await startStore()
    const owner = openClickhouse(store.writeUrl)
    await owner.command('CREATE TABLE t (id UInt64) ENGINE = MergeTree ORDER BY id')
    await owner.command('INSERT INTO t VALUES (1)')
    await owner.close()
    site = createServer((_, response) =>
      response
        .setHeader('content-type', 'text/html')
        .end('<title>evil</title><form method="post" target="_self"><input name="x"></form>'),
    )
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
    browser = await openBrowser()
  }, 180_000)

  afterAll(async () => {
    await browser?.close()
    site?.close()
    await store?.remove()
  })

  const rows = async (): Promise<string> =>
    (await fetch(`${store.url}/?query=SELECT%20count()%20FROM%20t`)).text()
  const attempts = [
    'SELECT 1',
    'DROP TABLE t',
    'SELECT 1 AS a$x$; DROP TABLE t; SELECT 2 AS b$x$',
    'INSERT INTO t VALUES (2)',
  ]

  test('by GET, POST, image, script, frame and form it gets nothing and changes nothing', async () => {
    const page = await browser.newPage()
    const statuses: number[] = []
    page.on(
      'response',
      (response) => void (response.url().startsWith(store.url) && statuses.push(response.status())),
    )
    const { port } = site.address() as AddressInfo
    for (const host of ['127.0.0.1', 'localhost']) {
      await page.goto(`http://${host}:${port}/`)
      const read = await page.evaluate(
        async ({ url, attempts: asked }) => {
          const texts: string[] = []
          const note = (answer: Promise<Response>): Promise<unknown> =>
            answer
              .then((one) => one.text())
              .then(
                (text) => texts.push(text),
                () => null,
              )
          for (const sql of asked) {
            const address = `${url}/?query=${encodeURIComponent(sql)}`
            await note(fetch(address))
            await note(fetch(address, { mode: 'no-cors' }))
            await note(fetch(`${url}/`, { method: 'POST', mode: 'no-cors', body: sql }))
            for (const tag of ['img', 'script', 'iframe'] as const) {
              await new Promise((resolve) => {
                const element = document.createElement(tag)
                element.onload = element.onerror = resolve
                element.src = address
                document.body.append(element)
              })
            }
          }
          return texts.filter((text) => text !== '')
        },
        { url: store.url, attempts },
      )
      expect(read).toEqual([])
      // A form navigates away, so it comes last.
      await page.evaluate(
        ({ url }) => {
          const form = document.querySelector('form') as HTMLFormElement
          form.action = `${url}/?query=${encodeURIComponent('DROP TABLE t')}`
          form.submit()
        },
        { url: store.url },
      )
      await page.waitForURL(`${store.url}/**`)
      expect(await page.content()).toContain('requests of other origins are refused')
    }
    expect(new Set(statuses)).toEqual(new Set([403]))
    expect(statuses.length).toBeGreaterThan(20)
    expect(await rows()).toBe('1\n')
    await page.close()
  })
})
