/**
 * The index of known invoices as the extractor uses it: read from `extracted`, as new as the log.
 */

import { claimIndex, claimsOf, type Claims } from '../../processors/routing/duplicates.ts'
import { follow } from '../../runtime/follow.ts'
import { topicName } from '../../topology.ts'
import { followedBy, type Followed, type ServiceContext } from './service.ts'

export type ClaimsInUse = Claims & Followed

export function followClaims({
  config,
  connection,
  profiles,
  log,
}: Pick<ServiceContext, 'config' | 'connection' | 'profiles' | 'log'>): ClaimsInUse {
  const index = claimIndex()
  const table = follow({
    ...connection,
    topic: 'extracted',
    name: topicName('extracted', config.topicPrefix),
    log,
    apply: (documentId, reading) => {
      const profile = reading === null ? undefined : profiles.get(reading.profile)
      if (reading === null) index.remove(documentId)
      else if (profile !== undefined)
        index.add(claimsOf(reading, profile), documentId, reading.vendor.id)
    },
  })
  return {
    firstOther: index.firstOther,
    documentsOf: index.documentsOf,
    ...followedBy(table),
  }
}
