/**
 * Spans that could be a value of a type: what pointer heads choose from. A date or an amount is
 * recognised by its shape, and the same value is often printed in several places, so the model
 * points at values rather than tagging words.
 *
 * Guaranteed: spans of one type do not overlap, stay within a line and have a normalised value.
 * Recall matters more than precision here: a value that is no candidate can't be found, and the
 * model rejects a wrong candidate.
 */

import type { FieldType } from '../../schemas/profiles.ts'
import { candidateStart, countryFirst, isLongNumber } from '../document/candidate-starts.ts'
import { isIban as hasIbanDigits, isVatId } from '../values/identifiers.ts'
import { writtenDates } from '../values/written-dates.ts'
import { normaliseValue, type DocumentContext } from '../values/normalise.ts'
import { isDate, looksLikeIban, isVat, plainLetters, type TokenKind } from '../document/shapes.ts'
import { textOf, type Token, type Tokens } from '../document/tokens.ts'

export const pointerTypes = [
  'date',
  'money',
  'currency',
  'iban',
  'vat',
] as const satisfies readonly FieldType[]
export type PointerType = (typeof pointerTypes)[number]

export interface Candidate {
  readonly first: number // token index
  readonly last: number // exclusive
  readonly value: string // normalised
}

export type Candidates = Readonly<Record<PointerType, readonly Candidate[]>>

// last token (exclusive), or 0
type Finder = (
  tokens: readonly Token[],
  kinds: readonly TokenKind[],
  at: number,
  end: number,
) => number

const finders: Readonly<Record<PointerType, Finder>> = {
  date: dateAt,
  money: moneyAt,
  currency: (_tokens, _kinds, at) => at + 1,
  iban: ibanAt,
  vat: vatAt,
}
const thin = 0.8 // in letter heights: the widest space inside a number that is printed in groups

export function candidatesOf(
  text: Tokens,
  kinds: readonly TokenKind[],
  context: DocumentContext,
  types: readonly PointerType[] = pointerTypes,
): Candidates {
  const found: Record<PointerType, Candidate[]> = {
    date: [],
    money: [],
    currency: [],
    iban: [],
    vat: [],
  }
  const { tokens } = text
  for (const line of text.lines) {
    const first = line[0] ?? 0
    const end = first + line.length // tokens of a line have consecutive indexes
    let any = 0
    for (let at = first; at < end; at++) any |= (tokens[at] as Token).textFeatures.beginnings
    for (const type of types) {
      if (
        (any & candidateStart[type]) === 0 ||
        (type === 'date' && !mayHoldDate(tokens, kinds, first, end))
      )
        continue
      for (let at = first; at < end; at++) {
        if (((tokens[at] as Token).textFeatures.beginnings & candidateStart[type]) === 0) continue
        const last = finders[type](tokens, kinds, at, end)
        if (last === 0) continue
        const value = valueAt(type, tokens, at, last, context)
        if (value === null) continue
        found[type].push({ first: at, last, value })
        at = last - 1
      }
    }
  }
  return found
}

function valueAt(
  type: PointerType,
  tokens: readonly Token[],
  first: number,
  last: number,
  context: DocumentContext,
): string | null {
  const value = normaliseValue(type, textOf(tokens, first, last), context)
  return type === 'money' && value !== null && /^[^-].*[1-9]/.test(` ${value}`)
    ? withSignBeside(value, tokens, first, last)
    : value
}

const strokeAndCurrency = /^[-−(]?\s?(?:\p{Sc}|[A-Z]{3}|[A-Z]{1,2}\p{Sc}|RM|kr|Kč|zł|Rs|Fr)\.?$/u

/** A sign that stands apart from its amount: "-€ 219,62", "61,88 -", "(€ 61,88)". */
function withSignBeside(
  value: string,
  tokens: readonly Token[],
  first: number,
  last: number,
): string {
  const isNear = (a: number, b: number): boolean => {
    const [left, right] = [tokens[a], tokens[b]]
    return (
      left !== undefined && right !== undefined && left.line === right.line && isThin(left, right)
    )
  }
  const after = isNear(last - 1, last) ? (tokens[last] as Token).text : ''
  let before = ''
  for (let k = first - 1; k >= first - 2 && isNear(k, k + 1); k--) {
    const { text } = tokens[k] as Token
    if (!/^[-−(]$/.test(text) && !strokeAndCurrency.test(text)) break
    before = text + before
  }
  // 45.- has no cents, and 5.00 - 6.00 is a range
  const isPlain = /[\d)]$/.test((tokens[last - 1] as Token).text) && !isNear(last, last + 1)
  const isStroked = /^[-−]/.test(before) && before.length > 1
  const isBracketed = before.startsWith('(') && /\)/.test((tokens[last - 1] as Token).text + after)
  return isStroked || isBracketed || (isPlain && /^[-−]$/.test(after)) ? `-${value}` : value
}

const longestDate = 5 // tokens, for example "25 . December , 2018"
// Two marks between digits, three letters that begin a month's name (shapes.ts), or digits in one:
// a cheap test that rules out most texts. Matches plain letters only, since OCR adds accents where
// none are printed.
const dateInside =
  /\d ?[-/.] ?(?:\d ?){1,2}[-/.] ?\d|jan|ene|gen|fe[bv]|ma[aegiry]|mrz|mrt|a[bpv]r|mei|ju[iln]|giu|lug|a[gu]g|ago|aou|se[pt]|o[ckt]t|nov|de[cz]|dic|\d{8}/

