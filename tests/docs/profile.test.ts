/** The schema of profiles: written as it is generated, and true of what the loader takes. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import { profileSchema, profileSchemaText } from '../../docs/profile.ts'
import { loadProfiles, parseProfile, profileText } from '../../schemas/profiles.ts'

const shipped = readdirSync('schemas/profiles').map((file) => ({
  file,
  profile: JSON.parse(readFileSync(join('schemas/profiles', file), 'utf8')) as object,
}))

/** Whether the validator of the HTTP API takes it. */
async function isValid(profile: object): Promise<boolean> {
  const { $schema: _, ...body } = profileSchema
  const strict = { coerceTypes: false, removeAdditional: false } as const
  const app = Fastify({ ajv: { customOptions: strict } })
  app.post('/', { schema: { body } }, () => 'valid')
  const { statusCode } = await app.inject({ method: 'POST', url: '/', payload: profile })
  await app.close()
  return statusCode === 200
}

/** What the loader says of it: its code, or null where it takes it. */
function refusalOf(profile: object): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'errata-profile-'))
  try {
    writeFileSync(join(folder, 'own.json'), JSON.stringify(profile))
    loadProfiles(folder)
    return null
  } catch (error) {
    return (error as { code: string }).code
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('the schema of profiles is what schemas/profiles.ts says (npm run docs)', () => {
  expect(readFileSync('docs/profile.schema.json', 'utf8')).toBe(profileSchemaText())
})

test.each(shipped)('$file, which is shipped, is valid', async ({ profile }) => {
  expect([await isValid(profile), refusalOf(profile)]).toEqual([true, null])
})

const total = { name: 'total', type: 'money', label: 'Total', required: true, perVendor: false }
const own = { name: 'own', fields: [total] }

test('a profile needs a name and fields, and nothing more', async () => {
  expect([await isValid(own), refusalOf(own)]).toEqual([true, null])
})

test.each([
  ['without a name', { fields: [total] }],
  ['without fields', { name: 'own' }],
  ['with no field', { name: 'own', fields: [] }],
  ['with a misspelled key', { ...own, lineitems: [] }],
  [
    'with a field that has a misspelled key',
    { name: 'own', fields: [{ ...total, requird: true }] },
  ],
  ['with a field of a type that is none', { name: 'own', fields: [{ ...total, type: 'amount' }] }],
  [
    'with a field whose name no record can have',
    { name: 'own', fields: [{ ...total, name: 'A b' }] },
  ],
  [
    'with a column that has a key of fields',
    { ...own, lineItems: [{ name: 'price', type: 'money', label: 'Price', required: true }] },
  ],
  ['with a reason for rejections that has no label', { ...own, rejectReasons: [{ code: 'late' }] }],
  [
    'with more reasons for rejections than digit keys',
    { ...own, rejectReasons: [...'abcdefghij'].map((code) => ({ code, label: code })) },
  ],
])('a profile %s is refused by the schema and by the loader', async (_, profile) => {
  expect([await isValid(profile), refusalOf(profile)]).toEqual([false, 'CONFIG_INVALID'])
})

test('a profile that states no reasons for rejections has the usual ones, and its text none', () => {
  const parsed = parseProfile(JSON.stringify(own), 'own')
  expect(parsed.rejectReasons.map(({ code }) => code)).toContain('not_an_invoice')
  expect(profileText(parsed)).not.toContain('rejectReasons')
})

test('a profile keeps the reasons for rejections that it states, be it none', () => {
  for (const rejectReasons of [[], [{ code: 'late', label: 'Too late' }]]) {
    const text = profileText(parseProfile(JSON.stringify({ ...own, rejectReasons }), 'own'))
    expect(parseProfile(text, 'own').rejectReasons).toEqual(rejectReasons)
  }
})

test('a profile with a reason for rejections twice is refused', () => {
  const late = { code: 'late', label: 'Too late' }
  expect(refusalOf({ ...own, rejectReasons: [late, late] })).toBe('CONFIG_INVALID')
})
