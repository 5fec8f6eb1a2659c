/**
 * The token by which a client shows Amazon MSK its AWS identity: a signed address of the action
 * kafka-cluster:Connect, valid for 15 minutes, as AWS' own signers make it. Theirs for JavaScript
 * brings 29 MB of another generation of the SDK; what the SDK of the blob store brings is enough.
 * Signing asks nobody; finding the role of an instance or pod does, and only where no keys are set.
 */

import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { defaultProvider } from '@aws-sdk/credential-provider-node'
import { SignatureV4 } from '@smithy/signature-v4'
import { ErrataError } from '../../errors.ts'

export interface AwsKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

const validSeconds = 900

/** `keys`: null where a role gives them. CONFIG_INVALID where there is none. */
export async function signMskToken(
  region: string,
  keys: AwsKeys | null,
  now: Date = new Date(),
): Promise<string> {
  const hostname = `kafka.${region}.amazonaws.com`
  const signer = new SignatureV4({
    service: 'kafka-cluster',
    region,
    credentials: keys ?? (await roleKeys()),
    sha256: Sha256,
    applyChecksum: false,
  })
  const signed = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      headers: { host: hostname },
      query: { Action: 'kafka-cluster:Connect' },
    },
    { expiresIn: validSeconds, signingDate: now },
  )
  const query = new URLSearchParams({ ...(signed.query as Record<string, string>) })
  query.append('User-Agent', 'errata')
  return Buffer.from(`https://${hostname}/?${query.toString()}`).toString('base64url')
}

let provider: ReturnType<typeof defaultProvider> | null = null

async function roleKeys(): Promise<AwsKeys> {
  provider ??= defaultProvider() // remembers keys until they end
  return provider().catch((error: unknown) => {
    const why =
      'aws-msk-iam needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the role of an instance, pod or task'
    throw new ErrataError('CONFIG_INVALID', why, { reason: (error as Error).name })
  })
}

/** SHA-256 as the signer wants it: keyed where it has a secret. */
class Sha256 {
  readonly #secret: string | Uint8Array | undefined
  #hash: Hash | Hmac

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = typeof secret === 'string' || secret === undefined ? secret : bytesOf(secret)
    this.#hash = this.#begin()
  }

  #begin(): Hash | Hmac {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret)
  }

  update(data: Uint8Array): void {
    this.#hash.update(data)
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest())
  }

  reset(): void {
    this.#hash = this.#begin()
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data)
}
