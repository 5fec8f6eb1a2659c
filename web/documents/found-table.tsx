/** Found documents as a table: names, not ids; each leads to its page and carries the search along. */

import type { ListedDocument, TableFilters } from '../../connectors/http/contract/types.ts'
import { hrefOf } from '../shared/filters.tsx'
import { formatAmount, formatDay, formatTime } from '../shared/format.ts'
import { explainState, stateNames } from './states.ts'

const columns = [
  ['file', 'Document'],
  ['', 'State'],
  ['vendor', 'Vendor'],
  ['number', 'Number'],
  ['issued', 'Date'],
  ['amount', 'Amount'],
  ['', 'Answered by'],
  ['received', 'Received'],
] as const

interface Props {
  readonly documents: readonly ListedDocument[]
  readonly filters: TableFilters
  readonly onChange: (changes: TableFilters) => void
}

export function FoundTable({ documents, filters, onChange }: Props) {
  const sort = filters.sort ?? '-received'
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Documents">
      <table class="figures found">
        <thead>
          <tr>
            {columns.map(([key, label]) => (
              <th
                key={label}
                scope="col"
                class={key === 'amount' ? 'number' : ''}
                aria-sort={sortOf(key, sort)}
              >
                {key === '' ? (
                  label
                ) : (
                  <button
                    type="button"
                    class="sort"
                    onClick={() => onChange({ sort: nextSort(key, sort) })}
                  >
                    {label}
                    <span aria-hidden="true">{arrowOf(key, sort)}</span>
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {documents.map((document) => (
            <Row key={document.documentId} document={document} filters={filters} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({
  document,
  filters,
}: {
  readonly document: ListedDocument
  readonly filters: TableFilters
}) {
  const { documentId, state, vendor, number, issueDate, amount, currency, reviewer } = document
  const name = document.fileName ?? documentId
  return (
    <tr>
      <td class="document" dir="auto" title={name}>
        <a href={hrefOf(`/documents/${encodeURIComponent(documentId)}`, filters)}>{name}</a>
      </td>
      <td title={explainState(document)}>
        <span class={`standing is-${state}`}>{stateNames[state]}</span>
      </td>
      <td class="text" dir="auto" title={vendor ?? ''}>
        {vendor ?? '–'}
      </td>
      <td class="text" dir="auto">
        {number ?? '–'}
      </td>
      <td>{issueDate === null ? '–' : formatDay(issueDate)}</td>
      <td class="number">
        {amount === null ? '–' : `${formatAmount(amount)} ${currency ?? ''}`.trim()}
      </td>
      <td class="text" dir="auto">
        {reviewer ?? '–'}
      </td>
      <td>
        <time dateTime={new Date(document.receivedAt).toISOString()}>
          {formatTime(document.receivedAt)}
        </time>
      </td>
    </tr>
  )
}

const isDescendingFirst = new Set(['received', 'amount', 'issued'])

function nextSort(key: string, sort: string): string {
  const first = isDescendingFirst.has(key) ? `-${key}` : key
  const other = first.startsWith('-') ? key : `-${key}`
  return sort === first ? other : first
}

function sortOf(key: string, sort: string): 'ascending' | 'descending' | undefined {
  if (key === '') return undefined
  if (sort === key) return 'ascending'
  return sort === `-${key}` ? 'descending' : undefined
}

function arrowOf(key: string, sort: string): string {
  const order = sortOf(key, sort)
  if (order === undefined) return ''
  return order === 'ascending' ? ' ↑' : ' ↓'
}
