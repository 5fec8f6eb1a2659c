/**
 * Where tokens are relative to each other: for each token its neighbours above, below and before it
 * in the row (to the left, or to the right where the page runs so), its label, its column, and the
 * contents of its line, row and block. Computed once for a document, as arrays, since features need
 * all of it; what only sheets need is computed on demand.
 */

import { gridOf, overlapping, vertical, type TokenGrid } from './grid.ts'
import { joinedHash, labelWords, lineHash, withWordBefore } from './label-hashes.ts'
import { integers } from '../shared/integers.ts'
import { oncePer, oncePerIndex, oncePerText } from '../shared/memoize.ts'
import { documentFeaturesOf, type DocumentFeatures, type TokenFeatures } from './token-features.ts'
import type { TokenKind } from './shapes.ts'
import type { PageText, Token, Tokens } from './tokens.ts'

export interface Layout {
  // Of each token
  readonly page: Int32Array // index of its page in the text's
  // nearest token above that overlaps most of the width, within three rows; -1 if none
  readonly above: Int32Array
  readonly below: Int32Array
  // three for each: combined hashes of one, two, three words to the left in the row …
  readonly label: Int32Array
  readonly labelled: Int32Array // … and how many there are
  // gap to its left neighbour in the row: 0 none, 1 narrow, 2 to 4 wider
  readonly gapLeft: Int32Array
  readonly column: Int32Array // position of its line in its row
  readonly repeats: Int32Array // how often the word occurs in the document, 1 to 5
  readonly again: Int32Array // 0 for the first mention of a word, then 1
  // 1 where the word is part of an e-mail or web address in the document: companies name their
  // domains after themselves
  readonly inWeb: Int32Array
  readonly dates: ReadonlyMap<number, DatePosition> // of the tokens that are dates
  // Of each row
  readonly columns: Int32Array // lines in it
  // post codes on the page up to and with this row, up to 4
  readonly addressBefore: Int32Array
  rowWords(row: number): readonly number[]
  rowText(row: number): number
  /**
   * Distinct words of the leftmost lines of the rows above, which may hold a section's heading such
   * as "Bill to".
   */
  section(row: number): readonly number[]
  // Of each line
  readonly lineAbove: Int32Array // index in the block, -1 if none
  readonly lineBelow: Int32Array
  readonly lineInBlock: Int32Array
  readonly blockLength: Int32Array
  readonly blockStart: Int32Array // first line of the block
  readonly lineWords: readonly (readonly number[])[] // distinct hashes of letters, the first ten
  readonly lineText: Int32Array // of the first five
  readonly lineKinds: Int32Array // set of token kinds
  blockKinds(line: number): readonly number[]
  /** Line right above a block's first line, -1 if none: of another size or slightly apart. */
  blockHeading(line: number): number
  /** The topmost word of the column of tokens above a token, -1 if none: a table's heading. */
  heading(i: number): number
}

export interface DatePosition {
  readonly order: number // index in order, of all printed dates
  readonly total: number
  readonly same: number // mentions of the same date
}

const longestWeb = 4000 // characters of addresses that are searched for words
const mostWords = 10 // of a line's or row's distinct words
const sectionRows = 4
const headingRows = 40 // how many rows up a table's heading may be

