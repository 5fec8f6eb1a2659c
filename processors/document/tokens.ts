/**
 * Tokens: the words of a document in reading order, split where several things were printed without
 * a space. Each token refers to the characters of its word. Trainer and extractor both use this
 * file.
 *
 * ORDER. Words become runs (side by side on one line of the reader), runs become rows by their
 * vertical centres. On a receipt a row is a line, and lines are read from top to bottom. A page
 * that is wide relative to its letters is a sheet: text is in columns, so rows are cut into lines
 * at wide gaps, lines below one another form a block, and blocks are read one after the other.
 * Otherwise the lines of an address and of a table of dates beside it would interleave. Rows are
 * kept either way: the label left of an amount is found by row, not by reading order.
 *
 * Guaranteed: every character of every word except white space is in exactly one token; the same
 * words give the same tokens. Not supported: rotated text, right-to-left scripts.
 */

import { splitWord } from './word-splitting.ts'
import { tokenFeaturesOf, type TokenFeatures } from './token-features.ts'
import { matchesOf } from '../shared/matches.ts'
import { oncePer, oncePerText } from '../shared/memoize.ts'
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
}

export interface PageText {
  readonly number: number
  readonly rows: readonly [first: number, last: number] // last is exclusive
  readonly box: Box // what the text covers
  readonly letter: number // median height of a word, tenths of the unit
  readonly sheet: boolean // wide enough for columns
}

/** Consecutive words on one line. */
interface Run {
  readonly words: readonly number[]
  readonly box: Box
}

// page width over median word height: receipts have 15 to 35, A4 sheets 50 to 80
const sheetInLetters = 42
const columnGap = 1.6 // in letter heights: a wider gap within a row separates columns
const rowShift = 0.5 // of the smaller height: centres closer than this are on one row
const rowClash = 0.3 // of the smaller width: runs that overlap more than this cannot share a row
// in letter heights, from top to top: a line further below begins another block
const lineStep = 1.9
// blocks that end within the last few rows; readable pages have some dozens
const mostOpen = 500
// lines whose heights differ by more than this factor belong to different blocks
const sameSize = 1.6

/** The tokens of a document. */
export const tokensOf: (print: Print) => Tokens = oncePer(readTokens)

