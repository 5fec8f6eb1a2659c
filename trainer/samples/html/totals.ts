/** Totals, taxes by rate and the amount due: as a list, a box, a strip, a band. */

import { negate, type Decimal } from '../../../processors/values/money.ts'
import {
  amount,
  block,
  escaped,
  mark,
  say,
  withColon,
  type Html,
  type PrintSheet,
} from './sheet.ts'

interface Total {
  readonly text: string
  readonly value: Html
  readonly strong: boolean
}

export function totalsBlock(sheet: PrintSheet, isWide: boolean): Html {
  const { random, look } = sheet
  const totals = totalsOf(sheet)
  const rates = random.chance(0.25) && !sheet.content.exempt ? rateTable(sheet) : ''
  const style = random.pick(isWide ? wide : narrow)
  if (style === 'strip')
    return `${rates}${block(
      totals
        .map((total) =>
          block(
            `<div class=l>${escaped(total.text)}</div><div>${strong(total)}</div>`,
            `border:1px solid #999;padding:3pt 6pt;background:${total.strong ? look.pale : ''}`,
          ),
        )
        .join(''),
      `display:grid;grid-template-columns:repeat(${Math.min(totals.length, 5)},1fr);text-align:${random.pick(['end', 'start', 'center'])}`,
    )}`
  if (style === 'above')
    return `${rates}${totals.map((total) => block(`<div class=l>${escaped(total.text)}</div><div>${strong(total)}</div>`, 'margin-bottom:3pt;text-align:end')).join('')}`
  const edge = {
    list: '',
    near: '',
    half: '',
    boxed: 'border:1px solid #888',
    ruled: 'border-bottom:1px solid #bbb',
  }[style]
  const inverted = random.chance(0.2)
  const large = random.pick([100, 100, 120, 150])
  const rows = totals.map((total) => {
    const fill = total.strong && inverted ? `background:${look.accent};color:#fff` : ''
    const size = total.strong ? `font-size:${large}%;font-weight:bold` : ''
    const text = random.chance(0.5) ? withColon(sheet, total.text) : total.text
    return `<tr style="${fill};${size}"><td style="${edge};text-align:${style === 'near' ? 'end' : 'start'}">${escaped(text)}</td><td style="${edge};text-align:end">${total.value}</td></tr>`
  })
  const place = { near: 'margin-inline-start:auto', half: 'width:45%;margin-inline-start:auto' }
  const where = style === 'near' || style === 'half' ? place[style] : 'width:100%'
  return `${rates}<table style="${where}">${rows.join('')}</table>`
}

const narrow = ['list', 'list', 'list', 'boxed', 'ruled', 'above'] as const
const wide = ['near', 'near', 'near', 'half', 'half', 'strip', 'list'] as const

const strong = (total: Total): Html => (total.strong ? `<b>${total.value}</b>` : total.value)

function totalsOf(sheet: PrintSheet): Total[] {
  const { content, random } = sheet
  const { net, grand, paid, due, shipping, exempt } = content
  const rows: Total[] = []
  if (shipping !== null && random.chance(0.8))
    rows.push(plain(sheet, say(sheet, 'shipping'), shipping, []))
  if (!exempt || random.chance(0.5)) rows.push(plain(sheet, say(sheet, 'net'), net, ['net_total']))
  if (!exempt || random.chance(0.4)) rows.push(...taxRows(sheet))
  const dueShown = paid !== null || random.chance(0.35)
  const grandFields = dueShown ? ['grand_total'] : ['grand_total', 'due_payable']
  rows.push({
    text: say(sheet, 'grand'),
    value: amount(sheet, grand, grandFields, random.chance(0.6)),
    strong: !dueShown || random.chance(0.5),
  })
  if (paid !== null) rows.push(plain(sheet, say(sheet, 'paid'), negateSome(sheet, paid), []))
  if (dueShown)
    rows.push({
      text: say(sheet, 'due'),
      value: amount(sheet, due, ['due_payable', ...(paid === null ? ['grand_total'] : [])], true),
      strong: true,
    })
  return random.chance(0.04) ? rows.reverse() : rows
}

function negateSome({ random }: PrintSheet, value: Decimal): Decimal {
  return random.chance(0.5) ? negate(value) : value
}

function plain(sheet: PrintSheet, text: string, value: Decimal, fields: readonly string[]): Total {
  return { text, value: amount(sheet, value, fields), strong: false }
}

/** One row for each rate, or one for all. */
function taxRows(sheet: PrintSheet): Total[] {
  const { content, random, formats } = sheet
  const label = say(sheet, 'tax')
  if (content.rates.length < 2) {
    const rate = formats.percent(content.rates[0]?.rate ?? 0)
    const text = random.pick([label, `${label} ${rate}`, `${label} (${rate})`, `${rate} ${label}`])
    return [plain(sheet, text, content.tax, ['tax_total'])]
  }
  const each = (): Total[] =>
    content.rates.map(({ rate, tax }) => plain(sheet, `${label} ${formats.percent(rate)}`, tax, []))
  const style = random.pick(['all', 'both', 'each'] as const)
  if (style === 'each') return each()
  const before = style === 'both' ? each() : []
  return [...before, plain(sheet, label, content.tax, ['tax_total'])]
}

/** Base and tax of each rate. */
function rateTable(sheet: PrintSheet): Html {
  const { content, formats, random } = sheet
  const edge = random.chance(0.5) ? 'border:1px solid #aaa' : ''
  const cell = (text: Html, kind = 'td'): Html =>
    `<${kind} style="${edge};text-align:end">${text}</${kind}>`
  const heads = [say(sheet, 'taxRate'), say(sheet, 'net'), say(sheet, 'tax')]
  const rows = content.rates.map(
    ({ rate, base, tax }) =>
      `<tr>${[escaped(formats.percent(rate)), escaped(formats.plain(base)), escaped(formats.plain(tax))].map((text) => cell(text)).join('')}</tr>`,
  )
  return `<table class=s style="margin-bottom:6pt"><tr>${heads.map((text) => cell(escaped(text), 'th')).join('')}</tr>${rows.join('')}</table>`
}

/** The amount due where the eye falls first: beside the title, in a band. */
export function sumBlock(sheet: PrintSheet): Html {
  const { content, random, look, formats } = sheet
  const fields = ['due_payable', ...(content.paid === null ? ['grand_total'] : [])]
  const sum = `<div class=b>${amount(sheet, content.due, fields, true)}</div>`
  const label = `<div class=l>${escaped(say(sheet, 'due'))}</div>`
  const date = random.chance(0.4)
    ? `<div>${escaped(withColon(sheet, say(sheet, 'dueDate')))} ${mark(sheet, ['due_date'], formats.date(content.dueDate))}</div>`
    : ''
  const fill = random.chance(0.4) ? `background:${look.pale};padding:5pt` : ''
  return block(`${random.chance(0.75) ? label + sum : sum + label}${date}`, fill)
}
