/**
 * Layouts: two dozen ways to put the parts on a page, each with an issuer's own choices inside.
 * What differs between them is what a reader has to see past: where the issuer stands (head, window
 * line, foot, side), where the facts stand and how they are labelled, where the sum to pay is said
 * first.
 */

import { wrap, type Color, type Face } from './canvas.ts'
import { cloud, hotel, platform, policy, registry, windowRight } from './accounts.ts'
import {
  closing,
  drawFacts,
  factsOf,
  factStrip,
  fitFace,
  footHeight,
  type FactStyle,
} from './facts.ts'
import { drawStatement, form, formNames, listing } from './forms.ts'
import {
  amount,
  label,
  lineHeight,
  lines,
  logo,
  mark,
  party,
  partyLines,
  registerLines,
  say,
  senderLine,
  title,
  withHeading,
  type Sheet,
} from './parts.ts'
import { drawSlip, slipHeight, slipOf } from './slips.ts'
import { drawTable, finishPages, tableLook } from './table.ts'
import { drawTotals, totalsHeight, totalsStyles } from './totals.ts'

const factStyles: readonly FactStyle[] = ['columns', 'right', 'inline', 'colon', 'columns', 'right']

type Head = (sheet: Sheet) => number

/**
 * Each draws the head and says where the table may begin. Layouts of a family look alike; see
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

/** Layouts whose head names no issuer: the foot must. */
export const needFoot: ReadonlySet<string> = new Set(['footOnly'])

