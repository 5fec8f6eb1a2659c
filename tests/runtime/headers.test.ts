/** Sinks may drop what has an id that they know, so an id must say exactly which output it is. */

import { headerNames, headersFor } from '../../runtime/headers.ts'

const record = {
  topic: 'invoices.ocr',
  partition: 3,
  offset: 41n,
  key: Buffer.from('d1'),
  value: Buffer.alloc(1),
  headers: {},
  timestamp: 5,
}

const idOf = (stage: string, input: typeof record, topic: string, index: number): string =>
  headersFor(stage, input)(topic, index)[headerNames.id] ?? ''

test('an output that is made again has the id that it had', () => {
  expect(idOf('extract', record, 'a', 0)).toBe(idOf('extract', { ...record }, 'a', 0))
})

test.each([
  ['another output of the same input', idOf('extract', record, 'a', 1)],
  ['an output to another topic', idOf('extract', record, 'b', 0)],
  ['an output of another stage', idOf('shadow', record, 'a', 0)],
  ['an output of another record', idOf('extract', { ...record, offset: 42n }, 'a', 0)],
  ['an output of another partition', idOf('extract', { ...record, partition: 4 }, 'a', 0)],
  ['an output of another input topic', idOf('extract', { ...record, topic: 'x' }, 'a', 0)],
])('%s has another id', (_, id) => {
  expect(id).not.toBe(idOf('extract', record, 'a', 0))
})
