/**
 * How an issuer prints dates and amounts: chosen once for an issuer from what is usual in its
 * country and language.
 */

import { print, round, type Decimal } from '../../processors/values/money.ts'
import type { Language } from '../../processors/values/normalise.ts'
import type { Company } from './companies.ts'
import type { Design } from './random.ts'

export interface Formats {
  readonly date: (iso: string) => string
  readonly number: (value: Decimal, places: number) => string
  /**
   * Currency and amount side by side; `currency` tells whether the symbol comes first, last, or is
   * missing.
   */
  readonly money: (
    value: Decimal,
    places?: number,
  ) => { before: string; amount: string; after: string }
  readonly percent: (rate: string) => string
  /** How the currency is printed elsewhere if amounts lack it: a code or a symbol. */
  readonly currencyMark: string
  readonly showsCurrency: boolean // beside total amounts
  readonly showsCurrencyInLines: boolean
}

const months: Readonly<Record<Language, string>> = {
  en: 'January February March April May June July August September October November December',
  de: 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember',
  fr: 'janvier février mars avril mai juin juillet août septembre octobre novembre décembre',
  es: 'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre',
  it: 'gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre',
  nl: 'januari februari maart april mei juni juli augustus september oktober november december',
}
const symbols: Readonly<Record<string, readonly string[]>> = {
  EUR: ['€', '€', '€', 'EUR', 'EUR'],
  USD: ['$', '$', 'USD', 'US$'],
  GBP: ['£', '£', 'GBP'],
  CHF: ['CHF', 'CHF', 'Fr.'],
  AUD: ['$', 'AUD', 'A$'],
  MYR: ['RM', 'RM', 'MYR'],
  INR: ['Rs.', 'INR', 'Rs', 'INR'],
}

type Parts = {
  readonly y: string
  readonly m: string
  readonly d: string
  readonly month: string
  readonly short: string
}
const dateStyles: Readonly<Record<string, (parts: Parts) => string>> = {
  'dd.mm.yyyy': (p) => `${p.d}.${p.m}.${p.y}`,
  'd.m.yyyy': (p) => `${Number(p.d)}.${Number(p.m)}.${p.y}`,
  'dd.mm.yy': (p) => `${p.d}.${p.m}.${p.y.slice(2)}`,
  'd. month yyyy': (p) => `${Number(p.d)}. ${p.month} ${p.y}`,
  'dd/mm/yyyy': (p) => `${p.d}/${p.m}/${p.y}`,
  'dd/mm/yy': (p) => `${p.d}/${p.m}/${p.y.slice(2)}`,
  'dd-mm-yyyy': (p) => `${p.d}-${p.m}-${p.y}`,
  'yyyy-mm-dd': (p) => `${p.y}-${p.m}-${p.d}`,
  'd month yyyy': (p) => `${Number(p.d)} ${p.month} ${p.y}`,
  'dd short yyyy': (p) => `${p.d} ${p.short} ${p.y}`,
  'dd-short-yyyy': (p) => `${p.d}-${p.short}-${p.y}`,
  'dd-SHORT-yy': (p) => `${p.d}-${p.short.toUpperCase()}-${p.y.slice(2)}`,
  'mm/dd/yyyy': (p) => `${p.m}/${p.d}/${p.y}`,
  'm/d/yy': (p) => `${Number(p.m)}/${Number(p.d)}/${p.y.slice(2)}`,
  'month d, yyyy': (p) => `${p.month} ${Number(p.d)}, ${p.y}`,
  'short d, yyyy': (p) => `${p.short} ${Number(p.d)}, ${p.y}`,
  'd de month de yyyy': (p) => `${Number(p.d)} de ${p.month} de ${p.y}`,
  'd/m/yyyy': (p) => `${Number(p.d)}/${Number(p.m)}/${p.y}`,
}
const dateChoices: Readonly<Record<string, readonly string[]>> = {
  DE: [
    'dd.mm.yyyy',
    'dd.mm.yyyy',
    'dd.mm.yyyy',
    'd.m.yyyy',
    'dd.mm.yy',
    'd. month yyyy',
    'yyyy-mm-dd',
  ],
  FR: ['dd/mm/yyyy', 'dd/mm/yyyy', 'd month yyyy', 'dd/mm/yy', 'dd-mm-yyyy', 'dd.mm.yyyy'],
  ES: ['dd/mm/yyyy', 'dd/mm/yyyy', 'd de month de yyyy', 'dd-mm-yyyy', 'd/m/yyyy', 'dd/mm/yy'],
  IT: ['dd/mm/yyyy', 'dd/mm/yyyy', 'd month yyyy', 'dd-mm-yyyy', 'dd.mm.yyyy'],
  NL: ['dd-mm-yyyy', 'dd-mm-yyyy', 'd month yyyy', 'dd/mm/yyyy'],
  US: ['mm/dd/yyyy', 'month d, yyyy', 'short d, yyyy', 'm/d/yy', 'yyyy-mm-dd', 'mm/dd/yyyy'],
  GB: [
    'dd/mm/yyyy',
    'd month yyyy',
    'dd short yyyy',
    'dd/mm/yy',
    'dd-short-yyyy',
    'yyyy-mm-dd',
    'month d, yyyy',
  ],
  IN: [
    'dd-mm-yyyy',
    'dd/mm/yyyy',
    'dd-short-yyyy',
    'dd short yyyy',
    'dd-SHORT-yy',
    'd month yyyy',
    'dd.mm.yyyy',
  ],
  MY: ['dd/mm/yyyy', 'dd-mm-yyyy', 'dd/mm/yy', 'dd-SHORT-yy', 'dd short yyyy'],
}
const dateCountry: Readonly<Record<string, string>> = {
  AT: 'DE',
  CH: 'DE',
  BE: 'FR',
  IE: 'GB',
  AU: 'GB',
}
const nbsp = '\u00a0'

