/** Scores of model versions from the gate's comparisons, and how they are shown. */

import type { ModelComparison, ModelVersion } from '../../connectors/http/contract/types.ts'

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
 * The score of a version. If the other version was judged against it, the score comes from that
 * comparison, so both are on the same documents.
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
