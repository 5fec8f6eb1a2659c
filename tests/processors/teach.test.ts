import type { Message } from '../../processors/processor.ts'
import { printedDocument } from '../../processors/rules/spans.ts'
import { applyRule } from '../../processors/rules/rule-kinds.ts'
import { rememberExample, teach, vendors } from '../../processors/teach.ts'
import type { Print } from '../../processors/document/words.ts'
import { loadProfiles } from '../../schemas/profiles.ts'
import type { Rule, Verdict } from '../../schemas/types.ts'
import { fieldOf, printOf, verdictOf } from '../documents.ts'

const use = { profiles: loadProfiles() }

const receipt = (shop: string, subtotal: string, total: string): Print =>
  printOf(
    shop,
    '1 High Street',
    '',
    `Subtotal ${subtotal}`,
    `Rounding 0.00`,
    `Total Due ${total}`,
    `Cash ${subtotal}`,
  )

/** Feeds verdicts (null erases) and gives what stands in `rules` afterwards, by field. */
function taught(
  ...messages: readonly (Verdict | readonly [documentId: string, value: null])[]
): Map<string, Rule> {
  const state = vendors()
  const table = new Map<string, Rule>()
  for (const item of messages) {
    const [key, value] = Array.isArray(item)
      ? [item[0] as string, null]
      : [(item as Verdict).documentId, item as Verdict]
    const message: Message<'training'> = {
      key,
      value,
      timestamp: 0,
      origin: { topic: 'training', partition: 0, offset: 0n },
    }
    for (const output of teach(message, use, state).rules ?? []) {
      if (output.value === null) table.delete(output.key)
      else table.set(output.key, output.value)
    }
    rememberExample(state, message)
  }
  return new Map([...table.values()].map((rule) => [rule.field, rule]))
}

/** The model took the subtotal; the person chose the total. */
const corrected = (id: string, subtotal: string, total: string): Verdict => {
  const print = receipt('Corner Shop Ltd', subtotal, total)
  return verdictOf(
    id,
    print,
    [fieldOf(print, 'seller_name', 'Corner Shop Ltd'), fieldOf(print, 'grand_total', total)],
    [fieldOf(print, 'seller_name', 'Corner Shop Ltd'), fieldOf(print, 'grand_total', subtotal)],
  )
}

