/**
 * The review queue as this process follows it: needs-review and verdicts into the task store, and the
 * dead letters of judge, for an answer of this process that doesn't count.
 */

import { join } from 'node:path'
import { openTaskStore, type TaskStore } from '../../connectors/http/review/review.ts'
import type { Problem } from '../../errors.ts'
import { traceIdOf } from '../../processors/analytics.ts'
import { follow, type Applied } from '../../runtime/follow.ts'
import { headerNames, originIn, traceparentOf } from '../../runtime/headers.ts'
import { serviceMetrics } from '../../runtime/service-metrics.ts'
import type { OpenTasks } from '../../processors/review/review-queue.ts'
import type { Profiles } from '../../schemas/profiles.ts'
import type { Task } from '../../schemas/types.ts'
import { deadTopicName, topicName } from '../../topology.ts'
import { allProblems, type ServiceContext } from './service.ts'

export interface QueueInUse {
  readonly tasks: TaskStore
  /** The trace that a document's producer brought, where it isn't our own. */
  readonly traceOf: (documentId: string) => string | undefined
  readonly ready: Promise<unknown>
  readonly failed: Promise<never>
  readonly problems: () => readonly Problem[]
  /** The store stays open. */
  readonly stop: () => Promise<unknown>
}

export function followQueue({
  config,
  home,
  connection,
  profiles,
  log,
}: ServiceContext): QueueInUse {
  const { cluster, registry } = connection
  const tasks = openTaskStore(join(home, 'review'))
  const foreignTraces = new Map<string, string>()
  const read = topicName('ocr', config.topicPrefix)
  const addTask = (documentId: string, task: Task | null, at: Applied): void => {
    tasks.addTask(documentId, task === null ? null : withSequence(task, at, read), at)
    const trace = at.headers[headerNames.trace]?.toString('latin1')
    if (
      task === null ||
      trace === undefined ||
      traceIdOf(trace) === traceIdOf(traceparentOf(documentId))
    )
      foreignTraces.delete(documentId)
    else foreignTraces.set(documentId, trace)
  }
  const needsReview = follow({
    cluster,
    registry,
    topic: 'needs-review',
    name: topicName('needs-review', config.topicPrefix),
    log,
    apply: addTask,
  })
  const verdicts = follow({
    cluster,
    registry,
    topic: 'verdicts',
    name: topicName('verdicts', config.topicPrefix),
    log,
    apply: tasks.addVerdict,
  })
  const refusals = follow({
    cluster,
    registry,
    topic: 'dead',
    name: deadTopicName('judge', config.topicPrefix),
    log,
    apply: (documentId, letter) => {
      if (letter === null) return // it was replayed
      const { partition, offset } = letter
      tasks.refuse(documentId, { partition, offset: BigInt(offset) })
    },
  })
  const followed = [needsReview, verdicts, refusals]
  const unmeasured = measureQueue(tasks, profiles)
  const failed = Promise.race(followed.map((one) => one.failed))
  failed.catch(() => {}) // whoever waits for it hears of it
  return {
    tasks,
    traceOf: (documentId) => foreignTraces.get(documentId),
    ready: Promise.all(followed.map(({ ready }) => ready)),
    failed,
    problems: () => allProblems(followed),
    stop() {
      unmeasured()
      return Promise.all(followed.map((one) => one.stop()))
    },
  }
}

const lookEveryMs = 60_000 // looking at a hundred thousand tasks takes a tenth of a second

/**
 * How many documents wait for a person, and since when. All of them are looked at only when
 * something has changed since the last look, and once in a minute at most.
 */
export function measureQueue(
  tasks: Pick<TaskStore, 'openByProfile' | 'onChange'>,
  profiles: Pick<ServiceContext['profiles'], 'now'>,
  now: () => number = () => performance.now(),
): () => void {
  let known: ReadonlyMap<string, OpenTasks> = new Map()
  let lookedAt = -Infinity
  let hasChanged = true
  const open = (): ReadonlyMap<string, OpenTasks> => {
    if (!hasChanged || now() - lookedAt < lookEveryMs) return known
    hasChanged = false
    lookedAt = now()
    return (known = byKnownProfile(tasks.openByProfile(), profiles.now()))
  }
  const stops = [
    tasks.onChange(() => (hasChanged = true)),
    serviceMetrics.openTasks.from(() =>
      [...open()].map(([profile, { count }]) => [{ profile }, count]),
    ),
    serviceMetrics.oldestTask.from(() =>
      [...open()].flatMap(([profile, { count, oldest }]) =>
        count === 0 ? [] : [[{ profile }, oldest / 1000] as const],
      ),
    ),
  ]
  return () => stops.forEach((stop) => stop())
}

/** With those that nobody waits in, and those that aren't known here as one. */
export function byKnownProfile(
  open: ReadonlyMap<string, OpenTasks>,
  profiles: Profiles,
): ReadonlyMap<string, OpenTasks> {
  const found = new Map<string, OpenTasks>(
    [...profiles.keys()].map((profile) => [profile, { count: 0, oldest: Infinity }]),
  )
  for (const [name, { count, oldest }] of open) {
    const profile = profiles.has(name) ? name : 'other'
    const before = found.get(profile) ?? { count: 0, oldest: Infinity }
    found.set(profile, {
      count: before.count + count,
      oldest: Math.min(before.oldest, oldest),
    })
  }
  return found
}

/** A task of a version that didn't say which record was read: its header does. */
function withSequence(task: Task, at: Applied, read: string): Task {
  if ((task.sequence ?? -1) >= 0) return task
  const origin = originIn(at)
  return origin?.topic === read ? { ...task, sequence: origin.offset } : task
}
