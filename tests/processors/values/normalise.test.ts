import fc from 'fast-check'
import { isCurrency, digitsOf } from '../../../processors/values/currencies.ts'
import { isVatId } from '../../../processors/values/identifiers.ts'
import { documentContext } from '../../../processors/document/context.ts'
import {
  emptyContext,
  normaliseValue,
  type DocumentContext,
} from '../../../processors/values/normalise.ts'
import { provenSign } from '../../../processors/values/money.ts'
import type { Word } from '../../../processors/document/words.ts'
import { readFileSync } from 'node:fs'
import { ambiguousMonths, currencyCodes } from '../../../processors/values/locale-data.ts'
import { fieldTypes } from '../../../schemas/profiles.ts'

const comma: DocumentContext = { ...emptyContext, decimalSign: ',' }
const point: DocumentContext = { ...emptyContext, decimalSign: '.' }
const american: DocumentContext = { ...emptyContext, dateOrder: 'mdy' }

function printOf(text: string): { pages: []; words: Word[] } {
  return {
    pages: [],
    words: text.split(' ').map((word, index) => ({
      text: word,
      page: 1,
      line: index,
      box: [0, 0, 0, 0],
      confidence: 100,
    })),
  }
}

describe('dates', () => {
  test.each([
    ['2024-01-12', '2024-01-12'],
    ['2024/1/2', '2024-01-02'],
    ['12.01.2024', '2024-01-12'],
    ['12/01/24', '2024-01-12'],
    ['12-01-2024', '2024-01-12'],
    ['12 01 2024', '2024-01-12'],
    ['12. 1. 2024', '2024-01-12'],
    ['31/12/99', '1999-12-31'],
    ['25/12/2018 8:13:39 PM', '2018-12-25'],
    ['12/31/2024', '2024-12-31'],
    ['12JAN2020', '2020-01-12'],
    ['12 Jan 2020', '2020-01-12'],
    ['12-JAN-20', '2020-01-12'],
    ["12 Jan '20", '2020-01-12'],
    ['20180102', '2018-01-02'],
    ['02012018', '2018-01-02'],
    ['January 12, 2024', '2024-01-12'],
    ['Jan. 12th 2024', '2024-01-12'],
    ['the 3rd of March 2024', '2024-03-03'],
    ['1st May 2024', '2024-05-01'],
    ['Fri, 5 Sept 2024', '2024-09-05'],
    ['12. Januar 2024', '2024-01-12'],
    ['3. März 2024', '2024-03-03'],
    ['1. Dez. 2023', '2023-12-01'],
    ['1er août 2024', '2024-08-01'],
    ['12 février 2024', '2024-02-12'],
    ['3 févr. 2024', '2024-02-03'],
    ['15 juil. 2024', '2024-07-15'],
    ['12 de enero de 2024', '2024-01-12'],
    ['7 de septiembre del 2024', '2024-09-07'],
    ['12 gennaio 2024', '2024-01-12'],
    ['1º giugno 2024', '2024-06-01'],
    ['12 maart 2024', '2024-03-12'],
    ['5 mei 2024', '2024-05-05'],
    ['2024 March 5', '2024-03-05'],
    ['29.02.2024', '2024-02-29'],
    ['Wed Aug 05 12:00:00 2015', '2015-08-05'],
    ['Wed Aug 05 12:00:00 EDT 2015', '2015-08-05'],
    ['令和6年1月12日', '2024-01-12'],
    ['平成元年1月12日', '1989-01-12'],
    ['民國113年1月12日', '2024-01-12'],
    ['２０２４年１月１２日', '2024-01-12'],
    ['2024년 1월 12일', '2024-01-12'],
    ['12 พ.ค. 2567', '2024-05-12'],
    ['١٢ يناير ٢٠٢٤', '2024-01-12'],
    ['१२ जनवरी २०२४', '2024-01-12'],
    ['2024. gada 12. janvāris', '2024-01-12'],
    ['17 tháng 1, 2024', '2024-01-17'],
  ])('%s is %s', (raw, iso) => expect(normaliseValue('date', raw, emptyContext)).toBe(iso))

  test.each([
    '31.02.2024',
    '29/02/2023',
    '00/00/2024',
    '32 January 2024',
    '12.13',
    'soon',
    '',
    '1.234,50',
    '2024',
    '12:30:45',
    '99/99/9999',
    '1234567890',
    'Jun 12–14 2021', // two days
    '5 listopada 2024', // October in Croatian, November in Polish
    'May 5',
  ])('%j is no date', (raw) => expect(normaliseValue('date', raw, emptyContext)).toBeNull())

  test('the order of the document decides, and points never mean month first', () => {
    expect(normaliseValue('date', '03/04/2024', american)).toBe('2024-03-04')
    expect(normaliseValue('date', '03/04/2024', emptyContext)).toBe('2024-04-03')
    expect(normaliseValue('date', '03.04.2024', american)).toBe('2024-04-03')
    expect(normaliseValue('date', '25/04/2024', american)).toBe('2024-04-25')
  })

  test('the day of every month is read back in every language, or not at all where a name is ambiguous', () => {
    const path = new URL('locale-data/locales.json', import.meta.url)
    const locales = JSON.parse(readFileSync(path, 'utf8')) as string[]
    const known = Intl.DateTimeFormat.supportedLocalesOf(locales)
    const ambiguous = new RegExp(` (?:${ambiguousMonths})\\.? `)
    const unread: string[] = []
    for (const locale of known)
      for (const dateStyle of ['long', 'medium'] as const) {
        const calendar = locale.startsWith('th') ? 'buddhist' : 'gregory'
        const options = { dateStyle, calendar, timeZone: 'UTC' }
        const format = new Intl.DateTimeFormat(locale, options)
        for (let month = 0; month < 12; month++) {
          const date = new Date(Date.UTC(2024, month, 17))
          const text = format.format(date)
          const iso = normaliseValue('date', text, emptyContext)
          if (iso === null && !ambiguous.test(text)) unread.push(`${locale} ${text}`)
          else
            expect([locale, text, iso ?? 'unread']).toEqual([
              locale,
              text,
              ambiguous.test(text) ? 'unread' : date.toISOString().slice(0, 10),
            ])
        }
      }
    expect(known.length).toBeGreaterThan(400)
    // Node's CLDR is not the data's: a name may have changed between them
    expect(unread.length).toBeLessThan(20)
  })

  test('any day, printed in any of the ways, is read back', () => {
    const day = fc.date({
      min: new Date('1971-01-01'),
      max: new Date('2068-12-31'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(day, (date) => {
        const iso = date.toISOString().slice(0, 10)
        const [y, m, d] = iso.split('-') as [string, string, string]
        const printed = [
          iso,
          `${d}.${m}.${y}`,
          `${d}/${m}/${y.slice(2)}`,
          `${y}${m}${d}`,
          date.toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' }),
          ...['en-US', 'de', 'fr', 'es', 'it', 'nl'].map((locale) =>
            date.toLocaleDateString(locale, { dateStyle: 'long', timeZone: 'UTC' }),
          ),
        ]
        for (const text of printed)
          expect([text, normaliseValue('date', text, emptyContext)]).toEqual([text, iso])
      }),
    )
  })
})

describe('money', () => {
  test.each([
    ['1,234.50', '1234.50'],
    ['1.234,50', '1234.50'],
    ["1'234.50", '1234.50'],
    ['1’234.50', '1234.50'],
    ['1 234,50 €', '1234.50'],
    ['1 234,50', '1234.50'],
    ['1.234,56 €', '1234.56'],
    ['RM 12.30', '12.30'],
    ['RM12.30', '12.30'],
    ['$9.00', '9.00'],
    ['US$ 1,000,000.00', '1000000.00'],
    ['EUR 160', '160'],
    ['0,79', '0.79'],
    ['.79', '0.79'],
    ['12,--', '12'],
    ['12,-', '12'],
    ['CHF 45.—', '45'],
    ['(12.00)', '-12.00'],
    ['12.00-', '-12.00'],
    ['-12,00', '-12.00'],
    ['− 12,00 €', '-12.00'],
    ['-$12.00', '-12.00'],
    ['$-12.00', '-12.00'],
    ['€ -12,00', '-12.00'],
    ['RM-12.00', '-12.00'],
    ['12.00 CR', '-12.00'],
    ['-0.00', '0.00'],
    ['1,23,456.00', '123456.00'],
    ['₹ 319.00', '319.00'],
    ['19 %', '19'],
    ['7,7%', '7.7'],
    ['19% 12,30', '12.30'],
    ['1.234.567', '1234567'],
    ['007.50', '7.50'],
    ['0.125', '0.125'],
    ['1234.567', '1234.567'],
    ['12. 30', '12.30'],
    ['1,00 Stk', '1.00'],
    ['Total: 5.00', '5.00'],
    ['9.00SR', '9.00'],
    ['10.500,00 EUR', '10500.00'],
    ['£6.95 - £9.95', '6.95'],
    ['1.837, 32 €', '1837.32'],
    ['-€ 219,62', '-219.62'],
    ["-CHF 6'311.51", '-6311.51'],
    ['61,88-', '-61.88'],
    ['61,88 €-', '-61.88'],
    ['€ (61,88)', '-61.88'],
    ['12€50', '12.50'],
    ['１，２３４円', '1234'],
    ['١٬٢٣٤٫٥٠', '1234.50'],
  ])('%s is %s', (raw, value) => expect(normaliseValue('money', raw, emptyContext)).toBe(value))

  test.each(['', 'free', '€', '-', '.,', 'n/a'])('%j is no amount', (raw) =>
    expect(normaliseValue('money', raw, emptyContext)).toBeNull(),
  )

  test.each([
    ['1.234,50', ','],
    ['1,234.50', '.'],
    ['1234,50', ','],
    ['12.50 EUR', '.'],
    ['1.234', null],
    ['1234', null],
    ['n/a', null],
  ])('the decimal sign that %s proves is %s', (text, sign) => expect(provenSign(text)).toBe(sign))

  test('three digits after one sign are read as the document writes its decimals', () => {
    expect(normaliseValue('money', '1.234', comma)).toBe('1234')
    expect(normaliseValue('money', '1.234', point)).toBe('1.234')
    expect(normaliseValue('money', '1,234', point)).toBe('1234')
    expect(normaliseValue('money', '1,234', comma)).toBe('1.234')
    expect(normaliseValue('money', '1.234', emptyContext)).toBe('1234')
  })

  test('three digits are decimals where the currency has three of them', () => {
    const dinars = { ...emptyContext, currency: 'KWD' }
    expect(normaliseValue('money', '12.345', dinars)).toBe('12.345')
    expect(normaliseValue('money', '12.345', { ...emptyContext, currency: 'JPY' })).toBe('12345')
  })

  test('any amount in any convention is read back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -999_999_999, max: 999_999_999 }),
        fc.constantFrom('en-US', 'de-DE', 'fr-FR', 'de-CH', 'en-IN', 'it-IT', 'nl-NL'),
        (cents, locale) => {
          const value = `${cents < 0 ? '-' : ''}${String(Math.floor(Math.abs(cents) / 100))}.${String(Math.abs(cents) % 100).padStart(2, '0')}`
          const printed = (cents / 100).toLocaleString(locale, { minimumFractionDigits: 2 })
          expect(normaliseValue('money', printed, emptyContext)).toBe(value)
        },
      ),
    )
  })
})

