/** How well documents are read, and whether it gets better. */

import { modelOf, days, readDays, ofVerdict, ofField, binOf, calibrated } from './fragments.ts'
import type { Filter, Table } from './table.ts'

const ofExtraction = {
  profile: 'e.profile',
  vendor: 'e.vendor_id',
  model: modelOf('e'),
  ...readDays('toDate(e._time)'),
  ...days('e._time'),
} as const
/** `documents`: how their number is counted. */
const qualityOf = (documents: string): string =>
  `${documents} AS documents, countIf(j.outcome != 'unjudged') AS judged, countIf(j.outcome = 'tp') / nullIf(countIf(j.outcome IN ('tp', 'fp')), 0) AS precision, countIf(j.outcome = 'tp') / nullIf(countIf(j.has_truth), 0) AS recall, countIf(j.outcome IN ('fp', 'fn')) AS edits, 100 * edits / documents AS edits_per_100`
const quality = qualityOf('uniqExact(j.hash)')
const qualityOfField = qualityOf(
  'if(is_line, uniqExactIf(j.hash, j.line > 0), countIf(j.line = 0))',
) // a document has a header field once, but a column in every row
/**
 * The same by what holds for a whole document, where no field is asked for: from sums over the
 * values of each document.
 */
const qualityOfDocuments =
  'countIf(j.judged > 0) AS documents, sum(j.judged) AS judged, sum(j.tp) / nullIf(sum(j.tp) + sum(j.fp), 0) AS precision, sum(j.tp) / nullIf(sum(j.truths), 0) AS recall, sum(j.fp) + sum(j.fn) AS edits, 100 * edits / documents AS edits_per_100'
const notOfFields: readonly Filter[] = [
  'profile',
  'vendor',
  'model',
  'basis',
  'reviewer',
  'answered_from',
  'answered_to',
  'from',
  'to',
]
const qualityColumns = [
  ['documents', 'Documents', 'count'],
  ['judged', 'Judged', 'count'],
  ['precision', 'Precision', 'share'],
  ['recall', 'Recall', 'share'],
  ['edits', 'Edits', 'count'],
  ['edits_per_100', 'Edits per 100', 'number'],
] as const
/**
 * Both ends of the interval that holds a share 95 times in 100 (Wilson 1927), of `hits` among `of`.
 */
const wilson = (hits: string, of: string): string => {
  const end = (sign: string): string =>
    `(${hits} + 1.920729) / (${of} + 3.841459) ${sign} 1.959964 * sqrt(${hits} * (${of} - ${hits}) / ${of} + 0.960365) / (${of} + 3.841459)`
  return `if(${of} = 0, NULL, greatest(0, ${end('-')})) AS low, if(${of} = 0, NULL, least(1, ${end('+')})) AS high`
}
const intervalColumns = [
  ['share', 'Share', 'share'],
  ['low', 'From', 'percent'],
  ['high', 'To', 'percent'],
] as const
/** Of the answers that hold: how many edits each needed, in all or in one field. */
const editsIn = (byField: boolean): string =>
  byField
    ? "arrayCount((name, line, outcome) -> outcome IN ('fp', 'fn') AND if(line > 0, concat('lineItems.', name), toString(name)) = {field:String}, v.field_names, v.field_lines, v.field_outcomes)"
    : 'v.edits'
const editsSql = (byField: boolean): string =>
  `SELECT toString(day) AS day, count() AS documents, sum(n) AS edits, 100 * edits / documents AS edits_per_100, countIf(n = 0) / documents AS untouched FROM (SELECT toDate(v.decided_at) AS day, ${editsIn(byField)} AS n FROM latest_verdicts AS v {where}) GROUP BY day ORDER BY day`
const learningSql = (
  byField: boolean,
): string => `SELECT max(n) AS answers, count() AS documents, 100 * sum(edits) / documents AS edits_per_100, toString(min(decided_at)) AS since, toString(max(decided_at)) AS until
      FROM (SELECT ${editsIn(byField)} AS edits, v.decided_at AS decided_at, row_number() OVER (ORDER BY v.decided_at, v.document_id) AS n, count() OVER () AS total FROM latest_verdicts AS v {where}) GROUP BY intDiv(n - 1, greatest(5, intDiv(total + 39, 40))) AS part ORDER BY part`

