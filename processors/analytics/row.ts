/**
 * A row of the analytics store, and values in the form that its columns hold.
 */

import type { ModelRef } from '../../schemas/types.ts'

export type ColumnValue =
  | string
  | number
  | boolean
  | null
  | readonly string[]
  | readonly (number | null)[]
  | Readonly<Record<string, string>>
  | readonly Readonly<Record<string, string>>[]
export type AnalyticsRow = Readonly<Record<string, ColumnValue>>

/** The position of a record and its transport metadata. `topic` is the full name. */
export interface RecordPlace {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  /** Milliseconds since 1970, as the broker keeps it. */
  readonly timestamp: number
  readonly key: string
  /** W3C trace id, or empty. */
  readonly traceId: string
}

export const modelOf = (model: ModelRef | null): AnalyticsRow => ({
  model_name: model?.name ?? '',
  model_version: unsigned(model?.version ?? 0),
})

export const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

/** Largest value of the store's unsigned columns; a foreign producer may write anything. */
export const unsigned = (value: number, most = 4_294_967_295): number =>
  Number.isFinite(value) ? Math.min(most, Math.max(0, Math.trunc(value))) : 0

const latest = Date.UTC(2299, 0, 1) // largest time that the store can hold

/** Milliseconds since 1970 as the store reads them, in UTC. */
export function time(milliseconds: number): string {
  return new Date(Number.isFinite(milliseconds) ? Math.min(latest, Math.max(0, milliseconds)) : 0)
    .toISOString()
    .replace('T', ' ')
    .slice(0, 23)
}
