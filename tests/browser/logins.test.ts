/** Logging in, one's own account and the accounts of others, by keyboard and on a phone. */

import { madeAccounts, operator, type MadeAccounts } from '../accounts.ts'
import { makeTask } from '../review-server.ts'
import { balanced } from './documents.ts'
import { violations } from './axe.ts'
import { browserRig, ready, settled } from './rig.ts'

const { withBrowser, open, visit, desk, errors } = browserRig()
const phone = { width: 390, height: 844 }
const password = 'three blind mice run'

async function enrol(made: MadeAccounts, name: string, role: 'reviewer' | 'operator') {
  const account = { name, role, subject: null, profiles: [], vendors: [] }
  return (await made.desk.add(account, { by: operator, secret: 'password' })) ?? ''
}

withBrowser('somebody who was added', () => {
  it('logs in by keyboard, chooses a password, gets to where they wanted, and is out after logging out', async () => {
    const made = madeAccounts()
    const first = await enrol(made, 'ann', 'reviewer')
    const page = await open([makeTask()], { path: '/review/d-1', reviewer: null }, made)
    await page.waitForURL('**/login?to=%2Freview%2Fd-1')
    await page.getByRole('heading', { name: 'Log in' }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.type('ann')
    await page.keyboard.press('Tab')
    await page.keyboard.type('not the password')
    await page.keyboard.press('Enter')
    await page.getByText('Name or password is wrong.').waitFor()
    await page.keyboard.type(first)
    await page.keyboard.press('Enter')
    await page.getByText('Choose your own to go on.').waitFor()
    await page.getByLabel('Present password').fill(first)
    await page.getByLabel('New password', { exact: true }).fill(password)
    await page.getByLabel('New password again').fill(password)
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Enter')
    await page.waitForURL(`${desk().url}/`)
    await page.goto(`${desk().url}/review/d-1`)
    await ready(page)
    expect(await page.locator('.top .reviewer').innerText()).toBe('ann')
    expect(await page.evaluate(() => document.cookie)).toBe('')
    // long enough for the page's other requests to learn first that the session has ended
    await page.route('**/api/logout', async (route) => {
      const response = await route.fetch()
      await page.waitForTimeout(2_500)
      await route.fulfill({ response })
    })
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.waitForURL('**/login')
    await page.goto(`${desk().url}/dashboard`)
    await page.waitForURL('**/login?to=%2Fdashboard')
    expect(errors).toEqual([])
  })

  it('finds what they typed again after the session ended meanwhile', async () => {
    const made = madeAccounts()
    const first = await enrol(made, 'ann', 'reviewer')
    await made.desk.changePassword('ann', { current: first, next: password }, operator)
    const logIn = async (): Promise<void> => {
      await page.getByLabel('User name').fill('ann')
      await page.getByLabel('Password').fill(password)
      await page.keyboard.press('Enter')
      await ready(page)
    }
    const page = await open([balanced()], { path: '/review/d-1', reviewer: null }, made)
    await logIn()
    await page.keyboard.type('RE-77')
    await page.keyboard.press('Tab')
    await made.desk.change('ann', { vendors: [] }, { by: operator, careful: false })
    await page.keyboard.press('Alt+a')
    await page.keyboard.press('Control+Enter')
    await page.keyboard.press('Control+Enter')
    await page.waitForURL('**/login?to=**')
    await logIn()
    await page.locator('[data-key="invoice_number"]').waitFor()
    const typed = await page
      .locator('.field textarea')
      .evaluateAll((all) => all.map((one) => (one as HTMLTextAreaElement).value))
    expect(typed).toContain('RE-77')
  })
})

withBrowser('an operator', () => {
  it.each([
    ['light', { width: 1280, height: 720 }],
    ['dark', phone],
  ] as const)(
    'adds, changes and removes people, and makes a token, in %s',
    async (scheme, size) => {
      const made = madeAccounts()
      const page = await open(
        [],
        { path: '/users', scheme, size, reviewer: null },
        { ...made, auditLog: () => [] },
      )
      await page.getByText('Nobody has an account').waitFor()
      await page.getByRole('button', { name: 'Add somebody' }).click()
      await page.getByLabel('User name').fill('olga')
      expect(await violations(page)).toEqual([])
      await page.keyboard.press('Enter')
      // from now on everybody has to log in, and the first password is still on the screen
      await page.waitForTimeout(500)
      const first = await page.locator('.given code').innerText()
      await page.getByRole('button', { name: 'Done' }).click()
      await page.waitForURL('**/login?to=%2Fusers')
      const olga = await visit({ path: '/users', scheme, size, reviewer: null }, true)
      await olga.waitForURL('**/login?to=%2Fusers')
      await olga.getByLabel('User name').fill('OLGA')
      await olga.getByLabel('Password').fill(first)
      await olga.keyboard.press('Enter')
      await olga.getByLabel('Present password').fill(first)
      await olga.getByLabel('New password', { exact: true }).fill(password)
      await olga.getByLabel('New password again').fill(password)
      await olga.keyboard.press('Enter')
      await olga.waitForURL(`${desk().url}/`)
      await olga.goto(`${desk().url}/users`)
      await olga.getByRole('button', { name: 'Add somebody' }).click()
      await olga.getByLabel('User name').fill('olga ')
      await olga.keyboard.press('Enter')
      await olga.getByText('olga is there already').waitFor()
      await olga.getByLabel('User name').fill('ben')
      await olga.getByLabel('Role').selectOption('approver')
      await olga.getByLabel('Only these vendors').fill('acme, initech')
      await olga.keyboard.press('Enter')
      await olga.getByRole('cell', { name: 'vendors acme, initech' }).waitFor()
      await olga.getByRole('button', { name: 'Change ben' }).click()
      await olga.getByLabel('Role').selectOption('analyst')
      await olga.getByRole('button', { name: 'Change', exact: true }).click()
      await olga.getByRole('cell', { name: 'analyst' }).waitFor()
      expect(['users', await violations(olga)]).toEqual(['users', []])
      expect(await widthBeyond(olga)).toBe(0)
      await olga.getByRole('button', { name: 'Remove ben' }).click()
      await olga.getByRole('button', { name: 'Remove', exact: true }).click()
      await olga.getByRole('button', { name: 'Remove ben' }).waitFor({ state: 'detached' })
      await olga.getByRole('button', { name: 'Remove olga' }).click()
      await olga.getByRole('button', { name: 'Remove', exact: true }).click()
      await olga.getByText('olga is the last operator').waitFor()
      await olga.goto(`${desk().url}/account`)
      await olga.getByLabel('For', { exact: true }).fill('nightly export')
      await olga.keyboard.press('Enter')
      const token = await olga.locator('.given code').innerText()
      expect(token).toMatch(/^errata_t\./)
      await olga.getByRole('cell', { name: 'nightly export', exact: true }).waitFor()
      expect(['account', await violations(olga)]).toEqual(['account', []])
      expect(await widthBeyond(olga)).toBe(0)
      await olga.getByRole('button', { name: 'End the token for nightly export' }).click()
      await settled(olga)
      expect(await olga.getByRole('cell', { name: 'nightly export', exact: true }).count()).toBe(0)
      expect(errors).toEqual([])
    },
  )
})

/** CSS pixels by which a page is wider than its window. */
const widthBeyond = (page: Awaited<ReturnType<typeof visit>>): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