export function formatsOf(company: Company, design: Design): Formats {
  const { language, country } = company
  const point = language === 'en' || country.code === 'CH'
  const number = numberFormat(point ? '.' : ',', groupingOf(company, design))
  const mark = design.pick('mark', symbols[country.currency] ?? [country.currency])
  const showsCurrency = design.chance('currency in totals', 0.72)
  return {
    number,
    currencyMark: mark,
    showsCurrency,
    showsCurrencyInLines: showsCurrency && design.chance('currency in lines', 0.4),
    date: dateFormat(company, design),
    money: moneyFormat(company, design, mark, number),
    percent: (rate) => {
      const text = point ? rate : rate.replace('.', ',')
      return design.pick('percent', [
        `${text}%`,
        `${text} %`,
        `${text}%`,
        text.includes(',') || text.includes('.') ? `${text}%` : `${text}${point ? '.' : ','}0%`,
      ])
    },
  }
}

function dateFormat({ language, country }: Company, design: Design): Formats['date'] {
  const style = design.pick(
    'dates',
    dateChoices[dateCountry[country.code] ?? country.code] ?? ['yyyy-mm-dd'],
  )
  const names = months[language].split(' ')
  const write = dateStyles[style] as (parts: Parts) => string
  return (iso) => {
    const [y = '', m = '', d = ''] = iso.split('-')
    const month = names[Number(m) - 1] ?? ''
    return write({ y, m, d, month, short: month.length > 4 ? month.slice(0, 3) : month })
  }
}

/** The thousands separator. */
function groupingOf({ language, country }: Company, design: Design): string {
  if (language === 'en') return design.pick('group', [',', ',', ',', ''])
  if (country.code === 'CH') return design.pick('group', ["'", '’', '', "'"])
  if (language === 'fr') return design.pick('group', [nbsp, ' ', '', '.'])
  return design.pick('group', ['.', '.', '.', ''])
}

function numberFormat(point: string, group: string): Formats['number'] {
  return (value, places) => {
    const text = print(round(value, places))
    const [whole = '0', fraction = ''] = text.replace('-', '').split('.')
    const grouped = group === '' ? whole : whole.replace(/\B(?=(\d{3})+$)/g, group)
    return `${text.startsWith('-') ? '-' : ''}${grouped}${fraction === '' ? '' : `${point}${fraction}`}`
  }
}

function moneyFormat(
  { language, country }: Company,
  design: Design,
  mark: string,
  number: Formats['number'],
): Formats['money'] {
  const english = language === 'en'
  const first =
    english ||
    country.code === 'CH' ||
    language === 'nl' ||
    (language === 'it' && design.chance('mark first', 0.6)) ||
    (mark.length === 3 && design.chance('code first', 0.4))
  const spaced =
    mark.length > 1 || (language === 'nl' ? design.chance('mark space', 0.8) : !english)
  const negative = design.pick('negative', [
    '-',
    '-',
    '-',
    english ? '(' : '-',
    language === 'de' ? 'after' : '-',
  ] as const)
  const space = spaced ? ' ' : ''
  return (value, places = 2) => {
    const plain = number(value, places)
    const minus = plain.startsWith('-')
    const digits = plain.replace('-', '')
    if (first && minus && negative === '-' && !spaced)
      return { before: `-${mark}`, amount: digits, after: '' }
    const amount = minus ? negatives[negative](digits) : digits
    return first
      ? { before: `${mark}${space}`, amount, after: '' }
      : { before: '', amount, after: `${space}${mark}` }
  }
}

const negatives = {
  '-': (digits: string) => `-${digits}`,
  '(': (digits: string) => `(${digits})`,
  after: (digits: string) => `${digits}-`,
} as const
