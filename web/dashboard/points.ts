/**
 * Rows of days as points of a chart: more days than can be told apart are drawn together, and lead
 * to all that they stand for.
 */

import type { TableRow } from '../shared/api-types.ts'

const mostPoints = 120

/** Days that are drawn as one point; sums over them, never means of means. */
export interface DaySpan {
  readonly from: string
  readonly to: string
  readonly rows: readonly TableRow[]
}

export function daySpansOf(rows: readonly TableRow[]): DaySpan[] {
  const size = Math.max(1, Math.ceil(rows.length / mostPoints))
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => {
    const part = rows.slice(i * size, (i + 1) * size)
    return { from: String(part[0]?.day), to: String(part.at(-1)?.day), rows: part }
  })
}

export function total(rows: readonly TableRow[], column: string): number {
  return rows.reduce((sum, row) => sum + Number(row[column] ?? 0), 0)
}

/** In words. */
export function daysOf({ from, to }: DaySpan): string {
  return from === to ? from : `${from} to ${to}`
}

/** Where it stands on the time axis. */
export function middleOf({ from, to }: DaySpan): number {
  return (Date.parse(from) + Date.parse(to)) / 2
}

/** With one decimal at most. */
export function plain(y: number): string {
  return String(Math.round(10 * y) / 10)
}
