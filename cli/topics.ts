/**
 * `errata topics`: makes topics and schemas and waits until all replicas have them; says what it
 * would do; or prints the same for tools that keep a cluster as it is declared.
 */

import type { Config } from '../config.ts'
import { createAcls, missingAcls } from '../connectors/kafka/kafka.ts'
import { missingSchemas } from '../connectors/registry/registered.ts'
import { openRegistry } from '../connectors/registry/registry.ts'
import { startStack } from '../deploy/stack/stack.ts'
import { accessRights, aclCommands } from '../operations/acls.ts'
import { clusterAt, findAddresses, reachedBy } from '../operations/connect.ts'
import { strimziOf, terraformOf } from '../operations/declared-topics.ts'
import { plannedTopics } from '../operations/planned-topics.ts'
import { awaitReplicas, ensureTopics, missingTopics } from '../operations/topics.ts'
import { allTopics } from '../runtime/existing-topics.ts'
import { table } from './table.ts'

export interface TopicsOptions {
  readonly acls: 'print' | 'apply' | null
  readonly skipConfigs: boolean
  readonly dryRun: boolean
  readonly output: 'terraform' | 'strimzi' | null
  /** Name of the Kafka resource of Strimzi. */
  readonly strimziCluster: string
}

const changesWaiting = 3 // exit code of a dry run that found something to do

/** Exit code 3 where a dry run found something to do. */
export async function topicsCommand(config: Config, options: TopicsOptions): Promise<number> {
  if (options.output !== null) return declare(config, options)
  if (options.acls === 'print') {
    const commands = aclCommands(accessRights(config.topicPrefix), config.brokers ?? 'HOST:PORT')
    process.stdout.write(`${commands.join('\n')}\n`)
    return 0
  }
  return options.dryRun ? foresee(config, options) : make(config, options)
}

/** Nobody is asked: where the replication is not set, it is 3. */
function declare(config: Config, { output, skipConfigs, strimziCluster }: TopicsOptions): number {
  const replication = config.replication === 0 ? 3 : config.replication
  const declared = {
    topics: plannedTopics(config, replication, skipConfigs),
    rights: accessRights(config.topicPrefix),
  }
  const text = output === 'strimzi' ? strimziOf(declared, strimziCluster) : terraformOf(declared)
  process.stdout.write(text)
  return 0
}

async function foresee(config: Config, { acls, skipConfigs }: TopicsOptions): Promise<number> {
  const addresses = findAddresses(config)
  const reached = reachedBy(config, addresses)
  const cluster = clusterAt(reached, addresses.brokers)
  try {
    const topics = await missingTopics(cluster, reached, { skipConfigs })
    const subjects = allTopics(config.topicPrefix)
    const schemas = await missingSchemas(reached, addresses.registryUrl, subjects)
    const rights = acls === null ? [] : await missingAcls(cluster, accessRights(config.topicPrefix))
    const lines = [
      ...topics.map(
        ({ name, partitions, replication }) =>
          `topic ${name}: ${partitions} partitions, ${replication} replicas`,
      ),
      ...schemas.map((subject) => `schema ${subject}`),
      ...(rights.length === 0 ? [] : [`${rights.length} access rights`]),
    ]
    process.stdout.write(lines.length === 0 ? 'nothing to do\n' : `${lines.join('\n')}\n`)
    return lines.length === 0 ? 0 : changesWaiting
  } finally {
    await cluster.close()
  }
}

async function make(config: Config, { acls, skipConfigs }: TopicsOptions): Promise<number> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`)
  const stack = await startStack(config, say)
  const reached = reachedBy(config, stack)
  const cluster = clusterAt(reached, stack.brokers)
  try {
    const reports = await ensureTopics(cluster, reached, { skipConfigs })
    await awaitReplicas(
      cluster,
      reports.map(({ name }) => name),
    )
    await openRegistry(reached, stack.registryUrl, allTopics(config.topicPrefix))
    if (acls === 'apply') {
      const made = await createAcls(cluster, accessRights(config.topicPrefix))
      say(made === 0 ? 'all access rights are there' : `${made} access rights made`)
    }
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
