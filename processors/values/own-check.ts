/** Whether a value is possible by itself: its check digits, its length, its format. */

import type { FieldType } from '../../schemas/profiles.ts'
import type { Field } from '../../schemas/types.ts'
import { isCurrency } from './currencies.ts'
import { isIban, isVatId } from './identifiers.ts'

const doubtful = 0.1 // the most that is believed of a value that can't be right

/** Values of other types have no check of their own, or are normal only where they pass it. */
export function failsOwnCheck(type: FieldType, value: string): boolean {
  switch (type) {
    case 'iban':
      return !isIban(value)
    case 'vat':
      return isVatId(value) === false
    case 'currency':
      return !isCurrency(value)
    case 'text':
    case 'id':
    case 'date':
    case 'money':
    case 'document_type':
      return false
    default:
      return type satisfies never
  }
}

/** A value that fails its own check is hardly believed, however sure its reader is. */
export function withCheckedConfidence(type: FieldType | undefined, field: Field): Field {
  return type !== undefined && field.value !== null && failsOwnCheck(type, field.value)
    ? { ...field, confidence: Math.min(field.confidence, doubtful) }
    : field
}
