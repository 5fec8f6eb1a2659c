import fc from 'fast-check'
import { readLines } from '../../processors/lines.ts'
import { documentContext } from '../../processors/normalise.ts'
import { columnKind, isCarryWord, isTotalWord } from '../../processors/table-words.ts'
import type { Print, Word } from '../../processors/words.ts'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import { sampleWords } from '../../trainer/samples/sample.ts'

const invoice = profileOf(loadProfiles(), 'invoice')
const wide = 60 // tenths of a point: a letter of the pages below

/** A page from lines of text: the place of a word in its line is its place on the page. */
function printOf(text: string, pages = 1): Print {
  const words: Word[] = []
  text.split('\n').forEach((line, row, all) => {
    const perPage = Math.ceil(all.length / pages)
    for (const match of line.matchAll(/\S+/g)) {
      const [x, y] = [match.index * wide, (row % perPage) * 130]
      words.push({ text: match[0], page: 1 + Math.floor(row / perPage), line: row, box: [x, y, x + match[0].length * wide, y + 100], confidence: 100 })
    }
  })
  return { pages: Array.from({ length: pages }, (_, index) => ({ number: index + 1, width: 600, height: 800, unit: 'pt' as const, source: 'text_layer' as const })), words }
}

function rowsOf(text: string, pages = 1): Record<string, string | null>[] {
  const print = printOf(text, pages)
  return readLines(print, invoice, documentContext(print)).map(({ cells }) => Object.fromEntries(cells.map((cell) => [cell.name, cell.value])))
}

test('columns are read under their names, wrapped descriptions go on, sums stay out', () => {
  expect(rowsOf(`
Invoice 12
Pos   Description                    Qty    Unit price    VAT     Amount
1     Oak table, oiled, with two       2        150.00    20%     300.00
      drawers
2     Chair                            4         49.95    20%     199.80
                                              Subtotal            499.80
                                              VAT                  99.96
                                              Total               599.76`)).toEqual([
    { description: 'Oak table, oiled, with two drawers', quantity: '2', unit_price: '150.00', line_total: '300.00', tax_rate: '20' },
    { description: 'Chair', quantity: '4', unit_price: '49.95', line_total: '199.80', tax_rate: '20' },
  ])
})

test('the price may stand before the quantity, with commas and units', () => {
  expect(rowsOf(`
Rechnung
Bezeichnung                 Einzelpreis      Menge          Gesamt
Kupferrohr 15 mm                 3,20 €      40 Stk.       128,00 €
Montage                         55,00 €      1,5 Std.       82,50 €
Nettobetrag                                                210,50 €`)).toEqual([
    { description: 'Kupferrohr 15 mm', quantity: '40', unit_price: '3.20', line_total: '128.00' },
    { description: 'Montage', quantity: '1.5', unit_price: '55.00', line_total: '82.50' },
  ])
})

test('a table goes on over the page; carried sums stay out', () => {
  expect(rowsOf(`
Qté    Désignation            P.U. HT     Montant HT
2      Classeur à levier         4,50           9,00
1      Lampe de bureau          39,00          39,00
       À reporter                              48,00
Qté    Désignation            P.U. HT     Montant HT
       Report                                  48,00
3      Stylo bille               1,20           3,60
       Total HT                                51,60`, 2).map((row) => row['line_total'])).toEqual(['9.00', '39.00', '3.60'])
})

test('without names, arithmetic finds rows and columns', () => {
  expect(rowsOf(`
Green Garden Ltd
Apple trees          12      25.50      306.00
Garden soil           7       8.90       62.30
please pay            30 days`)).toEqual([
    { description: 'Apple trees', quantity: '12', unit_price: '25.50', line_total: '306.00' },
    { description: 'Garden soil', quantity: '7', unit_price: '8.90', line_total: '62.30' },
  ])
})

test('what multiplies is trusted more than what merely stands in its column', () => {
  const print = printOf(`
Description        Qty     Price     Amount
Right                3     10.00      30.00
Odd                  3     10.00      31.00`)
  const confidence = readLines(print, invoice, documentContext(print)).map(({ cells }) => cells.find((cell) => cell.name === 'line_total')?.confidence ?? 0)
  expect(confidence[0]).toBeGreaterThan(confidence[1] ?? 1)
})

test.each([['Unit Price', 'unit_price'], ['Prix unitaire', 'unit_price'], ['Amount EUR', 'line_total'], ['Q.tà', 'quantity'], ['MwSt.', 'tax_rate'], ['Prodotto/Servizio', 'description'], ['Item', 'thing'], ['Omschrijving', 'description'], ['Weather', null]])('%s names %s', (text, kind) =>
  expect(columnKind(text)).toBe(kind))

test('sums and carried sums are known by their words', () => {
  for (const text of ['Subtotal', 'Total TTC :', 'Gesamtbetrag brutto', 'Base imponible']) expect([text, isTotalWord(text)]).toEqual([text, true])
  for (const text of ['Übertrag', 'Carried forward', 'Suma y sigue']) expect([text, isCarryWord(text)]).toEqual([text, true])
  expect(isTotalWord('Totally new chair')).toBe(false)
})

test('on generated invoices of many layouts nearly every row is read whole', () => {
  let rows = 0
  let right = 0
  for (let index = 0; index < 120; index++) {
    const { words, truth } = sampleWords(77, index)
    const print: Print = { pages: words.pages.map((page) => ({ number: page.page, width: page.width, height: page.height, unit: 'pt', source: 'text_layer' })), words: words.pages.flatMap((page) => page.words.map(({ t, b }, line): Word => ({ text: t, page: page.page, line, box: [b[0] * 10, b[1] * 10, b[2] * 10, b[3] * 10], confidence: 100 }))) }
    const read = readLines(print, invoice, documentContext(print))
    truth.line_items.forEach((line, at) => {
      const value = read[at]?.cells.find((cell) => cell.name === 'line_total')?.value ?? ''
      rows++
      if (Number(value) === Number(line['line_total'])) right++
    })
  }
  expect(right / rows).toBeGreaterThan(0.95)
})

test('it never throws and its words exist, whatever is printed', () => {
  const word = fc.oneof(fc.constantFrom('Description', 'Qty', 'Price', 'Amount', 'Total', '1', '2', '3.00', '6.00', '12,50', '-', '€', 'Menge'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((text) => !/\s/.test(text)))
  const placed = fc.tuple(word, fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 30 })).map(([text, x, row]): Word => ({ text, page: 1, line: row, box: [x, row * 120, x + 60 * text.length, row * 120 + 100], confidence: 100 }))
  fc.assert(fc.property(fc.array(placed, { maxLength: 60 }), (words) => {
    const print: Print = { pages: [{ number: 1, width: 600, height: 800, unit: 'pt', source: 'text_layer' }], words }
    for (const item of readLines(print, invoice, documentContext(print))) for (const cell of item.cells) for (const index of cell.words) expect(words[index]).toBeDefined()
  }), { numRuns: 300 })
})
