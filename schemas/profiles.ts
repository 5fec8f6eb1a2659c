/**
 * Profiles: what is extracted, as data. Two ship in `profiles/`; a file in the folder of
 * ERRATA_HOME/profiles adds or replaces one. Nothing in the code names a field but the checks,
 * which say which fields they need and do not apply where a profile lacks them.
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

export interface Profile {
  readonly name: string
  readonly title: string
  readonly fields: readonly ProfileField[]
  readonly lineItems: readonly ProfileColumn[]
  readonly checks: readonly string[]
  // fields that, with the vendor, make two documents the same invoice
  readonly identity: readonly string[]
}

export const namePattern = '^[a-z][a-z0-9_]*$'

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
export const profileKeys: Readonly<Record<keyof Profile | '$schema', string>> = {
  $schema: 'Where this schema lies, for editors',
  name: 'By which documents name it',
  title: 'What a person reads; the name where it is missing',
  fields: 'What is extracted from each document',
  lineItems: 'The columns of its table',
  checks: 'What must hold between the values',
  identity: 'Fields that, with the vendor, make two documents the same invoice',
}

export type Profiles = ReadonlyMap<string, Profile>

const shipped = fileURLToPath(new URL('profiles/', import.meta.url))

/**
 * All profiles by name: the shipped ones, then those of a folder. CONFIG_INVALID for a file that is
 * not a profile.
 */
export function loadProfiles(folder?: string): Profiles {
  const found = new Map<string, Profile>()
  for (const place of [shipped, folder]) {
    if (place === undefined || !existsSync(place)) continue
    for (const file of readdirSync(place)
      .filter((name) => name.endsWith('.json'))
      .sort()) {
      const profile = parseProfile(readFileSync(join(place, file), 'utf8'), file)
      found.set(profile.name, profile)
    }
  }
  return found
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
  ]
  if (unknown.length > 0)
    throw new ErrataError('CONFIG_INVALID', `${file}: a profile has no ${unknown.join(', ')}`, {
      file,
    })
}

/** A profile as a file says it. CONFIG_INVALID, naming the file. */
export function parseProfile(text: string, file: string): Profile {
  let profile: Partial<Profile>
  try {
    profile = JSON.parse(text) as Partial<Profile>
  } catch (cause) {
    throw new ErrataError('CONFIG_INVALID', `${file} is not JSON`, { file }, cause)
  }
  const fields = [...(profile.fields ?? []), ...(profile.lineItems ?? [])]
  const wrong = fields.find(
    (field) =>
      typeof field.name !== 'string' ||
      !new RegExp(namePattern).test(field.name) ||
      !fieldTypes.includes(field.type),
  )
  if (
    typeof profile.name !== 'string' ||
    profile.fields === undefined ||
    !Array.isArray(profile.fields) ||
    profile.fields.length === 0 ||
    wrong !== undefined
  ) {
    throw new ErrataError('CONFIG_INVALID', `${file} is not a profile`, {
      file,
      field: wrong?.name ?? '',
    })
  }
  refuseUnknownKeys(profile, file)
  return {
    name: profile.name,
    fields: profile.fields,
    title: profile.title ?? profile.name,
    lineItems: profile.lineItems ?? [],
    checks: profile.checks ?? [],
    identity: profile.identity ?? [],
  }
}
