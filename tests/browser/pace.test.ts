/**
 * What a reviewer of hundreds of documents a day needs: nothing twice, nothing by mouse that a key
 * can do, nothing to wait for.
 */

import { madeAccounts } from '../accounts.ts'
import { userOf } from '../records.ts'
import type { Page } from 'playwright-core'
import { accountsTable, tokenHash } from '../../processors/review/accounts.ts'
import { makeTask } from '../review-server.ts'
import { longInvoice, second, third } from './documents.ts'
import {
  acceptWarnings,
  browserRig,
  ready,
  saved,
  selected,
  shown,
  submit,
  until,
  valueOf,
} from './rig.ts'

const { withBrowser, open, desk, errors } = browserRig()

/** Delays the next answer until the returned function is called. */
async function held(page: Page): Promise<() => void> {
  let go = (): void => {}
  const released = new Promise<void>((done) => (go = done))
  await page.route(
    '**/verdict',
    async (route) => {
      await released
      await route.continue()
    },
    { times: 1 },
  )
  return go
}

async function lockedBy(documentId: string): Promise<string | null> {
  const { tasks } = (await (await fetch(`${desk().url}/api/tasks`)).json()) as {
    readonly tasks: readonly { readonly documentId: string; readonly lockedBy: string | null }[]
  }
  return tasks.find((task) => task.documentId === documentId)?.lockedBy ?? null
}

