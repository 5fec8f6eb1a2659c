/**
 * A changed bank account reaches a person: documents come, people answer, and the accounts that they
 * confirmed count for the next document, over the real stages.
 */

import { packWords, type Print } from '../../processors/document/words.ts'
import type { FieldReader } from '../../processors/model/reader.ts'
import { noPayees, payeeOf, payeeTable } from '../../processors/rules/payees.ts'
import { accountDoubts } from '../../processors/rules/payee-check.ts'
import { rememberExample, teach, vendors } from '../../processors/teach.ts'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import type { Extracted, Field, Ocr, Verdict } from '../../schemas/types.ts'
import { fieldOf, ocrOf, printOf, verdictOf } from '../documents.ts'
import { openDriver, type Driver } from '../driver.ts'

const [own, other, third] = [
  'DE02120300000000202051',
  'DE33100205000001194700',
  'DE88200800000970375700',
] as const
const profiles = new Map(
  [...loadProfiles()].map(([name, profile]) => [name, { ...profile, identity: [] }]),
)

/** An invoice as it is printed; null: without that line. */
interface Paper {
  readonly name?: string
  readonly vat?: string | null
  readonly phone?: string | null
  readonly account?: string | null
  readonly xml?: boolean
  /** The account of a payment code. */
  readonly code?: string
}

const printed = ({ name = 'Corner Shop Ltd', vat, phone, account = own }: Paper): Print =>
  printOf(
    name,
    ...(vat === null ? [] : [`VAT ${vat ?? 'DE136695976'}`]),
    ...(phone == null ? [] : [`Tel ${phone}`]),
    'Invoice R-1',
    '02.03.2024',
    'Total Due 12.00 EUR',
    ...(account === null ? [] : [`IBAN ${account}`]),
  )

const ubl = (name: string, account: string): string =>
  `<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cbc="urn:y" xmlns:cac="urn:z"><cbc:ID>R-1</cbc:ID><cbc:IssueDate>2024-03-02</cbc:IssueDate><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
  <cac:AccountingSupplierParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>${name}</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
  <cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>${account}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
  <cac:LegalMonetaryTotal><cbc:TaxInclusiveAmount currencyID="EUR">12.00</cbc:TaxInclusiveAmount></cac:LegalMonetaryTotal></Invoice>`

const paymentCode = (account: string): Ocr['codes'][number] => ({
  kind: 'qr',
  text: `BCD\n002\n1\nSCT\n\nCorner Shop Ltd\n${account}\nEUR12.00`,
  page: 1,
})

/** What a model that is sure of everything reads. */
function readOn(print: Print, { name = 'Corner Shop Ltd', account = own }: Paper): Field[] {
  return [
    fieldOf(print, 'seller_name', name, name, 0.99),
    fieldOf(print, 'invoice_number', 'R-1', 'R-1', 0.99),
    fieldOf(print, 'issue_date', '2024-03-02', '02.03.2024', 0.99),
    fieldOf(print, 'grand_total', '12.00', '12.00', 0.99),
    fieldOf(print, 'currency', 'EUR', 'EUR', 0.99),
    ...(account === null ? [] : [fieldOf(print, 'iban', account, account, 0.99)]),
  ]
}

interface Desk {
  readonly driver: Driver
  /** Route and reasons of a document. */
  readonly comes: (documentId: string, paper?: Paper) => Promise<string[]>
  /** A person answers it: with another account where one is given. */
  readonly answered: (documentId: string, change?: Answer) => Promise<void>
}

type Answer = Partial<Verdict> & { readonly account?: string | null }

