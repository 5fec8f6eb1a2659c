/**
 * Templates 120 to 189: how an amount, a date or a party's name relates to the others of its
 * document. Language-neutral: ranks, sums, repetitions and order generalise to unseen vendors.
 */

import type { Moment } from './chronology.ts'
import { repetitionsAt, type RepeatedText } from '../document/repeated-text.ts'
import type { Amount } from './amount-features.ts'
import { add, bag } from './feature-list.ts'
import { mix } from '../shared/hashing.ts'
import type { DatePosition, Layout } from '../document/layout.ts'
import type { DocumentFeatures } from '../document/token-features.ts'
import type { PageText, Token, Tokens } from '../document/tokens.ts'

// looked up once: called for every feature of every token
const { min, floor, max } = Math

export const edge = 7 // stands for "nothing there"
const wordsBeside = 6 // label words of an amount that become features
// mentions of one amount that are used: a page of equal prices says nothing more
const mostMentions = 64

/** Templates 120 to 149: how an amount relates to the document's amounts. */
export function money(
  i: number,
  text: Tokens,
  layout: Layout,
  of: DocumentFeatures,
  amount: Amount,
): void {
  const words = layout.lineWords[(text.tokens[i] as Token).line] as readonly number[]
  const { rank, role } = amount
  const mentions = amount.mentions.length
  const label = labelOf(i, layout)
  add(120, min(rank, 6), 0)
  add(121, min(mentions, 5), 0)
  add(122, min(rank, 4), min(mentions, 4))
  add(123, min(8, amount.fromEnd), 0)
  add(124, min(5, amount.fromStart), 0)
  add(125, amount.eighth, 0)
  add(126, min(4, amount.occurrence), 0)
  add(127, amount.sign, 0)
  add(128, amount.round, 0)
  add(129, amount.isDifference ? 1 : 0, 0)
  add(130, role, 0)
  add(131, role, min(rank, 3))
  add(132, min(rank, 4), label)
  add(133, role, label)
  for (let k = 0; k < words.length && k < wordsBeside; k++)
    add(134, words[k] as number, min(rank, 3))
  if (mentions > 1) besideMentions(i, text, layout, amount)
  add(136, of.kind[i + 1] ?? 0, of.kind[i - 1] ?? 0)
}

/** Template 135: the words beside every other mention of the same amount. */
function besideMentions(i: number, { tokens }: Tokens, layout: Layout, { mentions }: Amount): void {
  const seen = new Set<number>()
  for (let m = 0; m < mentions.length && m < mostMentions; m++) {
    if (mentions[m] === i) continue
    const words = layout.rowWords((tokens[mentions[m] as number] as Token).row)
    for (let k = 0; k < words.length && k < wordsBeside; k++) seen.add(words[k] as number)
  }
  for (const word of seen) add(135, word, 0)
}

/** The word to the left in the row. */
function labelOf(i: number, layout: Layout): number {
  return layout.labelled[i] === 0 ? edge : (layout.label[3 * i] as number)
}

/** Templates 160 to 179: whose block and section this is, and where else the text is printed. */
export function parties(
  i: number,
  text: Tokens,
  layout: Layout,
  of: DocumentFeatures,
  echoes: RepeatedText,
): void {
  const token = text.tokens[i] as Token
  const coarse = of.coarse[i] as number
  // In a form the section's heading is above the column of labels, in a letter above the block
  const leftmost = (text.tokens[(text.rows[token.row] as readonly number[])[0] as number] as Token)
    .line
  const heading = layout.blockHeading(layout.blockStart[token.line] as number)
  if (heading >= 0) bag(160, layout.lineWords[heading] as readonly number[], coarse)
  if (leftmost !== token.line) {
    const start = layout.blockStart[leftmost] as number
    bag(161, layout.lineWords[start] as readonly number[], coarse)
    const over = layout.blockHeading(start)
    if (over >= 0) bag(162, layout.lineWords[over] as readonly number[], coarse)
  }
  const before = layout.addressBefore[token.row] as number
  add(163, before, coarse)
  add(164, before, min(3, layout.column[i] as number))
  if (coarse === 3) echoed(token, repetitionsAt(i, echoes), text, layout)
}

/** Templates 165 to 171: the places where the text is repeated. */
function echoed(
  token: Token,
  { pair, lines }: ReturnType<typeof repetitionsAt>,
  text: Tokens,
  layout: Layout,
): void {
  const sort = pair ? 1 : 0
  add(165, min(4, lines.length), sort)
  const said = new Set<number>()
  for (const line of lines) {
    const first = (text.lines[line] as readonly number[])[0] as number
    const other = text.tokens[first] as Token
    const page = text.pages[layout.page[first] as number] as PageText
    for (const kind of layout.blockKinds(line)) once(166, kind, sort, said)
    once(
      167,
      floor((6 * (other.box[1] - page.box[1])) / max(1, page.box[3] - page.box[1])),
      sort,
      said,
    )
    const size = (other.box[3] - other.box[1]) / max(1, token.box[3] - token.box[1])
    once(168, sizeClass(size), sort, said)
    const words = layout.lineWords[layout.blockStart[line] as number] as readonly number[]
    for (let k = 0; k < words.length && k < 3; k++) once(169, words[k] as number, sort, said)
    once(170, layout.lineKinds[line] as number, sort, said)
    once(
      171,
      min(3, layout.lineInBlock[line] as number) * 4 + min(3, layout.blockLength[line] as number),
      sort,
      said,
    )
  }
}

/** The class of a ratio of two heights: smaller, similar, larger. */
function sizeClass(ratio: number): number {
  if (ratio < 0.87) return 1
  return ratio > 1.15 ? 3 : 2
}

function once(template: number, a: number, b: number, said: Set<number>): void {
  const key = mix(template, a, b)
  if (said.has(key)) return
  said.add(key)
  add(template, a, b)
}

/** Templates 150 to 159: how a date relates to the document's dates. */
export function dates({ order, total, same }: DatePosition): void {
  add(150, min(3, order), 0)
  add(151, min(4, total), 0)
  add(152, min(3, same), 0)
  add(153, min(3, order), min(4, total))
}

/** Templates 180 to 189: the order in time of a date of a sheet among the others. */
export function inTime(i: number, layout: Layout, moment: Moment): void {
  const label = labelOf(i, layout)
  add(180, moment.fromFirst, moment.fromLast)
  add(181, moment.sinceFirst, moment.untilLast)
  add(182, moment.sinceBefore, moment.untilNext)
  add(183, moment.isTerm ? 1 : 0, moment.hasTerm ? 1 : 0)
  add(184, (moment.isTerm ? 2 : 0) + (moment.hasTerm ? 1 : 0), moment.fromLast)
  add(185, moment.fromLast, label)
  add(186, moment.fromFirst, label)
}
