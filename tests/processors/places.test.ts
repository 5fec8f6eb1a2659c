import { sheetOf } from '../../processors/places.ts'
import { fieldOf, printOf } from '../documents.ts'

describe('where a text is printed', () => {
  const print = printOf('TIN (000558-K)', 'LOT 276, JALAN BANTING', '43800 DENGKIL')
  const address = 'LOT 276, JALAN BANTING 43800 DENGKIL'
  const words = [2, 3, 4, 5, 6, 7]

  it('begins with its first letter, not with the bracket that ends the word before', () => {
    expect(sheetOf(print).find(address)).toMatchObject({ words, raw: address })
  })

  it('is found among the words of a field that begins too early', () => {
    expect(sheetOf(print).spanOf({ ...fieldOf(print, 'seller_address', address), raw: address, words: [1, ...words] }, 'text')).toMatchObject({ words, raw: address })
  })
})
