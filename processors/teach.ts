/**
 * training → rules and payees: induces the rules of a vendor's fields from all of its verdicts, and
 * says which bank accounts they confirm.
 *
 * `training` is partitioned by vendor, so this partition holds every verdict of the vendors in it,
 * and rules follow from those alone: the same verdicts give the same rules, in any order of
 * arrival. After each verdict the vendor's rules are induced again and only changed ones are
 * written; a rule that has lost its last verdict (the document was erased or moved) gets a
 * tombstone. A vendor that sends documents of several profiles has one rule for a field that they
 * share.
 *
 * Bounded: the newest `lessonsPerVendor` verdicts of a vendor are lessons; older ones no longer
 * veto a rule, and where all the newer ones agree with the model it is trusted again. Values that a
 * verdict rejected stay rejected: they are stored separately, without the documents. `kept`
 * verdicts are held, so lessons stay exact until that many of the newest are withdrawn or moved. What
 * verdicts say of accounts is held of all, without the documents.
 *
 * PAYEES OF VERDICTS BEFORE. Whoever takes over the partition can't know which vendors have a record
 * yet. So with the first verdicts that come it writes those of all vendors again, some hundred at a
 * time; the topic is compacted. Until then a vendor whose verdicts are all from a version without
 * payees counts as one that nobody has answered.
 */

import { evidenceFor, teaches } from './review/judged-fields.ts'
import { profileOf, type Profile, type ProfileField, type Profiles } from '../schemas/profiles.ts'
import type { Rule, Verdict } from '../schemas/types.ts'
import { columnsTaught } from './line-items/learned-headers.ts'
import { printedDocument } from './rules/spans.ts'
import type { Message, Output, Outputs } from './processor.ts'
import { payeeEvidence, payeeOf, type PayeeEvidence } from './rules/payees.ts'
import { sortedValues, valueIn } from './shared/field-values.ts'
import {
  columnRule,
  induce,
  lineItemsField,
  type RuleLesson,
  type Refutation,
} from './rules/rule-induction.ts'
import { unpackWords } from './document/words.ts'

export interface TeachUse {
  readonly profiles: Profiles
}

/**
 * The values that a verdict rejected, without the document: one for each field that a person
 * changed.
 */
interface Refuting {
  readonly decidedAt: number
  readonly values: Readonly<Record<string, string>> // by field
}

/**
 * The verdicts of a partition by vendor, then by document; and the vendor of each document, for
 * tombstones.
 */
export interface Vendors {
  readonly verdicts: Map<string, Map<string, Verdict>>
  readonly refuting: Map<string, Map<string, Refuting>>
  readonly payees: Map<string, Map<string, PayeeEvidence>>
  readonly vendorOf: Map<string, string>
  /** Vendors whose payee this owner of the partition has not written. */
  readonly unwritten: Set<string>
  /** Memoized results; losing them only costs time. */
  readonly memory: {
    readonly sheets: WeakMap<Verdict, RuleLesson['sheet']>
    readonly rules: Map<
      string,
      { readonly of: readonly Verdict[]; readonly refuted: string; readonly rules: readonly Rule[] }
    >
    /** The vendors whose payees the latest message wrote. */
    wrote: { readonly offset: bigint; readonly vendors: readonly string[] } | null
  }
}

/** All verdicts of one vendor that count. */
interface Taught {
  readonly verdicts: readonly Verdict[]
  readonly refuting: ReadonlyMap<string, Refuting>
}

const lessonsPerVendor = 40
const kept = 80
const mostRefuted = 500 // the newest rejected values of a field
const mostRewritten = 300 // payees of other vendors with one verdict

export const vendors = (): Vendors => ({
  verdicts: new Map(),
  refuting: new Map(),
  payees: new Map(),
  vendorOf: new Map(),
  unwritten: new Set(),
  memory: { sheets: new WeakMap(), rules: new Map(), wrote: null },
})

export function rememberExample(state: Vendors, message: Message<'training'>): void {
  const previous = state.vendorOf.get(message.key)
  noteUnwritten(state, message)
  if (previous !== undefined) {
    for (const table of [state.verdicts, state.refuting, state.payees]) {
      const left = table.get(previous)
      left?.delete(message.key)
      if (left?.size === 0) table.delete(previous)
    }
  }
  state.vendorOf.delete(message.key)
  if (message.value === null) return
  const vendor = message.value.vendor.id
  const documents = state.verdicts.get(vendor) ?? new Map<string, Verdict>()
  documents.set(message.key, message.value)
  for (const verdict of inTime([...documents.values()]).slice(0, -kept))
    documents.delete(verdict.documentId)
  state.verdicts.set(vendor, documents)
  const refuting = refutingOf(message.value)
  if (refuting !== null)
    state.refuting.set(
      vendor,
      (state.refuting.get(vendor) ?? new Map<string, Refuting>()).set(message.key, refuting),
    )
  state.payees.set(
    vendor,
    (state.payees.get(vendor) ?? new Map<string, PayeeEvidence>()).set(
      message.key,
      payeeEvidence(message.value),
    ),
  )
  state.vendorOf.set(message.key, vendor)
}

