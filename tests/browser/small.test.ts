/** The review page on a phone, and at 200 % on a small laptop: read, answer, reject. */

import { violations } from './axe.ts'
import { balanced, second } from './documents.ts'
import { browserRig, ready, saved, shown, submitKeys, valueOf } from './rig.ts'

const { withBrowser, open, desk, errors } = browserRig()

withBrowser.each([
  ['a phone', { width: 390, height: 800 }],
  ['200 % of 1280 × 720', { width: 640, height: 360 }],
])('on %s', (_, size) => {
  it('everything is inside the window, and what is selected is in view', async () => {
    const page = await open([balanced(), second()], { size })
    await ready(page)
    const isInside = (place: string) =>
      page.locator(place).evaluate((element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect()
        return left >= 0 && right <= innerWidth && top >= 44 && bottom <= innerHeight
      })
    for (const key of ['invoice_number', 'grand_total', '#2.line_total']) {
      await page.locator(`[data-key="${key}"]`).click()
      expect([key, await isInside(`[data-key="${key}"]`)]).toEqual([key, true])
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(size.width)
    await page.locator('.paper img').first().waitFor()
    expect(await page.locator('.view').evaluate((view) => view.clientHeight)).toBeGreaterThan(150)
    expect(await violations(page)).toEqual([])
  })

  it('a word on the page is a touch away, and so are the answer, the list and a rejection', async () => {
    const page = await open([balanced(), second()], { size })
    await ready(page)
    await page.getByRole('button', { name: 'RE-2024-00817' }).click()
    expect(await valueOf(page, 'invoice_number')).toBe('RE-2024-00817')
    for (const key of submitKeys) await page.keyboard.press(key)
    await shown(page, 'Second Vendor Ltd')
    await page.locator('.top .open').click()
    await page.locator('.queue').getByText('Second Vendor Ltd').waitFor()
    await page.locator('.queue header button').click()
    await page.getByRole('button', { name: /^Reject/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Unreadable' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Reject' }).click()
    await saved(page, desk(), 2)
    expect(desk().log.map(({ decision }) => decision)).toEqual(['corrected', 'rejected'])
    expect(errors).toEqual([])
  })
})
