/** What the folds of all topics share. */

import type { Extracted, Reason } from '../../schemas/types.ts'
import type {
  DocumentFacts,
  DocumentValues,
  HistoryEvent,
  Origin,
  RecordPlace,
} from './document-facts.ts'

/** What becomes of a document; `values` and `text` are there where they are others now. */
export interface Folded {
  readonly facts: DocumentFacts
  readonly values?: DocumentValues
  readonly text?: string
}

/** Null: the record changes nothing. */
export type Fold<T> = (facts: DocumentFacts, record: T, at: RecordPlace) => Folded | null

const mostEvents = 100 // of a document, the latest

export const placeIn = (topic: string, { partition, offset }: RecordPlace): string =>
  `${topic}/${partition}/${offset}`

/** Whether the record, or a later one of its topic, was taken in, or it was erased since. */
export function isKnown(facts: DocumentFacts, known: RecordPlace | null, at: RecordPlace): boolean {
  return (
    isErased(facts, at) ||
    (known !== null && known.partition === at.partition && known.offset >= at.offset)
  )
}

export function isErased({ erasedAt }: DocumentFacts, { time }: RecordPlace): boolean {
  return erasedAt !== null && time <= erasedAt
}

export function originOf(
  record: Omit<Origin, 'mediaType' | 'metadata'> & Partial<Pick<Origin, 'mediaType' | 'metadata'>>,
  known: Origin | null = null,
): Origin {
  const { tenant, profile, fileName, source, sha256, receivedAt, mediaType, metadata } = record
  return {
    tenant,
    profile,
    fileName,
    source,
    sha256,
    receivedAt,
    mediaType: mediaType ?? known?.mediaType ?? null,
    metadata: metadata ?? known?.metadata ?? {},
  }
}

/** With the values of a record, unless there are some of a later revision or time. */
export function withValues(
  facts: DocumentFacts,
  record: Pick<Extracted, 'vendor' | 'model' | 'rulesVersion' | 'fields' | 'lineItems'> & {
    readonly checks?: DocumentValues['checks']
  },
  { revision, time }: { readonly revision: number; readonly time: number },
): Folded {
  const known = facts.values
  const isEarlier =
    known !== null && (known.revision === revision ? known.time > time : known.revision > revision)
  if (isEarlier) return { facts }
  const { vendor, model, rulesVersion, fields, lineItems, checks = [] } = record
  return {
    facts: { ...facts, values: { revision, time, vendor, model, rulesVersion } },
    values: { fields, lineItems, checks },
  }
}

export function withEvent(facts: DocumentFacts, event: HistoryEvent): DocumentFacts {
  if (facts.events.some(({ record }) => record === event.record)) return facts
  const events = [...facts.events, event].sort((a, b) => a.at - b.at)
  return { ...facts, events: events.slice(-mostEvents) }
}

export function madeBy(
  model: Extracted['model'],
  rulesVersion: string,
): { readonly rules: string; readonly model?: string } {
  const rules = { rules: rulesVersion }
  return model === null ? rules : { ...rules, model: `${model.name}/${model.version}` }
}

export function reasonsIn(reasons: readonly Reason[]): { readonly reasons?: string } {
  return reasons.length === 0 ? {} : { reasons: String(reasons.length) }
}
