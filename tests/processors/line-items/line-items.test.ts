import fc from 'fast-check'
import { readLines } from '../../../processors/line-items/line-items.ts'
import { documentContext } from '../../../processors/document/context.ts'
import { columnKind, isCarryWord, isTotalWord } from '../../../processors/line-items/table-words.ts'
import type { Print, Word } from '../../../processors/document/words.ts'
import { loadProfiles, profileOf } from '../../../schemas/profiles.ts'
import { sampleWords } from '../../../trainer/samples/sample.ts'

const invoice = profileOf(loadProfiles(), 'invoice')
const wide = 60 // tenths of a point: a letter of the pages below

/**
 * A page from lines of text: the place of a word in its line is its place on the page. Letters are
 * 100 high.
 */
function printOf(text: string, pages = 1, step = 130): Print {
  const words: Word[] = []
  text.split('\n').forEach((line, row, all) => {
    const perPage = Math.ceil(all.length / pages)
    for (const match of line.matchAll(/\S+/g)) {
      const [x, y] = [match.index * wide, (row % perPage) * step]
      words.push({
        text: match[0],
        page: 1 + Math.floor(row / perPage),
        line: row,
        box: [x, y, x + match[0].length * wide, y + 100],
        confidence: 100,
      })
    }
  })
  return {
    pages: Array.from({ length: pages }, (_, index) => ({
      number: index + 1,
      width: 600,
      height: 800,
      unit: 'pt' as const,
      source: 'text_layer' as const,
    })),
    words,
  }
}

function rowsOf(text: string, pages = 1, step = 130): Record<string, string | null>[] {
  const print = printOf(text, pages, step)
  return readLines(print, invoice, documentContext(print)).map(({ cells }) =>
    Object.fromEntries(cells.map((cell) => [cell.name, cell.value])),
  )
}

test('columns are read under their names, wrapped descriptions go on, sums stay out', () => {
  expect(
    rowsOf(`
Invoice 12
Pos   Description                    Qty    Unit price    VAT     Amount
1     Oak table, oiled, with two       2        150.00    20%     300.00
      drawers
2     Chair                            4         49.95    20%     199.80
                                              Subtotal            499.80
                                              VAT                  99.96
                                              Total               599.76`),
  ).toEqual([
    {
      description: 'Oak table, oiled, with two drawers',
      quantity: '2',
      unit_price: '150.00',
      line_total: '300.00',
      tax_rate: '20',
    },
    {
      description: 'Chair',
      quantity: '4',
      unit_price: '49.95',
      line_total: '199.80',
      tax_rate: '20',
    },
  ])
})

test('the price may stand before the quantity, with commas and units', () => {
  expect(
    rowsOf(`
Rechnung
Bezeichnung                 Einzelpreis      Menge          Gesamt
Kupferrohr 15 mm                 3,20 €      40 Stk.       128,00 €
Montage                         55,00 €      1,5 Std.       82,50 €
Nettobetrag                                                210,50 €`),
  ).toEqual([
    { description: 'Kupferrohr 15 mm', quantity: '40', unit_price: '3.20', line_total: '128.00' },
    { description: 'Montage', quantity: '1.5', unit_price: '55.00', line_total: '82.50' },
  ])
})

test('a table goes on over the page; carried sums stay out', () => {
  expect(
    rowsOf(
      `
Qté    Désignation            P.U. HT     Montant HT
2      Classeur à levier         4,50           9,00
1      Lampe de bureau          39,00          39,00
       À reporter                              48,00
Qté    Désignation            P.U. HT     Montant HT
       Report                                  48,00
3      Stylo bille               1,20           3,60
       Total HT                                51,60`,
      2,
    ).map((row) => row['line_total']),
  ).toEqual(['9.00', '39.00', '3.60'])
})

test('numbers may stand between two lines of text, or half way down three', () => {
  expect(
    rowsOf(
      `

Description                 Amount

Hosting of the whole shop
                             10.00
and its mail


Domain and certificates
                              5.00
Contract: 4711


Backup, every night and
                             90.00
at noon


Support                       7.00


                       Total 112.00`,
      1,
      60,
    ).map((row) => [row['description'], row['line_total']]),
  ).toEqual([
    ['Hosting of the whole shop and its mail', '10.00'],
    ['Domain and certificates', '5.00'],
    ['Backup, every night and at noon', '90.00'],
    ['Support', '7.00'],
  ])
})

