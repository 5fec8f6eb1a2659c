/**
 * Who stands where: for each token its neighbours above, below and to the left, its label, its column, and what its line,
 * row and block hold. Computed once for a document, and only what is asked for; features only ask.
 */

import { mix } from './hashing.ts'
import { oncePerIndex } from './once.ts'
import type { Look, Looks } from './looks.ts'
import type { Kind } from './shapes.ts'
import type { Box } from './words.ts'
import type { PageText, Token, Tokens } from './tokens.ts'

export interface Layout {
  readonly pages: ReadonlyMap<number, PageText>
  isSheet(page: number): boolean
  pageFromStart(page: number): number
  pageFromEnd(page: number): number
  /** Nearest token above or below that shares most of the width, within three rows; -1 if none. */
  above(i: number): number
  below(i: number): number
  /** The topmost word of the column of tokens that lie under one another here, -1 if none: a table's heading. */
  heading(i: number): number
  /** Combined hashes of one, two, three words to the left in the row; empty where there is no word. */
  label(i: number): readonly number[]
  /** Gap to the left neighbour in the row: 0 none, 1 narrow, 2 to 4 wider. */
  gapLeft(i: number): number
  columnOf(i: number): number // place of the token's line in its row
  columnsOf(i: number): number
  lineAbove(line: number): number // in the block, -1 if none
  lineBelow(line: number): number
  lineInBlock(line: number): number
  blockLength(line: number): number
  blockStart(line: number): number // first line of the block
  blockHeading(line: number): number // line right above a block's first line, -1 if none: of another size, or a little apart
  addressBefore(row: number): number // post codes in the rows above and in this one of the page, up to 4
  lineWords(line: number): readonly number[] // distinct hashes of letters, the first ten
  lineText(line: number): number // of the first five
  lineKinds(line: number): number // set of kinds
  rowWords(row: number): readonly number[]
  rowText(row: number): number
  /** Distinct words of the leftmost lines of the rows above: a section's heading stands there, such as "Bill to". */
  section(row: number): readonly number[]
  blockKinds(line: number): readonly number[]
  /** How often the same word stands in the document, 1 to 5. */
  repeats(i: number): number
  /** 0 for the first mention of a word, then 1. */
  firstRepeat(i: number): number
  /** 1 where the word is part of an e-mail or web address in the document: firms name their domains after themselves. */
  inAddressOfWeb(i: number): number
  dateOrder(i: number): { readonly order: number; readonly total: number; readonly same: number }
}

const longestWeb = 4000 // characters of addresses that words are looked for in
const mostWords = 10 // of a line's or row's distinct words
const rowsAway = 3
const sectionRows = 4
const headingRows = 40 // how far up a table's heading may be

