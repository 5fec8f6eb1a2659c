import { extract, type ExtractUse } from '../../processors/extract.ts'
import type { FieldReader } from '../../processors/model/reader.ts'
import type { Message } from '../../processors/processor.ts'
import { packWords, type Print } from '../../processors/document/words.ts'
import { noPayees } from '../../processors/rules/payees.ts'
import { loadProfiles } from '../../schemas/profiles.ts'
import type { Field, Ocr, Rule } from '../../schemas/types.ts'
import { fieldOf, ocrOf, printOf } from '../documents.ts'

const print = printOf(
  'Corner Shop Ltd',
  '1 High Street',
  'VAT DE136695976',
  '02.03.2024',
  'Subtotal 10.00',
  'Total Due 12.00',
)
const read = [
  fieldOf(print, 'seller_name', 'Corner Shop Ltd', 'Corner Shop Ltd', 0.99),
  fieldOf(print, 'issue_date', '2024-03-02', '02.03.2024', 0.99),
  fieldOf(print, 'grand_total', '10.00', '10.00', 0.99),
]
const vendor = 'vat:DE136695976'

const document = (change: Partial<Ocr> = {}): Message<'ocr'> => ({
  key: 'd1',
  timestamp: 0,
  origin: { topic: 'ocr', partition: 0, offset: 0n },
  value: ocrOf('d1', print, {
    mediaType: 'application/pdf',
    sha256: 'ab',
    metadata: { po: '7' },
    engine: 'test',
    readMs: 1,
    ...change,
  }),
})

const reader = (
  fields: readonly Field[],
  thresholds: Readonly<Record<string, number>> = {
    seller_name: 0.9,
    issue_date: 0.9,
    grand_total: 0.9,
    seller_address: 0.9,
  },
): FieldReader => ({
  ref: { name: 'receipt', version: 3, sha256: 'cd' },
  predict: async () => fields,
  thresholds: () => thresholds,
  isTrainedOn: () => false,
  hasRelearned: () => false,
  targetError: 0.05,
  usual: [],
})

const rule = (change: Partial<Rule>): Rule => ({
  vendor,
  field: 'grand_total',
  profile: 'receipt',
  tenant: 'default',
  id: 'r1',
  state: 'active',
  kind: 'anchor',
  value: null,
  raw: null,
  anchor: 'totaldue',
  relation: 'right',
  strict: true,
  spellings: {},
  box: [],
  page: null,
  pattern: null,
  refuted: [],
  taughtBy: ['d0@1'],
  since: 0,
  decidedBy: null,
  why: '',
  ...change,
})

const use = (change: Partial<ExtractUse> = {}, rules: readonly Rule[] = []): ExtractUse => ({
  profiles: loadProfiles(),
  readerOf: () => reader(read),
  rulesOf: (id) =>
    new Map(rules.filter((item) => item.vendor === id).map((item) => [item.field, item])),
  rulesVersion: '0:1',
  now: Date.UTC(2024, 3, 1),
  sampleShare: 0,
  known: { firstOther: () => null, documentsOf: () => 0 },
  payees: noPayees,
  ...change,
})

const run = async (use_: ExtractUse, change: Partial<Ocr> = {}) => {
  const outputs = await extract(document(change), use_)
  const extracted = outputs.extracted?.[0]?.value
  return {
    route: extracted?.route,
    reasons: extracted?.reasons.map((reason) => `${reason.code} ${reason.field ?? ''}`.trim()),
    total: extracted?.fields.find((field) => field.name === 'grand_total'),
    task: outputs['needs-review']?.[0]?.value,
    extracted,
  }
}