test('without names, arithmetic finds rows and columns', () => {
  expect(
    rowsOf(`
Green Garden Ltd
Apple trees          12      25.50      306.00
Garden soil           7       8.90       62.30
please pay            30 days`),
  ).toEqual([
    { description: 'Apple trees', quantity: '12', unit_price: '25.50', line_total: '306.00' },
    { description: 'Garden soil', quantity: '7', unit_price: '8.90', line_total: '62.30' },
  ])
})

test.each<[string, string, readonly (readonly [description: string, total: string])[]]>([
  [
    'sections and their sums between the goods',
    `
Item                                Tax        Amount
1 Consulting
Security audit                      12.0    Rs 178.78
Photography, half day               28.0    Rs 583.49
                                 Sub-total  Rs 762.27
2 Design
Logo design                         18.0     Rs 40.00
                                 Sub-total   Rs 40.00
                                 Total      Rs 802.27`,
    [
      ['Security audit', '178.78'],
      ['Photography, half day', '583.49'],
      ['Logo design', '40.00'],
    ],
  ],
  [
    'net totals beside those with their tax',
    `
Descrizione              Qtà    Prezzo    IVA    Imponibile    Totale lordo
Canone mensile             2      8,59    22%         17,18           20,96
Utenti aggiuntivi          1      5,00    22%          5,00            6,10
                                       Totale         22,18           27,06`,
    [
      ['Canone mensile', '17.18'],
      ['Utenti aggiuntivi', '5.00'],
    ],
  ],
  [
    'totals with their tax alone',
    `
Omschrijving             Aantal    Totaal incl. btw
Stoel                         2               20,00
Tafel                         1               45,00
Te betalen                                    65,00`,
    [
      ['Stoel', '20.00'],
      ['Tafel', '45.00'],
    ],
  ],
  [
    'a table of taxes after the goods, in which numbers multiply as well',
    `
Beschreibung             Menge    Nettopreis    Betrag
Zucker                       5          1,00      5,00
Mehl                         2          1,45      2,90
Steueraufschlüsselung
Art (Kategorie)    Warenwert    Zu-/Abschlag    Basisbetrag    USt. %    Steuerbetrag
Umsatzsteuer (S)        5,00            1,00           5,00        19            0,95
Umsatzsteuer (S)        2,90            1,00           2,90         7            0,20`,
    [
      ['Zucker', '5.00'],
      ['Mehl', '2.90'],
    ],
  ],
  [
    'sums side by side under the goods',
    `
Line    Services            Hours    Unit price    Net amount
1       Standing charge        31        220.00       6820.00
2       Climate levy            2         10.00         20.00
Total excl. VAT       GST       Total amount     Balance
       6840.00     684.00           7524.00      7524.00`,
    [
      ['Standing charge', '6820.00'],
      ['Climate levy', '20.00'],
    ],
  ],
  [
    'a sum that nobody has a word for',
    `
Concepto                 Cantidad    Precio    Importe
Servicio                        2     10,00      20,00
Montaje                         1      5,00       5,00
Xyzzy                                            25,00
Plugh                                             5,25`,
    [
      ['Servicio', '20.00'],
      ['Montaje', '5.00'],
    ],
  ],
  [
    'numbers of lines that lie close to their texts',
    `
Pos. Artikelbeschreibung          Menge      Preis     Betrag
 1 Superdrachen                       2      20,00      40,00
 4 Eisvogel                           3      50,00     150,00`,
    [
      ['Superdrachen', '40.00'],
      ['Eisvogel', '150.00'],
    ],
  ],
  [
    'things numbered and named',
    `
Item    Product                      Quantity    Unit Price    Total Price
1       Precision screws, 1 kg              5         20.00         100.00
2       Brackets                            2         15.00          30.00`,
    [
      ['Precision screws, 1 kg', '100.00'],
      ['Brackets', '30.00'],
    ],
  ],
  [
    'amounts taken off between the goods',
    `
Bezeichnung                     Menge         EP         GP
Toller Artikel                   1,00      10,00      10,00
                                          1,00 %     - 0,10
Guter Artikel                    2,00       5,00      10,00`,
    [
      ['Toller Artikel', '10.00'],
      ['Guter Artikel', '10.00'],
    ],
  ],
  [
    'a head of two rows',
    `
                          Unit        Line
Description       Qty     price       total
Oak table           2    150.00      300.00`,
    [['Oak table', '300.00']],
  ],
  [
    'cells that are centred on their row',
    `
Description                      Qty     Price     Amount
Oak table, oiled,
with two drawers and              2     150.00     300.00
brass handles

Chair                             4      49.95     199.80

Delivery to the
third floor and                   1      40.00      40.00
assembly
                               Total               539.80`,
    [
      ['Oak table, oiled, with two drawers and brass handles', '300.00'],
      ['Chair', '199.80'],
      ['Delivery to the third floor and assembly', '40.00'],
    ],
  ],
  [
    'a break that nothing forced, a period, a label and a bullet begin something else',
    `
Description                      Qty     Price     Amount
Hosting of the shop, large        1      10.00      10.00
Domain                            2       5.00      10.00
incl. mail
Backup                            1       7.00       7.00
03/01/2024 - 03/31/2024
Support                           1       9.00       9.00
Contract: 4711
Training of all your new          1      90.00      90.00
colleagues
- by video`,
    [
      ['Hosting of the shop, large', '10.00'],
      ['Domain', '10.00'],
      ['Backup', '7.00'],
      ['Support', '9.00'],
      ['Training of all your new colleagues', '90.00'],
    ],
  ],
  [
    'a number of goods above the name',
    `
Artikel                          Menge     Preis     Betrag
ZS-997                             100      1,00     100,00
Zitronensäure 100 ml
GZ-250                               2      3,00       6,00
Gelierzucker Extra im Karton 250 g`,
    [
      ['Zitronensäure 100 ml', '100.00'],
      ['Gelierzucker Extra im Karton 250 g', '6.00'],
    ],
  ],
  [
    'texts that begin left of what their head names',
    `
Art. Nr      Description       Price    Qty     Amount
1        minimal                15.50     2      31.00
         excess
2        Glass cover            10.00     1      10.00`,
    [
      ['minimal excess', '31.00'],
      ['Glass cover', '10.00'],
    ],
  ],
  [
    'negative goods of a credit note',
    `
Libellé              Quantité     Prix unitaire     Montant HT
Nougat                     -5              4,10         -20,50
Huile d’olive             -10             19,80        -198,00
Total HT                                               -218,50`,
    [
      ['Nougat', '-20.50'],
      ['Huile d’olive', '-198.00'],
    ],
  ],
])('%s', (_, text, rows) => {
  expect(rowsOf(text).map((row) => [row['description'], row['line_total']])).toEqual(rows)
})

