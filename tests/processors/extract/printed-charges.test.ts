/** Lines and charges beside them make up the net total, and nothing else may stand in for a line. */

import { checkPrinted } from '../../../processors/extract/printed-charges.ts'
import { printedDocument } from '../../../processors/rules/spans.ts'
import { loadProfiles, profileOf } from '../../../schemas/profiles.ts'
import type { Field, LineItem } from '../../../schemas/types.ts'
import { fieldOf, printOf } from '../../documents.ts'

const invoice = profileOf(loadProfiles(), 'invoice')
const table = ['Rotwein 1 18,00 18,00', 'Roggenbrot 2 10,00 20,00']

/** Whether lines of 18.00 and 20.00 add up to the net total of a page. */
function outcome(net: string, ...below: readonly string[]): string | undefined {
  const print = printOf(...table, ...below)
  const cell = (value: string, raw: string): Field => ({
    ...fieldOf(print, 'line_total', value, raw),
    words: print.words.flatMap((word, k) => (word.text === raw ? [k] : [])),
  })
  const lines: LineItem[] = [
    { cells: [cell('18.00', '18,00')] },
    { cells: [cell('20.00', '20,00')] },
  ]
  const fields = [{ ...fieldOf(print, 'net_total', net), value: net }]
  return checkPrinted(invoice, fields, lines, 0, printedDocument(print)).find(
    ({ name }) => name === 'lines_add_up',
  )?.outcome
}

test.each([
  ['freight', ['Versandkosten 33,16', 'Netto 71,16'], '71.16'],
  ['two charges', ['Fracht 30,00', 'Verpackung EUR 3,16', 'Netto 71,16'], '71.16'],
  [
    'an amount whose thousands stand apart',
    ['Frais de port 1 033,16', 'Total HT 1 071,16'],
    '1071.16',
  ],
  ['a charge that is mentioned, but in no sum', ['Versandkosten 33,16', 'Netto 38,00'], '38.00'],
])('%s', (_, below, net) => expect(outcome(net, ...below)).toBe('passed'))

test.each([
  ['nothing says what is missing', ['Netto 71,16'], '71.16'],
  ['what is missing may be a line that was not read', ['Kiste 33,16', 'Netto 71,16'], '71.16'],
  ['the charge is another amount', ['Versandkosten 30,00', 'Netto 71,16'], '71.16'],
  ['the number is a rate', ['Versandkosten 33,16 %', 'Netto 71,16'], '71.16'],
])('fails where %s', (_, below, net) => expect(outcome(net, ...below)).toBe('failed'))

test('a charge that is a line of the table counts once', () => {
  const print = printOf(...table, 'Versand 1 33,16 33,16', 'Netto 104,32')
  const words = (text: string): number[] =>
    print.words.flatMap((word, k) => (word.text === text ? [k] : []))
  const lines = ['18,00', '20,00', '33,16'].map((raw): LineItem => ({
    cells: [{ ...fieldOf(print, 'line_total', raw.replace(',', '.'), raw), words: words(raw) }],
  }))
  const fields = [{ ...fieldOf(print, 'net_total', '104.32') }]
  const checks = checkPrinted(invoice, fields, lines, 0, printedDocument(print))
  expect(checks.find(({ name }) => name === 'lines_add_up')?.outcome).toBe('failed')
})