const invoicePrint = printOf(
  'Corner Shop Ltd',
  'VAT DE136695976',
  'Invoice R-1',
  '02.03.2024',
  'Subtotal 10.00',
  'Total Due 12.00 EUR',
  'IBAN DE02120300000000202051',
)
const invoiceRead = (total: string, change: Readonly<Record<string, string>> = {}): Field[] => {
  const values: Readonly<Record<string, string>> = {
    seller_name: 'Corner Shop Ltd',
    invoice_number: 'R-1',
    issue_date: '2024-03-02',
    grand_total: total,
    ...change,
  }
  const raw: Readonly<Record<string, string>> = { issue_date: '02.03.2024' }
  return Object.entries(values).map(([name, value]) =>
    fieldOf(invoicePrint, name, value, raw[name] ?? value, 0.99),
  )
}
const invoiceThresholds = {
  seller_name: 0.9,
  invoice_number: 0.9,
  issue_date: 0.9,
  grand_total: 0.9,
  currency: 0.9,
}
const code = {
  kind: 'qr',
  text: 'BCD\n002\n1\nSCT\n\nFactoring Bank AG\nDE02120300000000202051\nEUR12.00',
  page: 1,
}
const xml = ({
  number = 'R-1',
  date = '20240302',
  total = '12.00',
  iban = 'DE02120300000000202051',
  currency = 'EUR',
  lines = '',
} = {}): string =>
  `<Invoice xmlns:cbc="urn:y" xmlns:cac="urn:z"><cbc:ID>${number}</cbc:ID><cbc:IssueDate>${date}</cbc:IssueDate><cbc:DocumentCurrencyCode>${currency}</cbc:DocumentCurrencyCode>
  <cac:AccountingSupplierParty><cac:Party><cac:PartyTaxScheme><cbc:CompanyID>DE136695976</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
  <cac:PartyLegalEntity><cbc:RegistrationName>Corner Shop Ltd</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
  <cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>${iban}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
  <cac:LegalMonetaryTotal><cbc:TaxInclusiveAmount>${total}</cbc:TaxInclusiveAmount></cac:LegalMonetaryTotal>${lines}</Invoice>`
const runInvoice = (
  change: Partial<Ocr>,
  fields: readonly Field[],
  thresholds: Readonly<Record<string, number>> = invoiceThresholds,
  rules: readonly Rule[] = [],
) =>
  run(use({ readerOf: () => reader(fields, { ...invoiceThresholds, ...thresholds }) }, rules), {
    profile: 'invoice',
    pages: invoicePrint.pages,
    words: packWords(invoicePrint.words),
    ...change,
  })

