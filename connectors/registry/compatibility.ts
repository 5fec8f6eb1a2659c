/** The compatibility of a subject, set before its first schema is registered. */

import { ErrataError } from '../../errors.ts'
import { connectionFailure, registryJson, type RegistryAccess } from './access.ts'

/**
 * A registry may reject this for a subject without a schema; the library then sets it after the
 * first one. REGISTRY_UNREACHABLE where it doesn't respond, or sends us elsewhere.
 */
export async function setCompatibility(access: RegistryAccess, subject: string): Promise<void> {
  const { status } = await access
    .request(`/config/${encodeURIComponent(subject)}`, {
      method: 'PUT',
      headers: { 'content-type': registryJson },
      body: JSON.stringify({ compatibility: 'BACKWARD' }),
    })
    .catch((error: unknown) => {
      throw connectionFailure(error, { subject })
    })
  if (status >= 300 && status < 400)
    throw new ErrataError('REGISTRY_UNREACHABLE', `${subject}: answers ${status}`, { subject })
}
