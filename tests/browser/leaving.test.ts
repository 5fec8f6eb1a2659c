/**
 * Another document is requested while an answer is being prepared, and the other way round: what is
 * submitted is what was on the screen, and nothing is lost silently.
 */

import type { Page } from 'playwright-core'
import { makeTask } from '../review-server.ts'
import { balanced, second, third } from './documents.ts'
import { browserRig, ready, saved, shown, submit, submitKeys, until, valueOf } from './rig.ts'

const { withBrowser, open, desk, errors } = browserRig()

/** Delays requests to an address until the returned function is called. */
async function held(page: Page, url: string | RegExp): Promise<() => void> {
  let go = (): void => {}
  const released = new Promise<void>((done) => (go = done))
  await page.route(url, async (route) => {
    await released
    await route.continue()
  })
  return go
}

async function lockedBy(): Promise<readonly (readonly [string, string | null])[]> {
  const { tasks } = (await (await fetch(`${desk().url}/api/tasks`)).json()) as {
    readonly tasks: readonly { readonly documentId: string; readonly lockedBy: string | null }[]
  }
  return tasks.map((task) => [task.documentId, task.lockedBy])
}

/** The n-th document of a vendor in the list, once it is there. */
const listed = (page: Page, vendor: RegExp, n = 0) =>
  page.locator('.queue').getByRole('button', { name: vendor }).nth(n)

withBrowser('another document', () => {
  it('ignores keys pressed before it is shown, and submits neither document', async () => {
    const page = await open([makeTask(), second()])
    await ready(page)
    await page.keyboard.press('Alt+a')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Alt+q')
    const arrive = await held(page, '**/api/tasks/d-2')
    await listed(page, /Second Vendor/).click()
    await until(page, 'Opening…')
    for (const key of [...submitKeys, 'R', 'Alt+x', 'Alt+s', 'Delete'])
      await page.keyboard.press(key)
    await page.locator('.panel button', { hasText: 'Submit' }).click({ force: true })
    await page
      .locator('.paper')
      .first()
      .click({ force: true, position: { x: 120, y: 110 } })
    arrive()
    await shown(page, 'Second Vendor Ltd')
    await until(page, 'nothing was submitted')
    await ready(page)
    expect([desk().log, await valueOf(page, 'invoice_number'), await lockedBy()]).toEqual([
      [],
      '',
      [
        ['d-1', null],
        ['d-2', 'mara'],
      ],
    ])
    await listed(page, /Nordlicht/).click()
    await shown(page, 'Nordlicht')
    await until(page, 'As you left it') // only the confirmation before is kept
    expect([
      await valueOf(page, 'invoice_number'),
      await page.locator('.field.edited').count(),
    ]).toEqual(['', 0])
    expect(errors).toEqual([])
  })

  it('waits for an answer submitted before it was requested, and is shown instead of the next', async () => {
    const page = await open([balanced(), second(), third()])
    await ready(page)
    await page.keyboard.press('Alt+q')
    await page.keyboard.press('Alt+a')
    await page.keyboard.press('Enter')
    const read = await held(page, '**/read')
    await page.keyboard.type('RE-7')
    for (const key of submitKeys) await page.keyboard.press(key)
    await listed(page, /Nordlicht/, 1).click()
    await until(page, 'Opening…')
    expect(desk().log).toEqual([])
    read()
    await saved(page, desk(), 1)
    await page.waitForURL('**/review/d-3')
    await ready(page)
    expect(
      desk().log.map(({ documentId, fields }) => [
        documentId,
        fields.find(({ name }) => name === 'invoice_number')?.value,
      ]),
    ).toEqual([['d-1', 'RE-7']])
    expect([await lockedBy(), errors]).toEqual([
      [
        ['d-2', null],
        ['d-3', 'mara'],
      ],
      [],
    ])
  })

  it('does not open if the answer before it is refused: that document stays, with the reason', async () => {
    const page = await open([makeTask(), second()])
    await ready(page)
    await page.keyboard.press('Alt+q')
    const send = await held(page, '**/verdict')
    await page.keyboard.press('Alt+x') // an absent value sends no read request
    desk().broken = true
    await submit(page)
    await listed(page, /Second Vendor/).click()
    send()
    await page.getByText('Your answer is not saved yet, but still here.').waitFor()
    await shown(page, 'Nordlicht')
    desk().broken = false
    await page.getByRole('button', { name: 'Try again' }).click()
    await shown(page, 'Second Vendor Ltd')
    await saved(page, desk(), 1)
    expect(desk().log).toMatchObject([{ documentId: 'd-1' }])
  })

  it('is the last one requested, whichever arrives first, and the others are freed', async () => {
    const page = await open([makeTask(), second(), third()])
    await ready(page)
    await page.keyboard.press('Alt+q')
    const arrive = await held(page, '**/api/tasks/d-2')
    await listed(page, /Second Vendor/).click()
    await until(page, 'Opening…')
    await listed(page, /Nordlicht/, 1).click()
    await page.waitForURL('**/review/d-3')
    await ready(page)
    arrive()
    while ((await lockedBy()).some(([id, name]) => id === 'd-2' && name !== null))
      await page.waitForTimeout(20)
    expect([new URL(page.url()).pathname, await lockedBy()]).toEqual([
      '/review/d-3',
      [
        ['d-1', null],
        ['d-2', null],
        ['d-3', 'mara'],
      ],
    ])
  })

  it('leaves the current one usable if it can’t be loaded', async () => {
    const page = await open([makeTask(), second()])
    await ready(page)
    await page.keyboard.press('Alt+q')
    await page.route('**/api/tasks/d-2', (route) => route.abort())
    await listed(page, /Second Vendor/).click()
    await page.getByText('The server can’t be reached.').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('[data-key="invoice_number"]').click()
    await page.keyboard.type('RE-8')
    expect([await valueOf(page, 'invoice_number'), await lockedBy()]).toEqual([
      'RE-8',
      [
        ['d-1', 'mara'],
        ['d-2', null],
      ],
    ])
  })
})
