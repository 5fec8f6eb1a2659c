/**
 * The format of profile files as JSON Schema: `npm run docs` writes docs/profile.schema.json from
 * schemas/profiles.ts, a test fails where it is stale. Editors check and complete a profile that
 * names it in `$schema`.
 */

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { checkNames } from '../processors/routing/checks.ts'
import {
  columnKeys,
  fieldKeys,
  fieldTypes,
  mostRejectReasons,
  namePattern,
  profileKeys,
  rejectReasonKeys,
} from '../schemas/profiles.ts'

const name = { type: 'string', pattern: namePattern }
const type = { enum: fieldTypes }
const text = { type: 'string' }
const flag = { type: 'boolean' }

const column = objectOf(columnKeys, { name, type, label: text }, ['name', 'type', 'label'])
const field = objectOf(fieldKeys, { name, type, label: text, required: flag, perVendor: flag }, [
  'name',
  'type',
  'label',
  'required',
  'perVendor',
])
const rejectReason = objectOf(
  rejectReasonKeys,
  { code: name, label: { type: 'string', pattern: '\\S' } },
  ['code', 'label'],
)

/** The schema as a value. */
export const profileSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Profile',
  description: 'What Errata extracts from a kind of document.',
  ...objectOf(
    profileKeys,
    {
      $schema: text,
      name: text,
      title: text,
      fields: { type: 'array', minItems: 1, items: field },
      lineItems: { type: 'array', items: column },
      checks: { type: 'array', items: { enum: checkNames } },
      identity: { type: 'array', items: name },
      rejectReasons: { type: 'array', maxItems: mostRejectReasons, items: rejectReason },
    },
    ['name', 'fields'],
  ),
}

/** The schema as it is written. */
export function profileSchemaText(): string {
  return `${JSON.stringify(profileSchema, null, 2)}\n`
}

/** An object that has these keys and no others. */
function objectOf<K extends string>(
  meanings: Readonly<Record<K, string>>,
  schemas: Readonly<Record<K, object>>,
  required: readonly NoInfer<K>[],
): object {
  const properties = Object.fromEntries(
    (Object.keys(meanings) as K[]).map((key) => [
      key,
      { description: meanings[key], ...schemas[key] },
    ]),
  )
  return { type: 'object', properties, required, additionalProperties: false }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('profile.schema.json', import.meta.url), profileSchemaText())
