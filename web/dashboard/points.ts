/**
 * Daily rows as points of a chart. If there are too many days to tell apart, several share a point,
 * which links to all of them.
 */

import type { TableRow } from '../../connectors/http/contract/types.ts'

const mostPoints = 120

/** Days that share a point; its figure is computed from sums, never from means of means. */
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

/** The days as text. */
export function daysOf({ from, to }: DaySpan): string {
  return from === to ? from : `${from} to ${to}`
}

/** The middle of the days, in ms since 1970. */
export function middleOf({ from, to }: DaySpan): number {
  return (Date.parse(from) + Date.parse(to)) / 2
}

/** Rounded to one decimal. */
export function plain(y: number): string {
  return String(Math.round(10 * y) / 10)
}