test.each([
  ['en', 'Details', 'Hours', 'Hourly rate', 'Line total'],
  ['de', 'Leistungsbeschreibung', 'Anzahl', 'Stückpreis', 'Gesamtpreis netto'],
  ['fr', 'Désignation', 'Qté', 'P.U. HT', 'Total HT'],
  ['es', 'Concepto', 'Uds.', 'Precio unitario', 'Importe'],
  ['it', 'Natura e qualità', 'Q.tà', 'Prezzo unit.', 'Importo'],
  ['nl', 'Werkzaamheden', 'Aantal', 'Tarief', 'Bedrag'],
])(
  'columns are known by their names in %s, in whatever order',
  (_, description, quantity, price, total) => {
    const row = { description: 'Alpha beta', quantity: '3', unit_price: '2.50', line_total: '7.50' }
    const columns = [
      [description, row.description],
      [quantity, row.quantity],
      [price, row.unit_price],
      [total, row.line_total],
    ] as const
    for (const order of [
      [0, 1, 2, 3],
      [1, 0, 2, 3],
      [0, 2, 1, 3],
      [1, 2, 0, 3],
    ]) {
      const lines = [0, 1].map((part) =>
        order
          .map((k) => columns[k]?.[part] ?? '')
          .map((text) => text.padEnd(22))
          .join(''),
      )
      expect(rowsOf(`\n${lines.join('\n')}`)).toEqual([row])
    }
  },
)