export function layoutOf(
  text: Tokens,
  kinds: readonly TokenKind[],
  tokenFeatures: DocumentFeatures,
): Layout {
  const { tokens, rows, lines, pages } = text
  const hasSheet = pages.some(({ sheet }) => sheet)
  const grid = gridOf(text)
  const rowWords = oncePerIndex((row) =>
    distinct(rows[row] as readonly number[], tokenFeatures, hasSheet),
  )
  const firstWords = oncePerIndex((row) => {
    const indexes = rows[row] as readonly number[]
    const { line } = tokens[indexes[0] as number] as Token
    return distinct(
      indexes.filter((token) => (tokens[token] as Token).line === line),
      tokenFeatures,
      hasSheet,
    ).slice(0, 3)
  })
  return {
    page: grid.page,
    column: grid.column,
    columns: grid.columns,
    ...blocksOf(text, tokenFeatures),
    ...neighboursOf(grid, tokenFeatures),
    ...mentionsOf(text, kinds, tokenFeatures),
    addressBefore: hasSheet ? addressesOf(text, kinds) : new Int32Array(rows.length),
    dates: datesOf(text, kinds),
    rowWords,
    rowText: oncePerIndex((row) => joinedHash(3, rowWords(row))),
    section: oncePerIndex((row) => {
      const start = grid.firstRow[row] as number
      const found = new Set<number>()
      for (let r = Math.max(start, row - sectionRows); r < row; r++)
        for (const hash of firstWords(r)) found.add(hash)
      return [...found]
    }),
    blockHeading: oncePerIndex((line) => {
      const over = vertical((lines[line] as readonly number[])[0] as number, -1, grid)
      return over < 0 ? -1 : (tokens[over] as Token).line
    }),
    heading: oncePerIndex((i) => {
      const { row, box } = tokens[i] as Token
      let found = -1
      for (
        let up = row - 1;
        up >= Math.max(grid.firstRow[row] as number, row - headingRows) && found < 0;
        up--
      ) {
        const above = overlapping(up, box, grid)
        // Above numbers are more numbers; the first word above them is their heading
        if (above >= 0 && kinds[above] === 'word') found = above
      }
      return found
    }),
  }
}

/** The distinct words of each line. */
export const lineWordsOf: (text: Tokens) => Layout['lineWords'] = oncePer((text: Tokens) => {
  const hasSheet = text.pages.some(({ sheet }) => sheet)
  const tokenFeatures = documentFeaturesOf(text)
  return text.lines.map((line) => distinct(line, tokenFeatures, hasSheet))
})

function blocksOf(
  text: Tokens,
  tokenFeatures: DocumentFeatures,
): Pick<
  Layout,
  | 'lineAbove'
  | 'lineBelow'
  | 'lineInBlock'
  | 'blockLength'
  | 'blockStart'
  | 'lineWords'
  | 'lineText'
  | 'lineKinds'
  | 'blockKinds'
> {
  const { lines, blocks } = text
  const { length: count } = lines
  const lineWords = lineWordsOf(text)
  const [lineAbove, lineBelow, lineInBlock, blockLength, blockStart, lineText, lineKinds, blockOf] =
    integers(count, count, count, count, count, count, count, count)
  for (let b = 0; b < blocks.length; b++) {
    const block = blocks[b] as readonly number[]
    for (let k = 0; k < block.length; k++) {
      const line = block[k] as number
      blockOf[line] = b
      lineAbove[line] = k === 0 ? -1 : (block[k - 1] as number)
      lineBelow[line] = block[k + 1] ?? -1
      lineInBlock[line] = k
      blockLength[line] = block.length
      blockStart[line] = block[0] as number
      lineText[line] = lineHash(lineWords[line] as readonly number[])
      for (const token of lines[line] as readonly number[])
        lineKinds[line] =
          (lineKinds[line] as number) | (1 << ((tokenFeatures.kind[token] as number) - 1))
    }
  }
  const kindsOfBlock = oncePerIndex((b) =>
    [
      ...new Set(
        (blocks[b] as readonly number[]).flatMap((line) =>
          (lines[line] as readonly number[]).map(
            (token) => (tokenFeatures.kind[token] as number) - 1,
          ),
        ),
      ),
    ].sort((x, y) => x - y),
  )
  return {
    lineAbove,
    lineBelow,
    lineInBlock,
    blockLength,
    blockStart,
    lineWords,
    lineText,
    lineKinds,
    blockKinds: oncePerIndex((line) => kindsOfBlock(blockOf[line] as number)),
  }
}

function neighboursOf(
  grid: TokenGrid,
  { letters }: DocumentFeatures,
): Pick<Layout, 'above' | 'below' | 'label' | 'labelled' | 'gapLeft'> {
  const { tokens, rows } = grid.text
  const [above, below, labelled, gapLeft, label] = integers(
    tokens.length,
    tokens.length,
    tokens.length,
    tokens.length,
    labelWords * tokens.length,
  )
  for (let i = 0; i < tokens.length; i++) {
    above[i] = vertical(i, -1, grid)
    below[i] = vertical(i, 1, grid)
  }
  for (const inRow of rows) {
    const { rightToLeft, letter } = pageOfRow(inRow, grid)
    const row = rightToLeft ? [...inRow].reverse() : inRow
    const words: number[] = [] // before the token, nearest first
    for (let k = 1; k < row.length; k++) {
      const [before, token] = [row[k - 1] as number, row[k] as number]
      if (letters[before] !== 0) words.unshift(letters[before] as number)
      if (words.length > labelWords) words.pop()
      let hash = 0
      for (let n = 0; n < words.length; n++) {
        hash = withWordBefore(hash, words[n] as number)
        label[labelWords * token + n] = hash
      }
      labelled[token] = words.length
      const [a, b] = [(tokens[before] as Token).box, (tokens[token] as Token).box]
      gapLeft[token] = gapClass((rightToLeft ? a[0] - b[2] : b[0] - a[2]) / letter)
    }
  }
  return { above, below, label, labelled, gapLeft }
}

