/** Printed invoices as HTML: the same seed, the same document; what it says adds up and is marked. */

import { isIban, isVatId } from '../../../../processors/values/identifiers.ts'
import { compare, minus, plus, sum } from '../../../../processors/values/money.ts'
import { compose, printedFamilies } from '../../../../trainer/samples/html/compose.ts'
import { truthOf } from '../../../../trainer/samples/html/examples.ts'
import { firmOf } from '../../../../trainer/samples/html/firm.ts'
import { locales } from '../../../../trainer/samples/html/locales.ts'
import { options } from '../../../../trainer/samples/html/locale.ts'
import { labelsOf } from '../../../../trainer/samples/html/drawn-locales.ts'
import { randomOf } from '../../../../trainer/samples/random.ts'

const wanted = { locales, english: labelsOf('en') }
const some = Array.from({ length: 200 }, (_, index) => compose(5, index, index, wanted))

test('the same seed gives the same HTML, another seed or number another', () => {
  const first = compose(5, 3, 0, wanted)
  expect(compose(5, 3, 0, wanted)).toEqual(first)
  expect(compose(6, 3, 0, wanted).html).not.toBe(first.html)
  expect(compose(5, 4, 0, wanted).html).not.toBe(first.html)
})

test('every mark stands in the HTML of its document, and every document names both parties', () => {
  for (const { id, html, marks, content } of some) {
    const document = /\/(\d+)\/0"/.exec(html)?.[1] ?? ''
    const lost = marks.filter((_, number) => !html.includes(`/${document}/${number}"`))
    expect([id, lost]).toEqual([id, []])
    const fields = new Set(marks.flatMap((one) => one.split(' ')))
    const must = ['invoice_number', 'issue_date', 'grand_total', 'due_payable', 'seller_name']
    if (content.buyer !== null) must.push('buyer_name')
    expect([id, must.filter((field) => !fields.has(field))]).toEqual([id, []])
  }
})

test('amounts add up in the decimals of the currency', () => {
  for (const { content, id } of some) {
    const { net, tax, grand, paid, due, lines, shipping, locale } = content
    const zero = { units: 0n, scale: 0 }
    expect([id, compare(plus(net, tax), grand)]).toEqual([id, 0])
    expect(compare(sum([zero, ...lines.map(({ total }) => total), shipping ?? zero]), net)).toBe(0)
    expect(compare(minus(grand, paid ?? zero), due)).toBe(0)
    expect(grand.scale).toBeLessThanOrEqual(locale.place.decimals)
  }
})

test('tax numbers and accounts of every country have right check digits', () => {
  for (const locale of locales) {
    for (let index = 0; index < 3; index++) {
      const { vatId, iban } = firmOf(locale, randomOf('firm', index), 'seller')
      const { code } = locale.place
      if (vatId !== null) expect([code, vatId, isVatId(vatId)]).not.toEqual([code, vatId, false])
      if (iban !== null) expect([code, iban, isIban(iban)]).toEqual([code, iban, true])
    }
  }
})

test('a tax number is printed as its country writes it, the same way throughout a document', () => {
  const seen = new Set<string>()
  for (const { content, html, marks, id } of some) {
    const { vatId } = content.seller
    const document = /\/(\d+)\/0"/.exec(html)?.[1] ?? ''
    const printed = marks.flatMap((fields, number) =>
      fields === 'seller_vat_id'
        ? [new RegExp(`/${document}/${number}">([^<]+)<`).exec(html)?.[1] ?? '']
        : [],
    )
    if (content.locale.place.code !== 'CH')
      expect([id, new Set(printed).size]).toEqual([id, printed.length === 0 ? 0 : 1])
    for (const text of printed) {
      const plain = text.replace(/[^A-Z0-9]/g, '')
      if (content.locale.place.code !== 'CH')
        expect((vatId ?? '').replace(/[^A-Z0-9]/g, '').endsWith(plain)).toBe(true)
      seen.add(text === vatId ? 'whole' : 'otherwise')
    }
  }
  expect([...seen].sort()).toEqual(['otherwise', 'whole'])
})

test('the true tax number has the prefix of the country only where it is printed', () => {
  const plain = (text: string): string => text.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '')
  const seen = new Set<boolean>()
  for (const document of some.filter(({ content }) => content.locale.place.code !== 'CH')) {
    const { html, marks, content, id } = document
    const number = /\/(\d+)\/0"/.exec(html)?.[1] ?? ''
    const texts = marks.map(
      (_, mark) => new RegExp(`/${number}/${mark}">([^<]+)<`).exec(html)?.[1] ?? '',
    )
    const words = texts.map((text, line) => ({
      text,
      page: 1,
      line,
      confidence: 100,
      box: [0, 100 * line, 100, 100 * line + 50] as const,
    }))
    const { fields } = truthOf({
      document,
      print: { pages: [], words },
      places: texts.map((_, k) => [k]),
    })
    const at = marks.indexOf('seller_vat_id')
    if (at < 0) continue
    expect([id, plain(fields['seller_vat_id'] ?? '')]).toEqual([id, plain(texts[at] ?? '')])
    seen.add(fields['seller_vat_id'] === content.seller.vatId)
  }
  expect(seen.size).toBe(2)
})

test('there are 25 languages or more, and each has a word for every label', () => {
  const languages = new Set(locales.map(({ language }) => language.split('-')[0]))
  expect(languages.size).toBeGreaterThanOrEqual(25)
  for (const { language, labels } of locales) {
    const empty = Object.entries(labels).filter(([, text]) =>
      options(text).some((option) => option.trim() === ''),
    )
    expect([language, empty]).toEqual([language, []])
    expect(options(labels.dated).filter((one) => !/\{x\}.*\{d\}/.test(one))).toEqual([])
    expect(options(labels.dueSentence).filter((one) => !one.includes('{d}'))).toEqual([])
  }
})

test('there are fifty layouts or more, and heads that no name was given to', () => {
  const names = Object.values(printedFamilies).flat()
  expect(names.length).toBeGreaterThanOrEqual(50)
  expect(names).toEqual([...new Set(names)])
  for (const { layout } of some) expect(names).toContain(layout)
})

test('some documents lack what others have: a buyer, an order, tax; some are credit notes or prepaid', () => {
  const share = (holds: (one: (typeof some)[number]['content']) => boolean): number =>
    some.filter(({ content }) => holds(content)).length / some.length
  expect(share(({ buyer }) => buyer === null)).toBeGreaterThan(0)
  expect(share(({ purchaseOrder }) => purchaseOrder === null)).toBeGreaterThan(0.5)
  expect(share(({ ourOrder }) => ourOrder !== null)).toBeGreaterThan(0.2)
  expect(share(({ exempt }) => exempt)).toBeGreaterThan(0.03)
  expect(share(({ credit }) => credit)).toBeGreaterThan(0.05)
  expect(share(({ paid }) => paid !== null)).toBeGreaterThan(0.05)
  expect(share(({ rates }) => rates.length > 1)).toBeGreaterThan(0.1)
})
