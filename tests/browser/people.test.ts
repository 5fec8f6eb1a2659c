/**
 * Two browsers at once, and people with different rights: each in a context of its own, as on two
 * machines.
 */

import { madeAccounts } from '../accounts.ts'
import { userOf } from '../records.ts'
import { openLocks } from '../../connectors/redis/locks.ts'
import { accountsTable, tokenHash } from '../../processors/review/accounts.ts'
import { makeTask } from '../review-server.ts'
import { balanced, second } from './documents.ts'
import { browserRig, ready, shown, submit, submitKeys } from './rig.ts'

const { withBrowser, open, visit, desk } = browserRig()

withBrowser('two people at once', () => {
  it('get different documents; a third is told who has them, and gets the one that is left', async () => {
    const ann = await open([makeTask(), second()], { reviewer: 'ann' })
    await shown(ann, 'Nordlicht')
    const ben = await visit({ reviewer: 'ben' }, true)
    await shown(ben, 'Second Vendor Ltd')
    const cem = await visit({ reviewer: 'cem' }, true)
    await cem.getByText('2 documents are with others: ann, ben').waitFor()
    expect(await cem.getByText('Nothing to review').count()).toBe(0)
    await ben.keyboard.press('Alt+s') // postponed: free for others
    await shown(cem, 'Second Vendor Ltd')
    await ann.close()
    await ben
      .getByText(/with others|postponed/)
      .first()
      .waitFor()
  })

  it('may open a locked document to look at it, or take it over', async () => {
    const ann = await open([makeTask()], { reviewer: 'ann' })
    await ready(ann)
    const ben = await visit({ reviewer: 'ben', path: '/review/d-1' }, true)
    await ben.getByRole('alert').filter({ hasText: 'ann has this document open' }).waitFor()
    await ben.getByRole('button', { name: 'Take over' }).click()
    await ann.getByRole('alert').filter({ hasText: 'ben has this document open' }).waitFor()
    await ann.keyboard.press('Alt+a')
    await ann.keyboard.press('Enter')
    await submit(ann)
    await ann.getByRole('alert').filter({ hasText: 'ben has this document open' }).waitFor()
    expect(desk().log).toEqual([])
    await ben.keyboard.press('Alt+a')
    await ben.keyboard.press('Enter')
    await submit(ben)
    await ben.getByText('Nothing to review').waitFor()
    expect(desk().log).toMatchObject([{ reviewer: 'ben' }])
  })

  it('free their document by closing the laptop', async () => {
    let time = Date.now()
    const ann = await open(
      [makeTask()],
      { reviewer: 'ann' },
      { locks: openLocks(null, '', () => time) },
    )
    await ready(ann)
    await ann.context().setOffline(true)
    time += 91_000
    const ben = await visit({ reviewer: 'ben' }, true)
    await ready(ben)
    await ann.context().setOffline(false)
    await ann.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await ann.getByRole('alert').filter({ hasText: 'ben has this document open' }).waitFor()
  })

  it('free it for someone waiting at the empty queue, although no event tells when a lock expires', async () => {
    let time = Date.now()
    const ann = await open(
      [makeTask()],
      { reviewer: 'ann' },
      { locks: openLocks(null, '', () => time) },
    )
    await ready(ann)
    const ben = await visit({ reviewer: 'ben' }, true)
    await ben.clock.install()
    await ben.reload()
    await ben.getByText('1 document is with others: ann').waitFor()
    await ann.context().setOffline(true)
    time += 91_000
    await ben.clock.fastForward(16_000)
    await ready(ben)
  })

  it('review one after the other if the amount is high', async () => {
    const dear = balanced({ reasons: [{ code: 'sample', field: null, detail: null }] })
    const ann = await open([dear], { reviewer: 'ann' }, { secondAbove: 1000 })
    await ready(ann)
    await ann.keyboard.press('Alt+a')
    await ann.keyboard.press('Enter')
    for (const key of submitKeys) await ann.keyboard.press(key)
    await ann.getByText('1 document waits for a second person').waitFor()
    const ben = await visit({ reviewer: 'ben' }, true)
    await ben.getByText('A second pair of eyes: ann has answered').waitFor()
    expect([...new Set(await ben.locator('.fields .origin.from-human').allInnerTexts())]).toEqual([
      'person',
    ]) // not “you”
    expect(await ben.locator('.field.unsure label').allInnerTexts()).toEqual(
      expect.arrayContaining(['Net total', 'IBAN']),
    )
    await ben.keyboard.press('Alt+a')
    await ben.keyboard.press('Enter')
    for (const key of submitKeys) await ben.keyboard.press(key)
    await ben.getByText('Nothing to review').waitFor()
    expect(desk().log.map(({ reviewer, secondWanted }) => [reviewer, secondWanted])).toEqual([
      ['ann', true],
      ['ben', false],
    ])
  })
})

withBrowser('accounts', () => {
  it('name the reviewer, and let a reader look but not answer', async () => {
    const people = accountsTable()
    people.set('Rita Reader', userOf('Rita Reader', { role: 'reader', tokenHash: tokenHash('r') }))
    people.set('Rob Reviewer', userOf('Rob Reviewer', { tokenHash: tokenHash('v') }))
    const { accounts } = madeAccounts({ people })
    const rita = await open([makeTask()], { path: '/review#token=r', reviewer: null }, { accounts })
    await ready(rita)
    expect([
      await rita.locator('.top .reviewer').innerText(),
      await rita.getByRole('button', { name: /Submit/ }).count(),
    ]).toEqual(['Rita Reader', 0])
    const rob = await visit({ path: '/review#token=v', reviewer: null }, true)
    await ready(rob)
    await rob.keyboard.press('Alt+a')
    await rob.keyboard.press('Enter')
    await submit(rob)
    await rob.getByText('Nothing to review').waitFor()
    expect(desk().log).toMatchObject([{ reviewer: 'Rob Reviewer' }])
    await rita.keyboard.type('RE-1') // kept nowhere, though she may look
    await rita.getByRole('button', { name: 'Log out' }).click()
    await rita.getByLabel('Token', { exact: true }).waitFor()
    expect(await rita.evaluate(() => sessionStorage.length)).toBe(0)
    const nobody = await visit({ path: '/review#token=x', reviewer: null }, true)
    await nobody.getByLabel('Token', { exact: true }).waitFor()
    await nobody.getByText('The token of this tab is not known, or no longer.').waitFor()
  })
})
