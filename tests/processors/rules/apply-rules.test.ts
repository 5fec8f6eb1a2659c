import { printedDocument } from '../../../processors/rules/spans.ts'
import { applyRules } from '../../../processors/rules/apply-rules.ts'
import { rememberExample, teach, vendors } from '../../../processors/teach.ts'
import { loadProfiles } from '../../../schemas/profiles.ts'
import type { Rule, Verdict } from '../../../schemas/types.ts'
import { fieldOf, printOf, verdictOf } from '../../documents.ts'

const target = 0.01

/** The rule for a field that verdicts of one vendor teach. */
function taught(field: string, ...verdicts: readonly Verdict[]): Rule | undefined {
  const [state, rules] = [vendors(), new Map<string, Rule | null>()]
  for (const value of verdicts) {
    const message = {
      key: value.documentId,
      value,
      timestamp: 0,
      origin: { topic: 'training' as const, partition: 0, offset: 0n },
    }
    for (const output of teach(message, { profiles: loadProfiles() }, state).rules ?? [])
      rules.set(output.key, output.value)
    rememberExample(state, message)
  }
  return rules.get(`vat:A/${field}`) ?? undefined
}

describe('what rules make of a reading', () => {
  const named = (id: string, name: string): Verdict => {
    const print = printOf(name, 'Tel 030 111222333')
    return verdictOf(
      id,
      print,
      [fieldOf(print, 'seller_name', name)],
      [fieldOf(print, 'seller_name', name)],
    )
  }
  const readName = (rule: Rule | undefined, name: string, confidence = 0.99): string | null => {
    const print = printOf(name, 'Tel 030 111222333')
    return applyRules(
      rule,
      'text',
      printedDocument(print),
      fieldOf(print, 'seller_name', name, name, confidence),
      { targetError: target, isRelearned: false },
    ).ask
  }

  test('another name beside a known identifier is not taken for the vendor unseen', () => {
    const rule = taught('seller_name', named('d1', 'Corner Bakery Ltd'))
    expect(readName(rule, 'Corner Bakery Ltd')).toBeNull()
    expect(readName(rule, 'Northern Steel Works')).toBe('vendor_name')
    // hardly read at all: its own confidence keeps it from being accepted
    expect(readName(rule, 'Northern Steel Works', 0.3)).toBeNull()
  })

  test('nor is it asked about a misread name, or one that a person has confirmed', () => {
    expect(
      readName(taught('seller_name', named('d1', 'Corner Bakery Ltd')), 'Corner 8akery Ltd.'),
    ).toBeNull()
    expect(
      readName(
        taught(
          'seller_name',
          named('d1', 'Corner Bakery Ltd'),
          named('d2', 'Northern Steel Works'),
        ),
        'Northern Steel Works',
      ),
    ).toBeNull()
  })

  const without = (id: string): Verdict => {
    const print = printOf('Corner Bakery Ltd', 'Till 7', 'Total 5.00')
    return verdictOf(id, print, [], [fieldOf(print, 'seller_address', 'Till 7')])
  }

  test('a field that the vendor does not have is left out where the model reads what was called wrong, or is unsure', () => {
    const rule = taught('seller_address', without('d1'), without('d2'))
    expect(rule).toMatchObject({ kind: 'absent' })
    const print = printOf('Corner Bakery Ltd', 'Till 7', 'Room 4')
    expect(
      applyRules(rule, 'text', printedDocument(print), fieldOf(print, 'seller_address', 'Till 7'), {
        targetError: target,
        isRelearned: false,
      }),
    ).toEqual({ field: null, ask: null, ruledOut: true })
    expect(
      applyRules(
        rule,
        'text',
        printedDocument(print),
        fieldOf(print, 'seller_address', 'Room 4', 'Room 4', 0.3),
        { targetError: target, isRelearned: false },
      ),
    ).toEqual({ field: null, ask: null, ruledOut: true })
  })

  test('and a person is asked where the model reads another value surely, until many documents had none', () => {
    const print = printOf('Corner Bakery Ltd', '12 High Street')
    const ask = (count: number): string | null =>
      applyRules(
        taught('seller_address', ...Array.from({ length: count }, (_, k) => without(`d${k}`))),
        'text',
        printedDocument(print),
        fieldOf(print, 'seller_address', '12 High Street'),
        { targetError: target, isRelearned: false },
      ).ask
    expect(ask(2)).toBe('conflict')
    expect(ask(32)).toBeNull()
  })

  test('a constant that is silent does not say that there is no value', () => {
    const rule = taught('seller_name', named('d1', 'Corner Bakery Ltd'))
    expect(
      applyRules(rule, 'text', printedDocument(printOf('Till 7')), null, {
        targetError: target,
        isRelearned: false,
      }),
    ).toEqual({
      field: null,
      ask: null,
      ruledOut: false,
    })
  })
})

describe('a field whose corrections no rule explains', () => {
  const page = printOf('Corner Bakery Ltd')
  const corrected = verdictOf(
    'd1',
    page,
    [fieldOf(page, 'seller_name', 'Corner Bakery Ltd')],
    [fieldOf(page, 'seller_name', 'Corner Bakery')],
  )
  const rule = {
    ...(taught('seller_name', corrected) as Rule),
    kind: 'none' as const,
    state: 'asks' as const,
    strict: true,
    refuted: ['Corner Bakery'],
  }
  const ask = (name: string | null, isRelearned: boolean): string | null => {
    const print = printOf(name ?? '', 'Tel 030 111222333')
    const read = name === null ? null : fieldOf(print, 'seller_name', name)
    return applyRules(rule, 'text', printedDocument(print), read, {
      targetError: target,
      isRelearned,
    }).ask
  }

  test('is a person’s until a model has learned it', () => {
    expect(ask('Corner Bakery Ltd', false)).toBe('vendor_asks')
    expect(ask('Corner Bakery Ltd', true)).toBeNull()
  })

  test('still is where the model reads nothing, or what was called wrong', () => {
    expect(ask(null, true)).toBe('vendor_asks')
    expect(ask('Corner Bakery', true)).toBe('refuted')
  })
})
