/**
 * All documents and their current state, with filters in the address; their values, answers and
 * times, found the same way, which is where the dashboard links to. New documents can be dropped
 * here.
 */

import { useEffect, useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { TableInfo, TableRow } from '../../connectors/http/contract/types.ts'
import { FilterBar, hrefOf, useFilters, usualChoices } from '../shared/filters.tsx'
import { Send } from '../send/send.tsx'
import { DataTable, explainFailure, useTable } from '../dashboard/table.tsx'
import { Top } from '../shared/top.tsx'

/** `list` in the address → the table, its name, and the filters that are always shown. */
const lists = {
  documents: ['documents', 'Documents', ['profile', 'vendor', 'state', 'model', 'from', 'to']],
  values: ['judgements', 'Values', ['profile', 'vendor', 'field', 'model', 'basis', 'outcome']],
  answers: [
    'answers',
    'Answers',
    ['profile', 'vendor', 'reviewer', 'answered_from', 'answered_to'],
  ],
  times: ['times', 'Times', ['stage', 'from', 'to']],
} as const

const choices = {
  ...usualChoices,
  basis: async () => ['review', 'sample', 'correction', 'untouched'],
  outcome: async () => ['tp', 'fp', 'fn', 'tn', 'changed', 'unjudged'],
  stage: async () => ['ocr', 'extract', 'raw to extracted', 'review', 'learn'],
} as const

export function Documents() {
  const [filters, change] = useFilters()
  const [infos, setInfos] = useState<readonly TableInfo[]>([])
  const [problem, setProblem] = useState('')
  useEffect(() => {
    api.tables().then(
      ({ tables }) => setInfos(tables),
      (error: unknown) => setProblem(explainFailure(error)),
    )
  }, [])
  const list =
    filters.list !== undefined && filters.list in lists
      ? (filters.list as keyof typeof lists)
      : 'documents'
  const [name, , names] = lists[list]
  const info = infos.find((candidate) => candidate.name === name)
  const { loaded, problem: failed } = useTable(name, filters, 200)
  return (
    <div class="plain">
      <Top page="documents" />
      <main class="broad">
        <h1>Documents</h1>
        {list === 'documents' && <Send />}
        <nav class="lists" aria-label="Lists">
          {Object.entries(lists).map(([key, [, title]]) => (
            <a
              key={key}
              href={key === 'documents' ? '/documents' : `/documents?list=${key}`}
              aria-current={key === list ? 'page' : undefined}
            >
              {title}
            </a>
          ))}
        </nav>
        <FilterBar filters={filters} names={names} choices={choices} onChange={change} />
        {problem !== '' && <p role="alert">{problem}</p>}
        {problem === '' && info === undefined && <p role="status">Loading…</p>}
        {problem === '' && info !== undefined && (
          <DataTable
            info={info}
            filters={filters}
            loaded={loaded}
            problem={failed}
            leadsTo={leadsTo}
          />
        )}
      </main>
    </div>
  )
}

function leadsTo(column: string, row: TableRow): string | null {
  if (column === 'document') return `/documents/${encodeURIComponent(String(row.document))}`
  const isVendor = column === 'vendor' && typeof row.vendor_id === 'string' && row.vendor_id !== ''
  return isVendor ? hrefOf('/documents', { vendor: String(row.vendor_id) }) : null
}
