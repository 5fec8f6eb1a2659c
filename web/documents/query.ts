/** The filters of the address as the API takes them. */

import type { TableFilters } from '../../connectors/http/contract/types.ts'
import { stateNames } from './states.ts'

export const filterNames = [
  'q',
  'state',
  'profile',
  'vendor',
  'reviewer',
  'from',
  'to',
  'least',
  'most',
  'sort',
] as const

const sortings = /^-?(received|changed|file|vendor|number|amount|issued)$/

/** Only what is a filter of the list, so that a link can carry it along. */
export function filtersIn(filters: TableFilters): TableFilters {
  return Object.fromEntries(
    Object.entries(filters).filter(([name]) => filterNames.some((one) => one === name)),
  )
}

/** Days become moments of the person's zone; what can't be a filter is left out. */
export function parametersOf(filters: TableFilters): TableFilters {
  const { from, to, least, most, sort, state, ...others } = filtersIn(filters)
  const [first, last] = [startOf(from), startOf(to)]
  const parts: Record<string, string> = { ...others }
  if (first !== null) parts.receivedFrom = String(first.getTime())
  if (last !== null)
    parts.receivedUntil = String(
      new Date(last.getFullYear(), last.getMonth(), last.getDate() + 1).getTime(),
    )
  if (isNumber(least)) parts.least = String(Number(least))
  if (isNumber(most)) parts.most = String(Number(most))
  if (sort !== undefined && sortings.test(sort)) parts.sort = sort
  if (state?.split(',').every((one) => Object.hasOwn(stateNames, one))) parts.state = state
  return parts
}

const isNumber = (text: string | undefined): text is string =>
  text !== undefined && text.trim() !== '' && Number.isFinite(Number(text))

/** Midnight of a day, here. */
function startOf(day: string | undefined): Date | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? '')
  if (found === null) return null
  const [, year, month, date] = found.map(Number)
  return new Date(year as number, (month as number) - 1, date)
}
