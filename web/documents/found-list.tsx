/** The list of documents that are found, a page at a time, with search, filters and saved views. */

import { useEffect, useRef, useState } from 'preact/hooks'
import { api, ApiError } from '../shared/api.ts'
import type {
  FoundDocuments,
  ListedDocument,
  TableFilters,
} from '../../connectors/http/contract/types.ts'
import { explainFailure } from '../dashboard/table.tsx'
import { choicesOf, FilterBar, hrefOf, usualChoices } from '../shared/filters.tsx'
import { formatCount } from '../shared/format.ts'
import { useLoaded } from '../shared/live.ts'
import { saveBlob } from '../shared/save.ts'
import { FoundTable } from './found-table.tsx'
import { filtersIn, parametersOf } from './query.ts'
import { SavedViews } from './saved-views.tsx'
import { stateNames } from './states.ts'

const choices = { ...usualChoices, vendor: () => choicesOf('vendors', 'vendor') } as const

interface Props {
  readonly filters: TableFilters
  readonly onChange: (changes: TableFilters) => void
}

export function FoundList({ filters: given, onChange }: Props) {
  const filters = filtersIn(given)
  const { found, more, problem } = useFound(filters)
  const [trouble, setTrouble] = useState('')
  const take = (): void => {
    setTrouble('')
    api
      .download(hrefOf('', { ...parametersOf(filters), format: 'csv' }))
      .then(({ blob, more: isCut }) => {
        if (isCut) setTrouble('More is found than one file takes: filter to get all of it.')
        saveBlob(blob, 'documents.csv')
      })
      .catch((error: unknown) => setTrouble(explainFailure(error)))
  }
  return (
    <>
      <SearchBox filters={filters} onChange={onChange} />
      <div class="filters-line">
        <StateFilter filters={filters} onChange={onChange} />
        <FilterBar
          filters={withoutState(filters)}
          names={['profile', 'vendor', 'reviewer', 'from', 'to', 'least', 'most']}
          choices={choices}
          onChange={onChange}
        />
      </div>
      <SavedViews filters={filters} />
      {problem !== '' && <p role="alert">{problem}</p>}
      {trouble !== '' && <p role="alert">{trouble}</p>}
      <section class="table" aria-label="Found documents">
        <header>
          <h2 aria-live="polite">{found === null ? 'Searching…' : countText(found)}</h2>
          <span class="space" />
          {found !== null && found.total > 0 && (
            <button type="button" class="quiet" onClick={take}>
              CSV of all
            </button>
          )}
        </header>
        {found !== null && found.documents.length > 0 && (
          <FoundTable documents={found.documents} filters={filters} onChange={onChange} />
        )}
        {found !== null && found.documents.length === 0 && <Nothing filters={filters} />}
        {found?.next != null && (
          <p class="note">
            <button type="button" onClick={more}>
              Show more
            </button>
          </p>
        )}
      </section>
    </>
  )
}

function StateFilter({ filters, onChange }: Props) {
  return (
    <label class="state-filter">
      <span>State</span>
      <select
        value={filters.state ?? ''}
        onChange={(event) => onChange({ state: event.currentTarget.value })}
      >
        <option value="">any</option>
        {Object.entries(stateNames).map(([state, name]) => (
          <option key={state} value={state}>
            {name}
          </option>
        ))}
        {filters.state?.includes(',') === true && <option value={filters.state}>several</option>}
      </select>
    </label>
  )
}

function countText({ total, ready }: FoundDocuments): string {
  const said = total === 1 ? '1 document' : `${formatCount(total)} documents`
  return ready ? said : `${said} so far: the log is still being read`
}

function withoutState({ state: _state, q: _q, sort: _sort, ...others }: TableFilters) {
  return others
}

function Nothing({ filters }: { readonly filters: TableFilters }) {
  return (
    <p class="note">
      {Object.keys(filters).length === 0
        ? 'No document has come yet. Drop one above.'
        : 'Nothing is found. All words must occur; fewer of them, or fewer filters, find more.'}
    </p>
  )
}

const waitMs = 200 // while somebody types

function SearchBox({ filters, onChange }: Props) {
  const [typed, setTyped] = useState(filters.q ?? '')
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => setTyped(filters.q ?? ''), [filters.q])
  const apply = (text: string): void => {
    clearTimeout(timer.current)
    if (text.trim() !== (filters.q ?? '')) onChange({ q: text.trim() })
  }
  return (
    <form
      class="search"
      role="search"
      aria-label="Search"
      onSubmit={(event) => {
        event.preventDefault()
        apply(typed)
      }}
    >
      <input
        type="search"
        aria-label="Search documents"
        placeholder="File name, vendor, number, amount, or words of the page"
        value={typed}
        maxLength={500}
        spellcheck={false}
        onInput={(event) => {
          const text = event.currentTarget.value
          setTyped(text)
          clearTimeout(timer.current)
          timer.current = setTimeout(() => apply(text), waitMs)
        }}
      />
    </form>
  )
}

/** What is found, renewed as documents move; further pages are added below. */
function useFound(filters: TableFilters) {
  const mark = JSON.stringify(parametersOf(filters))
  const [pages, setPages] = useState<readonly FoundDocuments[]>([])
  const [problem, setProblem] = useState('')
  const wanted = useRef(1)
  useEffect(() => {
    wanted.current = 1
  }, [mark])
  const load = async (isCurrent: () => boolean): Promise<void> => {
    try {
      const loaded: FoundDocuments[] = []
      for (let after: string | null = null; loaded.length < wanted.current;) {
        const page: FoundDocuments = await api.documents(parametersOf(filters), after)
        loaded.push(page)
        after = page.next
        if (after === null) break
      }
      if (!isCurrent()) return
      setPages(loaded)
      setProblem('')
    } catch (error) {
      if (isCurrent()) setProblem(explainSearch(error))
    }
  }
  useLoaded(mark, load, (name) => name === 'opened' || name === 'closed' || name === 'stored')
  const [first] = pages
  const documents: readonly ListedDocument[] = pages.flatMap((page) => page.documents)
  return {
    found:
      first === undefined
        ? null
        : { ...first, documents, next: (pages.at(-1) as FoundDocuments).next },
    problem,
    more: (): void => {
      wanted.current++
      void load(() => true)
    },
  }
}

function explainSearch(error: unknown): string {
  return error instanceof ApiError && error.code === 'NOT_READY'
    ? 'The log is still being read; documents appear in a moment.'
    : explainFailure(error)
}
