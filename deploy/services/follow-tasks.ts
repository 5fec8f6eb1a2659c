/**
 * The tasks that documents have, as judge asks for them: of each the print alone
 * (processors/review/asked-task.ts), about 100 bytes.
 *
 * Whoever has read a task may answer at once. So before a task is said not to exist, everything
 * that was in needs-review when it was asked for has been read.
 *
 * Tasks leave the topic with its retention. Those that were gone when this process started can't be
 * known; a document from before the first task that is left may have had one.
 */

import { topicOffsets } from '../../connectors/kafka/kafka.ts'
import type { AskedTask } from '../../processors/judge.ts'
import { taskPrint } from '../../processors/review/asked-task.ts'
import { follow } from '../../runtime/follow.ts'
import { topicName } from '../../topology.ts'
import { followedBy, type Followed, type ServiceContext } from './service.ts'

export interface TasksInUse extends Followed {
  /** Codes of an unreachable broker. */
  readonly hasTask: (asked: AskedTask) => Promise<boolean>
}

const clockSkew = 3_600_000 // ms by which a sender's clock may differ from the broker's

export function followTasks({
  config,
  connection,
  log,
}: Pick<ServiceContext, 'config' | 'connection' | 'log'>): TasksInUse {
  const name = topicName('needs-review', config.topicPrefix)
  const startedAt = Date.now()
  const prints = new Map<string, ReadonlySet<string>>() // by document
  const firsts = new Map<number, number>() // by partition: when its first task that is left came
  const table = follow({
    ...connection,
    topic: 'needs-review',
    name,
    log,
    apply(documentId, task, { partition, timestamp }) {
      if (!firsts.has(partition)) firsts.set(partition, timestamp)
      if (task === null) prints.delete(documentId)
      else prints.set(documentId, new Set([...(prints.get(documentId) ?? []), taskPrint(task)]))
    },
  })

  const isKnown = ({ documentId, print }: AskedTask): boolean =>
    prints.get(documentId)?.has(print) === true
  /** Documents from before it may have had tasks that are gone. */
  const goneUntil = async (): Promise<number> => {
    const lows = await topicOffsets(connection.cluster, name)
    return Math.max(
      ...[...lows].map(([partition, { low }]) =>
        low > 0n ? (firsts.get(partition) ?? startedAt) + clockSkew : -Infinity,
      ),
    )
  }
  return {
    async hasTask(asked) {
      if (isKnown(asked)) return true
      await table.caughtUp()
      return isKnown(asked) || asked.since <= (await goneUntil())
    },
    ...followedBy(table),
  }
}
