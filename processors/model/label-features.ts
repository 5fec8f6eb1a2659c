/**
 * Templates 190 to 208: what the labels around a token mean, and where legal forms stand. Labels are
 * known in many languages (processors/labels), so a model that was trained in some reads the
 * others.
 */

import { labelWords } from '../document/label-hashes.ts'
import type { Layout } from '../document/layout.ts'
import type { DocumentFeatures } from '../document/token-features.ts'
import type { Token, Tokens } from '../document/tokens.ts'
import { anywhere, conceptsOfLabel, conceptsOfLine } from '../labels/labels.ts'
import { add } from './feature-list.ts'
import type { PartySections } from './party-sections.ts'

export function labelled(
  i: number,
  token: Token,
  text: Tokens,
  layout: Layout,
  of: DocumentFeatures,
): void {
  const coarse = of.coarse[i] as number
  const kind = of.kind[i] as number
  for (const concept of labelBefore(i, layout)) {
    add(190, concept, coarse)
    add(191, concept, kind)
  }
  const up = layout.above[i] as number
  if (up >= 0)
    for (const concept of ofLine((text.tokens[up] as Token).line, layout)) {
      add(192, concept, coarse)
      add(193, concept, kind)
    }
  for (const concept of ofLine(token.line, layout)) add(194, concept, coarse)
  section(195, token.line, coarse, layout)
  company(i, token, text, coarse)
  const heading = layout.heading(i)
  if (heading >= 0)
    for (const concept of ofLine((text.tokens[heading] as Token).line, layout))
      add(197, concept, coarse)
  const row = text.rows[token.row] as readonly number[]
  const leftmost = (text.tokens[row[0] as number] as Token).line
  if (leftmost === token.line) return
  for (const concept of ofLine(leftmost, layout)) add(198, concept, coarse)
  // in a form the section's heading is above the column of labels
  section(205, leftmost, coarse, layout)
}

/** Templates 207 and 208: whose section this is. */
export function inSection(
  i: number,
  line: number,
  of: DocumentFeatures,
  { concept, side }: PartySections,
): void {
  const place = 4 * (concept[line] as number) + (side[line] as number)
  add(207, place, of.coarse[i] as number)
  add(208, place, of.kind[i] as number)
}

/** Templates 200 to 203: legal forms here, beside, and at the ends of the line. */
function company(i: number, { line }: Token, { tokens, lines }: Tokens, coarse: number): void {
  const inLine = lines[line] as readonly number[]
  add(200, legalFormAt(i, line, tokens), coarse)
  add(201, legalFormAt(i + 1, line, tokens), legalFormAt(i - 1, line, tokens))
  add(202, legalFormAt(inLine[inLine.length - 1] as number, line, tokens), coarse)
  add(203, legalFormAt(inLine[0] as number, line, tokens), coarse)
}

/** 1 where a token of this line is a word of a legal form. */
function legalFormAt(i: number, line: number, tokens: readonly Token[]): number {
  const token = tokens[i]
  return token !== undefined && token.line === line ? token.textFeatures.legalForm : 0
}

/** This template and the next: what the block's first line says, and the heading above it. */
function section(template: number, line: number, coarse: number, layout: Layout): void {
  const start = layout.blockStart[line] as number
  const place = coarse + 8 * Math.min(3, layout.lineInBlock[line] as number)
  if (start !== line)
    for (const concept of ofLine(start, layout)) add(template, anywhere(concept), place)
  const heading = layout.blockHeading(start)
  if (heading >= 0)
    for (const concept of ofLine(heading, layout)) add(template + 1, anywhere(concept), place)
}

const ofLine = (line: number, layout: Layout): readonly number[] =>
  conceptsOfLine(layout.lineWords[line] as readonly number[])

/** The concepts of the longest label that ends before a token in its row. */
function labelBefore(i: number, layout: Layout): readonly number[] {
  for (let k = (layout.labelled[i] as number) - 1; k >= 0; k--) {
    const found = conceptsOfLabel(layout.label[labelWords * i + k] as number)
    if (found.length > 0) return found
  }
  return []
}