/** Draws the whole invoice. */
export function drawInvoice(sheet: Sheet, layout: string): void {
  const { canvas, left, right, design, body, small, invoice } = sheet
  const top = (heads[layout] as (sheet: Sheet) => number)(sheet)
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

function letter(sheet: Sheet): number {
  const { left, right, top, design, body } = sheet
  const nameTop = design.chance('name in head', 0.7)
  if (nameTop) headName(sheet, left, top, (right - left) * 0.6)
  if (design.chance('logo right', 0.5)) logo(sheet, right - 44, top, 40)
  let y = senderLine(sheet, left, top + 70, (right - left) * 0.55)
  y = party(
    sheet,
    left,
    y,
    (right - left) * 0.5,
    partyLines(sheet, sheet.invoice.buyer, 'buyer', {
      details: false,
      vat: design.chance('buyer vat', 0.2),
    }),
  )
  const x = left + (right - left) * 0.6
  const facts = factsOf(
    sheet,
    design.chance('number in title', 0.3) ? ['number', 'creditNumber'] : [],
  )
  const end = drawFacts(sheet, x, top + 78, right - x, facts, design.pick('facts', factStyles))
  y = headline(sheet, Math.max(y, end) + 26)
  return greet(sheet, y, body)
}

function letterRight(sheet: Sheet): number {
  const { left, right, top, design, body, issuer } = sheet
  const rows = partyLines(sheet, issuer, 'seller', { details: true, vat: true })
  const sellerEnd = party(
    sheet,
    right - 190,
    top,
    190,
    rows,
    design.pick('seller align', ['left', 'right'] as const),
  )
  let y = senderLine(sheet, left, top + 60, 260)
  y = party(
    sheet,
    left,
    y,
    250,
    partyLines(sheet, sheet.invoice.buyer, 'buyer', { details: false, vat: false }),
  )
  const titled = Math.max(y, sellerEnd) + 30
  sheet.canvas.text(left, titled, title(sheet), { ...sheet.strong, size: sheet.strong.size + 6 })
  return greet(
    sheet,
    drawFacts(
      sheet,
      left,
      titled + 30,
      (right - left) * design.between('facts width', 0.4, 0.6),
      factsOf(sheet),
      design.pick('facts', factStyles),
    ) + 10,
    body,
  )
}

function classic(sheet: Sheet): number {
  const { canvas, left, right, top, design, strong, issuer } = sheet
  if (design.chance('logo', 0.5)) logo(sheet, left, top, 36)
  const sellerTop = design.chance('logo', 0.5) ? top + 42 : top
  const sellerEnd = party(
    sheet,
    left,
    sellerTop,
    250,
    partyLines(sheet, issuer, 'seller', { details: true, vat: design.chance('vat in head', 0.6) }),
  )
  canvas.text(
    right,
    top,
    title(sheet),
    fitFace(
      title(sheet),
      { ...strong, size: strong.size + design.between('title size', 8, 18) },
      right - left - 256,
    ),
    { align: 'right', color: sheet.accent },
  )
  const factsEnd = drawFacts(
    sheet,
    right - 205,
    top + 44,
    205,
    factsOf(sheet),
    design.pick('facts', ['columns', 'right', 'right', 'inline'] as const),
  )
  return parties(sheet, Math.max(sellerEnd, factsEnd) + 20)
}

function band(sheet: Sheet): number {
  const { canvas, left, right, top, design, strong, accent, issuer } = sheet
  const white: Color = [1, 1, 1]
  const height = 64
  canvas.box(0, top - 24, canvas.width, height, { fill: accent })
  const size = strong.size + 12
  canvas.text(
    left,
    top - 24 + (height - size) / 2 - 2,
    title(sheet),
    { ...strong, size },
    { color: white },
  )
  const name = fitFace(issuer.legalName, { ...strong, size: strong.size + 2 }, 230)
  canvas.text(
    right,
    top - 24 + height / 2 - 8,
    [{ text: issuer.legalName, marks: [mark(sheet, 'seller_name')] }],
    name,
    { align: 'right', color: white },
  )
  const y = top + height - 8
  const half = (right - left) / 2
  const factsEnd = drawFacts(
    sheet,
    left,
    y,
    half - 20,
    factsOf(sheet),
    design.pick('facts', factStyles),
  )
  const rows = partyLines(sheet, issuer, 'seller', {
    details: true,
    vat: true,
    name: design.chance('name twice', 0.4),
  })
  const end = party(sheet, left + half + 20, y, half - 20, rows)
  return parties(sheet, Math.max(end, factsEnd) + 16)
}

function centred(sheet: Sheet): number {
  const { canvas, left, right, top, design, strong, body, issuer } = sheet
  const middle = (left + right) / 2
  let y = top
  if (design.chance('logo', 0.4)) {
    logo(sheet, middle - 18, y, 36)
    y += 42
  }
  const face = fitFace(issuer.legalName, { ...strong, size: strong.size + 6 }, right - left)
  canvas.text(middle, y, [{ text: issuer.legalName, marks: [mark(sheet, 'seller_name')] }], face, {
    align: 'center',
    color: sheet.accent,
  })
  y += lineHeight(face)
  const address = mark(sheet, 'seller_address')
  y = lines(
    sheet,
    middle,
    y,
    [
      [{ text: issuer.address.join(', '), marks: [address] }],
      `${label(sheet, 'phone')} ${issuer.phone}  ${issuer.mail}`,
      ...registerLines(sheet, issuer, 'seller'),
    ],
    body,
    { align: 'center' },
  )
  canvas.rule(left, y + 4, right, y + 4, 0.8)
  canvas.text(
    middle,
    y + 12,
    title(sheet),
    { ...strong, size: strong.size + 4 },
    { align: 'center' },
  )
  y += 40
  const half = (right - left) / 2
  const end = party(
    sheet,
    left,
    y,
    half - 20,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, sheet.invoice.buyer, 'buyer', {
        details: false,
        vat: design.chance('buyer vat', 0.4),
      }),
    ),
  )
  return (
    Math.max(
      end,
      drawFacts(
        sheet,
        left + half + 10,
        y,
        half - 10,
        factsOf(sheet),
        design.pick('facts', factStyles),
      ),
    ) + 18
  )
}

function boxes(sheet: Sheet): number {
  const { canvas, left, right, top, design, strong, issuer, invoice } = sheet
  canvas.text(
    design.chance('title left', 0.5) ? left : right,
    top,
    title(sheet),
    { ...strong, size: strong.size + 9 },
    { align: design.chance('title left', 0.5) ? 'left' : 'right' },
  )
  const y = top + 36
  const half = (right - left) / 2 - 6
  const a = party(
    sheet,
    left + 6,
    y + 5,
    half - 12,
    withHeading(
      sheet,
      'from',
      partyLines(sheet, issuer, 'seller', { details: design.chance('details', 0.6), vat: true }),
    ),
  )
  const b = party(
    sheet,
    left + half + 18,
    y + 5,
    half - 12,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', {
        details: false,
        vat: design.chance('buyer vat', 0.5),
      }),
    ),
  )
  const end = Math.max(a, b) + 4
  canvas.box(left, y, half, end - y, { stroke: [0.3, 0.3, 0.3] })
  canvas.box(left + half + 12, y, half, end - y, { stroke: [0.3, 0.3, 0.3] })
  return (
    factStrip(sheet, end + 12, factsOf(sheet), {
      boxed: true,
      filled: design.chance('strip filled', 0.6),
      perRow: 4,
    }) + 6
  )
}

