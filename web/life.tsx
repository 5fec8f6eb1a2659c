/** The whole life of a document: every record about it in every topic, and every value with what became of it. */

import { useEffect, useState } from 'preact/hooks'
import { api, type TableInfo } from './api.ts'
import { DataTable, explainFailure, useTable } from './table.tsx'
import { Top } from './top.tsx'

export function Life({ documentId }: { readonly documentId: string }) {
  const [infos, setInfos] = useState<readonly TableInfo[]>([])
  const [problem, setProblem] = useState('')
  const [isTask, setIsTask] = useState(false)
  useEffect(() => {
    document.title = `${documentId} · Errata`
    api.tables().then(({ tables }) => setInfos(tables), (error: unknown) => setProblem(explainFailure(error)))
    api.task(documentId).then(() => setIsTask(true), () => {})
  }, [documentId])
  const filters = { document: documentId }
  const state = useTable('documents', filters)
  const life = useTable('life', filters)
  const values = useTable('judgements', filters)
  const info = (name: string) => infos.find((candidate) => candidate.name === name)
  const [row] = state.loaded?.rows ?? []
  const [lifeInfo, valuesInfo] = [info('life'), info('judgements')]
  return (
    <div class="plain">
      <Top page="documents" />
      <main class="broad">
        <p><a href="/documents">Documents</a></p>
        <h1 dir="auto" class="long">{row?.file_name !== undefined && row.file_name !== '' ? String(row.file_name) : documentId}</h1>
        {row !== undefined && <p class="note"><bdi>{String(row.vendor)}</bdi> · {String(row.profile)} · {String(row.state)}{row.dead_code !== null && row.dead_code !== '' && ` (${String(row.dead_code)})`}{row.total !== null && String(row.total).trim() !== '' && <> · <bdi>{String(row.total)} {String(row.currency ?? '')}</bdi></>}</p>}
        {isTask && <p><a class="button" href={`/review/${encodeURIComponent(documentId)}`}>Open in review</a></p>}
        {problem !== '' && <p role="alert">{problem}</p>}
        {life.loaded !== null && life.loaded.rows.length === 0 && <p>The analytics store knows nothing of this document (yet).</p>}
        {lifeInfo !== undefined && <DataTable info={lifeInfo} filters={filters} loaded={life.loaded} problem={life.problem} />}
        {valuesInfo !== undefined && <DataTable info={valuesInfo} filters={filters} loaded={values.loaded} problem={values.problem} leadsTo={(column, value) => (column === 'field' ? `/documents?field=${encodeURIComponent(String(value.field))}` : null)} />}
      </main>
    </div>
  )
}