test('three thousand rows are read, every one', () => {
  const rows = Array.from(
    { length: 3000 },
    (_, k) =>
      `${String(k + 1).padEnd(7)}${`Part number ${k}`.padEnd(30)}${String((k % 9) + 1).padEnd(8)}${'2.50'.padEnd(12)}${(((k % 9) + 1) * 2.5).toFixed(2)}`,
  )
  const read = rowsOf(
    `\n${['Line   Description                   Qty     Price       Amount', ...rows].join('\n')}`,
    60,
  )
  expect(read).toHaveLength(3000)
  expect(read.at(-1)).toEqual({
    description: 'Part number 2999',
    quantity: '3',
    unit_price: '2.50',
    line_total: '7.50',
  })
})

test('what multiplies is trusted more than what merely stands in its column', () => {
  const print = printOf(`
Description        Qty     Price     Amount
Right                3     10.00      30.00
Odd                  3     10.00      31.00`)
  const confidence = readLines(print, invoice, documentContext(print)).map(
    ({ cells }) => cells.find((cell) => cell.name === 'line_total')?.confidence ?? 0,
  )
  expect(confidence[0]).toBeGreaterThan(confidence[1] ?? 1)
})

test.each([
  ['Unit Price', 'unit_price'],
  ['Prix unitaire', 'unit_price'],
  ['Amount EUR', 'line_total'],
  ['Q.tà', 'quantity'],
  ['MwSt.', 'tax_rate'],
  ['Prodotto/Servizio', 'description'],
  ['Item', 'thing'],
  ['Omschrijving', 'description'],
  ['Weather', null],
])('%s names %s', (text, kind) => expect(columnKind(text)).toBe(kind))

test('sums and carried sums are known by their words', () => {
  for (const text of ['Subtotal', 'Total TTC :', 'Gesamtbetrag brutto', 'Base imponible'])
    expect([text, isTotalWord(text)]).toEqual([text, true])
  for (const text of ['Übertrag', 'Carried forward', 'Suma y sigue'])
    expect([text, isCarryWord(text)]).toEqual([text, true])
  expect(isTotalWord('Totally new chair')).toBe(false)
})

test('on generated invoices of many layouts nearly every row is read whole', () => {
  let rows = 0
  let right = 0
  for (let index = 0; index < 120; index++) {
    const { words, truth } = sampleWords(77, index)
    const print: Print = {
      pages: words.pages.map((page) => ({
        number: page.page,
        width: page.width,
        height: page.height,
        unit: 'pt',
        source: 'text_layer',
      })),
      words: words.pages.flatMap((page) =>
        page.words.map(({ t, b }, line): Word => ({
          text: t,
          page: page.page,
          line,
          box: [b[0] * 10, b[1] * 10, b[2] * 10, b[3] * 10],
          confidence: 100,
        })),
      ),
    }
    const read = readLines(print, invoice, documentContext(print))
    truth.line_items.forEach((line, at) => {
      const value = read[at]?.cells.find((cell) => cell.name === 'line_total')?.value ?? ''
      rows++
      if (Number(value) === Number(line['line_total'])) right++
    })
  }
  expect(right / rows).toBeGreaterThan(0.98)
})

test('it never throws and its words exist, whatever is printed', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'Description',
      'Qty',
      'Price',
      'Amount',
      'Total',
      '1',
      '2',
      '3.00',
      '6.00',
      '12,50',
      '-',
      '€',
      'Menge',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((text) => !/\s/.test(text)),
  )
  const placed = fc
    .tuple(word, fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 30 }))
    .map(([text, x, row]): Word => ({
      text,
      page: 1,
      line: row,
      box: [x, row * 120, x + 60 * text.length, row * 120 + 100],
      confidence: 100,
    }))
  fc.assert(
    fc.property(fc.array(placed, { maxLength: 60 }), (words) => {
      const print: Print = {
        pages: [{ number: 1, width: 600, height: 800, unit: 'pt', source: 'text_layer' }],
        words,
      }
      for (const item of readLines(print, invoice, documentContext(print)))
        for (const cell of item.cells)
          for (const index of cell.words) expect(words[index]).toBeDefined()
    }),
    { numRuns: 300 },
  )
})
