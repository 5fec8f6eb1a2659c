/**
 * Whether a generation stands still, so that it can be copied as a whole: no process of it runs, each
 * group has read its topics to their end, and nobody writes. SOURCE_BUSY says what doesn't.
 */

import { groupProgress, runningGroups, type Cluster } from '../../connectors/kafka/kafka.ts'
import { ErrataError } from '../../errors.ts'
import type { TopicName } from '../../processors/processor.ts'
import { edges, fullNames, groupName, type StageName, stageNames, stages } from '../../topology.ts'
import type { Ends } from './origin.ts'

/**
 * The stages that have read all that there is: not an optional one that has never begun. `analytics`:
 * it has too, if it has ever begun. SOURCE_BUSY.
 */
export async function drainedStages(
  cluster: Cluster,
  prefix: string,
  { analytics }: { readonly analytics: boolean },
): Promise<readonly StageName[]> {
  const drained: StageName[] = []
  for (const name of stageNames) {
    const { reads, optional } = stages[name]
    const hasBegun = await hasRead(cluster, groupName(name, prefix), [reads], prefix, !optional)
    if (hasBegun || !optional) drained.push(name)
  }
  if (analytics)
    await hasRead(cluster, groupName('analytics', prefix), edges.analytics.reads, prefix, false)
  return drained
}

/** Whether a group has ever begun. SOURCE_BUSY where it has, or must, and isn't at the end. */
async function hasRead(
  cluster: Cluster,
  group: string,
  reads: readonly TopicName[],
  prefix: string,
  isRequired: boolean,
): Promise<boolean> {
  let lag = 0n
  let hasBegun = false
  for (const topic of reads.flatMap((one) => fullNames(one, prefix))) {
    const places = await groupProgress(cluster, group, topic)
    for (const { position, lag: behind } of places.values()) {
      hasBegun ||= position !== null
      lag += behind
    }
  }
  if (lag === 0n || !(hasBegun || isRequired)) return hasBegun
  const hint = isRequired ? '' : ', or delete the group if it is not to go on'
  throw new ErrataError(
    'SOURCE_BUSY',
    `the group ${group} has ${lag} records still to read: let it run until \`errata status\` says 0${hint}`,
    { group, lag: String(lag) },
  )
}
/** SOURCE_BUSY where a process of the generation runs. `next`: what begins groups of the next one. */
export async function assertStopped(cluster: Cluster, prefix: string, next: string): Promise<void> {
  const isOfNext = (group: string): boolean => next.startsWith(prefix) && group.startsWith(next)
  const running = (await runningGroups(cluster, prefix)).filter((group) => !isOfNext(group))
  if (running.length === 0) return
  throw new ErrataError('SOURCE_BUSY', 'its processes still run: stop them first', {
    groups: running.slice(0, 5).join(),
  })
}

/** SOURCE_BUSY where topics have grown. */
export function assertUnmoved(before: Ends, now: Ends): void {
  for (const [topic, partitions] of before)
    for (const [partition, { high }] of partitions)
      if (now.get(topic)?.get(partition)?.high !== high)
        throw new ErrataError('SOURCE_BUSY', `somebody writes to ${topic}: stop them first`, {
          topic,
          partition,
        })
}
