/** What a label on an invoice says that the value beside it is, whatever the language. */

export const concepts = [
  'invoice_number',
  'issue_date',
  'due_date',
  'delivery_date',
  'period',
  'purchase_order',
  'order_number',
  'customer_number',
  'delivery_note',
  'net_total',
  'tax_total',
  'grand_total',
  'due_payable',
  'paid',
  'seller',
  'buyer',
  'ship_to',
  'vat_id',
  'registration',
  'iban',
  'bic',
  'account',
  'currency',
  'phone',
  'email',
  'description',
  'quantity',
  'unit_price',
  'line_total',
  'article',
  'unit',
  'tax_rate',
  'discount',
  'terms',
  'document_type',
] as const
export type Concept = (typeof concepts)[number]

/** For each concept its words in one language, separated by `|`. */
export type LabelWords = Readonly<Partial<Record<Concept, string>>>