describe('extract', () => {
  test('a document that nothing speaks against is accepted, by the model that is named', async () => {
    const result = await run(use())
    expect(result).toMatchObject({
      route: 'accepted',
      reasons: [],
      task: undefined,
      total: { value: '10.00', origin: 'model', originId: 'receipt/3' },
    })
    expect(result.extracted).toMatchObject({
      vendor: { id: vendor },
      model: { version: 3 },
      metadata: { po: '7' },
    })
  })

  test('a caution that has ended, or that a person has lifted, is none any more', async () => {
    expect(
      await run(
        use({}, [rule({ field: 'drift_layout', kind: 'caution', tighten: 20, state: 'disabled' })]),
      ),
    ).toMatchObject({ route: 'accepted', reasons: [] })
  })

  test.each([
    [
      'without a model',
      use({ readerOf: () => null }),
      ['missing seller_name', 'missing issue_date', 'missing grand_total'],
    ],
    [
      'a low confidence',
      use({ readerOf: () => reader(read.map((field) => ({ ...field, confidence: 0.5 }))) }),
      ['low_confidence seller_name', 'low_confidence issue_date', 'low_confidence grand_total'],
    ],
    [
      'no evidence for a field',
      use({ readerOf: () => reader(read, { seller_name: 0.9, issue_date: 0.9 }) }),
      ['no_evidence grand_total'],
    ],
    [
      'a required field that is missing',
      use({ readerOf: () => reader(read.slice(0, 2)) }),
      ['missing grand_total'],
    ],
    [
      'a document that is known under another identifier',
      use({ known: { firstOther: () => 'd0', documentsOf: () => 0 } }),
      ['duplicate'],
    ],
    ['the random sample', use({ sampleShare: 1 }), ['sample']],
    [
      'a vendor whose layout has changed',
      use({}, [rule({ field: 'drift_layout', kind: 'caution', tighten: 20 })]),
      ['drift seller_name', 'drift issue_date', 'drift grand_total'],
    ],
    [
      'a vendor whose values were wrong too often',
      use({}, [rule({ field: 'drift_calibration', kind: 'caution', state: 'asks', tighten: 5 })]),
      ['drift'],
    ],
    [
      'a vendor whose corrections contradict one another',
      use({}, [rule({ state: 'asks', kind: 'none' })]),
      ['vendor_asks grand_total'],
    ],
    [
      'a rule that does not apply to the document',
      use({}, [rule({ anchor: 'amountpayable' })]),
      ['rule_silent grand_total'],
    ],
    [
      'a rule of a kind that only a later version knows',
      use({}, [rule({ kind: 'unknown', strict: false })]),
      ['rule_unknown grand_total'],
    ],
    [
      'a rule of such a kind about the vendor',
      use({}, [rule({ kind: 'unknown', field: 'terms', state: 'asks' })]),
      ['rule_unknown'],
    ],
    [
      'a value that a person has called wrong',
      use({}, [rule({ refuted: ['12.00'] })]),
      ['refuted grand_total'],
    ],
  ])('%s sends it to a person, with a complete task', async (_reason, use_, reasons) => {
    const result = await run(use_)
    expect(result).toMatchObject({
      route: 'review',
      reasons,
      task: { documentId: 'd1', revision: 0 },
    })
    expect(result.task?.words).toEqual(packWords((print as Print).words))
    expect(result.task?.fields).toEqual(result.extracted?.fields)
  })

  test('a rule speaks before the model, for its vendor only', async () => {
    expect((await run(use({}, [rule({})]))).total).toMatchObject({
      value: '12.00',
      raw: '12.00',
      origin: 'rule',
      originId: 'r1',
      page: 1,
    })
    expect((await run(use({}, [rule({ vendor: 'vat:other' })]))).total).toMatchObject({
      value: '10.00',
      origin: 'model',
    })
  })

  test('a disabled rule is as if it were not there', async () => {
    expect(await run(use({}, [rule({ state: 'disabled' })]))).toMatchObject({
      route: 'accepted',
      total: { value: '10.00', origin: 'model' },
    })
  })

  test('XML that cannot be read is said, and a person looks', async () => {
    expect((await run(use(), { xml: '<poem/>' })).reasons).toEqual(['xml_unreadable'])
  })

  test('what was drawn as a payment code stands before model and rule, and needs no evidence', async () => {
    const result = await runInvoice({ codes: [code] }, invoiceRead('12.00'), {})
    expect(result).toMatchObject({
      reasons: [],
      total: { value: '12.00', origin: 'code', originId: 'bcd', page: 1 },
    })
    expect(result.extracted?.fields.find((field) => field.name === 'iban')).toMatchObject({
      value: 'DE02120300000000202051',
      origin: 'code',
    })
    expect(result.extracted?.fields.find((field) => field.name === 'seller_name')).toMatchObject({
      value: 'Corner Shop Ltd',
      origin: 'model',
    })
  })

  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['another total', { grand_total: '10.00' }, ['code_disagrees grand_total']],
    ['another account', { iban: 'DE33100205000001194700' }, ['code_disagrees iban']],
    [
      'another total of which the code’s amount is what remains due',
      { grand_total: '10.00', due_payable: '12.00' },
      [],
    ],
    ['the same', { iban: 'DE02120300000000202051' }, []],
  ])('beside a payment code the page shows %s', async (_, values, reasons) => {
    expect((await runInvoice({ codes: [code] }, invoiceRead('12.00', values))).reasons).toEqual(
      reasons,
    )
  })

  test('a tax authority’s code says what the invoice is, and the page is compared with it', async () => {
    const text =
      'A:500100144*B:999999990*C:PT*D:FT*E:N*F:20240302*G:R-1*H:0*I1:PT*I7:10.00*I8:2.00*N:2.00*O:12.00*Q:abcd*R:1'
    const result = await runInvoice(
      { codes: [{ kind: 'qr', text, page: 1 }] },
      invoiceRead('12.00'),
    )
    expect(result.total).toMatchObject({ value: '12.00', origin: 'code', originId: 'atcud' })
    expect(result.extracted?.fields).toContainEqual(
      expect.objectContaining({ name: 'seller_vat_id', value: 'PT500100144', origin: 'code' }),
    )
    const other = await runInvoice(
      { codes: [{ kind: 'qr', text, page: 1 }] },
      invoiceRead('12.00', { grand_total: '15.00' }),
    )
    expect(other.reasons).toContain('code_disagrees grand_total')
  })

  test('an absence that a person taught holds against a payment code', async () => {
    const absent = rule({ profile: 'invoice', field: 'due_payable', kind: 'absent' })
    const result = await runInvoice({ codes: [code] }, invoiceRead('12.00'), undefined, [absent])
    expect(result.extracted?.fields.find((field) => field.name === 'due_payable')).toBeUndefined()
  })

  test.each<[string, Partial<Rule>, readonly string[]]>([
    ['contradict one another', { state: 'asks', kind: 'none' }, ['vendor_asks grand_total']],
    ['call the value wrong', { refuted: ['12.00'] }, ['refuted grand_total']],
    ['read another value', { anchor: 'subtotal' }, ['code_disagrees grand_total']],
    ['bear the value out', {}, []],
  ])('a payment code of a vendor whose corrections %s', async (_, change, reasons) => {
    expect(
      (
        await runInvoice({ codes: [code] }, invoiceRead('12.00'), undefined, [
          rule({ profile: 'invoice', ...change }),
        ])
      ).reasons,
    ).toEqual(reasons)
  })

  test('an XML document without pages is accepted when its required fields are there, and known again by its seller', async () => {
    const bare = { xml: xml(), pages: [], words: packWords([]), mediaType: 'application/xml' }
    expect(await runInvoice(bare, [])).toMatchObject({
      route: 'accepted',
      reasons: [],
      total: { value: '12.00', origin: 'xml', page: null },
      extracted: { vendor: { id: vendor } },
    })
    expect(await runInvoice({ ...bare, xml: xml({ number: '' }) }, [])).toMatchObject({
      route: 'review',
    })
    expect(await runInvoice({ ...bare, xml: xml({ currency: '' }) }, [])).toMatchObject({
      route: 'review',
      reasons: ['missing currency'],
    })
  })

  test('XML that the page bears out is accepted, whatever form print gives to a value', async () => {
    expect(await runInvoice({ xml: xml() }, invoiceRead('12.00'))).toMatchObject({
      route: 'accepted',
      reasons: [],
    })
    expect((await runInvoice({ xml: xml({ total: '12' }) }, invoiceRead('12.00'))).reasons).toEqual(
      [],
    )
    // nobody reads another total: it may be printed badly or not at all
    expect((await runInvoice({ xml: xml({ total: '99.00' }) }, [])).reasons).toEqual([])
  })

  test('XML that names one of several printed accounts is borne out', async () => {
    const two = printOf(
      'Corner Shop Ltd',
      'Invoice R-1',
      '02.03.2024',
      'Total Due 12.00 EUR',
      'IBAN DE02120300000000202051',
      'IBAN DE33100205000001194700',
    )
    const result = await runInvoice({ xml: xml(), words: packWords(two.words) }, [
      fieldOf(two, 'iban', 'DE33100205000001194700', 'DE33100205000001194700', 0.999),
    ])
    expect(result.reasons).toEqual([])
  })

  test.each<[string, Parameters<typeof xml>[0], readonly string[]]>([
    ['total', { total: '99.00' }, ['xml_disagrees grand_total']],
    ['number', { number: 'R-2' }, ['xml_disagrees invoice_number']],
    ['date', { date: '20240301' }, ['xml_disagrees issue_date']],
    ['account', { iban: 'DE33100205000001194700' }, ['xml_disagrees iban']],
  ])(
    'XML with another %s than the page goes to a person, who is told',
    async (_, change, reasons) => {
      expect(await runInvoice({ xml: xml(change) }, invoiceRead('12.00'))).toMatchObject({
        route: 'review',
        reasons,
      })
    },
  )

  test('XML with its lines is all that was meant: what the page alone may show is offered, not asked for; without lines it is asked for', async () => {
    const page = printOf(
      'Corner Shop Ltd',
      'Invoice R-1',
      '02.03.2024',
      'Total Due 12.00 EUR',
      'Order 4500 0000',
    )
    const order = fieldOf(page, 'purchase_order', '4500', '4500', 0.7)
    const lines =
      '<cac:InvoiceLine><cbc:InvoicedQuantity>1</cbc:InvoicedQuantity><cbc:LineExtensionAmount>12.00</cbc:LineExtensionAmount><cac:Price><cbc:PriceAmount>12.00</cbc:PriceAmount></cac:Price></cac:InvoiceLine>'
    const whole = await runInvoice({ xml: xml({ lines }), words: packWords(page.words) }, [
      ...invoiceRead('12.00'),
      order,
    ])
    expect(whole).toMatchObject({ route: 'accepted', reasons: [] })
    expect(whole.extracted?.fields.some(({ name }) => name === 'purchase_order')).toBe(false)
    const head = await runInvoice({ xml: xml(), words: packWords(page.words) }, [
      ...invoiceRead('12.00'),
      order,
    ])
    expect(head).toMatchObject({ route: 'review', reasons: ['no_evidence purchase_order'] })
  })

  test('allowances in XML stand between its lines and its totals', async () => {
    const line =
      '<cac:InvoiceLine><cbc:InvoicedQuantity>2</cbc:InvoicedQuantity><cbc:LineExtensionAmount>9.00</cbc:LineExtensionAmount>ALLOWANCE<cac:Price><cbc:PriceAmount>5.00</cbc:PriceAmount></cac:Price></cac:InvoiceLine>'
    const allowance = '<cac:AllowanceCharge><cbc:Amount>1.00</cbc:Amount></cac:AllowanceCharge>'
    const failed = async (lines: string) =>
      (await runInvoice({ xml: xml({ lines }) }, invoiceRead('12.00'))).extracted?.checks
        .filter((check) => check.outcome === 'failed')
        .map((check) => check.name)
    expect(await failed(line.replace('ALLOWANCE', ''))).toEqual(['lines_add_up', 'line_arithmetic'])
    expect(await failed(line.replace('ALLOWANCE', allowance))).toEqual(['lines_add_up'])
    expect(await failed(`${allowance}${line.replace('ALLOWANCE', allowance)}`)).toEqual([])
  })

  test('the same document and the same use give the same bytes', async () => {
    expect(JSON.stringify(await extract(document(), use({}, [rule({})])))).toBe(
      JSON.stringify(await extract(document(), use({}, [rule({})]))),
    )
  })
})

