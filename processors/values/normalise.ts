/**
 * From printed text to values that can be compared: ISO dates, decimal strings, codes, NFC text.
 *
 * "03/04/2024" and "1.234" have two readings each. Which one holds is a property of the document
 * (document/context.ts); `normaliseValue` is a pure function of the string and that context. The
 * same code serves extraction, training, rules and the review page.
 *
 * Guarantees: total (never throws, on any string), and a value that is normal already comes back
 * unchanged. Doesn't judge: an IBAN with wrong check digits is returned as printed; checks.ts says
 * that it is wrong.
 */

import type { FieldType } from '../../schemas/profiles.ts'
import { normaliseDate, type DateOrder } from './dates.ts'
import { digitsOf, normaliseCurrency } from './currencies.ts'
import { normaliseDocumentType } from './document-types.ts'
import type { Language } from './locale-hints.ts'
import { normaliseIban, normaliseId, normaliseText, normaliseVatId } from './identifiers.ts'
import { normaliseMoney, type DecimalSign } from './money.ts'

export type { Language } from './locale-hints.ts'

/** What a document says about how it is to be read. */
export interface DocumentContext {
  readonly language: Language | null
  readonly decimalSign: DecimalSign | null
  readonly dateOrder: DateOrder
  readonly country: string | null // ISO 3166, as far as the document tells where its issuer is
  readonly currency: string | null // ISO 4217, the one that is printed most often
}

export const emptyContext: DocumentContext = {
  language: null,
  decimalSign: null,
  dateOrder: 'dmy',
  country: null,
  currency: null,
}

const longest: Readonly<Record<FieldType, number>> = {
  date: 80,
  money: 80,
  currency: 80,
  iban: 80,
  vat: 80,
  document_type: 80,
  id: 120,
  text: 4000,
} // characters; a longer text is none of these

/** The value of a field of this type; null where the text holds none. */
export function normaliseValue(
  type: FieldType,
  raw: string,
  context: DocumentContext,
): string | null {
  if (raw.length > longest[type]) return null
  switch (type) {
    case 'date':
      return normaliseDate(raw.normalize('NFKC'), context.dateOrder)
    case 'money':
      return normaliseMoney(raw, context.decimalSign ?? signOf(context.currency))
    case 'currency':
      return normaliseCurrency(raw, context.country)
    case 'iban':
      return normaliseIban(raw)
    case 'vat':
      return normaliseVatId(raw)
    case 'id':
      return normaliseId(raw)
    case 'document_type':
      return normaliseDocumentType(raw)
    case 'text':
      return normaliseText(raw)
    default:
      return type satisfies never
  }
}

/** Three digits after one sign are decimals where the currency has three of them. */
function signOf(currency: string | null): DecimalSign | null {
  return digitsOf(currency) === 3 ? '.' : null
}
