/** Which thresholds of a model apply to a document: those of its kind. */

import type { Rule, Vendor } from '../../schemas/types.ts'
import type { Print } from '../document/words.ts'
import type { FieldReader } from '../model/reader.ts'
import { stratumOf } from '../model/strata.ts'
import { isTaught } from '../rules/rule-table.ts'

/** By field; none without a model. `rules`: of the vendor. */
export function thresholdsFor(
  { id }: Vendor,
  print: Print,
  rules: ReadonlyMap<string, Rule>,
  reader: FieldReader | null,
): Readonly<Record<string, number>> {
  if (reader === null) return {}
  return reader.thresholds(stratumOf(isTaught(id, rules) || reader.isTrainedOn(id), print))
}
