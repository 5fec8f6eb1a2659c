/**
 * Prodigy's lines: offsets that hold for whoever reads them, and nothing lost on the way there and
 * back.
 */

import fc from 'fast-check'
import { prodigyLine, valuesOf, type ProdigyLine } from '../../../connectors/prodigy/prodigy.ts'
import { loadProfiles, profileOf } from '../../../schemas/profiles.ts'
import { unpackWords } from '../../../processors/document/words.ts'
import { fieldOf, printOf } from '../../documents.ts'
import { generatedVerdicts } from '../../verdicts.ts'

const receipt = profileOf(loadProfiles(), 'receipt')
const typeOf = (name: string) => receipt.fields.find((field) => field.name === name)?.type ?? null
const print = printOf('Corner Shop Ltd', '1 High Street', 'Total 12.00  Paid 12.00')
const subject = {
  documentId: 'd',
  revision: 1,
  sha256: 'ab',
  profile: 'receipt',
  vendor: 'Corner Shop',
  reviewer: 'ann',
  words: print.words,
}

describe('a line for Prodigy', () => {
  const line = prodigyLine({
    ...subject,
    fields: [
      fieldOf(print, 'seller_name', 'Corner Shop Ltd'),
      fieldOf(print, 'grand_total', '12.00'),
      { ...fieldOf(print, 'issue_date', '2024-03-01', null) },
    ],
  })

  test('keeps lines apart, and says where each token and span is', () => {
    expect(line.text).toBe('Corner Shop Ltd\n1 High Street\nTotal 12.00 Paid 12.00')
    expect(line.tokens.slice(0, 5)).toEqual([
      { text: 'Corner', start: 0, end: 6, id: 0, ws: true },
      { text: 'Shop', start: 7, end: 11, id: 1, ws: true },
      { text: 'Ltd', start: 12, end: 15, id: 2, ws: false },
      { text: '\n', start: 15, end: 16, id: 3, ws: false },
      { text: '1', start: 16, end: 17, id: 4, ws: true },
    ])
    expect(line.spans).toEqual([
      { start: 0, end: 15, token_start: 0, token_end: 2, label: 'seller_name' },
      { start: 36, end: 41, token_start: 9, token_end: 9, label: 'grand_total' },
    ])
  })

  test('carries what is printed nowhere beside the spans', () => {
    expect(line.errata).toEqual({
      documentId: 'd',
      revision: 1,
      sha256: 'ab',
      values: { issue_date: '2024-03-01' },
    })
    expect(line).toMatchObject({
      answer: 'accept',
      _view_id: 'ner_manual',
      meta: { document: 'd', reviewer: 'ann' },
    })
  })

  test('of a task has no answer yet', () => {
    expect(prodigyLine({ ...subject, reviewer: null, fields: [] })).not.toHaveProperty('answer')
  })

  test('says so where fields share words, which only one of its views bears', () => {
    expect(
      prodigyLine({
        ...subject,
        fields: [fieldOf(print, 'grand_total', '12.00'), fieldOf(print, 'net_total', '12.00')],
      })._view_id,
    ).toBe('spans_manual')
  })

  test('has one input hash for one text, and another task hash for other spans', () => {
    const other = prodigyLine({ ...subject, documentId: 'e', fields: [] })
    expect([other._input_hash, other._task_hash === line._task_hash]).toEqual([
      line._input_hash,
      false,
    ])
    for (const hash of [line._input_hash, line._task_hash]) expect(hash).toBe(hash | 0)
  })
})

describe('an annotated line', () => {
  const line = prodigyLine({ ...subject, fields: [] })
  const read = (change: Partial<ProdigyLine>) =>
    valuesOf({ ...line, ...change }, print.words, typeOf)
  const span = (start: number, end: number, label: string) => ({
    start,
    end,
    token_start: 0,
    token_end: 0,
    label,
  })

  test('is read by characters, whatever its tokens are, and snapped to whole words', () => {
    expect(read({ spans: [span(3, 9, 'seller_name')] })).toEqual({
      given: [{ name: 'seller_name', words: [0, 1] }],
    })
  })
  test('may mark a value wherever it is printed', () => {
    expect(read({ spans: [span(36, 41, 'grand_total'), span(47, 52, 'grand_total')] })).toEqual({
      given: [{ name: 'grand_total', words: [7] }],
    })
  })
  test('may mark a value in pieces', () => {
    expect(read({ spans: [span(0, 6, 'seller_name'), span(12, 15, 'seller_name')] })).toEqual({
      given: [{ name: 'seller_name', words: [0, 2] }],
    })
  })
  test.each([
    ['another text', { text: 'Corner shop Ltd' }],
    ['a label that the profile lacks', { spans: [span(0, 6, 'iban')] }],
    ['a span beside the text', { spans: [span(500, 510, 'grand_total')] }],
  ])('is refused for %s', (_, change) => expect(read(change)).toHaveProperty('problem'))
})

test('there and back, every field stands on the same words', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 }), (from) => {
      const [verdict] = generatedVerdicts(receipt, 1, { from })
      if (verdict === undefined) return
      const words = unpackWords(verdict.words)
      const back = valuesOf(
        prodigyLine({ ...verdict, vendor: verdict.vendor.id, words }),
        words,
        typeOf,
      )
      if ('problem' in back) throw new Error(back.problem)
      const found = back.given.map(({ name, words: stands }) => [name, stands ?? []])
      const expected = verdict.fields.map(({ name, words: stands }) => [
        name,
        [...stands].sort((a, b) => a - b),
      ])
      expect(found).toHaveLength(expected.length)
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected))
    }),
    { numRuns: 25 },
  )
})
