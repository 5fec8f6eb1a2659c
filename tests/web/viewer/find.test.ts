import { findText } from '../../../web/viewer/find.ts'
import { pageWords, textOfWords } from '../../../web/review/words.ts'
import { makeTask } from '../../review-server.ts'

const words = pageWords(makeTask().words)
const printed = (text: string): string[] =>
  findText(words, text).map((indexes) => textOfWords(words, indexes))

describe('a text on the pages', () => {
  test.each<[string, string, string[]]>([
    ['a word', 'Rechnung', ['Rechnung']],
    ['in whatever case, without its accents', 'FALLIG AM', ['Fällig am']],
    ['a part of a word', '2024-008', ['RE-2024-00817']],
    ['from the middle of one to that of another', 'zeuge gmb', ['Werkzeuge GmbH']],
    ['every time it stands there', '1.066,70', ['1.066,70', '1.066,70']],
    ['however it is spaced', '  summe   netto ', ['Summe netto']],
    ['nowhere', 'Lieferschein', []],
    ['nothing', '  ', []],
  ])('%s', (_, text, found) => {
    expect(printed(text)).toEqual(found)
  })

  it('is not found across the end of the document', () => {
    expect(printed('Abzug. Nordlicht')).toEqual([])
  })
})