// As subscription services do: the facts first, the sum to pay as a headline
function plan(sheet: Sheet): number {
  const { canvas, left, right, top, design, strong, invoice, formats, issuer } = sheet
  canvas.text(left, top, title(sheet), { ...strong, size: strong.size + 10 })
  if (design.chance('name at title', 0.4))
    canvas.text(
      right,
      top + 4,
      issuer.name === issuer.legalName
        ? [{ text: issuer.name, marks: [mark(sheet, 'seller_name')] }]
        : issuer.name,
      fitFace(issuer.name, { ...strong, size: strong.size + 4 }, 200),
      { align: 'right', color: [0.5, 0.5, 0.5] },
    )
  let y =
    drawFacts(
      sheet,
      left,
      top + 36,
      260,
      factsOf(sheet),
      design.pick('facts', ['columns', 'inline', 'columns'] as const),
    ) + 14
  const half = (right - left) / 2
  const a = party(
    sheet,
    left,
    y,
    half - 16,
    partyLines(sheet, issuer, 'seller', { details: true, vat: true }),
  )
  const b = party(
    sheet,
    left + half,
    y,
    half - 6,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', { details: true, vat: true }),
    ),
  )
  y = Math.max(a, b) + 18
  if (!design.chance('sum as headline', 0.7)) return y
  const face: Face = { ...strong, size: strong.size + 5 }
  const words = {
    en: ' due ',
    de: ' fällig am ',
    fr: ' à payer avant le ',
    es: ' vence el ',
    it: ' scadenza ',
    nl: ' te betalen voor ',
  }[issuer.language]
  canvas.text(
    left,
    y,
    [
      ...amount(sheet, invoice.due, [
        'due_payable',
        ...(invoice.paid === null ? ['grand_total'] : []),
      ]),
      { text: words },
      { text: formats.date(invoice.dueDate), marks: [mark(sheet, 'due_date')] },
    ],
    face,
  )
  return y + lineHeight(face) + 14
}

function market(sheet: Sheet): number {
  const { canvas, left, right, top, design, strong, issuer, invoice } = sheet
  logo(sheet, left, top, 26)
  canvas.text(right, top, title(sheet), { ...strong, size: strong.size + 5 }, { align: 'right' })
  const third = (right - left) / 3
  const y = top + 40
  const a = party(
    sheet,
    left,
    y,
    third - 10,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', { details: false, vat: false }),
    ),
  )
  const b = party(
    sheet,
    left + third,
    y,
    third - 10,
    withHeading(
      sheet,
      'shipTo',
      partyLines(sheet, invoice.shipTo ?? invoice.buyer, 'buyer', {
        details: false,
        vat: false,
        name: design.chance('recipient named', 0.8),
      }),
    ),
  )
  const c = party(
    sheet,
    left + 2 * third,
    y,
    third,
    withHeading(sheet, 'from', partyLines(sheet, issuer, 'seller', { details: false, vat: true })),
  )
  const end = Math.max(a, b, c) + 12
  canvas.rule(left, end, right, end, 0.5)
  const half = (right - left) / 2
  return (
    drawFacts(
      sheet,
      left,
      end + 8,
      half,
      factsOf(sheet),
      design.pick('facts', ['columns', 'inline', 'colon'] as const),
    ) + 14
  )
}