/** Whose payees `teach` still has to write: none of those that it wrote with this message. */
function noteUnwritten(state: Vendors, message: Message<'training'>): void {
  const { wrote } = state.memory
  if (wrote?.offset === message.origin.offset)
    for (const vendor of wrote.vendors) state.unwritten.delete(vendor)
  else for (const vendor of affectedBy(message, state)) state.unwritten.add(vendor)
}

function affectedBy(message: Message<'training'>, state: Vendors): ReadonlySet<string> {
  const vendors = [state.vendorOf.get(message.key), message.value?.vendor.id]
  return new Set(vendors.filter((id): id is string => id !== undefined))
}

export function teach(
  message: Message<'training'>,
  use: TeachUse,
  state: Vendors,
): Outputs<'rules' | 'payees'> {
  const affected = affectedBy(message, state)
  const others = [...state.unwritten].filter((id) => !affected.has(id)).slice(0, mostRewritten)
  const vendors = [...affected, ...others]
  const outputs = {
    rules: [...affected].flatMap((id) => changes(id, message, use.profiles, state)),
    payees: vendors.map((id) => ({ key: id, value: payeeAfter(id, message, state) })),
  }
  state.memory.wrote = { offset: message.origin.offset, vendors }
  return outputs
}

/** The accounts of a vendor after this message; null where no verdict on it is left. */
function payeeAfter(
  vendor: string,
  { key, value }: Message<'training'>,
  { payees }: Vendors,
): Output<'payees'>['value'] {
  const others = [...(payees.get(vendor) ?? [])].filter(([documentId]) => documentId !== key)
  const mine = value?.vendor.id === vendor ? [payeeEvidence(value)] : []
  return payeeOf(vendor, [...others.map(([, one]) => one), ...mine])
}

/** Rules of one vendor that this message creates, changes or removes. */
function changes(
  vendor: string,
  message: Message<'training'>,
  profiles: Profiles,
  state: Vendors,
): Output<'rules'>[] {
  const before: Taught = {
    verdicts: inTime([...(state.verdicts.get(vendor)?.values() ?? [])]),
    refuting: state.refuting.get(vendor) ?? new Map<string, Refuting>(),
  }
  const others = before.verdicts.filter((verdict) => verdict.documentId !== message.key)
  const refuting = new Map(before.refuting)
  refuting.delete(message.key)
  const mine = message.value?.vendor.id === vendor ? message.value : null
  const refuted = mine === null ? null : refutingOf(mine)
  if (refuted !== null) refuting.set(message.key, refuted)
  const after: Taught = { verdicts: mine === null ? others : inTime([...others, mine]), refuting }
  const old = new Map(
    rulesOf(vendor, before, profiles, state.memory).map((rule) => [rule.field, rule]),
  )
  const current = new Map(
    rulesOf(vendor, after, profiles, state.memory).map((rule) => [rule.field, rule]),
  )
  const outputs: Output<'rules'>[] = []
  for (const [field, rule] of current) {
    if (JSON.stringify(old.get(field)) !== JSON.stringify(rule))
      outputs.push({ key: `${vendor}/${field}`, value: rule })
  }
  for (const field of old.keys())
    if (!current.has(field)) outputs.push({ key: `${vendor}/${field}`, value: null })
  return outputs
}

/** In the order of decision, whatever order they arrived in. */
function inTime(verdicts: readonly Verdict[]): Verdict[] {
  return [...verdicts].sort(
    (a, b) => a.decidedAt - b.decidedAt || (a.documentId < b.documentId ? -1 : 1),
  )
}

/**
 * The values that a verdict rejected; null if none. Fields that the reviewer excluded from learning
 * don't count.
 */
function refutingOf({ fields, predicted, declined, decidedAt }: Verdict): Refuting | null {
  const values = predicted.flatMap(({ name, value }) =>
    value === null || declined.includes(name) || valueIn(fields, name) === value
      ? []
      : [[name, value] as const],
  )
  return values.length === 0 ? null : { decidedAt, values: Object.fromEntries(values) }
}

