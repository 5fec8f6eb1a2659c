/**
 * training → rules: what all verdicts of a vendor teach about each field.
 *
 * `training` is partitioned by vendor, so this partition holds every verdict of the vendors in it, and the rules are
 * decided on those alone: the same verdicts give the same rules, in whatever order they came. After each verdict the
 * vendor's rules are induced anew and only those that changed are written; a rule that no verdict supports any more (the
 * document was erased or moved) leaves a tombstone.
 *
 * Bounded: the newest `lessonsPerVendor` verdicts of a vendor are kept. Older ones no longer veto a rule.
 */

import { profileOf, type Profile, type ProfileField, type Profiles } from '../schemas/profiles.ts'
import type { Rule, Verdict } from '../schemas/types.ts'
import { columnsTaught } from './columns.ts'
import { sheetOf } from './places.ts'
import type { Message, Output, Outputs } from './processor.ts'
import { columnRule, induce, lineItemsField, type Lesson } from './rules.ts'
import { unpackWords } from './words.ts'

export interface TeachUse {
  readonly profiles: Profiles
}

/** The verdicts of a partition: by vendor, then by document; and the vendor of each document, for tombstones. */
export interface Vendors {
  readonly verdicts: Map<string, Map<string, Verdict>>
  readonly vendorOf: Map<string, string>
  /** What was worked out before: nothing but time is lost without it. */
  readonly memory: { readonly sheets: WeakMap<Verdict, Lesson['sheet']>; readonly rules: Map<string, { readonly of: readonly Verdict[]; readonly rules: readonly Rule[] }> }
}

const lessonsPerVendor = 40

export const vendors = (): Vendors => ({ verdicts: new Map(), vendorOf: new Map(), memory: { sheets: new WeakMap(), rules: new Map() } })

export function rememberExample(state: Vendors, message: Message<'training'>): void {
  const previous = state.vendorOf.get(message.key)
  if (previous !== undefined) {
    const left = state.verdicts.get(previous)
    left?.delete(message.key)
    if (left?.size === 0) state.verdicts.delete(previous)
  }
  state.vendorOf.delete(message.key)
  if (message.value === null) return
  const vendor = message.value.vendor.id
  const documents = state.verdicts.get(vendor) ?? new Map<string, Verdict>()
  documents.set(message.key, message.value)
  const kept = new Set(newest([...documents.values()]))
  for (const [key, verdict] of documents) if (!kept.has(verdict)) documents.delete(key)
  state.verdicts.set(vendor, documents)
  state.vendorOf.set(message.key, vendor)
}

export function teach(message: Message<'training'>, use: TeachUse, state: Vendors): Outputs<'rules'> {
  const vendor = message.value?.vendor.id
  const affected = new Set([state.vendorOf.get(message.key), vendor].filter((id): id is string => id !== undefined))
  return { rules: [...affected].flatMap((id) => changes(id, message, use.profiles, state)) }
}

/** Rules of one vendor that this message creates, changes or ends. */
function changes(vendor: string, message: Message<'training'>, profiles: Profiles, state: Vendors): Output<'rules'>[] {
  const before = newest([...(state.verdicts.get(vendor)?.values() ?? [])])
  const others = before.filter((verdict) => verdict.documentId !== message.key)
  const after = message.value?.vendor.id === vendor ? newest([...others, message.value]) : others
  const old = new Map(rulesOf(vendor, before, profiles, state.memory).map((rule) => [rule.field, rule]))
  const current = new Map(rulesOf(vendor, after, profiles, state.memory).map((rule) => [rule.field, rule]))
  const outputs: Output<'rules'>[] = []
  for (const [field, rule] of current) {
    if (JSON.stringify(old.get(field)) !== JSON.stringify(rule)) outputs.push({ key: `${vendor}/${field}`, value: rule })
  }
  for (const field of old.keys()) if (!current.has(field)) outputs.push({ key: `${vendor}/${field}`, value: null })
  return outputs
}

