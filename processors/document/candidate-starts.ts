/**
 * The types of which a value could begin with a token of this text, as bits; for most tokens there
 * are none. A necessary condition only: candidates.ts decides.
 */

import { looksLikeCurrency, isCurrencyCode, isIbanStart, type TokenKind } from './shapes.ts'

export const candidateStart = { date: 1, money: 2, currency: 4, iban: 8, vat: 16 } as const

/** Bits of `candidateStart`. */
export function candidateStartsOf(text: string, kind: TokenKind): number {
  return (
    (beginsDate(text, kind) ? candidateStart.date : 0) |
    (kind === 'amount' || /^[-−–]$|^-?\d/.test(text) ? candidateStart.money : 0) |
    (beginsCurrency(text, kind) ? candidateStart.currency : 0) |
    (kind === 'iban' || isIbanStart(text) ? candidateStart.iban : 0) |
    (beginsTaxId(text, kind) ? candidateStart.vat : 0)
  )
}

const beginsDate = (text: string, kind: TokenKind): boolean =>
  kind === 'date' ||
  kind === 'month' ||
  (text.length <= 7 && /^\d{1,4}(?:st|nd|rd|th|er|[./-]|$)/.test(text)) ||
  /\d[年년]/u.test(text)

const beginsCurrency = (text: string, kind: TokenKind): boolean =>
  kind === 'currency' || looksLikeCurrency(text) || (isCurrencyCode(text) && text.length < 7)

/** Also a word with many digits, of a country whose format is unknown; and a first group. */
const beginsTaxId = (text: string, kind: TokenKind): boolean =>
  kind === 'vat' ||
  countryFirst.test(text) ||
  isLongNumber(text, kind) ||
  /^[A-Z]?\d{2,4}$/.test(text)

export const countryFirst = /^(?:[A-Z]{2}|CHE[-\d.]*)(?:U|X)?\d{0,4}$/
export const isLongNumber = (text: string, kind: TokenKind): boolean =>
  longNumberOf.has(kind) &&
  /^[A-Z0-9./-]{8,18}$/.test(text) &&
  (text.match(/\d/g)?.length ?? 0) >= 6
const longNumberOf: ReadonlySet<TokenKind> = new Set([
  'code',
  'integer',
  'other',
  'registration',
  'phone',
])
