/**
 * Every document: found, shown, taken along, and what may be done with it.
 *
 * Somebody whose account is limited to profiles or vendors finds and sees those documents only; of
 * any other they hear what they would hear of an id that is not there.
 */

import type { DocumentState } from '../../../processors/search/document-state.ts'
import type { DocumentQuery, Scope } from '../../../processors/search/document-index.ts'
import type { ListedDocument } from '../../../processors/search/listing.ts'
import type { Documents, Service } from './context.ts'
import {
  findDocuments,
  findNeighbours,
  getDocument,
  mostExported,
} from '../contract/index-documents.ts'
import type { Api, Wire } from '../contract/schema.ts'
import { actorOf } from '../security.ts'
import { asFile, csvText } from './csv.ts'
import { documentActionRoutes } from './document-actions.ts'
import { documentFileRoutes } from './document-files.ts'
import { shownOf } from './document-view.ts'
import { found, notReady, scopeOf } from './indexed-document.ts'

type Filters = Wire<typeof findNeighbours.querystring>

export function documentRoutes(app: Api, deps: Service): void {
  const { documents } = deps
  if (documents === undefined) return
  listRoute(app, deps, documents)
  showRoute(app, deps, documents)
  neighboursRoute(app, documents)
  documentFileRoutes(app, deps, documents)
  documentActionRoutes(app, deps, documents)
}

function queryOf(filters: Filters, scope: Scope): DocumentQuery {
  const { state, receivedFrom, receivedUntil, sort, ...others } = filters
  return {
    ...others,
    sort,
    scope,
    states: state?.split(',') as DocumentState[] | undefined,
    from: receivedFrom,
    until: receivedUntil,
  }
}

function listRoute(app: Api, deps: Service, documents: Documents): void {
  app.get('/api/documents', { schema: findDocuments }, async (request, reply) => {
    const index = documents.index()
    if (index === null) return reply.code(503).send(notReady)
    const { limit, after, format, ...filters } = request.query
    const query = queryOf(filters, scopeOf(request))
    if (format === 'csv') {
      void deps.audit?.({
        ...actorOf(request),
        action: 'exported',
        target: 'documents',
        detail: { format },
      })
      const { documents: all, next } = index.find(query, { limit: mostExported })
      if (next !== null) void reply.header('x-more', 'true')
      return asFile(reply, 'documents.csv').send(csvText(linesOf(all)))
    }
    try {
      return reply.send({ ...index.find(query, { limit, after }), ready: documents.isReady() })
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return reply.code(400).send({ code: 'REQUEST_INVALID', message: error.message })
    }
  })
}

const exportedColumns = [
  'documentId',
  'fileName',
  'state',
  'profile',
  'vendor',
  'number',
  'amount',
  'currency',
  'issueDate',
  'reviewer',
] as const

function linesOf(documents: readonly ListedDocument[]): unknown[][] {
  return [
    [...exportedColumns, 'received'],
    ...documents.map((one) => [
      ...exportedColumns.map((name) => one[name]),
      new Date(one.receivedAt).toISOString(),
    ]),
  ]
}

function showRoute(app: Api, deps: Service, documents: Documents): void {
  app.get('/api/documents/:documentId', { schema: getDocument }, async (request, reply) => {
    const { documentId } = request.params
    const document = found(documents, documentId, request, reply)
    if (document === null) return reply
    const holders = await deps.locks.holders([documentId])
    return reply.send(shownOf(document, deps, holders.get(documentId)?.name ?? null))
  })
}

function neighboursRoute(app: Api, documents: Documents): void {
  app.get(
    '/api/documents/:documentId/neighbours',
    { schema: findNeighbours },
    async (request, reply) => {
      const { documentId } = request.params
      if (found(documents, documentId, request, reply) === null) return reply
      const query = queryOf(request.query, scopeOf(request))
      return reply.send(
        documents.index()?.neighbours(documentId, query) ?? { previous: null, next: null },
      )
    },
  )
}
