/**
 * Dates whose month is written as a name, in the languages of CLDR: `12 de enero de 2024`,
 * `2024. gada 12. janvāris`, `Aug 05 12:00:00 2015`.
 *
 * A name that stands for one month in one language and for another in another (`listopada` is
 * October in Croatian and November in Polish) is none, so a person reads that date. So is a day
 * beside a range of days.
 */

import { dateWords, monthNames } from './locale-data.ts'
import { plainName } from './plain-name.ts'
import { matchesOf } from '../shared/matches.ts'

/** Digits as they are printed; positions in UTF-16 units. */
export interface WrittenDate {
  readonly year: string
  readonly month: number
  readonly day: string
  readonly start: number
  readonly end: number
  readonly thai: boolean // whose years count from Buddha
}

// Spellings of print and of old software that CLDR doesn't have
const otherNames: readonly (readonly [string, number])[] = [
  ['jaenner', 1],
  ['genn', 1],
  ['feber', 2],
  ['febb', 2],
  ['maerz', 3],
  ['mrz', 3],
  ['juno', 6],
  ['aou', 8],
]
const months = new Map([
  ...monthNames.flatMap((names, index) =>
    names.split('|').map((name) => [name, index + 1] as const),
  ),
  ...otherNames,
])
const longestName = 3 // words

const word = /[\p{L}\p{M}]+(?:[.׳॰][\p{L}\p{M}]+)*/gu
const ordinal = '(?:st|nd|rd|th|er|ste|de|e|º|ª|°|o|\\.)?'
const gap = `(?:[\\s.,،၊፣׳॰/'’()\\-–]|(?:of|${dateWords})(?!\\p{L})){0,8}`
const time = '(?:\\s\\d{1,2}:\\d{2}(?::\\d{2})?(?:\\s[A-Z]{2,4})?)?'
// 12:00 is no year, and of 12–14 2021 neither is
const year = "(\\d{4}|['’]?\\d{2})(?!\\d|:\\d|\\s?,?\\s?\\d{4}(?!\\d))"
const day = `(?<![\\d.,]|\\d[-/])(\\d{1,2})${ordinal}`

const dayBefore = new RegExp(`${day}${gap}$`, 'iu')
const yearAfter = new RegExp(`^${gap}${year}`, 'iu')
const dayAndYearAfter = new RegExp(
  `^${gap}(\\d{1,2})(?!\\d)${ordinal}${time}${gap}(?<=\\D)${year}`,
  'iu',
)
const yearBefore = new RegExp(`(?<!\\d)(\\d{4})${gap}$`, 'iu')
const dayAfter = new RegExp(`^${gap}(\\d{1,2})(?!\\d)`, 'iu')
const yearAndDayBefore = new RegExp(
  `(?<!\\d)(\\d{4})${gap}(?<!\\d)(\\d{1,2})${ordinal}${gap}$`,
  'iu',
)
const reach = 24 // characters beside a name that are looked at
const thaiLetters = /\p{Script=Thai}/u

/** Every date of the text with a month's name; whether it exists is not asked. */
export function writtenDates(text: string): WrittenDate[] {
  const found: WrittenDate[] = []
  const words = [...matchesOf(text, word)]
  for (let at = 0; at < words.length; at++) {
    const name = nameAt(text, words, at)
    if (name === null) continue
    const date = dateAround(text, name)
    if (date !== null) found.push({ ...date, month: name.month, thai: thaiLetters.test(name.text) })
  }
  return found
}

interface Name {
  readonly text: string
  readonly month: number
  readonly start: number
  readonly end: number
}

/** The longest name that begins with this word. */
function nameAt(text: string, words: readonly RegExpMatchArray[], at: number): Name | null {
  const start = words[at]?.index ?? 0
  for (let last = Math.min(words.length, at + longestName) - 1; last >= at; last--) {
    const match = words[last] as RegExpMatchArray
    const end = (match.index ?? 0) + match[0].length
    const name = text.slice(start, end)
    const month = months.get(plainName(name))
    if (month !== undefined) return { text: name, month, start, end }
  }
  return null
}

function dateAround(
  text: string,
  { start, end }: Name,
): Pick<WrittenDate, 'year' | 'day' | 'start' | 'end'> | null {
  const before = text.slice(Math.max(0, start - reach), start)
  const after = text.slice(end, end + reach + reach)
  const from = (match: RegExpExecArray): number => start - before.length + match.index
  const upTo = (match: RegExpExecArray): number => end + match[0].length
  const [earlier, later] = [dayBefore.exec(before), yearAfter.exec(after)]
  if (earlier !== null && later !== null)
    return { year: later[1] ?? '', day: earlier[1] ?? '', start: from(earlier), end: upTo(later) }
  const american = dayAndYearAfter.exec(after)
  if (american !== null)
    return { year: american[2] ?? '', day: american[1] ?? '', start, end: upTo(american) }
  const first = yearBefore.exec(before)
  const then = dayAfter.exec(after)
  if (first !== null && then !== null)
    return { year: first[1] ?? '', day: then[1] ?? '', start: from(first), end: upTo(then) }
  const both = yearAndDayBefore.exec(before)
  return both === null ? null : { year: both[1] ?? '', day: both[2] ?? '', start: from(both), end }
}