describe('identifiers', () => {
  test.each([
    ['iban', 'DE88 2008 0000 0970 3757 00', 'DE88200800000970375700'],
    ['iban', 'IBAN: NL50INGB0683251309 BIC INGBNL2A', 'NL50INGB0683251309'],
    ['iban', 'de88 2008 0000 0970 3757 00', 'DE88200800000970375700'],
    ['iban', 'DE12123456789012345678', 'DE12123456789012345678'],
    ['iban', 'OD304175096047380001', null],
    ['iban', 'no account', null],
    ['iban', '12345678', null],
    ['vat', 'DE 136 695 976', 'DE136695976'],
    ['vat', 'USt-IdNr.: DE136695976', 'DE136695976'],
    ['vat', 'CHE-123.456.788 MWST', 'CHE123456788'],
    ['vat', 'CHE-123.456.788MWST', 'CHE123456788'],
    ['vat', 'CHE116281710TVA', 'CHE116281710'],
    ['vat', 'GB 980 7806 84', 'GB980780684'],
    ['vat', 'NL810433941B01', 'NL810433941B01'],
    ['vat', 'DE123456789', 'DE123456789'],
    ['vat', 'B58378431', 'B58378431'],
    ['vat', 'FR 11 999999998', 'FR11999999998'],
    ['vat', 'VAT', null],
    ['vat', 'ATU13585627', 'ATU13585627'],
    ['id', '#INV/2023/03/0008,', 'INV/2023/03/0008'],
    ['id', 'RE-20171118/506', 'RE-20171118/506'],
    ['id', ': 42', '42'],
    ['id', '—', null],
    ['text', '  Au\u00a0bon \n moulin ,', 'Au bon moulin'],
    ['text', 'Mu\u0308ller GmbH', 'Müller GmbH'],
    ['text', ' - ', null],
    ['currency', '€', 'EUR'],
    ['currency', 'EUR', 'EUR'],
    ['currency', 'eur', 'EUR'],
    ['currency', '1.234,50 €', 'EUR'],
    ['currency', 'US$', 'USD'],
    ['currency', '$', 'USD'],
    ['currency', 'RM', 'MYR'],
    ['currency', 'RM12.00', 'MYR'],
    ['currency', 'CHF', 'CHF'],
    ['currency', '£', 'GBP'],
    ['currency', 'Germany', 'EUR'],
    ['currency', 'please try again', null],
    ['currency', 'C$ 5', 'CAD'],
    ['currency', '₾ 5', 'GEL'],
    ['currency', 'NT$5', 'TWD'],
    ['currency', '7.400,00 TL', 'TRY'],
    ['currency', '2,035,000원', 'KRW'],
    ['currency', '128.00 元', 'CNY'],
    ['currency', '発行元', null],
    ['currency', '10,272.00 บาท', 'THB'],
    ['currency', '92.000 đ', 'VND'],
    ['currency', '5 400,00 грн', 'UAH'],
    ['currency', '900 руб.', 'RUB'],
    ['currency', 'Rp 185.000', 'IDR'],
    ['currency', '277.50 ر.س', 'SAR'],
    ['currency', 'د.إ. 5', 'AED'],
    ['currency', 'ALL PRICES', null],
    ['currency', '5 ALL', 'ALL'],
    ['vat', 'DE - 113 298 780', 'DE113298780'],
    ['vat', 'BE 428 759 497', 'BE0428759497'],
  ] as const)('%s %j is %j', (type, raw, value) =>
    expect(normaliseValue(type, raw, emptyContext)).toBe(value),
  )
})

