/** Every record, answer and reading of a document as the analytics store has them. */

import { useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { TableInfo } from '../../connectors/http/contract/types.ts'
import { DataTable, useTable } from '../dashboard/table.tsx'

const shownTables = ['life', 'answers', 'judgements', 'versions']

export function DocumentRecords({ documentId }: { readonly documentId: string }) {
  const [infos, setInfos] = useState<readonly TableInfo[] | null>(null)
  const load = (): void => {
    if (infos !== null) return
    api.tables().then(
      ({ tables }) => setInfos(tables),
      () => setInfos([]),
    )
  }
  return (
    <details onToggle={(event) => event.currentTarget.open && load()}>
      <summary>Every record, answer and reading</summary>
      <p class="note id">
        Id <code>{documentId}</code>
      </p>
      {infos?.length === 0 && <p class="note">This process has no analytics store.</p>}
      {shownTables.map((name) => {
        const info = infos?.find((one) => one.name === name)
        return info === undefined ? null : <Part key={name} info={info} documentId={documentId} />
      })}
    </details>
  )
}

function Part({ info, documentId }: { readonly info: TableInfo; readonly documentId: string }) {
  const filters = { document: documentId }
  const { loaded, problem } = useTable(info.name, filters)
  return <DataTable info={info} filters={filters} loaded={loaded} problem={problem} />
}
