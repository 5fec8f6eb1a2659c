/**
 * The tables of the dashboard, as values: what each asks of the analytics store, and which filters
 * it understands. The page, the CSV and the Parquet file of a table are one query, so that they
 * can't differ.
 *
 * Filters become parameters of the query, never part of its text; which of them a table doesn't
 * know is said with its rows. Every figure comes with what it is counted on; shares of wrong values
 * are counted on the random sample alone, since that speaks for what was accepted. What a figure
 * counts can be listed: the lists have filters for each of its groups, so that whatever is clicked
 * leads to just the documents behind it.
 */

import { csvText } from './csv.ts'
import { withFacts } from './judgement-facts.ts'

export type Kind =
  | 'text'
  | 'amount'
  | 'count'
  | 'share'
  | 'percent'
  | 'seconds'
  | 'ms'
  | 'number'
  | 'time'
  | 'document'

export interface Table {
  readonly title: string
  readonly note: string
  readonly columns: readonly (readonly [name: string, label: string, kind: Kind])[]
  /**
   * `{where}` stands for what the filters ask, `{limit}` for how many rows are wanted; the text
   * before it names the columns.
   */
  readonly sql: string
  /** The same where these filters alone are given, if the answer can be had for less. */
  readonly sqlOf?: { readonly only: readonly Filter[]; readonly sql: string }
  /** The same where a field is asked for, if that is another question. */
  readonly sqlOfField?: string
  /**
   * Filter → the expression that has to be equal to it, or, where it names the parameter itself,
   * the whole condition.
   */
  readonly filters: Readonly<Partial<Record<Filter, string>>>
  readonly always?: string // holds besides the filters
}

export const filterNames = [
  'profile',
  'vendor',
  'field',
  'model',
  'basis',
  'state',
  'reviewer',
  'with',
  'read_from',
  'read_to',
  'answered_from',
  'answered_to',
  'from',
  'to',
  'since',
  'until',
  'waiting',
  'document',
  'outcome',
  'bin',
  'stage',
  'rule',
  'kind',
  'scope',
] as const
export type Filter = (typeof filterNames)[number]
export type Filters = Readonly<Partial<Record<Filter, string>>>

const modelOf = (alias: string): string =>
  `concat(${alias}.model_name, '/', toString(${alias}.model_version))`
const days = (time: string) =>
  ({
    from: `toDate(${time}) >= toDate({from:String})`,
    to: `toDate(${time}) <= toDate({to:String})`,
  }) as const
const readDays = (day: string) =>
  ({
    read_from: `${day} >= toDate({read_from:String})`,
    read_to: `${day} <= toDate({read_to:String})`,
  }) as const
const answeredDays = (day: string) =>
  ({
    answered_from: `${day} >= toDate({answered_from:String})`,
    answered_to: `${day} <= toDate({answered_to:String})`,
  }) as const
const ofExtraction = {
  profile: 'e.profile',
  vendor: 'e.vendor_id',
  model: modelOf('e'),
  ...readDays('toDate(e._time)'),
  ...days('e._time'),
} as const
const ofVerdict = {
  profile: 'v.profile',
  vendor: 'v.vendor_id',
  model: modelOf('v'),
  reviewer: 'v.reviewer',
  basis: 'v.basis',
  ...answeredDays('toDate(v.decided_at)'),
  ...days('v.decided_at'),
} as const
const fieldOf = (alias: string): string =>
  `if(${alias}.line > 0, concat('lineItems.', ${alias}.field), toString(${alias}.field))`
const ofField = {
  profile: 'j.profile',
  vendor: 'j.vendor_id',
  field: fieldOf('j'),
  model: modelOf('j'),
  basis: 'j.basis',
  reviewer: 'j.reviewer',
  ...answeredDays('j.day'),
  ...days('j.day'),
} as const
const binOf = 'least(9, toUInt8(floor(assumeNotNull(j.confidence) * 10))) / 10'
const calibrated =
  "j.outcome IN ('tp', 'fp') AND j.confidence IS NOT NULL AND j.line = 0 AND j.basis IN ('review', 'sample')"
const waitingFor =
  "multiIf(date_diff('minute', s.received_at, now64(3)) < 60, 'under 1 h', date_diff('minute', s.received_at, now64(3)) < 240, '1 to 4 h', date_diff('minute', s.received_at, now64(3)) < 1440, '4 to 24 h', date_diff('minute', s.received_at, now64(3)) < 4320, '1 to 3 d', 'over 3 d')"

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

export const tables = {
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
        "s.decided_by_person AND s.decided_at >= parseDateTime64BestEffort({since:String}, 3, 'UTC')",
      until:
        "s.decided_by_person AND s.decided_at <= parseDateTime64BestEffort({until:String}, 3, 'UTC')",
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
      since: "j.decided_at >= parseDateTime64BestEffort({since:String}, 3, 'UTC')",
      until: "j.decided_at <= parseDateTime64BestEffort({until:String}, 3, 'UTC')",
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

export type TableName = keyof typeof tables
export const tableNames = Object.keys(tables) as TableName[]

const patienceSeconds = 55 // less than what the store allows at most

const isGiven = (filters: Filters, name: Filter): boolean =>
  filters[name] !== undefined && filters[name] !== ''

/**
 * The query of a table and its parameters; `counted` says as `rows` how many it has; `ignored` are
 * the filters that it doesn't understand.
 */
export function queryOf(
  name: TableName,
  filters: Filters,
  limit: number,
): {
  readonly sql: string
  readonly counted: string
  readonly parameters: Readonly<Record<string, string>>
  readonly ignored: readonly Filter[]
} {
  const table: Table = tables[name]
  const given = filterNames.filter(
    (filter) => isGiven(filters, filter) && table.filters[filter] !== undefined,
  )
  const conditions = given.map((filter) => {
    const asked = table.filters[filter] as string
    return asked.includes(`{${filter}:String}`) ? `(${asked})` : `${asked} = {${filter}:String}`
  })
  const all = [...(table.always === undefined ? [] : [table.always]), ...conditions]
  const { sql, sqlOf, sqlOfField } = table
  const text =
    isGiven(filters, 'field') && sqlOfField !== undefined
      ? sqlOfField
      : sqlOf !== undefined && given.every((filter) => sqlOf.only.includes(filter))
        ? sqlOf.sql
        : sql
  const rows = `${withFacts(text.replace('{where}', all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`).replace('{limit}', String(limit)))} LIMIT ${limit}`
  // rows that are there twice are alike: a condition may come before
  const settings = ` SETTINGS max_execution_time = ${patienceSeconds}, join_use_nulls = 0, use_skip_indexes_if_final = 1, optimize_move_to_prewhere_if_final = 1`
  return {
    sql: rows + settings,
    counted: `SELECT count() AS rows FROM (${rows})${settings}`,
    parameters: Object.fromEntries(given.map((filter) => [filter, filters[filter] as string])),
    ignored: filterNames.filter(
      (filter) => isGiven(filters, filter) && table.filters[filter] === undefined,
    ),
  }
}

/** A table as CSV: its labels, and its columns of each row. */
export function csvOf(name: TableName, rows: readonly Readonly<Record<string, unknown>>[]): string {
  const { columns } = tables[name]
  const labels = columns.map(([, label]) => label)
  return csvText([labels, ...rows.map((row) => columns.map(([column]) => row[column]))])
}
