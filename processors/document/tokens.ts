/**
 * Tokens: the words of a document in reading order, split where several things were printed without
 * a space. Each token refers to the characters of its word. Trainer and extractor both use this
 * file.
 *
 * The order is that of segmentation.ts: rows on a receipt, columns on a sheet. Rows are kept either
 * way: the label left of an amount is found by row, not by reading order.
 *
 * Guaranteed: every character of every word except white space is in exactly one token, digits and
 * marks of other scripts as those of ASCII; the same words give the same tokens. Not supported:
 * rotated text.
 */

import { splitWord } from './word-splitting.ts'
import { tokenFeaturesOf, type TokenFeatures } from './token-features.ts'
import { matchesOf } from '../shared/matches.ts'
import { withPlainSigns } from '../values/digits.ts'
import { oncePer, oncePerText } from '../shared/memoize.ts'
import { documentContext } from './context.ts'
import { boxAround, segmentsOf, type Run } from './segmentation.ts'
import type { Box, Print, Word } from './words.ts'

export interface Token {
  readonly text: string
  readonly textFeatures: TokenFeatures // what follows from its text alone
  readonly word: number // index into the document's words
  readonly start: number // first character within that word
  readonly end: number // one past the last
  readonly spaced: boolean // white space, a new line or a column is before it
  readonly page: number // from 1
  readonly row: number // index into rows
  readonly line: number // index into lines
  readonly box: Box // interpolated within the word's box
}

export interface Tokens {
  readonly tokens: readonly Token[] // in reading order
  readonly rows: readonly (readonly number[])[] // token indexes, from left to right
  // token indexes of one line of one column; consecutive
  readonly lines: readonly (readonly number[])[]
  // line indexes of one column of text, from top to bottom
  readonly blocks: readonly (readonly number[])[]
  readonly pages: readonly PageText[]
  readonly country: string | null // ISO 3166, of the issuer as far as the document tells
}

export interface PageText {
  readonly number: number
  readonly rows: readonly [first: number, last: number] // last is exclusive
  readonly box: Box // what the text covers
  readonly letter: number // median height of a word, tenths of the unit
  readonly sheet: boolean // wide enough for columns
  readonly rightToLeft: boolean
}

/** The tokens of a document. */
export const tokensOf: (print: Print) => Tokens = oncePer(readTokens)

function readTokens(print: Print): Tokens {
  const tokens: Token[] = []
  const rows: number[][] = []
  const lines: number[][] = []
  const blocks: number[][] = []
  const pages: PageText[] = []
  for (const page of [...print.pages].sort((a, b) => a.number - b.number)) {
    const segments = segmentsOf(print.words, page)
    if (segments === null) continue
    const firstRow = rows.length
    const rowOf = new Map<Run, number>()
    for (const row of segments.rows) {
      for (const line of row) rowOf.set(line, rows.length)
      rows.push([])
    }
    for (const block of segments.blocks) {
      blocks.push(block.map((_, k) => lines.length + k))
      for (const line of block) {
        const place = { page: page.number, row: rowOf.get(line) as number, line: lines.length }
        const first = tokens.length
        for (const word of line.words) addTokens(print.words[word] as Word, word, place, tokens)
        const indexes: number[] = []
        const row = rows[place.row] as number[]
        for (let i = first; i < tokens.length; i++) {
          indexes.push(i)
          row.push(i)
        }
        lines.push(indexes)
      }
    }
    for (let row = firstRow; row < rows.length; row++) fromLeft(rows[row] as number[], tokens)
    const { box, letter, sheet, rightToLeft } = segments
    pages.push({
      number: page.number,
      rows: [firstRow, rows.length],
      box,
      letter,
      sheet,
      rightToLeft,
    })
  }
  return { tokens, rows, lines, blocks, pages, country: documentContext(print).country }
}

/** Sorts the tokens of a row; most are sorted already. */
function fromLeft(row: number[], tokens: readonly Token[]): void {
  for (let k = 1; k < row.length; k++) {
    if (left(tokens[row[k] as number] as Token) >= left(tokens[row[k - 1] as number] as Token))
      continue
    row.sort((a, b) => left(tokens[a] as Token) - left(tokens[b] as Token) || a - b)
    return
  }
}

/** The text of tokens first to last (exclusive), with single spaces for white space. */
export function textOf(tokens: readonly Token[], first: number, last: number): string {
  let text = ''
  for (let i = first; i < last; i++) {
    const token = tokens[i] as Token
    text += i > first && token.spaced ? ` ${token.text}` : token.text
  }
  return text
}

/**
 * The page, the smallest box and the words of tokens first to last (exclusive); the box covers the
 * first page only.
 */
export function placeOf(
  tokens: readonly Token[],
  first: number,
  last: number,
): { page: number; box: Box; words: readonly number[] } {
  const page = (tokens[first] as Token).page
  const words: number[] = []
  const onPage: Token[] = []
  for (let i = first; i < last; i++) {
    const token = tokens[i] as Token
    if (words.at(-1) !== token.word) words.push(token.word)
    if (token.page === page) onPage.push(token)
  }
  return { page, box: boxAround(onPage), words }
}

function addTokens(
  word: Word,
  index: number,
  { page, row, line }: { page: number; row: number; line: number },
  tokens: Token[],
): void {
  const [x0, y0, x1, y1] = word.box
  const { length } = word.text
  const width = (x1 - x0) / length
  for (let part = firstPartOf(word.text); part !== null; part = part.next) {
    const { text, textFeatures, start, end, spaced } = part
    const box =
      end - start === length
        ? word.box
        : ([Math.round(x0 + start * width), y0, Math.round(x0 + end * width), y1] as const)
    tokens.push({ text, textFeatures, word: index, start, end, spaced, page, row, line, box })
  }
}

/** Calls back with the following parts, since a list would nearly always hold one. */
interface Part extends Pick<Token, 'text' | 'textFeatures' | 'start' | 'end' | 'spaced'> {
  readonly next: Part | null
}

const piecesOfWord = /\S+/g

/** The parts of a word: split at white space, which words rarely have, and by word-splitting.ts. */
const firstPartOf = oncePerText((printed: string): Part | null => {
  const word = withPlainSigns(printed)
  let next: Part | null = null
  for (const { index, 0: piece } of matchesOf(word, piecesOfWord).reverse()) {
    let end = index + piece.length
    for (const length of [...splitWord(piece)].reverse()) {
      const start = end - length
      const text = word.slice(start, end)
      next = {
        text,
        textFeatures: tokenFeaturesOf(text),
        start,
        end,
        spaced: start === index,
        next,
      }
      end = start
    }
  }
  return next
})

const left = (part: { readonly box: Box }): number => part.box[0]
