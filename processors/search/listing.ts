/** What a list shows of a document, and what it can be found and sorted by. */

import type { Field, Vendor } from '../../schemas/types.ts'
import { valueIn } from '../shared/field-values.ts'
import type { DocumentFacts, DocumentValues } from './document-facts.ts'
import { standingOf, type Standing } from './document-state.ts'

export interface ListedDocument extends Standing {
  readonly documentId: string
  readonly profile: string
  readonly fileName: string | null
  readonly vendor: string | null // name
  readonly vendorId: string | null
  readonly number: string | null
  readonly amount: string | null // decimal
  readonly currency: string | null
  readonly issueDate: string | null // ISO
  /** Who answered last. */
  readonly reviewer: string | null
  readonly duplicateOf: string | null
  readonly receivedAt: number // ms since 1970
  /** When something last happened to it. */
  readonly changedAt: number
}

const amounts = ['grand_total', 'due_payable', 'total'] // the first that is there

export function listingOf(
  facts: DocumentFacts,
  values: DocumentValues | null,
  isOpen: boolean,
): ListedDocument {
  const { documentId, answered, settled } = facts
  return {
    documentId,
    ...standingOf(facts, isOpen),
    ...arrivalOf(facts),
    ...statedIn(values?.fields ?? [], facts.values?.vendor ?? null),
    reviewer: answered?.reviewer ?? settled?.decidedBy ?? null,
    duplicateOf: settled?.status === 'duplicate' ? settled.duplicateOf : null,
  }
}

type Arrival = 'profile' | 'fileName' | 'receivedAt' | 'changedAt'

function arrivalOf({ origin, events }: DocumentFacts): Pick<ListedDocument, Arrival> {
  return {
    profile: origin?.profile ?? '',
    fileName: origin?.fileName ?? null,
    receivedAt: origin?.receivedAt ?? events[0]?.at ?? 0,
    changedAt: events.at(-1)?.at ?? 0,
  }
}

type Stated = 'vendor' | 'vendorId' | 'number' | 'amount' | 'currency' | 'issueDate'

function statedIn(fields: readonly Field[], vendor: Vendor | null): Pick<ListedDocument, Stated> {
  const value = (name: string): string | null => valueIn(fields, name)
  const numbered = fields.find(({ name, value: text }) => text !== null && /_number$/.test(name))
  return {
    vendor: vendor?.name ?? value('seller_name'),
    vendorId: vendor?.id ?? null,
    number: numbered?.value ?? null,
    amount: amounts.map(value).find((amount) => amount !== null) ?? null,
    currency: value('currency'),
    issueDate: value('issue_date'),
  }
}
