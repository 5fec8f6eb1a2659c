/**
 * The tables of the dashboard, as values: what each asks of the analytics store, and which filters it understands. The page,
 * the CSV and the Parquet file of a table are one query, so that they can't differ.
 *
 * Filters become parameters of the query, never part of its text. Every figure comes with what it is counted on; shares of
 * wrong values are counted on the random sample alone, since that speaks for what was accepted.
 */

export type Kind = 'text' | 'amount' | 'count' | 'share' | 'seconds' | 'ms' | 'number' | 'time' | 'document'

export interface Table {
  readonly title: string
  readonly note: string
  readonly columns: readonly (readonly [name: string, label: string, kind: Kind])[]
  /** `{where}` stands for what the filters ask; the text before it names the columns. */
  readonly sql: string
  /** Filter → expression that it compares. */
  readonly filters: Readonly<Partial<Record<Filter, string>>>
  readonly always?: string // holds besides the filters
}

export const filterNames = ['profile', 'vendor', 'field', 'model', 'basis', 'state', 'reviewer', 'day', 'from', 'to', 'document', 'outcome', 'bin', 'stage'] as const
export type Filter = (typeof filterNames)[number]
export type Filters = Readonly<Partial<Record<Filter, string>>>

const ofExtraction = { profile: 'e.profile', vendor: 'e.vendor_id', model: "concat(e.model_name, '/', toString(e.model_version))", day: 'toString(toDate(e._time))', from: 'toDate(e._time)', to: 'toDate(e._time)' } as const
const ofVerdict = { profile: 'v.profile', vendor: 'v.vendor_id', model: "concat(v.model_name, '/', toString(v.model_version))", reviewer: 'v.reviewer', basis: 'v.basis', day: 'toString(toDate(v.decided_at))', from: 'toDate(v.decided_at)', to: 'toDate(v.decided_at)' } as const
const ofField = { profile: 'j.profile', vendor: 'j.vendor_id', field: 'j.field', model: "concat(j.model_name, '/', toString(j.model_version))", basis: 'j.basis', day: 'toString(j.day)', from: 'j.day', to: 'j.day' } as const
const quality = "uniqExact(j.document_id) AS documents, countIf(j.outcome != 'unjudged') AS judged, countIf(j.outcome = 'tp') / nullIf(countIf(j.outcome IN ('tp', 'fp')), 0) AS precision, countIf(j.outcome = 'tp') / nullIf(countIf(j.truth IS NOT NULL), 0) AS recall, countIf(j.outcome IN ('fp', 'fn')) / nullIf(judged, 0) AS changed"
const qualityColumns = [['documents', 'Documents', 'count'], ['judged', 'Judged', 'count'], ['precision', 'Precision', 'share'], ['recall', 'Recall', 'share'], ['changed', 'Changed', 'share']] as const

