/**
 * One row for each record of a topic. Columns are documented in connectors/clickhouse/tables.sql.
 */

import type {
  Audit,
  Check,
  Dead,
  Extracted,
  Field,
  Final,
  LineItem,
  Model,
  Ocr,
  ProfileVersion,
  Raw,
  Reason,
  Rule,
  Task,
  Verdict,
} from '../../schemas/types.ts'
import type { FieldOutcome } from './field-events.ts'
import { unsigned, finite, modelOf, time, type AnalyticsRow } from './row.ts'

export const rawRow = (raw: Raw): AnalyticsRow => ({
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

export const ocrRow = (ocr: Ocr): AnalyticsRow => ({
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
  read_ms: unsigned(ocr.readMs),
})

export const extractedRow = (extracted: Extracted): AnalyticsRow => ({
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
  pages: unsigned(extracted.pages),
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
  read_ms: unsigned(extracted.readMs),
})

export const taskRow = (task: Task): AnalyticsRow => ({
  document_id: task.documentId,
  revision: unsigned(task.revision),
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

export const verdictRow = (verdict: Verdict, outcomes: readonly FieldOutcome[]): AnalyticsRow => ({
  document_id: verdict.documentId,
  revision: unsigned(verdict.revision),
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

export const finalRow = (final: Final): AnalyticsRow => ({
  document_id: final.documentId,
  status: final.status,
  revision: unsigned(final.revision),
  decided_by: final.decidedBy ?? '',
  decided_at: time(final.decidedAt),
  decision: final.decision ?? '',
  comment: final.comment ?? '',
  duplicate_of: final.duplicateOf ?? '',
  tenant: final.tenant,
  profile: final.profile,
  media_type: final.mediaType ?? '',
  file_name: final.fileName ?? '',
  source: final.source,
  sha256: final.sha256,
  received_at: time(final.receivedAt),
  metadata: final.metadata,
  reasons: reasonsOf(final.reasons),
  failed_checks: failedOf(final.checks),
  ...vendorOf(final.vendor),
  fields: valuesOf(final.fields),
  line_items: linesOf(final.lineItems),
  ...modelOf(final.model),
  rules_version: final.rulesVersion,
})

export const trainingRow = (verdict: Verdict): AnalyticsRow => ({
  document_id: verdict.documentId,
  revision: unsigned(verdict.revision),
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

export const ruleRow = (rule: Rule): AnalyticsRow => ({
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

export const modelRow = (model: Model): AnalyticsRow => ({
  name: model.name,
  version: unsigned(model.version),
  sha256: model.sha256,
  bytes: unsigned(model.bytes, Number.MAX_SAFE_INTEGER),
  state: model.state,
  fingerprint: model.fingerprint,
  manifest: model.manifest,
  evidence: model.evidence,
  decided_by: model.decidedBy,
  decided_at: time(model.decidedAt),
  reason: model.reason,
})

export const profileRow = (published: ProfileVersion): AnalyticsRow => ({
  name: published.name,
  version: unsigned(published.version),
  profile: published.profile,
  removed: published.removed ? 1 : 0,
  changed_by: published.changedBy,
  changed_at: time(published.changedAt),
})

export const deadRow = (dead: Dead): AnalyticsRow => ({
  document_id: dead.documentId ?? '',
  stage: dead.stage,
  source_topic: dead.topic,
  source_partition: unsigned(dead.partition),
  source_offset: unsigned(dead.offset, Number.MAX_SAFE_INTEGER),
  code: dead.code,
  message: dead.message,
  attempts: unsigned(dead.attempts),
  software: dead.software,
  failed_at: time(dead.failedAt),
  key_bytes: dead.key?.length ?? 0,
  value_bytes: dead.value?.length ?? 0,
})

export const auditRow = (audit: Audit): AnalyticsRow => ({
  at: time(audit.at),
  actor: audit.actor,
  role: audit.role ?? '',
  action: audit.action,
  target: audit.target ?? '',
  detail: audit.detail,
})

const vendorOf = (vendor: Extracted['vendor']): AnalyticsRow => ({
  vendor_id: vendor.id,
  vendor_name: vendor.name ?? '',
  vendor_evidence: vendor.evidence,
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
