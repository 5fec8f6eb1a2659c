/** Filters in the address bar: what is looked at can be bookmarked, sent on, and gone back from. */

import { useEffect, useState } from 'preact/hooks'
import type { Filters } from './api.ts'

export function useFilters(): readonly [Filters, (changes: Filters) => void] {
  const [filters, setFilters] = useState<Filters>(read)
  useEffect(() => {
    const back = (): void => setFilters(read())
    addEventListener('popstate', back)
    return () => removeEventListener('popstate', back)
  }, [])
  const change = (changes: Filters): void => {
    const next = Object.fromEntries(Object.entries({ ...filters, ...changes }).filter(([, value]) => value !== ''))
    history.pushState(null, '', hrefOf(location.pathname, next))
    setFilters(next)
  }
  return [filters, change]
}

function read(): Filters {
  return Object.fromEntries([...new URLSearchParams(location.search)].filter(([, value]) => value !== ''))
}

export function hrefOf(path: string, filters: Filters): string {
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== '')).toString()
  return query === '' ? path : `${path}?${query}`
}

interface Props {
  readonly filters: Filters
  readonly names: readonly string[]
  readonly onChange: (changes: Filters) => void
}

const labels: Readonly<Record<string, string>> = { profile: 'Profile', vendor: 'Vendor', field: 'Field', model: 'Model', from: 'From', to: 'To', state: 'State', reviewer: 'Reviewer', basis: 'Seen by', day: 'Day', outcome: 'Outcome', stage: 'Stage', code: 'Cause', bin: 'Confidence from', document: 'Document', actor: 'Who', action: 'What', target: 'Of what' }

/** A text for each name that is always offered, and for each filter that is set; Enter or leaving it applies. */
export function FilterBar({ filters, names, onChange }: Props) {
  const all = [...names, ...Object.keys(filters).filter((name) => !names.includes(name) && name in labels)]
  return (
    <form class="filters" role="search" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      {all.map((name) => (
        <label key={name}><span>{labels[name] ?? name}</span>
          <input key={filters[name] ?? ''} type={(name === 'from' || name === 'to' ? 'date' : 'text') as 'text'} defaultValue={filters[name] ?? ''} placeholder="any" spellcheck={false} onChange={(event) => onChange({ [name]: event.currentTarget.value.trim() })} />
        </label>
      ))}
      {Object.keys(filters).length > 0 && <button type="button" class="quiet" onClick={() => onChange(Object.fromEntries(Object.keys(filters).map((name) => [name, ''])))}>Clear</button>}
    </form>
  )
}