function openDesk(): Desk {
  let fields: Field[] = []
  const reader: FieldReader = {
    ref: { name: 'invoice', version: 1, sha256: '' },
    thresholds: () =>
      Object.fromEntries(profileOf(profiles, 'invoice').fields.map(({ name }) => [name, 0.5])),
    isTrainedOn: () => false,
    hasRelearned: () => false,
    targetError: 0.05,
    usual: [],
    predict: async () => fields,
  }
  const known = { firstOther: () => null, documentsOf: () => 0 }
  const driver = openDriver({
    profiles,
    without: ['shadow'],
    extract: () => ({ readerOf: () => reader, known }),
  })
  const prints = new Map<string, Print>()
  let revision = 0
  const readingOf = async (documentId: string): Promise<Extracted> =>
    (await driver.table('extracted')).get(documentId) as Extracted
  return {
    driver,
    async comes(documentId, paper = {}) {
      const print = printed(paper)
      fields = readOn(print, paper)
      prints.set(documentId, print)
      await driver.write('ocr', documentId, {
        ...document,
        documentId,
        sha256: documentId,
        pages: print.pages,
        words: packWords(print.words),
        codes: paper.code === undefined ? [] : [paymentCode(paper.code)],
        xml: paper.xml === true ? ubl(paper.name ?? 'Corner Shop Ltd', paper.account ?? own) : null,
      })
      const { route, reasons } = await readingOf(documentId)
      return [route, ...reasons.map(({ code, detail }) => [code, detail ?? []].flat().join(' '))]
    },
    async answered(documentId, { account, ...change } = {}) {
      const { fields: read, vendor } = await readingOf(documentId)
      const print = prints.get(documentId) as Print
      const truth =
        account === undefined
          ? read
          : [
              ...read.filter(({ name }) => name !== 'iban'),
              ...(account === null ? [] : [fieldOf(print, 'iban', account, null)]),
            ]
      driver.advance(1000)
      const verdict = verdictOf(documentId, print, truth, read, {
        profile: 'invoice',
        vendor,
        sha256: documentId,
        revision: ++revision,
        decidedAt: driver.now(),
        ...(change.decision === 'rejected' ? { comment: 'not ours' } : {}),
        ...change,
      })
      await driver.answer(verdict)
      expect(await driver.read('dead')).toEqual([])
    },
  }
}

const document = ocrOf('', { pages: [], words: [] }, { profile: 'invoice' })
const accepted = ['accepted']
const changed = (...known: readonly string[]): string[] => [
  'review',
  `account_changed ${known.join(' ')}`,
]

