/** What a registry has, without changing it. */

import { ErrataError } from '../../errors.ts'
import { schemaOf } from '../../schemas/schemas.ts'
import {
  connectionFailure,
  refusesUs,
  registryAccess,
  registryJson,
  registryRefuses,
  type RegistrySettings,
} from './access.ts'
import type { RegistrySubject } from './registry.ts'

/** Subjects whose schema would be registered. REGISTRY_UNREACHABLE, CONFIG_INVALID. */
export async function missingSchemas(
  settings: RegistrySettings,
  url: string,
  subjects: readonly RegistrySubject[],
): Promise<readonly string[]> {
  const access = registryAccess(settings, url)
  const missing: string[] = []
  try {
    for (const { name, topic } of subjects) {
      const subject = `${name}-value`
      const body = JSON.stringify({ schemaType: 'AVRO', schema: JSON.stringify(schemaOf(topic)) })
      const { status } = await access
        .request(`/subjects/${encodeURIComponent(subject)}`, {
          method: 'POST',
          headers: { 'content-type': registryJson },
          body,
        })
        .catch((error: unknown) => {
          throw connectionFailure(error, { subject })
        })
      if (refusesUs(status))
        throw new ErrataError('CONFIG_INVALID', registryRefuses(subject), { status })
      if (status === 404) missing.push(subject)
      else if (status >= 300)
        throw new ErrataError('REGISTRY_UNREACHABLE', `the registry fails for ${subject}`, {
          status,
        })
    }
    return missing
  } finally {
    access.agent?.destroy()
  }
}
