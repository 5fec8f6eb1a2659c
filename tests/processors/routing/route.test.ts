import { routeOf, type RoutingEvidence } from '../../../processors/routing/route.ts'
import { loadProfiles, profileOf } from '../../../schemas/profiles.ts'
import type { Field } from '../../../schemas/types.ts'

const profile = profileOf(loadProfiles(), 'receipt')
const names = ['seller_name', 'seller_address', 'issue_date', 'grand_total']
const allOf = (threshold: number): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, threshold]))
const everywhere = allOf(0.9)
const fieldsOf = (confidence: number, total = '10.00'): Field[] =>
  names.map((name) => ({
    name,
    value: name === 'grand_total' ? total : 'x',
    raw: 'x',
    confidence,
    page: 1,
    box: [],
    words: [],
    origin: 'model',
    originId: 'receipt/1',
  }))
const evidence = (change: Partial<RoutingEvidence>): RoutingEvidence => ({
  documentId: 'd1',
  fields: fieldsOf(0.95),
  checks: [],
  thresholds: everywhere,
  targetError: 0.01,
  asks: [],
  whyAbsent: () => null,
  strictness: 1,
  sampleShare: 0,
  documentsOfVendor: 0,
  ...change,
})
const priority = (change: Partial<RoutingEvidence>): number =>
  routeOf(profile, evidence(change)).priority

describe('the route', () => {
  test.each([
    [
      'a rule whose confidence leaves less than the target is accepted, whatever the model needs',
      {
        thresholds: {},
        fields: fieldsOf(0.991).map((field): Field => ({ ...field, origin: 'rule' })),
      },
      [],
    ],
    [
      'a rule that is less sure is not',
      { fields: fieldsOf(0.95).map((field): Field => ({ ...field, origin: 'rule' })) },
      names.map((name) => `low_confidence ${name}`),
    ],
    ['a value that is sure enough is accepted where its vendor is what it was', {}, []],
    ['a value exactly at its threshold is accepted', { fields: fieldsOf(0.9) }, []],
    [
      'a value just under its threshold is not',
      { fields: fieldsOf(0.9 - 1e-9) },
      names.map((name) => `low_confidence ${name}`),
    ],
    [
      'where the vendor has changed, a value exactly at the tighter threshold is accepted',
      { strictness: 4, fields: fieldsOf(0.875), thresholds: allOf(0.5) },
      [],
    ],
    [
      'a threshold that no value can reach is no evidence',
      { fields: fieldsOf(1), thresholds: allOf(1) },
      names.map((name) => `no_evidence ${name}`),
    ],
    [
      'the highest threshold that a value can reach is one',
      { fields: fieldsOf(1), thresholds: allOf(1 - 1e-9) },
      [],
    ],
    [
      'where the vendor has changed, a fifth of the doubt is borne',
      { strictness: 5 },
      names.map((name) => `drift ${name}`),
    ],
    [
      'and what is that sure is accepted all the same',
      { strictness: 5, fields: fieldsOf(0.985) },
      [],
    ],
    [
      'what XML says is believed whatever else has changed',
      { strictness: 5, fields: fieldsOf(0.5).map((field): Field => ({ ...field, origin: 'xml' })) },
      [],
    ],
    [
      "a field without evidence is not accepted on a model's word",
      { thresholds: { ...everywhere, issue_date: undefined as unknown as number } },
      ['no_evidence issue_date'],
    ],
  ])('%s', (_promise, change, reasons) => {
    expect(
      routeOf(profile, evidence(change)).reasons.map(({ code, field }) => `${code} ${field}`),
    ).toEqual(reasons)
  })
})

describe('the order of the review queue', () => {
  test('by money where there is evidence, whoever sent it', () => {
    expect(priority({ fields: fieldsOf(0.5, '1000.00') })).toBeGreaterThan(
      priority({ fields: fieldsOf(0.1), documentsOfVendor: 40 }),
    )
  })

  const young = { thresholds: {} }
  test.each([
    [
      'the less certain document first',
      { ...young, fields: fieldsOf(0.3) },
      { ...young, fields: fieldsOf(0.8) },
    ],
    [
      'the vendor that sends more first',
      { ...young, fields: fieldsOf(0.5), documentsOfVendor: 9 },
      { ...young, fields: fieldsOf(0.5), documentsOfVendor: 1 },
    ],
    [
      'a frequent vendor before a large amount',
      { ...young, fields: fieldsOf(0.5), documentsOfVendor: 20 },
      { ...young, fields: fieldsOf(0.5, '9999.00') },
    ],
    [
      'a frequent vendor that is known by now gives way',
      { ...young, fields: fieldsOf(0.5), documentsOfVendor: 5 },
      { ...young, fields: fieldsOf(0.998), documentsOfVendor: 40 },
    ],
  ])('while there is none: %s', (_promise, first, second) => {
    expect(priority(first)).toBeGreaterThan(priority(second))
  })
})
