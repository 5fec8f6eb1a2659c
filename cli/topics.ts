/** `errata topics`: makes and verifies the topics, or prints the rights that the stages need. */

import type { Config } from '../config.ts'
import { openCluster } from '../connectors/kafka/kafka.ts'
import { startStack } from '../deploy/stack/stack.ts'
import { accessRights, aclCommands } from '../operations/acls.ts'
import { reachedBy } from '../operations/connect.ts'
import { ensureTopics } from '../operations/topics.ts'
import { table } from './table.ts'

/**
 * Prints a table, or with `acls` the commands that give each stage what it needs.
 */
export async function topicsCommand(config: Config, { acls }: { acls: boolean }): Promise<number> {
  if (acls) {
    process.stdout.write(
      `${aclCommands(accessRights(config.topicPrefix), config.brokers ?? 'HOST:PORT').join('\n')}\n`,
    )
    return 0
  }
  const stack = await startStack(config, (line) => process.stderr.write(`${line}\n`))
  const cluster = openCluster(
    reachedBy(config, stack),
    stack.brokers.split(',').map((broker) => broker.trim()),
  )
  try {
    const reports = await ensureTopics(cluster, config)
    process.stdout.write(
      table(
        ['topic', 'partitions', 'replicas', 'keeps', ''],
        reports.map((report) => [
          report.name,
          String(report.partitions),
          String(report.replication),
          report.keeps,
          [report.made ? 'new' : '', report.differs].filter(Boolean).join(', '),
        ]),
      ),
    )
    return 0
  } finally {
    await cluster.close()
    if (!stack.found) await stack.stop()
  }
}
