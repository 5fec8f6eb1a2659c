/** The compatibility of a subject, set before its first schema is registered. */

import type { Config } from '../../config.ts'
import { ErrataError } from '../../errors.ts'

type Credentials = Pick<Config, 'registryUser' | 'registryPassword'>

const timeoutMs = 10_000

/**
 * A registry may reject this for a subject without a schema; the library then sets it after the
 * first one. REGISTRY_UNREACHABLE where it doesn't respond.
 */
export async function setCompatibility(
  credentials: Credentials,
  url: string,
  subject: string,
): Promise<void> {
  const auth = credentialsOf(credentials)
  const basic = Buffer.from(`${auth?.username}:${auth?.password}`).toString('base64')
  try {
    const path = `/config/${encodeURIComponent(subject)}`
    const response = await fetch(url.replace(/\/$/, '') + path, {
      method: 'PUT',
      headers: {
        'content-type': 'application/vnd.schemaregistry.v1+json',
        ...(auth === null ? {} : { authorization: `Basic ${basic}` }),
      },
      body: JSON.stringify({ compatibility: 'BACKWARD' }),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    })
    await response.arrayBuffer()
  } catch (error) {
    const said = error instanceof Error ? error.message : 'failed'
    throw new ErrataError('REGISTRY_UNREACHABLE', `${subject}: ${said}`, { subject }, error)
  }
}

export function credentialsOf({
  registryUser,
  registryPassword,
}: Credentials): { readonly username: string; readonly password: string } | null {
  return registryUser === null ? null : { username: registryUser, password: registryPassword ?? '' }
}
