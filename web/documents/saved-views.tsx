/** Searches to come back to: some that everybody needs, and one's own, kept in this browser. */

import { useState } from 'preact/hooks'
import type { TableFilters } from '../../connectors/http/contract/types.ts'
import { hrefOf } from '../shared/filters.tsx'
import { AskDialog } from '../review/dialogs.tsx'
import { filtersIn } from './query.ts'

interface View {
  readonly name: string
  readonly filters: TableFilters
}

const usual: readonly View[] = [
  { name: 'Waiting for a person', filters: { state: 'review,duplicate,withdrawn' } },
  { name: 'On their way', filters: { state: 'on_its_way,answered' } },
  { name: 'Dead letters', filters: { state: 'dead' } },
  { name: 'Rejected', filters: { state: 'rejected' } },
]
const storageKey = 'errata.views'
const mostViews = 20

function ownViews(): readonly View[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]')
    return Array.isArray(kept) ? (kept as View[]) : []
  } catch {
    return []
  }
}

export function SavedViews({ filters }: { readonly filters: TableFilters }) {
  const [own, setOwn] = useState(ownViews)
  const [isAsking, setAsking] = useState(false)
  const keep = (views: readonly View[]): void => {
    localStorage.setItem(storageKey, JSON.stringify(views))
    setOwn(views)
  }
  const mark = markOf(filters)
  const isKnown = [...usual, ...own].some((view) => markOf(view.filters) === mark)
  return (
    <nav class="lists views" aria-label="Saved views">
      {[...usual, ...own].map((view) => (
        <a
          key={view.name}
          href={hrefOf('/documents', view.filters)}
          aria-current={markOf(view.filters) === mark ? 'true' : undefined}
        >
          {view.name}
        </a>
      ))}
      {!isKnown && mark !== '[]' && own.length < mostViews && (
        <button type="button" class="quiet" onClick={() => setAsking(true)}>
          Save this view
        </button>
      )}
      {own.some((view) => markOf(view.filters) === mark) && (
        <button
          type="button"
          class="quiet"
          onClick={() => keep(own.filter((view) => markOf(view.filters) !== mark))}
        >
          Forget this view
        </button>
      )}
      {isAsking && (
        <AskDialog
          title="Save this view"
          label="Name"
          hint="Kept in this browser. Its address can be shared as well."
          action="Save"
          onClose={() => setAsking(false)}
          onDone={(name) => {
            setAsking(false)
            const others = own.filter((view) => view.name !== name)
            keep([...others, { name, filters: filtersIn(filters) }])
          }}
        />
      )}
    </nav>
  )
}

function markOf(filters: TableFilters): string {
  return JSON.stringify(Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1)))
}
