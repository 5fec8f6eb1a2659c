/**
 * All documents and where each stands, found by words and filters that are in the address; new ones
 * can be dropped here. Beside them the lists of the analytics store, which the dashboard links to.
 */

import { useFilters } from '../shared/filters.tsx'
import { Top } from '../shared/top.tsx'
import { Send } from '../send/send.tsx'
import { FoundList } from './found-list.tsx'
import { StoredLists, storedLists, type StoredList } from './stored-lists.tsx'
import { filterNames } from './query.ts'

export function Documents() {
  const [filters, change] = useFilters()
  const { list: _list, ...others } = filters
  const list = listIn(filters)
  return (
    <div class="plain">
      <Top page="documents" />
      <main class="broad">
        <h1>Documents</h1>
        {list === null && <Send />}
        <nav class="lists" aria-label="Lists">
          <a href="/documents" aria-current={list === null ? 'page' : undefined}>
            All
          </a>
          {Object.entries(storedLists).map(([key, { title }]) => (
            <a
              key={key}
              href={`/documents?list=${key}`}
              aria-current={key === list ? 'page' : undefined}
            >
              {title}
            </a>
          ))}
        </nav>
        {list === null ? (
          <FoundList filters={filters} onChange={change} />
        ) : (
          <StoredLists list={list} filters={others} onChange={change} />
        )}
      </main>
    </div>
  )
}

/** Null: the list of all. A filter that only the analytics store has needs that. */
function listIn(filters: Readonly<Record<string, string>>): StoredList | null {
  const { list, ...others } = filters
  if (list !== undefined && list in storedLists) return list as StoredList
  const isStored = Object.keys(others).some((name) => !filterNames.some((one) => one === name))
  return isStored ? 'documents' : null
}
