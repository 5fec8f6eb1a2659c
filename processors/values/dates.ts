/**
 * Dates as they are printed on invoices, to ISO 8601 days.
 *
 * A run of digits such as 03/04/2024 can't be read by itself: the order of day and month is a fact
 * about the document, not about the string, so it comes in as an argument (see documentContext in
 * normalise.ts). Where that order gives a day that doesn't exist and the other order gives one that
 * does, the other is taken: 12/31/2024 has one reading only.
 *
 * Guarantees: total, returns a day that exists or null. Reads years of Japanese emperors, of the
 * Republic of China, and Thai ones; no other calendar, relative date, quarter or week number. Two-digit
 * years stand for 1970 to 2069.
 */

import { matchesOf } from '../shared/matches.ts'
import { withPlainDigits } from './digits.ts'
import { writtenDates } from './written-dates.ts'

export type DateOrder = 'dmy' | 'mdy' | 'ymd'

export interface FoundDate {
  readonly iso: string // yyyy-mm-dd
  readonly start: number // in the text, UTF-16 units
  readonly end: number
  /**
   * The order that the digits prove by themselves; null where they would read both ways, or name
   * the month.
   */
  readonly proves: DateOrder | null
}

const patterns = {
  ymd: /(?<!\d)(\d{4})\s?([-/.年년])\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})(?!\d)/gu,
  numeric:
    /(?<![\d.,])(\d{1,2})(\s?[-/.]\s?|\s)(\d{1,2})(\s?[-/.]\s?|\s)(\d{4}|\d{2})(?![\d]|[.,]\d)/gu,
  // Languages that number their months: Vietnamese and Mongolian
  numbered: /(?<!\d)(\d{1,2})\s+th(?:áng|g)\s+(\d{1,2}),?\s+(?:năm\s+)?(\d{4})(?!\d)/giu,
  mongolian: /(?<!\d)(\d{4})\s+оны\s+(\d{1,2})-р\s+сарын\s+(\d{1,2})(?!\d)/giu,
  // Years of a Japanese emperor, and of the Republic of China
  era: /(令和|平成|昭和|民國|民国)\s?(元|\d{1,3})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})(?!\d)/gu,
  compact: /(?<![\d.,])(\d{8})(?![\d]|[.,]\d)/gu,
}
const eras: Readonly<Record<string, number>> = {
  令和: 2018,
  平成: 1988,
  昭和: 1925,
  民國: 1911,
  民国: 1911,
} // the year before the first
const buddhist = 543 // years before the Gregorian era
const directionMarks = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
const maxLength = 400 // characters that are looked at: a date's text is short, and hostile input must not cost time

/** Patterns that can be read in one way. */
const plain: readonly (readonly [RegExp, (match: RegExpMatchArray) => string | null])[] = [
  [patterns.ymd, (match) => day(match[1], match[3], match[4])],
  [patterns.numbered, (match) => day(match[3], match[2], match[1])],
  [patterns.mongolian, (match) => day(match[1], match[2], match[3])],
  [patterns.era, eraDay],
]

/** The first date in the text, as yyyy-mm-dd; null where there is none that exists. */
export function normaliseDate(raw: string, order: DateOrder): string | null {
  return findDates(raw, order)[0]?.iso ?? null
}

/** Every date in the first 400 characters, by position; no two overlap. */
export function findDates(raw: string, order: DateOrder): FoundDate[] {
  const text = withPlainDigits(raw.slice(0, maxLength).replace(directionMarks, ' '))
  const found: FoundDate[] = []
  if (!/\d/.test(text)) return []
  for (const [pattern, read] of plain)
    for (const match of matchesOf(text, pattern)) note(found, match, read(match), null)
  for (const match of matchesOf(text, patterns.numeric)) {
    const reading = readNumeric(match, order)
    note(found, match, reading.iso, reading.proves)
  }
  if (/[\p{L}\p{M}]{2}|\p{L}\.\p{L}/u.test(text))
    for (const { year, month, day: of, start, end, thai } of writtenDates(text)) {
      const iso = day(thai ? gregorian(year) : year, String(month), of)
      if (iso !== null) found.push({ iso, start, end, proves: null })
    }
  for (const match of matchesOf(text, patterns.compact))
    note(found, match, readCompact(match[1] as string, order), null)
  found.sort((a, b) => a.start - b.start || b.end - a.end)
  return found.filter(
    (date, index) => !found.slice(0, index).some((earlier) => earlier.end > date.start),
  )
}

