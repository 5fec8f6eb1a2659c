/** The work of people and stages: how long it takes and what waits. */

import { days, ofVerdict, waitingFor } from './fragments.ts'
import type { Table } from './table.ts'

export const workTables = {
  reviewers: {
    title: 'Review time',
    note: 'From opening a document to its answer.',
    columns: [
      ['day', 'Day', 'text'],
      ['reviewer', 'Reviewer', 'text'],
      ['verdicts', 'Answers', 'count'],
      ['edits', 'Edits', 'count'],
      ['p50_seconds', 'Median', 'seconds'],
      ['p95_seconds', '95 %', 'seconds'],
    ],
    sql: `SELECT toString(toDate(v.decided_at)) AS day, v.reviewer AS reviewer, count() AS verdicts, sum(v.edits) AS edits, countIf(v.opened_at IS NOT NULL) AS timed,
      if(timed = 0, NULL, quantileExactIf(0.5)(date_diff('millisecond', assumeNotNull(v.opened_at), v.decided_at), v.opened_at IS NOT NULL) / 1000) AS p50_seconds,
      if(timed = 0, NULL, quantileExactIf(0.95)(date_diff('millisecond', assumeNotNull(v.opened_at), v.decided_at), v.opened_at IS NOT NULL) / 1000) AS p95_seconds
      FROM verdicts AS v FINAL {where} GROUP BY day, reviewer ORDER BY day DESC, reviewer`,
    filters: ofVerdict,
    always: 'v._erased = 0',
  },
  review_days: {
    title: 'Review time by day',
    note: 'From opening a document to its answer, by day of the answer (UTC).',
    columns: [
      ['day', 'Day', 'text'],
      ['verdicts', 'Answers', 'count'],
      ['p50_seconds', 'Median', 'seconds'],
      ['p95_seconds', '95 %', 'seconds'],
    ],
    sql: `SELECT toString(toDate(v.decided_at)) AS day, count() AS verdicts, quantileExact(0.5)(date_diff('millisecond', assumeNotNull(v.opened_at), v.decided_at)) / 1000 AS p50_seconds, quantileExact(0.95)(date_diff('millisecond', assumeNotNull(v.opened_at), v.decided_at)) / 1000 AS p95_seconds
      FROM verdicts AS v FINAL {where} GROUP BY day ORDER BY day`,
    filters: ofVerdict,
    always: 'v._erased = 0 AND v.opened_at IS NOT NULL',
  },
  agreement: {
    title: 'Agreement between reviewers',
    note: 'Where two people decided on the same document, value by value.',
    columns: [
      ['reviewer_a', 'One', 'text'],
      ['reviewer_b', 'Other', 'text'],
      ['documents', 'Documents', 'count'],
      ['documents_alike', 'Alike', 'count'],
      ['fields', 'Values', 'count'],
      ['agreement', 'Agree', 'share'],
    ],
    sql: 'SELECT a.reviewer_a AS reviewer_a, a.reviewer_b AS reviewer_b, sum(a.documents) AS documents, sum(a.documents_alike) AS documents_alike, sum(a.fields) AS fields, sum(a.fields_alike) / nullIf(fields, 0) AS agreement FROM reviewer_agreement AS a {where} GROUP BY reviewer_a, reviewer_b ORDER BY documents DESC',
    filters: { profile: 'a.profile' },
  },
  queue: {
    title: 'Age of the queue',
    note: 'Documents that wait for a person now, by how long they have waited.',
    columns: [
      ['age', 'Waiting for', 'text'],
      ['documents', 'Documents', 'count'],
    ],
    sql: `SELECT ${waitingFor} AS age, count() AS documents
      FROM (SELECT document_id, argMax(profile, _offset) AS profile, argMax(received_at, _offset) AS received_at FROM documents_raw WHERE _erased = 0 AND sipHash128(document_id) IN (
        SELECT sipHash128(document_id) FROM latest_extractions WHERE route != 'accepted' AND sipHash128(document_id) NOT IN (SELECT sipHash128(document_id) FROM latest_verdicts)) GROUP BY document_id) AS s {where} GROUP BY age ORDER BY max(s.received_at) DESC`, // those whose state is review
    filters: { profile: 's.profile' },
  },
  stages: {
    title: 'Stages, waiting included',
    note: '',
    columns: [
      ['stage', 'Stage', 'text'],
      ['records', 'Records', 'count'],
      ['p50_ms', 'Median', 'ms'],
      ['p95_ms', '95 %', 'ms'],
      ['max_ms', 'Slowest', 'ms'],
    ],
    sql: 'SELECT t.stage AS stage, count() AS records, quantilesExact(0.5, 0.95)(t.ms)[1] AS p50_ms, quantilesExact(0.5, 0.95)(t.ms)[2] AS p95_ms, max(t.ms) AS max_ms FROM stage_times AS t {where} GROUP BY stage ORDER BY stage',
    filters: { ...days('t.finished'), stage: 't.stage' },
  },
  latency: {
    title: 'From arrival to result, by day',
    note: 'From the record of the arrival to that of the reading, waiting included, by day of the reading (UTC).',
    columns: [
      ['day', 'Day', 'text'],
      ['documents', 'Readings', 'count'],
      ['p50_ms', 'Median', 'ms'],
      ['p95_ms', '95 %', 'ms'],
      ['max_ms', 'Slowest', 'ms'],
    ],
    sql: 'SELECT toString(toDate(t.finished)) AS day, count() AS documents, quantilesExact(0.5, 0.95)(t.ms)[1] AS p50_ms, quantilesExact(0.5, 0.95)(t.ms)[2] AS p95_ms, max(t.ms) AS max_ms FROM reading_times AS t {where} GROUP BY day ORDER BY day',
    filters: days('t.finished'),
  },
  times: {
    title: 'Stage times',
    note: 'From the record that a stage read to the one that it wrote, waiting included; the slowest first.',
    columns: [
      ['document', 'Document', 'document'],
      ['stage', 'Stage', 'text'],
      ['finished', 'Finished', 'time'],
      ['ms', 'Took', 'ms'],
    ],
    sql: 'SELECT t.document_id AS document, t.stage AS stage, toString(t.finished) AS finished, t.ms AS ms FROM stage_times AS t {where} ORDER BY t.ms DESC, document',
    filters: { ...days('t.finished'), stage: 't.stage', document: 't.document_id' },
  },
} as const satisfies Record<string, Table>