export const tables = {
  days: {
    title: 'Straight through', note: 'Documents that needed no person, by day of their reading (UTC).',
    columns: [['day', 'Day', 'text'], ['documents', 'Documents', 'count'], ['accepted', 'Accepted', 'count'], ['accepted_share', 'Without a person', 'share'], ['reviewed', 'To a person', 'count'], ['sampled', 'Sampled', 'count'], ['corrected_later', 'Corrected later', 'count']],
    sql: `SELECT toString(toDate(e._time)) AS day, count() AS documents, countIf(e.route = 'accepted') AS accepted, accepted / documents AS accepted_share, countIf(e.route = 'review' AND e.sampled = 0) AS reviewed, countIf(e.sampled = 1) AS sampled,
      countIf(e.route = 'accepted' AND v.document_id != '') AS corrected_later FROM latest_extractions AS e LEFT JOIN latest_verdicts AS v ON v.document_id = e.document_id {where} GROUP BY day ORDER BY day`,
    filters: ofExtraction,
  },
  wrong_accepted: {
    title: 'Wrong among accepted values', note: 'Counted on the random sample of documents that would have been accepted: nothing else speaks for them. The interval holds 95 times in 100.',
    columns: [['field', 'Field', 'text'], ['judged', 'Judged', 'count'], ['wrong', 'Wrong', 'count'], ['share', 'Share', 'share'], ['interval', 'Interval', 'text']],
    sql: "SELECT j.field AS field, countIf(j.outcome IN ('tp', 'fp')) AS judged, countIf(j.outcome = 'fp') AS wrong, wrong / nullIf(judged, 0) AS share, concat(toString(round(100 * greatest(0, (wrong + 1.92) / (judged + 3.84) - 1.96 * sqrt(wrong * (judged - wrong) / judged + 0.96) / (judged + 3.84)), 1)), ' to ', toString(round(100 * least(1, (wrong + 1.92) / (judged + 3.84) + 1.96 * sqrt(wrong * (judged - wrong) / judged + 0.96) / (judged + 3.84)), 1)), ' %') AS interval FROM field_judgements AS j {where} GROUP BY field HAVING judged > 0 ORDER BY wrong DESC, field",
    filters: ofField, always: "j.basis = 'sample' AND j.line = 0",
  },
  edits: {
    title: 'Edits per 100 documents', note: 'Values that reviewers changed, of documents that came before a person, by day of the answer (UTC).',
    columns: [['day', 'Day', 'text'], ['documents', 'Documents', 'count'], ['edits', 'Edits', 'count'], ['edits_per_100', 'Per 100', 'number'], ['untouched', 'Needed none', 'share']],
    sql: 'SELECT toString(toDate(v.decided_at)) AS day, count() AS documents, sum(v.edits) AS edits, 100 * edits / documents AS edits_per_100, countIf(v.edits = 0) / documents AS untouched FROM latest_verdicts AS v {where} GROUP BY day ORDER BY day',
    filters: ofVerdict, always: "v.decision != 'rejected'",
  },
  learning: {
    title: 'Learning curve', note: 'Edits per 100 documents as answers come in: each point is a fortieth of all answers, in their order.',
    columns: [['answers', 'Answers', 'count'], ['documents', 'Documents', 'count'], ['edits_per_100', 'Edits per 100', 'number'], ['until', 'Until', 'time']],
    sql: `SELECT max(n) AS answers, count() AS documents, 100 * sum(edits) / documents AS edits_per_100, toString(max(decided_at)) AS until
      FROM (SELECT v.edits AS edits, v.decided_at AS decided_at, row_number() OVER (ORDER BY v.decided_at, v.document_id) AS n, count() OVER () AS total FROM latest_verdicts AS v {where}) GROUP BY intDiv(n - 1, greatest(5, intDiv(total + 39, 40))) AS part ORDER BY part`,
    filters: ofVerdict, always: "v.decision != 'rejected'",
  },
  fields: {
    title: 'Fields', note: 'Review: documents that were sent to a person, the hard ones. Sample: drawn at random from the acceptable ones.',
    columns: [['field', 'Field', 'text'], ['basis', 'Seen by', 'text'], ...qualityColumns],
    sql: `SELECT j.field AS field, j.basis AS basis, ${quality} FROM field_judgements AS j {where} GROUP BY field, basis ORDER BY field, basis`, filters: ofField, always: "j.line = 0 AND j.basis != 'untouched'",
  },
  vendors: {
    title: 'Vendors', note: 'Those with the most changes first.',
    columns: [['vendor', 'Vendor', 'text'], ...qualityColumns],
    sql: `SELECT j.vendor_id AS vendor, ${quality} FROM field_judgements AS j {where} GROUP BY vendor ORDER BY countIf(j.outcome IN ('fp', 'fn')) DESC, vendor`, filters: ofField, always: "j.line = 0 AND j.basis != 'untouched'",
  },
  models: {
    title: 'Model versions', note: '',
    columns: [['model', 'Model', 'text'], ['basis', 'Seen by', 'text'], ...qualityColumns],
    sql: `SELECT concat(j.model_name, '/', toString(j.model_version)) AS model, j.basis AS basis, ${quality} FROM field_judgements AS j {where} GROUP BY model, basis ORDER BY model, basis`, filters: ofField, always: "j.line = 0 AND j.basis != 'untouched'",
  },
  calibration: {
    title: 'Calibration', note: 'Does a confidence of 0.9 mean right nine times in ten? On the diagonal it does.',
    columns: [['bin', 'Confidence from', 'number'], ['fields', 'Values', 'count'], ['mean_confidence', 'Confidence', 'share'], ['share_right', 'Right', 'share']],
    sql: "SELECT least(9, toUInt8(floor(assumeNotNull(j.confidence) * 10))) / 10 AS bin, count() AS fields, avg(j.confidence) AS mean_confidence, countIf(j.outcome = 'tp') / fields AS share_right FROM field_judgements AS j {where} GROUP BY bin ORDER BY bin",
    filters: ofField, always: "j.outcome IN ('tp', 'fp') AND j.confidence IS NOT NULL AND j.line = 0 AND j.basis IN ('review', 'sample')",
  },
  reviewers: {
    title: 'Review time', note: 'From opening a document to its answer.',
    columns: [['day', 'Day', 'text'], ['reviewer', 'Reviewer', 'text'], ['verdicts', 'Answers', 'count'], ['edits', 'Edits', 'count'], ['p50_seconds', 'Median', 'seconds'], ['p95_seconds', '95 %', 'seconds']],
    sql: `SELECT toString(toDate(v.decided_at)) AS day, v.reviewer AS reviewer, count() AS verdicts, sum(v.edits) AS edits, countIf(v.opened_at IS NOT NULL) AS timed,
      if(timed = 0, NULL, quantileExactIf(0.5)(date_diff('millisecond', assumeNotNull(v.opened_at), v.decided_at), v.opened_at IS NOT NULL) / 1000) AS p50_seconds,
      if(timed = 0, NULL, quantileExactIf(0.95)(date_diff('millisecond', assumeNotNull(v.opened_at), v.decided_at), v.opened_at IS NOT NULL) / 1000) AS p95_seconds
      FROM verdicts AS v FINAL {where} GROUP BY day, reviewer ORDER BY day DESC, reviewer`,
    filters: ofVerdict, always: 'v._erased = 0',
  },
  agreement: {
    title: 'Agreement between reviewers', note: 'Where two people decided on the same document, value by value.',
    columns: [['reviewer_a', 'One', 'text'], ['reviewer_b', 'Other', 'text'], ['documents', 'Documents', 'count'], ['documents_alike', 'Alike', 'count'], ['fields', 'Values', 'count'], ['agreement', 'Agree', 'share']],
    sql: 'SELECT a.reviewer_a AS reviewer_a, a.reviewer_b AS reviewer_b, sum(a.documents) AS documents, sum(a.documents_alike) AS documents_alike, sum(a.fields) AS fields, sum(a.fields_alike) / nullIf(fields, 0) AS agreement FROM reviewer_agreement AS a {where} GROUP BY reviewer_a, reviewer_b ORDER BY documents DESC',
    filters: { profile: 'a.profile' },
  },
  queue: {
    title: 'Age of the queue', note: 'Documents that wait for a person now, by how long they have waited.',
    columns: [['age', 'Waiting for', 'text'], ['documents', 'Documents', 'count']],
    sql: `SELECT multiIf(hours < 1, 'under 1 h', hours < 4, '1 to 4 h', hours < 24, '4 to 24 h', hours < 72, '1 to 3 d', 'over 3 d') AS age, count() AS documents
      FROM (SELECT date_diff('minute', s.received_at, now64(3)) / 60 AS hours FROM document_states AS s {where}) GROUP BY age ORDER BY min(hours)`,
    filters: { profile: 's.profile' }, always: "s.state = 'review'",
  },
  stages: {
    title: 'Stages, waiting included', note: '',
    columns: [['stage', 'Stage', 'text'], ['records', 'Records', 'count'], ['p50_ms', 'Median', 'ms'], ['p95_ms', '95 %', 'ms'], ['max_ms', 'Slowest', 'ms']],
    sql: 'SELECT t.stage AS stage, count() AS records, quantileExact(0.5)(t.ms) AS p50_ms, quantileExact(0.95)(t.ms) AS p95_ms, max(t.ms) AS max_ms FROM stage_times AS t {where} GROUP BY stage ORDER BY stage',
    filters: { from: 'toDate(t.finished)', to: 'toDate(t.finished)', day: 'toString(toDate(t.finished))', stage: 't.stage' },
  },
  documents: {
    title: 'Documents', note: '',
    columns: [['document', 'Document', 'document'], ['vendor', 'Vendor', 'text'], ['profile', 'Profile', 'text'], ['state', 'State', 'text'], ['received', 'Received', 'time'], ['model', 'Model', 'text'], ['edits', 'Edits', 'count'], ['total', 'Total', 'amount'], ['currency', 'Currency', 'text']],
    sql: `SELECT s.document_id AS document, s.file_name AS file_name, e.vendor_id AS vendor_id, multiIf(e.vendor_name != '', e.vendor_name, v.fields['seller_name'] != '', v.fields['seller_name'], e.fields['seller_name'] != '', e.fields['seller_name'], e.vendor_id) AS vendor, s.profile AS profile, s.state AS state, toString(s.received_at) AS received, if(e.model_version = 0, '', concat(e.model_name, '/', toString(e.model_version))) AS model,
      if(v.document_id = '', NULL, v.edits) AS edits, if(v.document_id = '', e.fields['grand_total'], v.fields['grand_total']) AS total, if(v.document_id = '', e.fields['currency'], v.fields['currency']) AS currency, s.dead_code AS dead_code
      FROM document_states AS s LEFT JOIN latest_extractions AS e ON e.document_id = s.document_id LEFT JOIN latest_verdicts AS v ON v.document_id = s.document_id {where} ORDER BY s.received_at DESC, document`,
    filters: {
      profile: 's.profile', state: 's.state', vendor: 'e.vendor_id', model: "concat(e.model_name, '/', toString(e.model_version))", reviewer: 'v.reviewer', basis: 'v.basis', document: 's.document_id',
      day: 'toString(toDate(if(v.document_id = \'\', e._time, v.decided_at)))', from: 'toDate(s.received_at)', to: 'toDate(s.received_at)',
    },
  },
  judgements: {
    title: 'Values', note: 'What was read, and what is true.',
    columns: [['document', 'Document', 'document'], ['field', 'Field', 'text'], ['predicted', 'Read', 'text'], ['truth', 'True', 'text'], ['outcome', 'Outcome', 'text'], ['confidence', 'Confidence', 'share'], ['origin', 'From', 'text'], ['reviewer', 'Reviewer', 'text']],
    sql: `SELECT j.document_id AS document, j.field AS field, j.predicted AS predicted, j.truth AS truth, transform(toString(j.outcome), ['tp', 'fp', 'fn', 'tn'], ['right', 'wrong', 'missed', 'rightly absent'], toString(j.outcome)) AS outcome, j.confidence AS confidence, if(j.origin_id = '', j.origin, concat(j.origin, ' ', j.origin_id)) AS origin, j.reviewer AS reviewer
      FROM field_judgements AS j {where} ORDER BY j._time DESC, document, j.seq`,
    filters: { ...ofField, document: 'j.document_id', outcome: 'toString(j.outcome)', reviewer: 'j.reviewer', bin: 'toString(least(9, toUInt8(floor(assumeNotNull(j.confidence) * 10))) / 10)' },
    always: "j.line = 0 AND j.outcome != 'unjudged'",
  },
  rules: {
    title: 'Values that rules gave', note: 'How often, and how often right where a person looked.',
    columns: [['rule', 'Rule', 'text'], ['values', 'Values', 'count'], ['judged', 'Judged', 'count'], ['precision', 'Right', 'share']],
    sql: "SELECT j.origin_id AS rule, count() AS values, countIf(j.outcome IN ('tp', 'fp')) AS judged, countIf(j.outcome = 'tp') / nullIf(judged, 0) AS precision FROM field_judgements AS j {where} GROUP BY rule ORDER BY values DESC",
    filters: ofField, always: "j.origin = 'rule'",
  },
  drift: {
    title: 'Drift', note: 'When the documents of a vendor were no longer what they had been: extraction is stricter with them until people agree again.',
    columns: [['vendor', 'Vendor', 'text'], ['signal', 'Signal', 'text'], ['began', 'Began', 'time'], ['noticed', 'Noticed', 'time'], ['ended', 'Ended', 'time'], ['lifted_by', 'Lifted by', 'text'], ['why', 'Why', 'text']],
    sql: `SELECT d.vendor_id AS vendor, d.signal AS signal, ifNull(toString(d.began_at), '') AS began, ifNull(toString(d.noticed_at), '') AS noticed, ifNull(toString(d.ended_at), '') AS ended, d.lifted_by AS lifted_by, d.why AS why
      FROM drift_events AS d {where} ORDER BY d.noticed_at DESC, vendor, signal`,
    filters: { profile: 'd.profile', vendor: 'd.vendor_id', from: 'toDate(d.noticed_at)', to: 'toDate(d.noticed_at)' },
  },
  rule_history: {
    title: 'History of a rule', note: '',
    columns: [['at', 'When', 'time'], ['rule', 'Rule', 'text'], ['state', 'State', 'text'], ['kind', 'Kind', 'text'], ['why', 'Why', 'text'], ['verdicts', 'Answers', 'count']],
    sql: "SELECT toString(r._time) AS at, r.rule_id AS rule, if(r._erased = 1, 'gone', r.state) AS state, r.kind AS kind, r.why AS why, length(r.taught_by) AS verdicts FROM rules AS r FINAL {where} ORDER BY r._time, r._offset",
    filters: { vendor: 'r.vendor_id', field: 'r.field' },
  },
  life: {
    title: 'Life of a document', note: '',
    columns: [['at', 'When', 'time'], ['event', 'What', 'text'], ['detail', 'Detail', 'text'], ['place', 'Record', 'text']],
    sql: "SELECT toString(l.at) AS at, l.event AS event, l.detail AS detail, concat(l._topic, ' ', toString(l._partition), '/', toString(l._offset)) AS place FROM document_life AS l {where} ORDER BY l.at, l._offset",
    filters: { document: 'l.document_id' },
  },
} as const satisfies Record<string, Table>

