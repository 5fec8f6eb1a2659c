/**
 * Splits a printed word that is really several: `RM12.00`, `Date:01/02/2024`, `01/02/202413:45`,
 * `(Total)`, `1.234,50€`, `12.00SR`. The rules concern printing, not a language or vendor. A part
 * may need splitting again, so the rules run until none applies.
 *
 * Guaranteed: the parts, joined, are the word; a date, an amount, a web address and an identifier
 * stay whole.
 */

import { isAmount, isDate, isRegistration, isWeb } from './shapes.ts'

const dateInside = /\d{1,4}[/\-.](?:\d{1,2}|\p{L}{3,9})[/\-.]\d{2,4}|\d{1,2}\p{Lu}{3}\d{2,4}/u
const dateAndTime =
  /(\d{4}[/\-.]\d{2}[/\-.]\d{2}|\d{1,2}[/\-.](?:\d{1,2}|\p{L}{3,9})[/\-.](?:(?:19|20)\d{2}|\d{2}))(?=\d{1,2}:\d{2}(?!\d))/u
const letterOrDigit = /[\p{L}\p{N}]/u
const currencyFirst =
  /^(.*?)(RM|MYR|EUR|USD|CHF|GBP|SGD|AUD|CAD|INR|Rs|\p{Sc})([:.]?)([-+]?\d.*)$/iu
const moneyEnd = /\d[.,]\d{2}\D{0,3}$|^[-+]?\d{1,3}(?:[.,]\d{3})+$/u
const symbolLast =
  /^([-+(]?\d[\d.,'’]*[.,]\d{2}\)?-?)((?:\p{Sc}|%|EUR|USD|CHF|GBP|MYR|kr|zł|Kč|Ft)[.,;)]*)$/iu
// 803,886円: no cents
const wholeAndSign = /^([-+]?\d{1,3}(?:[.,]\d{3})*)((?:円|元|원|\p{Sc})[.,;)]*)$/u
// what stands before is part of the same number; Japanese and Chinese write without spaces
const joinsOn = /(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}][-./]?$/u
const bankAfterIban = /^([A-Z]{2}\d{2}[A-Z0-9]{11,30})(\/\d{1,6})$/u
const labelled = /^([\p{L}#.&/°]+:)(.+)$/u
// Nr.F25/9040; No.17 is a house
const numberSign = /^(N[ro]\.|N[°º]|N[uú]m\.|№)((?=(?:\D*\d){4})[^.].*)$/iu
const colonFirst = /^(:)(.+)$/u
const amountTail = /^(-?\d+[.,]\d{2})(\p{L}{1,3}|[-*])$/u
const bracketInside = /^(.*[\p{L}.)])(\(.*)$/u
const bracketFirst = /^(\([^()]*\p{L}[^()]*\))([\p{L}\p{N}].*)$/u
const wrapped = /^([*"'“„«([{<=\-~_•●]*)(.*?)([*"'”“»)\]}>=~_-]*)([,.;:]*)$/u

const amountThenMark = [symbolLast, wholeAndSign, bankAfterIban]
const labelThenMore = [bracketFirst, labelled, numberSign, colonFirst]

/** The lengths of the parts of a word without white space; one length where it stays whole. */
export function splitWord(word: string): readonly number[] {
  const first = word.charCodeAt(0)
  if (word.length === 1 || word.length > longest || (isPlain(first) && plain.test(word)))
    return [word.length]
  return unwrap(word).map((part) => part.length)
}

// characters: longer words are no glued print, and the cost of splitting is quadratic
const longest = 300
const plain = /^[\p{L}]+[,.]?$/u
const isPlain = (code: number): boolean =>
  (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code > 191

function unwrap(word: string): string[] {
  return splitOnce(word).flatMap((part) => {
    if (isDate(part) || isAmount(part) || isWeb(part) || !letterOrDigit.test(part)) return [part]
    const bracket = bracketInside.exec(part)
    if (bracket !== null && /\p{L}/u.test(bracket[1] as string))
      return [...unwrap(bracket[1] as string), ...unwrap(bracket[2] as string)]
    if (isRegistration(part)) return [part]
    const [, before = '', core = '', after = '', stop = ''] = wrapped.exec(part) as RegExpExecArray
    // A full stop or comma belongs to the word that it ends, or to the bracket after it.
    return [before, after === '' ? core + stop : core, after === '' ? '' : after + stop].filter(
      (piece) => piece !== '',
    )
  })
}

function splitOnce(word: string): string[] {
  if (isWeb(word)) return [word]
  return aroundDateAndTime(word) ?? aroundDate(word) ?? aroundCurrency(word) ?? atAMark(word)
}

function aroundDateAndTime(word: string): string[] | null {
  const date = dateAndTime.exec(word)
  if (date === null || !isDate(date[0])) return null
  const [before, after] = [word.slice(0, date.index), word.slice(date.index + date[0].length)]
  if (joinsOn.test(before)) return null
  return [...rest(before), date[0], ...rest(after)]
}

function aroundDate(word: string): string[] | null {
  const date = dateInside.exec(word)
  if (date === null || date[0].length === word.length || !isDate(date[0])) return null
  const [before, after] = [word.slice(0, date.index), word.slice(date.index + date[0].length)]
  // Not in the middle of a longer number: 00.12.05.2018-1
  if (joinsOn.test(before) || /^[-./]?[\p{L}\p{N}]/u.test(after)) return null
  return [...rest(before), date[0], ...rest(after)]
}

function aroundCurrency(word: string): string[] | null {
  const [, before, currency, mark, money] = currencyFirst.exec(word) ?? []
  if (before === undefined || money === undefined || !moneyEnd.test(money)) return null
  return [...rest(before), `${currency}${mark}`, ...rest(money)]
}

/** Between an amount and its symbol, after a bracket or a label; the whole word if none applies. */
function atAMark(word: string): string[] {
  for (const pattern of amountThenMark) {
    const [, amount, mark] = pattern.exec(word) ?? []
    if (amount !== undefined && mark !== undefined) return [amount, mark]
  }
  for (const pattern of labelThenMore) {
    const [, label, more] = pattern.exec(word) ?? []
    if (label !== undefined && more !== undefined) return [label, ...rest(more)]
  }
  const [, amount, tail] = amountTail.exec(word) ?? []
  return amount === undefined || tail === undefined ? [word] : [amount, tail]
}

function rest(part: string): string[] {
  return part === '' ? [] : splitOnce(part)
}
