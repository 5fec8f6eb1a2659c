/**
 * What people said of values, for counting: judged_facts and judgement_facts of the analytics store
 * with just the columns that a query names. The views give the same rows to analysts, but an array
 * that a view joins is read whether its column is wanted or not, and the texts of it take most of
 * the time over a million documents.
 *
 * `judged_documents`, which the store has no view of, has one row for each document that a person
 * decided on, with how many of its values were judged, right, wrong and missed: figures by what
 * holds for a whole document need no row for each value.
 */

type Columns = Readonly<Record<string, string>>

/** Of a value: the array of a verdict or a reading in which it stands. */
const arrays: Columns = {
  field: 'field_names',
  line: 'field_lines',
  outcome: 'field_outcomes',
  has_truth: 'field_truths',
  confidence: 'field_confidences',
  origin: 'field_origins',
  origin_id: 'field_origin_ids',
}

const ofRecord: Columns = Object.fromEntries(
  [
    '_topic',
    '_partition',
    '_offset',
    '_time',
    'document_id',
    'revision',
    'tenant',
    'profile',
    'vendor_id',
    'model_name',
    'model_version',
    'rules_version',
  ].map((name) => [name, name]),
)
// of a document: cheaper to tell apart than its id
const shared: Columns = { ...ofRecord, hash: 'sipHash128(document_id)' }
const ofVerdict: Columns = {
  ...shared,
  day: 'toDate(decided_at)',
  decided_at: 'decided_at',
  basis: 'first_basis',
  reviewer: 'reviewer',
}
const ofReading: Columns = {
  ...shared,
  day: 'toDate(_time)',
  decided_at: 'NULL',
  basis: "'untouched'",
  reviewer: "''",
  outcome: "'unjudged'",
  has_truth: '0',
}

const count = (test: string): string => `arrayCount(outcome -> ${test}, field_outcomes)`
const ofDocument: Columns = {
  ...ofVerdict,
  judged: count("outcome != 'unjudged'"),
  tp: count("outcome = 'tp'"),
  fp: count("outcome = 'fp'"),
  fn: count("outcome = 'fn'"),
  truths:
    "arrayCount((outcome, truth) -> outcome != 'unjudged' AND truth = 1, field_outcomes, field_truths)",
}

/** The query with a subquery in place of each of these tables; its alias is `j`. */
export function withFacts(sql: string): string {
  const named = [
    ...new Set(['outcome', ...[...sql.matchAll(/\bj\.(\w+)/g)].map(([, name]) => name as string)]),
  ]
  const judged = valuesOf('latest_verdicts', ofVerdict, named, "WHERE outcome != 'unjudged'")
  const untouched = `(SELECT * FROM latest_extractions WHERE route = 'accepted' AND sipHash128(document_id) NOT IN (SELECT sipHash128(document_id) FROM latest_verdicts))`
  return sql
    .replace(/\bjudged_facts AS j\b/g, () => `(${judged}) AS j`)
    .replace(
      /\bjudgement_facts AS j\b/g,
      () =>
        `(${valuesOf('latest_verdicts', { ...ofVerdict, decided_at: 'toNullable(decided_at)' }, named, "WHERE outcome != 'unjudged'")} UNION ALL ${valuesOf(untouched, ofReading, named, '')}) AS j`,
    )
    .replace(
      /\bjudged_documents AS j\b/g,
      () => `(SELECT ${columnsOf(ofDocument, named)} FROM latest_verdicts) AS j`,
    )
}

function valuesOf(from: string, columns: Columns, named: readonly string[], where: string): string {
  const joined = named.filter((name) => arrays[name] !== undefined && columns[name] === undefined)
  const [first = 'field_names'] = joined.map((name) => arrays[name])
  const place = named.includes('seq') ? [`arrayEnumerate(${first}) AS place`] : []
  const all = {
    ...columns,
    ...Object.fromEntries(joined.map((name) => [name, name])),
    seq: 'toUInt32(place - 1)',
  }
  const list = [...place, ...joined.map((name) => `${arrays[name] as string} AS ${name}`)]
  return `SELECT ${columnsOf(all, named)} FROM ${from} ARRAY JOIN ${list.length === 0 ? 'field_names AS name' : list.join(', ')} ${where}`
}

function columnsOf(columns: Columns, named: readonly string[]): string {
  return named
    .filter((name) => columns[name] !== undefined)
    .map((name) => (columns[name] === name ? name : `${columns[name] as string} AS ${name}`))
    .join(', ')
}