describe('the account of a vendor that people know', () => {
  test.each<readonly [string, Paper, readonly string[]]>([
    ['the same account', {}, accepted],
    ['the same, with other spaces and capitals', { account: own.toLowerCase() }, accepted],
    ['no account', { account: null }, accepted],
    ['another account', { account: other }, changed(own)],
    ['another account in an e-invoice', { account: other, xml: true }, changed(own)],
    ['another account in a payment code', { account: null, code: other }, changed(own)],
    [
      'another account in a payment code, and the known one in print',
      { code: other },
      ['review', 'code_disagrees', `account_changed ${own}`],
    ],
    [
      'another account, and a VAT id that is not the vendor’s',
      { account: other, vat: 'ATU62593358' },
      changed(own),
    ],
    ['another account and no VAT id', { account: other, vat: null }, changed(own)],
    [
      'another account of an unknown vendor',
      { account: other, vat: null, name: 'New Ltd' },
      accepted,
    ],
  ])('%s', async (_, paper, expected) => {
    const { comes, answered } = openDesk()
    expect(await comes('first')).toEqual(accepted)
    await answered('first')
    expect(await comes('second', paper)).toEqual(expected)
  })

  test('is asked about until a person has confirmed it, then both are ordinary', async () => {
    const { comes, answered } = openDesk()
    await comes('first')
    await answered('first')
    expect(await comes('second', { account: other })).toEqual(changed(own))
    await answered('second')
    expect(await comes('third', { account: other })).toEqual(accepted)
    expect(await comes('fourth')).toEqual(accepted)
    expect(await comes('fifth', { account: third })).toEqual(changed(other, own))
  })

  test('is the confirmed one where a person put that in place of another', async () => {
    const { comes, answered, driver } = openDesk()
    await comes('first')
    await answered('first')
    await comes('second', { account: other })
    await answered('second', { account: own })
    expect(await comes('third', { account: other })).toEqual(accepted)
    const read = (await driver.table('extracted')).get('third')?.fields ?? []
    expect(read.find(({ name }) => name === 'iban')).toMatchObject({ value: own, origin: 'rule' })
    expect(await comes('fourth', { account: third })).toEqual(changed(own))
  })

  test.each<readonly [string, (desk: Desk) => Promise<void>]>([
    ['rejected', ({ answered }) => answered('second', { decision: 'rejected', comment: 'fraud' })],
    ['replaced', ({ answered }) => answered('second', { account: null })],
    ['excluded from learning', ({ answered }) => answered('second', { declined: ['iban'] })],
    ['put up for a second person', ({ answered }) => answered('second', { secondWanted: true })],
    ['erased', ({ driver }) => driver.write('corrected', 'second', null)],
  ])('counts no more once the verdict on it is %s', async (_, take) => {
    const desk = openDesk()
    await desk.comes('first')
    await desk.answered('first')
    await desk.comes('second', { account: other })
    await desk.answered('second')
    expect(await desk.comes('third', { account: other })).toEqual(accepted)
    await take(desk)
    expect(await desk.comes('fourth', { account: other })).toContain(`account_changed ${own}`)
  })

  test('that had none: the first one is asked about', async () => {
    const { comes, answered } = openDesk()
    await comes('first', { account: null })
    await answered('first')
    expect(await comes('second')).toEqual(['review', 'account_first'])
    await answered('second')
    expect(await comes('third')).toEqual(accepted)
  })

  test('is unknown again when all its verdicts are gone', async () => {
    const { comes, answered, driver } = openDesk()
    await comes('first')
    await answered('first')
    await driver.write('corrected', 'first', null)
    expect([...(await driver.table('payees'))]).toEqual([])
    expect(await comes('second', { account: other })).toEqual(accepted)
  })

  test('has wrong check digits: malformed, whatever the source', async () => {
    const { comes } = openDesk()
    const wrong = 'DE02120300000000202052'
    expect(await comes('a', { account: wrong })).toContain('check_failed iban')
    expect(await comes('b', { account: wrong, xml: true })).toContain('check_failed iban')
  })
})

describe('a vendor that is identified by its account alone', () => {
  const nameless: Paper = { vat: null, phone: '030 1234567' }

  test.each<readonly [string, Paper, readonly string[]]>([
    ['the same account', nameless, accepted],
    ['another account', { ...nameless, account: other }, changed(own)],
    [
      'another account, and a name that was read differently',
      { ...nameless, account: other, name: 'Corner Sh0p Limited' },
      changed(own),
    ],
    [
      'another account and telephone number',
      { ...nameless, account: other, phone: '040 7654321' },
      changed(own),
    ],
  ])('%s', async (_, paper, expected) => {
    const { comes, answered, driver } = openDesk()
    await comes('first', nameless)
    await answered('first')
    expect([...(await driver.table('payees')).keys()]).toEqual([`iban:${own}`])
    expect(await comes('second', paper)).toEqual(expected)
  })

  test('is not taken for the owner of the account where nothing else is the owner’s', async () => {
    const { comes, answered } = openDesk()
    await comes('first', nameless)
    await answered('first')
    expect(
      await comes('second', { vat: null, name: 'Another Firm', phone: '040 7654321', xml: true }),
    ).toEqual(['review', 'vendor_name'])
  })
})

test('the account of one vendor on the invoice of another is a changed one', async () => {
  const { comes, answered } = openDesk()
  await comes('a')
  await answered('a')
  const firm: Paper = { name: 'Another Firm', vat: 'ATU62593358' }
  await comes('b', { ...firm, account: other })
  await answered('b')
  expect(await comes('c', { ...firm, account: own })).toEqual(changed(other))
  expect(await comes('d', { ...firm, vat: null, account: own })).toContain(
    `account_changed ${other}`,
  )
  expect(await comes('e', { ...firm, account: other })).toEqual(accepted)
})