/** In the order in which people decided, whatever order they arrived in. */
function newest(verdicts: readonly Verdict[]): Verdict[] {
  return [...verdicts].sort((a, b) => a.decidedAt - b.decidedAt || (a.documentId < b.documentId ? -1 : 1)).slice(-lessonsPerVendor)
}

function rulesOf(vendor: string, verdicts: readonly Verdict[], profiles: Profiles, memory: Vendors['memory']): readonly Rule[] {
  const known = memory.rules.get(vendor)
  if (known !== undefined && known.of.length === verdicts.length && known.of.every((verdict, i) => verdict === verdicts[i])) return known.rules
  const rules = workOut(vendor, verdicts, profiles, memory)
  memory.rules.set(vendor, { of: verdicts, rules })
  return rules
}

function workOut(vendor: string, verdicts: readonly Verdict[], profiles: Profiles, memory: Vendors['memory']): Rule[] {
  const latest = verdicts.at(-1)
  if (latest === undefined) return []
  const profile = profileOf(profiles, latest.profile)
  const same = verdicts.filter((verdict) => verdict.profile === profile.name)
  const changed = (field: ProfileField): boolean => same.some((verdict) => !verdict.declined.includes(field.name) && valueOf(verdict.fields, field.name) !== valueOf(verdict.predicted, field.name))
  const worth = profile.fields.filter((field) => field.perVendor || changed(field))
  const lessons = same.map((verdict) => {
    const sheet = memory.sheets.get(verdict) ?? sheetOf({ pages: verdict.pages, words: unpackWords(verdict.words) })
    memory.sheets.set(verdict, sheet)
    return { verdict, sheet }
  })
  const columns = columnsFor(vendor, latest.tenant, profile, same)
  return [...worth.map((field) => induceFor(vendor, latest.tenant, profile, field, lessons)), columns].filter((rule): rule is Rule => rule !== null)
}

/** Only where a person changed rows: reading tables again costs more than all the rest. */
function columnsFor(vendor: string, tenant: string, profile: Profile, verdicts: readonly Verdict[]): Rule | null {
  const taught = verdicts.filter((verdict) => !verdict.declined.includes(lineItemsField) && verdict.lineItems.length > 0)
  const values = (rows: Verdict['lineItems']): string => JSON.stringify(rows.map(({ cells }) => cells.filter(({ value }) => value !== null).map(({ name, value }) => [name, value]).sort()))
  if (profile.lineItems.length === 0 || !taught.some((verdict) => values(verdict.lineItems) !== values(verdict.predictedLineItems))) return null
  const names = columnsTaught(taught.map((verdict) => ({ print: { pages: verdict.pages, words: unpackWords(verdict.words) }, truth: verdict.lineItems, predicted: verdict.predictedLineItems })), profile)
  return names === null ? null : columnRule(vendor, tenant, profile.name, names, taught.map((verdict) => `${verdict.documentId}@${verdict.revision}`), Math.min(...taught.map(({ decidedAt }) => decidedAt)))
}

function induceFor(vendor: string, tenant: string, profile: Profile, field: Profile['fields'][number], all: readonly { verdict: Verdict; sheet: Lesson['sheet'] }[]): Rule | null {
  // What a reviewer didn't want to be learnt neither teaches nor vetoes
  const lessons = all.filter(({ verdict }) => !verdict.declined.includes(field.name)).map(({ verdict, sheet }): Lesson => ({
    id: `${verdict.documentId}@${verdict.revision}`,
    decidedAt: verdict.decidedAt,
    sheet,
    truth: verdict.fields.find((item) => item.name === field.name && item.value !== null) ?? null,
    predicted: verdict.predicted.find((item) => item.name === field.name && item.value !== null) ?? null,
  }))
  return induce(vendor, tenant, profile.name, field, lessons)
}

function valueOf(fields: Verdict['fields'], name: string): string | null {
  return fields.find((field) => field.name === name)?.value ?? null
}
