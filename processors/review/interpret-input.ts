/**
 * Interprets a person's typing and clicking: the value of a text for a field, and where on the
 * document it is printed. A typed value gets the words that print it, so that a typed correction
 * teaches as much as a clicked one.
 *
 * Words are compared by meaning where the type has one ("1234.50" stands on "1.234,50 €") and by
 * letters and digits otherwise. Of several places the one nearest to `near` (the words of the
 * prediction) is taken, else the first. Finds spans within a line, and for texts across lines as
 * well, up to `longestSpan` words.
 */

import type { FieldType } from '../../schemas/profiles.ts'
import { documentTypes } from '../values/document-types.ts'
import { isIban, isVatId, plainOf } from '../values/identifiers.ts'
import { withoutTrailingZeros } from '../values/money.ts'
import { normaliseValue, type DocumentContext } from '../values/normalise.ts'
import type { Normalise } from './verdict-problems.ts'
import type { Word } from '../document/words.ts'

export interface Interpretation {
  readonly value: string | null
  readonly problem: string | null // why it is no value of this type
  readonly notice: string | null // a valid but unusual value
}

const longestSpan: Readonly<Record<FieldType, number>> = {
  text: 24,
  id: 4,
  date: 5,
  money: 3,
  currency: 1,
  iban: 9,
  vat: 4,
  document_type: 4,
} // words
const longestPrint = 60 // characters of a printed date or amount

const expected: Readonly<Record<FieldType, string>> = {
  text: 'There is no text in it',
  id: 'There is no letter or digit in it',
  date: 'Not a date. Write it like 2024-03-31',
  money: 'Not an amount. Write it like 1234.50',
  currency: 'Not a currency. Write its code, like EUR',
  iban: 'Not an IBAN: it begins with two letters and two digits',
  vat: 'Not a VAT id. Write it like DE123456789',
  document_type: `Not a type. Write one of ${documentTypes.join(', ')}`,
}

export function readValue(type: FieldType, text: string, context: DocumentContext): Interpretation {
  const value = normaliseValue(type, text, context)
  if (value === null || value === '') return { value: null, problem: expected[type], notice: null }
  const wrong = (type === 'iban' && !isIban(value)) || (type === 'vat' && isVatId(value) === false)
  return { value, problem: null, notice: wrong ? 'The check digits are wrong' : null }
}

/** `readValue` in the form that verdicts take. */
export function normaliserOf(context: DocumentContext): Normalise {
  return (type, text) => {
    const { value, problem } = readValue(type, text, context)
    return value === null ? { problem: problem ?? expected[type] } : { value }
  }
}

/** Indexes of the words that print the value; empty where none do. */
export function locate(
  type: FieldType,
  value: string,
  words: readonly Word[],
  context: DocumentContext,
  near: readonly number[] = [],
): number[] {
  const hasMeaning = ['date', 'money', 'currency', 'document_type'].includes(type)
  const spans = hasMeaning
    ? byMeaning(type, value, words, context)
    : byLetters(value, words, longestSpan[type], type === 'text')
  const target = near[0] ?? 0
  return spans.reduce<number[]>(
    (best, span) =>
      best.length === 0 || distance(span, target) < distance(best, target) ? span : best,
    [],
  )
}

function byMeaning(
  type: FieldType,
  value: string,
  words: readonly Word[],
  context: DocumentContext,
): number[][] {
  const found: number[][] = []
  for (let start = 0; start < words.length; start++) {
    const { line, text: first } = words[start] as Word
    if (type === 'money' && !/[\d\p{Sc}]/u.test(first)) continue
    let text = ''
    for (
      let end = start;
      end < Math.min(words.length, start + longestSpan[type]) &&
      (words[end] as Word).line === line &&
      text.length <= longestPrint;
      end++
    ) {
      text += (end > start ? ' ' : '') + (words[end] as Word).text
      if (!same(type, normaliseValue(type, text, context), value)) continue
      const shorter = words
        .slice(start + 1, end + 1)
        .map((word) => word.text)
        .join(' ')
      // "Date 3.5.24" begins one word too early
      if (!same(type, normaliseValue(type, shorter, context), value)) found.push(range(start, end))
      break
    }
  }
  return found
}

function byLetters(
  value: string,
  words: readonly Word[],
  longest: number,
  acrossLines: boolean,
): number[][] {
  const wanted = plainOf(value)
  if (wanted === '') return []
  const plain = words.map((word) => plainOf(word.text))
  const found: number[][] = []
  for (let start = 0; start < words.length; start++) {
    if (plain[start] === '' || !wanted.startsWith(plain[start] as string)) continue
    let text = ''
    for (let end = start; end < Math.min(words.length, start + longest); end++) {
      if (!acrossLines && (words[end] as Word).line !== (words[start] as Word).line) break
      text += plain[end] as string
      if (text === wanted) found.push(range(start, end))
      if (text.length >= wanted.length || !wanted.startsWith(text)) break
    }
  }
  return found
}

function same(type: FieldType, a: string | null, b: string): boolean {
  return (
    a === b ||
    (type === 'money' && a !== null && withoutTrailingZeros(a) === withoutTrailingZeros(b))
  )
}

function distance(span: readonly number[], target: number): number {
  return Math.abs((span[0] as number) - target)
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start + 1 }, (_, i) => start + i)
}
