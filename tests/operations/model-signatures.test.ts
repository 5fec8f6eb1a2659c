/** Who signs a model, what its signature covers, and whom it convinces. */

import { generateKeyPairSync } from 'node:crypto'
import { openBlobs, sha256Of } from '../../connectors/blobs/blobs.ts'
import { distrust, signed, trustedKeys } from '../../operations/model-signatures.ts'
import { openPublished } from '../../operations/published-models.ts'
import type { Model } from '../../schemas/types.ts'
import { starterBundle } from '../../trainer/starter-bundle.ts'
import { modelOf } from '../records.ts'

const pair = (type: 'ed25519' | 'x25519' = 'ed25519') => {
  const { privateKey, publicKey } = generateKeyPairSync(type as 'ed25519')
  return {
    modelSigningKey: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
    modelPublicKey: publicKey.export({ format: 'pem', type: 'spki' }) as string,
  }
}
const [ours, theirs] = [pair(), pair()]
const nobody = { modelSigningKey: null, modelPublicKey: null }
const model = modelOf(3)

test('a signed version is trusted where its key is, also as one of several, and in any state', () => {
  const version = signed(model, ours)
  expect(distrust(version, ours)).toBeNull()
  const both = `${theirs.modelPublicKey}\n${ours.modelPublicKey}`
  expect(
    distrust({ ...version, state: 'retired', reason: 'x' }, { modelPublicKey: both }),
  ).toBeNull()
  expect(distrust(version, theirs)).toMatch(/by no key/)
  expect(distrust(model, ours)).toBe('nobody has signed it')
  expect(distrust(model, nobody)).toBeNull()
})

test.each<[string, Partial<Model>]>([
  ['name', { name: 'receipt' }],
  ['version', { version: 4 }],
  ['bundle', { sha256: 'f'.repeat(64) }],
  ['manifest', { manifest: '{"trainedOn": []}' }],
  ['signature', { signature: 'AAAA' }],
  ['signature that is no text of one', { signature: '\ud800' }],
])('another %s is not what was signed', (_, change) => {
  expect(distrust({ ...signed(model, ours), ...change }, ours)).toMatch(/of other content/)
})

test('a signature is made once, and never without a key', () => {
  expect(signed(model, nobody)).toBe(model)
  const version = signed(model, ours)
  expect(signed(version, theirs)).toBe(version)
})

test('the starter models need no signature, under their own name only', () => {
  const sha256 = sha256Of(starterBundle('invoice') as Buffer)
  expect(distrust({ ...model, sha256 }, ours)).toBeNull()
  expect(distrust({ ...model, sha256, name: 'receipt' }, ours)).not.toBeNull()
})

test('whoever opens a version that is not trusted is refused before a byte of it is read', async () => {
  const blobs = { ...openBlobs('/nowhere'), get: () => Promise.reject(new Error('was read')) }
  const opened = openPublished(model, blobs, ours)
  await expect(opened).rejects.toMatchObject({ code: 'MODEL_UNUSABLE' })
})

test('what is no Ed25519 key is a setting of the wrong kind, and never quoted', () => {
  const wrong = ['secret words', ours.modelSigningKey.slice(0, 60), pair('x25519').modelSigningKey]
  for (const modelSigningKey of wrong) {
    const sign = (): Model => signed(model, { modelSigningKey })
    expect(sign).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    expect(sign).not.toThrow(/secret/)
  }
  for (const modelPublicKey of ['x', pair('x25519').modelPublicKey]) {
    const read = (): unknown => trustedKeys({ modelPublicKey })
    expect(read).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  }
})