test('every currency is known by its code, with its decimals; a sign of several is the country’s own', () => {
  for (const code of currencyCodes.split(' ')) {
    expect([code, isCurrency(code)]).toEqual([code, true])
    expect(normaliseValue('currency', `12 ${code}`, emptyContext)).toBe(code)
  }
  expect(['EUR', 'JPY', 'KWD'].map(digitsOf)).toEqual([2, 0, 3])
  const inCountry = (country: string, sign: string): string | null =>
    normaliseValue('currency', sign, { ...emptyContext, country })
  expect(inCountry('CN', '¥')).toBe('CNY')
  expect(inCountry('AR', '$ 5,00')).toBe('ARS')
  expect(inCountry('DE', '$ 5,00')).toBe('USD')
})

// One valid id of every member state, of Switzerland, Norway and Great Britain
const vatIds =
  'ATU13585627 BE0428759497 BG175074752 CY10259033P CZ25123891 DE136695976 DK13585628 EE100931558 EL094259216 ESB58378431 FI20774740 FR40303265045 FR0J399859412 FRB0399859412 FREL399859412 HR33392005961 HU12892312 IE6388047V IT00743110157 LT119511515 LU15027442 LV40003521600 MT11679112 NL004495445B01 PL8567346215 PT501964843 RO18547290 SE123456789701 SI50223054 SK2022749619 CHE116281710 NO974760673MVA GB980780684 XI980780684'.split(
    ' ',
  )

