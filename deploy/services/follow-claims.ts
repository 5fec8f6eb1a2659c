/**
 * The index of known invoices as the extractor uses it: read from `extracted`, as new as the log.
 *
 * By what a reading is told from others says its profile. A reading whose profile hasn't been read
 * here yet is kept until it has.
 */

import { claimIndex, claimsOf, type Claims } from '../../processors/routing/duplicates.ts'
import { follow } from '../../runtime/follow.ts'
import type { Extracted } from '../../schemas/types.ts'
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
  const unknown = new Map<string, Extracted>() // by document
  const add = (documentId: string, reading: Extracted): void => {
    const profile = profiles.now().get(reading.profile)
    if (profile === undefined) unknown.set(documentId, reading)
    else index.add(claimsOf(reading, profile), documentId, reading.vendor.id)
  }
  profiles.onChange(() => {
    const waiting = [...unknown]
    unknown.clear()
    for (const [documentId, reading] of waiting) add(documentId, reading)
  })
  const table = follow({
    ...connection,
    topic: 'extracted',
    name: topicName('extracted', config.topicPrefix),
    log,
    apply: (documentId, reading) => {
      unknown.delete(documentId)
      if (reading === null) index.remove(documentId)
      else add(documentId, reading)
    },
  })
  return {
    firstOther: index.firstOther,
    documentsOf: index.documentsOf,
    ...followedBy(table),
  }
}
