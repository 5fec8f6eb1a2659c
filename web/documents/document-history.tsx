/**
 * The whole life of a document: every record about it in every topic, every answer, and every value
 * of every reading.
 */

import { useEffect, useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { Row, TableInfo } from '../shared/api-types.ts'
import { hrefOf } from '../shared/filters.tsx'
import { DataTable, explainFailure, useTable } from '../dashboard/table.tsx'
import { Top } from '../shared/top.tsx'

export function Life({ documentId }: { readonly documentId: string }) {
  const [infos, setInfos] = useState<readonly TableInfo[]>([])
  const [problem, setProblem] = useState('')
  const [isTask, setIsTask] = useState(false)
  useEffect(() => {
    document.title = `${documentId} · Errata`
    api.tables().then(
      ({ tables }) => setInfos(tables),
      (error: unknown) => setProblem(explainFailure(error)),
    )
    api.task(documentId).then(
      () => setIsTask(true),
      () => {},
    )
  }, [documentId])
  const filters = { document: documentId }
  const state = useTable('documents', filters)
  const life = useTable('life', filters)
  const info = (name: string) => infos.find((candidate) => candidate.name === name)
  const [row] = state.loaded?.rows ?? []
  const lifeInfo = info('life')
  const part = (name: string, leadsTo?: (column: string, row: Row) => string | null) => {
    const known = info(name)
    return known === undefined ? null : (
      <Part info={known} documentId={documentId} {...(leadsTo === undefined ? {} : { leadsTo })} />
    )
  }
  return (
    <div class="plain">
      <Top page="documents" />
      <main class="broad">
        <p>
          <a href="/documents">Documents</a>
        </p>
        <h1 dir="auto" class="long">
          {row?.file_name !== undefined && row.file_name !== ''
            ? String(row.file_name)
            : documentId}
        </h1>
        {row !== undefined && (
          <p class="note">
            <bdi>{String(row.vendor)}</bdi> · {String(row.profile)} · {String(row.state)}
            {row.dead_code !== null && row.dead_code !== '' && ` (${String(row.dead_code)})`}
            {row.total !== null && String(row.total).trim() !== '' && (
              <>
                {' '}
                ·{' '}
                <bdi>
                  {String(row.total)} {String(row.currency ?? '')}
                </bdi>
              </>
            )}
          </p>
        )}
        <p class="note id">
          Id <code>{documentId}</code>
        </p>
        {isTask && (
          <p>
            <a class="button" href={`/review/${encodeURIComponent(documentId)}`}>
              Open in review
            </a>
          </p>
        )}
        {row?.state === 'dead' && (
          <p>
            <a class="button" href={hrefOf('/dead', { document: documentId })}>
              Its dead letter
            </a>
          </p>
        )}
        {problem !== '' && <p role="alert">{problem}</p>}
        {life.loaded !== null && life.loaded.rows.length === 0 && (
          <p>The analytics store knows nothing of this document (yet).</p>
        )}
        {lifeInfo !== undefined && (
          <DataTable
            info={lifeInfo}
            filters={filters}
            loaded={life.loaded}
            problem={life.problem}
          />
        )}
        {part('answers', (column, answer) =>
          column === 'reviewer'
            ? hrefOf('/documents', { list: 'answers', reviewer: String(answer.reviewer) })
            : null,
        )}
        {part('judgements', (column, value) =>
          column === 'field'
            ? hrefOf('/documents', {
                list: 'values',
                field:
                  Number(value.line ?? 0) > 0
                    ? `lineItems.${String(value.field)}`
                    : String(value.field),
              })
            : null,
        )}
        {part('versions')}
      </main>
    </div>
  )
}

function Part({
  info,
  documentId,
  leadsTo,
}: {
  readonly info: TableInfo
  readonly documentId: string
  readonly leadsTo?: (column: string, row: Row) => string | null
}) {
  const filters = { document: documentId }
  const { loaded, problem } = useTable(info.name, filters)
  return (
    <DataTable
      info={info}
      filters={filters}
      loaded={loaded}
      problem={problem}
      {...(leadsTo === undefined ? {} : { leadsTo })}
    />
  )
}