function mayHoldDate(
  tokens: readonly Token[],
  kinds: readonly TokenKind[],
  first: number,
  end: number,
): boolean {
  for (let at = first; at < end; at++) if (kinds[at] === 'date') return true
  const text = textOf(tokens, first, end)
  return dateInside.test(plainLetters(text)) || mayBeWritten.test(text)
}

// A year and letters, some figures apart: a month's name of another language
const mayBeWritten = /\d\D+\b(?:19|20)\d{2}(?!\d)|\b(?:19|20)\d{2}(?!\d)\D+\d/
const longestWritten = 6 // tokens: "5 de maio de 2024", "2024. gada 12. janvāris"

/** A date whose month has a name that shapes.ts doesn't know, from this token on. */
function writtenDateAt(tokens: readonly Token[], at: number, end: number): number {
  const most = Math.min(end, at + longestWritten)
  if (!mayBeWritten.test(textOf(tokens, at, most))) return 0
  for (let last = most; last > at + 1; last--) {
    const joined = textOf(tokens, at, last)
    const [date] = writtenDates(joined)
    if (date?.start === 0 && date.end === joined.length) return last
  }
  return 0
}

function dateAt(
  tokens: readonly Token[],
  kinds: readonly TokenKind[],
  at: number,
  end: number,
): number {
  const kind = kinds[at]
  if (kind === 'date' && !isDate(`${(tokens[at] as Token).text} ${tokens[at + 1]?.text ?? ''}`))
    return at + 1
  if (!dateInside.test(plainLetters(textOf(tokens, at, Math.min(end, at + longestDate)))))
    return writtenDateAt(tokens, at, end)
  for (let last = Math.min(end, at + longestDate); last > at; last--) {
    const joined = textOf(tokens, at, last)
    if (isDate(joined) || (/[\p{L}/.-]/u.test(joined) && isDate(joined.replace(/\s+/g, ''))))
      return last
  }
  return writtenDateAt(tokens, at, end)
}

function moneyAt(
  tokens: readonly Token[],
  kinds: readonly TokenKind[],
  at: number,
  end: number,
): number {
  const token = tokens[at] as Token
  const kind = kinds[at]
  if (kind === 'amount') return at + 1
  if (
    /^[-−–]$/.test(token.text) &&
    kinds[at + 1] === 'amount' &&
    at + 1 < end &&
    isThin(token, tokens[at + 1] as Token)
  )
    return at + 2
  if (!/^-?\d/.test(token.text)) return 0
  const grouped = groupedAt(tokens, at, end)
  if (grouped !== 0) return grouped
  const isCurrency = (k: number): boolean =>
    kinds[k] === 'currency' && tokens[k]?.line === token.line
  const isBeside = isCurrency(at - 1) || isCurrency(at + 1)
  return isBeside && kind !== 'date' && /^-?\d[\d.,'’]*(?:[-–]+)?$/.test(token.text) ? at + 1 : 0
}

/** "1 234,50": groups of three with thin spaces between. */
function groupedAt(tokens: readonly Token[], at: number, end: number): number {
  if (!/^-?\d{1,3}$/.test((tokens[at] as Token).text)) return 0
  const isGroup = (k: number, form: RegExp): boolean =>
    k < end &&
    form.test((tokens[k] as Token).text) &&
    isThin(tokens[k - 1] as Token, tokens[k] as Token)
  let last = at + 1
  while (isGroup(last, /^\d{3}$/)) last++
  return isGroup(last, /^\d{3}[.,]\d{2}$/) ? last + 1 : 0
}

function ibanAt(
  tokens: readonly Token[],
  kinds: readonly TokenKind[],
  at: number,
  end: number,
): number {
  if (kinds[at] === 'iban') return at + 1
  let joined = ''
  let best = 0
  for (let last = at; last < end && joined.length < 34; last++) {
    const part = (tokens[last] as Token).text.replace(/[.,;]$/, '')
    if (!/^[A-Z0-9]+$/.test(part)) break
    joined += part
    if (!looksLikeIban(joined)) continue
    best = last + 1
    if (hasIbanDigits(joined)) break
  }
  return best
}

function vatAt(
  tokens: readonly Token[],
  kinds: readonly TokenKind[],
  at: number,
  end: number,
): number {
  const token = tokens[at] as Token
  if (kinds[at] === 'vat') return at + 1
  // "DE 123 456 789", "CHE-123.456.789 MWST", "NL 8051.34.975 B01"
  if (countryFirst.test(token.text)) {
    let joined = ''
    for (let last = at; last < Math.min(end, at + 6); last++) {
      const part = (tokens[last] as Token).text.replace(/[,;]$/, '')
      if (!/^[A-Z0-9.-]+$/.test(part)) break
      joined += part
      if (isVatId(joined.replace(/[.-]/g, '')) === true && isVat(joined)) return last + 1
    }
  }
  return isLongNumber(token.text, kinds[at] as TokenKind) ? at + 1 : 0
}

const isThin = (a: Token, b: Token): boolean => b.box[0] - a.box[2] < thin * (b.box[3] - b.box[1])
