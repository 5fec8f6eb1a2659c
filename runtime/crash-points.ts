/**
 * Kills the process at a named point, for tests. Points: joined, fenced, read, seeked, processed,
 * begun, sent, offsets, committed.
 */

import { ErrataError } from '../errors.ts'

export const crashPoints = [
  'joined',
  'fenced',
  'read',
  'seeked',
  'processed',
  'begun',
  'sent',
  'offsets',
  'committed',
] as const
export type CrashPoint = (typeof crashPoints)[number]
export type At = (point: CrashPoint) => void

/**
 * Reads `stage:point:n`; the process kills itself with SIGKILL when it passes the point in that
 * stage for the n-th time.
 */
export function crashHook(crashAt: string | null, stage: string): At {
  if (crashAt === null || crashAt === '') return () => {}
  const [where, point, count = '1'] = crashAt.split(':')
  if (!crashPoints.includes(point as CrashPoint))
    throw new ErrataError('CONFIG_INVALID', `no point ${point} to crash at`, { crashAt })
  if (where !== stage) return () => {}
  let left = Number(count)
  return (passed) => {
    if (passed === point && --left === 0) process.kill(process.pid, 'SIGKILL')
  }
}
