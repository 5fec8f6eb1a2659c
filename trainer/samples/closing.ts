/** The sentences below the totals: payment terms, notes on tax, thanks. */

import { print, times } from '../../processors/values/money.ts'
import type { Language } from '../../processors/values/normalise.ts'
import { bankRows } from './bank.ts'
import { wrap, type Piece } from './canvas.ts'
import { isoDay } from './invoice.ts'
import { label, lineHeight, lines, mark, say, wrapPieces, type SampleSheet } from './parts.ts'

const digits: Readonly<Record<Language, string>> = {
  en: 'zero one two three four five six seven eight nine',
  de: 'null eins zwei drei vier fünf sechs sieben acht neun',
  fr: 'zéro un deux trois quatre cinq six sept huit neuf',
  es: 'cero uno dos tres cuatro cinco seis siete ocho nueve',
  it: 'zero uno due tre quattro cinque sei sette otto nove',
  nl: 'nul een twee drie vier vijf zes zeven acht negen',
}

/** The total digit by digit in words: it only needs to put words where an amount might be. */
function spelled(sheet: SampleSheet): string {
  const names = digits[sheet.issuer.language].split(' ')
  const [whole = '', cents = ''] = print(sheet.invoice.grand).replace('-', '').split('.')
  return `${[...whole].map((digit) => names[Number(digit)]).join(sheet.design.pick('spelled', ['-', ' ', '']))} ${sheet.design.pick('cents', [`${cents}/100`, 'only', ''])}`.trim()
}

/** Draws the sentences below the totals; returns their lower edge. */
export function closing(
  sheet: SampleSheet,
  x: number,
  y: number,
  width: number,
  how: { bank: boolean },
): number {
  const { invoice, design, body, small } = sheet
  const face = design.chance('closing small', 0.3) ? small : body
  const write = (text: string): void => {
    y = lines(sheet, x, y, wrap(text, face, width), face)
  }
  const put = (pieces: readonly Piece[]): void => {
    for (const row of wrapPieces(pieces, face, width)) {
      sheet.canvas.text(x, y, row, face)
      y += lineHeight(face)
    }
  }
  for (const text of notes(sheet)) write(text)
  if (!design.chance('due as fact', 0.5) && design.chance('due in a sentence', 0.6))
    put(dueSentence(sheet))
  if (how.bank) {
    y += 4
    for (const row of bankRows(sheet)) put(row)
  }
  if (design.chance('reference', 0.2)) write(`${label(sheet, 'reference')} ${invoice.reference}`)
  if (design.chance('thanks', 0.5)) {
    y += 4
    write(say(sheet, 'thanks'))
  }
  return y
}

/** The total in words, notes on tax and early payment, a second currency, payment terms. */
function notes(sheet: SampleSheet): string[] {
  const { invoice, design, issuer } = sheet
  const texts: string[] = []
  if (design.chance('in words', issuer.country.code === 'IN' ? 0.5 : 0.05))
    texts.push(`${label(sheet, 'inWords')} ${spelled(sheet)}`)
  if (invoice.exempt && design.chance('exempt note', 0.8)) texts.push(say(sheet, 'noTax'))
  if (invoice.days > 10 && design.chance('early payment', 0.08)) texts.push(earlyPayment(sheet))
  if (design.chance('second currency', 0.04)) texts.push(otherCurrency(sheet))
  if (design.chance('terms', 0.55))
    texts.push(say(sheet, 'terms').replace('{n}', String(invoice.days)))
  return texts
}

function earlyPayment(sheet: SampleSheet): string {
  const { invoice, formats } = sheet
  const day = isoDay(Date.parse(`${invoice.issueDate}T00:00:00Z`) + 7 * 86_400_000)
  return say(sheet, 'early').replace('{d}', formats.date(day))
}

function otherCurrency({ invoice, issuer, design, formats }: SampleSheet): string {
  const codes = ['PLN', 'USD', 'CZK', 'GBP', 'SEK'].filter(
    (code) => code !== issuer.country.currency,
  )
  const total = formats.number(times(invoice.grand, { units: 4n, scale: 0 }), 2)
  return `${design.pick('exchange', ['1', 'FX', '=', '~'])} ${design.pick('other currency', codes)} ${total}`
}

function dueSentence(sheet: SampleSheet): Piece[] {
  const [before = '', after = ''] = say(sheet, 'dueSentence').split('{d}')
  const date = sheet.formats.date(sheet.invoice.dueDate)
  return [{ text: before }, { text: date, marks: [mark(sheet, 'due_date')] }, { text: after }]
}
