/** The sentences under the totals: terms of payment, notes on tax, thanks. */

import { print, times } from '../../processors/values/money.ts'
import type { Language } from '../../processors/values/normalise.ts'
import { bankRows } from './bank.ts'
import { wrap } from './canvas.ts'
import { isoDay } from './invoice.ts'
import { type Sheet, label, lineHeight, lines, mark, say, wrapPieces } from './parts.ts'

const digits: Readonly<Record<Language, string>> = {
  en: 'zero one two three four five six seven eight nine',
  de: 'null eins zwei drei vier fünf sechs sieben acht neun',
  fr: 'zéro un deux trois quatre cinq six sept huit neuf',
  es: 'cero uno dos tres cuatro cinco seis siete ocho nueve',
  it: 'zero uno due tre quattro cinque sei sette otto nove',
  nl: 'nul een twee drie vier vijf zes zeven acht negen',
}

/** The total digit by digit: what matters is that words stand where an amount may be looked for. */
function spelled(sheet: Sheet): string {
  const names = digits[sheet.issuer.language].split(' ')
  const [whole = '', cents = ''] = print(sheet.invoice.grand).replace('-', '').split('.')
  return `${[...whole].map((digit) => names[Number(digit)]).join(sheet.design.pick('spelled', ['-', ' ', '']))} ${sheet.design.pick('cents', [`${cents}/100`, 'only', ''])}`.trim()
}

/** The sentences under the totals: payment terms, thanks, tax notes; gives where they end. */
export function closing(
  sheet: Sheet,
  x: number,
  y: number,
  width: number,
  how: { bank: boolean },
): number {
  const { invoice, design, formats, body, small } = sheet
  const face = design.chance('closing small', 0.3) ? small : body
  const write = (text: string): void => {
    y = lines(sheet, x, y, wrap(text, face, width), face)
  }
  if (design.chance('in words', sheet.issuer.country.code === 'IN' ? 0.5 : 0.05))
    write(`${label(sheet, 'inWords')} ${spelled(sheet)}`)
  if (invoice.exempt && design.chance('exempt note', 0.8)) write(say(sheet, 'noTax'))
  if (invoice.days > 10 && design.chance('early payment', 0.08))
    write(
      say(sheet, 'early').replace(
        '{d}',
        formats.date(isoDay(Date.parse(`${invoice.issueDate}T00:00:00Z`) + 7 * 86_400_000)),
      ),
    )
  if (design.chance('second currency', 0.04))
    write(
      `${design.pick('exchange', ['1', 'FX', '=', '~'])} ${design.pick(
        'other currency',
        ['PLN', 'USD', 'CZK', 'GBP', 'SEK'].filter(
          (code) => code !== sheet.issuer.country.currency,
        ),
      )} ${formats.number(times(invoice.grand, { units: 4n, scale: 0 }), 2)}`,
    )
  if (design.chance('terms', 0.55)) write(say(sheet, 'terms').replace('{n}', String(invoice.days)))
  if (!design.chance('due as fact', 0.5) && design.chance('due in a sentence', 0.6)) {
    const [before = '', after = ''] = say(sheet, 'dueSentence').split('{d}')
    for (const row of wrapPieces(
      [
        { text: before },
        { text: formats.date(invoice.dueDate), marks: [mark(sheet, 'due_date')] },
        { text: after },
      ],
      face,
      width,
    )) {
      sheet.canvas.text(x, y, row, face)
      y += lineHeight(face)
    }
  }
  if (how.bank) {
    y += 4
    for (const row of bankRows(sheet))
      for (const part of wrapPieces(row, face, width)) {
        sheet.canvas.text(x, y, part, face)
        y += lineHeight(face)
      }
  }
  if (design.chance('reference', 0.2)) write(`${label(sheet, 'reference')} ${invoice.reference}`)
  if (design.chance('thanks', 0.5)) {
    y += 4
    write(say(sheet, 'thanks'))
  }
  return y
}
