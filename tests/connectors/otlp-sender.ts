/**
 * A traced process for tests: makes a span for each line on stdin, and prints what it logs. Its own
 * process, since the exporter loads modules in a way that jest has no part in.
 */

import { createInterface } from 'node:readline'
import { readConfig } from '../../config.ts'
import { openTracing } from '../../connectors/otlp/otlp.ts'
import { SpanKind, startSpan } from '../../connectors/tracing.ts'

const tell = (_: object, message: string): void => void process.stdout.write(`${message}\n`)
const tracing = openTracing(readConfig(process.env), {
  serviceName: 'errata-ocr',
  version: '1.2.3',
  log: { debug() {}, info: tell, warn: tell, error: tell },
  gatherMs: Number(process.argv[2]),
})
process.stdout.write('traces\n')
for await (const line of createInterface({ input: process.stdin })) {
  const [name = '', count = '1'] = line.split(' ')
  const started = performance.now()
  for (let i = 0; i < Number(count); i++)
    startSpan({
      name,
      kind: SpanKind.INTERNAL,
      parent: null,
      traceId: 'a'.repeat(32),
    })?.end()
  if (count !== '1') process.stdout.write(`${Math.round(performance.now() - started)} ms\n`)
}
const stopping = performance.now()
await tracing.stop()
process.stdout.write(`stopped in ${Math.round(performance.now() - stopping)} ms\n`)
process.exit()
