/** What is counted of committed outputs, and under which names. */

import { register } from 'prom-client'
import { metricsOf } from '../../runtime/metrics.ts'
import { outcomesOf } from '../../runtime/outcomes.ts'
import type { Extracted, Field, Verdict } from '../../schemas/types.ts'

const metrics = metricsOf('extract', new Set(['invoice']))
const counted = async (name: string): Promise<string[]> =>
  (await register.getSingleMetricAsString(name))
    .split('\n')
    .filter((line) => line.startsWith(name))
    .map((line) => line.slice(name.length))
const output = <T>(value: T | null): { key: string; value: T | null } => ({ key: 'd-1', value })
const field = (name: string, value: string | null): Field => ({ name, value }) as Field

test('counts accepted readings and the reasons of the others, and profiles from outside as one', async () => {
  const read = (profile: string, route: string, ...codes: string[]): Extracted =>
    ({ profile, route, reasons: codes.map((code) => ({ code })) }) as unknown as Extracted
  const extracted = [
    output(read('invoice', 'accepted')),
    output(read('invoice', 'review', 'missing', 'missing', 'conflict')),
    output(read('from outside', 'accepted')),
    output<Extracted>(null),
  ]
  const outcomes = outcomesOf({ extracted })
  expect(await counted('errata_readings_total')).toEqual([]) // nothing before it is committed
  metrics.outcomes(outcomes)
  expect(await counted('errata_readings_total')).toEqual([
    '{profile="invoice",route="accepted"} 1',
    '{profile="invoice",route="review"} 1',
    '{profile="other",route="accepted"} 1',
  ])
  expect(await counted('errata_review_reasons_total')).toEqual([
    '{profile="invoice",reason="missing"} 1',
    '{profile="invoice",reason="conflict"} 1',
  ])
})

test('counts what people said of the values, and nothing of a document that is none', async () => {
  const verdict = (decision: string, truth: readonly Field[]): Verdict =>
    ({
      profile: 'invoice',
      decision,
      predicted: [field('total', '1.00'), field('number', 'A'), field('due', null)],
      fields: truth,
      predictedLineItems: [],
      lineItems: [],
    }) as unknown as Verdict
  const truth = [field('total', '2.00'), field('number', 'A'), field('due', '2024-01-01')]
  metrics.outcomes(
    outcomesOf({
      verdicts: [output(verdict('corrected', truth)), output(verdict('rejected', []))],
    }),
  )
  expect(await counted('errata_values_judged_total')).toEqual([
    '{profile="invoice",outcome="fp"} 1',
    '{profile="invoice",outcome="tp"} 1',
    '{profile="invoice",outcome="fn"} 1',
  ])
  expect(await counted('errata_verdicts_total')).toEqual([
    '{profile="invoice",decision="corrected"} 1',
    '{profile="invoice",decision="rejected"} 1',
  ])
})
