/**
 * A document, whatever its state: its pages, its values and why, its history, and what may be done
 * with it. The address carries the search that led here, for the next and the previous one.
 */

import { useEffect, useState } from 'preact/hooks'
import { api, ApiError } from '../shared/api.ts'
import type { CurrentUser, ShownDocument } from '../../connectors/http/contract/types.ts'
import { useCurrentUser } from '../shared/current-user.ts'
import { hrefOf, useFilters } from '../shared/filters.tsx'
import { formatTime } from '../shared/format.ts'
import { useLoaded } from '../shared/live.ts'
import { explainReason } from '../shared/reasons.ts'
import { Top } from '../shared/top.tsx'
import { explainFailure } from '../dashboard/table.tsx'
import { DocumentActions } from './document-actions.tsx'
import { DocumentPages } from './document-pages.tsx'
import { DocumentRecords } from './document-records.tsx'
import { DocumentValues } from './document-values.tsx'
import { Neighbours } from './neighbours.tsx'
import { filtersIn } from './query.ts'
import { explainEvent, explainState, stateNames } from './states.ts'

const moving = new Set(['on_its_way', 'answered'])
const againMs = 1_500 // while something is about to happen

export function DocumentPage({ documentId }: { readonly documentId: string }) {
  const [filters] = useFilters()
  const me = useCurrentUser()
  const { document, problem, reload } = useDocument(documentId)
  useEffect(() => {
    window.document.title = `${document?.fileName ?? documentId} · Errata`
  }, [document?.fileName])
  const back = hrefOf('/documents', filtersIn(filters))
  return (
    <div class="plain">
      <Top page="documents" />
      <main class="broad document">
        <div class="document-line">
          <a href={back}>
            {Object.keys(filtersIn(filters)).length > 0 ? 'Found documents' : 'Documents'}
          </a>
          {document !== null && <Neighbours documentId={documentId} filters={filters} />}
        </div>
        {problem === 'unknown' && <Unknown documentId={documentId} />}
        {problem !== '' && problem !== 'unknown' && <p role="alert">{problem}</p>}
        {document === null && problem === '' && <p role="status">Loading…</p>}
        {document !== null && (
          <Known
            document={document}
            role={me?.role ?? 'reader'}
            name={me?.name ?? null}
            onDone={reload}
          />
        )}
      </main>
    </div>
  )
}

function useDocument(documentId: string) {
  const [document, setDocument] = useState<ShownDocument | null>(null)
  const [problem, setProblem] = useState('')
  const load = async (): Promise<void> =>
    api.document(documentId).then(
      (found) => {
        setDocument(found)
        setProblem('')
      },
      (error: unknown) => {
        const isUnknown = error instanceof ApiError && error.code === 'NOT_FOUND'
        setProblem(isUnknown ? 'unknown' : explainFailure(error))
      },
    )
  useLoaded(documentId, load, (name, data) => name === 'stored' || data.documentId === documentId)
  const isMoving = document !== null && moving.has(document.state)
  useEffect(() => {
    if (!isMoving) return undefined
    const timer = setInterval(() => void load(), againMs)
    return () => clearInterval(timer)
  }, [isMoving])
  return { document, problem, reload: (): void => void load() }
}

function Unknown({ documentId }: { readonly documentId: string }) {
  return (
    <>
      <h1>No such document</h1>
      <p>
        No document has the id <code class="long">{documentId}</code>, or your account may not see
        it. Perhaps the link was cut short.
      </p>
      <p>
        <a class="button" href="/documents">
          Find a document
        </a>
      </p>
    </>
  )
}

interface KnownProps {
  readonly document: ShownDocument
  readonly role: CurrentUser['role']
  readonly name: string | null
  readonly onDone: () => void
}

