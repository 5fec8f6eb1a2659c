/**
 * Warnings that no answer passes over: each is answered by name, in the browser, and the verdict
 * and the document's history keep which were let stand.
 */

import { makeTask } from '../review-server.ts'
import { balanced, second } from './documents.ts'
import { acceptWarnings, browserRig, ready, saved, selected, shown, submitKeys } from './rig.ts'

const { withBrowser, open, desk, errors } = browserRig()
const name = 'Does this stand?'

withBrowser('warnings', () => {
  it('are asked at each submit until each is answered, and kept with the answer', async () => {
    const page = await open([makeTask(), second()])
    await ready(page)
    const dialog = page.getByRole('dialog', { name })
    for (const key of submitKeys) await page.keyboard.press(key)
    await dialog.waitFor()
    expect(await dialog.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/The totals are right$/),
    ])
    expect(await dialog.getByRole('button', { name: 'Submit' }).isDisabled()).toBe(true)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await selected(page)).not.toBeNull() // back in the fields
    await page.keyboard.press('Control+Shift+Enter')
    await acceptWarnings(page)
    await shown(page, 'Second Vendor Ltd')
    await saved(page, desk(), 1)
    expect(desk().log).toMatchObject([{ acceptedWarnings: ['totals_add_up'] }])
    expect(errors).toEqual([])
  })

  it('are not answered by a key that is held down', async () => {
    const page = await open([makeTask()])
    await ready(page)
    for (const key of submitKeys) await page.keyboard.press(key)
    const dialog = page.getByRole('dialog', { name })
    await dialog.waitFor()
    await page.keyboard.down('Enter')
    for (let repeat = 0; repeat < 5; repeat++) await page.keyboard.down('Enter')
    await page.keyboard.up('Enter')
    // the first press is a decision; what repeats is none, so nothing was submitted
    await dialog.getByRole('button', { name: '✓ The totals are right' }).waitFor()
    expect(await dialog.getByRole('button', { name: 'Submit' }).isEnabled()).toBe(true)
    expect(desk().log).toEqual([])
  })

  it('come with what was typed last, though the check shown is older', async () => {
    const page = await open([balanced()])
    await ready(page)
    await page.locator('[data-key="grand_total"]').click()
    await page.keyboard.type('1500,00')
    for (const key of submitKeys) await page.keyboard.press(key)
    await acceptWarnings(page)
    await page.getByText('Nothing to review').waitFor()
    expect(desk().log).toMatchObject([{ acceptedWarnings: ['totals_add_up'] }])
  })

  it('name an earlier invoice, one click away', async () => {
    const reasons = [{ code: 'duplicate' as const, field: null, detail: 'http/earlier 1' }]
    const page = await open([balanced({ reasons })])
    await ready(page)
    for (const key of submitKeys) await page.keyboard.press(key)
    const dialog = page.getByRole('dialog', { name })
    const link = dialog.getByRole('link', { name: 'the earlier one' })
    expect(await link.getAttribute('href')).toBe('/documents/http%2Fearlier%201')
    await dialog.getByRole('button', { name: 'It is another invoice' }).waitFor()
    await acceptWarnings(page)
    await page.getByText('Nothing to review').waitFor()
    expect(desk().log).toMatchObject([{ acceptedWarnings: ['duplicate:http/earlier 1'] }])
  })

  it('are not asked where nothing warns', async () => {
    const page = await open([balanced()])
    await ready(page)
    for (const key of submitKeys) await page.keyboard.press(key)
    await page.getByText('Nothing to review').waitFor()
    expect(desk().log).toMatchObject([{ acceptedWarnings: [] }])
  })
})
