/**
 * One embedded store at a time. Two processes of analytics with stores of their own would be two
 * members of one group, and each would get the rows of half the partitions: both stores would answer,
 * and both wrongly. So where the store is embedded, the sink of one process runs, and the others are
 * not ready and say why. When it ends, another begins: its store lacks what the first has, and the
 * sink fills it from the topics.
 */

import type { Analytics } from '../../connectors/clickhouse/sink.ts'
import type { Problem } from '../../errors.ts'
import { openLeadership, type LeadershipOptions } from '../../runtime/leadership.ts'

const taken: Problem = {
  code: 'STORE_TAKEN',
  why: 'another process has analytics, in an embedded store of its own: stop one of them, or set CLICKHOUSE_URL for all',
}
const starting: Problem = { code: 'STARTING', why: 'analytics is starting' }

/** The sink that `start` gives, for as long as it is the turn of this process. */
export function ownedSink(
  place: Pick<LeadershipOptions, 'cluster' | 'group' | 'topic' | 'log'>,
  start: () => Analytics,
): Analytics {
  let sink: Analytics | null = null
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_, reject) => (fail = reject))
  failed.catch(() => {})
  // one after the other: a sink that stops has let go of its partitions before the next one begins
  let steps: Promise<unknown> = Promise.resolve()
  const step = (act: () => void | Promise<void>): void => void (steps = steps.then(act).catch(fail))

  const turn = openLeadership({
    ...place,
    begin: () =>
      step(() => {
        sink = start()
        sink.failed.catch(fail)
      }),
    end: () =>
      step(async () => {
        const ended = sink
        sink = null
        await ended?.stop()
      }),
  })
  turn.failed.catch(fail)
  return {
    failed,
    problems() {
      if (turn.isWaiting()) return [taken]
      const unknown = turn.problems()
      return unknown.length > 0 ? unknown : (sink?.problems() ?? [starting])
    },
    progress: () => sink?.progress() ?? [],
    lag: () => sink?.lag() ?? new Map(),
    async stop() {
      await turn.stop()
      await steps
    },
  }
}
