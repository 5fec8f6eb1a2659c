/**
 * Whose part of a page a line is in: that of the nearest heading above which names a party ("Bill
 * to", "Supplier"), in its own column or, in a form, in a column before it. A section ends where
 * the next one, the table or the bank account begins.
 */

import { labelHash, labelWords } from '../document/label-hashes.ts'
import { lineWordsOf } from '../document/layout.ts'
import { documentFeaturesOf } from '../document/token-features.ts'
import type { PageText, Token, Tokens } from '../document/tokens.ts'
import { concepts, type Concept } from '../labels/concepts.ts'
import { anywhere, conceptsOfLabel, conceptsOfLine } from '../labels/labels.ts'
import { oncePer } from '../shared/memoize.ts'

/** Of each line; 0 stands for none. */
export interface PartySections {
  readonly concept: Int32Array // number of the heading's concept
  readonly side: Int32Array // 1 at the heading's edge, 2 below it, 3 beside it
}

interface Heading {
  readonly concept: number
  readonly left: number // where its text begins and ends, in the page's direction
  readonly right: number
  until: number // where the next heading of its row begins
}

const numberOf = (concept: Concept): number => concepts.indexOf(concept) + 1
const partyConcepts = ['seller', 'buyer', 'ship_to'] as const
export type Party = (typeof partyConcepts)[number]
const parties = new Set(partyConcepts.map(numberOf))
const ends = new Set((['account', 'description', 'terms'] as const).map(numberOf))
const mostOpen = 8 // headings that a line may still belong to
const shortLine = 4 // words of a heading that says more than the label
const edgeShift = 2 // in letter heights: edges closer than this are one

export const partySectionsOf: (text: Tokens) => PartySections = oncePer((text: Tokens) => {
  const { tokens, rows, lines, pages } = text
  const { letters, colon, figures } = documentFeaturesOf(text)
  const lineWords = lineWordsOf(text)
  const concept = new Int32Array(lines.length)
  const side = new Int32Array(lines.length)
  for (const page of pages) {
    const near = edgeShift * page.letter
    let open: readonly Heading[] = []
    for (let row = page.rows[0]; row < page.rows[1]; row++) {
      const begun: Heading[] = []
      for (const line of linesOf(rows[row] as readonly number[], tokens, page)) {
        const inLine = lines[line] as readonly number[]
        const [left, right] = edgesOf(inLine, tokens, page)
        const named = headingOf(line, inLine)
        if (named === 0) {
          const over = nearest(open, left, near)
          if (over === undefined) continue
          concept[line] = over.concept
          side[line] = sideOf(left, over, near)
          continue
        }
        const before = begun.at(-1)
        if (before !== undefined) before.until = left - near / 2
        begun.push({ concept: named, left, right, until: Infinity })
        concept[line] = named
        side[line] = 1
      }
      if (begun.length > 0) open = [...open, ...begun].slice(-mostOpen)
    }
  }
  return { concept, side }

  /** The concept that a whole line is the label of, 0 if none. */
  function labelOf(line: number, inLine: readonly number[]): number {
    if (inLine.some((token) => figures[token] === 1)) return 0 // "DE123456789" is not "De"
    const words = lineWords[line] as readonly number[]
    const found = conceptsOfLine(words)
    const whole = found.find((one) => parties.has(one) || ends.has(one))
    if (whole !== undefined || words.length > shortLine) return whole ?? 0
    return anywhere(found.find((one) => parties.has(anywhere(one))) ?? 0)
  }

  /** The concept of the section that a line begins, 0 if none. */
  function headingOf(line: number, inLine: readonly number[]): number {
    const label = labelOf(line, inLine)
    if (label !== 0) return label
    // "Bill to: Example Ltd"
    const end = inLine.slice(0, labelWords).findIndex((token) => colon[token] === 1)
    if (end < 0) return 0
    const before = inLine.slice(0, end + 1).flatMap((token) => letters[token] || [])
    return conceptsOfLabel(labelHash(before)).find((one) => parties.has(one)) ?? 0
  }
})

/** The party whose heading is above a line, or in it; null without one. */
export function partyAbove(line: number, text: Tokens): Party | null {
  const { concept, side } = partySectionsOf(text)
  if (side[line] === 3) return null
  return partyConcepts.find((one) => numberOf(one) === concept[line]) ?? null
}

/** The lines of a row, in the page's direction. */
function linesOf(
  row: readonly number[],
  tokens: readonly Token[],
  { rightToLeft }: PageText,
): number[] {
  const found = [...new Set(row.map((token) => (tokens[token] as Token).line))]
  return rightToLeft ? found.reverse() : found
}

function edgesOf(
  line: readonly number[],
  tokens: readonly Token[],
  { rightToLeft }: PageText,
): readonly [left: number, right: number] {
  let left = Infinity
  let right = -Infinity
  for (const token of line) {
    const { box } = tokens[token] as Token
    left = Math.min(left, box[0])
    right = Math.max(right, box[2])
  }
  return rightToLeft ? [-right, -left] : [left, right]
}

/** The lowest heading at whose edge or below which a line begins, otherwise one beside it. */
function nearest(open: readonly Heading[], left: number, near: number): Heading | undefined {
  const over = open.filter((one) => left > one.left - near && left < one.until)
  return over.findLast((one) => sideOf(left, one, near) < 3) ?? over.at(-1)
}

function sideOf(left: number, heading: Heading, near: number): 1 | 2 | 3 {
  if (Math.abs(left - heading.left) < near) return 1
  return left < heading.right ? 2 : 3
}
