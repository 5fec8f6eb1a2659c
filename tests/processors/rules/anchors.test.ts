import { labelsOf } from '../../../processors/rules/anchors.ts'
import {
  findText,
  printedDocument,
  printedSpanOf,
  type PrintedSpan,
} from '../../../processors/rules/spans.ts'
import type { Word } from '../../../processors/document/words.ts'
import { fieldOf, printOf } from '../../documents.ts'

describe('where a text is printed', () => {
  const print = printOf('TIN (000558-K)', 'LOT 276, JALAN BANTING', '43800 DENGKIL')
  const address = 'LOT 276, JALAN BANTING 43800 DENGKIL'
  const words = [2, 3, 4, 5, 6, 7]

  it('begins with its first letter, not with the bracket that ends the word before', () => {
    expect(findText(printedDocument(print), address)).toMatchObject({ words, raw: address })
  })

  it('is found among the words of a field that begins too early', () => {
    expect(
      printedSpanOf(
        printedDocument(print),
        { ...fieldOf(print, 'seller_address', address), raw: address, words: [1, ...words] },
        'text',
      ),
    ).toMatchObject({ words, raw: address })
  })
})

describe('the label of a value', () => {
  const labels = (left: string, gap: number, label: string): readonly string[] => {
    const width = (text: string): number => 50 * text.length
    let x = 0
    const words = [
      ...left.split(' ').map((text) => [text, 30] as const),
      ...label.split(' ').map((text, i) => [text, i === 0 ? gap : 30] as const),
      ['RE-17', 400] as const,
    ].map(([text, before]): Word => {
      const from = x + before
      x = from + width(text)
      return { text, page: 1, line: 0, box: [from, 100, x, 200], confidence: 100 }
    })
    const sheet = printedDocument({
      pages: [{ number: 1, width: 595, height: 842, unit: 'pt', source: 'text_layer' }],
      words,
    })
    return labelsOf(sheet, findText(sheet, 'RE-17') as PrintedSpan)
      .filter(({ relation }) => relation === 'right')
      .map(({ text }) => text)
  }

  it('ends where the column beside it does', () => {
    expect(labels('Atelier Sommer', 600, 'Rechnung Nr.')).toEqual(['rechnungnr', 'nr'])
    expect(labels('Unsere', 30, 'Rechnung Nr.')).toEqual(['unsererechnungnr', 'rechnungnr', 'nr'])
  })

  it('goes on over a gap where there would be little left of it', () => {
    expect(labels('Total', 600, 'RM')).toEqual(['totalrm', 'rm'])
  })
})