export function layoutOf(text: Tokens, kinds: readonly Kind[], looks: Looks): Layout {
  const { kind, word, letters } = looks
  const { tokens, rows, lines } = text
  const hasParts = text.pages.some(({ sheet }) => sheet)
  const pages = new Map(text.pages.map((page) => [page.number, page]))
  const numbers = text.pages.map((page) => page.number)
  const lineOf = (i: number): number => (tokens[i] as Token).line
  const inRow = new Int32Array(tokens.length)
  const column = new Int32Array(tokens.length)
  const columns = new Int32Array(rows.length)
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r] as readonly number[]
    let count = 0
    for (let k = 0; k < row.length; k++) {
      const token = row[k] as number
      if (k > 0 && lineOf(token) !== lineOf(row[k - 1] as number)) count++
      inRow[token] = k
      column[token] = count
    }
    columns[r] = count + 1
  }
  const placeOfLine = new Int32Array(lines.length)
  const blockOfLine = new Int32Array(lines.length)
  for (let b = 0; b < text.blocks.length; b++) {
    const lines = text.blocks[b] as readonly number[]
    for (let k = 0; k < lines.length; k++) {
      placeOfLine[lines[k] as number] = k
      blockOfLine[lines[k] as number] = b
    }
  }
  const lineWords = oncePerIndex((line) => distinct(lines[line] as readonly number[], looks, hasParts))
  const rowWords = oncePerIndex((row) => distinct(rows[row] as readonly number[], looks, hasParts))
  const lineKinds = oncePerIndex((line) => {
    let set = 0
    for (const token of lines[line] as readonly number[]) set |= 1 << ((kind[token] as number) - 1)
    return set
  })
  const blockKinds = oncePerIndex((b) => [...new Set((text.blocks[b] as readonly number[]).flatMap((line) => (lines[line] as readonly number[]).map((token) => (kind[token] as number) - 1)))].sort((x, y) => x - y))
  const mentions = new Map<number, number>() // of a word: where it stands first
  const firstMention = new Int32Array(tokens.length)
  const counts = new Int32Array(tokens.length) // at the first mention
  for (let i = 0; i < tokens.length; i++) {
    const hash = word[i] as number
    let first = mentions.get(hash)
    if (first === undefined) mentions.set(hash, (first = i))
    firstMention[i] = first
    counts[first] = (counts[first] as number) + 1
  }
  const addresses: string[] = []
  const dates = new Map<number, number>()
  const sameDate = new Map<string, number>()
  for (let i = 0; i < tokens.length; i++) {
    const { text: print } = tokens[i] as Token
    if (kinds[i] === 'web') addresses.push(print.toLowerCase().replace(/^[^@]*@/, ''))
    if (kinds[i] !== 'date') continue
    dates.set(i, dates.size)
    sameDate.set(print, (sameDate.get(print) ?? 0) + 1)
  }
  const web = addresses.join(' ').slice(0, longestWeb)
  const block = (line: number): readonly number[] => text.blocks[blockOfLine[line] as number] as readonly number[]

  const firstWords = oncePerIndex((row) => {
    const indexes = rows[row] as readonly number[]
    return distinct(indexes.filter((token) => lineOf(token) === lineOf(indexes[0] as number)), looks, hasParts).slice(0, 3)
  })
  const section = oncePerIndex((row) => {
    const [start] = (pages.get((tokens[(rows[row] as readonly number[])[0] as number] as Token).page) as PageText).rows
    const found = new Set<number>()
    for (let r = Math.max(start, row - sectionRows); r < row; r++) for (const hash of firstWords(r)) found.add(hash)
    return [...found]
  })

  // Two post codes side by side count once: they are of one row of addresses
  const postcodes = new Int32Array(rows.length)
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r] as readonly number[]
    const page = (tokens[row[0] as number] as Token).page
    const before = r > 0 && (tokens[(rows[r - 1] as readonly number[])[0] as number] as Token).page === page ? (postcodes[r - 1] as number) : 0
    postcodes[r] = before + (row.some((token) => kinds[token] === 'postcode') ? 1 : 0)
  }

  // How far right the tokens of a row reach, up to and with each: what ends left of a box is passed over at once
  const reaches = oncePerIndex((row) => {
    const inside = rows[row] as readonly number[]
    const found = new Float64Array(inside.length)
    for (let k = 0, reach = -Infinity; k < inside.length; k++) found[k] = reach = Math.max(reach, (tokens[inside[k] as number] as Token).box[2])
    return found
  })

  /** The token of a row that shares most of a box's width, -1 if none shares any. */
  const overlapping = (row: number, box: Box): number => {
    const inside = rows[row] as readonly number[]
    const reach = reaches(row)
    let low = 0
    let high = inside.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((reach[middle] as number) > box[0]) high = middle
      else low = middle + 1
    }
    let best = -1
    let most = 0
    for (let k = low; k < inside.length; k++) {
      const other = inside[k] as number
      const theirs = (tokens[other] as Token).box
      if (theirs[0] >= box[2]) break // rows run from left to right
      const shared = Math.min(box[2], theirs[2]) - Math.max(box[0], theirs[0])
      if (shared <= most) continue
      most = shared
      best = other
    }
    return best
  }

  const vertical = (i: number, step: 1 | -1): number => {
    const token = tokens[i] as Token
    const page = pages.get(token.page) as PageText
    for (let k = 1; k <= rowsAway; k++) {
      const row = token.row + step * k
      if (row < page.rows[0] || row >= page.rows[1]) return -1
      const best = overlapping(row, token.box)
      if (best >= 0) return best
    }
    return -1
  }

  const heading = oncePerIndex((i) => {
    const token = tokens[i] as Token
    const page = pages.get(token.page) as PageText
    let found = -1
    for (let row = token.row - 1; row >= Math.max(page.rows[0], token.row - headingRows) && found < 0; row--) {
      const above = overlapping(row, token.box)
      // Figures stand under figures; the first word above them is what they are called
      if (above >= 0 && kinds[above] === 'word') found = above
    }
    return found
  })

  return {
    pages,
    isSheet: (page) => pages.get(page)?.sheet ?? false,
    pageFromStart: (page) => numbers.indexOf(page),
    pageFromEnd: (page) => numbers.length - 1 - numbers.indexOf(page),
    above: (i) => vertical(i, -1),
    below: (i) => vertical(i, 1),
    heading,
    label: oncePerIndex((i) => {
      const row = rows[(tokens[i] as Token).row] as readonly number[]
      const found: number[] = []
      for (let k = (inRow[i] as number) - 1; k >= 0 && found.length < 3; k--) {
        const hash = letters[row[k] as number] as number
        if (hash !== 0) found.push(mix(1, hash, found.at(-1) ?? 0))
      }
      return found
    }),
    gapLeft: (i) => {
      const token = tokens[i] as Token
      const left = (rows[token.row] as readonly number[])[(inRow[i] as number) - 1]
      if (left === undefined) return 0
      const gap = (token.box[0] - (tokens[left] as Token).box[2]) / (pages.get(token.page) as PageText).letter
      return gap < 1.6 ? 1 : gap < 6 ? 2 : gap < 16 ? 3 : 4
    },
    columnOf: (i) => column[i] as number,
    columnsOf: (i) => columns[(tokens[i] as Token).row] as number,
    lineAbove: (line) => block(line)[(placeOfLine[line] as number) - 1] ?? -1,
    lineBelow: (line) => block(line)[(placeOfLine[line] as number) + 1] ?? -1,
    lineInBlock: (line) => placeOfLine[line] as number,
    blockLength: (line) => block(line).length,
    blockStart: (line) => block(line)[0] as number,
    blockHeading: (line) => {
      const over = vertical((lines[line] as readonly number[])[0] as number, -1)
      return over < 0 ? -1 : lineOf(over)
    },
    addressBefore: (row) => Math.min(4, postcodes[row] as number),
    lineWords,
    lineText: oncePerIndex((line) => lineWords(line).slice(0, 5).reduce((hash, next) => mix(2, hash, next), 0)),
    lineKinds,
    rowWords,
    rowText: oncePerIndex((row) => rowWords(row).slice(0, 5).reduce((hash, next) => mix(3, hash, next), 0)),
    section,
    blockKinds: (line) => blockKinds(blockOfLine[line] as number),
    repeats: (i) => Math.min(5, counts[firstMention[i] as number] as number),
    firstRepeat: (i) => (firstMention[i] === i ? 0 : 1),
    inAddressOfWeb: (i) => {
      if (web === '' || kinds[i] !== 'word') return 0
      const text = (tokens[i] as Token).text
      return text.length >= 4 && web.includes(text.toLowerCase().replace(/[.,:;]$/, '')) ? 1 : 0
    },
    dateOrder: (i) => ({ order: dates.get(i) as number, total: dates.size, same: sameDate.get((tokens[i] as Token).text) as number }),
  }
}

/** The first ten different words of some tokens. `hasParts`: what slashes join counts as several. */
function distinct(indexes: readonly number[], { letters, all }: Looks, hasParts: boolean): readonly number[] {
  const found: number[] = []
  for (let k = 0; k < indexes.length && found.length < mostWords; k++) {
    const i = indexes[k] as number
    const parts = hasParts ? (all[i] as Look).parts : null
    if (parts === null) note(letters[i] as number, found)
    else for (const hash of parts) note(hash, found)
  }
  return found
}

function note(hash: number, found: number[]): void {
  if (hash !== 0 && !found.includes(hash)) found.push(hash)
}