export const qualityTables = {
  days: {
    title: 'Straight through',
    note: 'Documents that needed no person, by day of their reading (UTC).',
    columns: [
      ['day', 'Day', 'text'],
      ['documents', 'Documents', 'count'],
      ['accepted', 'Accepted', 'count'],
      ['accepted_share', 'Without a person', 'share'],
      ['reviewed', 'To a person', 'count'],
      ['sampled', 'Sampled', 'count'],
      ['corrected_later', 'Corrected later', 'count'],
    ],
    sql: `SELECT toString(toDate(e._time)) AS day, count() AS documents, countIf(e.route = 'accepted') AS accepted, accepted / documents AS accepted_share, countIf(e.route = 'review' AND e.sampled = 0) AS reviewed, countIf(e.sampled = 1) AS sampled,
      countIf(e.route = 'accepted' AND sipHash128(e.document_id) IN (SELECT sipHash128(document_id) FROM latest_verdicts)) AS corrected_later FROM latest_extractions AS e {where} GROUP BY day ORDER BY day`,
    filters: ofExtraction,
  },
  accepted: {
    title: 'Sampled documents',
    note: 'What people found in documents that were drawn at random from the acceptable ones.',
    columns: [
      ['documents', 'Documents', 'count'],
      ['documents_wrong', 'With a wrong value', 'count'],
      ['judged', 'Values', 'count'],
      ['wrong', 'Wrong', 'count'],
      ['missed', 'Missed', 'count'],
      ...intervalColumns,
    ],
    sql: `SELECT count() AS documents, countIf(w > 0) AS documents_wrong, sum(found) AS judged, sum(w) AS wrong, sum(m) AS missed, wrong / nullIf(judged, 0) AS share, ${wilson('wrong', 'judged')}
      FROM (SELECT j.document_id AS document_id, countIf(j.outcome IN ('tp', 'fp')) AS found, countIf(j.outcome = 'fp') AS w, countIf(j.outcome = 'fn') AS m FROM judged_facts AS j {where} GROUP BY document_id) HAVING documents > 0`,
    filters: ofField,
    always: "j.basis = 'sample' AND j.line = 0",
  },
  wrong_accepted: {
    title: 'Wrong among accepted values',
    note: 'Counted on the random sample of documents that would have been accepted: nothing else speaks for them. The share is between From and To 95 times in 100.',
    columns: [
      ['field', 'Field', 'text'],
      ['judged', 'Judged', 'count'],
      ['wrong', 'Wrong', 'count'],
      ...intervalColumns,
    ],
    sql: `SELECT j.field AS field, countIf(j.outcome IN ('tp', 'fp')) AS judged, countIf(j.outcome = 'fp') AS wrong, wrong / nullIf(judged, 0) AS share, ${wilson('wrong', 'judged')} FROM judged_facts AS j {where} GROUP BY field HAVING judged > 0 ORDER BY wrong DESC, field`,
    filters: ofField,
    always: "j.basis = 'sample' AND j.line = 0",
  },
  edits: {
    title: 'Edits per 100 documents',
    note: 'Values that reviewers changed, of documents that came before a person, by day of the answer (UTC).',
    columns: [
      ['day', 'Day', 'text'],
      ['documents', 'Documents', 'count'],
      ['edits', 'Edits', 'count'],
      ['edits_per_100', 'Per 100', 'number'],
      ['untouched', 'Needed none', 'share'],
    ],
    sql: editsSql(false),
    sqlOfField: editsSql(true),
    filters: { ...ofVerdict, field: "{field:String} != ''" },
    always: "v.decision != 'rejected'",
  },
  learning: {
    title: 'Learning curve',
    note: 'Edits per 100 documents as answers come in: each point is a fortieth of all answers, in their order.',
    columns: [
      ['answers', 'Answers', 'count'],
      ['documents', 'Documents', 'count'],
      ['edits_per_100', 'Edits per 100', 'number'],
      ['since', 'Since', 'time'],
      ['until', 'Until', 'time'],
    ],
    sql: learningSql(false),
    sqlOfField: learningSql(true),
    filters: { ...ofVerdict, field: "{field:String} != ''" },
    always: "v.decision != 'rejected'",
  },
  fields: {
    title: 'Fields',
    note: 'Review: documents that were sent to a person, the hard ones. Sample: drawn at random from the acceptable ones. Correction: accepted, and found wrong later.',
    columns: [['field', 'Field', 'text'], ['basis', 'Seen by', 'text'], ...qualityColumns],
    sql: `SELECT if(is_line, concat('lineItems.', name), toString(name)) AS field, basis, ${qualityOfField} FROM judged_facts AS j {where} GROUP BY j.field AS name, j.line > 0 AS is_line, j.basis AS basis ORDER BY is_line, field, basis`,
    filters: ofField, // names are made for groups, not for values
  },
  vendors: {
    title: 'Vendors',
    note: 'Those with the most edits first.',
    columns: [['vendor', 'Vendor', 'text'], ...qualityColumns],
    sql: `SELECT j.vendor_id AS vendor, ${quality} FROM judged_facts AS j {where} GROUP BY vendor ORDER BY edits DESC, vendor`,
    filters: ofField,
    sqlOf: {
      only: notOfFields,
      sql: `SELECT j.vendor_id AS vendor, ${qualityOfDocuments} FROM judged_documents AS j {where} GROUP BY vendor HAVING documents > 0 ORDER BY edits DESC, vendor`,
    },
  },
  models: {
    title: 'Model versions',
    note: '',
    columns: [['model', 'Model', 'text'], ['basis', 'Seen by', 'text'], ...qualityColumns],
    sql: `SELECT ${modelOf('j')} AS model, j.basis AS basis, ${quality} FROM judged_facts AS j {where} GROUP BY model, basis ORDER BY model, basis`,
    filters: ofField,
    sqlOf: {
      only: notOfFields,
      sql: `SELECT ${modelOf('j')} AS model, j.basis AS basis, ${qualityOfDocuments} FROM judged_documents AS j {where} GROUP BY model, basis HAVING documents > 0 ORDER BY model, basis`,
    },
  },
  champions: {
    title: 'Champions',
    note: 'Which model version read since when.',
    columns: [
      ['model', 'Model', 'text'],
      ['since', 'Since', 'time'],
      ['by', 'By', 'text'],
      ['reason', 'Reason', 'text'],
    ],
    sql: `SELECT model, toString(decided_at) AS since, decided_by AS by, reason FROM (
      SELECT ${modelOf('m')} AS model, m.decided_at AS decided_at, m.decided_by AS decided_by, m.reason AS reason, lagInFrame(${modelOf('m')}) OVER (PARTITION BY m.model_name ORDER BY m._offset) AS before
      FROM (SELECT name AS model_name, version AS model_version, decided_at, decided_by, reason, _offset FROM models FINAL WHERE _erased = 0 AND state = 'champion') AS m {where}) WHERE model != before ORDER BY decided_at, model`,
    filters: { profile: 'm.model_name' },
  },
  calibration: {
    title: 'Calibration',
    note: 'Does a confidence of 0.9 mean right nine times in ten? On the diagonal it does.',
    columns: [
      ['bin', 'Confidence from', 'number'],
      ['fields', 'Values', 'count'],
      ['mean_confidence', 'Confidence', 'share'],
      ['share_right', 'Right', 'share'],
    ],
    sql: `SELECT ${binOf} AS bin, count() AS fields, avg(j.confidence) AS mean_confidence, countIf(j.outcome = 'tp') / fields AS share_right FROM judged_facts AS j {where} GROUP BY bin ORDER BY bin`,
    filters: ofField,
    always: calibrated,
  },
} as const satisfies Record<string, Table>