const pageOfRow = (row: readonly number[], { page, text }: TokenGrid): PageText =>
  text.pages[page[row[0] as number] as number] as PageText

/**
 * The class of a gap in letter heights: within a text, a wide space, between columns, across the
 * page.
 */
function gapClass(gap: number): number {
  if (gap < 1.6) return 1
  if (gap < 6) return 2
  return gap < 16 ? 3 : 4
}

function mentionsOf(
  { tokens }: Tokens,
  kinds: readonly TokenKind[],
  { word }: DocumentFeatures,
): Pick<Layout, 'repeats' | 'again' | 'inWeb'> {
  const [repeats, again, inWeb] = integers(tokens.length, tokens.length, tokens.length)
  const first = new Map<number, number>() // which mention of a word it is
  let web = ''
  for (let i = 0; i < tokens.length; i++) {
    const known = first.get(word[i] as number)
    if (known === undefined) first.set(word[i] as number, i)
    else again[i] = 1
    repeats[known ?? i] = Math.min(5, (repeats[known ?? i] as number) + 1)
    if (kinds[i] === 'web' && web.length < longestWeb)
      web += `${web === '' ? '' : ' '}${(tokens[i] as Token).text.toLowerCase().replace(/^[^@]*@/, '')}`
  }
  web = web.slice(0, longestWeb)
  for (let i = 0; i < tokens.length; i++) {
    if (again[i] === 1) repeats[i] = repeats[first.get(word[i] as number) as number] as number
    if (
      web !== '' &&
      kinds[i] === 'word' &&
      (tokens[i] as Token).text.length >= 4 &&
      web.includes(bare((tokens[i] as Token).text))
    )
      inWeb[i] = 1
  }
  return { repeats, again, inWeb }
}

const bare = oncePerText((text: string): string => text.toLowerCase().replace(/[.,:;]$/, ''))

/** Two post codes side by side count once: they belong to one row of addresses. */
function addressesOf({ rows, pages }: Tokens, kinds: readonly TokenKind[]): Int32Array {
  const found = new Int32Array(rows.length)
  for (const {
    rows: [first, end],
  } of pages) {
    let count = 0
    for (let r = first; r < end; r++) {
      if (count < 4 && (rows[r] as readonly number[]).some((token) => kinds[token] === 'postcode'))
        count++
      found[r] = count
    }
  }
  return found
}

function datesOf(
  { tokens }: Tokens,
  kinds: readonly TokenKind[],
): ReadonlyMap<number, DatePosition> {
  const dates: number[] = []
  const same = new Map<string, number>()
  for (let i = 0; i < tokens.length; i++) {
    if (kinds[i] !== 'date') continue
    const { text } = tokens[i] as Token
    dates.push(i)
    same.set(text, (same.get(text) ?? 0) + 1)
  }
  return new Map(
    dates.map((i, order) => [
      i,
      { order, total: dates.length, same: same.get((tokens[i] as Token).text) as number },
    ]),
  )
}

/**
 * The first ten distinct words of some tokens. `hasParts`: words joined by slashes count
 * separately.
 */
function distinct(
  indexes: readonly number[],
  { letters, all }: DocumentFeatures,
  hasParts: boolean,
): readonly number[] {
  const found: number[] = []
  for (let k = 0; k < indexes.length && found.length < mostWords; k++) {
    const i = indexes[k] as number
    const parts = hasParts ? (all[i] as TokenFeatures).parts : null
    if (parts === null) note(letters[i] as number, found)
    else for (const hash of parts) note(hash, found)
  }
  return found
}

function note(hash: number, found: number[]): void {
  if (hash !== 0 && !found.includes(hash)) found.push(hash)
}