test('two vendors of one name are ordinary with an account of either', async () => {
  const { comes, answered } = openDesk()
  const namesake: Paper = { vat: 'ATU62593358', account: other }
  await comes('a')
  await answered('a')
  expect(await comes('b', namesake)).toEqual(changed(own))
  await answered('b')
  expect(await comes('c', namesake)).toEqual(accepted)
  expect(await comes('d')).toEqual(accepted)
})

describe('payees', () => {
  const print = printed({})
  const verdict = (documentId: string, decidedAt: number, vendor: string): Verdict =>
    verdictOf(documentId, print, readOn(print, {}), [], {
      profile: 'invoice',
      decidedAt,
      vendor: { id: vendor, name: null, evidence: 'vat' },
    })
  const message = (value: Verdict, offset: number) => ({
    key: value.documentId,
    value,
    timestamp: 0,
    origin: { topic: 'training' as const, partition: 0, offset: BigInt(offset) },
  })

  test('of verdicts from before are written with the next verdict, each once', () => {
    const state = vendors()
    const known = ['vat:A', 'vat:B', 'vat:C'].map((id, at) =>
      message(verdict(`d${at}`, at, id), at),
    )
    for (const one of known) rememberExample(state, one)
    const next = (offset: number, vendor: string): (string | undefined)[] => {
      const arrived = message(verdict(`n${offset}`, offset, vendor), offset)
      const { payees = [] } = teach(arrived, { profiles }, state)
      rememberExample(state, arrived)
      return payees.map(({ key, value }) => `${key} ${value?.documents}`)
    }
    expect(next(10, 'vat:B')).toEqual(['vat:B 2', 'vat:A 1', 'vat:C 1'])
    expect(next(11, 'vat:B')).toEqual(['vat:B 3'])
    expect(next(12, 'vat:D')).toEqual(['vat:D 1'])
  })

  test('follow from the verdicts, in whatever order they arrived', () => {
    const evidence = [
      { keys: ['vat:A'], accounts: [own], reviewer: 'ann', decidedAt: 1 },
      { keys: ['vat:A', 'name:x'], accounts: [other], reviewer: 'bob', decidedAt: 3 },
      { keys: ['vat:A'], accounts: [own], reviewer: 'eve', decidedAt: 2 },
    ]
    const payee = payeeOf('vat:A', evidence)
    expect(payee).toEqual({
      vendor: 'vat:A',
      keys: ['name:x', 'vat:A'],
      documents: 3,
      accounts: [
        { account: own, documents: 2, confirmedBy: 'eve', confirmedAt: 2 },
        { account: other, documents: 1, confirmedBy: 'bob', confirmedAt: 3 },
      ],
    })
    expect(payeeOf('vat:A', [...evidence].reverse())).toEqual(payee)
    expect(payeeOf('vat:A', [])).toBeNull()
  })

  test('forget the keys of a record that was replaced or taken away', () => {
    const table = payeeTable()
    table.put('vat:A', { vendor: 'vat:A', keys: ['vat:A', 'name:x'], documents: 1, accounts: [] })
    expect(table.accountsBy('name:x')).toEqual([])
    table.put('vat:A', { vendor: 'vat:A', keys: ['vat:A'], documents: 1, accounts: [] })
    expect([table.accountsBy('name:x'), table.accountsBy('vat:A')]).toEqual([null, []])
    table.put('vat:A', null)
    expect([table.accountsBy('vat:A'), table.keysOf('vat:A')]).toEqual([null, null])
  })

  test('are asked for documents that state an account only', () => {
    const profile = profileOf(profiles, 'invoice')
    const vendor = { id: 'vat:A', name: null, evidence: 'vat' }
    const keys = (): never => {
      throw new Error('asked')
    }
    expect(accountDoubts(profile, { vendor, fields: [], keys }, noPayees)).toEqual([])
  })
})
