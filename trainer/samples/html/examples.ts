/** Printed documents as examples for training: their words and where the fields' values stand. */

import { plainOf } from '../../../processors/values/identifiers.ts'
import { print as written } from '../../../processors/values/money.ts'
import type { Profile } from '../../../schemas/profiles.ts'
import { exampleOf, type TruthFile } from '../../dataset.ts'
import type { LaidOut } from '../../printed-examples.ts'
import { compose, type ComposeOptions } from './compose.ts'
import type { Content } from './content.ts'
import { printed, type Printed, type Printer } from './print.ts'

const batch = 40 // documents printed at once

export async function printedExamples(
  printer: Printer,
  profile: Profile,
  wanted: { readonly seed: number; readonly count: number } & ComposeOptions,
): Promise<LaidOut[]> {
  const examples: LaidOut[] = []
  for (let from = 0; from < wanted.count; from += batch) {
    const documents = Array.from({ length: Math.min(batch, wanted.count - from) }, (_, k) =>
      compose(wanted.seed, from + k, k, wanted),
    )
    for (const one of await printed(printer, documents))
      examples.push({
        ...exampleOf(truthOf(one), one.print, profile),
        generated: true,
        layout: one.document.layout,
      })
  }
  return examples
}

/** What a document says, and the words that say it. */
export function truthOf({ document, places, print }: Printed): TruthFile {
  const { content, id, marks } = document
  const spans: Record<string, number[][]> = {}
  marks.forEach((fields, number) => {
    const place = [...(places[number] ?? [])]
    if (place.length === 0) return
    for (const field of fields.split(' ')) (spans[field] ??= []).push(place)
  })
  const textOf = (place: readonly number[]): string =>
    place.map((index) => print.words[index]?.text).join(' ')
  const address = spans['seller_address']?.[0]
  const values = valuesOf(content)
  for (const field of ['seller_vat_id', 'buyer_vat_id'])
    values[field] = withoutPrefix(values[field] ?? null, (spans[field] ?? []).map(textOf))
  return {
    id,
    source: 'printed',
    issuer: content.seller.name,
    spans,
    fields: {
      ...values,
      ...(address === undefined ? {} : { seller_address: textOf(address) }),
    },
  }
}

/** A tax identifier as it is printed: the country's prefix is not part of it where it is nowhere. */
function withoutPrefix(vatId: string | null, printed: readonly string[]): string | null {
  if (vatId === null || printed.length === 0) return vatId
  const isWhole = printed.some((text) => plainOf(text).startsWith(plainOf(vatId).slice(0, 2)))
  return isWhole ? vatId : vatId.slice(2)
}

export function valuesOf(content: Content): Record<string, string | null> {
  const { seller, buyer } = content
  return {
    invoice_number: content.number,
    issue_date: content.issueDate,
    due_date: content.dueDate,
    seller_name: seller.name,
    seller_address: seller.address.join(' '),
    seller_vat_id: seller.vatId,
    buyer_name: buyer?.name ?? null,
    buyer_vat_id: buyer?.vatId ?? null,
    purchase_order: content.purchaseOrder,
    currency: content.locale.place.currency,
    net_total: written(content.net),
    tax_total: written(content.tax),
    grand_total: written(content.grand),
    due_payable: written(content.due),
    iban: seller.iban,
    preceding_invoice: content.credit ? content.preceding : null,
  }
}
