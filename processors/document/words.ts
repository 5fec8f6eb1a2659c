/**
 * A document's words, in memory as objects and on the wire as columns. Boxes are tenths of the
 * page's unit (a point for a text layer, a pixel for an image), so that integers suffice.
 */

import type { Page, Words } from '../../schemas/types.ts'
import { sameText } from '../shared/memoize.ts'

// tenths of the page's unit
export type Box = readonly [x0: number, y0: number, x1: number, y1: number]

export interface Word {
  readonly text: string // NFC, without white space
  readonly page: number // from 1
  readonly line: number // line number from 0, rising through the document
  readonly box: Box
  readonly confidence: number // 0 to 100
}

/** The printed text: the pages and their words, in the reader's order. */
export interface Print {
  readonly pages: readonly Page[]
  readonly words: readonly Word[]
}

export function packWords(words: readonly Word[]): Words {
  const count = words.length
  const columns = {
    ends: new Array<number>(count),
    pages: new Array<number>(count),
    lines: new Array<number>(count),
    boxes: new Array<number>(4 * count),
    confidences: new Array<number>(count),
  }
  let text = ''
  for (let i = 0; i < count; i++) {
    const word = words[i] as Word
    text += word.text
    columns.ends[i] = text.length
    columns.pages[i] = word.page
    columns.lines[i] = word.line
    for (let k = 0; k < 4; k++) columns.boxes[4 * i + k] = word.box[k] as number
    columns.confidences[i] = word.confidence
  }
  return { text, ...columns }
}

/**
 * The inverse of packWords. If columns differ in length, the shortest determines the number of
 * words.
 */
export function unpackWords(columns: Words): Word[] {
  const count = Math.min(
    columns.ends.length,
    columns.pages.length,
    columns.lines.length,
    Math.floor(columns.boxes.length / 4),
    columns.confidences.length,
  )
  const words: Word[] = []
  let start = 0
  for (let i = 0; i < count; i++) {
    const end = columns.ends[i] as number
    const b = 4 * i
    words.push({
      text: sameText(columns.text.slice(start, end)),
      page: columns.pages[i] as number,
      line: columns.lines[i] as number,
      box: [
        columns.boxes[b] as number,
        columns.boxes[b + 1] as number,
        columns.boxes[b + 2] as number,
        columns.boxes[b + 3] as number,
      ],
      confidence: columns.confidences[i] as number,
    })
    start = end
  }
  return words
}
