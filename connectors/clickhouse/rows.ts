/** The rows of a record by its topic, as topology.ts says. */

import { rowsOf, type RecordPlace, type Rows } from '../../processors/analytics.ts'
import type { TopicName } from '../../processors/processor.ts'
import type { Topics } from '../../schemas/types.ts'
import { topics } from '../../topology.ts'

/** What a record becomes; `value` is null for a tombstone. */
export function analyticsRowsOf<T extends TopicName>(
  topic: T,
  value: Topics[T] | null,
  place: RecordPlace,
): Rows {
  return rowsOf(topics[topic], value, place)
}
