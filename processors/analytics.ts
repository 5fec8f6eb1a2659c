/**
 * Records as rows of the analytics store: which rows each record of each topic becomes. Tables and
 * columns are documented in connectors/clickhouse/tables.sql.
 *
 * The same record always gives the same rows, since a batch that is stored again after a crash must
 * be the same batch. A tombstone is a row too. Values stay the exact strings of the record; money
 * never becomes a floating-point number.
 *
 * A field decision compares normalised values exactly. Where both sides have line items, their
 * lines are aligned first, so that one missing line doesn't make all that follow it wrong.
 */

import type {
  Audit,
  Check,
  Dead,
  Extracted,
  Field,
  LineItem,
  Model,
  ModelRef,
  Ocr,
  Raw,
  Reason,
  Rule,
  Task,
  Topics,
  Verdict,
} from '../schemas/types.ts'

export const analyticsTables = [
  'documents_raw',
  'documents_ocr',
  'documents_extracted',
  'tasks',
  'verdicts',
  'training',
  'rules',
  'models',
  'dead',
  'audit',
  'documents_shadow',
  'unreadable',
  'field_events',
] as const
export type AnalyticsTable = (typeof analyticsTables)[number]

export type Cell =
  | string
  | number
  | boolean
  | null
  | readonly string[]
  | readonly (number | null)[]
  | Readonly<Record<string, string>>
  | readonly Readonly<Record<string, string>>[]
export type Row = Readonly<Record<string, Cell>>
export type Rows = Readonly<Partial<Record<AnalyticsTable, readonly Row[]>>>

/** Where a record lies and what came with it. `topic` is the full name. */
export interface Place {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  /** Milliseconds since 1970, as the broker keeps it. */
  readonly timestamp: number
  readonly key: string
  /** W3C trace id, or empty. */
  readonly traceId: string
}

type TopicName = Exclude<keyof Topics, 'users'> // who may log in is nobody's statistics
type Outcome = 'unjudged' | 'tp' | 'fp' | 'fn' | 'tn'

const tableOf = {
  raw: 'documents_raw',
  ocr: 'documents_ocr',
  extracted: 'documents_extracted',
  'needs-review': 'tasks',
  corrected: 'verdicts',
  training: 'training',
  rules: 'rules',
  models: 'models',
  dead: 'dead',
  audit: 'audit',
  shadow: 'documents_shadow',
} as const satisfies Record<TopicName, AnalyticsTable>

/** What a record becomes; `value` is null for a tombstone. */
export function rowsOf<T extends TopicName>(topic: T, value: Topics[T] | null, place: Place): Rows {
  const table = tableOf[topic]
  if (value === null)
    return {
      [table]: [
        {
          ...placeOf(place),
          _erased: 1,
          ...(hasDocument(topic) ? { document_id: place.key } : {}),
        },
      ],
    }
  const record = value as Topics[TopicName]
  switch (topic) {
    case 'raw':
      return { [table]: [{ ...placeOf(place), ...rawRow(record as Raw) }] }
    case 'ocr':
      return { [table]: [{ ...placeOf(place), ...ocrRow(record as Ocr) }] }
    case 'extracted': {
      const events = extractionEvents(record as Extracted, place)
      return {
        [table]: [{ ...placeOf(place), ...extractedRow(record as Extracted), ...factsOf(events) }],
        field_events: events,
      }
    }
    case 'needs-review':
      return { [table]: [{ ...placeOf(place), ...taskRow(record as Task) }] }
    case 'corrected': {
      const events = verdictEvents(record as Verdict, place)
      const said = {
        field_outcomes: column<Outcome>(events, 'outcome'),
        field_truths: events.map((event) => (event['truth'] === null ? 0 : 1)),
      }
      return {
        [table]: [
          {
            ...placeOf(place),
            ...verdictRow(record as Verdict, said.field_outcomes),
            ...factsOf(events),
            ...said,
          },
        ],
        field_events: events,
      }
    }
    case 'training':
      return { [table]: [{ ...placeOf(place), ...trainingRow(record as Verdict) }] }
    case 'rules':
      return { [table]: [{ ...placeOf(place), ...ruleRow(record as Rule) }] }
    case 'models':
      return { [table]: [{ ...placeOf(place), ...modelRow(record as Model) }] }
    case 'shadow':
      return { [table]: [{ ...placeOf(place), ...extractedRow(record as Extracted) }] }
    case 'audit':
      return { [table]: [{ ...placeOf(place), ...auditRow(record as Audit) }] }
    default:
      return { [table]: [{ ...placeOf(place), ...deadRow(record as Dead) }] }
  }
}

