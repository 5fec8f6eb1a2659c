/**
 * A good record of each topic that somebody follows, and every way in which one can be bad that we
 * know of, with the code that it should be passed over with.
 */

import type { Codec } from '../schemas/codec.ts'
import type { Model, Topics } from '../schemas/types.ts'
import {
  auditOf,
  credentialOf,
  modelOf,
  payeeFor,
  profileVersionOf,
  readingOf,
  ruleOf,
  taskOf,
  trainerBeatOf,
  trainingRunOf,
  userOf,
  verdictFor,
} from './records.ts'

export type Followed =
  | 'models'
  | 'rules'
  | 'payees'
  | 'profiles'
  | 'training-runs'
  | 'trainers'
  | 'users'
  | 'credentials'
  | 'audit'
  | 'training'
  | 'verdicts'
  | 'needs-review'
  | 'extracted'
export const followed: readonly Followed[] = [
  'models',
  'rules',
  'payees',
  'profiles',
  'training-runs',
  'trainers',
  'users',
  'credentials',
  'audit',
  'training',
  'verdicts',
  'needs-review',
  'extracted',
]

export interface Sent {
  readonly what: string
  readonly key: Buffer | string
  readonly value: Buffer
}

export interface Bad extends Sent {
  readonly code: string
}

type Good = {
  readonly [T in Followed]: (id: string) => { readonly key: string; readonly value: Topics[T] }
}

/** `id` tells one from another: a number for versions of models. */
export const good: Good = {
  models: (id) => ({ key: `invoice/${id}`, value: modelOf(Number(id)) }),
  rules: (id) => ({ key: `vat:${id}/grand_total`, value: ruleOf(`vat:${id}`) }),
  payees: (id) => ({ key: `phone:${id}`, value: payeeFor(`phone:${id}`) }), // teach writes that of vat:
  profiles: (id) => ({ key: `profile_${id}`, value: profileVersionOf(`profile_${id}`) }),
  'training-runs': (id) => ({ key: id, value: trainingRunOf(id) }),
  trainers: (id) => ({ key: id, value: trainerBeatOf(id) }),
  users: (id) => ({ key: id, value: userOf(id) }),
  credentials: (id) => ({ key: `token ${id}`, value: credentialOf(`token ${id}`) }),
  audit: (id) => ({ key: id, value: auditOf(id) }),
  training: (id) => ({ key: id, value: verdictFor(id) }),
  verdicts: (id) => ({ key: id, value: verdictFor(id) }),
  'needs-review': (id) => ({ key: id, value: taskOf(id) }),
  extracted: (id) => ({ key: id, value: readingOf(id) }),
}

const neverTime = 9_007_199_254_740_000 // ms: no calendar has it
const farFuture = 4_000_000_000_000 // ms: year 2096
const field = {
  name: 'grand_total',
  value: '1.00',
  raw: '1.00',
  confidence: 0.5,
  page: 1,
  box: [],
  words: [],
  origin: 'model' as const,
  originId: null,
}

/** Content that the schema allows and that can't be true; by what is wrong. */
const nonsense: { readonly [T in Followed]: Readonly<Record<string, Partial<Topics[T]>>> } = {
  models: {
    'a manifest that is no JSON': { manifest: '{"trainedOn": [' },
    'a manifest that is a list': { manifest: '[]' },
    'a manifest that is null': { manifest: 'null' },
    'a manifest whose documents are a number': { manifest: '{"trainedOn": 7}' },
    'a manifest whose offsets are no numbers': { manifest: '{"offsets": {"0": "many"}}' },
    'a manifest without end': { manifest: `{"a": ${'['.repeat(5_000)}${']'.repeat(5_000)}}` },
    'a sha256 that is none': { sha256: '../../etc/passwd' },
    'a negative version': { version: -3 },
    'the highest version that there can be': { version: 2_147_483_647 },
    'a version far above all others': { version: 900_000 },
    'a bundle of negative size': { bytes: -1 },
    'no name': { name: '' },
    'a time that no calendar has': { decidedAt: neverTime },
    'a negative time': { decidedAt: -1 },
    'a reign from the next century on': { championSince: farFuture },
  },
  rules: {
    'a pattern that is no JSON': { kind: 'pattern', pattern: '[{"LOWER"' },
    'a pattern that asks for a regular expression': {
      kind: 'pattern',
      pattern: '[{"TEXT": {"REGEX": "(a+)+$"}}]',
    },
    'a constant without value': { kind: 'constant', value: null },
    'a label without direction': { kind: 'anchor', anchor: 'total', relation: 'inside' },
    'a place without edges': { kind: 'position', box: [1, 2], page: 1 },
    'strictness that is no number': { kind: 'caution', tighten: Number.NaN },
    'a time that no calendar has': { since: neverTime },
    'no vendor': { vendor: '' },
  },
  payees: {
    'no documents': { documents: 0 },
    'a time in the next century': {
      accounts: payeeFor('').accounts.map((one) => ({ ...one, confirmedAt: farFuture })),
    },
    'an account of no document': {
      accounts: payeeFor('').accounts.map((one) => ({ ...one, documents: -1 })),
    },
  },
  profiles: {
    'a profile that is no JSON': { profile: '{"name": ' },
    'a profile that is null': { profile: 'null' },
    'a profile whose fields are a number': { profile: '{"name": "x", "fields": 7}' },
    'the profile of another name': { profile: profileVersionOf('another').profile },
    'a version below 1': { version: 0 },
    'a time that no calendar has': { changedAt: neverTime },
  },
  'training-runs': {
    'a time that no calendar has': { askedAt: neverTime },
    'an end in the next century': { endedAt: farFuture },
  },
  trainers: {
    'a time that no calendar has': { at: neverTime },
    'a negative number of answers': { waiting: { invoice: -1 } },
  },
  users: {
    'a token that is no hash': { tokenHash: 'secret' },
    'a time that no calendar has': { changedAt: neverTime },
  },
  credentials: {
    'a password that is not hashed': { hash: 'secret' },
    'a time that no calendar has': { createdAt: neverTime },
    'an end that no calendar has': { expiresAt: neverTime },
  },
  audit: {
    'a time that no calendar has': { at: neverTime },
    'a negative time': { at: -62_135_596_800_001 },
  },
  training: {
    'a revision below 1': { revision: 0 },
    'the highest revision that there can be': { revision: 2_147_483_647 },
    'no reviewer': { reviewer: '' },
    'a time in the next century': { decidedAt: farFuture },
    'a confidence that is no number': { predicted: [{ ...field, confidence: Number.NaN }] },
    'a page without size': {
      pages: [{ number: 1, width: Number.NaN, height: 1, unit: 'pt', source: 'ocr' }],
    },
  },
  verdicts: {
    'a revision below 1': { revision: -7 },
    'the highest revision that there can be': { revision: 2_147_483_647 },
    'no vendor': { vendor: { id: '', name: null, evidence: 'none' } },
    'a time that no calendar has': { decidedAt: neverTime },
    'a confidence above 1': { fields: [{ ...field, confidence: 3 }] },
  },
  'needs-review': {
    'a priority that is no number': { priority: Number.NaN },
    'a priority without end': { priority: Number.POSITIVE_INFINITY },
    'a negative revision': { revision: -1 },
    'the highest revision that there can be': { revision: 2_147_483_647 },
    'a time that no calendar has': { receivedAt: neverTime },
    'a negative confidence': { fields: [{ ...field, confidence: -1 }] },
    'half a box': { candidates: [{ ...field, box: [1, 2] }] },
  },
  extracted: {
    'a time that no calendar has': { receivedAt: neverTime },
    'a confidence that is no number': { fields: [{ ...field, confidence: Number.NaN }] },
    'a negative number of pages': { pages: -1 },
  },
}