function rulesOf(
  vendor: string,
  taught: Taught,
  profiles: Profiles,
  memory: Vendors['memory'],
): readonly Rule[] {
  const verdicts = taught.verdicts.slice(-lessonsPerVendor)
  const refutations = refutationsOf(taught.refuting)
  const refuted = JSON.stringify([...refutations])
  const known = memory.rules.get(vendor)
  if (
    known !== undefined &&
    known.refuted === refuted &&
    known.of.length === verdicts.length &&
    known.of.every((verdict, i) => verdict === verdicts[i])
  )
    return known.rules
  const rules = workOut(vendor, verdicts, refutations, profiles, memory)
  memory.rules.set(vendor, { of: verdicts, refuted, rules })
  return rules
}

/** By field, the newest `mostRefuted` of each, independent of the order of arrival. */
function refutationsOf(
  refuting: ReadonlyMap<string, Refuting>,
): ReadonlyMap<string, readonly Refutation[]> {
  const fields = new Map<string, Refutation[]>()
  for (const [, { decidedAt, values }] of [...refuting].sort(
    ([a, x], [b, y]) => x.decidedAt - y.decidedAt || (a < b ? -1 : 1),
  )) {
    for (const [field, value] of Object.entries(values))
      fields.set(field, [...(fields.get(field) ?? []), { value, decidedAt }])
  }
  return new Map(
    [...fields]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([field, list]) => [field, list.slice(-mostRefuted)]),
  )
}

function workOut(
  vendor: string,
  verdicts: readonly Verdict[],
  refutations: ReadonlyMap<string, readonly Refutation[]>,
  profiles: Profiles,
  memory: Vendors['memory'],
): Rule[] {
  const latest = verdicts.at(-1)
  if (latest === undefined) return []
  const all = verdicts
    .filter(({ profile }) => profiles.has(profile))
    .map((verdict) => ({
      verdict,
      profile: profileOf(profiles, verdict.profile),
      sheet:
        memory.sheets.get(verdict) ??
        printedDocument({ pages: verdict.pages, words: unpackWords(verdict.words) }),
    }))
  for (const { verdict, sheet } of all) memory.sheets.set(verdict, sheet)
  const fields = new Map<string, { readonly profile: Profile; readonly field: ProfileField }>()
  for (const { profile } of [...all].reverse())
    for (const field of profile.fields)
      if (!fields.has(field.name)) fields.set(field.name, { profile, field })
  const rules = [...fields.values()].map(({ profile, field }) => {
    // A field that the reviewer excluded from learning, passed by, or has never seen, neither
    // teaches nor vetoes
    const lessons = all.filter(
      (one) =>
        one.profile.fields.some(({ name, type }) => name === field.name && type === field.type) &&
        teaches(one.verdict, field.name),
    )
    return induce(
      vendor,
      latest.tenant,
      profile.name,
      field,
      lessons.map(({ verdict, sheet }) => lessonOf(verdict, sheet, field.name)),
      refutations.get(field.name) ?? [],
    )
  })
  const tabled = all.filter(({ profile }) => profile.lineItems.length > 0).at(-1)?.profile
  const columns =
    tabled === undefined
      ? null
      : columnsFor(
          vendor,
          latest.tenant,
          tabled,
          verdicts.filter((verdict) => verdict.profile === tabled.name),
        )
  return [...rules, columns].filter((rule): rule is Rule => rule !== null)
}

/** Only where a person changed rows: reading tables again costs more than everything else. */
function columnsFor(
  vendor: string,
  tenant: string,
  profile: Profile,
  verdicts: readonly Verdict[],
): Rule | null {
  const taught = verdicts.filter(
    (verdict) => !verdict.declined.includes(lineItemsField) && verdict.lineItems.length > 0,
  )
  const values = (rows: Verdict['lineItems']): string =>
    JSON.stringify(rows.map(({ cells }) => sortedValues(cells)))
  if (
    profile.lineItems.length === 0 ||
    !taught.some((verdict) => values(verdict.lineItems) !== values(verdict.predictedLineItems))
  )
    return null
  const names = columnsTaught(
    taught.map((verdict) => ({
      print: { pages: verdict.pages, words: unpackWords(verdict.words) },
      truth: verdict.lineItems,
      predicted: verdict.predictedLineItems,
    })),
    profile,
  )
  return names === null
    ? null
    : columnRule(
        vendor,
        tenant,
        profile.name,
        names,
        taught.map((verdict) => `${verdict.documentId}@${verdict.revision}`),
        Math.min(...taught.map(({ decidedAt }) => decidedAt)),
      )
}

function lessonOf(verdict: Verdict, sheet: RuleLesson['sheet'], field: string): RuleLesson {
  return {
    id: `${verdict.documentId}@${verdict.revision}`,
    decidedAt: verdict.decidedAt,
    sheet,
    truth: verdict.fields.find((item) => item.name === field && item.value !== null) ?? null,
    predicted: verdict.predicted.find((item) => item.name === field && item.value !== null) ?? null,
    evidence: evidenceFor(verdict, field),
  }
}