/**
 * A record that can't be decoded, or that the store refuses: its place and the cause. The bytes
 * stay in the topic.
 */
export function unreadableRow(
  place: Place,
  cause: { readonly code: string; readonly message: string },
  value: Uint8Array | null,
): Row {
  return {
    ...placeOf(place),
    code: cause.code,
    message: cause.message,
    value_bytes: value?.length ?? 0,
    starts_with: Buffer.from(value?.subarray(0, 16) ?? []).toString('hex'),
  }
}

/** The trace id of a W3C traceparent, or an empty string. */
export function traceIdOf(traceparent: string | undefined): string {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(traceparent ?? '')?.[1] ?? ''
}

const placeOf = (place: Place): Row => ({
  _topic: place.topic,
  _partition: place.partition,
  _offset: String(place.offset),
  _time: time(place.timestamp),
  _key: place.key,
  trace_id: place.traceId,
})

const hasDocument = (topic: TopicName): boolean => !['rules', 'models', 'audit'].includes(topic)

const rawRow = (raw: Raw): Row => ({
  document_id: raw.documentId,
  tenant: raw.tenant,
  profile: raw.profile,
  media_type: raw.mediaType ?? '',
  file_name: raw.fileName ?? '',
  source: raw.source,
  sha256: raw.sha256 ?? '',
  bytes: raw.bytes?.length ?? null,
  received_at: time(raw.receivedAt),
  metadata: raw.metadata,
})

const ocrRow = (ocr: Ocr): Row => ({
  document_id: ocr.documentId,
  tenant: ocr.tenant,
  profile: ocr.profile,
  media_type: ocr.mediaType,
  file_name: ocr.fileName ?? '',
  source: ocr.source,
  sha256: ocr.sha256,
  received_at: time(ocr.receivedAt),
  engine: ocr.engine,
  pages: ocr.pages.length,
  pages_by_ocr: ocr.pages.filter((page) => page.source === 'ocr').length,
  words: ocr.words.ends.length,
  mean_confidence:
    ocr.words.confidences.length === 0
      ? 0
      : ocr.words.confidences.reduce((sum, confidence) => sum + confidence, 0) /
        ocr.words.confidences.length,
  codes: ocr.codes.length,
  has_xml: ocr.xml === null ? 0 : 1,
  read_ms: count(ocr.readMs),
})

const extractedRow = (extracted: Extracted): Row => ({
  document_id: extracted.documentId,
  tenant: extracted.tenant,
  profile: extracted.profile,
  media_type: extracted.mediaType,
  file_name: extracted.fileName ?? '',
  source: extracted.source,
  sha256: extracted.sha256,
  received_at: time(extracted.receivedAt),
  metadata: extracted.metadata,
  engine: extracted.engine,
  pages: count(extracted.pages),
  ...vendorOf(extracted.vendor),
  route: extracted.route,
  sampled: extracted.sampled ? 1 : 0,
  reasons: reasonsOf(extracted.reasons),
  failed_checks: failedOf(extracted.checks),
  fields: valuesOf(extracted.fields),
  line_items: linesOf(extracted.lineItems),
  lowest_confidence: lowestOf(extracted.fields),
  ...modelOf(extracted.model),
  rules_version: extracted.rulesVersion,
  read_ms: count(extracted.readMs),
})