describe('a page that OCR could not read much of', () => {
  const withUnread = (unread: number): Message<'ocr'> =>
    document({ pages: print.pages.map((page) => ({ ...page, source: 'ocr' as const, unread })) })

  test('goes to a person with that reason, however sure what was read is', async () => {
    const outputs = await extract(withUnread(0.6), use({}))
    expect(outputs.extracted?.[0]?.value).toMatchObject({
      route: 'review',
      reasons: [{ code: 'unread', field: null, detail: 'page 1: 60 %' }],
    })
  })

  test('is any other page where only a logo or a stain was left out', async () => {
    expect((await extract(withUnread(0.1), use({}))).extracted?.[0]?.value?.route).toBe('accepted')
  })
})

describe('a value that can’t be right', () => {
  const sheet = printOf('Acme Ltd', 'IBAN DE0212030000000020205')
  test('is hardly believed and goes to a person, however sure the model is', async () => {
    const cut = fieldOf(sheet, 'iban', 'DE0212030000000020205', 'DE0212030000000020205', 0.988)
    const outputs = await extract(
      document({ profile: 'invoice', pages: sheet.pages, words: packWords(sheet.words) }),
      use({ readerOf: () => reader([cut], { iban: 0.05 }) }),
    )
    const extracted = outputs.extracted?.[0]?.value
    expect(extracted?.fields.find(({ name }) => name === 'iban')?.confidence).toBeLessThan(0.2)
    expect(extracted?.route).toBe('review')
    expect(extracted?.reasons).toContainEqual({
      code: 'check_failed',
      field: 'iban',
      detail: 'iban',
    })
  })
})

describe('what a document is', () => {
  const read = async (...lines: readonly string[]) => {
    const sheet = printOf(...lines)
    const total = fieldOf(sheet, 'grand_total', '12.00', '12.00', 0.999)
    const outputs = await extract(
      document({ profile: 'invoice', pages: sheet.pages, words: packWords(sheet.words) }),
      use({ readerOf: () => reader([total]) }),
    )
    return outputs.extracted?.[0]?.value
  }
  const foot = ['Widget 12.00', 'Total 12.00', 'Thank you', 'Please pay', 'Acme Ltd', 'London']

  test('a page titled as a credit note is one, and its total is below zero', async () => {
    const extracted = await read('Credit note CN-7', ...foot)
    const values = new Map(extracted?.fields.map(({ name, value }) => [name, value]))
    expect([values.get('document_type'), values.get('grand_total')]).toEqual([
      'credit_note',
      '-12.00',
    ])
  })

  test('a Gutschrift without sign goes to a person', async () => {
    const extracted = await read('Gutschrift Nr. 7', ...foot)
    expect(extracted?.reasons).toContainEqual({
      code: 'document_type_unclear',
      field: 'document_type',
      detail: 'title',
    })
  })
})
