/** The scorecard, by cases that were worked out by hand. */

import { judgeFields } from '../../../trainer/scorecard/judge.ts'
import { likeness } from '../../../trainer/scorecard/likeness.ts'
import { judgeRows } from '../../../trainer/scorecard/rows.ts'
import { scorecardPage } from '../../../trainer/scorecard/page.ts'
import { scorecardOf, type ScoredDocument } from '../../../trainer/scorecard/scorecard.ts'
import { scorecardText, type Subject } from '../../../trainer/scorecard/text.ts'
import { loadProfiles, profileOf } from '../../../schemas/profiles.ts'

const invoice = profileOf(loadProfiles(), 'invoice')
const receipt = profileOf(loadProfiles(), 'receipt')
const given = (
  value: string | null,
  confidence: number | null = 0.9,
): { value: string | null; raw: string | null; confidence: number | null } => ({
  value,
  raw: value,
  confidence,
})

test('an invoice is judged by what is printed; absent fields must stay empty, unknown ones are left out', () => {
  const truth = {
    id: 'a',
    fields: {
      seller_name: 'Ümit & Co.',
      grand_total: '1234.50',
      issue_date: '2024-03-01',
      iban: 'DE02120300000000202051',
      due_date: '2024-04-01',
      buyer_name: null,
    },
    printed: {
      seller_name: true,
      grand_total: true,
      issue_date: true,
      iban: true,
      due_date: false,
    },
  }
  const { fields, unjudged } = judgeFields(truth, null, invoice, {
    seller_name: given('ümit  & Co'),
    grand_total: given('1.234,50'),
    issue_date: given('2024-01-03'),
    due_date: given('2024-04-01'),
    buyer_name: given('Somebody'),
    tax_total: given('1.00'),
  })
  expect(Object.fromEntries(fields.map(({ field, outcomes }) => [field, outcomes.value]))).toEqual({
    seller_name: 'right',
    grand_total: 'right',
    issue_date: 'wrong',
    iban: 'missing',
    buyer_name: 'extra',
  })
  expect(unjudged).toBe(2)
})

test('a receipt is compared with the official key, in three ways', () => {
  const truth = {
    id: 'r',
    source: 'sroie',
    fields: {},
    raw: { company: 'ACME SDN BHD', date: '01/02/2018', total: 'RM1,234.50', address: '' },
  }
  const { fields } = judgeFields(truth, null, receipt, {
    seller_name: given('Acme Sdn. Bhd'),
    issue_date: given('01/02/2018'),
    grand_total: given('1234.50'),
  })
  expect(
    fields.map(({ field, outcomes }) => [field, outcomes.nows, outcomes.nows_ci, outcomes.aligned]),
  ).toEqual([
    ['seller_name', 'wrong', 'wrong', 'right'],
    ['issue_date', 'right', 'right', 'right'],
    ['grand_total', 'right', 'right', 'right'],
  ])
})

test.each([
  ['abcd', 'bcde', 0.75],
  ['', '', 1],
  ['abc', 'xyz', 0],
  ['kitten', 'sitting', 8 / 13],
])('%s and %s are alike', (a, b, wanted) => {
  expect(likeness(a, b)).toBeCloseTo(wanted, 10)
})

test('rows are paired by total and description; a row is right if all its cells are', () => {
  const wanted = [
    { description: 'Bolt', quantity: '2', unit_price: '3', line_total: '6.00' },
    { description: 'Nut', quantity: '1', unit_price: '1', line_total: '1' },
  ]
  expect(
    judgeRows({ line_items: wanted }, [
      { description: 'Bolt', quantity: '2.0', unit_price: '3.00', line_total: '6' },
      { description: 'Something else', line_total: '9' },
    ]),
  ).toEqual({
    numbers: { right: 3, given: 4, truths: 6 },
    description: { right: 1, given: 2, truths: 2 },
    rows: { right: 1, given: 2, truths: 2 },
  })
  expect(judgeRows({ line_items: [] }, [{ description: 'x' }])).toBeNull()
})