function utility(sheet: Sheet): number {
  const {
    canvas,
    left,
    right,
    top,
    design,
    strong,
    body,
    small,
    issuer,
    invoice,
    formats,
    accent,
  } = sheet
  headName(sheet, left, top, 300)
  const sellerEnd = party(
    sheet,
    left,
    top + 28,
    260,
    partyLines(sheet, issuer, 'seller', {
      details: true,
      vat: true,
      name: design.chance('name twice', 0.5),
    }),
    'left',
    small,
  )
  let y = party(
    sheet,
    left,
    Math.max(sellerEnd + 14, top + 90),
    250,
    partyLines(sheet, invoice.buyer, 'buyer', { details: false, vat: false }),
  )
  const x = right - 230
  const boxTop = top + 20
  const facts = factsOf(sheet)
  let inside =
    drawFacts(
      sheet,
      x + 10,
      boxTop + 10,
      210,
      facts,
      design.pick('facts', ['right', 'columns'] as const),
    ) + 4
  canvas.rule(x + 10, inside, right - 10, inside, 0.5)
  const sum: Face = { ...strong, size: strong.size + 3 }
  canvas.text(x + 10, inside + 6, say(sheet, 'due'), fitFace(say(sheet, 'due'), strong, 110))
  canvas.text(
    right - 10,
    inside + 5,
    amount(sheet, invoice.due, ['due_payable', ...(invoice.paid === null ? ['grand_total'] : [])]),
    sum,
    { align: 'right', color: accent },
  )
  inside += lineHeight(sum) + 8
  canvas.text(x + 10, inside, label(sheet, 'dueDate'), body)
  canvas.text(
    right - 10,
    inside,
    [{ text: formats.date(invoice.dueDate), marks: [mark(sheet, 'due_date')] }],
    body,
    { align: 'right' },
  )
  inside += lineHeight(body) + 6
  canvas.box(x, boxTop, 230, inside - boxTop, { stroke: accent, round: true })
  y = Math.max(y, inside) + 20
  canvas.text(left, y, title(sheet), { ...strong, size: strong.size + 4 })
  y += 24
  return (
    lines(
      sheet,
      left,
      y,
      [
        `${label(sheet, 'service')} ${formats.date(invoice.orderDate)} - ${formats.date(invoice.deliveryDate)}`,
        `${label(sheet, 'accountNumber')} ${issuer.account}`,
        say(sheet, 'consumption'),
      ],
      body,
    ) + 6
  )
}

function side(sheet: Sheet): number {
  const { canvas, left, right, top, design, strong, small, issuer, invoice, accent } = sheet
  // The coloured column ends above the table, so that the table may take the whole width
  const width = 165
  const rows = partyLines(sheet, issuer, 'seller', { details: true, vat: true })
  const facts = factsOf(sheet)
  const pale: Color = [0.86 + accent[0] * 0.1, 0.86 + accent[1] * 0.1, 0.86 + accent[2] * 0.1]
  const sellerEnd = party(sheet, left, top, width - 14, rows, 'left', small)
  const factsEnd = drawFacts(sheet, left, sellerEnd + 12, width - 14, facts, 'above', small)
  const x = left + width + 16
  canvas.text(x, top, title(sheet), { ...strong, size: strong.size + 12 }, { color: accent })
  let y = party(
    sheet,
    x,
    top + 46,
    right - x,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', {
        details: true,
        vat: design.chance('buyer vat', 0.4),
      }),
    ),
  )
  y = lines(sheet, x, y + 14, wrap(say(sheet, 'greeting'), sheet.body, right - x), sheet.body)
  const end = Math.max(factsEnd, y) + 10
  // boxes lie under text, whatever was drawn first
  canvas.box(0, 0, left + width, end, { fill: pale })
  return end + 12
}

function footOnly(sheet: Sheet): number {
  const { left, right, top, design, strong, body, canvas, invoice, issuer } = sheet
  const middle = design.chance('logo centred', 0.4)
  logo(sheet, middle ? (left + right) / 2 - 24 : left, top, 48)
  if (design.chance('trade name', 0.4) && issuer.name !== issuer.legalName)
    canvas.text(
      middle ? (left + right) / 2 : left + 58,
      middle ? top + 52 : top + 14,
      issuer.name,
      { ...strong, size: strong.size + 7 },
      { align: middle ? 'center' : 'left', color: sheet.accent },
    )
  const y = top + 84
  const end = party(
    sheet,
    left,
    y,
    250,
    partyLines(sheet, invoice.buyer, 'buyer', {
      details: false,
      vat: design.chance('buyer vat', 0.2),
    }),
  )
  const facts = factsOf(
    sheet,
    design.chance('number in title', 0.3) ? ['number', 'creditNumber'] : [],
  )
  const factsEnd = drawFacts(sheet, right - 215, y, 215, facts, design.pick('facts', factStyles))
  return greet(sheet, headline(sheet, Math.max(end, factsEnd) + 22), body)
}

