/**
 * What is searched: the printed words of a document as one text, and what a person types to find
 * them.
 */

import { unpackWords } from '../document/words.ts'
import type { Words } from '../../schemas/types.ts'

const longestText = 200_000 // characters: some 60 pages of print
const mostTerms = 12

/** The words with a space between them; of a very long document its beginning. */
export function textOf(words: Words): string {
  const texts: string[] = []
  let length = 0
  for (const { text } of unpackWords(words)) {
    length += text.length + 1
    if (length > longestText) break
    texts.push(text)
  }
  return texts.join(' ')
}

/** A word or, in quotes, a phrase that the document must have. */
export interface SearchTerm {
  readonly text: string
  /** What it is as an amount, in whatever notation; null: it is none. */
  readonly amount: number | null
}

/** White space separates terms, quotes hold them together; `extra` terms are left out. */
export function termsOf(query: string): readonly SearchTerm[] {
  return [...query.normalize('NFC').matchAll(/"([^"]*)"?|(\S+)/g)]
    .map(([, phrase, word]) => (phrase ?? word ?? '').trim())
    .filter((text) => /[\p{L}\p{N}]/u.test(text))
    .slice(0, mostTerms)
    .map((text) => ({ text, amount: amountOf(text) }))
}

/** 1.469,06 and 1,469.06 and 1469.06 are the same; null for anything but an amount. */
function amountOf(text: string): number | null {
  const plain = text.replace(/[\s'’\u00a0\u202f]/g, '')
  if (!/^[+-]?\d[\d.,]*$/.test(plain)) return null
  const decimal = /^(.*)[.,](\d{1,2})$/.exec(plain)
  const whole = (decimal?.[1] ?? plain).replace(/[.,]/g, '')
  const value = Number(`${whole}.${decimal?.[2] ?? '0'}`)
  return Number.isFinite(value) ? value : null
}
