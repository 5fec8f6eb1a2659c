/** Which text layers are believed. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { saysWords } from '../../../connectors/pdf/text-layer-quality.ts'
import { openPdf } from '../../../connectors/pdf/pdf.ts'
import { rawPdf } from '../../papers.ts'

const texts: Readonly<Record<string, string>> = {
  en: 'Invoice number Date of issue Payment is due within thirty days without deduction Please quote the invoice number with your payment Thank you for your business',
  de: 'Rechnung Rechnungsnummer Lieferdatum Zahlbar innerhalb von dreißig Tagen ohne Abzug Bitte geben Sie bei Überweisungen die Rechnungsnummer an Geschäftsführer Steuernummer',
  fr: 'Facture numéro Date d’émission Paiement à réception sous trente jours Nous vous remercions de votre confiance Montant hors taxes Échéance Pénalités de retard',
  es: 'Factura número Fecha de emisión El pago vence a los treinta días Gracias por su confianza Importe total Base imponible Dirección del cliente Descripción',
  it: 'Fattura numero Data di emissione Pagamento entro trenta giorni dalla data Grazie per la fiducia Imponibile Totale documento Quantità Descrizione',
  nl: 'Factuurnummer Factuurdatum Betaling binnen dertig dagen na factuurdatum Hartelijk dank voor uw bestelling Bedrag exclusief belasting Omschrijving Aantal',
}
const words = (language: string): string[] => (texts[language] as string).split(' ')
const shifted =
  (by: number) =>
  (text: string): string =>
    text
      .replace(/[a-z]/g, (letter) =>
        String.fromCharCode(97 + ((letter.charCodeAt(0) - 97 + by) % 26)),
      )
      .replace(/[A-Z]/g, (letter) =>
        String.fromCharCode(65 + ((letter.charCodeAt(0) - 65 + by) % 26)),
      )

describe.each(Object.keys(texts))('a page in %s', (language) => {
  test('is believed, also in capitals and where a scan lies behind it', () => {
    expect([
      saysWords(words(language), false),
      saysWords(
        words(language).map((word) => word.toUpperCase()),
        false,
      ),
      saysWords(words(language), true),
    ]).toEqual([true, true, true])
  })
  test.each([1, 3, 7, 13, 19, 25])('is not believed with its letters shifted by %i', (by) =>
    expect(saysWords(words(language).map(shifted(by)), false)).toBe(false),
  )
  test('is not believed once its letters went through two encodings, where they are not plain', () => {
    const twice = words(language).map((word) => Buffer.from(word, 'utf8').toString('latin1'))
    const harmed = twice.filter((word, k) => word !== words(language)[k]).length
    if (harmed < 3) expect(saysWords(twice, false)).toBe(true)
    else expect(saysWords(twice, false)).toBe(false)
  })
})

test.each([
  ['a table of figures', Array.from({ length: 400 }, (_, k) => `${k}.${k % 100}`)],
  ['a list of article numbers', Array.from({ length: 300 }, (_, k) => `XKZ-${k}/Q${k % 7}`)],
  ['a few abbreviations', ['GmbH', 'HRB', 'BIC', 'USt-IdNr.', 'Str.', 'kg', 'Stk', 'EUR']],
  [
    'another alphabet',
    'Счёт на оплату Дата Покупатель Поставщик Итого к оплате без налога'.split(' '),
  ],
  ['nothing', []],
])('%s is not doubted', (_, page) => expect(saysWords(page, false)).toBe(true))

test('what a bad scanner made of a page is not believed, the same signs on a digital page are', () => {
  const noisy = words('de').map((word, k) =>
    k % 3 === 0 ? `${word.slice(0, 2)}|${word.slice(2)}` : word,
  )
  expect([saysWords(noisy, true), saysWords(noisy, false)]).toEqual([false, true])
})

test('a PDF whose font maps to other letters than it shows is to be looked at', async () => {
  const map = (by: number): string =>
    `/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange 2 beginbfrange <41> <59> <${(0x41 + by).toString(16).padStart(4, '0')}> <61> <79> <${(0x61 + by).toString(16).padStart(4, '0')}> endbfrange endcmap end`
  const usable = async (by: number): Promise<boolean> => {
    const page = `BT /F1 12 Tf 50 700 Td 16 TL ${words('en')
      .map((word) => `(${word}) Tj T*`)
      .join(' ')} ET`
    const stream = (text: string): string =>
      `<< /Length ${text.length} >>\nstream\n${text}\nendstream`
    const pdf = await openPdf(
      rawPdf(
        '<< /Type /Catalog /Pages 2 0 R >>',
        '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
        '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
        stream(page),
        '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>',
        stream(map(by)),
      ),
      { maxPages: 1, maxPixels: 10_000_000, maxObjects: 1_000_000 },
    )
    const { textUsable, words: found } = pdf.page(1)
    pdf.close()
    expect(found.length).toBeGreaterThanOrEqual(words('en').length - 1)
    return textUsable
  }
  expect([await usable(0), await usable(1)]).toEqual([true, false])
})

const data = '../shared/data'
const withData = existsSync(data) ? test : test.skip
withData(
  'real invoices are read from their text, but for the one whose text is garbage (skipped where ../shared/data is absent)',
  async () => {
    const doubted: string[] = []
    for (const folder of ['zugferd', 'invoice2data', 'parsee']) {
      for (const file of readdirSync(join(data, folder)).filter((name) => name.endsWith('.pdf'))) {
        const pdf = await openPdf(readFileSync(join(data, folder, file)), {
          maxPages: 100,
          maxPixels: 10_000_000,
          maxObjects: 1_000_000,
        })
        for (let number = 1; number <= pdf.pageCount; number++)
          if (!pdf.page(number).textUsable) doubted.push(`${file} ${number}`)
        pdf.close()
      }
    }
    expect(doubted).toEqual(['parsee_b8e5df7bdd.pdf 1'])
  },
  60_000,
)
