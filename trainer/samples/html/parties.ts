/** Seller, buyer and delivery address: as lines, in boxes, as rows of label and value. */

import type { Firm } from './firm.ts'
import { vatPrinted } from './tax-number.ts'
import type { Label } from './labels.ts'
import {
  block,
  escaped,
  headed,
  linesOf,
  mark,
  markedLines,
  named,
  type Html,
  type PrintSheet,
} from './sheet.ts'

export type Part = 'seller' | 'buyer' | 'shipTo'

export interface PartyWish {
  readonly heading: boolean
  readonly contact: boolean // phone and mail
  readonly vat: boolean
}

const headings: Readonly<Record<Part, Label>> = {
  seller: 'from',
  buyer: 'billTo',
  shipTo: 'shipTo',
}

export function partyBlock(sheet: PrintSheet, part: Part, firm: Firm, wish: PartyWish): Html {
  const { random, look } = sheet
  if (wish.heading && random.chance(0.1)) return formBlock(sheet, part, firm, wish)
  const lines = partyLines(sheet, part, firm, wish)
  if (!wish.heading) return linesOf(lines)
  const heading = headings[part]
  const bold = random.chance(0.5) ? 'font-weight:bold' : ''
  switch (
    random.pick(['above', 'above', 'above', 'filled', 'boxed', 'beside', 'inline'] as const)
  ) {
    case 'filled':
      return `${block(headed(sheet, heading), `background:${look.pale};padding:2pt 5pt;${bold}`)}${block(linesOf(lines), 'padding:2pt 5pt')}`
    case 'boxed':
      return block(
        `${block(headed(sheet, heading), bold)}${linesOf(lines)}`,
        'border:1px solid #888;padding:5pt',
      )
    case 'beside':
      return block(
        `<div>${named(sheet, heading)}</div><div>${linesOf(lines)}</div>`,
        'display:grid;grid-template-columns:auto 1fr;column-gap:8pt',
      )
    case 'inline': {
      const [first = '', ...rest] = lines
      return linesOf([`${named(sheet, heading)} ${first}`, ...rest])
    }
    case 'above':
      return `${block(random.chance(0.5) ? headed(sheet, heading) : named(sheet, heading), bold)}${linesOf(lines)}`
  }
}

function nameOf(sheet: PrintSheet, part: Part, firm: Firm): Html {
  if (part === 'shipTo') return escaped(firm.name)
  return mark(sheet, [part === 'seller' ? 'seller_name' : 'buyer_name'], firm.name)
}

function vatOf(sheet: PrintSheet, part: Part, vatId: string): Html {
  if (part === 'shipTo') return escaped(vatId)
  return mark(
    sheet,
    [part === 'seller' ? 'seller_vat_id' : 'buyer_vat_id'],
    vatPrinted(sheet, vatId),
  )
}

function addressLines(sheet: PrintSheet, part: Part, firm: Firm): Html[] {
  const { random } = sheet
  const split = random.chance(0.85)
  const printed = split ? firm.address : [firm.address.join(random.pick([', ', ' - ', ' · ', ' ']))]
  const lines =
    part === 'seller' ? markedLines(sheet, ['seller_address'], printed) : printed.map(escaped)
  if (random.chance(0.3)) lines.push(escaped(firm.country))
  return lines
}

export function partyLines(sheet: PrintSheet, part: Part, firm: Firm, wish: PartyWish): Html[] {
  const { random, content } = sheet
  const bold = random.chance(0.4) ? ' style="font-weight:bold"' : ''
  const name = `<span${bold}>${nameOf(sheet, part, firm)}</span>`
  const person = firm.name !== firm.person && random.chance(0.3)
  const attention = person
    ? [escaped(`${random.pick(['', '', 'Attn. ', 'z. Hd. ', 'c/o '])}${firm.person}`)]
    : []
  const lines = [
    ...(random.chance(0.3) ? [...attention, name] : [name, ...attention]),
    ...addressLines(sheet, part, firm),
  ]
  if (part === 'buyer' && random.chance(0.1))
    lines.push(`${named(sheet, 'customerNumber')} ${escaped(content.customerNumber)}`)
  if (wish.contact) lines.push(...contactLines(sheet, firm))
  if (wish.vat && firm.vatId !== null)
    lines.push(`${named(sheet, 'vatId')} ${vatOf(sheet, part, firm.vatId)}`)
  return lines
}

export function contactLines(sheet: PrintSheet, firm: Firm): Html[] {
  const { random } = sheet
  const labelled = random.chance(0.7)
  const phone = labelled ? `${named(sheet, 'phone')} ${escaped(firm.phone)}` : escaped(firm.phone)
  const others = [escaped(firm.mail), escaped(firm.web)].filter(() => random.chance(0.6))
  return random.chance(0.6)
    ? [phone, ...others]
    : [[phone, ...others].join(random.pick([' | ', ', ', ' ']))]
}

/** Each property of a party with a label: a form. */
function formBlock(sheet: PrintSheet, part: Part, firm: Firm, wish: PartyWish): Html {
  const { random, look } = sheet
  const rows: [Html, Html][] = [
    [named(sheet, headings[part]), nameOf(sheet, part, firm)],
    ['', addressLines(sheet, part, firm).join('<br>')],
  ]
  if (wish.vat && firm.vatId !== null)
    rows.push([named(sheet, 'vatId'), vatOf(sheet, part, firm.vatId)])
  if (wish.contact) rows.push([named(sheet, 'phone'), escaped(firm.phone)])
  const edge = random.chance(0.4) ? 'border:1px solid #999' : ''
  return block(
    rows
      .map(
        ([label, value]) =>
          `<tr><td style="${edge};background:${edge === '' ? '' : look.pale}">${label}</td><td style="${edge}">${value}</td></tr>`,
      )
      .join(''),
    'width:100%',
    'table',
  )
}

/** The sender in one line above a window's address. */
export function senderLine(sheet: PrintSheet): Html {
  const { content, random } = sheet
  const between = random.pick([' · ', ' - ', ', ', ' | ', ' • '])
  const address = markedLines(sheet, ['seller_address'], [content.seller.address.join(between)])
  return block(
    `${mark(sheet, ['seller_name'], content.seller.name)}${escaped(between)}${address.join('')}`,
    random.chance(0.5) ? 'text-decoration:underline' : '',
  ).replace('<div', '<div class=s')
}

/** The largest text of the head: the seller, or only its brand. */
export function brandBlock(sheet: PrintSheet, isNamed: boolean): Html {
  const { content, random, look } = sheet
  const shape = random.chance(0.35)
    ? block(
        '',
        `width:${random.int(14, 60)}pt;height:${random.int(14, 44)}pt;background:${look.accent};border-radius:${random.pick([0, 4, 40])}pt`,
      )
    : ''
  const { name, short } = content.seller
  const text = isNamed ? mark(sheet, ['seller_name'], name) : escaped(short.split(' ')[0] ?? short)
  const slogan = random.chance(0.12)
    ? `<div class=s>${escaped(random.pick(content.locale.labels.goods.split('|')))}</div>`
    : ''
  return `${shape}<div class=b>${text}</div>${slogan}`
}
