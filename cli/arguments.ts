/** Parses option values of the command line; throws a usage error for invalid ones. */

import { InvalidArgumentError } from 'commander'

export function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

export function whole(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 0)
    throw new InvalidArgumentError('must be a whole number')
  return number
}

/** A number of partitions. */
export function counted(text: string): number {
  const number = whole(text)
  if (number < 1 || number > 1_000) throw new InvalidArgumentError('must be from 1 to 1000')
  return number
}

const units: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000 } // ms

/** Milliseconds since 1970 of an ISO time, or of a time ago such as 7d. */
export function moment(text: string): number {
  const ago = /^(\d+)([dhm])$/.exec(text)
  const time =
    ago === null
      ? Date.parse(text)
      : Date.now() - Number(ago[1]) * (units[ago[2] as string] as number)
  if (!Number.isFinite(time))
    throw new InvalidArgumentError(
      'must be an ISO time such as 2026-03-01T08:00:00Z, or 7d, 12h, 30m',
    )
  return time
}

export function rulesWhen(text: string): 'now' | 'none' | number {
  return text === 'now' || text === 'none' ? text : moment(text)
}
