/**
 * The identifiers of a vendor in a printed line, allowing for OCR errors.
 *
 * OCR confuses O with 0 and l with 1. Letters among digits are read as the digits that they
 * resemble, labels are recognised with digits among their letters, and an id with wrong check
 * digits is replaced by the valid one that differs in one such character, if there is exactly one.
 * One digit misread as another is detected only where there are check digits.
 *
 * MALAYSIAN COMPANY NUMBERS, beside the name as in (519537-X), end with a check letter: the digits
 * from the right, weighted 2, 3, 4 and so on, modulo 11. So a letter that none of them has is
 * replaced, one digit that OCR takes for another is, if exactly one replacement fits the letter,
 * and an opening bracket that was read as a 1 is no digit. Weights and letters follow from 73 of
 * the 77 numbers on the receipts of SROIE, where chance would give 7.
 */

import { isIban, isVatId, vatPrefixes } from '../values/identifiers.ts'
import { matchesOf } from '../shared/matches.ts'

const digit = '[0-9oOqQlI|sSzZbB]' // or what OCR may read in its place
// The countries of VAT ids: with any two letters most words of a page would be candidates
const vatCountry = [...new Set([...vatPrefixes].map((prefix) => prefix.slice(0, 2)))].join('|')
// With lookahead, so that matches may overlap: "VAT DE136695976"
const vatLike = new RegExp(
  String.raw`\b(?=((?:${vatCountry})[ .]?[0-9a-z][0-9a-z .\-]{6,15}\b))`,
  'gi',
)
const ibanLike = /\b(?=([a-z]{2}[0-9oil]{2}(?: ?[0-9a-z]{2,4}){3,8}))/gi
const registration = new RegExp(
  String.raw`\b(?:${misreadable('gst|reg(?:istration)?|co|company|roc|siret|siren|hrb|kvk|cif|nif')}|p\.?\s?iva|steuer-?nr|abn|ein|tax\s*id)\b[^0-9a-z]{0,12}(?:(?:${misreadable('id|no|nr|number|nummer')})\b[^0-9a-z]{0,6}){0,2}([a-z]{0,3}${digit}[0-9a-z\-/. ]{4,18}[0-9a-z])|\(\s*((?:${digit}|g){5,7}(?:-?[a-z]|-[^\s)]))\s*\)|\bb[hn]d\b[. ]{1,3}(${digit}{5,7}-[a-z])\b|(?<![0-9a-z(])([1il|]${digit}{5,7}-[a-z])\s*\)`,
  'gi',
) // labelled, or a Malaysian company number: in brackets, after the form, with a misread bracket
const misreadBracket = 4 // group of the pattern
const telephone = new RegExp(
  String.raw`\b(?:${misreadable('tel(?:efon|ephone|éfono)?|phone')}|t)\b[^0-9+(]{0,6}?(\+?[0-9(oO](?:${digit}|[()\-/. ]){6,18}(?:[0-9]|(?<=[0-9])[oqlisg](?![a-z])))`,
  'gi',
)
const domain = /(?:@|\bwww\.|https?:\/\/(?:www\.)?)((?:[a-z0-9-]{1,40}\.){1,4}[a-z]{2,10})\b/gi
const publicMail =
  /^(?:gmail|googlemail|hotmail|outlook|live|yahoo|aol|icloud|gmx|web|t-online|freenet|orange|free|laposte|wanadoo|proton|protonmail|me|msn|ymail|mail)\.(?:com?\.)?[a-z]{2,3}$/
// digits of a number as printed: a word of letters that resemble digits is no number
const leastDigits = 3
const mostSwaps = 6 // characters of an id for which alternatives are tried

/** A kind of identifier. */
export interface IdentifierKind {
  readonly name: 'vat' | 'iban' | 'registration' | 'phone' | 'domain'
  readonly sign: RegExp // characters that every such id has: a cheap test that rules out most lines
  readonly pattern: RegExp
  /** The identifier in a printed text, in normal form; `match`: of the pattern. */
  readonly read: (text: string, match: RegExpMatchArray) => string | undefined
}

export interface FoundIdentifier {
  readonly id: string
  readonly index: number // index in the line
}

export const figure = /\d/
export const identifierKinds: readonly IdentifierKind[] = [
  {
    name: 'vat',
    sign: figure,
    pattern: vatLike,
    read: (text) => checked(text, (id) => isVatId(id) === true),
  },
  { name: 'iban', sign: figure, pattern: ibanLike, read: (text) => checked(text, isIban) },
  {
    name: 'registration',
    sign: figure,
    pattern: registration,
    read: (text, match) => {
      const id = asDigits(plain(numberOf(text)))
      if (!/\d{4}/.test(id) || countOf(text, /\d/g) < leastDigits) return undefined
      const isLabelled = match[1] !== undefined // in whatever country
      return isLabelled ? id : companyNumber(text, id, match[misreadBracket] !== undefined)
    },
  },
  {
    name: 'phone',
    sign: figure,
    pattern: telephone,
    read: (text) => {
      const id = asDigits(plain(text))
      return /^\d{7,15}$/.test(id) ? id : undefined
    },
  },
  {
    name: 'domain',
    sign: /[@/]|www/i,
    pattern: domain,
    read: (text) => {
      const id = text.toLowerCase()
      return publicMail.test(id) ? undefined : id
    },
  },
]

const nothing: readonly FoundIdentifier[] = [] // shared by all lines: results are memoized

