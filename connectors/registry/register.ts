/** Registers schemas that a backup brings along. */

import { ErrataError } from '../../errors.ts'
import {
  connectionFailure,
  refusesUs,
  registryAccess,
  registryJson,
  registryRefuses,
  type RegistrySettings,
} from './access.ts'

export interface BroughtSchema {
  /** Full topic name. */
  readonly topic: string
  /** Avro, as JSON text. */
  readonly schema: string
}

/**
 * The id that each has here, in order. TOPOLOGY_MISMATCH where what is registered doesn't fit them,
 * REGISTRY_UNREACHABLE, CONFIG_INVALID.
 */
export async function registerSchemas(
  settings: RegistrySettings,
  url: string,
  schemas: readonly BroughtSchema[],
): Promise<readonly number[]> {
  const access = registryAccess(settings, url)
  const ids: number[] = []
  try {
    for (const { topic, schema } of schemas) {
      const subject = `${topic}-value`
      const { status, text } = await access
        .request(`/subjects/${encodeURIComponent(subject)}/versions`, {
          method: 'POST',
          headers: { 'content-type': registryJson },
          body: JSON.stringify({ schemaType: 'AVRO', schema }),
        })
        .catch((error: unknown) => {
          throw connectionFailure(error, { subject })
        })
      if (refusesUs(status))
        throw new ErrataError('CONFIG_INVALID', registryRefuses(subject), { status })
      if (status === 409 || status === 422) {
        const why = `the registry has schemas of ${subject} that don't go with those of the backup`
        throw new ErrataError('TOPOLOGY_MISMATCH', why, { subject, status })
      }
      if (status >= 300) {
        const why = `the registry fails for ${subject}`
        throw new ErrataError('REGISTRY_UNREACHABLE', why, { status })
      }
      ids.push((JSON.parse(text) as { id: number }).id)
    }
    return ids
  } finally {
    access.agent?.destroy()
  }
}
