import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describedMetrics, metricsText } from '../../docs/metrics.ts'

/** Of all files, what a metric is named where it is made. */
function namesInSources(): string[] {
  const files = execFileSync('git', ['ls-files', 'connectors', 'runtime', 'deploy', 'operations'], {
    encoding: 'utf8',
  })
  return files
    .split('\n')
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [
      ...readFileSync(file, 'utf8').matchAll(/(?:name: |askedGauge\(\s*)'(errata_\w+)'/g),
    ])
    .map(([, name]) => name as string)
    .sort()
}

test('the page of metrics is what the code registers (npm run docs)', async () => {
  expect(readFileSync('docs/metrics.md', 'utf8')).toBe(await metricsText())
})

test('every metric of the code is on the page', async () => {
  expect((await describedMetrics()).map(({ name }) => name)).toEqual(namesInSources())
})

test('names follow the conventions of Prometheus', async () => {
  for (const { name, type, help } of await describedMetrics()) {
    expect(`${name} ${/_total$/.test(name)}`).toBe(`${name} ${type === 'counter'}`)
    if (type === 'histogram') expect(name).toMatch(/_seconds$/)
    expect(help).not.toBe('')
  }
})
