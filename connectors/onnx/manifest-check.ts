/**
 * Validates every property of a manifest that decoding reads: the manifest is as untrusted as the
 * graph.
 */

import { strata } from '../../processors/model/strata.ts'
import type { Manifest } from '../../processors/model/manifest.ts'
import { headsOf } from '../../processors/model/model.ts'
import { fieldTypes } from '../../schemas/profiles.ts'

export function isWhole(manifest: Manifest): boolean {
  const { fields, transitions } = manifest
  if (
    typeof manifest.profile !== 'string' ||
    !Array.isArray(fields) ||
    fields.length === 0 ||
    !Array.isArray(transitions)
  )
    return false
  const isSound = fields.every(isField)
  if (!isSound || !areStrata(manifest.strata ?? {}) || !arePairs(manifest.relearned ?? []))
    return false
  const { labels } = headsOf(fields)
  return (
    transitions.length === labels * (labels + 1) &&
    transitions.every((weight) => weight === null || Number.isFinite(weight)) &&
    Number.isFinite(manifest.trained?.documents)
  )
}

function isField(field: Manifest['fields'][number]): boolean {
  return (
    typeof field?.name === 'string' &&
    (fieldTypes as readonly string[]).includes(field.type) &&
    Number.isFinite(field.absent) &&
    isShare(field.least) &&
    areNumbers(field.calibration) &&
    (field.lexicon === null || isLexicon(field.lexicon)) &&
    (field.reranker === null || isReranker(field.reranker))
  )
}

function isLexicon(lexicon: NonNullable<Manifest['fields'][number]['lexicon']>): boolean {
  return areNumbers(lexicon?.ends) && areNumbers(lexicon?.inside)
}

function isReranker(reranker: NonNullable<Manifest['fields'][number]['reranker']>): boolean {
  return (
    Number.isFinite(reranker?.score) &&
    Array.isArray(reranker?.weights) &&
    reranker.weights.every((pair: readonly number[]) => areNumbers(pair) && pair.length === 2)
  )
}

function areStrata(found: unknown): boolean {
  return (
    typeof found === 'object' &&
    found !== null &&
    Object.entries(found).every(
      ([name, held]) => (strata as readonly string[]).includes(name) && isEvidence(held),
    )
  )
}

function arePairs(list: unknown): boolean {
  return (
    Array.isArray(list) &&
    list.every(
      (pair: unknown) =>
        Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string' && isCount(pair[1]),
    )
  )
}

/** The lowest confidence and the weight of each document, and its right and its wrong fields. */
function isEvidence(held: unknown): boolean {
  return Array.isArray(held) && held.every(isHeldOut)
}

function isHeldOut(one: unknown): boolean {
  if (!Array.isArray(one) || one.length !== 5) return false
  const [lowest, weight, right, wrong, ofRules] = one as unknown[]
  return [lowest, weight, ofRules].every(isShare) && areCounts(right) && areCounts(wrong)
}

function areCounts(list: unknown): boolean {
  return Array.isArray(list) && list.every(isCount)
}

function areNumbers(list: unknown): boolean {
  return Array.isArray(list) && list.every((value) => Number.isFinite(value))
}

/** A confidence below 0 would accept everything. */
function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