withBrowser('document after document', () => {
  it('goes back to an answered document, corrects it, and goes on; also from the empty queue', async () => {
    const page = await open([makeTask(), second()])
    await ready(page)
    await page.keyboard.press('Alt+p')
    await until(page, 'Nothing before this was answered')
    await submit(page)
    await shown(page, 'Second Vendor Ltd')
    await page.keyboard.type('S-1')
    await page.keyboard.press('Alt+p')
    await page.getByText('Answered by mara. Submitting makes revision 2.').waitFor()
    await page.keyboard.type('RE-2024-00817')
    await page.keyboard.press('Control+Enter')
    await acceptWarnings(page)
    await shown(page, 'Second Vendor Ltd')
    expect(await valueOf(page, 'invoice_number')).toBe('S-1') // as it was left
    await submit(page)
    await page.getByText('Nothing to review').waitFor()
    await page.getByRole('button', { name: 'Last answer' }).click()
    await page.getByText('Answered by mara. Submitting makes revision 2.').waitFor()
    await page.keyboard.press('Alt+p')
    await shown(page, 'Nordlicht')
    await page.keyboard.press('Alt+s') // leaves the answer as it is
    await page.getByText('Nothing to review').waitFor()
    expect(
      desk().log.map(({ documentId, revision, basis }) => [documentId, revision, basis]),
    ).toEqual([
      ['d-1', 1, 'review'],
      ['d-1', 2, 'correction'],
      ['d-2', 1, 'review'],
    ])
    expect(errors).toEqual([])
  })

  it('locks the next document while the answer is being sent, and frees it if the answer was not saved', async () => {
    const page = await open([makeTask(), second()])
    await ready(page)
    const ahead = page.waitForRequest('**/api/tasks/claim')
    await page.route('**/verdict', async (route) => {
      await ahead // would wait forever if the claim came after the answer
      await route.continue()
    })
    desk().broken = true
    await page.keyboard.press('Alt+a')
    await page.keyboard.press('Enter')
    await submit(page)
    await page.getByText('Your answer is not saved yet, but still here.').waitFor()
    while ((await lockedBy('d-2')) !== null) await page.waitForTimeout(20)
    desk().broken = false
    await page.getByRole('button', { name: 'Try again' }).click()
    await shown(page, 'Second Vendor Ltd')
    await saved(page, desk(), 1)
    expect(await lockedBy('d-2')).toBe('mara')
  })

  it('shows the next document while the answer is being sent, and sends the next answer in turn', async () => {
    const page = await open([makeTask(), second(), third()])
    await ready(page)
    const first = await held(page)
    await page.keyboard.type('RE-7')
    await submit(page)
    await shown(page, 'Second Vendor Ltd')
    await page.keyboard.type('S-1')
    await submit(page)
    await until(page, 'Saving…')
    await page.keyboard.press('Alt+s') // submitted: there is nothing to postpone
    expect([desk().log, await lockedBy('d-1'), await lockedBy('d-2')]).toEqual([[], 'mara', 'mara'])
    first()
    await shown(page, 'Nordlicht')
    await page.keyboard.press('Alt+p')
    await page.getByText('Answered by mara. Submitting makes revision 2.').waitFor()
    expect(await valueOf(page, 'invoice_number')).toBe('S-1')
    expect(
      desk().log.map(({ documentId, fields }) => [
        documentId,
        fields.find(({ name }) => name === 'invoice_number')?.value,
      ]),
    ).toEqual([
      ['d-1', 'RE-7'],
      ['d-2', 'S-1'],
    ])
    expect([
      await lockedBy('d-3'),
      await page.evaluate(() => sessionStorage.getItem('errata.kept')),
      errors,
    ]).toEqual([null, '[]', []])
  })

  it('brings back a document whose answer could not be saved, as it was left, and keeps what was typed into the next one', async () => {
    const page = await open([makeTask(), second()])
    await ready(page)
    const first = await held(page)
    await page.keyboard.type('RE-6')
    await page.keyboard.press('F2')
    await page.locator('.field.selected textarea').fill('RE-7')
    desk().broken = true
    await submit(page)
    await shown(page, 'Second Vendor Ltd')
    await page.keyboard.type('S-')
    first()
    await page.getByText('Your answer is not saved yet, but still here.').waitFor()
    await page.keyboard.type('1') // someone still typing changes neither document
    expect([
      await page.locator('.panel h1').innerText(),
      await valueOf(page, 'invoice_number'),
    ]).toEqual(['Nordlicht Werkzeuge GmbH', 'RE-7'])
    while ((await lockedBy('d-2')) !== null) await page.waitForTimeout(20)
    expect(await lockedBy('d-1')).toBe('mara')
    await page.keyboard.press('Control+z')
    expect(await valueOf(page, 'invoice_number')).not.toBe('RE-7')
    await page.keyboard.press('Control+y')
    desk().broken = false
    await page.getByRole('button', { name: 'Try again' }).click()
    await shown(page, 'Second Vendor Ltd')
    await until(page, 'As you left it')
    expect(await valueOf(page, 'invoice_number')).toBe('S-')
    await saved(page, desk(), 1)
    expect(desk().log).toMatchObject([
      {
        documentId: 'd-1',
        fields: expect.arrayContaining([
          expect.objectContaining({ name: 'invoice_number', value: 'RE-7' }),
        ]),
      },
    ])
    expect(errors).toEqual([])
  })

  it('comes back to a document that someone else answered meanwhile, and retries a rejection as a rejection', async () => {
    const page = await open([makeTask(), second()])
    await ready(page)
    const first = await held(page)
    desk().broken = true
    await page.keyboard.press('Alt+r')
    await page.getByLabel('Reason').fill('Duplicate')
    await page.keyboard.press('Enter')
    await shown(page, 'Second Vendor Ltd')
    first()
    await page.getByText('Your answer is not saved yet, but still here.').waitFor()
    desk().broken = false
    await page.getByRole('button', { name: 'Try again' }).click()
    await shown(page, 'Second Vendor Ltd')
    await saved(page, desk(), 1)
    expect(desk().log).toMatchObject([
      { documentId: 'd-1', decision: 'rejected', comment: 'Duplicate' },
    ])
    desk().add(third())
    await page.keyboard.press('Alt+s')
    await shown(page, 'Nordlicht')
    await page.keyboard.press('Alt+q')
    await page.getByRole('button', { name: /Second Vendor/ }).click()
    await shown(page, 'Second Vendor Ltd')
    const again = await held(page)
    await submit(page)
    await shown(page, 'Nordlicht')
    await fetch(`${desk().url}/api/tasks/d-2/verdict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ revision: 1, reviewer: 'other', decision: 'confirmed' }),
    })
    again()
    await page
      .getByRole('alert')
      .filter({ hasText: /changed since you opened it|Someone else has just answered/ })
      .waitFor() // from the refusal, or from the event after it
    expect(await page.locator('.panel h1').innerText()).toBe('Second Vendor Ltd')
  })

  it('takes a key from the moment on that a document is in the page', async () => {
    const page = await open([makeTask(), second()])
    await ready(page)
    const list = page.getByRole('button', { name: /Nordlicht/ })
    expect(await list.count()).toBe(0)
    await page.evaluate(() => {
      const isShown = (): boolean =>
        document.querySelector('.panel h1')?.textContent === 'Second Vendor Ltd'
      const observer = new MutationObserver(() => {
        if (!isShown()) return
        observer.disconnect()
        document.body.dispatchEvent(
          new KeyboardEvent('keydown', { key: 'q', code: 'KeyQ', altKey: true, bubbles: true }),
        )
      })
      observer.observe(document.body, { subtree: true, childList: true, characterData: true })
    })
    await page.keyboard.press('Alt+s')
    await list.waitFor()
  })

  it('keeps the chosen zoom', async () => {
    const page = await open([makeTask(), second()])
    await ready(page)
    for (const key of ['Alt+=', 'Alt+=', 'Alt+-']) await page.keyboard.press(key)
    await page.locator('.tools', { hasText: '120 %' }).waitFor()
    await page.keyboard.press('Alt+s')
    await shown(page, 'Second Vendor Ltd')
    expect(await page.locator('.tools .level').innerText()).toBe('120 %')
    await page.keyboard.press('Alt+0')
    await page.locator('.tools', { hasText: '100 %' }).waitFor()
    const isWhole = () =>
      page.locator('.paper').evaluate((paper) => {
        const view = paper.closest<HTMLElement>('.view')
        return paper.getBoundingClientRect().height <= (view?.clientHeight ?? 0)
      })
    expect(await isWhole()).toBe(false)
    await page.keyboard.press('Alt+0')
    await page.locator('.tools .level', { hasText: 'Page' }).waitFor()
    expect(await isWhole()).toBe(true)
    await page.keyboard.press('Alt+0')
    expect(await isWhole()).toBe(false)
  })

  it('finds a text on any page, brings it into view, and gives the keys back', async () => {
    const page = await open([longInvoice()])
    await ready(page)
    const key = await selected(page)
    await page.keyboard.press('Control+f')
    await page.locator('.find input:focus').waitFor()
    await page.keyboard.type('artikel 7-')
    const status = page.locator('.find [role=status]')
    await status.getByText('1 of 20').waitFor()
    await page.locator('.tools', { hasText: '7 / 30' }).waitFor()
    await page.keyboard.press('Shift+Enter')
    await status.getByText('20 of 20').waitFor()
    expect(await page.locator('.marks .found.chosen').count()).toBeGreaterThan(0)
    await page.keyboard.type('0-0')
    await status.getByText('nowhere').waitFor()
    await page.keyboard.press('Escape')
    expect([await selected(page), await page.locator('.find').count()]).toEqual([key, 0])
    expect(await valueOf(page, key ?? '')).not.toContain('artikel')
    expect(errors).toEqual([])
  })

  it('rejects for a common reason by arrow and Enter', async () => {
    const page = await open([makeTask(), second()])
    await ready(page)
    await page.keyboard.press('Alt+r')
    await page.getByRole('dialog').waitFor()
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowUp', 'ArrowDown', 'Enter'])
      await page.keyboard.press(key)
    await shown(page, 'Second Vendor Ltd')
    await saved(page, desk(), 1)
    expect(desk().log).toMatchObject([{ decision: 'rejected', comment: 'Not an invoice' }])
  })

  it('rejects for a reason of the profile by its digit, which stays a digit in a text', async () => {
    const page = await open([makeTask(), second()])
    await ready(page)
    await page.keyboard.press('Alt+r')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Wrong recipient' }).waitFor()
    for (const key of ['2', '3']) await page.keyboard.press(key)
    await dialog.getByRole('button', { name: 'Wrong recipient', pressed: true }).waitFor()
    await page.keyboard.type(', since 2024')
    await page.keyboard.press('Enter')
    await saved(page, desk(), 1)
    expect(desk().log).toMatchObject([
      { decision: 'rejected', comment: 'Wrong recipient, since 2024' },
    ])
  })

  it('adds, copies and removes rows by keys that every keyboard has, and deletes only a word while typing', async () => {
    const page = await open([makeTask()])
    await ready(page)
    const rows = () => page.locator('.lines tbody tr').count()
    await page.locator('[data-key="#0.description"]').click()
    await page.keyboard.press('Alt+Shift+Enter')
    expect([await rows(), await valueOf(page, '#1.description')]).toEqual([
      4,
      'Stechbeitel 12 mm, gehärtet',
    ])
    await page.keyboard.press('Alt+Enter')
    expect([await rows(), await selected(page), await valueOf(page, '#2.description')]).toEqual([
      5,
      '#2.description',
      '',
    ])
    await page.keyboard.type('two words')
    for (const key of ['Home', 'Control+Delete']) await page.keyboard.press(key)
    expect([await rows(), await valueOf(page, '#2.description')]).toEqual([5, ' words'])
    for (const key of ['Escape', 'Control+Delete', 'Control+Delete']) await page.keyboard.press(key)
    expect(await rows()).toBe(3)
  })

  it('keeps the column names in view, and the selected row below them, anywhere in 600 rows', async () => {
    const page = await open([longInvoice()])
    await ready(page)
    await page.locator('[data-key="#60.quantity"]').click()
    for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowUp')
    expect(await selected(page)).toBe('#40.quantity')
    const [name, cell, scroller] = await Promise.all(
      ['.lines th.current', '[data-key="#40.quantity"]', '.panel .scroll'].map((place) =>
        page.locator(place).boundingBox(),
      ),
    )
    const [top, bottom] = [name?.y ?? 0, (name?.y ?? 0) + (name?.height ?? 0)]
    expect([top >= (scroller?.y ?? 0), (cell?.y ?? 0) >= bottom - 1]).toEqual([true, true])
  })

  it('tells a reader who has seen every document that they are still open', async () => {
    const people = accountsTable()
    people.set('Rita', userOf('Rita', { role: 'reader', tokenHash: tokenHash('r') }))
    const page = await open(
      [makeTask(), second()],
      { path: '/review#token=r', reviewer: null },
      { accounts: madeAccounts({ people }).accounts },
    )
    await ready(page)
    for (const vendor of ['Second Vendor Ltd', null]) {
      await page.getByRole('button', { name: 'Next document' }).click()
      if (vendor !== null) await shown(page, vendor)
    }
    await page.getByText('2 documents postponed').waitFor()
    expect(await page.getByText('Nothing to review').count()).toBe(0)
  })
})
