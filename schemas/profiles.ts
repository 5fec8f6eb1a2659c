/**
 * Profiles: what is extracted, as data. Two ship in `profiles/`; the topic `profiles` adds or
 * replaces one, and so does a file of ERRATA_HOME/profiles for commands that need no Kafka. Nothing
 * in the code names a field but the checks, which say which fields they need and do not apply where
 * a profile lacks them.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ErrataError } from '../errors.ts'

export const fieldTypes = [
  'text',
  'id',
  'date',
  'money',
  'currency',
  'iban',
  'vat',
  'document_type',
] as const
export type FieldType = (typeof fieldTypes)[number]

export interface ProfileField {
  readonly name: string
  readonly type: FieldType
  readonly label: string // what a person reads
  readonly required: boolean // without it no document is accepted
  // the same on every document of a vendor, as a rule: a constant may be learned
  readonly perVendor: boolean
}

export interface ProfileColumn {
  readonly name: string
  readonly type: FieldType
  readonly label: string
}

/** Why a person may refuse a document. */
export interface RejectReason {
  readonly code: string // as it stands in records
  readonly label: string // what a person reads
}

export interface Profile {
  readonly name: string
  readonly title: string
  readonly fields: readonly ProfileField[]
  readonly lineItems: readonly ProfileColumn[]
  readonly checks: readonly string[]
  // fields that, with the vendor, make two documents the same invoice
  readonly identity: readonly string[]
  readonly rejectReasons: readonly RejectReason[]
}

export const namePattern = '^[a-z][a-z0-9_]*$'
export const mostRejectReasons = 9 // one for each digit key

/** Of profiles that state none. */
export const usualRejectReasons: readonly RejectReason[] = [
  { code: 'not_an_invoice', label: 'Not an invoice' },
  { code: 'duplicate', label: 'Duplicate' },
  { code: 'wrong_recipient', label: 'Wrong recipient' },
  { code: 'not_ours_to_pay', label: 'Not ours to pay' },
  { code: 'unreadable', label: 'Unreadable' },
  { code: 'incomplete', label: 'Incomplete' },
  { code: 'fraud_suspected', label: 'Suspected fraud' },
]

/** What a file may say, and what each part means. Exhaustive by type. */
export const columnKeys: Readonly<Record<keyof ProfileColumn, string>> = {
  name: 'As it stands in records',
  type: 'How it is read and normalised',
  label: 'What a person reads',
}
export const fieldKeys: Readonly<Record<keyof ProfileField, string>> = {
  ...columnKeys,
  required: 'Without it no document is accepted',
  perVendor: 'The same on every document of a vendor, as a rule: a constant may be learned',
}
export const rejectReasonKeys: Readonly<Record<keyof RejectReason, string>> = {
  code: 'As it stands in records',
  label: 'What a person reads',
}
export const profileKeys: Readonly<Record<keyof Profile | '$schema', string>> = {
  $schema: 'Where this schema lies, for editors',
  name: 'By which documents name it',
  title: 'What a person reads; the name where it is missing',
  fields: 'What is extracted from each document',
  lineItems: 'The columns of its table',
  checks: 'What must hold between the values',
  identity: 'Fields that, with the vendor, make two documents the same invoice',
  rejectReasons:
    'Why a person may refuse a document, in the order of the digit keys; a usual list where it is missing',
}

export type Profiles = ReadonlyMap<string, Profile>

const shipped = fileURLToPath(new URL('profiles/', import.meta.url))

/**
 * All profiles by name: the shipped ones, then those of a folder. CONFIG_INVALID for a file that is
 * not a profile.
 */
export function loadProfiles(folder?: string): Profiles {
  return new Map([...profilesIn(shipped), ...(folder === undefined ? [] : profilesIn(folder))])
}

/** Those of a folder alone; none where it isn't there. CONFIG_INVALID. */
export function profilesIn(folder: string): Profiles {
  if (!existsSync(folder)) return new Map()
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return new Map(
    files.sort().map((file) => {
      const profile = parseProfile(readFileSync(join(folder, file), 'utf8'), file)
      return [profile.name, profile]
    }),
  )
}

/**
 * A profile as text: the same text where it says the same. The usual reasons are left out, so that
 * releases from before there were any read it.
 */
export function profileText({ rejectReasons, ...profile }: Profile): string {
  const isUsual = JSON.stringify(rejectReasons) === JSON.stringify(usualRejectReasons)
  return JSON.stringify(isUsual ? profile : { ...profile, rejectReasons })
}

export function profileOf(profiles: Profiles, name: string): Profile {
  const profile = profiles.get(name)
  if (profile === undefined)
    throw new ErrataError('PROFILE_UNKNOWN', `no profile of this name`, {
      known: [...profiles.keys()].join(' '),
    })
  return profile
}

