/** The list of documents and the page of each, in a browser: found, gone through, and corrected. */

import { openMadeDocuments, type MadeDocuments } from '../made-documents.ts'
import { makeTask } from '../review-server.ts'
import { violations } from './axe.ts'
import { browserRig, settled } from './rig.ts'

const rig = browserRig()

rig.withBrowser('documents', () => {
  let made: MadeDocuments
  beforeEach(() => (made = openMadeDocuments((task) => rig.desk().add(task))))
  afterEach(() => made.close())

  test('are found, gone through and corrected, by people and by link', async () => {
    for (const n of [1, 2, 3]) made.accept(`d-${n}`, `hafen-${n}.pdf`)
    made.accept('other', 'else.pdf')
    const page = await rig.open([], { path: '/documents' }, { documents: made.documents })
    await page.getByRole('heading', { name: '4 documents' }).waitFor()
    await page.getByRole('searchbox').fill('hafen')
    await page.getByRole('heading', { name: '3 documents' }).waitFor()
    expect(new URL(page.url()).search).toBe('?q=hafen')
    expect(await page.locator('td.number').first().innerText()).toBe('1,066.70 EUR')
    expect(await violations(page)).toEqual([])
    await page.getByRole('link', { name: 'hafen-2.pdf' }).click()
    await page.getByRole('heading', { name: 'hafen-2.pdf' }).waitFor()
    await settled(page)
    expect(await page.locator('main').innerText()).toContain('nobody had to look')
    expect(await violations(page)).toEqual([])
    await page.getByRole('link', { name: 'Next' }).click()
    await page.getByRole('heading', { name: 'hafen-1.pdf' }).waitFor()
    await page.getByRole('button', { name: 'Correct' }).click()
    await page.waitForURL('**/review/d-1')
    await page.waitForSelector('.field.selected textarea:focus')
    expect(rig.errors).toEqual([])
  })

  test('that are not there say so, on their page and in review', async () => {
    made.accept('d-1', 'hafen-1.pdf')
    const page = await rig.open(
      [makeTask()],
      { path: '/documents/nope' },
      { documents: made.documents },
    )
    await page.getByRole('heading', { name: 'No such document' }).waitFor()
    await page.goto(`${rig.desk().url}/review/nope`)
    await page.getByRole('heading', { name: 'Nothing to review under this link' }).waitFor()
    await page.getByRole('button', { name: 'Next document to review' }).click()
    await page.waitForSelector('.field.selected textarea:focus')
    expect(rig.errors).toEqual([])
  })
})
