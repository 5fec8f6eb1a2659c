/** The lists of the analytics store: documents by what is counted, their values, answers and times. */

import { useEffect, useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { TableFilters, TableInfo, TableRow } from '../../connectors/http/contract/types.ts'
import { FilterBar, hrefOf, usualChoices } from '../shared/filters.tsx'
import { DataTable, explainFailure, useTable } from '../dashboard/table.tsx'

/** `list` in the address → the table, its name, and the filters that are always shown. */
export const storedLists = {
  documents: {
    table: 'documents',
    title: 'As counted',
    names: ['profile', 'vendor', 'state', 'model', 'from', 'to'],
  },
  values: {
    table: 'judgements',
    title: 'Values',
    names: ['profile', 'vendor', 'field', 'model', 'basis', 'outcome'],
  },
  answers: {
    table: 'answers',
    title: 'Answers',
    names: ['profile', 'vendor', 'reviewer', 'answered_from', 'answered_to'],
  },
  times: { table: 'times', title: 'Times', names: ['stage', 'from', 'to'] },
} as const
export type StoredList = keyof typeof storedLists

const choices = {
  ...usualChoices,
  basis: async () => ['review', 'sample', 'correction', 'untouched'],
  outcome: async () => ['tp', 'fp', 'fn', 'tn', 'changed', 'unjudged'],
  stage: async () => ['ocr', 'extract', 'raw to extracted', 'review', 'learn'],
} as const

export function StoredLists({
  list,
  filters,
  onChange,
}: {
  readonly list: StoredList
  readonly filters: TableFilters
  readonly onChange: (changes: TableFilters) => void
}) {
  const [infos, setInfos] = useState<readonly TableInfo[]>([])
  const [problem, setProblem] = useState('')
  useEffect(() => {
    api.tables().then(
      ({ tables }) => setInfos(tables),
      (error: unknown) => setProblem(explainFailure(error)),
    )
  }, [])
  const { table, names } = storedLists[list]
  const info = infos.find(({ name }) => name === table)
  const { loaded, problem: failed } = useTable(table, filters, 200)
  return (
    <>
      <FilterBar filters={filters} names={names} choices={choices} onChange={onChange} />
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
    </>
  )
}

function leadsTo(column: string, row: TableRow): string | null {
  if (column === 'document') return `/documents/${encodeURIComponent(String(row.document))}`
  const isVendor = column === 'vendor' && typeof row.vendor_id === 'string' && row.vendor_id !== ''
  return isVendor ? hrefOf('/documents', { vendor: String(row.vendor_id) }) : null
}
