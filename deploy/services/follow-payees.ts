/** The accounts that people confirmed, as the extractor uses them: always as new as the log. */

import { payeeTable, type Payees } from '../../processors/rules/payees.ts'
import { follow } from '../../runtime/follow.ts'
import { topicName } from '../../topology.ts'
import { followedBy, type Followed, type ServiceContext } from './service.ts'

export type PayeesInUse = Payees & Followed

export function followPayees({
  config,
  connection,
  log,
}: Pick<ServiceContext, 'config' | 'connection' | 'log'>): PayeesInUse {
  const payees = payeeTable()
  const table = follow({
    ...connection,
    topic: 'payees',
    name: topicName('payees', config.topicPrefix),
    log,
    apply: payees.put,
  })
  return {
    accountsBy: payees.accountsBy,
    keysOf: payees.keysOf,
    ...followedBy(table),
  }
}
