/**
 * The history of a document: its records in every topic, every answer, and every value of every
 * reading.
 */

import { useEffect, useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { TableInfo, TableRow } from '../../connectors/http/contract/types.ts'
import { hrefOf } from '../shared/filters.tsx'
import { DataTable, explainFailure, useTable, type LinkOf } from '../dashboard/table.tsx'
import { Top } from '../shared/top.tsx'

export function DocumentHistory({ documentId }: { readonly documentId: string }) {
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
  const part = (name: string, leadsTo?: LinkOf) => {
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
          {String(row?.file_name ?? '') || documentId}
        </h1>
        {row !== undefined && <Facts row={row} />}
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
          <p>The analytics store has no record of this document yet.</p>
        )}
        {lifeInfo !== undefined && (
          <DataTable
            info={lifeInfo}
            filters={filters}
            loaded={life.loaded}
            problem={life.problem}
          />
        )}
        {part('answers', toReviewer)}
        {part('judgements', toField)}
        {part('versions')}
      </main>
    </div>
  )
}

/** Vendor, profile, state and total. */
function Facts({ row }: { readonly row: TableRow }) {
  const { dead_code: code = null, total = null, currency } = row
  return (
    <p class="note">
      <bdi>{String(row.vendor)}</bdi> · {String(row.profile)} · {String(row.state)}
      {code !== null && code !== '' && ` (${String(code)})`}
      {total !== null && String(total).trim() !== '' && (
        <>
          {' '}
          ·{' '}
          <bdi>
            {String(total)} {String(currency ?? '')}
          </bdi>
        </>
      )}
    </p>
  )
}

function toReviewer(column: string, answer: TableRow): string | null {
  return column === 'reviewer'
    ? hrefOf('/documents', { list: 'answers', reviewer: String(answer.reviewer) })
    : null
}

function toField(column: string, { line, field }: TableRow): string | null {
  const isCell = Number(line ?? 0) > 0
  return column === 'field'
    ? hrefOf('/documents', {
        list: 'values',
        field: isCell ? `lineItems.${String(field)}` : String(field),
      })
    : null
}

function Part({
  info,
  documentId,
  leadsTo,
}: {
  readonly info: TableInfo
  readonly documentId: string
  readonly leadsTo?: LinkOf
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
