/**
 * Validates every property of a manifest that decoding reads: the manifest is as untrusted as the
 * graph.
 */

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
  if (!isSound || !isEvidence(manifest.held ?? []) || !isEvidence(manifest.strangers ?? []))
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
    areShares(field.evidence?.right) &&
    areShares(field.evidence?.wrong) &&
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

/** Triples of the lowest confidence, number of values, and number of wrong ones. */
function isEvidence(held: unknown): boolean {
  return Array.isArray(held) && held.every(isHeldOut)
}

function isHeldOut(one: unknown): boolean {
  if (!areNumbers(one)) return false
  const [lowest, values, wrong, ...more] = one as readonly number[]
  return (
    more.length === 0 &&
    isShare(lowest) &&
    isCount(values) &&
    isCount(wrong) &&
    (wrong as number) <= (values as number)
  )
}

function areNumbers(list: unknown): boolean {
  return Array.isArray(list) && list.every((value) => Number.isFinite(value))
}

/** A confidence below 0 would accept everything. */
function areShares(list: unknown): boolean {
  return Array.isArray(list) && list.every(isShare)
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
