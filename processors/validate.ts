/**
 * What the records of each topic may say, beyond their schema: the key that a record must have, and
 * what is wrong with its content. A topic's entry in topology.ts names its rules; every reader asks
 * for them at the one place where records are decoded (runtime/message.ts), so nothing behind it
 * has to expect a version below 1, a confidence that is no number or a time that no calendar has.
 *
 * A refused record has no effect anywhere. So only what can't be true is refused: whether a profile
 * has a field, or a bundle is there, depends on more than the record, and is for those who use it.
 */

import { parseProfile } from '../schemas/profiles.ts'
import type {
  Claim,
  Credential,
  Extracted,
  Field,
  Final,
  Model,
  Page,
  Payee,
  ProfileVersion,
  Rule,
  Task,
  Topics,
  User,
  Verdict,
} from '../schemas/types.ts'
import { modelKey } from './model/model-registry.ts'
import { provenanceOf } from './model/published-model.ts'
import { parsePatterns } from './rules/patterns.ts'
import { isDocumentId, longestDocumentId } from './document/raw.ts'
import type { TopicName } from './processor.ts'
import { lacks } from './rules/rule-files.ts'
import { ruleKey } from './rules/rule-table.ts'

/** What a record must say to be believed; part of a topic's entry. */
export interface RecordRules<T extends TopicName> {
  /** The text field of the value that is the record's key, or how the key is made of the value. */
  readonly key: TextField<Topics[T]> | MadeKey<T>
  /** What else must hold; nothing beyond key and schema where it is left out. */
  readonly invariants?: Invariants<Topics[T]>
}

export interface MadeKey<T extends TopicName> {
  readonly name: string
  /** Null where the key is no identifier of the value. */
  readonly of: ((value: Topics[T]) => string) | null
}

type TextField<V> = { [K in keyof V]: V[K] extends string ? K : never }[keyof V] & string

/**
 * Names of what holds, and whether it does; `written`: when the record was, in ms since 1970. Throws
 * a coded error where only a parser can tell.
 */
type Invariants<V> = (value: V, written: number) => Readonly<Record<string, boolean>>

const latestTime = 253_402_300_799_999 // ms: the end of 9999, the last year of four digits
const clockSkew = 86_400_000 // ms by which a writer's clock may be ahead of the broker's
const highestNumber = 1_000_000_000 // of a version or revision, so that there is always a next one

const addressable = `an id of at most ${longestDocumentId} characters that an address can hold`

export const recordInvariants = {
  raw: ({ documentId, receivedAt }) => ({
    [addressable]: isDocumentId(documentId),
    'received at some time': isTime(receivedAt),
  }),
  ocr: ({ documentId, receivedAt, pages }) => ({
    [addressable]: isDocumentId(documentId),
    'received at some time': isTime(receivedAt),
    'pages have a size': pages.every(hasSize),
  }),
  extracted: readingInvariants,
  'needs-review': taskInvariants,
  outdated: ({ source }) => ({
    'a record of ocr': source.topic === 'ocr' && source.partition >= 0 && source.offset >= 0,
  }),
  corrected: verdictInvariants,
  claims: claimInvariants,
  final: finalInvariants,
  rules: ruleInvariants,
  payees: payeeInvariants,
  models: modelInvariants,
  profiles: profileInvariants,
  'training-runs': ({ key, askedAt, startedAt, endedAt }, written) => ({
    'a key': key !== '',
    'asked for at some time': isPast(askedAt, written),
    'began and ended at some time': [startedAt, endedAt].every(
      (at) => at === null || isPast(at, written),
    ),
  }),
  trainers: ({ name, at, waiting, wanted, nextAt }, written) => ({
    'a name': name !== '',
    'beat at some time': isPast(at, written) && (nextAt === null || isTime(nextAt)),
    'answers are counted': [wanted, ...Object.values(waiting)].every((count) => count >= 0),
  }),
  users: userInvariants,
  credentials: credentialInvariants,
  audit: ({ at }, written) => ({ 'done at some time': isPast(at, written) }),
  dead: ({ partition, offset, failedAt }) => ({
    'lay in a log': partition >= 0 && offset >= 0,
    'failed at some time': isTime(failedAt),
  }),
} as const satisfies { readonly [T in TopicName]?: Invariants<Topics[T]> }

export const recordKeys = {
  rules: { name: 'vendor/field', of: ruleKey },
  models: { name: 'name/version', of: modelKey },
  dead: { name: 'documentId', of: null }, // that of a record that may have had none
} as const satisfies { readonly [T in TopicName]?: MadeKey<T> }

/** What the key of a topic is called. */
export function keyName({ key }: { readonly key: string | { readonly name: string } }): string {
  return typeof key === 'string' ? key : key.name
}

/** Whether each record is about one document, and has its id as key. */
export function isOfDocument(rules: Parameters<typeof keyName>[0]): boolean {
  return keyName(rules) === 'documentId'
}

/** Key of the record with this value; null where any will do. */
export function keyFor<T extends TopicName>(
  { key }: RecordRules<T>,
  value: Topics[T],
): string | null {
  return typeof key === 'string' ? String(value[key]) : (key.of?.(value) ?? null)
}

/**
 * What the value says that can't be, or null. `written`: when the record was, in ms since 1970.
 * RECORD_INVALID, CONFIG_INVALID.
 */
export function flawOf<T extends TopicName>(
  { invariants }: RecordRules<T>,
  value: Topics[T],
  written: number,
): string | null {
  return Object.entries(invariants?.(value, written) ?? {}).find(([, holds]) => !holds)?.[0] ?? null
}

