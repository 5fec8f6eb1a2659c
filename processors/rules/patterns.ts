/**
 * Token patterns like those of spaCy's Matcher, for rules written by hand: a list of conditions,
 * one for each token, each with an operator. The match is the value.
 *
 *   [{"LOWER": "inv"}, {"TEXT": "-", "OP": "?"}, {"SHAPE": "dddd"}]     {"TEXT": {"IN": ["RM", "MYR"]}}
 *
 * Known attributes: ORTH, TEXT, LOWER, LENGTH, SHAPE, IS_ALPHA, IS_ASCII, IS_DIGIT, IS_LOWER,
 * IS_UPPER, IS_TITLE, IS_PUNCT, LIKE_NUM; values may be {"IN": [...]}, {"NOT_IN": [...]} and for
 * LENGTH {">=": 3}; operators !, ?, +, *, {n}, {n,m}. REGEX, FUZZY and what needs a language model
 * (LEMMA, POS, ...) are rejected: user input is never run as a regular expression. Matching follows
 * all branches at once (Thompson 1968), so its time is proportional to tokens times conditions; the
 * longest match at the first place that has one is taken, within one line.
 *
 * Tokens are those of tokens.ts, not spaCy's: "EUR12.50" is two, and punctuation at a word's end
 * stays with it unless word-splitting.ts splits it off.
 */

import { ErrataError } from '../../errors.ts'
import type { Token } from '../document/tokens.ts'

export interface Condition {
  readonly holds: (text: string) => boolean
  readonly least: number
  readonly most: number
}

export type Pattern = readonly Condition[]

const longestPattern = 30 // conditions
const mostPatterns = 2000 // in one rule
const unlimited = 60 // tokens that + and * may take
const mostRepeats = 60

/** Patterns of a rule, as JSON: an array of patterns, or one. CONFIG_INVALID for anything else. */
export function parsePatterns(json: string): Pattern[] {
  let given: unknown
  try {
    given = JSON.parse(json)
  } catch (cause) {
    throw new ErrataError('CONFIG_INVALID', 'a pattern is not JSON', {}, cause)
  }
  const many =
    Array.isArray(given) && given.every((one) => Array.isArray(one))
      ? (given as unknown[][])
      : [given]
  if (many.length === 0 || many.length > mostPatterns)
    throw new ErrataError('CONFIG_INVALID', `a rule has 1 to ${mostPatterns} patterns`)
  return many.map(parsePattern)
}

/** Token indexes of the first match, the longest at its place; null where nothing matches. */
export function matchPatterns(
  patterns: readonly Pattern[],
  tokens: readonly Token[],
): readonly number[] | null {
  for (let start = 0; start < tokens.length; start++) {
    const ends = patterns
      .map((pattern) => longestFrom(pattern, tokens, start))
      .filter((end) => end !== null)
    if (ends.length > 0)
      return Array.from({ length: Math.max(...ends) - start }, (_, k) => start + k)
  }
  return null
}

/** The end of the longest non-empty match that begins here. */
function longestFrom(pattern: Pattern, tokens: readonly Token[], start: number): number | null {
  const [first, token] = [pattern[0], tokens[start]]
  if (first === undefined || token === undefined || (first.least > 0 && !first.holds(token.text)))
    return null // the first condition rules out most places
  const { line } = token
  let longest: number | null = null
  let states = closure(new Map([[key(0, 0), [0, 0]]]), pattern)
  for (let at = start; at < tokens.length && states.size > 0 && tokens[at]?.line === line; at++) {
    const next = new Map<number, State>()
    for (const [position, count] of states.values()) {
      const condition = pattern[position]
      if (
        condition === undefined ||
        count >= condition.most ||
        !condition.holds((tokens[at] as Token).text)
      )
        continue
      next.set(key(position, count + 1), [position, count + 1])
    }
    states = closure(next, pattern)
    if ([...states.values()].some(([position]) => position === pattern.length)) longest = at + 1
  }
  return longest
}

type State = readonly [position: number, count: number]

const key = (position: number, count: number): number => position * (mostRepeats + 1) + count

/** All states reachable without consuming a token. */
function closure(states: Map<number, State>, pattern: Pattern): Map<number, State> {
  const open = [...states.values()]
  for (let k = 0; k < open.length; k++) {
    const [position, count] = open[k] as State
    const condition = pattern[position]
    if (condition === undefined || count < condition.least || states.has(key(position + 1, 0)))
      continue
    states.set(key(position + 1, 0), [position + 1, 0])
    open.push([position + 1, 0])
  }
  return states
}

