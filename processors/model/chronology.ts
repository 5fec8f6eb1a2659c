/**
 * How a date relates to the other dates of its document: its order and its distance from them. That
 * tells the invoice date from the due date as much as the labels do: payment is due after the
 * invoice date, usually by a round number of days.
 *
 * A date of several tokens is described at its first one. In "03/04/2024" the order of day and
 * month follows from the other dates of the document; if none of them tells, the day comes first.
 */

import { normaliseDate } from '../values/dates.ts'
import { isDate, type TokenKind } from '../document/shapes.ts'
import type { Tokens } from '../document/tokens.ts'

export interface Moment {
  readonly fromFirst: number // distinct earlier days in the document
  readonly fromLast: number
  readonly sinceFirst: number // bucket of the distance in days
  readonly sinceBefore: number
  readonly untilNext: number
  readonly untilLast: number
  readonly isTerm: boolean // a usual number of days after another date
  readonly hasTerm: boolean // another date lies a usual number of days after it
}

const usualTerms = [7, 8, 10, 14, 15, 20, 21, 28, 30, 31, 45, 60, 90] // days
const longest = 5 // tokens
const mostDates = 400 // of one document; a table of more dates says nothing about payment

/** Dates by the index of their first token. */
export function chronologyOf(
  { tokens, lines }: Tokens,
  kinds: readonly TokenKind[],
): ReadonlyMap<number, Moment> {
  const found: (readonly [token: number, text: string])[] = []
  for (let i = 0; i < tokens.length && found.length < mostDates; i++) {
    if (kinds[i] === 'date') found.push([i, tokens[i]?.text ?? ''])
    else if (kinds[i] === 'month') {
      const written = writtenAt(i)
      if (written !== null && written[0] !== found.at(-1)?.[0]) found.push(written)
    }
  }
  const monthFirst = found.some(([, text]) =>
    /^(?:0?\d|1[0-2])[/.-](?:1[3-9]|2\d|3[01])[/.-]\d{2,4}$/.test(text),
  )
  const dated = found.flatMap(([token, text]) => {
    const iso = normaliseDate(text, monthFirst ? 'mdy' : 'dmy')
    return iso === null ? [] : [{ token, day: Date.parse(`${iso}T00:00:00Z`) / 86_400_000 }]
  })
  const days = [...new Set(dated.map(({ day }) => day))].sort((a, b) => a - b)
  const known = new Set(days)
  const [first = 0, last = 0] = [days[0], days.at(-1)]
  return new Map(
    dated.map(({ token, day }) => {
      const at = days.indexOf(day)
      return [
        token,
        {
          fromFirst: Math.min(4, at),
          fromLast: Math.min(4, days.length - 1 - at),
          sinceFirst: classOf(day - first),
          untilLast: classOf(last - day),
          sinceBefore: classOf(day - (days[at - 1] ?? day)),
          untilNext: classOf((days[at + 1] ?? day) - day),
          isTerm: usualTerms.some((term) => known.has(day - term)),
          hasTerm: usualTerms.some((term) => known.has(day + term)),
        },
      ]
    }),
  )

  /** The date around a month's name: day before or after it, then the year. */
  function writtenAt(i: number): readonly [number, string] | null {
    const line = lines[tokens[i]?.line ?? 0] as readonly number[]
    const [start, end] = [line[0] as number, (line.at(-1) as number) + 1]
    for (let from = Math.max(start, i - 3); from <= i; from++) {
      for (let to = Math.min(end, from + longest); to > i; to--) {
        const text = tokens
          .slice(from, to)
          .map((token) => token.text)
          .join(' ')
        if (isDate(text)) return [from, text]
      }
    }
    return null
  }
}

/** Days in buckets, finer around usual payment terms. */
function classOf(days: number): number {
  return [0, 3, 7, 13, 15, 27, 32, 46, 62, 100, 400].findIndex((most) => days <= most) + 1
}
