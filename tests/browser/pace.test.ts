/** What somebody needs who answers hundreds of documents a day: nothing twice, nothing by mouse that a key can do, nothing to wait for. */

import { peopleTable, tokenHash } from '../../processors/people.ts'
import { makeTask } from '../desk.ts'
import { longInvoice, second } from './documents.ts'
import { browserRig, ready, selected, shown, until, valueOf } from './rig.ts'

const { withBrowser, open, desk, errors } = browserRig()

withBrowser('document after document', () => {
  it('goes back to what was answered, corrects it, and goes on; from the empty queue too', async () => {
    const page = await open([makeTask(), second()])
    await ready(page)
    await page.keyboard.press('Alt+p')
    await until(page, 'Nothing before this was answered')
    for (let i = 0; i < 2; i++) await page.keyboard.press('Control+Enter')
    await shown(page, 'Second Vendor Ltd')
    await page.keyboard.type('S-1')
    await page.keyboard.press('Alt+p')
    await page.getByText('Answered by mara. Submitting makes revision 2.').waitFor()
    await page.keyboard.type('RE-2024-00817')
    await page.keyboard.press('Control+Enter')
    await shown(page, 'Second Vendor Ltd')
    expect(await valueOf(page, 'invoice_number')).toBe('S-1') // as it was left
    for (let i = 0; i < 2; i++) await page.keyboard.press('Control+Enter')
    await page.getByText('Nothing to review').waitFor()
    await page.getByRole('button', { name: 'Last answer' }).click()
    await page.getByText('Answered by mara. Submitting makes revision 2.').waitFor()
    await page.keyboard.press('Alt+p')
    await shown(page, 'Nordlicht')
    await page.keyboard.press('Alt+s') // leaves the answer as it is
    await page.getByText('Nothing to review').waitFor()
    expect(desk().log.map(({ documentId, revision, basis }) => [documentId, revision, basis])).toEqual([['d-1', 1, 'review'], ['d-1', 2, 'correction'], ['d-2', 1, 'review']])
    expect(errors).toEqual([])
  })

  it('locks the next document while the answer is on its way, and frees it where the answer was not saved', async () => {
    const page = await open([makeTask(), second()])
    await ready(page)
    const ahead = page.waitForRequest('**/api/tasks/claim')
    await page.route('**/verdict', async (route) => {
      await ahead // would wait for ever if one came after the other
      await route.continue()
    })
    desk().broken = true
    await page.keyboard.press('Alt+a')
    for (let i = 0; i < 2; i++) await page.keyboard.press('Control+Enter')
    await page.getByText('Your answer is not saved yet, but still here.').waitFor()
    const claimed = async () => (await fetch(`${desk().url}/api/tasks`)).json() as Promise<{ readonly tasks: readonly { readonly documentId: string; readonly lockedBy: string | null }[] }>
    while ((await claimed()).tasks.find(({ documentId }) => documentId === 'd-2')?.lockedBy !== null) await page.waitForTimeout(20)
    desk().broken = false
    await page.getByRole('button', { name: 'Try again' }).click()
    await shown(page, 'Second Vendor Ltd')
    expect((await claimed()).tasks).toMatchObject([{ documentId: 'd-2', lockedBy: 'mara' }])
  })

  it('stays at the zoom that was chosen', async () => {
    const page = await open([makeTask(), second()])
    await ready(page)
    for (const key of ['Alt+=', 'Alt+=', 'Alt+-']) await page.keyboard.press(key)
    await page.locator('.tools', { hasText: '120 %' }).waitFor()
    await page.keyboard.press('Alt+s')
    await shown(page, 'Second Vendor Ltd')
    expect(await page.locator('.tools .level').innerText()).toBe('120 %')
    await page.keyboard.press('Alt+0')
    await page.locator('.tools', { hasText: '100 %' }).waitFor()
  })

  it('rejects for a usual reason by the arrow and Enter', async () => {
    const page = await open([makeTask(), second()])
    await ready(page)
    await page.keyboard.press('Alt+r')
    await page.getByRole('dialog').waitFor()
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowUp', 'ArrowDown', 'Enter']) await page.keyboard.press(key)
    await shown(page, 'Second Vendor Ltd')
    expect(desk().log).toMatchObject([{ decision: 'rejected', comment: 'Not an invoice' }])
  })

  it('adds, copies and removes rows by keys that every keyboard has, and leaves a word to the text', async () => {
    const page = await open([makeTask()])
    await ready(page)
    const rows = () => page.locator('.lines tbody tr').count()
    await page.locator('[data-key="#0.description"]').click()
    await page.keyboard.press('Alt+Shift+Enter')
    expect([await rows(), await valueOf(page, '#1.description')]).toEqual([4, 'Stechbeitel 12 mm, gehärtet'])
    await page.keyboard.press('Alt+Enter')
    expect([await rows(), await selected(page), await valueOf(page, '#2.description')]).toEqual([5, '#2.description', ''])
    await page.keyboard.type('two words')
    for (const key of ['Home', 'Control+Delete']) await page.keyboard.press(key)
    expect([await rows(), await valueOf(page, '#2.description')]).toEqual([5, ' words'])
    for (const key of ['Escape', 'Control+Delete', 'Control+Delete']) await page.keyboard.press(key)
    expect(await rows()).toBe(3)
  })

  it('keeps the names of the columns, and the selected row below them, wherever one goes in 600 rows', async () => {
    const page = await open([longInvoice()])
    await ready(page)
    await page.locator('[data-key="#60.quantity"]').click()
    for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowUp')
    expect(await selected(page)).toBe('#40.quantity')
    const [name, cell, scroller] = await Promise.all(['.lines th.current', '[data-key="#40.quantity"]', '.panel .scroll'].map((place) => page.locator(place).boundingBox()))
    const [top, bottom] = [name?.y ?? 0, (name?.y ?? 0) + (name?.height ?? 0)]
    expect([top >= (scroller?.y ?? 0), (cell?.y ?? 0) >= bottom - 1]).toEqual([true, true])
  })

  it('tells a reader who has seen everything that it is still there', async () => {
    const people = peopleTable()
    people.set('Rita', { name: 'Rita', role: 'reader', tokenHash: tokenHash('r'), subject: null, profiles: [], vendors: [], changedAt: 1, changedBy: 'x' })
    const page = await open([makeTask(), second()], { path: '/review#token=r', reviewer: null }, { accounts: { people, ready: () => true, sessionKey: null, now: () => Date.now() } })
    await ready(page)
    for (const vendor of ['Second Vendor Ltd', null]) {
      await page.getByRole('button', { name: 'Next document' }).click()
      if (vendor !== null) await shown(page, vendor)
    }
    await page.getByText('2 documents postponed').waitFor()
    expect(await page.getByText('Nothing to review').count()).toBe(0)
  })
})
