/**
 * The words of a language on printed invoices, options separated by |. The six languages of the
 * drawn samples have theirs in ../wording/; the file of any other language holds these only.
 */

import type { Words } from '../wording/things.ts'

type Shared = Pick<
  Words,
  | 'title'
  | 'creditTitle'
  | 'number'
  | 'creditNumber'
  | 'issueDate'
  | 'dueDate'
  | 'deliveryDate'
  | 'purchaseOrder'
  | 'orderDate'
  | 'customerNumber'
  | 'contact'
  | 'billTo'
  | 'shipTo'
  | 'from'
  | 'vatId'
  | 'net'
  | 'tax'
  | 'grand'
  | 'due'
  | 'paid'
  | 'shipping'
  | 'discount'
  | 'bank'
  | 'description'
  | 'quantity'
  | 'unitPrice'
  | 'taxRate'
  | 'lineTotal'
  | 'terms'
  | 'dueSentence'
  | 'thanks'
  | 'noTax'
  | 'phone'
  | 'reference'
  | 'service'
>

/** `{n}` is a number of days, `{d}` a date, `{p}` a percentage, `{x}` a document number. */
export interface Labels extends Shared {
  readonly ourOrder: string // the seller's own number of an order: no purchase order
  readonly deliveryNote: string
  readonly preceding: string // the invoice that a credit note corrects
  readonly dated: string // a number and its date in one line
  readonly goods: string // what is sold
  readonly units: string
  readonly early?: string // a discount for paying early
}

export type Label = Exclude<keyof Labels, 'early'>
