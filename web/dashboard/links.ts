/** Where figures lead: to the documents, values, answers and times behind them, and to no others. */

import type { TableFilters } from '../shared/api-types.ts'
import { hrefOf } from '../shared/filters.tsx'

/** Documents under the filters of the dashboard and those of the figure. */
export function documentsHref(filters: TableFilters, changes: TableFilters): string {
  return hrefOf('/documents', { ...filters, ...changes })
}

/** The same, where the days of a point stand in for those that are filtered by. */
export function documentsOfDaysHref(filters: TableFilters, changes: TableFilters): string {
  const { from: _from, to: _to, ...others } = filters
  return hrefOf('/documents', { ...others, ...changes })
}

/** Documents that were answered and not rejected; or the values of the field that is looked at. */
export function answered(filters: TableFilters): TableFilters {
  return filters.field === undefined
    ? { state: 'accepted' }
    : { list: 'values', outcome: 'changed' }
}