function Known({ document, role, name, onDone }: KnownProps) {
  const { documentId, fileName, state, openWith, duplicateOf, death, reasons } = document
  return (
    <>
      <h1 dir="auto" class="long">
        {fileName ?? documentId} <span class={`standing is-${state}`}>{stateNames[state]}</span>
      </h1>
      <p>
        {explainState(document)}
        {openWith !== null && (
          <>
            {' '}
            <bdi>{openWith}</bdi> has it open.
          </>
        )}
        {duplicateOf !== null && (
          <>
            {' '}
            <a href={`/documents/${encodeURIComponent(duplicateOf)}`}>The earlier document</a>
          </>
        )}
      </p>
      {death !== null && <Death death={death} documentId={documentId} />}
      {state !== 'erased' && <Facts document={document} />}
      <DocumentActions document={document} role={role} name={name} onDone={onDone} />
      {reasons.length > 0 && <Reasons document={document} />}
      <div class="document-parts">
        {document.pageList.length > 0 && <DocumentPages document={document} />}
        <DocumentValues document={document} labelOf={(field) => labelOf(document, field)} />
      </div>
      <History document={document} />
      <DocumentRecords documentId={documentId} />
    </>
  )
}

/** Each reason once, with the fields that it holds for. */
function Reasons({ document }: { readonly document: ShownDocument }) {
  const fields = new Map<string, string[]>()
  for (const reason of document.reasons) {
    const said = explainReason(reason)
    const its = fields.get(said) ?? []
    fields.set(said, reason.field === null ? its : [...its, labelOf(document, reason.field)])
  }
  return (
    <section>
      <h2>Why a person {document.state === 'review' ? 'is' : 'was'} asked</h2>
      <ul class="plain-list">
        {[...fields].map(([said, labels]) => (
          <li key={said}>
            {said}
            {labels.length > 0 && `: ${labels.join(', ')}`}
          </li>
        ))}
      </ul>
    </section>
  )
}

function labelOf({ definition }: ShownDocument, field: string): string {
  const all = [...(definition?.fields ?? []), ...(definition?.lineItems ?? [])]
  return all.find(({ name }) => name === field)?.label ?? field.replaceAll('_', ' ')
}

function Death({
  death,
  documentId,
}: {
  readonly death: NonNullable<ShownDocument['death']>
  readonly documentId: string
}) {
  return (
    <p role="note" class="death">
      <b>{death.code}</b> in <b>{death.stage}</b>, {formatTime(death.at)}: {death.message}{' '}
      <a href={hrefOf('/dead', { document: documentId })}>Its dead letter</a>
    </p>
  )
}

function Facts({ document }: { readonly document: ShownDocument }) {
  const { vendor, vendorId, profile, definition, receivedAt, source, decidedBy, state } = document
  const { model, rulesVersion } = document
  return (
    <dl class="facts">
      <dt>Vendor</dt>
      <dd>
        {vendorId === null ? (
          '–'
        ) : (
          <a href={hrefOf('/documents', { vendor: vendorId })}>
            <bdi>{vendor ?? 'not known by name'}</bdi>
          </a>
        )}
      </dd>
      <dt>Profile</dt>
      <dd>{definition?.title ?? profile}</dd>
      <dt>Received</dt>
      <dd>
        {formatTime(receivedAt)} by {source}
      </dd>
      <dt>Decided by</dt>
      <dd>
        <bdi>{deciderOf(state, decidedBy ?? document.reviewer)}</bdi>
      </dd>
      <dt>Read with</dt>
      <dd>
        {model ?? 'no model'}
        {(rulesVersion ?? '') !== '' && `, rules ${rulesVersion ?? ''}`}
      </dd>
    </dl>
  )
}

function deciderOf(state: ShownDocument['state'], person: string | null): string {
  if (person !== null) return person
  return state === 'accepted' ? 'nobody had to look' : '–'
}

function History({ document: { history } }: { readonly document: ShownDocument }) {
  return (
    <section>
      <h2>History</h2>
      <ol class="events">
        {history.map((event, index) => (
          <li key={index}>
            <time dateTime={new Date(event.at).toISOString()}>{formatTime(event.at)}</time>{' '}
            <span dir="auto">{explainEvent(event)}</span>
            {event.detail.comment !== undefined && (
              <blockquote dir="auto">{event.detail.comment}</blockquote>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}