test('figures, bins, the automation curve and the route come out as worked by hand', () => {
  const document = (
    documentId: string,
    issuer: string,
    seen: boolean,
    confidence: number,
    right: boolean,
    accepted: boolean,
  ): ScoredDocument => ({
    documentId,
    issuer,
    seen,
    unjudged: 0,
    rows: null,
    complete: true,
    accepted,
    doubts: {},
    fields: [
      {
        field: 'seller_name',
        confidence,
        outcomes: { value: right ? 'right' : 'wrong', lenient: 'right' },
      },
    ],
  })
  const card = scorecardOf('invoice', [
    document('1', 'a', true, 0.95, true, true),
    document('2', 'a', true, 0.85, true, true),
    document('3', 'b', false, 0.75, false, false),
    document('4', 'c', false, 0.65, true, false),
  ])
  const value = card.modes.value
  expect(value?.all).toMatchObject({ truths: 4, precision: 0.75, recall: 0.75, f1: 0.75 })
  expect(value?.unseen?.f1).toBe(0.5)
  expect(value?.unseenFields?.['seller_name']).toMatchObject({ truths: 2, f1: 0.5 })
  expect(value?.calibrationError).toBeCloseTo((0.05 + 0.15 + 0.75 + 0.35) / 4, 10)
  expect(value?.bins.map(({ values }) => values)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
  expect(value?.automation.all.map(({ accepted, wrong }) => [accepted, wrong])).toEqual([
    [0.25, 0],
    [0.5, 0],
    [0.75, expect.closeTo(1 / 3, 10)],
    [1, 0.25],
  ])
  expect(value?.automation99).toMatchObject({ threshold: 0.85, accepted: 0.5 })
  expect(value?.accepted.all).toMatchObject({ accepted: 2, share: 0.5, values: 2, wrong: 0 })
  expect(value?.all.byDocument[0]).toBeLessThanOrEqual(0.75)
  expect(card).toMatchObject({
    documents: 4,
    issuers: 3,
    seenDocuments: 2,
    lineItems: null,
    legibility: null,
  })
})

test('what is said of the scorecard: ways of comparing that agree once, unseen vendors for each field, nothing of a folder as markup', () => {
  const document = (
    documentId: string,
    seen: boolean,
    value: 'right' | 'wrong',
  ): ScoredDocument => ({
    documentId,
    issuer: documentId,
    seen,
    unjudged: 0,
    rows: null,
    complete: true,
    accepted: false,
    doubts: { seller_name: [0.9, 1] },
    fields: [{ field: 'seller_name', confidence: 0.9, outcomes: { value, lenient: 'right' } }],
  })
  const subject: Subject = {
    folder: '<b>',
    profile: 'Invoices',
    words: 'given',
    model: null,
    target: 0.01,
    thresholds: {},
  }
  const agreeing = scorecardOf('invoice', [
    document('a', true, 'right'),
    document('b', false, 'right'),
  ])
  const apart = scorecardOf('invoice', [
    document('a', true, 'right'),
    document('b', false, 'wrong'),
  ])
  expect(scorecardText(subject, [agreeing]).match(/^value.*:.*$/gm)).toEqual([
    expect.stringMatching(/^value, lenient:/),
    expect.stringMatching(/^value, lenient:/),
  ])
  expect(scorecardText(subject, [apart])).toMatch(/on unseen vendors\n +seller_name +F1 +0\.0/)
  const page = scorecardPage(subject, [apart])
  expect(page).toContain('F1 on unseen vendors')
  for (const said of [page, scorecardText(subject, [apart])])
    expect(said).toMatch(
      /2 values read by OCR: most likely \d+\.\d % .* used are 0\.6 % and 0\.2, as likely/,
    )
  expect(page).not.toContain('<b>')
  expect(page.match(/<figure>/g)).toHaveLength(6)
})
