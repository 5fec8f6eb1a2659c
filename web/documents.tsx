/** All documents and where each of them is now, found by filters in the address; and where new ones are dropped. */

import { useEffect, useState } from 'preact/hooks'
import { api, type Row, type TableInfo } from './api.ts'
import { FilterBar, hrefOf, useFilters } from './filters.tsx'
import { Send } from './send.tsx'
import { DataTable, explainFailure, useTable } from './table.tsx'
import { Top } from './top.tsx'

const ofValues = ['field', 'outcome', 'bin'] // filters that ask for values, not for documents

export function Documents() {
  const [filters, change] = useFilters()
  const [infos, setInfos] = useState<readonly TableInfo[]>([])
  const [problem, setProblem] = useState('')
  useEffect(() => {
    api.tables().then(({ tables }) => setInfos(tables), (error: unknown) => setProblem(explainFailure(error)))
  }, [])
  const name = ofValues.some((filter) => filters[filter] !== undefined) ? 'judgements' : 'documents'
  const info = infos.find((candidate) => candidate.name === name)
  const { loaded, problem: failed } = useTable(name, filters, 200)
  return (
    <div class="plain">
      <Top page="documents" />
      <main class="broad">
        <h1>Documents</h1>
        <Send />
        <FilterBar filters={filters} names={['profile', 'vendor', 'state', 'model', 'from', 'to']} onChange={change} />
        {problem !== '' ? <p role="alert">{problem}</p> : info === undefined ? <p role="status">Loading…</p> : (
          <DataTable info={info} filters={filters} loaded={loaded} problem={failed}
            leadsTo={(column, row: Row) => (column === 'document' ? `/documents/${encodeURIComponent(String(row.document))}` : column === 'vendor' && typeof row.vendor_id === 'string' && row.vendor_id !== '' ? hrefOf('/documents', { vendor: row.vendor_id }) : null)} />
        )}
      </main>
    </div>
  )
}
