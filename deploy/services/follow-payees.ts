/** The accounts that people confirmed, as the extractor uses them: always as new as the log. */

import type { Problem } from '../../errors.ts'
import { payeeTable, type Payees } from '../../processors/rules/payees.ts'
import { follow } from '../../runtime/follow.ts'
import { topicName } from '../../topology.ts'
import type { ServiceContext } from './service.ts'

export interface PayeesInUse extends Payees {
  readonly ready: Promise<unknown>
  readonly failed: Promise<never>
  readonly problems: () => readonly Problem[]
  stop(): Promise<void>
}

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
    ready: table.ready,
    failed: table.failed,
    problems: () => table.problems(),
    stop: () => table.stop(),
  }
}
