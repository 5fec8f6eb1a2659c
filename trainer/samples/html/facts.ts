/** Facts of a document (number, dates, references) in a dozen arrangements. */

import type { SampleRandom } from '../random.ts'
import type { Label } from './labels.ts'
import { options } from './locale.ts'
import { vatPrinted } from './tax-number.ts'
import {
  block,
  escaped,
  headed,
  linesOf,
  mark,
  named,
  say,
  type Html,
  type PrintSheet,
} from './sheet.ts'

export interface PrintFact {
  readonly label: Label
  readonly value: Html
}

/** The facts that the document prints, in its order; `skip` names those printed elsewhere. */
export function factsOf(
  sheet: PrintSheet,
  skip: ReadonlySet<Label>,
  { vatAsFact }: { readonly vatAsFact: boolean },
): PrintFact[] {
  const { vatId } = sheet.content.seller
  const { random } = sheet
  const kept = [...numberFacts(sheet, skip), ...orderFacts(sheet), ...others(sheet)]
  if (vatAsFact && vatId !== null)
    kept.push({ label: 'vatId', value: mark(sheet, ['seller_vat_id'], vatPrinted(sheet, vatId)) })
  const facts = kept.filter(({ label }) => !skip.has(label))
  if (random.chance(0.25)) facts.push(...facts.splice(0, random.int(0, 2)))
  if (random.chance(0.25)) shuffle(facts, random)
  return facts
}

function numberFacts(sheet: PrintSheet, skip: ReadonlySet<Label>): PrintFact[] {
  const { content, formats, random } = sheet
  const facts: PrintFact[] = []
  const numberLabel = content.credit ? 'creditNumber' : 'number'
  if (!skip.has('number'))
    facts.push({ label: numberLabel, value: mark(sheet, ['invoice_number'], content.number) })
  if (!skip.has('issueDate'))
    facts.push({
      label: 'issueDate',
      value: mark(sheet, ['issue_date'], formats.date(content.issueDate)),
    })
  if (!skip.has('dueDate') && random.chance(0.65))
    facts.push({
      label: 'dueDate',
      value: mark(sheet, ['due_date'], formats.date(content.dueDate)),
    })
  if (content.credit && random.chance(0.7))
    facts.push({ label: 'preceding', value: mark(sheet, ['preceding_invoice'], content.preceding) })
  return facts
}

function orderFacts(sheet: PrintSheet): PrintFact[] {
  const { content, formats, random } = sheet
  const facts: PrintFact[] = []
  if (random.chance(0.35))
    facts.push({ label: 'customerNumber', value: escaped(content.customerNumber) })
  if (content.purchaseOrder !== null)
    facts.push({
      label: 'purchaseOrder',
      value: mark(sheet, ['purchase_order'], content.purchaseOrder),
    })
  if (random.chance(0.3))
    facts.push({ label: 'deliveryDate', value: escaped(formats.date(content.deliveryDate)) })
  return facts
}

/** Facts that are no field, and look like one. */
function others(sheet: PrintSheet): PrintFact[] {
  const { content, formats, random } = sheet
  const { ourOrder, orderDate, deliveryDate, deliveryNote, seller, reference } = content
  const all: [number, Label, string][] = [
    [ourOrder === null ? 0 : 1, 'ourOrder', ourOrder ?? ''],
    [0.2, 'orderDate', formats.date(orderDate)],
    [0.2, 'deliveryNote', deliveryNote],
    [0.15, 'service', `${formats.date(orderDate)} - ${formats.date(deliveryDate)}`],
    [0.2, 'contact', seller.person],
    [0.15, 'reference', reference],
  ]
  return all.flatMap(([share, label, text]) =>
    random.chance(share) ? [{ label, value: escaped(text) }] : [],
  )
}

function shuffle<T>(list: T[], random: SampleRandom): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = random.int(0, i)
    ;[list[i], list[j]] = [list[j] as T, list[i] as T]
  }
}

type FactStyle = (sheet: PrintSheet, facts: readonly PrintFact[]) => Html

const value = (fact: PrintFact): Html => `<span class=v>${fact.value}</span>`

const table =
  (style: { readonly first: string; readonly last: string; readonly whole: string }): FactStyle =>
  (sheet, facts) =>
    block(
      facts
        .map(
          (fact) =>
            `<tr><td style="${style.first}">${named(sheet, fact.label)}</td><td style="${style.last}">${value(fact)}</td></tr>`,
        )
        .join(''),
      style.whole,
      'table',
    )

const line = '1px solid #999'

