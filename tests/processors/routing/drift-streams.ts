/**
 * Made-up streams of a vendor's documents: some that do not change, of the kinds that look as if
 * they did, and one that does. Layouts are those of generated invoices.
 */

import {
  cautions,
  nothingKnown,
  see,
  type Known,
  addJudgedValues,
} from '../../../processors/routing/drift.ts'
import { fingerprintOf } from '../../../processors/document/fingerprint.ts'
import type { Extracted, Field, Reason, Rule, Verdict } from '../../../schemas/types.ts'
import { printOfWordsFile } from '../../../trainer/dataset.ts'
import { sampleWords } from '../../../trainer/samples/sample.ts'
import { extracted, field } from '../../connectors/clickhouse/records.ts'

export const vendor = 'vat:DE1'

/** Fingerprints by issuer and document. */
export type Layouts = readonly (readonly (readonly number[])[])[]

export function layoutsOf(issuers: number, documents: number): Layouts {
  return Array.from({ length: issuers }, (_, issuer) =>
    Array.from({ length: documents }, (_unused, i) => {
      const { words } = sampleWords(7, issuer + issuers * i, {
        profile: 'invoice',
        issuer,
        languages: ['en', 'de'],
      })
      return fingerprintOf(printOfWordsFile(words))
    }),
  )
}

export const because = (code: string, name: string | null = 'grand_total'): Reason => ({
  code,
  field: name,
  detail: null,
})

export const valuesAt = (confidence: number): Field[] => [
  field('grand_total', '10.00', confidence),
  field('invoice_number', 'N1', 0.999),
]

/** Readings, in order. Ties are broken by document ids, so vendors must not share them. */
export const readingsOf = (name: string, changes: readonly Partial<Extracted>[]): Extracted[] =>
  changes.map((change, i) =>
    extracted(`${name}-${i}`, valuesAt(0.97), { receivedAt: 1000 * i, ...change }),
  )

/**
 * Lets a vendor's records come one after the other, as in the stream; what is published, in order,
 * and at which record.
 */
export function stream(records: readonly (Extracted | Verdict)[]): {
  readonly published: Rule[]
  readonly known: Known
  readonly standing: Map<string, Rule>
  readonly at: number[]
} {
  const [known, standing] = [nothingKnown(), new Map<string, Rule>()]
  const published: Rule[] = []
  const at: number[] = []
  for (const [i, record] of records.entries()) {
    if ('decidedAt' in record) addJudgedValues(known, record)
    else see(known, record)
    for (const rule of cautions(vendor, known, (name) => standing.get(name) ?? null)) {
      standing.set(rule.field, rule)
      published.push(rule)
      at.push(i)
    }
  }
  return { published, known, standing, at }
}

type Next = () => number
type Draw = (next: Next, issuer: number) => Partial<Extracted>[]

export const steadyLength = 80 // documents of a vendor

/** Streams that do not change, by what is in them. `issuer`: whose layout most documents have. */
export function steadyStreams(layouts: Layouts): Readonly<Record<string, Draw>> {
  const of = (issuer: number, next: Next): Partial<Extracted> => {
    const own = layouts[issuer % layouts.length] as readonly (readonly number[])[]
    return {
      layout: own[Math.floor(own.length * next())] as readonly number[],
      fields: valuesAt(1 - next() ** 3),
      reasons: next() < 0.3 ? [because('low_confidence')] : [],
    }
  }
  const each =
    (draw: (next: Next, issuer: number) => Partial<Extracted>): Draw =>
    (next, issuer) =>
      Array.from({ length: steadyLength }, () => draw(next, issuer))
  const eInvoice: Partial<Extracted> = { layout: [], fields: [], reasons: [] }
  /** Draws one after the other, each so many times, until there are enough. */
  const inRuns = (draw: (next: Next) => readonly Partial<Extracted>[], next: Next) => {
    const documents: Partial<Extracted>[] = []
    while (documents.length < steadyLength) documents.push(...draw(next))
    return documents.slice(0, steadyLength)
  }
  const amongThree = (next: Next): number => {
    const share = next()
    if (share < 0.5) return 0
    return share < 0.8 ? 1 : 2
  }
  return {
    'one layout': each((next, issuer) => of(issuer, next)),
    'three layouts in any order': each((next, issuer) => of(issuer + amongThree(next), next)),
    'two layouts in runs of up to six': (next, issuer) =>
      inRuns(() => {
        const other = issuer + Math.floor(2 * next())
        return Array.from({ length: 1 + Math.floor(6 * next()) }, () => of(other, next))
      }, next),
    'a third are e-invoices': each((next, issuer) =>
      next() < 1 / 3 ? eInvoice : of(issuer, next),
    ),
    'one in 25 is an e-invoice': each((next, issuer) =>
      next() < 0.04 ? eInvoice : of(issuer, next),
    ),
    'a fifth come again, once or twice': (next, issuer) =>
      inRuns(() => {
        const one = of(issuer, next)
        const times = next() < 0.3 ? 1 + Math.floor(3 * next()) : 1
        return Array.from({ length: times }, () => one)
      }, next),
  }
}

/** So many documents of one layout, then `after` of another. */
export function changedStream(
  layouts: Layouts,
  issuer: number,
  { before, after }: { readonly before: number; readonly after: number },
  next: Next,
): Extracted[] {
  const steady = steadyStreams(layouts)['one layout'] as Draw
  return readingsOf(`changed-${before}-${issuer}`, [
    ...steady(next, issuer).slice(0, before),
    ...steady(next, issuer + 1).slice(0, after),
  ])
}
