/** Links from figures to exactly the documents, values, answers and times behind them. */

import type { TableFilters } from '../../connectors/http/contract/types.ts'
import { hrefOf } from '../shared/filters.tsx'

/** Documents that match the dashboard's filters and those of the figure. */
export function documentsHref(filters: TableFilters, changes: TableFilters): string {
  return hrefOf('/documents', { list: 'documents', ...filters, ...changes })
}

/** The same, with the days of a point in place of the filtered days. */
export function documentsOfDaysHref(filters: TableFilters, changes: TableFilters): string {
  const { from: _from, to: _to, ...others } = filters
  return hrefOf('/documents', { list: 'documents', ...others, ...changes })
}

/** The answers behind a figure: accepted documents, or the changed values of the filtered field. */
export function answered(filters: TableFilters): TableFilters {
  return filters.field === undefined
    ? { state: 'accepted' }
    : { list: 'values', outcome: 'changed' }
}