function note(
  found: FoundDate[],
  match: RegExpMatchArray,
  iso: string | null,
  proves: DateOrder | null,
): void {
  if (iso !== null)
    found.push({ iso, start: match.index ?? 0, end: (match.index ?? 0) + match[0].length, proves })
}

/** Days from one ISO day to another; null where either isn't one. */
export function daysBetween(from: string, to: string): number | null {
  const days = (iso: string): number =>
    /^\d{4}-\d{2}-\d{2}$/.test(iso) ? Date.parse(`${iso}T00:00:00Z`) / 86_400_000 : Number.NaN
  const difference = days(to) - days(from)
  return Number.isNaN(difference) ? null : difference
}

function readNumeric(
  match: RegExpMatchArray,
  order: DateOrder,
): { iso: string | null; proves: DateOrder | null } {
  const [, first = '', before = '', second = '', after = '', last = ''] = match
  // 12 10.50 is an amount after a number, and 1-2/2024 is no date
  if (before.trim() !== after.trim()) return { iso: null, proves: null }
  if (before.trim() === '' && last.length !== 4) return { iso: null, proves: null }
  const readings = {
    dmy: day(last, second, first),
    mdy: day(last, first, second),
    ymd: last.length === 2 ? day(first, second, last) : null,
  }
  // No country that writes the month first puts points between
  const wanted = before.trim() === '.' && order === 'mdy' ? 'dmy' : order
  return {
    iso: readings[wanted] ?? readings.dmy ?? readings.mdy ?? readings.ymd,
    proves: provenOrder(readings.dmy, readings.mdy),
  }
}

/** The only order that makes a date of the three numbers; null where both do, or neither. */
function provenOrder(dmy: string | null, mdy: string | null): DateOrder | null {
  if ((dmy === null) === (mdy === null)) return null
  return dmy === null ? 'mdy' : 'dmy'
}

function readCompact(digits: string, order: DateOrder): string | null {
  const leading = /^(19|20)/.test(digits)
    ? day(digits.slice(0, 4), digits.slice(4, 6), digits.slice(6))
    : null
  if (leading !== null) return leading
  const [a, b, tail] = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)]
  if (!/^(19|20)/.test(tail)) return null
  return order === 'mdy'
    ? (day(tail, a, b) ?? day(tail, b, a))
    : (day(tail, b, a) ?? day(tail, a, b))
}

function eraDay(match: RegExpMatchArray): string | null {
  const [, era = '', count = ''] = match
  const since = (eras[era] ?? 0) + (count === '元' ? 1 : Number(count))
  return day(String(since), match[3], match[4])
}

/** A Thai year counts from Buddha where it can't be one of ours. */
function gregorian(thaiYear: string): string {
  const since = Number(thaiYear)
  return since > 2400 && since < 2700 ? String(since - buddhist) : thaiYear
}

function day(
  yearText: string | undefined,
  monthText: string | undefined,
  dayText: string | undefined,
): string | null {
  if (yearText === undefined || monthText === undefined || dayText === undefined) return null
  const digits = yearText.replace(/\D/g, '')
  const short = digits.length === 2
  const y = short ? Number(digits) + (Number(digits) < 70 ? 2000 : 1900) : Number(digits)
  const m = Number(monthText)
  const d = Number(dayText)
  if (
    y < 1900 ||
    y > 2199 ||
    m < 1 ||
    m > 12 ||
    d < 1 ||
    d > new Date(Date.UTC(y, m, 0)).getUTCDate()
  )
    return null
  return `${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`
}
