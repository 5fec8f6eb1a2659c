/**
 * The metrics as a page: `npm run docs` writes docs/metrics.md from what the code registers, a test
 * fails where it is stale or where a file with metrics isn't imported here.
 */

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { register } from 'prom-client'
import '../connectors/blobs/measured.ts'
import '../connectors/http/failed-tokens.ts'
import '../connectors/http/quota.ts'
import '../connectors/http/request-metrics.ts'
import '../connectors/redis/cache.ts'
import '../runtime/metrics.ts'
import '../runtime/unusable-records.ts'

export interface DescribedMetric {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly labels: readonly string[]
}

/** Those of Errata, by name. */
export async function describedMetrics(): Promise<readonly DescribedMetric[]> {
  const all = await register.getMetricsAsJSON()
  return all
    .filter(({ name }) => name.startsWith('errata_'))
    .map(({ name, help, type }) => ({ name, help, type: String(type), labels: labelsOf(name) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The library keeps them, and doesn't say so in its types. */
function labelsOf(name: string): readonly string[] {
  const metric: object = register.getSingleMetric(name) ?? {}
  return 'labelNames' in metric ? (metric.labelNames as readonly string[]) : []
}

/** The page as Markdown. */
export async function metricsText(): Promise<string> {
  const rows = (await describedMetrics()).map(
    ({ name, type, labels, help }) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ') || '–'} | ${help} |`,
  )
  return [
    '# Metrics',
    '',
    'Each process serves its own at `/metrics`, in the text format of Prometheus, beside `/live` and `/ready`, and with them those of',
    'Node (`nodejs_…`, `process_…`). Generated from the code by `npm run docs`.',
    '',
    'Labels are bounded: no document, vendor, person or address is one. `stage`, `topic` and `code` are those of',
    '`topology.ts` and `errors.ts`; a `profile` that this process does not know is `other`. A gauge of a partition is served by the process',
    'that has the partition, and gone when another has it. Several web processes follow the same queue and rules, so take the `max` of theirs, not the sum.',
    '',
    'The [runbook](runbook.md) has the alerts and [dashboards](runbook.md#dashboards) that use them.',
    '',
    '| metric | type | labels | what it says |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  void metricsText().then((text) => writeFileSync(new URL('metrics.md', import.meta.url), text))