const taskRow = (task: Task): Row => ({
  document_id: task.documentId,
  revision: count(task.revision),
  tenant: task.tenant,
  profile: task.profile,
  source: task.source,
  received_at: time(task.receivedAt),
  priority: finite(task.priority) ?? 0,
  reasons: reasonsOf(task.reasons),
  failed_checks: failedOf(task.checks),
  vendor_id: task.vendor.id,
  vendor_name: task.vendor.name ?? '',
  lowest_confidence: lowestOf(task.fields),
  ...modelOf(task.model),
  rules_version: task.rulesVersion,
})

const verdictRow = (verdict: Verdict, outcomes: readonly Outcome[]): Row => ({
  document_id: verdict.documentId,
  revision: count(verdict.revision),
  tenant: verdict.tenant,
  profile: verdict.profile,
  file_name: verdict.fileName ?? '',
  source: verdict.source,
  sha256: verdict.sha256,
  received_at: time(verdict.receivedAt),
  reviewer: verdict.reviewer,
  decided_at: time(verdict.decidedAt),
  opened_at: verdict.openedAt === null ? null : time(verdict.openedAt),
  decision: verdict.decision,
  basis: verdict.basis,
  comment: verdict.comment ?? '',
  second_wanted: verdict.secondWanted ? 1 : 0,
  ...vendorOf(verdict.vendor),
  fields: valuesOf(verdict.fields),
  line_items: linesOf(verdict.lineItems),
  judged: outcomes.filter((outcome) => outcome !== 'unjudged').length,
  edits: outcomes.filter((outcome) => outcome === 'fp' || outcome === 'fn').length,
  ...modelOf(verdict.model),
  rules_version: verdict.rulesVersion,
})

const trainingRow = (verdict: Verdict): Row => ({
  document_id: verdict.documentId,
  revision: count(verdict.revision),
  tenant: verdict.tenant,
  profile: verdict.profile,
  source: verdict.source,
  reviewer: verdict.reviewer,
  decided_at: time(verdict.decidedAt),
  decision: verdict.decision,
  basis: verdict.basis,
  vendor_id: verdict.vendor.id,
  fields: verdict.fields.filter((field) => field.value !== null).length,
  line_items: verdict.lineItems.length,
  words: verdict.words.ends.length,
})

const ruleRow = (rule: Rule): Row => ({
  vendor_id: rule.vendor,
  field: rule.field,
  profile: rule.profile,
  tenant: rule.tenant,
  rule_id: rule.id,
  state: rule.state,
  kind: rule.kind,
  value: rule.value,
  refuted: rule.refuted.length,
  taught_by: rule.taughtBy,
  why: rule.why,
  decided_by: rule.decidedBy ?? '',
  noticed_at: time(rule.since),
  began_at: rule.from == null ? null : time(rule.from),
  ended_at: rule.until == null ? null : time(rule.until),
  tighten: finite(rule.tighten ?? 0) ?? 0,
})

const modelRow = (model: Model): Row => ({
  name: model.name,
  version: count(model.version),
  sha256: model.sha256,
  bytes: count(model.bytes, Number.MAX_SAFE_INTEGER),
  state: model.state,
  fingerprint: model.fingerprint,
  manifest: model.manifest,
  evidence: model.evidence,
  decided_by: model.decidedBy,
  decided_at: time(model.decidedAt),
  reason: model.reason,
})

const deadRow = (dead: Dead): Row => ({
  document_id: dead.documentId ?? '',
  stage: dead.stage,
  source_topic: dead.topic,
  source_partition: count(dead.partition),
  source_offset: count(dead.offset, Number.MAX_SAFE_INTEGER),
  code: dead.code,
  message: dead.message,
  attempts: count(dead.attempts),
  software: dead.software,
  failed_at: time(dead.failedAt),
  key_bytes: dead.key?.length ?? 0,
  value_bytes: dead.value?.length ?? 0,
})

const auditRow = (audit: Audit): Row => ({
  at: time(audit.at),
  actor: audit.actor,
  role: audit.role ?? '',
  action: audit.action,
  target: audit.target ?? '',
  detail: audit.detail,
})

