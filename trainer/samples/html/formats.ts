/** How a document prints dates and amounts: drawn once from what is usual in its country. */

import { print, round, type Decimal } from '../../../processors/values/money.ts'
import type { SampleRandom } from '../random.ts'
import { options, type Locale } from './locale.ts'

export interface PrintFormats {
  readonly date: (iso: string) => string
  readonly plain: (value: Decimal, decimals?: number) => string
  /** The currency before or behind the digits; both empty where amounts are bare. */
  readonly before: string
  readonly after: string
  readonly mark: string
  readonly bare: boolean
  readonly percent: (rate: number) => string
}

type DateStyle = (date: Date) => string

const two = (value: number): string => String(value).padStart(2, '0')
function inWords(month: 'long' | 'short', language: string): DateStyle {
  const format = new Intl.DateTimeFormat(`${language}-u-ca-gregory-nu-latn`, {
    day: 'numeric',
    month,
    year: 'numeric',
    timeZone: 'UTC',
  })
  return (date) => format.format(date)
}

const numeric =
  (pattern: string): DateStyle =>
  (date) =>
    pattern
      .replace('yyyy', String(date.getUTCFullYear()))
      .replace('yy', two(date.getUTCFullYear() % 100))
      .replace('mm', two(date.getUTCMonth() + 1))
      .replace('dd', two(date.getUTCDate()))
      .replace('m', String(date.getUTCMonth() + 1))
      .replace('d', String(date.getUTCDate()))

/** A style of dates: `long` and `short` name the month, everything else is a pattern of digits. */
function dateStyle(style: string, language: string): DateStyle {
  if (style === 'long' || style === 'short') return inWords(style, language)
  return numeric(style)
}

export function printFormatsOf(locale: Locale, random: SampleRandom): PrintFormats {
  const { place, language } = locale
  const write = dateStyle(random.pick(options(place.dates)), language)
  const group = random.pick(options(place.groups)).replace('s', ' ').replace('n', '\u00a0')
  const mark = random.pick(options(place.marks))
  const first = random.chance(markFirst(locale))
  const space = mark.length > 1 || !first || random.chance(0.4) ? '\u00a0' : ''
  const bare = random.chance(0.3)
  const wide = random.chance(0.5)
  return {
    mark,
    bare,
    before: bare || !first ? '' : `${mark}${space}`,
    after: bare || first ? '' : `${space}${mark}`,
    date: (iso) => write(new Date(`${iso}T00:00:00Z`)),
    plain: (value, decimals = place.decimals) => digits(value, decimals, place.point, group),
    percent: (rate) => `${String(rate).replace('.', place.point)}${wide ? '\u00a0' : ''}%`,
  }
}

/** How likely the currency is before the digits. */
function markFirst({ language, place }: Locale): number {
  if (/^(?:en|ja|zh|ko|he|hi|th|nl|pt-BR|tr)/.test(language)) return 0.85
  return place.code === 'CH' ? 1 : 0.15
}

function digits(value: Decimal, decimals: number, point: string, group: string): string {
  const text = print(round(value, decimals))
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.')
  const grouped = group === '' ? whole : whole.replace(/\B(?=(\d{3})+$)/g, group)
  const padded = fraction.padEnd(decimals, '0')
  return `${text.startsWith('-') ? '-' : ''}${grouped}${padded === '' ? '' : `${point}${padded}`}`
}
