/** Values that somebody states without a place on the page. */

import type { Field } from '../../schemas/types.ts'

/** A value that is certain and stands nowhere: of an e-invoice, a payment code or a person. */
export function statedField(
  name: string,
  value: string | null,
  origin: Field['origin'],
  originId: string | null,
): Field {
  return { name, value, raw: null, confidence: 1, page: null, box: [], words: [], origin, originId }
}
