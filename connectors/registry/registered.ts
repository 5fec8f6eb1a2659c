/** What a registry has, without changing it. */

import { ErrataError } from '../../errors.ts'
import { schemaOf } from '../../schemas/schemas.ts'
import type { Topics } from '../../schemas/types.ts'
import {
  connectionFailure,
  refusesUs,
  registryAccess,
  registryJson,
  registryRefuses,
  type RegistryAccess,
  type RegistrySettings,
} from './access.ts'

export interface RegistrySubject {
  /** Full topic name. */
  readonly name: string
  readonly topic: keyof Topics
}

/** Subjects that have the schema of this id. REGISTRY_UNREACHABLE, CONFIG_INVALID. */
export async function subjectsWith(
  access: RegistryAccess,
  id: number,
): Promise<ReadonlySet<string>> {
  const { status, text } = await access
    .request(`/schemas/ids/${id}/versions`, { method: 'GET' })
    .catch((error: unknown) => {
      throw connectionFailure(error, { id: String(id) })
    })
  if (refusesUs(status))
    throw new ErrataError('CONFIG_INVALID', registryRefuses(`schema ${id}`), { status })
  if (status === 404) return new Set()
  if (status >= 300)
    throw new ErrataError('REGISTRY_UNREACHABLE', `the registry fails for schema ${id}`, { status })
  return new Set(subjectsIn(text, id))
}

function subjectsIn(text: string, id: number): readonly string[] {
  try {
    const versions = JSON.parse(text) as readonly { readonly subject: string }[]
    return versions.map(({ subject }) => subject)
  } catch (error) {
    const why = `the registry answers for schema ${id} like no registry`
    throw new ErrataError('REGISTRY_UNREACHABLE', why, { id }, error)
  }
}

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