// As wholesalers do: one bordered table holds all there is to say about the document
function grid(sheet: Sheet): number {
  const { canvas, left, right, top, design, strong, small, issuer, invoice } = sheet
  const third = (right - left) / 3
  const heading = `${title(sheet)}`
  canvas.text(
    left + 2 * third + 6,
    top,
    heading,
    fitFace(heading, { ...strong, size: strong.size + 3 }, third - 8),
  )
  const a = party(
    sheet,
    left + 6,
    top + 4,
    third - 12,
    withHeading(
      sheet,
      'from',
      partyLines(sheet, issuer, 'seller', { details: design.chance('details', 0.4), vat: true }),
    ),
    'left',
    small,
  )
  const b = party(
    sheet,
    left + third + 6,
    top + 4,
    third - 12,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', {
        details: false,
        vat: design.chance('buyer vat', 0.6),
      }),
    ),
    'left',
    small,
  )
  const c = drawFacts(
    sheet,
    left + 2 * third + 6,
    top + 26,
    third - 12,
    factsOf(sheet),
    design.pick('facts', ['colon', 'inline', 'columns', 'colon'] as const),
    small,
  )
  let end = Math.max(a, b, c) + 6
  if (invoice.shipTo !== null) {
    const ship = party(
      sheet,
      left + 6,
      end + 4,
      third * 2,
      withHeading(
        sheet,
        'shipTo',
        partyLines(sheet, invoice.shipTo, 'buyer', {
          details: false,
          vat: false,
          name: design.chance('recipient named', 0.8),
        }),
      ),
      'left',
      small,
    )
    canvas.rule(left, end, right, end, 0.5)
    end = ship + 4
  }
  canvas.box(left, top - 4, right - left, end - top + 4, { stroke: [0.2, 0.2, 0.2] })
  for (const x of [left + third, left + 2 * third]) canvas.rule(x, top - 4, x, end, 0.5)
  return end + 14
}

// A typed letter: one column, few marks of order
function typed(sheet: Sheet): number {
  const { left, right, top, design, body, issuer, invoice } = sheet
  let y = party(
    sheet,
    left,
    top,
    right - left,
    partyLines(sheet, issuer, 'seller', { details: true, vat: true }),
    design.pick('seller align', ['left', 'left', 'right'] as const),
  )
  y = party(
    sheet,
    left,
    y + 18,
    300,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', { details: false, vat: false }),
    ),
  )
  sheet.canvas.text(left, y + 14, title(sheet), { ...sheet.strong, size: sheet.strong.size + 3 })
  y = drawFacts(
    sheet,
    left,
    y + 38,
    right - left,
    factsOf(sheet),
    design.pick('facts', ['inline', 'colon', 'columns', 'inline'] as const),
  )
  return greet(sheet, y + 8, body)
}

function bon(sheet: Sheet): number {
  const { canvas, left, right, top, design, strong, issuer, invoice } = sheet
  headName(sheet, left, top, 260)
  const a = party(
    sheet,
    left,
    top + 30,
    250,
    partyLines(sheet, issuer, 'seller', {
      details: true,
      vat: true,
      name: design.chance('name twice', 0.5),
    }),
  )
  const x = right - 240
  const b = party(
    sheet,
    x + 10,
    top + 38,
    220,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', {
        details: false,
        vat: design.chance('buyer vat', 0.5),
      }),
    ),
  )
  canvas.box(x, top + 30, 240, b - top - 24, { stroke: sheet.accent, round: true })
  const facts = factsOf(sheet)
  const end = Math.max(a, b) + 20
  canvas.text(left, end, title(sheet), { ...strong, size: strong.size + 7 })
  return (
    factStrip(sheet, end + 28, facts, {
      boxed: design.chance('strip boxed', 0.7),
      filled: true,
      perRow: 5,
    }) + 4
  )
}

function strip(sheet: Sheet): number {
  const { canvas, left, right, top, design, strong, issuer, invoice } = sheet
  const heading = [
    { text: `${title(sheet)} ` },
    { text: invoice.number, marks: [mark(sheet, 'invoice_number')] },
  ]
  const face = fitFace(
    heading.map((piece) => piece.text).join(''),
    { ...strong, size: strong.size + 8 },
    300,
  )
  const sellerEnd = party(
    sheet,
    right - 200,
    top,
    200,
    partyLines(sheet, issuer, 'seller', { details: design.chance('details', 0.7), vat: true }),
    'right',
  )
  canvas.text(left, top, heading, face, { color: sheet.accent })
  const y = party(
    sheet,
    left,
    top + 40,
    260,
    partyLines(sheet, invoice.buyer, 'buyer', {
      details: false,
      vat: design.chance('buyer vat', 0.5),
    }),
  )
  const facts = factsOf(sheet, ['number', 'creditNumber'])
  return factStrip(sheet, Math.max(y, sellerEnd) + 18, facts, {
    boxed: design.chance('strip boxed', 0.3),
    filled: design.chance('strip filled', 0.5),
    perRow: 5,
  })
}

