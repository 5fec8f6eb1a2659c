/**
 * Layouts: two dozen page arrangements, each varied further by the issuer's own choices. They
 * differ in what an extractor must not depend on: where the issuer is named (head, window line,
 * footer, side), where the facts are and how they are labelled, where the amount due first appears.
 */

import { cloud, plan } from './subscriptions.ts'
import { hotel, platform, utility } from './accounts.ts'
import { closing } from './closing.ts'
import { footHeight } from './foot.ts'
import { drawStatement } from './form-totals.ts'
import { form, formNames, listing, registry } from './forms.ts'
import { band, boxes, centred, classic, side } from './headings.ts'
import { footOnly, letter, letterRight, policy, sentence, typed } from './letters.ts'
import { lineHeight, mark, say, title, type SampleSheet } from './parts.ts'
import { drawSlip, slipHeight, slipOf } from './slips.ts'
import { drawTable, finishPages, tableLook } from './table.ts'
import { drawTotals, totalsHeight, totalsStyles } from './totals.ts'
import { bon, grid, market, strip, windowRight } from './trade.ts'

type Head = (sheet: SampleSheet) => number

/**
 * Each draws the head and returns where the table may begin. Layouts of a family look similar; see
 * starter-unseen.ts.
 */
const families: Readonly<Record<string, Readonly<Record<string, Head>>>> = {
  letters: { letter, letterRight, footOnly, typed, sentence, policy },
  headings: { classic, band, centred, boxes, side },
  trade: { market, grid, bon, strip, windowRight },
  accounts: { plan, utility, cloud, hotel, platform },
  forms: { form, listing, registry },
}

const heads: Readonly<Record<string, Head>> = Object.assign({}, ...Object.values(families))

export const layoutNames = Object.keys(heads)

export const layoutFamilies: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(families).map(([family, layouts]) => [family, Object.keys(layouts)]),
)

/** Layouts whose head doesn't name the issuer, so the footer must. */
export const needFoot: ReadonlySet<string> = new Set(['footOnly'])

/** Draws the whole invoice. */
export function drawInvoice(sheet: SampleSheet, layout: string): void {
  const { canvas, left, right, design, body, small, invoice } = sheet
  const top = (heads[layout] as (sheet: SampleSheet) => number)(sheet)
  const look = tableLook(sheet)
  const pageHead = (page: number): number => {
    const y = sheet.top
    if (design.chance('head on next pages', 0.6)) {
      canvas.text(
        left,
        y,
        [
          { text: `${title(sheet)} ` },
          { text: invoice.number, marks: [mark(sheet, 'invoice_number')] },
        ],
        small,
      )
      canvas.text(
        right,
        y,
        say(sheet, 'page')
          .replace('{n}', String(page))
          .replace(/\s?\S*\s?\{m\}/, ''),
        small,
        { align: 'right' },
      )
    }
    return y + 24
  }
  const footless = formNames.has(layout) && design.chance('form without foot', 0.5)
  const table = drawTable(sheet, top, look, pageHead)
  let { y } = table
  const bottom = canvas.height - footHeight(sheet) - 8
  const turn = (needed: number): void => {
    if (y + needed <= bottom) return
    canvas.turnTo(canvas.pageCount() + 1)
    y = pageHead(canvas.pageCount())
  }
  turn(formNames.has(layout) ? 18 * 1.3 * lineHeight(body) : totalsHeight(sheet))
  y = formNames.has(layout)
    ? drawStatement(sheet, y)
    : drawTotals(sheet, y, design.pick('totals', totalsStyles))
  const bank =
    design.chance('bank in the text', 0.45) ||
    footless ||
    design.pick('foot', ['columns', 'columns', 'columns', 'centred', 'rule', 'none']) === 'none'
  turn(lineHeight(body) * (bank ? 12 : 7))
  y =
    closing(
      sheet,
      left,
      y + design.between('closing gap', 2, 22),
      Math.min(right - left, design.between('closing width', 260, 480)),
      { bank },
    ) + 12
  const slip = formNames.has(layout) ? null : slipOf(sheet)
  if (slip !== null) {
    turn(slipHeight[slip])
    drawSlip(sheet, slip, Math.max(y, bottom - slipHeight[slip] - 4))
  }
  if (!footless) finishPages(sheet)
}