describe('teach', () => {
  test('a field that was merely confirmed is remembered where it belongs to the vendor, and nowhere else', () => {
    const rules = taught(corrected('d1', '10.00', '12.00'))
    expect([...rules.keys()].sort()).toEqual(['grand_total', 'seller_name'])
    expect(rules.get('seller_name')).toMatchObject({
      kind: 'constant',
      value: 'Corner Shop Ltd',
      strict: false,
    })
    expect(rules.get('grand_total')).toMatchObject({ strict: true })
  })

  test('a corrected total becomes a label, and the label gives the total of the next document', () => {
    const rule = taught(corrected('d1', '10.00', '12.00')).get('grand_total') as Rule
    expect(rule).toMatchObject({
      state: 'active',
      kind: 'anchor',
      refuted: ['10.00'],
      taughtBy: ['d1@1'],
    })
    const next = applyRule(
      rule,
      'money',
      printedDocument(receipt('Corner Shop Ltd', '33.00', '35.50')),
      null,
    )
    expect(next).toMatchObject({ value: '35.50', raw: '35.50' })
  })

  test('what the vendor always has becomes a constant', () => {
    const print = receipt('CORNER SH0P', '1.00', '2.00')
    const rule = taught(
      verdictOf(
        'd1',
        print,
        [fieldOf(print, 'seller_name', 'Corner Shop Ltd', null)],
        [fieldOf(print, 'seller_name', 'CORNER SH0P')],
      ),
    ).get('seller_name')
    expect(rule).toMatchObject({ state: 'active', kind: 'constant', value: 'Corner Shop Ltd' })
  })

  test('a rule that a confirmed document contradicts is not active: the vendor asks', () => {
    const print = receipt('Corner Shop Ltd', '10.00', '12.00')
    const odd = verdictOf(
      'd2',
      print,
      [fieldOf(print, 'grand_total', '99.99', null)],
      [fieldOf(print, 'grand_total', '10.00')],
    )
    expect(taught(corrected('d1', '10.00', '12.00'), odd).get('grand_total')).toMatchObject({
      state: 'asks',
      kind: 'none',
    })
  })

  test('what the reviewer did not want to be learnt neither teaches nor vetoes', () => {
    const declined = { ...corrected('d1', '10.00', '12.00'), declined: ['grand_total'] }
    expect([...taught(declined).keys()]).toEqual(['seller_name'])
    const print = receipt('Corner Shop Ltd', '10.00', '12.00')
    const odd = verdictOf(
      'd2',
      print,
      [fieldOf(print, 'grand_total', '99.99', null)],
      [fieldOf(print, 'grand_total', '10.00')],
      { declined: ['grand_total'] },
    )
    expect(taught(corrected('d1', '10.00', '12.00'), odd).get('grand_total')).toMatchObject({
      state: 'active',
      kind: 'anchor',
      taughtBy: ['d1@1'],
    })
  })

  test('a verdict from before the profile had the field neither teaches nor vetoes it', () => {
    const print = receipt('Corner Shop Ltd', '10.00', '12.00')
    const name = [fieldOf(print, 'seller_name', 'Corner Shop Ltd')]
    const early = verdictOf('d2', print, name, name, { profileFields: ['seller_name'] })
    const knowing = verdictOf('d2', print, name, name, {
      profileFields: ['seller_name', 'grand_total'],
    })
    const rule = (second: Verdict): Rule | undefined =>
      taught(corrected('d1', '10.00', '12.00'), second).get('grand_total')
    expect(rule(early)).toMatchObject({ state: 'active', taughtBy: ['d1@1'] })
    expect(rule(knowing)).toMatchObject({ state: 'asks' })
  })

  test('the confidence of a rule rises with the documents that bear it out', () => {
    const said = (rule: Rule): number =>
      applyRule(rule, 'money', printedDocument(receipt('Corner Shop Ltd', '3.00', '4.00')), null)
        ?.confidence ?? 0
    const one = taught(corrected('d1', '10.00', '12.00')).get('grand_total') as Rule
    const three = taught(
      corrected('d1', '10.00', '12.00'),
      corrected('d2', '20.00', '22.00'),
      corrected('d3', '5.00', '6.00'),
    ).get('grand_total') as Rule
    expect(said(three)).toBeGreaterThan(said(one))
    expect(said(three)).toBeLessThan(1)
  })

  test('an erased document takes its rules with it', () => {
    expect(taught(corrected('d1', '10.00', '12.00'), ['d1', null]).size).toBe(0)
  })

  test('a document that moves to another vendor takes its rules along', () => {
    const moved = {
      ...corrected('d1', '10.00', '12.00'),
      revision: 2,
      vendor: { id: 'vat:B', name: null, evidence: 'vat' },
    }
    const rule = taught(corrected('d1', '10.00', '12.00'), moved).get('grand_total')
    expect(rule).toMatchObject({ vendor: 'vat:B' })
  })

  test('the order of verdicts does not matter to the rules', () => {
    const all = [
      corrected('d1', '10.00', '12.00'),
      corrected('d2', '20.00', '22.00'),
      corrected('d3', '7.00', '8.00'),
    ]
    const strip = (rules: Map<string, Rule>): unknown => [...rules.values()]
    expect(strip(taught(...all))).toEqual(strip(taught(...[...all].reverse())))
  })

  test('only the newest forty count, by when they were decided and not by when they came', () => {
    const all = Array.from({ length: 45 }, (_, k) => ({
      ...corrected(`d${String(k).padStart(2, '0')}`, `${k}.00`, `${100 + k}.00`),
      decidedAt: 1000 + k,
    }))
    const rule = taught(...[...all].reverse()).get('grand_total') as Rule
    expect(rule.taughtBy).toHaveLength(40)
    expect(rule.taughtBy[0]).toBe('d05@1')
    expect(taught(...all).get('grand_total')).toEqual(rule)
  })

  const shop = (id: string, name: string, address: string, read = address, at = 10): Verdict => {
    const print = printOf(name, address, 'Total 5.00')
    return {
      ...verdictOf(
        id,
        print,
        [fieldOf(print, 'seller_address', address)],
        [fieldOf(print, 'seller_address', read)],
      ),
      decidedAt: at,
    }
  }

  test('several addresses of a chain become a choice, and the one that is printed is taken', () => {
    const rule = taught(
      shop('d1', 'Chain Ltd', '1 North Road'),
      shop('d2', 'Chain Ltd', '2 South Road'),
    ).get('seller_address') as Rule
    expect(rule).toMatchObject({
      kind: 'choice',
      strict: false,
      spellings: { '1northroad': '1 North Road', '2southroad': '2 South Road' },
    })
    expect(
      applyRule(
        rule,
        'text',
        printedDocument(printOf('Chain Ltd', '2 South Road', 'Total 7.00')),
        null,
      ),
    ).toMatchObject({ value: '2 South Road' })
    expect(
      applyRule(
        rule,
        'text',
        printedDocument(printOf('Chain Ltd', '3 West Road', 'Total 7.00')),
        null,
      ),
    ).toBeNull()
  })

  test('where the model reads a known value and more, neither is believed; unless a person called the longer one wrong', () => {
    const next = printOf('Chain Ltd', '1 North Road Annex', 'Total 7.00')
    const more = fieldOf(next, 'seller_address', '1 North Road Annex')
    const known = taught(shop('d1', 'Chain Ltd', '1 North Road')).get('seller_address') as Rule
    expect(applyRule(known, 'text', printedDocument(next), more)).toMatchObject({ doubtful: true })
    expect(
      applyRule({ ...known, refuted: ['1 North Road Annex'] }, 'text', printedDocument(next), more),
    ).toMatchObject({ doubtful: false, value: '1 North Road' })
  })

  test('a field of twelve values is a choice, one of thirteen is free text', () => {
    const shops = Array.from({ length: 13 }, (_, k) =>
      shop(`d${k}`, 'Chain Ltd', `${k} North Road`),
    )
    const twelve = taught(...shops.slice(0, 12)).get('seller_address') as Rule
    expect(twelve.kind).toBe('choice')
    expect(Object.keys(twelve.spellings)).toHaveLength(12)
    expect(taught(...shops).get('seller_address')?.kind).not.toBe('choice')
  })

  test('the newest 500 values that were called wrong stay so', () => {
    const state = vendors()
    const messageOf = (k: number): Message<'training'> => ({
      key: `d${k}`,
      value: { ...corrected(`d${k}`, `${k}.00`, '999.00'), decidedAt: k },
      timestamp: 0,
      origin: { topic: 'training', partition: 0, offset: BigInt(k) },
    })
    for (let k = 1; k <= 500; k++) rememberExample(state, messageOf(k))
    const rules = teach(messageOf(501), use, state).rules ?? []
    const refuted = rules.find(({ value }) => value?.field === 'grand_total')?.value?.refuted ?? []
    expect(refuted).toHaveLength(500)
    expect(refuted).not.toContain('1.00')
    expect(refuted).toEqual(expect.arrayContaining(['2.00', '501.00']))
  })

  test('what was called wrong once is refuted for the vendor, also where it was right on another document', () => {
    const print = printOf('Chain Ltd', '1 North Road Annex', 'Total 5.00')
    const longer = verdictOf(
      'd1',
      print,
      [fieldOf(print, 'seller_address', '1 North Road Annex')],
      [fieldOf(print, 'seller_address', '1 North Road')],
    )
    expect(
      taught(longer, shop('d2', 'Chain Ltd', '1 North Road')).get('seller_address'),
    ).toMatchObject({ refuted: ['1 North Road'] })
  })
})
