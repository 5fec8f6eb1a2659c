/** What the records of a document have in common: which it is, and how it came in. */

import type { Extracted } from '../../schemas/types.ts'

export type CommonFields = Pick<
  Extracted,
  'documentId' | 'tenant' | 'profile' | 'fileName' | 'source' | 'sha256' | 'receivedAt'
>

/** Only those of a record that has more. */
export function commonFields(record: CommonFields): CommonFields {
  const { documentId, tenant, profile, fileName, source, sha256, receivedAt } = record
  return { documentId, tenant, profile, fileName, source, sha256, receivedAt }
}