export type TableName = keyof typeof tables
export const tableNames = Object.keys(tables) as TableName[]

/** The query of a table and its parameters; filters that it doesn't understand are left out. */
export function queryOf(name: TableName, filters: Filters, limit: number): { readonly sql: string; readonly parameters: Readonly<Record<string, string>> } {
  const table: Table = tables[name]
  const given = (Object.keys(table.filters) as Filter[]).filter((filter) => filters[filter] !== undefined && filters[filter] !== '')
  const conditions = given.map((filter) => {
    const column = table.filters[filter] as string
    return filter === 'from' ? `${column} >= toDate({from:String})` : filter === 'to' ? `${column} <= toDate({to:String})` : `${column} = {${filter}:String}`
  })
  const all = [...(table.always === undefined ? [] : [table.always]), ...conditions]
  const sql = `${table.sql.replace('{where}', all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`)} LIMIT ${limit} SETTINGS max_execution_time = 30, join_use_nulls = 0`
  return { sql, parameters: Object.fromEntries(given.map((filter) => [filter, filters[filter] as string])) }
}

/**
 * A table as CSV (RFC 4180), safe to open in a spreadsheet: a text that would be taken for a formula gets an apostrophe in
 * front (OWASP, CSV injection); numbers stay numbers.
 */
export function csvOf(name: TableName, rows: readonly Readonly<Record<string, unknown>>[]): string {
  const columns = tables[name].columns
  const cell = (value: unknown): string => {
    const text = value === null || value === undefined ? '' : String(value)
    const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text) ? `'${text}` : text
    return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
  }
  return `${[columns.map(([, label]) => cell(label)), ...rows.map((row) => columns.map(([column]) => cell(row[column])))].map((line) => line.join(',')).join('\r\n')}\r\n`
}