/**
 * Every bad record of a topic. `from`: number of the first, since each is another document, vendor
 * or version.
 */
export function badRecords<T extends Followed>(topic: T, codec: Codec, from: number): Bad[] {
  let next = from
  const fresh = (): { readonly key: string; readonly value: Topics[T] } =>
    good[topic](String(next++))
  const bytesOf = (value: Topics[T]): Buffer => codec.encode(topic, value)
  const framed = (what: string, code: string, change: (bytes: Buffer) => Buffer): Bad => {
    const { key, value } = fresh()
    return { what, key, value: change(bytesOf(value)), code }
  }
  const withId =
    (id: number) =>
    (bytes: Buffer): Buffer => {
      bytes.writeInt32BE(id, 1)
      return bytes
    }
  const keyed = (what: string, key: Buffer | string): Bad => ({
    what,
    key,
    value: bytesOf(fresh().value),
    code: 'KEY_INVALID',
  })
  const other = topic === 'users' ? ('audit' as const) : ('users' as const)
  return [
    framed('no frame', 'RECORD_NOT_FRAMED', () => Buffer.from('{"manifest": 1}')),
    framed('no bytes at all', 'RECORD_NOT_FRAMED', () => Buffer.alloc(0)),
    framed('cut off', 'RECORD_UNDECODABLE', (bytes) => bytes.subarray(0, -2)),
    framed('bytes left over', 'RECORD_UNDECODABLE', (bytes) =>
      Buffer.concat([bytes, Buffer.from('x')]),
    ),
    framed('a length without end', 'RECORD_UNDECODABLE', (bytes) =>
      Buffer.concat([bytes.subarray(0, 5), Buffer.alloc(40, 0xff)]),
    ),
    framed('a schema that nobody knows', 'SCHEMA_FOREIGN', withId(2_000_000_000 + from)),
    framed('another schema that nobody knows', 'SCHEMA_FOREIGN', withId(2_000_000_001 + from)),
    framed('a negative schema id', 'SCHEMA_FOREIGN', withId(-7)),
    framed('schema id 0', 'SCHEMA_FOREIGN', withId(0)),
    {
      what: 'a record of another topic',
      key: 'x',
      value: codec.encode(other, good[other]('x').value as never),
      code: 'SCHEMA_FOREIGN',
    },
    keyed('an empty key', ''),
    keyed('a key that is not UTF-8', Buffer.from([0xff, 0xfe])),
    keyed('the key of another', 'somebody-else'),
    keyed('a key of a megabyte', 'k'.repeat(1_000_000)),
    ...Object.entries(nonsense[topic] as Readonly<Record<string, Partial<Topics[T]>>>).map(
      ([what, change]): Bad => {
        const { key, value } = fresh()
        const changed = { ...value, ...change }
        const itsKey = keyAfter(change, key, topic)
        return { what, key: itsKey, value: bytesOf(changed), code: 'RECORD_INVALID' }
      },
    ),
  ]
}

/** The key that a changed record needs, so that only its value is wrong. */
function keyAfter(change: object, key: string, topic: keyof Topics): string {
  if (topic === 'profiles') return key
  const { version, name, vendor } = change as Partial<Model> & { vendor?: string }
  if (version !== undefined) return `invoice/${version}`
  if (name === '') return key.replace('invoice', '')
  return vendor === '' && topic === 'rules' ? '/grand_total' : key
}
