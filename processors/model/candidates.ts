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
import { isVatId, isWholeIban } from '../values/identifiers.ts'
import { isTaxIdOf } from '../values/tax-ids.ts'
import { writtenDates } from '../values/written-dates.ts'
import { normaliseValue, type DocumentContext } from '../values/normalise.ts'
import { groupsBefore, isBeside, mostGroups } from '../document/amounts.ts'
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
  country: string | null,
) => number

const finders: Readonly<Record<PointerType, Finder>> = {
  date: dateAt,
  money: moneyAt,
  currency: (_tokens, _kinds, at) => at + 1,
  iban: ibanAt,
  vat: vatAt,
}

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
  const nextLine = linesBelow(text)
  for (let n = 0; n < text.lines.length; n++) {
    const line = text.lines[n] as readonly number[]
    const first = line[0] ?? 0
    const end = first + line.length // tokens of a line have consecutive indexes
    let any = 0
    for (let at = first; at < end; at++) any |= (tokens[at] as Token).textFeatures.beginnings
    for (const type of types) {
      const below = wraps.has(type) ? end + (nextLine[n] as number) : end
      if (
        (any & candidateStart[type]) === 0 ||
        (type === 'date' && !mayHoldDate(tokens, kinds, first, Math.min(below, end + 1)))
      )
        continue
      for (let at = first; at < end; at++) {
        if (((tokens[at] as Token).textFeatures.beginnings & candidateStart[type]) === 0) continue
        const last =
          wrappedAt(type, tokens, at, end, below) ||
          finders[type](tokens, kinds, at, end, text.country)
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

/** For each line the number of tokens of the line below it in its block, 0 for the last. */
function linesBelow({ lines, blocks }: Tokens): Int32Array {
  const found = new Int32Array(lines.length)
  for (const block of blocks)
    for (let k = 0; k + 1 < block.length; k++) {
      const [line, below] = [block[k] as number, block[k + 1] as number]
      if (below === line + 1) found[line] = (lines[below] as readonly number[]).length
    }
  return found
}

const wraps: ReadonlySet<PointerType> = new Set(['date', 'iban'])

/**
 * A value of which a narrow column holds only the start: an IBAN whose check digits prove the rest
 * in the line below, a date whose year stands there. 0 where it isn't one.
 */
function wrappedAt(
  type: PointerType,
  tokens: readonly Token[],
  at: number,
  end: number,
  below: number,
): number {
  if (below === end) return 0
  if (type === 'iban') return wrappedIbanAt(tokens, at, end, below)
  const isYear = /^(?:19|20)\d{2}[.,]?$/.test((tokens[end] as Token).text)
  if (!isYear || end - at > longestWritten) return 0
  const joined = textOf(tokens, at, end + 1)
  const isWhole = isDate(joined) || isWrittenDate(joined)
  return isWhole && !isDate(textOf(tokens, at, end)) ? end + 1 : 0
}

function wrappedIbanAt(tokens: readonly Token[], at: number, end: number, below: number): number {
  let joined = ''
  for (let last = at; last < below && joined.length < longestIban; last++) {
    const part = (tokens[last] as Token).text.replace(/[.,;]$/, '')
    if (!/^[A-Z0-9]+$/.test(part)) return 0
    joined += part
    if (looksLikeIban(joined) && isWholeIban(joined)) return last >= end ? last + 1 : 0
  }
  return 0
}

const longestIban = 34 // characters

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
  const after = isBeside(tokens, last - 1, last) ? (tokens[last] as Token).text : ''
  let before = ''
  for (let k = first - 1; k >= first - 2 && isBeside(tokens, k, k + 1); k--) {
    const { text } = tokens[k] as Token
    if (!/^[-−(]$/.test(text) && !strokeAndCurrency.test(text)) break
    before = text + before
  }
  // 45.- has no cents, and 5.00 - 6.00 is a range
  const isPlain =
    /[\d)]$/.test((tokens[last - 1] as Token).text) && !isBeside(tokens, last, last + 1)
  const isStroked = /^[-−]/.test(before) && before.length > 1
  const isBracketed = before.startsWith('(') && /\)/.test((tokens[last - 1] as Token).text + after)
  return isStroked || isBracketed || (isPlain && /^[-−]$/.test(after)) ? `-${value}` : value
}

const longestDate = 5 // tokens, for example "25 . December , 2018"
// Two marks between digits, three letters that begin a month's name (shapes.ts), or digits in one:
// a cheap test that rules out most texts. Matches plain letters only, in which a Korean syllable is
// three, since OCR adds accents where none are printed.
const dateInside =
  /\d ?[-/.] ?(?:\d ?){1,2}[-/.] ?\d|jan|ene|gen|fe[bv]|ma[aegiry]|mrz|mrt|a[bpv]r|mei|ju[iln]|giu|lug|a[gu]g|ago|aou|se[pt]|o[ckt]t|nov|de[cz]|dic|thang|\d{8}|\d(?:年|\u1102\u1167\u11ab)/

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

// A year, in Thailand a Buddhist one, and letters, some figures apart: a month's name of another
// language
const mayBeWritten = /\d\D+\b(?:19|20|25)\d{2}(?!\d)|\b(?:19|20|25)\d{2}(?!\d)\D+\d/
const longestWritten = 6 // tokens: "5 de maio de 2024", "2024. gada 12. janvāris"

/** Whether a text is one date whose month has a name. */
function isWrittenDate(text: string): boolean {
  const [date] = writtenDates(text)
  return date?.start === 0 && date.end === text.length
}

/** A date whose month has a name that shapes.ts doesn't know, from this token on. */
function writtenDateAt(tokens: readonly Token[], at: number, end: number): number {
  const most = Math.min(end, at + longestWritten)
  if (!mayBeWritten.test(textOf(tokens, at, most))) return 0
  for (let last = most; last > at; last--) {
    if (isWrittenDate(textOf(tokens, at, last))) return last
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
    isBeside(tokens, at, at + 1)
  )
    return at + 2
  if (!/^-?\d/.test(token.text)) return 0
  const grouped = groupedAt(tokens, kinds, at, end)
  if (grouped !== 0) return grouped
  const isCurrency = (k: number): boolean =>
    kinds[k] === 'currency' && tokens[k]?.line === token.line
  const hasCurrency = isCurrency(at - 1) || isCurrency(at + 1)
  return hasCurrency && kind !== 'date' && /^-?\d[\d.,'’]*(?:[-–]+)?$/.test(token.text) ? at + 1 : 0
}

/** "1 234,50": the end of an amount whose thousands stand apart, 0 where there is none. */
function groupedAt(
  tokens: readonly Token[],
  kinds: readonly TokenKind[],
  at: number,
  end: number,
): number {
  for (let k = at + 1; k < Math.min(end, at + mostGroups); k++)
    if (kinds[k] === 'amount' && groupsBefore(tokens, k) === at) return k + 1
  return 0
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
  for (let last = at; last < end && joined.length < longestIban; last++) {
    const part = (tokens[last] as Token).text.replace(/[.,;]$/, '')
    if (!/^[A-Z0-9]+$/.test(part)) break
    joined += part
    if (!looksLikeIban(joined)) continue
    best = last + 1
    if (isWholeIban(joined)) break
  }
  return best
}

function vatAt(
  tokens: readonly Token[],
  kinds: readonly TokenKind[],
  at: number,
  end: number,
  country: string | null,
): number {
  const token = tokens[at] as Token
  if (kinds[at] === 'vat') return at + 1
  const grouped = country === null ? 0 : groupedTaxIdAt(tokens, at, end, country)
  if (grouped !== 0) return grouped
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

/** "12 345 678 901": a tax identifier of the issuer's country in groups. */
function groupedTaxIdAt(
  tokens: readonly Token[],
  at: number,
  end: number,
  country: string,
): number {
  let joined = ''
  for (let last = at; last < Math.min(end, at + mostTaxIdGroups); last++) {
    const { text } = tokens[last] as Token
    if (!/^[A-Z]?\d{2,4}$/.test(text)) return 0
    if (last > at && !isBeside(tokens, last - 1, last)) return 0
    joined += text
    if (last > at + 1 && isTaxIdOf(country, joined)) return last + 1
  }
  return 0
}

const mostTaxIdGroups = 5
