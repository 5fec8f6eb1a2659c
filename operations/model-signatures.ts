/**
 * Signatures of model versions, by Ed25519: whoever can write to the models topic and the blob
 * store still can't have a model read that nobody with the private key has signed.
 *
 *   signed: the purpose, name and version, sha256 of the bundle, sha256 of the record's manifest
 *
 * What becomes of a version (its state) is not signed: decisions are made by the gate and by
 * people, and an earlier version that was signed may come back. Without a public key nothing is
 * checked. The starter models that ship with Errata are part of its code and as trusted as that,
 * under any version.
 */

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import type { Config } from '../config.ts'
import { sha256Of } from '../connectors/blobs/blobs.ts'
import { ErrataError } from '../errors.ts'
import type { Model } from '../schemas/types.ts'
import { starterBundle } from '../trainer/starter-bundle.ts'

export type Verifying = Pick<Config, 'modelPublicKey'>
export type Signing = Pick<Config, 'modelSigningKey'>

const publicPem = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g

/** The version with our signature; as it is where there is no key or it has one. CONFIG_INVALID. */
export function signed(model: Model, { modelSigningKey }: Signing): Model {
  if (modelSigningKey === null || model.signature !== null) return model
  const key = keyOf('ERRATA_MODEL_SIGNING_KEY', () => createPrivateKey(modelSigningKey))
  return { ...model, signature: sign(null, statementOf(model), key).toString('base64') }
}

/** Why the version isn't trusted, or null. CONFIG_INVALID. */
export function distrust(model: Model, config: Verifying): string | null {
  const keys = trustedKeys(config)
  if (keys.length === 0 || isShipped(model)) return null
  if (model.signature === null) return 'nobody has signed it'
  const signature = Buffer.from(model.signature, 'base64')
  const isBy = (key: KeyObject): boolean => verify(null, statementOf(model), key, signature)
  return keys.some(isBy)
    ? null
    : 'its signature is by no key that is trusted here, or of other content'
}

/** Whose signatures count: any of them, so that a key can be replaced. CONFIG_INVALID. */
export function trustedKeys({ modelPublicKey }: Verifying): readonly KeyObject[] {
  if (modelPublicKey === null) return []
  const pems = modelPublicKey.match(publicPem) ?? [modelPublicKey]
  return pems.map((pem) => keyOf('ERRATA_MODEL_PUBLIC_KEY', () => createPublicKey(pem)))
}

function statementOf({ name, version, sha256, manifest }: Model): Buffer {
  const hash = createHash('sha256').update(manifest).digest('hex')
  return Buffer.from(JSON.stringify(['errata model', name, version, sha256, hash]))
}

function isShipped({ name, sha256 }: Model): boolean {
  const bundle = starterBundle(name)
  return bundle !== null && sha256Of(bundle) === sha256
}

/** The cause stays out of it: it may quote the key. */
function keyOf(setting: string, read: () => KeyObject): KeyObject {
  let key: KeyObject | null = null
  try {
    key = read()
  } catch {
    // said below
  }
  if (key?.asymmetricKeyType === 'ed25519') return key
  throw new ErrataError('CONFIG_INVALID', `${setting} must be an Ed25519 key in PEM`, { setting })
}