test('a VAT id of any country is known as valid, and its check digits catch nearly every wrong digit', () => {
  let [caught, wrong] = [0, 0]
  for (const id of vatIds) {
    expect([id, isVatId(id)]).toEqual([id, true])
    expect(normaliseValue('vat', id, emptyContext)).toBe(id)
    const digits = [...id].flatMap((sign, at) => (at > 1 && /\d/.test(sign) ? [at] : []))
    for (const at of digits) {
      for (let digit = 0; digit < 10; digit++) {
        if (String(digit) === id[at]) continue
        wrong++
        if (isVatId(`${id.slice(0, at)}${digit}${id.slice(at + 1)}`) === false) caught++
      }
    }
  }
  expect(caught / wrong).toBeGreaterThan(0.96)
})

describe('what a document shows', () => {
  test.each([
    [
      'Rechnung Nr. 12 Datum 03.04.2024 Gesamtbetrag 1.234,50 EUR',
      { language: 'de', decimalSign: ',', dateOrder: 'dmy', currency: 'EUR' },
    ],
    [
      'Invoice Number 7 Date 03/04/2024 Due Date 04/28/2024 Total $1,234.50',
      { language: 'en', decimalSign: '.', dateOrder: 'mdy', currency: 'USD' },
    ],
    [
      'Invoice Number 7 Date 03/04/2024 Due Date 28/04/2024 Total £1,234.50',
      { language: 'en', decimalSign: '.', dateOrder: 'dmy', currency: 'GBP' },
    ],
    [
      'Invoice Date 03/04/2024 Total $5.00 1 Main St Fremont CA 94538',
      { dateOrder: 'mdy', currency: 'USD' },
    ],
    [
      'Invoice Date 03/04/2024 Subtotal 5.00 ZIP 94538 Sales Tax 0.40 Total 5.40',
      { dateOrder: 'mdy', currency: null },
    ],
    [
      'Date 03/04/2024 Total Sales (excluding GST) 5.00 Total Sales (inclusive of GST) 5.30',
      { dateOrder: 'dmy', currency: null },
    ], // sales are everybody's
    [
      'Facture Date 03/04/2024 Montant total 1 234,50 € TVA FR11999999998',
      { language: 'fr', country: 'FR', dateOrder: 'dmy' },
    ],
    [
      'Factuur Datum 03-04-2024 Totaal te betalen 5,00 BTW NL810433941B01',
      { language: 'nl', country: 'NL' },
    ],
    ['Fattura del 03/04/2024 Imponibile 5,00 Totale', { language: 'it' }],
    ['Factura Fecha 03/04/2024 Importe total IVA 5,00', { language: 'es' }],
    ['', { language: null, decimalSign: null, dateOrder: 'dmy', currency: null, country: null }],
  ])('%s', (text, expected) => expect(documentContext(printOf(text))).toMatchObject(expected))
})

describe('on any text at all', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.stringMatching(/^[0-9 .,'€$A-Z-]{0,60}$/),
  )

  test('it never throws, gives only well-formed values, and normal values stay as they are', () => {
    const shapes = {
      date: /^\d{4}-\d\d-\d\d$/,
      money: /^-?\d+(\.\d+)?$/,
      currency: /^[A-Z]{3}$/,
      iban: /^[A-Z]{2}\d\d[A-Z0-9]{7,30}$/,
      vat: /^[A-Z0-9]{5,18}$/,
      document_type: /^[a-z_]+$/,
      id: /\S/,
      text: /\S/,
    }
    fc.assert(
      fc.property(
        anything,
        fc.constantFrom(...fieldTypes),
        fc.constantFrom(comma, point, american, emptyContext),
        (raw, type, context) => {
          const value = normaliseValue(type, raw, context)
          if (value === null) return
          expect(value).toMatch(shapes[type])
          if (type === 'date' || type === 'currency' || type === 'text')
            expect(normaliseValue(type, value, context)).toBe(value)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('a context comes out of any words', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 40 }), (words) => {
        expect(['dmy', 'mdy', 'ymd']).toContain(documentContext(printOf(words.join(' '))).dateOrder)
      }),
    )
  })
})