function readTokens(print: Print): Tokens {
  const tokens: Token[] = []
  const rows: number[][] = []
  const lines: number[][] = []
  const blocks: number[][] = []
  const pages: PageText[] = []
  for (const page of [...print.pages].sort((a, b) => a.number - b.number)) {
    const runs = runsOf(print.words, page.number)
    if (runs.length === 0) continue
    const letter = letterOf(runs, print.words)
    const box = boxAround(runs)
    const sheet = Math.max(10 * page.width, box[2]) / letter > sheetInLetters
    const pageRows = rowsOf(runs).map((row) =>
      sheet ? splitAtGaps(row, print.words, letter) : [join(row, print.words)],
    )
    const firstRow = rows.length
    const rowOf = new Map<Run, number>()
    for (const row of pageRows) {
      for (const line of row) rowOf.set(line, rows.length)
      rows.push([])
    }

    for (const block of sheet ? blocksOf(pageRows, letter) : [pageRows.flat()]) {
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
    pages.push({ number: page.number, rows: [firstRow, rows.length], box, letter, sheet })
  }
  return { tokens, rows, lines, blocks, pages }
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

/** The text of tokens first to last (exclusive) as printed, with single spaces for white space. */
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

/** Runs as the reader gave them: consecutive words with one line number, side by side. */
function runsOf(words: readonly Word[], page: number): Run[] {
  const runs: Run[] = []
  let open: number[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as Word
    if (word.page !== page || word.text.trim() === '') continue
    const before = open.length === 0 ? null : (words[open.at(-1) as number] as Word)
    if (
      before !== null &&
      (before.line !== word.line ||
        left(word) < left(before) ||
        shift(before.box, word.box) >= rowShift)
    ) {
      runs.push(runOf(open, words))
      open = []
    }
    open.push(i)
  }
  if (open.length > 0) runs.push(runOf(open, words))
  return runs
}

function rowsOf(runs: readonly Run[]): Run[][] {
  const rows: Run[][] = []
  for (const run of [...runs].sort((a, b) => a.box[1] + a.box[3] - b.box[1] - b.box[3])) {
    const row = rows.slice(-2).findLast((one) => takes(one, run))
    if (row === undefined) rows.push([run])
    else row.push(run)
  }
  for (const row of rows) if (row.length > 1) row.sort((a, b) => left(a) - left(b))
  return rows
}

/** Whether a run is at the height of a row and overlaps none of its runs. */
function takes(row: readonly Run[], run: Run): boolean {
  return (
    shift((row.at(-1) as Run).box, run.box) < rowShift &&
    !row.some((other) => clashes(other.box, run.box))
  )
}

/** A row of a sheet as lines without wide gaps, regardless of the reader's lines. */
function splitAtGaps(row: readonly Run[], words: readonly Word[], letter: number): Run[] {
  const lines: Run[] = []
  let open: number[] = []
  for (const index of wordsOf(row).sort(
    (a, b) => left(words[a] as Word) - left(words[b] as Word),
  )) {
    const word = words[index] as Word
    const before = open.length === 0 ? null : (words[open.at(-1) as number] as Word)
    if (
      before !== null &&
      left(word) - before.box[2] >
        columnGap * Math.max(letter, Math.min(height(before.box), height(word.box)))
    ) {
      lines.push(runOf(open, words))
      open = []
    }
    open.push(index)
  }
  lines.push(runOf(open, words))
  return lines
}

/**
 * A line joins the block that ends right above it; if several do, the one with the nearest left
 * edge.
 */
function blocksOf(rows: readonly (readonly Run[])[], letter: number): Run[][] {
  const blocks: Run[][] = []
  let open: Run[][] = [] // blocks that a line may still continue
  for (const row of rows) {
    open = open
      .filter((block) => top(row) - (block.at(-1) as Run).box[1] < 4 * lineStep * letter)
      .slice(-mostOpen)
    const begun: Run[][] = []
    const taken = new Set<Run[]>()
    for (const line of row) {
      const above = open.filter(
        (block) => !taken.has(block) && continues((block.at(-1) as Run).box, line.box, letter),
      )
      let block = above.sort((a, b) => offset(a, line) - offset(b, line))[0]
      if (block === undefined) {
        block = []
        blocks.push(block)
        begun.push(block)
      }
      block.push(line)
      taken.add(block)
    }
    for (const block of begun) open.push(block)
  }
  return blocks
}

const offset = (block: readonly Run[], line: Run): number =>
  Math.abs(left(block.at(-1) as Run) - left(line))

function continues(above: Box, below: Box, letter: number): boolean {
  const step = below[1] - above[1]
  const reach = lineStep * Math.max(letter, Math.min(height(above), height(below)))
  const alike =
    Math.max(height(above), height(below)) < sameSize * Math.min(height(above), height(below))
  return (
    alike &&
    step > 0 &&
    step < reach &&
    Math.min(above[2], below[2]) - Math.max(above[0], below[0]) > 0
  )
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
const firstPartOf = oncePerText((word: string): Part | null => {
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

function letterOf(runs: readonly Run[], words: readonly Word[]): number {
  const heights = new Float64Array(runs.reduce((sum, run) => sum + run.words.length, 0))
  let count = 0
  for (const run of runs)
    for (const word of run.words) heights[count++] = height((words[word] as Word).box)
  return heights.sort()[heights.length >> 1] ?? 1
}

function join(row: readonly Run[], words: readonly Word[]): Run {
  return row.length === 1 ? (row[0] as Run) : runOf(wordsOf(row), words)
}

function wordsOf(row: readonly Run[]): number[] {
  const found: number[] = []
  for (const { words } of row) for (const word of words) found.push(word)
  return found
}

function runOf(indexes: readonly number[], words: readonly Word[]): Run {
  return { words: indexes, box: boxAround(indexes.map((index) => words[index] as Word)) }
}

function boxAround(parts: readonly { readonly box: Box }[]): Box {
  const first = (parts[0] as { readonly box: Box }).box
  let x0 = first[0]
  let y0 = first[1]
  let x1 = first[2]
  let y1 = first[3]
  for (const { box } of parts) {
    x0 = Math.min(x0, box[0])
    y0 = Math.min(y0, box[1])
    x1 = Math.max(x1, box[2])
    y1 = Math.max(y1, box[3])
  }
  return [x0, y0, x1, y1]
}

const top = (row: readonly Run[]): number => (row[0] as Run).box[1]
const left = (part: { readonly box: Box }): number => part.box[0]
const height = (box: Box): number => Math.max(1, box[3] - box[1])
const shift = (a: Box, b: Box): number =>
  Math.abs(a[1] + a[3] - b[1] - b[3]) / 2 / Math.min(height(a), height(b))
const clashes = (a: Box, b: Box): boolean =>
  Math.min(a[2], b[2]) - Math.max(a[0], b[0]) > rowClash * Math.min(a[2] - a[0], b[2] - b[0])
