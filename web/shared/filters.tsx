/** Filters in the address bar: a view can be bookmarked, shared and gone back to. */

import { useEffect, useState } from 'preact/hooks'
import { api } from './api.ts'
import type { TableFilters } from '../../connectors/http/contract/types.ts'

export function useFilters(): readonly [TableFilters, (changes: TableFilters) => void] {
  const [filters, setFilters] = useState<TableFilters>(read)
  useEffect(() => {
    const back = (): void => setFilters(read())
    addEventListener('popstate', back)
    return () => removeEventListener('popstate', back)
  }, [])
  const change = (changes: TableFilters): void => {
    const next = Object.fromEntries(
      Object.entries({ ...filters, ...changes }).filter(([, value]) => value !== ''),
    )
    history.pushState(null, '', hrefOf(location.pathname, next))
    setFilters(next)
  }
  return [filters, change]
}

function read(): TableFilters {
  return Object.fromEntries(
    [...new URLSearchParams(location.search)].filter(([, value]) => value !== ''),
  )
}

export function hrefOf(path: string, filters: TableFilters): string {
  const query = new URLSearchParams(
    Object.entries(filters).filter(([, value]) => value !== ''),
  ).toString()
  return query === '' ? path : `${path}?${query}`
}

interface Props {
  readonly filters: TableFilters
  readonly names: readonly string[]
  /** Fetches the choices when the input gets the focus; other values may be typed too. */
  readonly choices?: Readonly<Record<string, () => Promise<readonly string[]>>>
  readonly onChange: (changes: TableFilters) => void
}

const labels: Readonly<Record<string, string>> = {
  profile: 'Profile',
  vendor: 'Vendor',
  field: 'Field',
  model: 'Model',
  from: 'From',
  to: 'To',
  least: 'Amount from',
  most: 'Amount to',
  state: 'State',
  reviewer: 'Reviewer',
  with: 'And by',
  basis: 'Seen by',
  read_from: 'Read from',
  read_to: 'Read to',
  answered_from: 'Answered from',
  answered_to: 'Answered to',
  since: 'Answered since',
  until: 'Answered until',
  waiting: 'Waiting for',
  outcome: 'Outcome',
  stage: 'Stage',
  code: 'Cause',
  bin: 'Confidence from',
  rule: 'Rule',
  kind: 'Kind',
  scope: 'Part',
  document: 'Document',
  actor: 'Who',
  action: 'What',
  target: 'Of what',
}
const dates = new Set(['from', 'to', 'read_from', 'read_to', 'answered_from', 'answered_to'])

export function nameOfFilter(name: string): string {
  return (labels[name] ?? name).toLowerCase()
}

/**
 * An input for each name in `names` and for each filter that is set; applied by Enter or on leaving
 * the input.
 */
export function FilterBar({ filters, names, choices = {}, onChange }: Props) {
  const [known, setKnown] = useState<Readonly<Record<string, readonly string[]>>>({})
  const all = [
    ...names,
    ...Object.keys(filters).filter((name) => !names.includes(name) && name in labels),
  ]
  const offer = (name: string): void => {
    if (known[name] === undefined)
      void choices[name]?.().then(
        (found) => setKnown((before) => ({ ...before, [name]: found })),
        () => {},
      )
  }
  return (
    <form
      class="filters"
      role="search"
      aria-label="Filters"
      onSubmit={(event) => event.preventDefault()}
    >
      {all.map((name) => (
        <label key={name}>
          <span>{labels[name] ?? name}</span>
          <input
            key={filters[name] ?? ''}
            type={(dates.has(name) ? 'date' : 'text') as 'text'}
            defaultValue={filters[name] ?? ''}
            placeholder="any"
            spellcheck={false}
            {...(choices[name] === undefined ? {} : { list: `choices-${name}` })}
            onFocus={() => offer(name)}
            onChange={(event) => onChange({ [name]: event.currentTarget.value.trim() })}
          />
          {known[name] !== undefined && (
            <datalist id={`choices-${name}`}>
              {known[name].map((choice) => (
                <option key={choice} value={choice} />
              ))}
            </datalist>
          )}
        </label>
      ))}
      {Object.keys(filters).some((name) => name in labels) && (
        <button
          type="button"
          class="quiet"
          onClick={() =>
            onChange(
              Object.fromEntries(
                Object.keys(filters)
                  .filter((name) => name in labels)
                  .map((name) => [name, '']),
              ),
            )
          }
        >
          Clear
        </button>
      )}
    </form>
  )
}

/** The distinct values of a column. */
export async function choicesOf(
  table: string,
  column: string,
  form: (text: string) => string = (text) => text,
): Promise<readonly string[]> {
  const { rows } = await api.table(table, {}, 1000)
  return [
    ...new Set(rows.map((row) => form(String(row[column] ?? ''))).filter((text) => text !== '')),
  ]
}

/** Choices of the filters that several pages share. */
export const usualChoices = {
  profile: () => choicesOf('models', 'model', (model) => model.replace(/\/\d+$/, '')),
  vendor: () => choicesOf('vendors', 'vendor'),
  field: () => choicesOf('fields', 'field'),
  model: () => choicesOf('models', 'model'),
  reviewer: () => choicesOf('reviewers', 'reviewer'),
  state: async () => ['accepted', 'review', 'rejected', 'dead', 'in flight'],
} as const
