/** What stands below the totals: how to pay, terms, notes, payment slips, and the foot. */

import { options } from './locale.ts'
import { contactLines } from './parties.ts'
import { vatPrinted } from './tax-number.ts'
import {
  amount,
  block,
  escaped,
  linesOf,
  mark,
  markedLines,
  named,
  say,
  type Html,
  type PrintSheet,
} from './sheet.ts'

const dayMs = 86_400_000

/** Bank and account, labelled. */
export function bankLines(sheet: PrintSheet): Html[] {
  const { content, random } = sheet
  const { seller } = content
  const lines: Html[] = []
  if (random.chance(0.7)) lines.push(`${named(sheet, 'bank')} ${escaped(seller.bank)}`)
  if (random.chance(0.15)) lines.push(mark(sheet, ['seller_name'], seller.name))
  if (seller.iban === null) lines.push(`<span class=l>No.</span> ${escaped(seller.account)}`)
  else {
    const printed = random.chance(0.75) ? seller.iban.replace(/(.{4})(?=.)/g, '$1 ') : seller.iban
    const label = random.pick(['IBAN', 'IBAN:', 'IBAN', ''])
    lines.push(`<span class=l>${label}</span> ${mark(sheet, ['iban'], printed)}`)
    if (random.chance(0.7))
      lines.push(`${random.pick(['BIC', 'SWIFT', 'BIC:', 'BIC/SWIFT'])} ${escaped(seller.bic)}`)
  }
  return lines
}

export function paymentBlock(sheet: PrintSheet): Html {
  const { content, formats, random } = sheet
  const { labels } = content.locale
  const lines: Html[] = []
  if (random.chance(0.4)) {
    const [before = '', after = ''] = random.pick(options(labels.dueSentence)).split('{d}')
    lines.push(
      `${escaped(before)}${mark(sheet, ['due_date'], formats.date(content.dueDate))}${escaped(after)}`,
    )
  } else if (random.chance(0.5))
    lines.push(escaped(random.pick(options(labels.terms)).replace('{n}', String(content.days))))
  if (labels.early !== undefined && random.chance(0.2)) {
    const early = new Date(Date.parse(content.dueDate) - 7 * dayMs).toISOString().slice(0, 10)
    lines.push(escaped(random.pick(options(labels.early)).replace('{d}', formats.date(early))))
  }
  if (random.chance(0.75)) {
    const bank = bankLines(sheet)
    lines.push(...(random.chance(0.7) ? bank : [bank.join(random.pick([', ', ' | ', ' · ']))]))
  }
  if (random.chance(0.15)) lines.push(`${named(sheet, 'reference')} ${escaped(content.reference)}`)
  return linesOf(lines)
}

export function notesBlock(sheet: PrintSheet): Html {
  const { content, random } = sheet
  const { labels } = content.locale
  const lines: Html[] = []
  if (content.exempt) lines.push(escaped(random.pick(options(labels.noTax))))
  if (random.chance(0.5)) lines.push(escaped(random.pick(options(labels.thanks))))
  return linesOf(lines)
}

/** A slip at the foot that says payee, payer, account and sum again. */
export function slipBlock(sheet: PrintSheet): Html {
  const { content, random } = sheet
  const { seller, buyer } = content
  const edge = random.pick(['1px dashed #555', '1px solid #555'])
  const payee = linesOf([
    `<span class="l s">${escaped(say(sheet, 'from'))}</span>`,
    mark(sheet, ['seller_name'], seller.name),
    ...seller.address.map(escaped),
    ...(seller.iban === null ? [] : [mark(sheet, ['iban'], seller.iban)]),
  ])
  const payer =
    buyer === null
      ? ''
      : linesOf([
          `<span class="l s">${escaped(say(sheet, 'billTo'))}</span>`,
          mark(sheet, ['buyer_name'], buyer.name),
          ...buyer.address.map(escaped),
        ])
  const fields = ['due_payable', ...(content.paid === null ? ['grand_total'] : [])]
  const sum = linesOf([
    `<span class="l s">${escaped(say(sheet, 'due'))}</span>`,
    amount(sheet, content.due, fields, true),
    escaped(content.reference),
  ])
  return block(
    [payee, payer, sum].map((part) => block(part, 'padding:4pt')).join(''),
    `border-top:${edge};display:grid;grid-template-columns:repeat(3,1fr);padding-top:6pt;break-inside:avoid`,
  )
}

/** The foot: a line, or columns of address, contact, numbers and account. */
export function footBlock(sheet: PrintSheet, withName: boolean): Html {
  const { content, random } = sheet
  const { seller } = content
  const name = withName ? mark(sheet, ['seller_name'], seller.name) : ''
  const address = markedLines(sheet, ['seller_address'], seller.address)
  const vat =
    seller.vatId === null || (sheet.marks.includes('seller_vat_id') && random.chance(0.5))
      ? ''
      : `${named(sheet, 'vatId')} ${mark(sheet, ['seller_vat_id'], vatPrinted(sheet, seller.vatId))}`
  const groups = [
    [name, ...address],
    contactLines(sheet, seller),
    [vat, random.chance(0.3) ? escaped(seller.register) : ''],
    random.chance(0.6) ? bankLines(sheet) : [],
  ].map((group) => group.filter((line) => line !== ''))
  const kept = groups.filter((group) => group.length > 0)
  const edge = random.chance(0.6) ? 'border-top:1px solid #888;padding-top:4pt;' : ''
  if (random.chance(0.35))
    return block(
      kept.flat().join(random.pick([' · ', ' | ', ', ', ' – '])),
      `${edge}text-align:${random.pick(['center', 'center', 'start'])}`,
    )
  return block(
    kept.map((group) => `<div>${linesOf(group)}</div>`).join(''),
    `${edge}display:grid;grid-template-columns:repeat(${kept.length},auto);column-gap:12pt`,
  )
}
