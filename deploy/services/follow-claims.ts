/**
 * The index of known invoices as the extractor uses it: read from `extracted`, as new as the log.
 */

import type { Problem } from '../../errors.ts'
import { claimIndex, claimsOf, type Claims } from '../../processors/routing/duplicates.ts'
import { follow } from '../../runtime/follow.ts'
import { topicName } from '../../topology.ts'
import type { ServiceContext } from './service.ts'

export interface ClaimsInUse extends Claims {
  readonly ready: Promise<unknown>
  readonly failed: Promise<never>
  readonly problems: () => readonly Problem[]
  stop(): Promise<void>
}

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
    ready: table.ready,
    failed: table.failed,
    problems: () => table.problems(),
    stop: () => table.stop(),
  }
}