function unknownKeys(value: object, known: object): string[] {
  return Object.keys(value).filter((key) => !Object.hasOwn(known, key))
}

/** A misspelled key would be a silent default. */
function refuseUnknownKeys(profile: Partial<Profile>, file: string): void {
  const unknown = [
    ...unknownKeys(profile, profileKeys),
    ...(profile.fields ?? []).flatMap((field) => unknownKeys(field, fieldKeys)),
    ...(profile.lineItems ?? []).flatMap((column) => unknownKeys(column, columnKeys)),
    ...(profile.rejectReasons ?? []).flatMap((one) => unknownKeys(one, rejectReasonKeys)),
  ]
  if (unknown.length > 0)
    throw new ErrataError('CONFIG_INVALID', `${file}: a profile has no ${unknown.join(', ')}`, {
      file,
    })
}

/** The profile that a text says; `file`: what errors call it. CONFIG_INVALID. */
export function parseProfile(text: string, file: string): Profile {
  let profile: Partial<Profile>
  try {
    profile = JSON.parse(text) as Partial<Profile>
  } catch (cause) {
    throw new ErrataError('CONFIG_INVALID', `${file} is not JSON`, { file }, cause)
  }
  const wrong = wrongIn(profile) ?? wrongInReasons(profile.rejectReasons ?? [])
  if (wrong !== null)
    throw new ErrataError('CONFIG_INVALID', `${file} is not a profile: ${wrong}`, { file })
  refuseUnknownKeys(profile, file)
  const { name = '', title = name, lineItems = [], checks = [], identity = [] } = profile
  return {
    name,
    fields: (profile.fields ?? []).map(wholeField),
    title,
    lineItems: lineItems.map(wholeColumn),
    checks,
    identity,
    rejectReasons: (profile.rejectReasons ?? usualRejectReasons).map(({ code, label }) => ({
      code,
      label,
    })),
  }
}

function wholeColumn(column: Partial<ProfileColumn>): ProfileColumn {
  const { name = '', type = 'text', label = name } = column
  return { name, type, label }
}

function wholeField(field: Partial<ProfileField>): ProfileField {
  const { required = false, perVendor = false } = field
  return { ...wholeColumn(field), required, perVendor }
}

/** What keeps a value from being a profile; null where nothing does. */
function wrongIn(profile: Partial<Profile> | null): string | null {
  if (typeof profile !== 'object' || profile === null) return 'no object'
  const { name, title = '', fields, lineItems = [], checks = [], identity = [] } = profile
  if (!isName(name)) return `no name of the form ${namePattern}`
  if (typeof title !== 'string') return 'the title is no text'
  if (!Array.isArray(fields) || fields.length === 0) return 'no fields'
  if (!Array.isArray(lineItems)) return 'lineItems is no list'
  if (!areTexts(checks) || !areTexts(identity)) return 'checks or identity are no lists of names'
  return wrongInFields([...fields, ...lineItems])
}

function wrongInFields(fields: readonly unknown[]): string | null {
  const wrong = fields.find((field) => !isField(field))
  return wrong === undefined
    ? null
    : `a field is none: ${JSON.stringify(wrong).slice(0, longestShown)}`
}

function wrongInReasons(reasons: unknown): string | null {
  if (!Array.isArray(reasons) || !reasons.every(isRejectReason))
    return 'rejectReasons is no list of codes and labels'
  if (reasons.length > mostRejectReasons) return `more than ${mostRejectReasons} rejectReasons`
  const codes = new Set(reasons.map(({ code }) => code))
  return codes.size === reasons.length ? null : 'a code of rejectReasons is there twice'
}

function isRejectReason(reason: unknown): reason is RejectReason {
  if (typeof reason !== 'object' || reason === null) return false
  const { code, label } = reason as Partial<RejectReason>
  return isName(code) && typeof label === 'string' && label.trim() !== ''
}

function areTexts(list: unknown): boolean {
  return Array.isArray(list) && list.every((one) => typeof one === 'string')
}

const longestShown = 100 // characters

function isField(field: unknown): boolean {
  if (typeof field !== 'object' || field === null) return false
  const { name, type, label, required, perVendor } = field as Partial<ProfileField>
  return (
    isName(name) &&
    fieldTypes.some((known) => known === type) &&
    (label === undefined || typeof label === 'string') &&
    [required, perVendor].every((flag) => flag === undefined || typeof flag === 'boolean')
  )
}

function isName(name: unknown): boolean {
  return typeof name === 'string' && new RegExp(namePattern).test(name)
}
