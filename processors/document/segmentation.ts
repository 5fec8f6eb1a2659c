/**
 * The segmentation of a page: rows, the lines that they consist of, and blocks of lines.
 *
 * Words become runs (side by side on one line of the reader), runs become rows by their vertical
 * centres. On a receipt a row is a line, and lines are read from top to bottom. A page that is wide
 * relative to its characters is a sheet: text is in columns, so rows are cut into lines at wide gaps
 * and where columns begin, lines below one another form a block, and blocks are read one after the
 * other. Otherwise the lines of an address and of a table of dates beside it would interleave.
 *
 * The way from near neighbours to lines to blocks is that of O'Gorman 1993, "The document spectrum
 * for page layout analysis"; columns by the left edges that lines share are tab stops as in Smith
 * 2009, "Hybrid page layout analysis via tab-stop detection".
 *
 * A page that is mostly in a script that runs from right to left is read so: words, lines of a row
 * and columns begin at the right, and runs of numbers and Latin words keep their own direction.
 */

import { oncePerText } from '../shared/memoize.ts'
import { inReadingDirection, isRightToLeft } from './reading-direction.ts'
import type { Box, Print, Word } from './words.ts'

/** Consecutive words on one line. */
export interface Run {
  readonly words: readonly number[]
  readonly box: Box
}

export interface Segments {
  readonly rows: readonly (readonly Run[])[] // from top to bottom; lines of a row
  readonly blocks: readonly (readonly Run[])[] // in reading order; lines of a block
  readonly box: Box // what the text covers
  readonly letter: number // median height of a word, tenths of the unit
  readonly sheet: boolean
  readonly rightToLeft: boolean
}

// page width over the median width of a character: receipts have 30 to 70, sheets of paper 85 to
// 200. Heights tell less: fonts disagree about how much space above and below a letter is its own.
const sheetInCharacters = 78
const columnGap = 1.6 // in letter heights: a wider gap within a row separates columns
const rowShift = 0.5 // of the smaller height: centres closer than this are on one row
const rowClash = 0.3 // of the smaller width: runs that overlap more than this cannot share a row
// in letter heights, from top to top: a line further below begins another block
const lineStep = 1.9
// blocks that end within the last few rows; readable pages have some dozens
const mostOpen = 500
// lines whose heights differ by more than this factor belong to different blocks
const sameSize = 1.6
const stopGap = 0.45 // in letter heights: enough where a column begins …
const stopSpaces = 1.6 // … and wider than the page's spaces, which some readers give too wide
const stopShift = 0.3 // in letter heights: left edges closer than this are one tab stop
const stopReach = 5 // rows above and below that show where a column begins
const stopLines = 2 // of them that must begin there

/** The segments of a page's words; null where it has none. */
export function segmentsOf(
  words: readonly Word[],
  page: Pick<Print['pages'][number], 'number' | 'width'>,
): Segments | null {
  const runs = runsOf(words, page.number)
  if (runs.length === 0) return null
  const letter = letterOf(runs, words)
  const box = boxAround(runs)
  const sheet = Math.max(10 * page.width, box[2]) > sheetInCharacters * characterOf(runs, words)
  const rightToLeft = isRightToLeft(runs, words)
  const cut = rowsOf(runs).map((row) =>
    sheet ? splitAtGaps(row, words, letter) : [join(row, words)],
  )
  const rows = sheet ? splitAtStops(cut, words, letter) : cut
  if (rightToLeft) for (const row of rows) turn(row, words)
  return {
    rows,
    blocks: sheet ? blocksOf(rows, letter) : [rows.flat()],
    box,
    letter,
    sheet,
    rightToLeft,
  }
}

/** Orders the lines of a row and their words from right to left. */
function turn(row: Run[], words: readonly Word[]): void {
  row.reverse()
  row.forEach((line, k) => (row[k] = { ...line, words: inReadingDirection(line.words, words) }))
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
        apart(before.box, word.box) >= rowShift)
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
    apart((row.at(-1) as Run).box, run.box) < rowShift &&
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
 * Rows cut also at narrow gaps where a column begins: where lines of the rows above and below do.
 */
function splitAtStops(
  rows: readonly (readonly Run[])[],
  words: readonly Word[],
  letter: number,
): Run[][] {
  const gap = Math.max(stopGap * letter, stopSpaces * spaceOf(rows.flat(), words))
  return rows.map((row, r) => {
    const near = rows.slice(Math.max(0, r - stopReach), r + stopReach + 1)
    const stops = near.flatMap((other) => (other === row ? [] : other.slice(1).map(left)))
    stops.sort((a, b) => a - b)
    return row.flatMap((line) => splitLine(line, { stops, gap, shift: stopShift * letter }, words))
  })
}

interface Stops {
  readonly stops: readonly number[] // left edges, rising
  readonly gap: number // between words, from which on a column may begin
  readonly shift: number // edges closer than this are one
}

function splitLine(line: Run, { stops, gap, shift }: Stops, words: readonly Word[]): Run[] {
  const lines: Run[] = []
  let open: number[] = []
  for (const index of line.words) {
    const word = words[index] as Word
    const before = open.length === 0 ? null : (words[open.at(-1) as number] as Word)
    if (
      before !== null &&
      left(word) - before.box[2] > gap &&
      beginsColumn(left(word), stops, shift)
    ) {
      lines.push(runOf(open, words))
      open = []
    }
    open.push(index)
  }
  return lines.length === 0 ? [line] : [...lines, runOf(open, words)]
}

/** Whether enough stops are near an edge. */
function beginsColumn(edge: number, stops: readonly number[], shift: number): boolean {
  let [low, high] = [0, stops.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((stops[middle] as number) > edge - shift) high = middle
    else low = middle + 1
  }
  return (stops[low + stopLines - 1] ?? Number.POSITIVE_INFINITY) < edge + shift
}

/** Median gap between the words of a line; 0 where no line has two. */
function spaceOf(lines: readonly Run[], words: readonly Word[]): number {
  const gaps = lines.flatMap((line) =>
    line.words
      .slice(1)
      .map(
        (index, k) => left(words[index] as Word) - (words[line.words[k] as number] as Word).box[2],
      ),
  )
  return gaps.sort((a, b) => a - b)[gaps.length >> 1] ?? 0
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

function letterOf(runs: readonly Run[], words: readonly Word[]): number {
  const heights = new Float64Array(runs.reduce((sum, run) => sum + run.words.length, 0))
  let count = 0
  for (const run of runs)
    for (const word of run.words) heights[count++] = height((words[word] as Word).box)
  return heights.sort()[heights.length >> 1] ?? 1
}

/** Median width of a character of the page's words; a wide one, as in Japanese, counts as two. */
function characterOf(runs: readonly Run[], words: readonly Word[]): number {
  const widths: number[] = []
  for (const run of runs)
    for (const index of run.words) {
      const { text, box } = words[index] as Word
      if (text.length > 2) widths.push((box[2] - box[0]) / charactersOf(text))
    }
  return widths.sort((a, b) => a - b)[widths.length >> 1] ?? 1
}

const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu

const charactersOf = oncePerText(
  (text: string): number => text.length + (text.match(wide)?.length ?? 0),
)

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

export function boxAround(parts: readonly { readonly box: Box }[]): Box {
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
const apart = (a: Box, b: Box): number =>
  Math.abs(a[1] + a[3] - b[1] - b[3]) / 2 / Math.min(height(a), height(b))
const clashes = (a: Box, b: Box): boolean =>
  Math.min(a[2], b[2]) - Math.max(a[0], b[0]) > rowClash * Math.min(a[2] - a[0], b[2] - b[0])