const styles: Readonly<Record<string, FactStyle>> = {
  plain: table({ first: '', last: '', whole: '' }),
  opposite: table({ first: '', last: 'text-align:end', whole: 'width:100%' }),
  toTheValue: table({ first: 'text-align:end', last: '', whole: '' }),
  ruled: (sheet, facts) =>
    table({
      first: `border-bottom:${line}`,
      last: `border-bottom:${line};text-align:${sheet.random.pick(['end', 'start'])}`,
      whole: 'width:100%',
    })(sheet, facts),
  grid: (sheet, facts) =>
    table({
      first: `border:${line};background:${sheet.look.pale}`,
      last: `border:${line}`,
      whole: 'width:100%',
    })(sheet, facts),
  lines: (sheet, facts) =>
    linesOf(facts.map((fact) => `${named(sheet, fact.label)} ${value(fact)}`)),
  above: (sheet, facts) =>
    facts
      .map((fact) =>
        block(
          `<div>${headed(sheet, fact.label)}</div><div>${value(fact)}</div>`,
          'margin-bottom:3pt',
        ),
      )
      .join(''),
  below: (sheet, facts) =>
    facts
      .map((fact) =>
        block(
          `<div>${value(fact)}</div><div class=s>${headed(sheet, fact.label)}</div>`,
          'margin-bottom:3pt',
        ),
      )
      .join(''),
  run: (sheet, facts) => {
    const between = sheet.random.pick([' | ', ' &nbsp; ', ', ', ' · '])
    return block(
      facts.map((fact) => `<span>${named(sheet, fact.label)} ${value(fact)}</span>`).join(between),
    )
  },
  dotted: (sheet, facts) =>
    facts
      .map((fact) =>
        block(
          `${named(sheet, fact.label)}<span style="flex:1;border-bottom:1px dotted #888"></span>${value(fact)}`,
          'display:flex;gap:4pt;align-items:baseline',
        ),
      )
      .join(''),
  pairs: (sheet, facts) =>
    block(
      facts
        .map((fact) => `<div>${named(sheet, fact.label)}</div><div>${value(fact)}</div>`)
        .join(''),
      'display:grid;grid-template-columns:auto 1fr auto 1fr;column-gap:8pt;row-gap:2pt',
    ),
  strip: (sheet, facts) => {
    const { random, look } = sheet
    const boxed = random.chance(0.5) ? `border:${line};` : ''
    const fill = random.chance(0.4) ? `background:${look.pale};` : ''
    const most = Math.min(facts.length, random.int(3, 6))
    return block(
      facts
        .map((fact) =>
          block(
            `<div>${headed(sheet, fact.label)}</div><div>${value(fact)}</div>`,
            `${boxed}${fill}padding:3pt 5pt`,
          ),
        )
        .join(''),
      `display:grid;grid-template-columns:repeat(${most},auto);gap:${random.pick([0, 0, 6])}pt`,
    )
  },
  headRow: (sheet, facts) => {
    const { random, look } = sheet
    const edge = random.chance(0.6) ? `border:${line};` : `border-bottom:${line};`
    const rows: Html[] = []
    const most = random.int(3, 6)
    for (let from = 0; from < facts.length; from += most) {
      const part = facts.slice(from, from + most)
      const cells = (kind: string, fill: string, of: (fact: PrintFact) => Html): Html =>
        `<tr>${part.map((fact) => `<${kind} style="${edge}${fill}">${of(fact)}</${kind}>`).join('')}</tr>`
      rows.push(
        block(
          `${cells('th', `background:${look.pale}`, (fact) => headed(sheet, fact.label))}${cells('td', '', value)}`,
          'width:100%',
          'table',
        ),
      )
    }
    return rows.join('')
  },
}

const narrow = ['plain', 'plain', 'opposite', 'opposite', 'toTheValue', 'ruled', 'grid', 'lines', 'lines', 'above', 'below', 'dotted'] // prettier-ignore
const wide = ['run', 'pairs', 'strip', 'strip', 'headRow', 'headRow', 'plain', 'lines']

/** The facts in one of the arrangements that fit the place. */
export function factsBlock(sheet: PrintSheet, facts: readonly PrintFact[], isWide: boolean): Html {
  if (facts.length === 0) return ''
  const style = sheet.random.pick(isWide ? wide : narrow)
  return (styles[style] as FactStyle)(sheet, facts)
}

/** The title, sometimes with the number, sometimes with the number and its date. */
export function titleBlock(sheet: PrintSheet, told: Set<Label>): Html {
  const { content, formats, random } = sheet
  const title = say(sheet, content.credit ? 'creditTitle' : 'title')
  const number = (): Html => mark(sheet, ['invoice_number'], content.number)
  const style = random.pick(['bare', 'bare', 'bare', 'number', 'number', 'dated', 'below'] as const)
  if (style === 'bare') return `<div class=t>${escaped(title)}</div>`
  told.add('number')
  told.add('creditNumber')
  const sign = random.pick(['', '', '#', 'Nr. ', 'No. ', '№ ', 'N° '])
  if (style === 'number') return `<div class=t>${escaped(title)} ${escaped(sign)}${number()}</div>`
  if (style === 'below')
    return `<div class=t>${escaped(title)}</div><div>${escaped(sign)}${number()}</div>`
  told.add('issueDate')
  const [before = '', between = '', after = ''] = dated(
    random.pick(options(content.locale.labels.dated)),
  )
  const date = mark(sheet, ['issue_date'], formats.date(content.issueDate))
  return `<div class=t>${escaped(title)} ${escaped(before)}${number()}${escaped(between)}${date}${escaped(after)}</div>`
}

/** The parts of "Nr. {x} vom {d}" around the number and the date. */
function dated(text: string): string[] {
  return text.split(/\{[xd]\}/)
}
