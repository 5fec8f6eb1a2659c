/**
 * The review page in a real Chromium, against the real service. Without a system Chromium these
 * tests are skipped and say so.
 */

import { packWords, unpackWords } from '../../processors/document/words.ts'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import { found, invoiceLines, makeTask, printWords } from '../review-server.ts'
import { balanced, hostileTask, second, tallReceipt } from './documents.ts'
import {
  acceptWarnings,
  browserRig,
  place,
  ready,
  saved,
  selected,
  shown,
  submit,
  submitKeys,
  until,
  valueOf,
} from './rig.ts'

const { withBrowser, open, visit, desk, errors } = browserRig()

withBrowser('by keyboard', () => {
  it('opens the most urgent document with its first unsure field selected, and asks for the reviewer’s name once', async () => {
    const page = await open([second(), makeTask()], { reviewer: null })
    await page.getByLabel('Your name').fill('Mara')
    await page.keyboard.press('Enter')
    await ready(page)
    expect([await selected(page), await page.locator('.panel h1').innerText()]).toEqual([
      'invoice_number',
      'Nordlicht Werkzeuge GmbH',
    ])
    await page.reload()
    await ready(page)
    expect(await page.locator('dialog').count()).toBe(0)
  })

  it('confirms, types with completion, marks absent, submits, and gets the next document', async () => {
    const page = await open([makeTask(), second()])
    await ready(page)
    await page.keyboard.type('RE-')
    await page.locator('.completions li', { hasText: 'RE-2024-00817' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    expect([await valueOf(page, 'invoice_number'), await selected(page)]).toEqual([
      'RE-2024-00817',
      'due_date',
    ])
    await page.keyboard.press('Delete')
    expect(await valueOf(page, 'due_date')).toBe('')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    expect(await selected(page)).toBe('grand_total')
    await page.keyboard.type('1469,06')
    await page.keyboard.press('Enter')
    await until(page, 'All settled')
    await page.keyboard.press('Control+Enter')
    await shown(page, 'Second Vendor Ltd')
    await saved(page, desk(), 1)
    const verdict = desk().log[0]
    expect(verdict).toMatchObject({
      documentId: 'd-1',
      revision: 1,
      reviewer: 'mara',
      decision: 'corrected',
      basis: 'review',
    })
    const truth = new Map(verdict?.fields.map((field) => [field.name, field]))
    expect(truth.get('invoice_number')).toMatchObject({
      value: 'RE-2024-00817',
      raw: 'RE-2024-00817',
      page: 1,
    })
    expect(truth.get('grand_total')).toMatchObject({
      value: '1469.06',
      raw: '1.469,06',
      origin: 'human',
    })
    expect(truth.has('due_date')).toBe(false)
    expect(truth.get('net_total')).toMatchObject({ value: '1234.50', raw: '1.234,50' })
    expect(verdict?.lineItems).toHaveLength(3)
    expect(errors).toEqual([])
  })

  it('undoes and redoes without limit', async () => {
    const page = await open([makeTask()])
    await ready(page)
    for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowDown') // to a text
    for (const value of ['x', 'y', 'z']) {
      await page.keyboard.press('F2')
      await page.locator('.field.selected textarea').fill(`${value}1`)
      await page.keyboard.press('Tab')
      await page.keyboard.press('Shift+Tab')
    }
    const key = (await selected(page)) as string
    expect(await valueOf(page, key)).toBe('z1')
    for (const value of ['y1', 'x1']) {
      await page.keyboard.press('Control+z')
      expect(await valueOf(page, key)).toBe(value)
    }
    await page.keyboard.press('Control+y')
    expect(await valueOf(page, key)).toBe('y1')
    for (let i = 0; i < 5; i++) await page.keyboard.press('Control+z')
    expect(await page.locator('.field.done').count()).toBe(0)
  })

  it('submits unsure fields by another key than the one that warns', async () => {
    const page = await open([makeTask(), second()])
    await ready(page)
    await page.keyboard.press('Control+Shift+Enter')
    for (let i = 0; i < 3; i++) {
      await until(page, 'still unsure')
      await page.keyboard.press('Control+Enter')
    }
    expect(desk().log).toEqual([])
    await page.keyboard.press('Control+Shift+Enter')
    await acceptWarnings(page)
    await shown(page, 'Second Vendor Ltd')
    await saved(page, desk(), 1)
    expect(desk().log).toMatchObject([{ decision: 'confirmed' }])
  })

  it('lists what is confirmed together, and asks once', async () => {
    const page = await open([makeTask()])
    await ready(page)
    await page.keyboard.press('Alt+a')
    const dialog = page.getByRole('dialog', { name: 'Confirm all of these?' })
    expect(await dialog.getByRole('listitem').allInnerTexts()).toContainEqual(
      expect.stringMatching(/^Due date\s+2024-04-13\s+61 % sure$/),
    )
    await page.keyboard.press('Escape')
    expect(await page.locator('.field.done').count()).toBe(0)
    await page.keyboard.press('Alt+a')
    await page.keyboard.press('Enter')
    await page.locator('.field.done').first().waitFor()
  })

  it('says in plain words why a value is wrong, and does not submit it', async () => {
    const page = await open([makeTask()])
    await ready(page)
    await page.keyboard.press('Enter')
    await page.keyboard.type('never')
    await page
      .locator('.field.selected .problem', { hasText: 'Not a date. Write it like 2024-03-31' })
      .waitFor()
    await page.keyboard.press('Control+Enter')
    await until(page, /Due date: Not a date/)
    expect([desk().log, await selected(page)]).toEqual([[], 'due_date'])
  })

  it('postpones, rejects with a reason, and offers postponed documents again', async () => {
    const page = await open([makeTask(), second()])
    await ready(page)
    await page.keyboard.press('Alt+s')
    await shown(page, 'Second Vendor Ltd')
    await page.keyboard.press('Alt+r')
    await page.getByLabel('Reason').fill('Not an invoice')
    await page.keyboard.press('Enter')
    await page.getByText('1 document postponed').waitFor()
    expect(desk().log).toMatchObject([
      { documentId: 'd-2', decision: 'rejected', comment: 'Not an invoice' },
    ])
    await page.getByRole('button', { name: 'Look at it again' }).click()
    await shown(page, 'Nordlicht')
  })

  it('keeps what was typed into a postponed document, as one undoable step, until it is answered', async () => {
    const page = await open([makeTask(), second()])
    await ready(page)
    await page.keyboard.type('RE-7')
    await page.keyboard.press('Alt+s')
    await shown(page, 'Second Vendor Ltd')
    await page.keyboard.press('Alt+q')
    await page.getByRole('button', { name: /Nordlicht/ }).click()
    await until(page, 'As you left it')
    expect(await valueOf(page, 'invoice_number')).toBe('RE-7')
    await page.reload() // such as after a login
    await until(page, 'As you left it')
    await page.keyboard.press('Control+z')
    expect(await valueOf(page, 'invoice_number')).toBe('')
    await page.keyboard.press('Control+y')
    await submit(page)
    await shown(page, 'Second Vendor Ltd')
    await page.waitForFunction(() => sessionStorage.getItem('errata.kept') === '[]')
    expect(desk().log).toMatchObject([
      {
        documentId: 'd-1',
        fields: expect.arrayContaining([
          expect.objectContaining({ name: 'invoice_number', value: 'RE-7' }),
        ]),
      },
    ])
  })

  it('begins a value with any character: a zero, a minus, small and capital letters', async () => {
    const page = await open([makeTask()])
    await ready(page)
    for (const text of ['0012', '-7.50', 'BE0123', 'Cable', 'sx+a=?']) {
      await page.keyboard.type(text)
      expect([await valueOf(page, 'invoice_number'), await selected(page)]).toEqual([
        text,
        'invoice_number',
      ])
      await page.keyboard.press('Escape')
    }
  })

  it('says at the foot of the line items what they add up to, and how far that is from the total', async () => {
    const page = await open([balanced()])
    await ready(page)
    const foot = page.locator('.lines tfoot')
    await page.locator('[data-key="#0.line_total"]').click()
    await page.keyboard.type('70,00')
    await page.keyboard.press('Tab')
    await foot.getByText('Sum 1,230.50: 4.00 less than the net total, 1,234.50').waitFor()
    await page.keyboard.press('Control+z')
    await foot.getByText('Sum 1,234.50: agrees with the net total').waitFor()
    expect(await foot.locator('.done').isVisible()).toBe(true)
  })

  it('takes cells of a spreadsheet from the selected cell on, as one step', async () => {
    const page = await open([balanced()])
    await ready(page)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    const copy = (text: string) => page.evaluate((it) => navigator.clipboard.writeText(it), text)
    await page.locator('[data-key="#2.quantity"]').click()
    await copy('2\t533,35\t1.066,70\r\n1\t10,00\t10,00\r\n')
    await page.keyboard.press('Control+v')
    await until(page, '2 rows pasted.')
    await page
      .locator('.lines tfoot', { hasText: 'Sum 1,244.50: 10.00 more than the net' })
      .waitFor()
    expect([await valueOf(page, '#2.unit_price'), await valueOf(page, '#3.line_total')]).toEqual([
      '533.35',
      '10.00',
    ])
    await page.keyboard.press('Control+z')
    expect(await page.locator('.lines tbody tr').count()).toBe(3)
    expect(await valueOf(page, '#2.unit_price')).toBe('1066.70')
    await copy('word')
    await page.keyboard.press('F2')
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Control+v') // while typing, a word is only text
    expect(await valueOf(page, '#2.quantity')).toBe('word')
    expect(errors).toEqual([])
  })

  it('joins a row with the one below, and splits it where a line ends', async () => {
    const page = await open([balanced()])
    await ready(page)
    await page.locator('[data-key="#0.quantity"]').click()
    await page.keyboard.press('Alt+j')
    await until(page, 'Joined with the row below.')
    const both = 'Stechbeitel 12 mm, gehärtet Japansäge Ryoba 240 mm'
    expect(await valueOf(page, '#0.description')).toBe(both)
    await page.getByRole('button', { name: 'Split row' }).click()
    await until(page, 'Split after its first line.')
    expect(await page.locator('.lines tbody tr').count()).toBe(3)
    expect(await valueOf(page, '#1.description')).toBe('Japansäge Ryoba 240 mm')
    await page.keyboard.press('Control+z')
    expect(await valueOf(page, '#0.description')).toBe(both)
    await page.keyboard.press('Control+z')
    await page.keyboard.press('Alt+Shift+j')
    await until(page, 'All of this row is printed on one line.')
    expect(errors).toEqual([])
  })

  it('edits line items: a cell, a new row, a removed row', async () => {
    const page = await open([makeTask()])
    await ready(page)
    await page.locator('[data-key="#0.quantity"]').click()
    await page.keyboard.type('5')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Insert')
    expect([await page.locator('.lines tbody tr').count(), await selected(page)]).toEqual([
      4,
      '#1.description',
    ])
    await page.keyboard.type('Versand')
    await page.keyboard.press('Tab')
    await page.locator('[data-key="#2.quantity"]').click()
    await page.keyboard.press('Control+Delete')
    await submit(page)
    await page.getByText('Nothing to review').waitFor()
    expect(
      desk().log[0]?.lineItems.map((row) => row.cells.map((cell) => cell.value).slice(0, 2)),
    ).toEqual([['Stechbeitel 12 mm, gehärtet', '5'], ['Versand'], ['Schleifstein 1000/6000', '1']])
  })

  it('lets Tab move on to the buttons after the last value', async () => {
    const page = await open([makeTask({ lineItems: [] })])
    await ready(page)
    const { fields } = profileOf(loadProfiles(), 'invoice') // the page starts at the first
    for (let i = 0; i < fields.length; i++) await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BUTTON')
  })

  it('shows the keys, and closes them with Escape', async () => {
    const page = await open([makeTask()])
    await ready(page)
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await page.keyboard.press('Escape')
    await ready(page)
    expect(await page.locator('dialog').count()).toBe(0)
  })
})

withBrowser('by mouse', () => {
  it('fills the selected field with a clicked word and with the words of a dragged box', async () => {
    const page = await open([makeTask()])
    await ready(page)
    const number = await place(page, 'RE-2024-00817')
    await page.mouse.click(number.x, number.y)
    expect([await valueOf(page, 'invoice_number'), await selected(page)]).toEqual([
      'RE-2024-00817',
      'invoice_number',
    ])
    await page.locator('[data-key="buyer_name"]').click()
    const [from, to] = [await place(page, 'Lindenweg'), await place(page, 'Köln')]
    await page.mouse.move(from.left - 4, from.top - 2)
    await page.mouse.down()
    await page.mouse.move(to.right + 40, to.bottom + 2, { steps: 4 })
    await page.mouse.up()
    expect(await valueOf(page, 'buyer_name')).toBe('Lindenweg 4 50674 Köln')
    await page.locator('[data-key="grand_total"]').click()
    const total = await place(page, '1.469,06')
    await page.mouse.click(total.x, total.y)
    await page.waitForFunction(
      () =>
        document.querySelector<HTMLTextAreaElement>('[data-key="grand_total"]')?.value ===
        '1469.06',
    )
    await page.getByRole('button', { name: /Submit/ }).click()
    await page.getByRole('button', { name: /Anyway/ }).click()
    await page.getByText('Nothing to review').waitFor()
    expect(desk().log[0]?.fields.find((field) => field.name === 'buyer_name')).toMatchObject({
      value: 'Lindenweg 4 50674 Köln',
      page: 1,
    })
  })

  it('takes no word that may be misread before it was compared: it is typed, beside its print', async () => {
    const whole = makeTask()
    const words = unpackWords(whole.words).map((word) =>
      word.text === '1.469,06' ? { ...word, text: '1.489,06', confidence: 55 } : word,
    )
    const page = await open([{ ...whole, words: packWords(words) }])
    await ready(page)
    await page.locator('[data-key="grand_total"]').click()
    const before = await valueOf(page, 'grand_total')
    const total = await place(page, '1.469,06') // where it is printed
    await page.mouse.click(total.x, total.y)
    await until(page, 'Hard to read here')
    await page.locator('.field.selected .doubtful-print').waitFor()
    const typed = page.locator('.field.selected textarea')
    expect([await typed.inputValue(), await typed.getAttribute('readonly')]).toEqual([
      '1.489,06',
      null,
    ])
    await page.keyboard.press('Escape')
    expect(await valueOf(page, 'grand_total')).toBe(before)
    await page.mouse.click(total.x, total.y)
    await typed.fill('1.469,06')
    await page.keyboard.press('Enter')
    await page.waitForFunction(
      () =>
        document.querySelector<HTMLTextAreaElement>('[data-key="grand_total"]')?.value ===
        '1469.06',
    )
    expect(errors).toEqual([])
  })

  it('opens a document from the list, zooms and turns pages', async () => {
    const lines = [...invoiceLines, [56, 60, 14, 'Anlage zur Rechnung', 2] as const]
    const page = await open([
      makeTask({
        pages: [1, 2, 3].map((number) => ({
          number,
          width: 595,
          height: 842,
          unit: 'pt',
          source: 'text_layer',
        })),
        words: makeTask({}, lines).words,
      }),
      second(),
    ])
    await ready(page)
    await page.keyboard.press('Alt+q')
    await page.getByRole('button', { name: /Second Vendor/ }).click()
    await shown(page, 'Second Vendor Ltd')
    await page.getByRole('button', { name: /Nordlicht/ }).click()
    await shown(page, 'Nordlicht')
    await page.keyboard.press('PageDown')
    await page.locator('.tools', { hasText: '2 / 3' }).waitFor()
    const before = await page.locator('.paper').nth(1).boundingBox()
    await page.getByRole('button', { name: 'Zoom in' }).click()
    const after = await page.locator('.paper').nth(1).boundingBox()
    expect((after?.width ?? 0) / (before?.width ?? 1)).toBeCloseTo(1.2, 1)
  })
})

withBrowser('when things go wrong', () => {
  it('offers to load again what someone else has answered', async () => {
    const page = await open([makeTask(), second()], {}, {})
    await ready(page)
    await fetch(`${desk().url}/api/tasks/d-1/verdict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ revision: 1, reviewer: 'other', decision: 'confirmed' }),
    })
    await page.getByRole('alert').waitFor()
    await page.keyboard.press('Alt+a')
    await page.keyboard.press('Enter')
    await submit(page)
    await page.getByRole('alert').filter({ hasText: 'changed since you opened it' }).waitFor()
    expect(desk().log).toHaveLength(1)
    await page.getByRole('button', { name: 'Load it again' }).click()
    await page.getByText('Answered by other').waitFor()
    await page.keyboard.press('Alt+a')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Control+Enter')
    await acceptWarnings(page)
    await shown(page, 'Second Vendor Ltd')
    await saved(page, desk(), 2)
    expect(desk().log).toMatchObject([{ reviewer: 'other' }, { revision: 2, basis: 'correction' }])
  })

  it('keeps the answer while the broker is unreachable and sends it on retry', async () => {
    const page = await open([makeTask()])
    await ready(page)
    desk().broken = true
    await page.keyboard.type('R-1')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Alt+a')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Control+Enter')
    await acceptWarnings(page)
    await page.getByText('Your answer is not saved yet, but still here.').waitFor()
    expect(await valueOf(page, 'invoice_number')).toBe('R-1')
    desk().broken = false
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('Nothing to review').waitFor()
    expect(desk().log).toMatchObject([{ decision: 'corrected' }])
  })

  it('shows the words of a document without an image, and a document that arrives while the queue is empty', async () => {
    const page = await open(
      [],
      {},
      { pageImage: async () => Promise.reject(new Error('no image')) },
    )
    await page.getByText('Nothing to review').waitFor()
    desk().add(makeTask())
    await page.locator('.print text', { hasText: 'RE-2024-00817' }).waitFor()
  })

  it('asks for the token if one is needed, and takes it from the address', async () => {
    const page = await open([makeTask()], {}, { config: { token: 'secret', host: '127.0.0.1' } })
    await page.getByLabel('Token', { exact: true }).waitFor()
    const other = await visit({ path: '/review#token=secret' })
    await ready(other)
    expect(await other.evaluate(() => location.hash)).toBe('')
    await other.locator('.paper img').waitFor()
  })
})

withBrowser('what a document says', () => {
  it('stays text, whatever it is, and breaks neither layout nor review', async () => {
    const page = await open([hostileTask()])
    await ready(page)
    await page.locator('.paper img').waitFor()
    expect([
      await page.title(),
      await page.locator('.panel img, .queue img, script:not([src])').count(),
    ]).toEqual(['<img src=x onerror=document.title=4> שלום עולם · Errata', 0])
    const refused = await page.evaluate(() => {
      try {
        return (document.createElement('div').innerHTML = '<b>')
      } catch (error) {
        return (error as Error).name
      }
    })
    expect(refused).toBe('TypeError') // trusted types: no text can become markup
    errors.length = 0 // the error of this attempt
    expect(
      await page.evaluate(
        () =>
          document.documentElement.scrollWidth <= innerWidth &&
          (document.querySelector('.panel')?.scrollWidth ?? 0) <=
            (document.querySelector('.panel')?.clientWidth ?? 0),
      ),
    ).toBe(true)
    await page.keyboard.press('Alt+a')
    await page.keyboard.press('Enter')
    for (const key of submitKeys) await page.keyboard.press(key)
    await page.getByText('Nothing to review').waitFor()
    expect([desk().log[0]?.documentId, errors]).toEqual(['hostile/../<b>', []])
  })

  it('may be 7,000 pixels tall: the selected field is brought into view', async () => {
    const page = await open([tallReceipt()])
    await ready(page)
    await page.locator('[data-key="grand_total"]').click()
    await page.keyboard.type('3510.00')
    await page.waitForFunction(() => (document.querySelector('.view')?.scrollTop ?? 0) > 8_000)
    const tag = await page.locator('.tag').boundingBox()
    expect(tag !== null && tag.y > 44 && tag.y < 720).toBe(true)
    const top = () => page.evaluate(() => document.querySelector('.view')?.scrollTop ?? 0)
    const before = await top()
    await page.keyboard.press('PageUp')
    expect(before - (await top())).toBeGreaterThan(300)
  })

  it('may have 2,000 words on a page without an element for each', async () => {
    const lines = Array.from(
      { length: 100 },
      (_, y) =>
        [20, 20 + 8 * y, 5, Array.from({ length: 20 }, (__, x) => `w${y}x${x}`).join(' ')] as const,
    )
    const words = makeTask({}, lines).words
    const page = await open([
      makeTask({
        words,
        fields: [found(printWords(lines), 'invoice_number', 'w5x5', 'w5x5')],
        lineItems: [],
      }),
    ])
    await ready(page)
    await page.locator('.paper img').waitFor()
    expect(await page.locator('.paper *').count()).toBeLessThan(50)
  })
})

withBrowser('on any screen', () => {
  it.each([
    [1280, 720, 'light'],
    [1280, 720, 'dark'],
    [1920, 1080, 'light'],
    [1920, 1080, 'dark'],
  ] as const)(
    'of %d × %d, %s, nothing overflows and all text has contrast',
    async (width, height, scheme) => {
      const page = await open([makeTask(), second()], { size: { width, height }, scheme })
      await ready(page)
      expect(
        await page.evaluate(() => [
          document.documentElement.scrollWidth <= innerWidth,
          document.documentElement.scrollHeight <= innerHeight,
        ]),
      ).toEqual([true, true])
      expect(await page.evaluate(lowContrast)).toEqual([])
      expect(await page.getByRole('button', { name: /Submit/ }).isVisible()).toBe(true)
      expect(errors).toEqual([])
    },
  )

  it('every control has a name', async () => {
    const page = await open([makeTask()])
    await ready(page)
    const unnamed = await page.evaluate(() =>
      [...document.querySelectorAll('button, a, input, textarea, select')]
        .filter(
          (control) =>
            (control.textContent ?? '').trim() === '' &&
            control.getAttribute('aria-label') === null &&
            control.id === '',
        )
        .map((control) => control.outerHTML),
    )
    expect(unnamed).toEqual([])
  })
})

/** Texts whose contrast with their background is below 4.5 (WCAG 2.1, 1.4.3). Runs in the page. */
function lowContrast(): string[] {
  const canvas = document
    .createElement('canvas')
    .getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D
  const parse = (color: string): [number, number, number, number] => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    const [r = 0, g = 0, b = 0, a = 0] = canvas.getImageData(0, 0, 1, 1).data
    return [r, g, b, a / 255]
  }
  const luminance = ([r, g, b]: readonly number[]): number =>
    [r, g, b].reduce<number>((sum, value, i) => {
      const share = (value ?? 0) / 255
      return (
        sum +
        (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4) *
          ([0.2126, 0.7152, 0.0722][i] ?? 0)
      )
    }, 0)
  const behind = (element: Element | null): readonly number[] => {
    if (element === null) return [255, 255, 255]
    const [r, g, b, a] = parse(getComputedStyle(element).backgroundColor)
    if (a === 1) return [r, g, b]
    const under = behind(element.parentElement)
    return [r, g, b].map((value, i) => value * a + (under[i] ?? 0) * (1 - a))
  }
  return [...document.querySelectorAll('.review *')]
    .filter(
      (element) =>
        element.closest('.paper, .hidden') === null &&
        ((element instanceof HTMLTextAreaElement && element.value !== '') ||
          [...element.childNodes].some(
            (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
          )),
    )
    .flatMap((element) => {
      const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(behind(element))]
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
      return contrast < 4.5
        ? [`${element.tagName}.${element.className} ${contrast.toFixed(2)}`]
        : []
    })
}

withBrowser('with nothing in its cache', () => {
  /**
   * The API requests of the page until its first field is editable. Each `held` request waits for
   * the one it names, so sequential requests would wait forever.
   */
  const requestsOf = async (
    path: string,
    held: Readonly<Record<string, string>>,
  ): Promise<string[]> => {
    const page = await open([makeTask(), second()], { path: '/api/me' })
    const asked: string[] = []
    const waiting = new Map<string, () => void>()
    const seen = new Map(
      Object.values(held).map((name) => [
        name,
        new Promise<void>((done) => waiting.set(name, done)),
      ]),
    )
    await page.route('**/api/**', async (route) => {
      const name = `${route.request().method()} ${new URL(route.request().url()).pathname}`
      asked.push(name)
      waiting.get(name)?.()
      await seen.get(held[name] ?? '')
      await route.continue()
    })
    await page.goto(desk().url + path)
    await ready(page)
    return asked
  }

  it('reaches the first field in three requests: the page, its script, and the document, whoever the user is', async () => {
    const asked = await requestsOf('/review', {
      'GET /api/me': 'POST /api/tasks/claim',
      'POST /api/tasks/claim': 'GET /api/me',
    })
    expect(asked).not.toContain('GET /api/tasks/d-1')
    expect(asked.slice(0, 2).sort()).toEqual(['GET /api/me', 'POST /api/tasks/claim'])
  })

  it('opens the document named in the address as fast', async () => {
    const asked = await requestsOf('/review/d-2', { 'GET /api/me': 'GET /api/tasks/d-2' })
    expect(asked.filter((name) => name === 'GET /api/tasks/d-2')).toHaveLength(1)
  })
})
