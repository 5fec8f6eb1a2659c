/** The lists behind the figures: documents, values, answers, rules, histories. */

import {
  modelOf,
  days,
  readDays,
  answeredDays,
  ofVerdict,
  fieldOf,
  ofField,
  binOf,
  calibrated,
  waitingFor,
} from './fragments.ts'
import type { Table } from './table.ts'

/**
 * Which documents are wanted is asked first, of a view that knows what the filters need, so that
 * everything else is looked up for those alone.
 */
const documentsSql = (
  view: string,
): string => `SELECT s.document_id AS document, s.file_name AS file_name, s.vendor_id AS vendor_id, s.vendor AS vendor, s.profile AS profile, s.state AS state, toString(s.received_at) AS received, if(s.model_version = 0, '', ${modelOf('s')}) AS model,
      if(s.decided_by_person, s.edits, NULL) AS edits, s.grand_total AS total, s.currency AS currency, s.dead_code AS dead_code
      FROM document_states AS s WHERE s.document_id IN (SELECT s.document_id FROM ${view} AS s {where} ORDER BY s.received_at DESC, s.document_id LIMIT {limit}) ORDER BY s.received_at DESC, document`
/**
 * Which values are wanted, or of which documents all, is asked first, so that texts are read of
 * those alone.
 */
const judgementsSql = (
  key: string,
  view: string,
  order = '',
): string => `SELECT f.document_id AS document, f.field AS field, nullIf(f.line, 0) AS line, f.predicted AS predicted, f.truth AS truth, transform(toString(f.outcome), ['tp', 'fp', 'fn', 'tn', 'unjudged'], ['right', 'wrong', 'missed', 'rightly absent', 'not looked at'], toString(f.outcome)) AS outcome, f.confidence AS confidence, if(f.origin_id = '', f.origin, concat(f.origin, ' ', f.origin_id)) AS origin, f.reviewer AS reviewer
      FROM field_events AS f FINAL WHERE ${key.replaceAll('j.', 'f.')} IN (SELECT ${key} FROM ${view} AS j {where} ORDER BY j._time DESC, j.document_id${order} LIMIT {limit}) ORDER BY f._time DESC, document, f.seq`