function parsePattern(given: unknown): Pattern {
  if (typeof given === 'string')
    return given
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word): Condition => ({ holds: (text) => text === word, least: 1, most: 1 }))
  if (!Array.isArray(given) || given.length === 0 || given.length > longestPattern)
    throw new ErrataError(
      'CONFIG_INVALID',
      `a pattern is a text or a list of 1 to ${longestPattern} conditions`,
    )
  const pattern = given.map(parseCondition)
  if (pattern.every(({ least }) => least === 0))
    throw new ErrataError('CONFIG_INVALID', 'a pattern must need at least one token')
  return pattern
}

function parseCondition(given: unknown): Condition {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new ErrataError('CONFIG_INVALID', 'a condition is an object')
  const { OP = '1', ...attributes } = given as Record<string, unknown>
  const tests = Object.entries(attributes).map(([name, wanted]) => testOf(name, wanted))
  const all = (text: string): boolean => tests.every((test) => test(text))
  if (OP === '!') return { holds: (text) => !all(text), least: 1, most: 1 }
  const [least, most] = repeats(OP)
  return { holds: all, least, most }
}

function repeats(operator: unknown): readonly [number, number] {
  switch (operator) {
    case '1':
      return [1, 1]
    case '?':
      return [0, 1]
    case '+':
      return [1, unlimited]
    case '*':
      return [0, unlimited]
  }
  const counted = /^\{(\d{1,2})(?:,(\d{1,2})?)?\}$/.exec(
    typeof operator === 'string' ? operator : '',
  )
  const least = Number(counted?.[1] ?? Number.NaN)
  const most = counted?.[0].includes(',') === true ? Number(counted[2] ?? unlimited) : least
  if (!(least <= most && most <= mostRepeats))
    throw new ErrataError('CONFIG_INVALID', 'an operator is one of ! ? + * {n} {n,m}')
  return [least, most]
}

const flags: Readonly<Record<string, (text: string) => boolean>> = {
  IS_ALPHA: (text) => /^\p{L}+$/u.test(text),
  IS_ASCII: (text) => [...text].every((char) => char <= '\u007f'),
  IS_DIGIT: (text) => /^\d+$/.test(text),
  IS_LOWER: (text) => text === text.toLowerCase() && text !== text.toUpperCase(),
  IS_UPPER: (text) => text === text.toUpperCase() && text !== text.toLowerCase(),
  IS_TITLE: (text) => /^\p{Lu}[^\p{Lu}]*$/u.test(text),
  IS_PUNCT: (text) => /^\p{P}+$/u.test(text),
  LIKE_NUM: (text) => /^[-+]?\d[\d.,']*$/.test(text),
}
const readings: Readonly<Record<string, (text: string) => string | number>> = {
  ORTH: (text) => text,
  TEXT: (text) => text,
  LOWER: (text) => text.toLowerCase(),
  LENGTH: (text) => [...text].length,
  SHAPE: shapeOf,
}

function testOf(name: string, wanted: unknown): (text: string) => boolean {
  const flag = own(flags, name)
  if (flag !== undefined && typeof wanted === 'boolean') return (text) => flag(text) === wanted
  const read = own(readings, name)
  if (read === undefined)
    throw new ErrataError('CONFIG_INVALID', 'this attribute is not supported in patterns', {
      attribute: name.slice(0, 40),
    })
  if (typeof wanted === 'string' || typeof wanted === 'number')
    return (text) => read(text) === wanted
  const [[operator, operand] = ['', null]] = Object.entries(
    (wanted ?? {}) as Record<string, unknown>,
  )
  if (operator === 'IN' && Array.isArray(operand)) return (text) => operand.includes(read(text))
  if (operator === 'NOT_IN' && Array.isArray(operand))
    return (text) => !operand.includes(read(text))
  if (name === 'LENGTH' && typeof operand === 'number') {
    const compared: Readonly<Record<string, (length: number) => boolean>> = {
      '==': (n) => n === operand,
      '!=': (n) => n !== operand,
      '>=': (n) => n >= operand,
      '<=': (n) => n <= operand,
      '>': (n) => n > operand,
      '<': (n) => n < operand,
    }
    const compare = own(compared, operator)
    if (compare !== undefined) return (text) => compare([...text].length)
  }
  throw new ErrataError('CONFIG_INVALID', 'this condition is not supported in patterns', {
    attribute: name,
    operator: operator.slice(0, 40),
  })
}

/** spaCy's: X and x for letters, d for digits, runs cut at four. */
function shapeOf(text: string): string {
  const shape = [...text].map(shapeOfCharacter).join('')
  return shape.replace(/(.)\1{4,}/gu, (run) => run.slice(0, 4))
}

function shapeOfCharacter(char: string): string {
  if (/\p{Lu}/u.test(char)) return 'X'
  if (/\p{L}/u.test(char)) return 'x'
  return /\d/.test(char) ? 'd' : char
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}