function extractionEvents(extracted: Extracted, place: Place): Row[] {
  const about = {
    ...eventOf(place),
    kind: 'extraction',
    document_id: extracted.documentId,
    revision: 0,
    tenant: extracted.tenant,
    profile: extracted.profile,
    vendor_id: extracted.vendor.id,
    ...modelOf(extracted.model),
    rules_version: extracted.rulesVersion,
    route: extracted.route,
    sampled: extracted.sampled ? 1 : 0,
    basis: '',
    reviewer: '',
  }
  const cells = [
    ...extracted.fields.map((field) => ({ field, line: 0 })),
    ...extracted.lineItems.flatMap((item, i) =>
      item.cells.map((field) => ({ field, line: i + 1 })),
    ),
  ]
  return cells.map(({ field, line }, seq) => ({
    ...about,
    seq,
    field: field.name,
    line,
    ...predictionOf(field),
    truth: null,
    outcome: 'unjudged',
  }))
}

function verdictEvents(verdict: Verdict, place: Place): Row[] {
  const about = {
    ...eventOf(place),
    kind: 'verdict',
    document_id: verdict.documentId,
    revision: count(verdict.revision),
    tenant: verdict.tenant,
    profile: verdict.profile,
    vendor_id: verdict.vendor.id,
    ...modelOf(verdict.model),
    rules_version: verdict.rulesVersion,
    route: '',
    sampled: verdict.basis === 'sample' ? 1 : 0,
    basis: verdict.basis,
    reviewer: verdict.reviewer,
  }
  const judged = verdict.decision !== 'rejected' // what a document says that is no invoice isn't known
  const pairs = [
    ...pairCells(verdict.predicted, verdict.fields).map((pair) => ({ ...pair, line: 0 })),
    ...alignLines(verdict.predictedLineItems, verdict.lineItems).flatMap(([predicted, truth]) =>
      pairCells(
        verdict.predictedLineItems[predicted]?.cells ?? [],
        verdict.lineItems[truth]?.cells ?? [],
      ).map((pair) => ({ ...pair, line: (truth < 0 ? predicted : truth) + 1 })),
    ),
  ]
  return pairs.map(({ name, predicted, truth, line }, seq) => ({
    ...about,
    seq,
    field: name,
    line,
    ...predictionOf(predicted),
    truth: judged ? (truth?.value ?? null) : null,
    outcome: judged ? outcomeOf(predicted?.value ?? null, truth?.value ?? null) : 'unjudged',
  }))
}

function outcomeOf(predicted: string | null, truth: string | null): Outcome {
  if (predicted === null) return truth === null ? 'tn' : 'fn'
  return predicted === truth ? 'tp' : 'fp'
}

/**
 * Cells of the same name side by side: the predicted ones in their order, then those that only the
 * truth has.
 */
function pairCells(
  predicted: readonly Field[],
  truth: readonly Field[],
): { name: string; predicted: Field | undefined; truth: Field | undefined }[] {
  const names = [...new Set([...predicted, ...truth].map((field) => field.name))]
  return names.map((name) => ({
    name,
    predicted: predicted.find((field) => field.name === name),
    truth: truth.find((field) => field.name === name),
  }))
}

// lines on either side; longer tables are compared line by line, since the work grows with the
// square
const mostAligned = 300

/**
 * Pairs of line numbers from 0, in order, -1 where one side has no counterpart: the alignment with
 * the most equal cells, and among those the one that pairs the most lines (Needleman and Wunsch,
 * 1970).
 */
