/** Sessions of the engine, each with a queue. */

import type { Session } from 'chdb'
import { ErrataError } from '../../errors.ts'
import { StatementError } from './statement-error.ts'

const mostWaiting = 100 // queued requests; beyond this the caller is told to come back

export interface SessionLane {
  <T>(work: (session: Session) => Promise<T>): Promise<T>
  /** How long the statement that has run longest has run, in ms; 0 where none runs. */
  busyMs(): number
}

/**
 * Each session runs one statement at a time: the engine would serialize them anyway, but block
 * Node's few native threads.
 */
export function lane(sessions: readonly Session[]): SessionLane {
  const free = [...sessions]
  const waiting: ((session: Session) => void)[] = []
  const begun = new Map<Session, number>()
  const run = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    if (waiting.length >= mostWaiting)
      throw new StatementError(
        202,
        'TOO_MANY_SIMULTANEOUS_QUERIES',
        'Too many simultaneous queries',
      )
    const session = free.pop() ?? (await new Promise<Session>((resolve) => waiting.push(resolve)))
    begun.set(session, performance.now())
    try {
      return await work(session)
    } catch (error) {
      await forget(session)
      throw error
    } finally {
      begun.delete(session)
      const next = waiting.shift()
      if (next === undefined) free.push(session)
      else next(session)
    }
  }
  const busyMs = (): number =>
    begun.size === 0 ? 0 : performance.now() - Math.min(...begun.values())
  return Object.assign(run, { busyMs })
}

/**
 * Output that a failed query had already written stays in the session and would precede the next
 * result.
 */
async function forget(session: Session): Promise<void> {
  for (let tries = 0; tries < 3; tries++) {
    const answer = await session
      .queryAsync("SELECT 'nothing is left'", { format: 'TSV' })
      .catch(() => null)
    if (answer?.text() === 'nothing is left\n') return
  }
  throw new ErrataError(
    'STORE_UNREACHABLE',
    'a session of the analytics store cannot be used any more',
  )
}
