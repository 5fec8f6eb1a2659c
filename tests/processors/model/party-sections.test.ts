/** Lines belong to the party whose heading is above them or before them. */

import { tokensOf } from '../../../processors/document/tokens.ts'
import { concepts } from '../../../processors/labels/concepts.ts'
import { partySectionsOf } from '../../../processors/model/party-sections.ts'
import { placedPrint, type PlacedLine } from '../../documents.ts'

/** Of each line of a sheet the party that it belongs to and the side of the heading. */
function sectionsOf(...lines: readonly PlacedLine[]): Record<string, string> {
  const text = tokensOf(placedPrint(lines))
  const { concept, side } = partySectionsOf(text)
  return Object.fromEntries(
    text.lines.map((indexes, line) => [
      indexes.map((i) => text.tokens[i]?.text).join(' '),
      concept[line] === 0
        ? 'none'
        : `${concepts[(concept[line] as number) - 1]} ${['', 'edge', 'below', 'beside'][side[line] as number]}`,
    ]),
  )
}

test('two columns under headings of their own are two parties', () => {
  const found = sectionsOf(
    ['Rechnung 4711', 400, 200],
    ['Verkäufer', 400, 600],
    ['Rechnungsempfänger', 3000, 600],
    ['Alpha GmbH', 400, 750],
    ['Beta AG', 3000, 750],
    ['DE111111111', 400, 1500],
    ['DE222222222', 3000, 1500],
  )
  expect(found).toMatchObject({
    'Rechnung 4711': 'none',
    'Alpha GmbH': 'seller edge',
    'Beta AG': 'buyer edge',
    DE111111111: 'seller edge',
    DE222222222: 'buyer edge',
  })
})

test('in a form the values belong to the heading above the labels', () => {
  const found = sectionsOf(
    ['Supplier', 400, 600],
    ['Name:', 400, 900],
    ['Alpha Ltd', 2000, 900],
    ['Customer', 400, 1500],
    ['Name:', 400, 1800],
    ['Beta Ltd', 2000, 1800],
  )
  expect(found).toMatchObject({ 'Alpha Ltd': 'seller beside', 'Beta Ltd': 'buyer beside' })
})

test('a heading in front of the name begins a section too', () => {
  const found = sectionsOf(['Bill to: Beta Ltd', 400, 600], ['12 Station Road', 400, 750])
  expect(found).toMatchObject({
    'Bill to: Beta Ltd': 'buyer edge',
    '12 Station Road': 'buyer edge',
  })
})

test('the table ends a section', () => {
  const found = sectionsOf(
    ['Bill to', 400, 600],
    ['Beta Ltd', 400, 750],
    ['Description', 400, 1500],
    ['Steel pipe', 400, 1650],
  )
  expect(found).toMatchObject({ 'Beta Ltd': 'buyer edge', 'Steel pipe': 'description edge' })
})
