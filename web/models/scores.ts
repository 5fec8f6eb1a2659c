/** The figures of model versions, from the comparisons that the gate made. */

import type { ModelComparison, ModelVersion } from '../shared/api-types.ts'

export function modelKey(model: ModelVersion): string {
  return `${model.name}/${model.version}`
}

/** In percent. */
export function score(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : (100 * value).toFixed(1)
}

/** A difference in percentage points. */
export function signed(value: number | null): string {
  return value === null ? '–' : `${value > 0 ? '+' : ''}${(100 * value).toFixed(1)}`
}

/** In UTC, to the minute or the second. */
export function moment(ms: number, to: 'minute' | 'second' = 'minute'): string {
  return new Date(ms)
    .toISOString()
    .slice(0, to === 'minute' ? 16 : 19)
    .replace('T', ' ')
}

export function ofScope(model: ModelVersion, scope: string): ModelComparison | undefined {
  return model.evidence?.comparisons?.find((comparison) => comparison.scope === scope)
}

/**
 * Of one that the other was judged against: how it did in that very comparison, on the same
 * documents.
 */
export function scoreOf(
  model: ModelVersion,
  scope: string,
  models: readonly ModelVersion[],
): number | null {
  const judge = models.find(({ manifest }) => manifest?.parent === modelKey(model))
  const { documents = 0, candidate = null, champion = null } = ofScope(judge ?? model, scope) ?? {}
  if (documents === 0) return null
  return judge === undefined ? candidate : champion
}
