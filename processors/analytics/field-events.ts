/**
 * Predicted and true values, field by field: one event for each field and each cell of a line item.
 * Normalised values are compared. Where both sides have line items, their lines are aligned first,
 * so that one missing line doesn't make all that follow it wrong.
 */

import type { Extracted, Field, LineItem, Verdict } from '../../schemas/types.ts'
import {
  unsigned,
  finite,
  modelOf,
  time,
  type ColumnValue,
  type RecordPlace,
  type AnalyticsRow,
} from './row.ts'

export type FieldOutcome = 'unjudged' | 'tp' | 'fp' | 'fn' | 'tn'

export function extractionEvents(extracted: Extracted, place: RecordPlace): AnalyticsRow[] {
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

export function verdictEvents(verdict: Verdict, place: RecordPlace): AnalyticsRow[] {
  const about = {
    ...eventOf(place),
    kind: 'verdict',
    document_id: verdict.documentId,
    revision: unsigned(verdict.revision),
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
  return judgedCells(verdict).map(({ name, predicted, truth, line, outcome }, seq) => ({
    ...about,
    seq,
    field: name,
    line,
    ...predictionOf(predicted),
    truth: outcome === 'unjudged' ? null : (truth?.value ?? null),
    outcome,
  }))
}

/** A field or a cell of a line item, as it was read and as it is. */
export interface JudgedCell {
  readonly name: string
  /** From 1 on; 0 for a field of the document. */
  readonly line: number
  readonly predicted: Field | undefined
  readonly truth: Field | undefined
  readonly outcome: FieldOutcome
}

/** What a verdict says of each value. */
export function judgedCells(verdict: Verdict): readonly JudgedCell[] {
  // a rejected document, which is no invoice, has no true values
  const judged = verdict.decision !== 'rejected'
  const pairs = [
    ...pairCells(verdict.predicted, verdict.fields).map((pair) => ({ ...pair, line: 0 })),
    ...alignLines(verdict.predictedLineItems, verdict.lineItems).flatMap(([predicted, truth]) =>
      pairCells(
        verdict.predictedLineItems[predicted]?.cells ?? [],
        verdict.lineItems[truth]?.cells ?? [],
      ).map((pair) => ({ ...pair, line: (truth < 0 ? predicted : truth) + 1 })),
    ),
  ]
  return pairs.map((pair) => ({
    ...pair,
    outcome: judged
      ? outcomeOf(pair.predicted?.value ?? null, pair.truth?.value ?? null)
      : 'unjudged',
  }))
}

function outcomeOf(predicted: string | null, truth: string | null): FieldOutcome {
  if (predicted === null) return truth === null ? 'tn' : 'fn'
  return predicted === truth ? 'tp' : 'fp'
}

/** Cells paired by name: the predicted ones in order, then those only in the truth. */
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

// lines on either side; longer tables are compared line by line, since the cost is quadratic
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

const eventOf = (place: RecordPlace): AnalyticsRow => ({
  _topic: place.topic,
  _partition: place.partition,
  _offset: String(place.offset),
  _time: time(place.timestamp),
  trace_id: place.traceId,
})

const column = <T extends ColumnValue>(
  events: readonly AnalyticsRow[],
  name: string,
): readonly T[] => events.map((event) => event[name] as T)

/**
 * The events of a record embedded in its row, without their texts, so that they can be counted
 * without a join.
 */
export const factsOf = (events: readonly AnalyticsRow[]): AnalyticsRow => ({
  field_names: column<string>(events, 'field'),
  field_lines: column<number>(events, 'line'),
  field_confidences: column<number | null>(events, 'confidence'),
  field_origins: column<string>(events, 'origin'),
  field_origin_ids: column<string>(events, 'origin_id'),
})

const predictionOf = (field: Field | undefined): AnalyticsRow =>
  field === undefined
    ? { page: null, predicted: null, confidence: null, origin: '', origin_id: '' }
    : {
        page: field.page === null ? null : unsigned(field.page),
        predicted: field.value,
        confidence: finite(field.confidence),
        origin: field.origin,
        origin_id: field.originId ?? '',
      }

export const outcomesOf = (events: readonly AnalyticsRow[]): readonly FieldOutcome[] =>
  column<FieldOutcome>(events, 'outcome')
