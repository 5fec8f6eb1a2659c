import { claimIndex, claimsOf } from '../../../processors/routing/duplicates.ts'
import { loadProfiles, profileOf } from '../../../schemas/profiles.ts'
import { readField } from '../../documents.ts'

const invoice = profileOf(loadProfiles(), 'invoice')
const claims = (sha256: string, vendor: string, number: string | null, total = '10.00'): string[] =>
  claimsOf(
    {
      tenant: 'default',
      profile: 'invoice',
      sha256,
      vendor: { id: vendor, name: null, evidence: 'vat' },
      fields: [
        ...(number === null ? [] : [readField('invoice_number', number)]),
        readField('grand_total', total),
      ],
    },
    invoice,
  )

describe('what a document claims', () => {
  const document = (evidence: string) => ({
    tenant: 'default',
    profile: 'invoice',
    sha256: 'aa',
    vendor: { id: 'vat:A', name: null, evidence },
    fields: [readField('invoice_number', 'R-1'), readField('grand_total', '10.00')],
  })

  test.each([
    ['its file and the invoice, of a known vendor', 'vat', invoice, 2],
    ['its file alone where nothing tells the vendor', 'none', invoice, 1],
    ['its file alone where the profile has no identity', 'vat', { ...invoice, identity: [] }, 1],
  ])('is %s', (_promise, evidence, profile, count) => {
    expect(claimsOf(document(evidence), profile)).toHaveLength(count)
  })
})

describe('duplicates', () => {
  const index = claimIndex()
  index.add(claims('aa', 'vat:A', 'R-1'), 'first', 'vat:A')

  test.each([
    ['the same file under another identifier', claims('aa', 'vat:Z', null), 'other', 'first'],
    [
      'another file with vendor, number and total of a known invoice',
      claims('bb', 'vat:A', 'R-1'),
      'other',
      'first',
    ],
    ['the same document sent again is none', claims('aa', 'vat:A', 'R-1'), 'first', null],
    ['another vendor may use the same number', claims('bb', 'vat:B', 'R-1'), 'other', null],
    ['another total is another invoice', claims('bb', 'vat:A', 'R-1', '11.00'), 'other', null],
    [
      'an amount is the same with and without its cents',
      claims('bb', 'vat:A', 'R-1', '10'),
      'other',
      'first',
    ],
    ['a number is the same however it is spaced', claims('bb', 'vat:A', 'r 1'), 'other', 'first'],
    [
      'without a number nothing is claimed but the file',
      claims('bb', 'vat:A', null),
      'other',
      null,
    ],
  ])('%s', (_promise, found, documentId, expected) => {
    expect(index.firstOther(found, documentId)).toBe(expected)
  })

  test('the first in the log keeps the claim, also when it is read again', () => {
    const log = claimIndex()
    log.add(claims('aa', 'vat:A', 'R-1'), 'first', 'vat:A')
    log.add(claims('bb', 'vat:A', 'R-1'), 'second', 'vat:A')
    log.add(claims('aa', 'vat:A', 'R-1'), 'first', 'vat:A')
    expect([
      log.firstOther(claims('aa', 'vat:A', 'R-1'), 'first'),
      log.firstOther(claims('bb', 'vat:A', 'R-1'), 'second'),
    ]).toEqual([null, 'first'])
  })

  test('a second claimant takes nothing from the first', () => {
    const log = claimIndex()
    const same = claims('aa', 'vat:A', 'R-1')
    log.add(same, 'first', 'vat:A')
    log.add(same, 'second', 'vat:A')
    const others = ['first', 'second', 'third'].map((id) => log.firstOther(same, id))
    expect(others).toEqual([null, 'first', 'first'])
  })

  test.each<[string, (log: ReturnType<typeof claimIndex>) => void]>([
    ['is erased', (log) => log.remove('first')],
    [
      'turns out to be another invoice',
      (log) => log.add(claims('aa', 'vat:A', 'R-2'), 'first', 'vat:A'),
    ],
  ])('the next in line holds the claim when its holder %s', (_promise, leave) => {
    const log = claimIndex()
    log.add(claims('aa', 'vat:A', 'R-1'), 'first', 'vat:A')
    log.add(claims('bb', 'vat:A', 'R-1'), 'second', 'vat:A')
    leave(log)
    expect(log.firstOther(claims('cc', 'vat:A', 'R-1'), 'third')).toBe('second')
  })

  test("documents of a vendor are counted once each, and no longer when they are erased or found to be another one's", () => {
    const log = claimIndex()
    const counts: number[] = []
    for (const [documentId, vendor] of [
      ['d1', 'vat:A'],
      ['d2', 'vat:A'],
      ['d1', 'vat:A'],
      ['d2', 'vat:B'],
    ] as const) {
      log.add(claims(documentId, vendor, null), documentId, vendor)
      counts.push(log.documentsOf('vat:A'))
    }
    log.remove('d1')
    expect([...counts, log.documentsOf('vat:A'), log.documentsOf('vat:B')]).toEqual([
      1, 2, 2, 1, 0, 1,
    ])
  })
})
