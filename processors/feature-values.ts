/**
 * Templates 120 to 189: what an amount, a date and a party's name is among the others of its document. Language-neutral:
 * ranks, sums, repetitions and order carry over to vendors that nobody has seen.
 */

import type { Moment } from './chronology.ts'
import type { Echoes } from './echoes.ts'
import type { AmountEvidence } from './evidence.ts'
import { add, bag } from './feature-list.ts'
import { mix } from './hashing.ts'
import type { Layout } from './layout.ts'
import type { Looks } from './looks.ts'
import type { PageText, Token, Tokens } from './tokens.ts'

const { min, floor, max } = Math // looked up once: these are called for every feature of every token

export const edge = 7 // stands for "nothing there"

/** Templates 120 to 149: what an amount is among the document's amounts. */
export function money(i: number, text: Tokens, layout: Layout, of: Looks, amounts: AmountEvidence): void {
  const line = (text.tokens[i] as Token).line
  const rank = amounts.rank(i)
  const mentions = amounts.mentions(i)
  add(120, min(rank, 6), 0)
  add(121, min(mentions, 5), 0)
  add(122, min(rank, 4), min(mentions, 4))
  add(123, min(8, amounts.fromEnd(i)), 0)
  add(124, min(5, amounts.fromStart(i)), 0)
  add(125, amounts.eighth(i), 0)
  add(126, min(4, amounts.occurrence(i)), 0)
  add(127, amounts.sign(i), 0)
  add(128, amounts.round(i), 0)
  add(129, amounts.isDifference(i) ? 1 : 0, 0)
  add(130, amounts.role(i), 0)
  add(131, amounts.role(i), min(rank, 3))
  const label = layout.label(i)
  add(132, min(rank, 4), label[0] ?? edge)
  add(133, amounts.role(i), label[0] ?? edge)
  for (const word of layout.lineWords(line).slice(0, 6)) add(134, word, min(rank, 3))
  // The words beside every other mention of the same amount
  const seen = new Set<number>()
  for (const other of amounts.others(i)) for (const word of layout.rowWords((text.tokens[other] as Token).row).slice(0, 6)) seen.add(word)
  for (const word of seen) add(135, word, 0)
  add(136, of.kind[i + 1] ?? 0, of.kind[i - 1] ?? 0)
}

/** Templates 160 to 179: whose block and section this is, and where else the text stands. */
export function parties(i: number, text: Tokens, layout: Layout, of: Looks, echoes: Echoes): void {
  const token = text.tokens[i] as Token
  const coarse = of.coarse[i] as number
  // In a form the section's heading stands over the column of labels, in a letter over the block
  const leftmost = (text.tokens[(text.rows[token.row] as readonly number[])[0] as number] as Token).line
  const heading = layout.blockHeading(layout.blockStart(token.line))
  if (heading >= 0) bag(160, layout.lineWords(heading), coarse)
  if (leftmost !== token.line) {
    const start = layout.blockStart(leftmost)
    bag(161, layout.lineWords(start), coarse)
    const over = layout.blockHeading(start)
    if (over >= 0) bag(162, layout.lineWords(over), coarse)
  }
  add(163, layout.addressBefore(token.row), coarse)
  add(164, layout.addressBefore(token.row), min(3, layout.columnOf(i)))
  if (coarse !== 3) return
  const { pair, lines } = echoes.of(i)
  const sort = pair ? 1 : 0
  add(165, min(4, lines.length), sort)
  const said = new Set<number>()
  const once = (template: number, a: number): void => {
    const key = mix(template, a, sort)
    if (said.has(key)) return
    said.add(key)
    add(template, a, sort)
  }
  for (const line of lines) {
    const other = text.tokens[(text.lines[line] as readonly number[])[0] as number] as Token
    const page = layout.pages.get(other.page) as PageText
    for (const kind of layout.blockKinds(line)) once(166, kind)
    once(167, floor((6 * (other.box[1] - page.box[1])) / max(1, page.box[3] - page.box[1])))
    const size = (other.box[3] - other.box[1]) / max(1, token.box[3] - token.box[1])
    once(168, size < 0.87 ? 1 : size > 1.15 ? 3 : 2)
    for (const word of layout.lineWords(layout.blockStart(line)).slice(0, 3)) once(169, word)
    once(170, layout.lineKinds(line))
    once(171, min(3, layout.lineInBlock(line)) * 4 + min(3, layout.blockLength(line)))
  }
}

/** Templates 150 to 159: what a date is among the document's dates. */
export function dates(i: number, layout: Layout): void {
  const { order, total, same } = layout.dateOrder(i)
  add(150, min(3, order), 0)
  add(151, min(4, total), 0)
  add(152, min(3, same), 0)
  add(153, min(3, order), min(4, total))
}

/** Templates 180 to 189: when a date of a sheet is among the others. */
export function inTime(i: number, layout: Layout, moment: Moment): void {
  const label = layout.label(i)[0] ?? edge
  add(180, moment.fromFirst, moment.fromLast)
  add(181, moment.sinceFirst, moment.untilLast)
  add(182, moment.sinceBefore, moment.untilNext)
  add(183, moment.isTerm ? 1 : 0, moment.hasTerm ? 1 : 0)
  add(184, (moment.isTerm ? 2 : 0) + (moment.hasTerm ? 1 : 0), moment.fromLast)
  add(185, moment.fromLast, label)
  add(186, moment.fromFirst, label)
}
