import { erasing } from '../../../connectors/clickhouse/erase.ts'

const place = (topic: string, key: string, offset = 7n) => ({
  topic: `x.${topic}`,
  partition: 1,
  offset,
  timestamp: 1_700_000_000_123,
  key,
  traceId: '',
})

test.each([
  ['ocr', ['documents_ocr']],
  ['extracted', ['documents_extracted', 'field_events', 'documents_raw']],
  ['needs-review', ['tasks']],
  ['verdicts', ['verdicts', 'field_events']],
  ['shadow', ['documents_shadow']],
  ['training', []], // moves between vendors leave tombstones there, and its rows have no values
  ['rules', []],
  ['models', []],
  ['profiles', []],
] as const)('a tombstone of %s takes rows out of %j', (topic, tables) => {
  expect(erasing(topic, [place(topic, 'd1')]).map((statement) => statement.split(' ')[2])).toEqual(
    tables,
  )
})

test('later records of the same document stay, and an id is never part of the statement', () => {
  const statements = erasing('needs-review', [
    place('needs-review', "d'; DROP TABLE tasks", 3n),
    place('needs-review', "d'; DROP TABLE tasks", 9n),
    place('needs-review', ''),
  ])
  expect(statements).toEqual([
    "ALTER TABLE tasks DELETE WHERE document_id = 'd\\'; DROP TABLE tasks' AND (_topic = 'x.needs-review' AND (_partition != 1 OR _offset < 9) OR _topic < 'x.needs-review' AND endsWith(_topic, 'needs-review')) SETTINGS mutations_sync = 1",
  ])
})
