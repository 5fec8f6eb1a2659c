/**
 * Charges that an invoice prints beside its lines: freight, postage, packing, a surcharge for small
 * amounts. Net is the sum of the lines and of these.
 *
 * A row with a word for such a charge and an amount at its end, outside the table, is one. They
 * count only where they make up exactly what the lines lack.
 */

import { groupsBefore } from '../document/amounts.ts'
import { textOf, type Tokens } from '../document/tokens.ts'
import { plainTexts, type PrintedDocument } from '../rules/spans.ts'
import { plainOf } from '../values/identifiers.ts'
import { decimal, sum, type Decimal } from '../values/money.ts'
import { normaliseValue } from '../values/normalise.ts'
import type { Profile } from '../../schemas/profiles.ts'
import type { Check, Field, LineItem } from '../../schemas/types.ts'
import { runChecks } from '../routing/checks.ts'

// one word each, of many languages
const words = `
  shipping freight postage carriage delivery handling surcharge versand versandkosten fracht
  frachtkosten porto transportkosten lieferkosten verpackung mindermengenzuschlag zuschlag
  port livraison expédition envoi transport emballage portes envío envio transporte frete
  embalaje spedizione trasporto imballo verzendkosten verzending vracht bezorgkosten przesyłka
  wysyłka dostawa dostawy doprava dopravné poštovné prepravné frakt fraktkostnad forsendelse
  fragt levering expeditionsavgift toimituskulut rahti postikulut szállítás szállítási
  postaköltség livrare доставка транспорт доставки μεταφορικά αποστολής kargo nakliye dostava
  poštarina prijevoz poštnina prevoz pristatymas transportas piegāde transports saatekulu 送料
  配送料 運賃 运费 配送费 배송비 운송료 ค่าขนส่ง ค่าจัดส่ง الشحن التوصيل משלוח परिवहन शिपिंग ongkos kirim
  chuyển
`
const charges: ReadonlySet<string> = new Set(words.trim().split(/\s+/).map(plainOf))

/** The checks of a document that was read from its pages; `now` in milliseconds since 1970. */
export function checkPrinted(
  profile: Profile,
  fields: readonly Field[],
  lineItems: readonly LineItem[],
  now: number,
  sheet: PrintedDocument,
): Check[] {
  const alone = runChecks(profile, fields, lineItems, now)
  if (!alone.some(lacksCharges)) return alone
  const beside = printedCharges(sheet, lineItems)
  if (beside === null) return alone
  const withThem = runChecks(profile, fields, lineItems, now, beside)
  return alone.map((check, k) => {
    const again = withThem[k]
    return lacksCharges(check) && again?.outcome === 'passed' ? again : check
  })
}

function lacksCharges({ name, outcome }: Check): boolean {
  return name === 'lines_add_up' && outcome === 'failed'
}

/** Their sum; null where there are none. */
function printedCharges(sheet: PrintedDocument, lineItems: readonly LineItem[]): Decimal | null {
  const { read } = sheet
  const inTable = new Set(lineItems.flatMap(({ cells }) => cells.flatMap((cell) => cell.words)))
  const plain = plainTexts(read)
  const found = read.rows.flatMap((row) => {
    const at = row.find((k) => charges.has(plain[k] ?? ''))
    if (at === undefined || row.some((k) => inTable.has(read.tokens[k]?.word ?? -1))) return []
    return amountIn(row, read, sheet) ?? []
  })
  return found.length === 0 ? null : sum(found)
}

/** The last amount of a row; before the first one where the text runs from the right. */
function amountIn(
  row: readonly number[],
  { tokens, pages }: Tokens,
  { context }: PrintedDocument,
): Decimal | null {
  const page = tokens[row[0] ?? 0]?.page
  const isFromRight = pages.find(({ number }) => number === page)?.rightToLeft === true
  for (const k of isFromRight ? row : [...row].reverse()) {
    const text = textOf(tokens, groupsBefore(tokens, k), k + 1)
    if (!/\d$/.test(text) || tokens[k + 1]?.text.startsWith('%') === true) continue
    const amount = decimal(normaliseValue('money', text, context))
    if (amount !== null) return amount
  }
  return null
}
