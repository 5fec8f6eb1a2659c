/** A document as the API shows it, and what its state allows. */

import type { DocumentFacts } from '../../../processors/search/document-facts.ts'
import type { IndexedDocument } from '../../../processors/search/document-index.ts'
import { deathOf } from '../../../processors/search/document-state.ts'
import type { Rule } from '../../../schemas/types.ts'
import type { documentActions, shownDocument } from '../contract/index-documents.ts'
import type { Wire } from '../contract/schema.ts'
import type { Service } from './context.ts'

type Shown = Wire<typeof shownDocument>
type Action = (typeof documentActions)[number]

export function shownOf(document: IndexedDocument, deps: Service, openWith: string | null): Shown {
  const { facts, values, listed } = document
  const { asked, answered, settled } = facts
  const revisions = [asked, answered, settled].map((one) => one?.revision ?? 0)
  const nextRevision =
    deps.tasks.summary(listed.documentId)?.nextRevision ?? Math.max(...revisions) + 1
  return {
    ...listed,
    ...broughtBy(facts),
    ...readBy(facts),
    nextRevision,
    decidedBy: settled?.decidedBy ?? null,
    openWith,
    pageList: facts.read?.pages ?? [],
    ...values,
    reasons: facts.reasons,
    rules: rulesBehind(document, deps.operate?.rules() ?? []),
    definition: deps.profiles().get(listed.profile) ?? null,
    death: deathShown(deathOf(facts)),
    erasedAt: facts.erasedAt,
    history: facts.events.map(({ at, what, by, detail }) => ({ at, what, by, detail })),
    may: actionsOf(document),
  }
}

function broughtBy({ origin }: DocumentFacts) {
  if (origin === null)
    return { tenant: '', source: '', sha256: null, mediaType: null, metadata: {} }
  const { tenant, source, sha256, mediaType, metadata } = origin
  return { tenant, source, sha256, mediaType, metadata }
}

function readBy({ values }: DocumentFacts) {
  if (values === null) return { vendorEvidence: null, model: null, rulesVersion: null }
  const { vendor, model, rulesVersion } = values
  return {
    vendorEvidence: vendor.evidence,
    model: model === null ? null : `${model.name}/${model.version}`,
    rulesVersion,
  }
}

function deathShown(death: ReturnType<typeof deathOf>): Shown['death'] {
  if (death === null) return null
  const { letter, stage, code, message, at } = death
  return { letter, stage, code, message, at }
}

function rulesBehind({ values, facts }: IndexedDocument, rules: readonly Rule[]): Shown['rules'] {
  const all = [...values.fields, ...values.lineItems.flatMap(({ cells }) => cells)]
  const ids = new Set(all.flatMap(({ origin, originId }) => (origin === 'rule' ? [originId] : [])))
  return rules
    .filter((rule) => rule.vendor === facts.values?.vendor.id && ids.has(rule.id))
    .map(({ id, field, why, decidedBy, state }) => ({ id, field, why, decidedBy, state }))
}

/** What its state allows; nothing of it is promised, since others act as well. */
export function actionsOf({ listed: { state }, facts }: IndexedDocument): Action[] {
  const isDecided = facts.answered !== null && state !== 'withdrawn'
  const isHere = (facts.origin?.sha256 ?? null) !== null
  const again: Action[] = isHere && !isDecided ? ['read_again'] : []
  switch (state) {
    case 'review':
    case 'withdrawn':
    case 'duplicate':
      return ['review', 'reject', ...again]
    case 'accepted':
      return ['correct', 'reject', ...again]
    case 'answered':
    case 'rejected':
      return ['correct']
    case 'dead':
      return ['replay', ...again]
    case 'on_its_way':
    case 'erased':
      return []
  }
}