export function alignLines(
  predicted: readonly LineItem[],
  truth: readonly LineItem[],
): readonly (readonly [predicted: number, truth: number])[] {
  const [rows, columns] = [predicted.length, truth.length]
  if (rows > mostAligned || columns > mostAligned) {
    return Array.from(
      { length: Math.max(rows, columns) },
      (_, i) => [i < rows ? i : -1, i < columns ? i : -1] as const,
    )
  }
  const values = (item: LineItem): ReadonlyMap<string, string | null> =>
    new Map(item.cells.map((cell) => [cell.name, cell.value]))
  const [left, right] = [predicted.map(values), truth.map(values)]
  const score = (i: number, j: number): number =>
    1 +
    1000 *
      [...(left[i] as ReadonlyMap<string, string | null>)].filter(
        ([name, value]) => value !== null && right[j]?.get(name) === value,
      ).length
  // best[i][j]: of the lines from i and j on
  const best = Array.from({ length: rows + 1 }, () => new Array<number>(columns + 1).fill(0))
  const at = (i: number, j: number): number => (best[i] as number[])[j] as number
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--)
      (best[i] as number[])[j] = Math.max(
        at(i + 1, j + 1) + score(i, j),
        at(i + 1, j),
        at(i, j + 1),
      )
  }
  const pairs: (readonly [number, number])[] = []
  let [i, j] = [0, 0]
  while (i < rows || j < columns) {
    if (i < rows && j < columns && at(i, j) === at(i + 1, j + 1) + score(i, j))
      pairs.push([i++, j++])
    else if (i < rows && (j >= columns || at(i, j) === at(i + 1, j))) pairs.push([i++, -1])
    else pairs.push([-1, j++])
  }
  return pairs
}

const eventOf = (place: Place): Row => ({
  _topic: place.topic,
  _partition: place.partition,
  _offset: String(place.offset),
  _time: time(place.timestamp),
  trace_id: place.traceId,
})

const column = <T extends Cell>(events: readonly Row[], name: string): readonly T[] =>
  events.map((event) => event[name] as T)

/**
 * The events of a record in its own row, without their texts, so that they are counted without a
 * join.
 */
const factsOf = (events: readonly Row[]): Row => ({
  field_names: column<string>(events, 'field'),
  field_lines: column<number>(events, 'line'),
  field_confidences: column<number | null>(events, 'confidence'),
  field_origins: column<string>(events, 'origin'),
  field_origin_ids: column<string>(events, 'origin_id'),
})

const predictionOf = (field: Field | undefined): Row =>
  field === undefined
    ? { page: null, predicted: null, confidence: null, origin: '', origin_id: '' }
    : {
        page: field.page === null ? null : count(field.page),
        predicted: field.value,
        confidence: finite(field.confidence),
        origin: field.origin,
        origin_id: field.originId ?? '',
      }

const vendorOf = (vendor: Extracted['vendor']): Row => ({
  vendor_id: vendor.id,
  vendor_name: vendor.name ?? '',
  vendor_evidence: vendor.evidence,
})

const modelOf = (model: ModelRef | null): Row => ({
  model_name: model?.name ?? '',
  model_version: count(model?.version ?? 0),
})

const reasonsOf = (reasons: readonly Reason[]): string[] =>
  reasons.map((reason) => (reason.field === null ? reason.code : `${reason.code}:${reason.field}`))

const failedOf = (checks: readonly Check[]): string[] =>
  checks.filter((check) => check.outcome === 'failed').map((check) => check.name)

const valuesOf = (fields: readonly Field[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...fields]
      .reverse()
      .flatMap((field) => (field.value === null ? [] : [[field.name, field.value]])),
  )

const linesOf = (items: readonly LineItem[]): Readonly<Record<string, string>>[] =>
  items.map((item) => valuesOf(item.cells))

function lowestOf(fields: readonly Field[]): number | null {
  const known = fields
    .filter((field) => field.value !== null)
    .map((field) => field.confidence)
    .filter(Number.isFinite)
  return known.length === 0 ? null : Math.min(...known)
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

/** What the store's unsigned columns hold; a foreign producer may write anything. */
const count = (value: number, most = 4_294_967_295): number =>
  Number.isFinite(value) ? Math.min(most, Math.max(0, Math.trunc(value))) : 0

const latest = Date.UTC(2299, 0, 1) // the end of what the store's times hold

/** Milliseconds since 1970 as the store reads them, in UTC. */
function time(milliseconds: number): string {
  return new Date(Number.isFinite(milliseconds) ? Math.min(latest, Math.max(0, milliseconds)) : 0)
    .toISOString()
    .replace('T', ' ')
    .slice(0, 23)
}