export function foundIn(
  line: string,
  { sign, pattern, read }: IdentifierKind,
): readonly FoundIdentifier[] {
  if (!sign.test(line)) return nothing
  const found: FoundIdentifier[] = []
  for (const match of matchesOf(line, pattern)) {
    const text = match.slice(1).find((group) => group !== undefined) ?? ''
    const id = sign === figure && !figure.test(text) ? undefined : read(text, match)
    if (id !== undefined) found.push({ id, index: match.index })
  }
  return found.length === 0 ? nothing : found
}

export function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}

/**
 * The id that a text begins with: as printed, else with one character replaced where exactly one
 * replacement makes it valid.
 */
function checked(text: string, isRight: (id: string) => boolean): string | undefined {
  const read = prefixes(text).map(plain)
  const printed = read.find(isRight)
  if (printed !== undefined) return printed
  const mended = new Set(read.flatMap((id) => swapped(id).filter(isRight)))
  const [only] = mended
  return mended.size === 1 ? only : undefined
}

const resembling: Readonly<Record<string, string>> = {
  O: '0',
  Q: '0',
  D: '0',
  I: '1',
  L: '1',
  S: '5',
  Z: '2',
  B: '8',
  G: '6',
}

/**
 * The id with all letters after the country read as digits, and with one digit or letter replaced.
 */
function swapped(id: string): string[] {
  const [country, body] = [id.slice(0, 2), id.slice(2)]
  const signs = [...body].flatMap((sign, at) =>
    resembling[sign] === undefined ? [] : [{ at, as: resembling[sign] }],
  )
  if (signs.length === 0 || signs.length > mostSwaps) return []
  const all = [...body].map((sign) => resembling[sign] ?? sign).join('')
  return [all, ...signs.map(({ at, as }) => body.slice(0, at) + as + body.slice(at + 1))].map(
    (other) => country + other,
  )
}

const checkLetters = 'PKMUHVTDXAW'
/** Digits that OCR takes one for another. */
const similar: Readonly<Record<string, string>> = {
  0: '68',
  1: '7',
  3: '8',
  5: '6',
  6: '058',
  7: '1',
  8: '036',
}

/** The number that is meant, by its check letter; `id`: as printed. */
function companyNumber(text: string, id: string, isBracketMisread: boolean): string | undefined {
  const [, digits = '', letter = ''] =
    /^(\d{5,8})-([^\s02-689])$/.exec(asPrinted(text)) ?? /^(\d{5,7})([A-Z])$/.exec(id) ?? []
  if (digits === '') return id
  if (isBracketMisread) {
    const fits = [digits, digits.slice(1)].find((one) => checkLetterOf(one) === letter)
    return fits === undefined ? undefined : fits + letter
  }
  if (!checkLetters.includes(letter)) return digits + checkLetterOf(digits)
  if (checkLetterOf(digits) === letter) return digits + letter
  const [only, ...others] = [...digits].flatMap((sign, at) =>
    [...(similar[sign] ?? '')]
      .map((other) => digits.slice(0, at) + other + digits.slice(at + 1))
      .filter((one) => checkLetterOf(one) === letter),
  )
  return (only !== undefined && others.length === 0 ? only : digits) + letter
}

/** Upper case, with the letters before the hyphen read as digits. */
function asPrinted(text: string): string {
  const [body = '', ...rest] = text.trim().toUpperCase().split('-')
  const digits = body.replace(/[OQDILSZBG|]/g, (sign) => resembling[sign] ?? '1')
  return [digits, ...rest].join('-')
}

function checkLetterOf(digits: string): string {
  const sum = [...digits].reverse().reduce((all, sign, at) => all + Number(sign) * (at + 2), 0)
  return checkLetters[sum % 11] as string
}

/** A number and its groups of digits, without the words after it. */
function numberOf(text: string): string {
  const [first = '', ...others] = text.trim().split(/\s+/)
  const end = others.findIndex((word) => !/^[-/.]*\d[-/.\d]*[a-z]?$/i.test(word))
  return [first, ...(end < 0 ? others : others.slice(0, end))].join(' ')
}

/**
 * Reads letters among the digits of a number as digits. Letters before the first digit may be
 * genuine, unless the number has the length of one with only a check letter; a check letter follows
 * eight digits at most.
 */
function asDigits(id: string): string {
  const [, letters = '', number = '', last = ''] =
    /^()([0-9OQDILSZBG]{5,7})([A-Z])$/.exec(id) ??
    /^((?:(?![OIL]+\d)[A-Z]){0,3})(.*)(.)$/.exec(id) ??
    []
  const digits = (text: string): string =>
    text.replace(/[OQDILSZBG]/g, (sign) => resembling[sign] as string)
  return /^\d+$/.test(digits(number))
    ? letters + digits(number) + (number.length > 8 ? digits(last) : last)
    : id
}

/** A pattern for words as OCR may read them, with digits among the letters. */
function misreadable(words: string): string {
  const alike: Readonly<Record<string, string>> = {
    o: '[o0]',
    i: '[i1l]',
    l: '[l1i]',
    s: '[s5]',
    b: '[b8]',
    g: '[g6]',
    z: '[z2]',
  }
  return words.replace(/[oilsbgz]/g, (letter) => alike[letter] as string)
}

/**
 * A printed identifier may be followed by more words on its line: the text and all its prefixes
 * that end at a space.
 */
function prefixes(text: string): string[] {
  const parts = text.split(' ')
  return parts.map((_, i) => parts.slice(0, parts.length - i).join(' '))
}

function plain(text: string): string {
  return text.toUpperCase().replace(/[^0-9A-Z]/g, '')
}