export const listTables = {
  documents: {
    title: 'Documents',
    note: '',
    columns: [
      ['document', 'Document', 'document'],
      ['vendor', 'Vendor', 'text'],
      ['profile', 'Profile', 'text'],
      ['state', 'State', 'text'],
      ['received', 'Received', 'time'],
      ['model', 'Model', 'text'],
      ['edits', 'Edits', 'count'],
      ['total', 'Total', 'amount'],
      ['currency', 'Currency', 'text'],
    ],
    sql: documentsSql('document_states'),
    sqlOf: { only: ['profile', 'document', 'from', 'to'], sql: documentsSql('latest_arrivals') },
    filters: {
      profile: 's.profile',
      state: 's.state',
      vendor: 's.vendor_id',
      model: modelOf('s'),
      reviewer: 's.reviewer',
      basis: 's.basis',
      document: 's.document_id',
      waiting: waitingFor,
      ...readDays('s.is_read AND toDate(s.read_at)'),
      ...answeredDays('s.decided_by_person AND toDate(s.decided_at)'),
      ...days('s.received_at'),
      since:
        "s.decided_by_person AND s.decided_at >= parseDateTime64BestEffortOrNull({since:String}, 3, 'UTC')",
      until:
        "s.decided_by_person AND s.decided_at <= parseDateTime64BestEffortOrNull({until:String}, 3, 'UTC')",
    },
  },
  judgements: {
    title: 'Values',
    note: 'What was read, and what is true. Not looked at: accepted, and nobody has said anything since.',
    columns: [
      ['document', 'Document', 'document'],
      ['field', 'Field', 'text'],
      ['line', 'Line', 'count'],
      ['predicted', 'Read', 'text'],
      ['truth', 'True', 'text'],
      ['outcome', 'Outcome', 'text'],
      ['confidence', 'Confidence', 'share'],
      ['origin', 'From', 'text'],
      ['reviewer', 'Reviewer', 'text'],
    ],
    sql: judgementsSql('(j._topic, j._partition, j._offset, j.seq)', 'judgement_facts', ', j.seq'),
    sqlOf: {
      only: [
        'document',
        'profile',
        'vendor',
        'model',
        'basis',
        'reviewer',
        'answered_from',
        'answered_to',
        'from',
        'to',
        'since',
        'until',
      ],
      sql: judgementsSql('(j._topic, j._partition, j._offset)', 'judgement_documents'),
    },
    filters: {
      ...ofField,
      document: 'j.document_id',
      outcome:
        "if({outcome:String} = 'changed', j.outcome IN ('fp', 'fn'), toString(j.outcome) = {outcome:String})",
      scope: "if({scope:String} = 'header', j.line = 0, j.line > 0)",
      since: "j.decided_at >= parseDateTime64BestEffortOrNull({since:String}, 3, 'UTC')",
      until: "j.decided_at <= parseDateTime64BestEffortOrNull({until:String}, 3, 'UTC')",
      bin: `${calibrated} AND toString(${binOf}) = {bin:String}`,
      rule: "j.origin = 'rule' AND j.origin_id = {rule:String}",
    },
  },
  answers: {
    title: 'Answers',
    note: 'Every answer of every person, also those that a later one replaced.',
    columns: [
      ['document', 'Document', 'document'],
      ['revision', 'Revision', 'count'],
      ['decided', 'Decided', 'time'],
      ['reviewer', 'Reviewer', 'text'],
      ['decision', 'Decision', 'text'],
      ['basis', 'Seen by', 'text'],
      ['edits', 'Edits', 'count'],
      ['seconds', 'Took', 'seconds'],
      ['model', 'Model', 'text'],
      ['comment', 'Comment', 'text'],
    ],
    sql: `SELECT v.document_id AS document, v.revision AS revision, toString(v.decided_at) AS decided, v.reviewer AS reviewer, v.decision AS decision, v.basis AS basis, v.edits AS edits, date_diff('millisecond', v.opened_at, v.decided_at) / 1000 AS seconds, if(v.model_version = 0, '', ${modelOf('v')}) AS model, v.comment AS comment
      FROM verdicts AS v FINAL {where} ORDER BY v.decided_at DESC, document, v.revision DESC`,
    filters: {
      ...ofVerdict,
      document: 'v.document_id',
      with: 'v.document_id IN (SELECT document_id FROM verdicts FINAL WHERE _erased = 0 AND reviewer = {with:String})',
    },
    always: 'v._erased = 0',
  },
  rules: {
    title: 'Values that rules gave',
    note: 'How often, and how often right where a person looked.',
    columns: [
      ['rule', 'Rule', 'text'],
      ['values', 'Values', 'count'],
      ['judged', 'Judged', 'count'],
      ['precision', 'Right', 'share'],
    ],
    sql: "SELECT j.origin_id AS rule, count() AS values, countIf(j.outcome IN ('tp', 'fp')) AS judged, countIf(j.outcome = 'tp') / nullIf(judged, 0) AS precision FROM judgement_facts AS j {where} GROUP BY rule ORDER BY values DESC, rule",
    filters: ofField,
    always: "j.origin = 'rule'",
  },
  drift: {
    title: 'Drift',
    note: 'When the documents of a vendor were no longer what they had been: extraction is stricter with them until people agree again.',
    columns: [
      ['vendor', 'Vendor', 'text'],
      ['signal', 'Signal', 'text'],
      ['began', 'Began', 'time'],
      ['noticed', 'Noticed', 'time'],
      ['ended', 'Ended', 'time'],
      ['lifted_by', 'Lifted by', 'text'],
      ['why', 'Why', 'text'],
    ],
    sql: `SELECT d.vendor_id AS vendor, d.signal AS signal, ifNull(toString(d.began_at), '') AS began, ifNull(toString(d.noticed_at), '') AS noticed, ifNull(toString(d.ended_at), '') AS ended, d.lifted_by AS lifted_by, d.why AS why
      FROM drift_events AS d {where} ORDER BY d.noticed_at DESC, vendor, signal`,
    filters: { profile: 'd.profile', vendor: 'd.vendor_id', ...days('d.noticed_at') },
  },
  rule_history: {
    title: 'History of a rule',
    note: '',
    columns: [
      ['at', 'When', 'time'],
      ['rule', 'Rule', 'text'],
      ['state', 'State', 'text'],
      ['kind', 'Kind', 'text'],
      ['by', 'By', 'text'],
      ['why', 'Why', 'text'],
      ['verdicts', 'Answers', 'count'],
    ],
    sql: "SELECT toString(r._time) AS at, r.rule_id AS rule, if(r._erased = 1, 'gone', r.state) AS state, r.kind AS kind, r.decided_by AS by, r.why AS why, length(r.taught_by) AS verdicts FROM rules AS r FINAL {where} ORDER BY r._time, r._offset",
    filters: { vendor: 'r.vendor_id', field: 'r.field' },
  },
  life: {
    title: 'Life of a document',
    note: 'Every record about it in every topic.',
    columns: [
      ['at', 'When', 'time'],
      ['event', 'What', 'text'],
      ['detail', 'Detail', 'text'],
      ['place', 'Record', 'text'],
      ['trace', 'Trace', 'text'],
    ],
    sql: "SELECT toString(l.at) AS at, l.event AS event, l.detail AS detail, concat(l._topic, ' ', toString(l._partition), '/', toString(l._offset)) AS place, l.trace_id AS trace FROM document_life AS l {where} ORDER BY l.at, l._offset",
    filters: { document: 'l.document_id' },
  },
  versions: {
    title: 'Every reading and every answer',
    note: 'Each value as it was read at each time, and what each person said about it.',
    columns: [
      ['at', 'When', 'time'],
      ['version', 'Which', 'text'],
      ['field', 'Field', 'text'],
      ['line', 'Line', 'count'],
      ['predicted', 'Read', 'text'],
      ['truth', 'True', 'text'],
      ['confidence', 'Confidence', 'share'],
      ['origin', 'From', 'text'],
      ['model', 'Model', 'text'],
      ['reviewer', 'Reviewer', 'text'],
    ],
    sql: `SELECT toString(x._time) AS at, if(x.kind = 'extraction', 'reading', concat('answer ', toString(x.revision))) AS version, x.field AS field, nullIf(x.line, 0) AS line, x.predicted AS predicted, x.truth AS truth, x.confidence AS confidence, if(x.origin_id = '', x.origin, concat(x.origin, ' ', x.origin_id)) AS origin, if(x.model_version = 0, '', ${modelOf('x')}) AS model, x.reviewer AS reviewer
      FROM field_events AS x FINAL {where} ORDER BY x._time, x._topic, x._offset, x.seq`,
    filters: {
      document: 'x.document_id',
      field: fieldOf('x'),
      kind: "if({kind:String} = 'reading', x.kind = 'extraction', x.kind = 'verdict')",
    },
  },
} as const satisfies Record<string, Table>
