import { explainOrigin, explainReason, summariseReasons } from '../../../web/shared/reasons.ts'
import type { Entry } from '../../../web/review/session.ts'

const codes = [
  'low_confidence',
  'missing',
  'vendor_asks',
  'refuted',
  'conflict',
  'no_evidence',
  'sample',
  'duplicate',
  'rule_silent',
  'xml_unreadable',
  'xml_disagrees',
  'code_disagrees',
  'drift',
  'rule_unknown',
  'account_changed',
  'account_first',
]

test.each(codes)('the reason %s is explained in plain words', (code) => {
  const said = explainReason({ code, field: 'grand_total', detail: null })
  expect(said).not.toBe(code.replace(/_/g, ' '))
  expect(said).toMatch(/^[A-Z][^_]{5,}$/)
})

test('the list counts reasons by kind', () => {
  const reasons = ['xml_disagrees', 'code_disagrees', 'xml_disagrees', 'rule_silent'].map(
    (code) => ({ code, field: 'iban', detail: null }),
  )
  expect(summariseReasons(reasons)).toBe('2 XML disagrees, code disagrees, rule doesn’t fit')
})

test.each([
  ['xml', 'XML 100 %', 'from the embedded e-invoice (/Invoice/ID), 100 % sure'],
  ['code', 'QR 100 %', 'from a payment code on the page (/Invoice/ID), 100 % sure'],
] as const)('the origin %s says where a value comes from', (origin, short, long) => {
  expect(explainOrigin({ origin, originId: '/Invoice/ID', confidence: 1 } as Entry)).toEqual({
    kind: origin,
    short,
    long,
  })
})

test.each(['ruled_out', 'no_words', 'no_model', 'unlikely', 'nothing_alike', 'usual'])(
  'why a value is missing (%s) is explained in plain words',
  (detail) => {
    const said = explainReason({ code: 'missing', field: 'grand_total', detail })
    expect(said).toMatch(/^[A-Z][^_]+: [^_]{10,}$/)
    expect(said.endsWith(`: ${detail.replace(/_/g, ' ')}`)).toBe(false)
  },
)