// "Rechnung Nr. 12 vom 3. Mai 2024": number and date in one line of text
function sentence(sheet: Sheet): number {
  const { left, right, top, design, body, strong, issuer, invoice, formats } = sheet
  const end = party(
    sheet,
    design.chance('seller right', 0.5) ? right - 210 : left,
    top,
    210,
    partyLines(sheet, issuer, 'seller', { details: true, vat: true }),
  )
  const y =
    party(
      sheet,
      left,
      Math.max(end, top + 60) + 16,
      260,
      partyLines(sheet, invoice.buyer, 'buyer', { details: false, vat: false }),
    ) + 22
  const joiner = {
    en: [' dated ', ' of ', ', '],
    de: [' vom ', ' / ', ', '],
    fr: [' du ', ' en date du '],
    es: [' de fecha ', ' - '],
    it: [' del ', ' in data '],
    nl: [' van ', ' d.d. '],
  }[issuer.language]
  const number = {
    en: [' no. ', ' # ', ' '],
    de: [' Nr. ', ' ', ' Nummer '],
    fr: [' n° ', ' N° '],
    es: [' n.º ', ' Nº '],
    it: [' n. ', ' nr. '],
    nl: [' nr. ', ' '],
  }[issuer.language]
  const pieces = [
    { text: `${title(sheet)}${design.pick('number joiner', number)}` },
    { text: invoice.number, marks: [mark(sheet, 'invoice_number')] },
    { text: design.pick('date joiner', joiner) },
    { text: formats.date(invoice.issueDate), marks: [mark(sheet, 'issue_date')] },
  ]
  sheet.canvas.text(
    left,
    y,
    pieces,
    fitFace(
      pieces.map((piece) => piece.text).join(''),
      { ...strong, size: strong.size + 3 },
      right - left,
    ),
  )
  const facts = factsOf(sheet, ['number', 'creditNumber', 'issueDate'])
  const after = y + 26
  return greet(
    sheet,
    facts.length === 0
      ? after
      : drawFacts(sheet, left, after, 320, facts, design.pick('facts', factStyles)) + 6,
    body,
  )
}

function headName(sheet: Sheet, x: number, y: number, width: number): void {
  const { issuer, design, strong, canvas } = sheet
  const trade = issuer.name !== issuer.legalName && design.chance('trade name', 0.3)
  const text = trade ? issuer.name : issuer.legalName
  const face = fitFace(
    text,
    { ...strong, size: strong.size + design.between('name size', 3, 10) },
    width,
  )
  canvas.text(x, y, [{ text, marks: trade ? [] : [mark(sheet, 'seller_name')] }], face, {
    color: sheet.accent,
  })
}

/** The title over the table, with the number where the facts left it out. */
function headline(sheet: Sheet, y: number): number {
  const { canvas, left, design, strong, invoice } = sheet
  canvas.text(
    left,
    y,
    design.chance('number in title', 0.3)
      ? [
          { text: `${title(sheet)} ` },
          { text: invoice.number, marks: [mark(sheet, 'invoice_number')] },
        ]
      : title(sheet),
    { ...strong, size: strong.size + 5 },
  )
  return y + lineHeight(strong) + 14
}

function greet(sheet: Sheet, y: number, face: Face): number {
  if (!sheet.design.chance('greeting', 0.5)) return y + 6
  return (
    lines(
      sheet,
      sheet.left,
      y,
      wrap(say(sheet, 'greeting'), face, sheet.right - sheet.left),
      face,
    ) + 10
  )
}

/** Buyer and, where there is one, the place of delivery, side by side. */
function parties(sheet: Sheet, y: number): number {
  const { left, right, design, invoice } = sheet
  const half = (right - left) / 2
  const a = party(
    sheet,
    left,
    y,
    half - 16,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', {
        details: design.chance('buyer details', 0.2),
        vat: design.chance('buyer vat', 0.4),
      }),
    ),
  )
  if (invoice.shipTo === null) return a + 18
  return (
    Math.max(
      a,
      party(
        sheet,
        left + half,
        y,
        half - 6,
        withHeading(
          sheet,
          'shipTo',
          partyLines(sheet, invoice.shipTo, 'buyer', {
            details: false,
            vat: false,
            name: design.chance('recipient named', 0.8),
          }),
        ),
      ),
    ) + 18
  )
}