function readingInvariants({
  receivedAt,
  pages,
  fields,
  lineItems,
}: Extracted): Record<string, boolean> {
  return {
    'received at some time': isTime(receivedAt),
    'pages are counted from 0': pages >= 0,
    'fields have evidence': areFields(fields, lineItems),
  }
}

function taskInvariants({
  receivedAt,
  revision,
  priority,
  pages,
  fields,
  candidates,
  lineItems,
}: Task): Record<string, boolean> {
  return {
    'received at some time': isTime(receivedAt),
    'the revision counts from 0': revision >= 0 && revision <= highestNumber,
    'the priority is a number': Number.isFinite(priority),
    'pages have a size': pages.every(hasSize),
    'fields have evidence': areFields(fields, lineItems) && candidates.every(isField),
  }
}

function verdictInvariants(verdict: Verdict, written: number): Record<string, boolean> {
  const { receivedAt, decidedAt, openedAt, revision, reviewer, vendor, pages } = verdict
  return {
    'received at some time': isTime(receivedAt),
    'decided at some time': isPast(decidedAt, written),
    'opened at some time': openedAt == null || isTime(openedAt),
    'the revision counts from 1': revision >= 1 && revision <= highestNumber,
    'a reviewer': reviewer !== '',
    'a vendor': vendor.id !== '',
    'pages have a size': pages.every(hasSize),
    'fields have evidence':
      areFields(verdict.fields, verdict.lineItems) &&
      areFields(verdict.predicted, verdict.predictedLineItems),
  }
}

function claimInvariants({
  identity,
  revision,
  sequence,
  decision,
}: Claim): Record<string, boolean> {
  return {
    'an invoice': identity !== '',
    'the revision counts from 0': revision >= 0 && revision <= highestNumber,
    'the sequence counts from 0': sequence >= 0,
    'decided at some time': decision === null || isTime(decision.decidedAt),
    'fields have evidence': decision === null || areFields(decision.fields, decision.lineItems),
  }
}

function finalInvariants({
  revision,
  decidedAt,
  fields,
  lineItems,
}: Final): Record<string, boolean> {
  return {
    'the revision counts from 0': revision >= 0 && revision <= highestNumber,
    'decided at some time': isTime(decidedAt),
    'fields have evidence': areFields(fields, lineItems),
  }
}

function ruleInvariants(rule: Rule, written: number): Record<string, boolean> {
  const { vendor, field, kind, since, tighten = 0, from = null, until = null, pattern } = rule
  if (kind === 'pattern' && pattern !== null) parsePatterns(pattern)
  return {
    'a vendor and a field': vendor !== '' && field !== '',
    [`what a rule of kind ${kind} needs`]: !lacks(rule),
    'strictness is a number': Number.isFinite(tighten) && tighten >= 0,
    'begun at some time':
      isPast(since, written) &&
      (from === null || isTime(from)) &&
      (until === null || isTime(until)),
  }
}

function payeeInvariants({ documents, accounts }: Payee, written: number): Record<string, boolean> {
  return {
    'documents are counted from 1': documents >= 1,
    'confirmed at some time': accounts.every(
      (one) => one.documents >= 1 && isPast(one.confirmedAt, written),
    ),
  }
}

function modelInvariants(model: Model, written: number): Record<string, boolean> {
  const { name, version, sha256, bytes, decidedAt, championSince } = model
  provenanceOf(model)
  return {
    'a name': name !== '',
    'the version counts from 1': version >= 1 && version <= highestNumber,
    'sha256 is a hash': isHash(sha256),
    'the bundle has bytes': bytes >= 1,
    'decided at some time': isPast(decidedAt, written),
    'reigned from some time': championSince == null || isPast(championSince, written),
  }
}

function profileInvariants(
  { name, version, profile, changedAt }: ProfileVersion,
  written: number,
): Record<string, boolean> {
  return {
    'the profile has its name': parseProfile(profile, 'profile').name === name,
    'the version counts from 1': version >= 1 && version <= highestNumber,
    'changed at some time': isPast(changedAt, written),
  }
}

function userInvariants(
  { name, tokenHash, changedAt }: User,
  written: number,
): Record<string, boolean> {
  return {
    'a name': name !== '',
    'the token is a hash': tokenHash === null || isHash(tokenHash),
    'changed at some time': isPast(changedAt, written),
  }
}

function credentialInvariants(
  { key, user, hash, account, password, createdAt, expiresAt }: Credential,
  written: number,
): Record<string, boolean> {
  return {
    'a key': key !== '',
    'a name': user !== '',
    'a password is hashed': hash === null || hash.startsWith('$scrypt$'),
    'of an account': account >= 0 && password >= 0,
    'made at some time': isPast(createdAt, written),
    'ends at some time': expiresAt === null || isTime(expiresAt),
  }
}

function areFields(fields: readonly Field[], rows: Extracted['lineItems']): boolean {
  return fields.every(isField) && rows.every(({ cells }) => cells.every(isField))
}

function isField({ confidence, box, words }: Field): boolean {
  return (
    confidence >= 0 &&
    confidence <= 1 &&
    (box.length === 0 || box.length === 4) &&
    words.every((index) => index >= 0)
  )
}

function hasSize({ width, height, turn = 0 }: Page): boolean {
  return (
    Number.isFinite(width) &&
    Number.isFinite(height) &&
    width >= 0 &&
    height >= 0 &&
    Number.isFinite(turn)
  )
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text)
}

function isTime(ms: number): boolean {
  return ms >= 0 && ms <= latestTime
}

/**
 * A time that is not after the record that states it. Where the broker knows no time, any will do.
 */
function isPast(ms: number, written: number): boolean {
  return isTime(ms) && (written <= 0 || ms <= written + clockSkew)
}
